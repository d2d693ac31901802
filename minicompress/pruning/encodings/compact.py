"""Sizes of sparse encodings: an encoding is smaller than the dense array if its indices take less than the zeros.

                for n places, k nonzeros of b bits, r rows                                     smaller than dense from
    dense       n b                                                                            -
    csr         k b + 16 k + 32 (r + 1)         a 16-bit column each, a start for each row     s > 16 / (b + 16)
    relative    e (b + 5),  e = k + fillers     a 5-bit number of zeros before each entry      s > 5 / (b + 5), roughly
    bitmask     k b + n                         one bit for each place                         s > 1 / b

All sizes are in bits, without the header. A relative index counts the zeros since the last entry, up to 31 with five
bits. In a run of 32 or more zeros, a filler entry (31 zeros and a value of 0) stands for 32 places. If the nonzeros are
at random places, with sparsity s,

    e = k / (1 - s^32)       4% more entries at s = 0.9, about twice as many entries as nonzeros at s = 0.98

So the bitmask suits a low sparsity, narrow indices a medium one, and wide indices a high one.

Source: Han, Mao, Dally 2016 (arXiv:1510.00149), section 2 and figure 2. Differs from the paper: it stores the distance
(1 to 32) where this file stores the number of zeros (0 to 31), in the same number of bits. Left out: codebooks, Huffman
codes, and the file itself (`minicompress/deploy/storage.py`).
"""

from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, reject, whole_number
from minicompress._base.sizes import bits_to_bytes, column_dtype, row_start_bits

__all__ = ["RelativeIndices", "SizeLedger", "relative_indices", "size_ledgers"]


@dataclass(frozen=True)
class SizeLedger:
    """The size of one encoding, by parts; all fields are in bits.

    >>> SizeLedger(values=64, indices=10).size_bytes
    10
    """

    values: int  # of the nonzeros; dense: of all
    indices: int = 0  # columns, relative indices or the mask, padded to whole bytes
    filler: int = 0  # entries that hold no nonzero, value and index
    pointers: int = 0  # row starts
    header: int = 0  # the shape, and how many entries where that cannot be told otherwise

    @property
    def size_bytes(self) -> int:
        """Bytes of everything, rounded up."""
        return bits_to_bytes(self.values + self.indices + self.filler + self.pointers + self.header)


def size_ledgers(w: np.ndarray, value_bits: int = 32, *, index_bits: int = 5) -> dict[str, SizeLedger]:
    """Return what `w` would take in each encoding, {"dense", "csr", "relative", "bitmask": SizeLedger}.

    Parameters
    ----------
    w : array with two axes or more, seen as a matrix (first axis, the rest).
    value_bits : integer from 1 to 64, bits of one value: 32 for float32, fewer for codes.
    index_bits : integer from 1 to 8, bits of a relative index. Five, as the paper takes for fully connected layers.

    Columns are 16 bits wide, or 32 if there are more than 65,536. The header is the shape at 32 bits for each axis (not
    for dense, whose reader must know it) and, for relative indices, the number of entries at 32 bits.

    Raises ValueError for numbers of bits out of range and for `w` of other things than numbers or of fewer axes.

    >>> w = np.where(np.arange(1000) % 10, 0, 1).reshape(10, 100)
    >>> {name: ledger.size_bytes for name, ledger in size_ledgers(w).items()}
    {'dense': 4000, 'csr': 652, 'relative': 475, 'bitmask': 533}
    """
    w = array("size_ledgers", "w", w, kinds="fiub")
    if w.ndim < 2:
        reject("size_ledgers", "w", "an array with two axes or more", f"shape {w.shape}")
    b = whole_number("size_ledgers", "value_bits", value_bits, low=1, high=64)
    index_bits = whole_number("size_ledgers", "index_bits", index_bits, low=1, high=8)
    k, n, header = int(np.count_nonzero(w)), w.size, 32 * w.ndim
    column_bits = 8 * column_dtype(n // max(len(w), 1)).itemsize
    entries = relative_indices(w, index_bits).gaps.size
    return {
        "dense": SizeLedger(n * b),
        "csr": SizeLedger(k * b, k * column_bits, pointers=row_start_bits(len(w)), header=header),
        "relative": SizeLedger(k * b, k * index_bits, (entries - k) * (b + index_bits), header=header + 32),
        "bitmask": SizeLedger(k * b, 8 * bits_to_bytes(n), header=header),
    }


@dataclass(frozen=True)
class RelativeIndices:
    """An array as entries in the order of memory; `relative_indices` makes one.

    Attributes
    ----------
    values : array (entries,), 0 for a filler.
    gaps : uint8 array (entries,), how many zeros lie between an entry and the one before, at most 2^index_bits - 1.
    shape : of the dense array. What follows the last entry is zero.
    index_bits : int

    >>> RelativeIndices(np.array([7, 8]), np.array([1, 0], np.uint8), (1, 4), 5).dense().tolist()
    [[0, 7, 8, 0]]
    """

    values: np.ndarray
    gaps: np.ndarray
    shape: tuple
    index_bits: int

    def dense(self) -> np.ndarray:
        """Return the dense array."""
        w = np.zeros(int(np.prod(self.shape)), self.values.dtype)
        w[np.cumsum(self.gaps.astype(np.int64) + 1) - 1] = self.values
        return w.reshape(self.shape)


def relative_indices(w: np.ndarray, index_bits: int = 5) -> RelativeIndices:
    """Return `RelativeIndices` of an array: `relative_indices(w).dense()` equals `w`, with 0.0 for -0.0.

    Raises ValueError if `index_bits` is not an integer from 1 to 8, or `w` holds other things than numbers.

    >>> packed = relative_indices(np.array([[0, 7, 8, 0]]))
    >>> packed.values.tolist(), packed.gaps.tolist()
    ([7, 8], [1, 0])
    >>> packed.dense().tolist()
    [[0, 7, 8, 0]]
    """
    w = array("relative_indices", "w", w, kinds="fiub")
    index_bits = whole_number("relative_indices", "index_bits", index_bits, low=1, high=8)
    reach = 2**index_bits
    places = np.flatnonzero(w)
    zeros = np.diff(places, prepend=-1) - 1  # before each nonzero
    fillers = zeros // reach  # each stands for `reach` zeros: the gap and its own place
    entry = np.cumsum(fillers + 1) - 1  # the place of each nonzero among all entries
    total = int(entry[-1]) + 1 if entry.size else 0
    values, gaps = np.zeros(total, w.dtype), np.full(total, reach - 1, np.uint8)
    values[entry] = w.ravel()[places]
    gaps[entry] = zeros % reach
    return RelativeIndices(values, gaps, w.shape, index_bits)
