"""Data sets: MNIST, which comes with the package, Fashion-MNIST, and any other set of idx files.

    from minicompress.data import load
    x_train, y_train, x_test, y_test = load("mnist")

Images are float32 of shape (n, 1, 28, 28) in [0, 1], labels int64. Nothing is read or downloaded before `load` is
called.

- `idx.py`: the file format, and its reader
- `download.py`: downloads a file and verifies it
- `datasets.py`: the catalogue with sources and licences, and `load`
"""

from minicompress.data.datasets import DATASETS, DataError, Dataset, IdxFile, MissingDataError, load
from minicompress.data.download import fetch, fetch_idx
from minicompress.data.idx import read_idx

__all__ = [
    "DATASETS",
    "DataError",
    "Dataset",
    "IdxFile",
    "MissingDataError",
    "fetch",
    "fetch_idx",
    "load",
    "read_idx",
]
