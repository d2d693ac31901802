"""Atomic writing: write a temporary file beside the target, then rename it over the target.

A reader, or a run after Ctrl-C, finds either the old file or the new one, never half a file. The new file keeps the
mode of the file that it replaces, so that a private file stays private. Errors name the path that the caller gave.
"""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

__all__ = ["make_writable_folder", "replace_atomically", "write_bytes", "write_text"]

# Errors of the disk, which come without a file name.
_OF_THE_DISK = {errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextlib.contextmanager
def replace_atomically(path):
    """Yield a temporary path in the folder of `path`; on success rename it to `path`, else remove it.

    A link is followed. A device or a pipe cannot be replaced: then `path` itself is yielded.

    The temporary name keeps the ending of `path`, because writers such as `numpy.savez` and `savefig` look at it.

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
        # Not the whole stem: mkstemp adds letters, and file names have a maximal length.
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
    """Make the folder `path` if needed and write a test file into it, so that long work does not fail at its end.

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
    except RuntimeError:  # a loop of links, in Python before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


def _mode(path, asked):
    """Return the mode for the file at `path`: that of the existing file, else that of any new file."""
    if not path.exists():
        # Not mkstemp's mode, with which only the owner can read the file.
        return 0o666 & ~_umask()
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & 0o222 or not os.access(path, os.W_OK):  # the bits too, because root may write to every file
        advice = "the file is read-only; make it writable or choose another name"
        raise PermissionError(errno.EACCES, advice, str(asked))
    return mode


def _is_about(error, path, temporary):
    """Return whether an OSError concerns the file that is written, and not a file that the block reads."""
    if error.filename is None:
        return error.errno in _OF_THE_DISK
    own = {str(path), str(temporary)}
    begin = os.path.join(path.parent, f".{path.stem[:40]}.")
    return str(error.filename) in own or str(error.filename).startswith(begin)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
