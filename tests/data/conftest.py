"""What the tests of the data room share: a writer of idx files, and MNIST, read once."""

import gzip
import struct

import numpy as np
import pytest

from minicompress.data import load

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def idx_bytes(array):
    array = np.asarray(array)
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.name], array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture(scope="session")
def to_idx():
    """The function array -> bytes of a plain idx file."""
    return idx_bytes


@pytest.fixture(scope="session")
def to_gzip():
    """The function bytes -> bytes of the .gz, the same at every call (mtime would differ)."""
    return lambda content: gzip.compress(content, mtime=0)


@pytest.fixture(scope="session")
def mnist():
    return load("mnist")
