"""A file of cached answers of a teacher, with a fingerprint of the samples that they belong to.

    save_cached("teacher.npz", teacher.predict(x), samples=x)
    z_t = load_cached("teacher.npz", samples=x)                  row i is the answer to x[i], else a ValueError

If the rows are loaded beside the same samples in another order, or beside other samples of the same number, every image
gets the answer to another image, and only the accuracy shows it. So the file has the SHA-256 of the samples' bytes in
their order. The fingerprint depends on the dtype, but not on the shape of a sample: images may be flat or not.

Left out: which teacher answered, and the temperature of rows of `cache_top_k`. Say both in the name of the file.
"""

import hashlib
import os

import numpy as np

from minicompress._base import arguments
from minicompress._base.archives import read_arrays
from minicompress._base.files import replace_atomically

__all__ = ["load_cached", "save_cached"]


def save_cached(path: str | os.PathLike, rows: np.ndarray, *, samples: np.ndarray | None = None) -> None:
    """Write n answers, whole logits or rows of `cache_top_k`, to an .npz file, atomically.

    Parameters
    ----------
    path : of the file, with any ending; its folder is made if needed.
    rows : array of numbers, a row for each sample.
    samples : array of the n samples, in order, or None. Only their fingerprint is stored; without it, `load_cached` can
        check only the number of samples.

    Raises ValueError, before writing, if rows is not such an array or samples has another length.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_cached(os.path.join(folder, "teacher.npz"), np.array([[2.0, -1.0]]), samples=np.array([[0.5]]))
    ...     os.listdir(folder)
    ['teacher.npz']
    """
    path = arguments.file_path("save_cached", "path", path)
    rows = np.asarray(rows)
    if rows.ndim == 0 or rows.dtype.hasobject:
        raise ValueError(f"save_cached: rows must be an array of numbers, a row for each sample, got {rows.dtype}")
    kept = {"rows": rows}
    if samples is not None:
        samples = _array("save_cached", samples)
        if len(samples) != len(rows):
            arguments.reject("save_cached", "samples", f"as many as rows, {len(rows)}", len(samples))
        kept["fingerprint"] = _fingerprint(samples)
    with replace_atomically(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **kept)


def load_cached(path: str | os.PathLike, samples: np.ndarray | int) -> np.ndarray:
    """Return the array that `save_cached` wrote, after checking that it belongs to `samples`.

    Parameters
    ----------
    path : of the file.
    samples : the array of the samples, in order; or their number, for a file that was saved without samples.

    Raises
    ------
    FileNotFoundError
    ValueError : a file that is damaged or was not written by `save_cached`; another number of samples; samples with
        other values, in another order or of another dtype; an array of samples for a file that was saved without them.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "teacher.npz")
    ...     save_cached(path, np.array([[2.0, -1.0], [0.0, 3.0]]))
    ...     load_cached(path, samples=2).tolist()
    [[2.0, -1.0], [0.0, 3.0]]
    """
    path = arguments.file_path("load_cached", "path", path)
    counted = np.ndim(samples) == 0
    if counted:
        n = arguments.whole_number("load_cached", "samples", samples, low=0)
    else:
        samples = _array("load_cached", samples)
        n = len(samples)
    rows, fingerprint = _read(path)
    if len(rows) != n:
        raise ValueError(f"load_cached: samples must be the number of rows in {path}, {len(rows)}, got {n}")
    if not counted and fingerprint is None:
        raise ValueError(f"load_cached: samples must be a number, since {path} was saved without samples, got an array")
    if not counted and not np.array_equal(fingerprint, _fingerprint(samples)):
        raise ValueError(f"load_cached: samples must be those that {path} was saved with, in their order, got others")
    return rows


def _read(path):
    """Return the rows, and the fingerprint or None."""
    try:
        arrays = read_arrays(path)
        return arrays["rows"], arrays.get("fingerprint")
    except (KeyError, ValueError):
        raise ValueError(f"load_cached: path must be a file of save_cached, and whole, got {path}") from None


def _array(owner, samples):
    samples = np.asarray(samples)
    if samples.ndim == 0 or samples.dtype.hasobject:
        raise ValueError(f"{owner}: samples must be an array of numbers, a row for each sample, got {samples.dtype}")
    return samples


def _fingerprint(samples):
    """Return the SHA-256 of the dtype and of the bytes, in C order, as 32 numbers."""
    digest = hashlib.sha256(samples.dtype.str.encode())
    digest.update(np.ascontiguousarray(samples).reshape(-1).view(np.uint8))
    return np.frombuffer(digest.digest(), np.uint8)
