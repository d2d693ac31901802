"""The catalogue of data sets, and `load`, which reads them.

    x_train, y_train, x_test, y_test = load("mnist")        x = pixel / 255, y = label

Each set is four idx files: images and labels, for training and for test. `mnist` and `fashion_mnist_small` come with
the package and need no network. The four files of `fashion_mnist`, and a missing file of `mnist`, are downloaded once.
Every call of `load` reads the files again and returns new arrays.

Left out: augmentation and normalization to zero mean.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress._base.arguments import reject
from minicompress.data.download import fetch
from minicompress.data.idx import read_idx

__all__ = ["DATASETS", "DataError", "Dataset", "IdxFile", "MissingDataError", "load"]

_BUNDLED = Path(__file__).parent
_CLASSES = 10
_RESTORE = "reinstall it, or in a clone restore the file with `git checkout`"


class DataError(OSError, ValueError):
    """A file of a data set is damaged, or cannot be read or downloaded; the message says which, why and what to do.

    >>> issubclass(DataError, OSError)
    True
    """


class MissingDataError(DataError, FileNotFoundError):
    """A file of a data set is missing and cannot be downloaded.

    >>> issubclass(MissingDataError, FileNotFoundError)
    True
    """


@dataclass(frozen=True)
class IdxFile:
    """One file of a data set: its name, the md5 of its idx data, and the md5 of the .gz file that the mirrors serve.

    The bundled .gz files hold the same idx data as those of the mirrors, but are compressed further.

    >>> len(DATASETS["mnist"].files)
    4
    """

    name: str
    idx_md5: str | None = None
    gzip_md5: str | None = None


@dataclass(frozen=True)
class Dataset:
    """A data set: its four files (train images, train labels, test images, test labels), sizes and origin.

    >>> DATASETS["mnist"].train_count
    60000
    """

    name: str
    title: str
    files: tuple[IdxFile, IdxFile, IdxFile, IdxFile]
    train_count: int
    test_count: int
    licence: str
    source: str
    mirrors: tuple[str, ...] = ()


def _idx_files(idx_md5s=(None,) * 4, gzip_md5s=(None,) * 4):
    names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    return tuple(IdxFile(f"{name}.gz", *md5s) for name, *md5s in zip(names, idx_md5s, gzip_md5s, strict=True))


_MNIST = Dataset(
    name="mnist",
    title="MNIST: handwritten digits 0 to 9",
    train_count=60_000,
    test_count=10_000,
    files=_idx_files(
        idx_md5s=(
            "6bbc9ace898e44ae57da46a324031adb",
            "a25bea736e30d166cdddb491f175f624",
            "2646ac647ad5339dbf082846283269ea",
            "27ae3e4e09519cfbb04c329615203637",
        ),
        gzip_md5s=(
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "d53e105ee54ea40749a09fcbcd1e9432",
            "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c",
        ),
    ),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    licence="CC BY-SA 3.0, copyright Y. LeCun and C. Cortes",
    source="Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits; from NIST's databases 1, 3",
)

_FASHION = Dataset(
    name="fashion_mnist",
    title="Fashion-MNIST: pieces of clothing in ten classes, T-shirt to ankle boot",
    train_count=60_000,
    test_count=10_000,
    files=_idx_files(
        gzip_md5s=(
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
    ),
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    licence="MIT, copyright 2017 Zalando SE, https://tech.zalando.com",
    source="H. Xiao, K. Rasul, R. Vollgraf, 2017, arXiv:1708.07747",
)

_FASHION_SMALL = Dataset(
    name="fashion_mnist_small",
    title="Fashion-MNIST, the first 10,000 training and the first 2,000 test images",
    train_count=10_000,
    test_count=2_000,
    files=_idx_files(
        idx_md5s=(
            "56cb151f02f7a0ea897b87493b6c7586",
            "6017ecad9bfe54bba7fcc9dc44bdedd4",
            "c02bf5be7718b1153b1992308017dc29",
            "a4b1ac51fa4de730f5b7e05c501b832a",
        ),
    ),
    licence=_FASHION.licence,
    source=_FASHION.source,
)

DATASETS = {dataset.name: dataset for dataset in (_MNIST, _FASHION_SMALL, _FASHION)}


def load(
    name: str, *, cache: str | Path | None = None, progress: bool | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Load a data set by name.

    Parameters
    ----------
    name : "mnist", "fashion_mnist_small" or "fashion_mnist" (see `DATASETS`).
    cache, progress : as in `fetch`; ignored for a bundled set.

    Returns
    -------
    x_train : float32, (n, 1, 28, 28), in [0, 1]: pixel / 255; the background is 0.
    y_train : int64, (n,), 0 to 9.
    x_test, y_test : likewise.
        All four arrays are new at each call and may be written to.

    Raises
    ------
    ValueError for an unknown name. DataError, which is a ValueError and an OSError, for a file that is damaged, missing
    or unreadable, or that no mirror delivers; the message says what to do.

    >>> x_train, y_train, x_test, y_test = load("mnist")
    >>> x_test.shape, y_test[:3].tolist()
    ((10000, 1, 28, 28), [7, 2, 1])
    """
    if not isinstance(name, str) or name not in DATASETS:
        reject("load", "name", _one_of_the_names(name), name)
    dataset = DATASETS[name]
    paths = [_path(dataset, file, cache, progress) for file in dataset.files]
    try:
        x_train, y_train = _read_pair(*paths[:2], dataset.train_count)
        x_test, y_test = _read_pair(*paths[2:], dataset.test_count)
    except (OSError, ValueError) as error:
        kind = MissingDataError if isinstance(error, FileNotFoundError) else DataError
        raise kind(f"{error}\nThe file comes with minicompress: {_RESTORE}.") from error
    return x_train, y_train, x_test, y_test


def _one_of_the_names(name):
    names = ", ".join(map(repr, DATASETS))
    near = difflib.get_close_matches(str(name).lower(), DATASETS, n=1)
    return f"one of {names} (did you mean {near[0]!r}?)" if near else f"one of {names}"


def _path(dataset, file, cache, progress):
    bundled = _BUNDLED / dataset.name / file.name
    if bundled.is_file() or not dataset.mirrors:
        return bundled
    try:
        return fetch(file.name, dataset.mirrors, file.gzip_md5, cache=cache, progress=progress)
    except (OSError, ImportError) as error:
        missing = ""
        if bundled.parent.is_dir():  # the set comes with the package, but this file is missing
            missing = f"load: {bundled} is missing ({_RESTORE}), and cannot be fetched instead.\n"
        raise DataError(f"{missing}{error}") from error


def _read_pair(images_path, labels_path, count):
    images, labels = read_idx(images_path), read_idx(labels_path)
    _check(images_path, images, (count, 28, 28))
    _check(labels_path, labels, (count,))
    if labels.max() >= _CLASSES:
        raise ValueError(f"load: {labels_path}: labels must be from 0 to {_CLASSES - 1}, got {labels.max()}")
    # Division is correctly rounded, so the numbers are the same on every machine; multiplying by 1/255 rounds twice.
    x = np.divide(images[:, np.newaxis], np.float32(255), dtype=np.float32)
    return x, labels.astype(np.int64)


def _check(path, array, shape):
    if array.dtype != np.uint8 or array.shape != shape:
        raise ValueError(f"load: {path}: must hold uint8 of shape {shape}, got {array.dtype} of shape {array.shape}")
