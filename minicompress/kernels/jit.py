"""Compiles the loops with numba and caches their machine code on disk. The only file that imports numba.

    nogil                  other Python threads run at the same time, see `threads.py`
    reassoc contract nsz   sums may be reordered and products fused, so that they fill vector registers. Full fastmath
                           would also assume that there is no NaN, and max-pooling would hide one.
    error_model numpy      division by zero raises no exception, so that no division has to test for it

A loop is compiled when it is first called with a dtype, and then cached on disk. numba compiles a function again when
its own file changes, but not when the file of a function that it calls changes: old machine code could make wrong
source pass its tests. So the name of the cache folder contains a hash of all sources here and of the versions of Python
and numba.

The folder is `kernels-<hash>`, inside the folder that the environment variable MINICOMPRESS_CACHE names, else inside
the user's cache folder. If it cannot be written, every process compiles again. numba's own settings stay in force:
NUMBA_DISABLE_JIT=1 runs the loops as Python.
"""

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import numba
from numba.core import event

__all__ = ["COMPILES", "cache_folder", "elementwise_jit", "jit"]

COMPILES = not numba.config.DISABLE_JIT  # if False, the loops run as Python, thousands of times slower than NumPy
_OPTIONS = {"nogil": True, "error_model": "numpy"}
_FOLDERS_KEPT = 8  # for several Pythons and versions; the least recently used folders are removed


def jit(function):
    """Compile a loop; its sums may be reordered."""
    return _compile(function, fastmath={"reassoc", "contract", "nsz"})


def elementwise_jit(function):
    """Compile a loop that rounds every operation as NumPy does, so that its results equal NumPy's to the last bit."""
    return _compile(function, fastmath=False)


def cache_folder():
    """Return the cache folder of the current sources, made if needed; None if it cannot be written."""
    with contextlib.suppress(OSError, ImportError, RuntimeError):
        parent = _user_cache_folder()
        folder = parent / f"kernels-{_hash_of_sources()}"
        is_new = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # only writing a file shows whether files can be written
            pass
        os.utime(folder)
        if is_new:
            _remove_old_folders(parent, keep=folder)
        return folder
    return None


def _compile(function, **options):
    if _FOLDER is None:
        return numba.njit(**_OPTIONS, **options)(function)
    # numba reads the setting while it decorates; afterwards it is restored for the user's own functions.
    users_folder, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(_FOLDER)
    try:
        return numba.njit(cache=True, **_OPTIONS, **options)(function)
    finally:
        numba.config.CACHE_DIR = users_folder


def _user_cache_folder():
    if chosen := os.environ.get("MINICOMPRESS_CACHE"):
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("minicompress"))  # downloaded data sets are there too


def _hash_of_sources():
    versions = f"{sys.version} {numba.__version__}"
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join([versions.encode(), *(path.read_bytes() for path in sources)])).hexdigest()[:16]


def _remove_old_folders(parent, keep):
    """Remove all but the most recently used folders. A process that still uses a removed one makes it again."""
    others = [folder for folder in parent.glob("kernels-*") if folder != keep]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[_FOLDERS_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)


class _Notice(event.Listener):
    """Prints a line on the terminal when the first loop of this package is compiled, which takes seconds."""

    printed = False

    def on_start(self, event):
        """Called when numba begins to compile any function."""
        dispatcher = (event.data or {}).get("dispatcher")
        module = getattr(getattr(dispatcher, "py_func", None), "__module__", None) or ""
        if not self.printed and module.startswith("minicompress."):
            self.printed = True
            if sys.stderr is not None and sys.stderr.isatty():  # not into a log
                kept = "once; they are kept on disk" if _FOLDER else "in every process: the cache cannot be written"
                sys.stderr.write(f"minicompress: compiling the loops of training, {kept}\n")

    def on_end(self, event):
        """Called when numba has compiled a function."""


_FOLDER = cache_folder()
event.register("numba:compile", _Notice())
