"""Files that are whole or absent: write beside the target, then rename over it.

A reader, a second run or Ctrl-C meets either the old file or the new one, never half of one.
"""

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["replace_atomically", "write_bytes", "write_text"]


@contextlib.contextmanager
def replace_atomically(path):
    """Yield a temporary path in the folder of `path`; on success rename it to `path`, else remove it.

    A link is followed; a device or a pipe is no file to be replaced, and is written to itself.

    The temporary name keeps the ending of `path`, which writers such as `numpy.savez` and `savefig` look at.
    """
    path = Path(path).resolve()  # through a link, to the file itself
    if path.exists() and not path.is_file() and not path.is_dir():  # a device or a pipe, such as /dev/null
        yield path
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(temporary)
    try:
        yield temporary
        # mkstemp makes files that only their owner can read; a result is an ordinary file.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:  # Ctrl-C too must not leave the temporary file behind
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path, content):
    """Write `content` to `path` atomically."""
    with replace_atomically(path) as temporary:
        temporary.write_bytes(content)


def write_text(path, text):
    """Write `text` to `path` atomically, as UTF-8 with `\\n` line ends on every system."""
    write_bytes(path, text.encode("utf-8"))


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
