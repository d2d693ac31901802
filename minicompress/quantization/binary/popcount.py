"""Products of binary vectors without multiplication: 64 signs are compared at once, and differences are counted.

    bit = 1 for +1, 0 for -1                      entry i stands in bit i mod 64 of word i div 64
    x xor w                                       has a 1 wherever the signs differ: a product of -1
    x . w = (agreeing) - (differing) = n - 2 popcount(x xor w)

xor is used and not XNOR because of the last word, which has unused bits if 64 does not divide n. They are 0 in both
operands, so xor keeps them 0, while XNOR would turn them into 1, count them as agreeing, and need a mask. n is the
number of signs, not of bits. Every sum is exact, the same integer as a float product gives.

A sign takes one bit instead of 32. An alpha for each output is constant in the sum, so it multiplies the result:
y_o = alpha_o (x . q_o).

Sources: Courbariaux et al. 2016 (arXiv:1602.02830); Rastegari et al. 2016 (arXiv:1603.05279), section 3.2.
Left out: convolutions (columns first, and padding has to be a sign: there is no 0); inputs of several bits.
"""

from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, reject

__all__ = ["PackedSigns", "pack_signs", "popcount"]

_WORD = np.dtype("<u8")  # little-endian on every machine, so that bit i of the array is bit i of its bytes
_BITS_OF_BYTE = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(axis=1, dtype=np.uint8)


@dataclass(frozen=True)
class PackedSigns:
    """A matrix of signs, one bit each.

    Attributes
    ----------
    words : array (rows, ceil(n / 64)) of uint64; bits beyond n are 0.
    n : int, the number of signs in a row.

    >>> w, x = pack_signs(np.array([[1, -1, 1]])), pack_signs(np.array([[1, 1, 1]]))
    >>> w.matmul(x).tolist()
    [[1]]
    """

    words: np.ndarray
    n: int

    @property
    def size_bytes(self):
        """Bytes of the words: rows are filled up to whole words."""
        return self.words.nbytes

    def unpack(self):
        """Return the signs (rows, n) as int8, -1 and +1."""
        if not self.words.size:
            return np.zeros((len(self.words), self.n), np.int8)
        bits = np.unpackbits(self.words.view(np.uint8), axis=1, bitorder="little")[:, : self.n]
        return 2 * bits.view(np.int8) - 1

    def matmul(self, x):
        """Return x wᵀ as int64 (rows of x, rows of w), where w is this matrix and x another PackedSigns.

        Raises ValueError if their rows differ in length.
        """
        if not isinstance(x, PackedSigns) or x.n != self.n:
            reject("PackedSigns.matmul", "x", f"PackedSigns with {self.n} signs a row", getattr(x, "n", type(x)))
        differing = np.zeros((len(x.words), len(self.words)), np.int64)
        for x_word, w_word in zip(
            x.words.T, self.words.T, strict=True
        ):  # one row at a time: all at once takes too much memory
            differing += popcount(x_word[:, None] ^ w_word)
        return self.n - 2 * differing  # signed: in unsigned words a negative sum would wrap around


def pack_signs(x: np.ndarray) -> PackedSigns:
    """Return the `PackedSigns` of a matrix (rows, n): bit 1 where x >= 0, so that the sign of 0 is +1.

    Raises ValueError if `x` is not a matrix of numbers, or has NaN, which has no sign.

    >>> packed = pack_signs(np.array([[1.0, -2.0, 0.0]]))
    >>> packed.words.tolist(), packed.unpack().tolist()
    ([[5]], [[1, -1, 1]])
    """
    x = array("pack_signs", "x", x, kinds="fiub", expected="a matrix of numbers")
    if x.ndim != 2:
        reject("pack_signs", "x", "a matrix", x.shape)
    if np.isnan(x).any():
        reject("pack_signs", "x", "free of NaN", "NaN")
    rows, n = x.shape
    padded = np.zeros((rows, -(-n // 64) * 64), bool)
    padded[:, :n] = x >= 0
    return PackedSigns(np.packbits(padded, axis=1, bitorder="little").view(_WORD), n)


def popcount(words: np.ndarray) -> np.ndarray:
    """Return how many bits of each word are 1, as uint8; `words` is an array of unsigned integers, else ValueError.

    >>> popcount(np.array([5, 255], np.uint8)).tolist()
    [2, 8]
    """
    # Of signed ones NumPy counts the bits of |word|, and a table those of the two's complement.
    words = array("popcount", "words", words, kinds="u", expected="an array of unsigned integers")
    if hasattr(np, "bitwise_count"):  # from NumPy 2.0: one instruction a word
        return np.bitwise_count(words)
    return popcount_by_table(words)


def popcount_by_table(words):
    """The same as `popcount`, byte by byte with a table of 256 entries."""
    words = np.ascontiguousarray(words)
    counts = _BITS_OF_BYTE[words.view(np.uint8).reshape(*words.shape, words.itemsize)]
    return counts.sum(axis=-1, dtype=np.uint8)  # at most 64
