"""Single keys from the terminal, without Enter, while something else runs.

    with single_keys(put): ...        calls put(key) for each key, from a thread of its own

The terminal is restored afterwards, also after Ctrl-C. Where standard input is not a terminal, no key comes.
"""

import contextlib
import sys
import threading

__all__ = ["single_keys"]

POLL_SECONDS = 0.1


@contextlib.contextmanager
def single_keys(put):
    """Call `put` with each key that is pressed inside the `with` block."""
    if not sys.stdin.isatty():
        yield
        return
    stop = threading.Event()
    with _unbuffered_terminal() as read:
        thread = threading.Thread(target=_pass_on, args=(read, put, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=1)


def _pass_on(read, put, stop):
    while not stop.is_set():
        key = read()
        if key:
            put(key)


@contextlib.contextmanager
def _unbuffered_terminal():
    """Yield a function that returns the next key, or '' after POLL_SECONDS."""
    try:
        import termios
        import tty
    except ImportError:
        yield _read_on_windows
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)  # unlike raw mode it leaves Ctrl-C what it is
        yield _read_on_unix
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _read_on_unix():
    import os
    import select

    ready, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
    return os.read(sys.stdin.fileno(), 16).decode("utf-8", "replace")[:1] if ready else ""


def _read_on_windows():
    import msvcrt
    import time

    if msvcrt.kbhit():
        return msvcrt.getwch()
    time.sleep(POLL_SECONDS)
    return ""
