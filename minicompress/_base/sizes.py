"""Sizes of the parts of a compressed model, in bytes.

    codes         n of b bits, packed without gaps          ceil(n b / 8)
    scales        g float32                                 4g
    columns       k of uint16, or uint32 for more than 65,536 columns    2k or 4k
    row starts    r rows, int32                             4 (r + 1)
    mask          n bits                                    ceil(n / 8)

Every report of a size adds these up, so that two reports of the same array agree.

Left out: names and headers of a file.
"""

import numpy as np

from minicompress._base.arguments import whole_number

__all__ = [
    "FLOAT_BYTES",
    "array_bytes",
    "bits_to_bytes",
    "column_dtype",
    "packed_bytes",
    "row_start_bits",
    "scale_bytes",
]

FLOAT_BYTES = 4  # of a float32
_ROW_START_BITS = 32


def bits_to_bytes(bits):
    """Return ceil(bits / 8)."""
    return -(-bits // 8)


def packed_bytes(n, bits):
    """Return ceil(n * bits / 8), the bytes of n codes; ValueError unless n >= 0 and bits >= 1 are integers."""
    n = whole_number("packed_bytes", "n", n, low=0)
    bits = whole_number("packed_bytes", "bits", bits, low=1)
    return bits_to_bytes(n * bits)


def scale_bytes(count):
    """Return the bytes of `count` float32 scales or table entries."""
    return FLOAT_BYTES * count


def row_start_bits(rows):
    """Return the bits of the int32 row starts of a matrix in compressed rows: one per row, and the end."""
    return _ROW_START_BITS * (rows + 1)


def column_dtype(columns):
    """Return the dtype of a column index in a matrix of `columns` columns: uint16 if it suffices, else uint32."""
    return np.dtype(np.uint16 if columns <= 2**16 else np.uint32)


def array_bytes(arrays):
    """Return the bytes of an iterable of arrays, without headers."""
    return sum(array.nbytes for array in arrays)
