"""Reader of idx files, the format of MNIST: a header with type and shape, then the array.

    0  0  code  d  |  n1  n2  ...  nd  |  n1 * n2 * ... * nd elements, the last index fastest
    one byte each  |  uint32 each      |  of the type that `code` names

    code   0x08   0x09  0x0B   0x0C   0x0D     0x0E
    type   uint8  int8  int16  int32  float32  float64

All numbers are big-endian, so their bytes must be swapped on most processors. Files whose names end in .gz are
compressed with gzip. The reader checks the checksum of the gzip data and the exact length of the payload; errors name
the file and the fault.

Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", section on the file format.
Left out: reading part of a file (the sets are small), writing.
"""

from __future__ import annotations

import math
import zlib
from pathlib import Path

import numpy as np

__all__ = ["read_idx"]

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP_MAGIC = b"\x1f\x8b"


def read_idx(path: str | Path) -> np.ndarray:
    """Read one idx or idx.gz file.

    Parameters
    ----------
    path : path of the file. If its name ends in .gz it must be gzip data, else plain idx data.

    Returns
    -------
    new array of the shape and type in the header, in the byte order of this machine.

    Raises
    ------
    FileNotFoundError if there is no such file; ValueError that names file and fault if it is not a whole idx file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "x.idx")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 6]))
    ...     read_idx(path).tolist()
    [5, 6]
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"read_idx: there is no file {path}")
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = _decompress(path, content)
    dtype, shape = _read_header(path, content)
    start = 4 + 4 * len(shape)
    expected, got = math.prod(shape) * dtype.itemsize, len(content) - start
    if got != expected:
        fault = "shorter" if got < expected else "longer"
        raise _fault(path, f"its payload is {fault} than the header says: {got:,} bytes, expected {expected:,}")
    x = np.frombuffer(content, dtype, offset=start)  # a read-only view; astype copies, and swaps bytes where needed
    try:
        return x.astype(dtype.newbyteorder("=")).reshape(shape)
    except ValueError as error:  # too many dimensions, or one of 0 among huge ones
        raise _fault(path, f"NumPy cannot hold its shape {shape}: {error}") from error


def _read_header(path, content):
    if content[:2] == _GZIP_MAGIC:
        raise _fault(path, "it holds gzip data although its name does not end in .gz")
    if len(content) < 4:
        raise _fault(path, f"its header is cut short: {len(content)} bytes, expected at least 4")
    if content[:2] != b"\0\0":
        raise _fault(path, f"it is not an idx file: it begins with {content[:4].hex(' ')}, expected 00 00")
    code, dimensions = content[2], content[3]
    if code not in _TYPES:
        raise _fault(path, f"its type code is 0x{code:02x}, expected one of {', '.join(f'0x{c:02x}' for c in _TYPES)}")
    if len(content) < 4 + 4 * dimensions:
        raise _fault(path, f"its header is cut short: {len(content)} bytes, expected {4 + 4 * dimensions}")
    shape = tuple(np.frombuffer(content, ">u4", count=dimensions, offset=4).tolist())
    return np.dtype(_TYPES[code]), shape


def _decompress(path, compressed):
    # zlib, not the gzip module: it is faster, and it can tell truncated data from damaged data.
    if compressed[: len(_GZIP_MAGIC)] != _GZIP_MAGIC:
        begins = compressed[:4].hex(" ") or "nothing"
        raise _fault(path, f"it is not gzip data: it begins with {begins}, expected {_GZIP_MAGIC.hex(' ')}")
    parts = []
    while compressed:  # a gzip file is one member or several, one after the other
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            parts.append(member.decompress(compressed))
        except zlib.error as error:
            # "incorrect data check" is zlib's message for a checksum that does not match.
            cause = "its checksum does not agree" if "data check" in str(error) else str(error)
            raise _fault(path, f"its gzip data is damaged: {cause}") from error
        if not member.eof:
            raise _fault(path, f"its gzip data is cut short after {len(compressed):,} bytes")
        compressed = member.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _fault(path, what):
    return ValueError(f"read_idx: {path}: {what}")
