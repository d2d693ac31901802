"""Packing of codes of 1 to 16 bits into bytes, without gaps.

    stream = the bits of code 0, then those of code 1, ...    each code `bits` wide, its high bit first
    byte i = bits 8i .. 8i+7 of the stream                    the first of them is the high bit of the byte
    bytes  = ceil(n * bits / 8)                               the last byte is filled up with zeros

There are no unused bits between codes, so a code may lie in two bytes. Three bits, codes 5, 3, 6:

    101 011 110  ->  10101111 0.......  ->  175, 0

Codes are unsigned here. Signed codes q are stored as q - qmin, the distance from the least code.

Conventions that are often confused: this is the order of `np.packbits` (bitorder "big"). With 4 bits the first code is
in the upper half of its byte; ONNX puts it into the lower half. A file must say which order it uses, and the number of
codes, because the padding of the last byte can look like codes.

Left out: aligned layouts, such as ten 3-bit codes in 32 bits, which waste bits to make unpacking quicker.
"""

import numpy as np

from minicompress._base.arguments import array, reject, whole_number
from minicompress._base.sizes import packed_bytes

__all__ = ["pack_bits", "packed_bytes", "unpack_bits"]


def pack_bits(codes: np.ndarray, bits: int) -> np.ndarray:
    """Return the codes as bytes, without gaps, the high bit first.

    Parameters
    ----------
    codes : array of integers from 0 to 2^bits - 1, any shape, read in C order.
    bits : integer from 1 to 16.

    Returns
    -------
    uint8 array of shape (ceil(n * bits / 8),)

    Raises
    ------
    ValueError : codes that are not integers or need more than `bits` bits; bits out of range.

    >>> pack_bits(np.array([5, 3, 6]), 3).tolist()
    [175, 0]
    """
    bits = whole_number("pack_bits", "bits", bits, low=1, high=16)
    codes = array("pack_bits", "codes", codes, kinds="iuf", expected="integers")
    if codes.size == 0:
        return np.zeros(0, np.uint8)
    if codes.dtype.kind == "f":
        reject("pack_bits", "codes", "integers", codes.dtype)
    if codes.min() < 0 or codes.max() >= 2**bits:
        reject("pack_bits", "codes", f"from 0 to {2**bits - 1}", (int(codes.min()), int(codes.max())))
    stream = (codes.astype(np.uint16).reshape(-1, 1) >> _places(bits)) & 1
    return np.packbits(stream.astype(np.uint8))


def unpack_bits(packed: np.ndarray, bits: int, n: int) -> np.ndarray:
    """Return the first `n` codes of what `pack_bits` wrote.

    Parameters
    ----------
    packed : uint8 array of shape (ceil(n * bits / 8),); the bits behind the last code are not looked at.
    bits : integer from 1 to 16.
    n : number of codes, an integer >= 0.

    Returns
    -------
    array of shape (n,), uint8 up to 8 bits, uint16 above.

    Raises
    ------
    ValueError : bytes of another type or number, bits or n out of range.

    >>> unpack_bits(np.array([175, 0], np.uint8), 3, 3).tolist()
    [5, 3, 6]
    """
    bits = whole_number("unpack_bits", "bits", bits, low=1, high=16)
    n = whole_number("unpack_bits", "n", n, low=0)
    packed = np.asarray(packed)
    if packed.dtype != np.uint8 or packed.shape != (packed_bytes(n, bits),):
        expected = f"a uint8 array of shape ({packed_bytes(n, bits)},) for {n} codes of {bits} bits"
        reject("unpack_bits", "packed", expected, (packed.dtype, packed.shape))
    stream = np.unpackbits(packed, count=n * bits).reshape(n, bits)
    codes = (stream.astype(np.uint16) << _places(bits)).sum(axis=1, dtype=np.uint16)
    return codes.astype(np.uint8 if bits <= 8 else np.uint16)


def _places(bits):
    """Of each bit of a code, from the high one to the low one."""
    return np.arange(bits - 1, -1, -1, dtype=np.uint16)
