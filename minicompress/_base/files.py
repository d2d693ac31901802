"""Files that are whole or absent: write beside the target, then rename over it.

A reader, a second run or Ctrl-C meets either the old file or the new one, never half of one. The new file has the mode
of the one that it replaces, so that a private file stays private. Errors name the file that was asked for.
"""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

__all__ = ["make_writable_folder", "replace_atomically", "write_bytes", "write_text"]

_OF_THE_DISK = {errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)}  # come without a name


@contextlib.contextmanager
def replace_atomically(path):
    """Yield a temporary path in the folder of `path`; on success rename it to `path`, else remove it.

    A link is followed; a device or a pipe is no file to be replaced, and is written to itself.

    The temporary name keeps the ending of `path`, which writers such as `numpy.savez` and `savefig` look at.

    Raises OSError that names `path`, before the block runs, for a folder and for a read-only file (PermissionError:
    renaming over it would work, and would replace what its owner protected).
    """
    asked, path = Path(path), _behind_links(path)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(asked))
    if path.exists() and not path.is_file():  # a device or a pipe, such as /dev/null
        yield path
        return
    temporary = None
    try:
        mode = _mode(path, asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not the whole stem: a name of the greatest length must leave room for what mkstemp adds.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}.", suffix=path.suffix[:40])
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException as error:  # Ctrl-C too must not leave the temporary file behind
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and _is_about(error, path, temporary):
            raise OSError(error.errno, error.strerror, str(asked)) from error
        raise


def write_bytes(path, content):
    """Write `content` to `path` atomically."""
    with replace_atomically(path) as temporary:
        temporary.write_bytes(content)


def write_text(path, text):
    """Write `text` to `path` atomically, as UTF-8 with `\\n` line ends on every system."""
    write_bytes(path, text.encode("utf-8"))


def make_writable_folder(path):
    """Make the folder `path` if needed and try a file in it, so that long work need not find out at its end.

    Raises OSError that names `path`.
    """
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _behind_links(path):
    try:
        return Path(path).resolve()
    except RuntimeError:  # what Python calls it before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


def _mode(path, asked):
    """The mode of the file that will stand at `path`: of the one that is there, else of any new file."""
    if not path.exists():
        # mkstemp makes files that only their owner can read; a result is an ordinary file.
        return 0o666 & ~_umask()
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & 0o222 or not os.access(path, os.W_OK):  # the bits too: root may write to everything
        advice = "the file is read-only; make it writable or choose another name"
        raise PermissionError(errno.EACCES, advice, str(asked))
    return mode


def _is_about(error, path, temporary):
    """Whether an OSError concerns the file that is being written, and not one that the block had to read."""
    if error.filename is None:
        return error.errno in _OF_THE_DISK
    own = {str(path), str(temporary)}
    begin = os.path.join(path.parent, f".{path.stem[:40]}.")
    return str(error.filename) in own or str(error.filename).startswith(begin)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
