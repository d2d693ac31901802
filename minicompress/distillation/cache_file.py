"""A file of a teacher's kept answers, with a fingerprint of the samples that they belong to.

    save_cached("teacher.npz", teacher.predict(x), samples=x)
    z_t = load_cached("teacher.npz", samples=x)                  row i is the answer to x[i], else a ValueError

Rows have no names. Loaded beside samples of another order, or another draw of as many, they teach every image the
answer to another one, and nothing shows it but the accuracy. So the file keeps the SHA-256 of the samples' bytes in
their order. The dtype counts, since the bytes do; the shape of a sample does not, since flat images are the same ones.

Left out: which teacher answered, and the temperature of rows of `cache_top_k`. The name of the file can say both.
"""

import hashlib
import os

import numpy as np

from minicompress._base import arguments
from minicompress._base.archives import read_arrays
from minicompress._base.files import replace_atomically

__all__ = ["load_cached", "save_cached"]


def save_cached(path: str | os.PathLike, rows: np.ndarray, *, samples: np.ndarray | None = None) -> None:
    """Write n answers, whole logits or rows of `cache_top_k`, to an .npz file: whole or not at all.

    Parameters
    ----------
    path : of the file, whatever its ending; its folder is made if needed.
    rows : array of numbers, a row for each sample.
    samples : array of the n samples that were asked about, in order, or None. Only their fingerprint is kept; without
        it, `load_cached` can check no more than their number.

    Raises ValueError, before writing, for rows that are no such array, and for another number of samples.

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
    """Return the array that `save_cached` wrote, if it belongs to the samples at hand.

    Parameters
    ----------
    path : of the file.
    samples : the array of the samples, in order; or their number, if nothing else can be checked.

    Raises
    ------
    FileNotFoundError
    ValueError : no whole file of `save_cached`; another number of samples; an array of samples that differ from the
        file's, or are in another order, or of another dtype, or of a file that was saved without them.

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
    """The rows, and the fingerprint or None."""
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
    """SHA-256 of the dtype and of the bytes, in C order, as 32 numbers."""
    digest = hashlib.sha256(samples.dtype.str.encode())
    digest.update(np.ascontiguousarray(samples).reshape(-1).view(np.uint8))
    return np.frombuffer(digest.digest(), np.uint8)
