"""How the loops are compiled, and where the machine code is kept. The only file that imports numba.

    nogil                  other Python threads run meanwhile: `threads.py`
    reassoc contract nsz   sums may be reordered and products fused, so that they fill vector registers. Full fastmath
                           would also assume that there is no NaN, and max-pooling would hide one.
    error_model numpy      no test for a zero divisor at every division, and no exception

A loop is compiled when it is first called with a dtype, and then kept on disk. numba renews what it kept when the file
of a function changes, but not when the file of a function that it calls does: old machine code could make wrong source
pass its tests. So the folder's name holds a hash over all sources here and the versions of Python and numba.

The folder is `kernels-<hash>` in the environment variable MINICOMPRESS_CACHE, else in the user's cache folder. Where it
cannot be written, every process compiles afresh. numba's own settings stay as they are: NUMBA_DISABLE_JIT=1 runs the
loops as Python.
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

COMPILES = not numba.config.DISABLE_JIT  # else the loops run as Python, thousands of times slower than NumPy
_OPTIONS = {"nogil": True, "error_model": "numpy"}
_FOLDERS_KEPT = 8  # several Pythons and versions may take turns; the least recently used are removed


def jit(function):
    """Compile a loop, free to reorder its sums."""
    return _compiled(function, fastmath={"reassoc", "contract", "nsz"})


def elementwise_jit(function):
    """Compile a loop that rounds every operation as NumPy does, so that its results are NumPy's to the last bit."""
    return _compiled(function, fastmath=False)


def cache_folder():
    """Return the folder for the machine code of these very sources, made if needed; None if it cannot be written."""
    with contextlib.suppress(OSError, ImportError, RuntimeError):
        parent = _user_cache_folder()
        folder = parent / f"kernels-{_hash_of_sources()}"
        is_new = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # the one sure test of whether files can be written
            pass
        os.utime(folder)
        if is_new:
            _remove_old_folders(parent, keep=folder)
        return folder
    return None


def _compiled(function, **options):
    if _FOLDER is None:
        return numba.njit(**_OPTIONS, **options)(function)
    # numba reads the setting while it decorates: the user's own functions keep their place.
    users_own, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(_FOLDER)
    try:
        return numba.njit(cache=True, **_OPTIONS, **options)(function)
    finally:
        numba.config.CACHE_DIR = users_own


def _user_cache_folder():
    if chosen := os.environ.get("MINICOMPRESS_CACHE"):
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("minicompress"))  # where downloaded data sets are too


def _hash_of_sources():
    versions = f"{sys.version} {numba.__version__}"
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join([versions.encode(), *(path.read_bytes() for path in sources)])).hexdigest()[:16]


def _remove_old_folders(parent, keep):
    """Leave those that were used last. A process that still uses another one makes it anew when it saves."""
    others = [folder for folder in parent.glob("kernels-*") if folder != keep]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[_FOLDERS_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)


class _Notice(event.Listener):
    """A line on the terminal when the first of our loops is compiled: it takes seconds, once."""

    said = False

    def on_start(self, event):
        """Called when numba begins to compile anything at all."""
        dispatcher = (event.data or {}).get("dispatcher")
        module = getattr(getattr(dispatcher, "py_func", None), "__module__", None) or ""
        if not self.said and module.startswith("minicompress."):
            self.said = True
            if sys.stderr is not None and sys.stderr.isatty():  # elsewhere it would end up in a log
                kept = "once; they are kept on disk" if _FOLDER else "in every process: the cache cannot be written"
                sys.stderr.write(f"minicompress: compiling the loops of training, {kept}\n")

    def on_end(self, event):
        """Called when numba has compiled it."""


_FOLDER = cache_folder()
event.register("numba:compile", _Notice())
