"""Lock a folder for one process at a time; the system releases the lock when the process ends, however it ends.

On Unix the folder itself is locked, so that nothing is left behind in it; Windows locks files alone. Where a file
system knows no locks, such as some network drives, the work is done without one.
"""

import contextlib
import os

__all__ = ["locked_folder"]


@contextlib.contextmanager
def locked_folder(folder):
    """Hold the lock of an existing folder inside the `with` block; wait for it if another process holds it."""
    lock = _lock_on_windows if os.name == "nt" else _lock_on_unix
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            held.enter_context(lock(folder))
        yield


@contextlib.contextmanager
def _lock_on_unix(folder):
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _lock_on_windows(folder):
    import msvcrt

    with open(os.path.join(folder, "lock"), "a+b") as file:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten seconds, far more than a write takes
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
