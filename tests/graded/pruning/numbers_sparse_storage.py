"""The computed numbers of the card pruning/sparse_storage, in the order of its tables, row by row."""

import functools

import numpy as np

from minicompress.pruning import size_ledgers
from minicompress.pruning.encodings import relative_indices

GIVEN = {
    "90%": "the sparsity asked for",
    "50%": "a sparsity that the table assumes",
    "95%": "a sparsity that the table assumes",
    "99%": "a sparsity that the table assumes",
    "8%": "what the paper keeps of the first layer of LeNet-300-100: table 2 of arXiv:1510.00149",
    "92%": "the sparsity that belongs to the 8% kept",
    "3.1%": "the paper's rate for that layer, before Huffman coding",
    "2.13": "the PyTorch version the differences were measured on",
}
SHAPE = (300, 784)


def numbers():
    table = {}
    for bits in (32, 8):
        for s in (0.5, 0.9, 0.99):
            for encoding in ("csr", "relative", "bitmask"):
                table[f"{bits} bits, {s}: {encoding}"] = f"{shares(s, bits)[encoding]:.1%}"
    for encoding in ("csr", "relative", "bitmask"):
        for bits in (32, 8, 4):
            table[f"break-even {encoding} {bits}"] = f"{break_even(encoding, bits):.1%}"
    crossings = break_even("relative", 8, "bitmask"), break_even("csr", 8, "relative")
    table["smallest"] = " / ".join(f"{s:.0%}" for s in crossings)
    for s in (0.9, 0.92, 0.95, 0.99):
        table[f"entries per nonzero {s}"] = f"{relative_indices(pruned(s)).gaps.size / kept(s):.2f}"
    w = pruned(0.92)
    without = kept(0.92) * (6 + 5) / (w.size * 32)
    with_fillers = size_ledgers(w, 6)["relative"].size_bytes / w.nbytes
    return table | {"paper": f"{without:.2%} / {with_fillers:.2%}", "best": " / ".join(map(best_index, (0.9, 0.99)))}


@functools.cache
def weights():
    """Normal weights, and their places from the smallest magnitude to the largest."""
    w = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    return w, np.argsort(np.abs(w), axis=None)


def pruned(s):
    """The first layer of LeNet-300-100 with the smallest magnitudes set to zero."""
    w, order = weights()
    w = w.copy()
    w.ravel()[order[: round(s * w.size)]] = 0
    return w


def kept(s):
    return np.count_nonzero(pruned(s))


def shares(s, bits):
    """Bytes of each encoding over those of the dense one."""
    ledgers = size_ledgers(pruned(s), bits)
    dense = ledgers["dense"].size_bytes
    return {encoding: ledger.size_bytes / dense for encoding, ledger in ledgers.items()}


def break_even(encoding, bits, other="dense"):
    """The sparsity from which an encoding is smaller than another, by halving the interval."""
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if shares(middle, bits)[encoding] >= shares(middle, bits)[other] else (low, middle)
    return high


def best_index(s):
    """The width of relative indices that is smallest with 8-bit values."""
    w = pruned(s)
    return str(min(range(1, 9), key=lambda width: size_ledgers(w, 8, index_bits=width)["relative"].size_bytes))
