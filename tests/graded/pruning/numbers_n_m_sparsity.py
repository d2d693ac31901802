"""The computed numbers of the card pruning/n_m_sparsity, in the order of its tables, row by row."""

from math import comb, log2

import numpy as np

from minicompress.pruning import n_m_mask
from minicompress.pruning.masks import pack_n_m

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    w = np.random.default_rng(0).normal(size=(512, 512)).astype(np.float32)
    strength = np.linalg.norm(w, axis=0)
    table = {
        "half of all": energy(w, np.abs(w) > np.median(np.abs(w))),
        "4:8": energy(w, n_m_mask(w, 4, 8)),
        "2:4": energy(w, n_m_mask(w, 2, 4)),
        "1:2": energy(w, n_m_mask(w, 1, 2)),
        "half of the inputs": energy(w, np.broadcast_to(strength > np.median(strength), w.shape)),
        "groups that fit by chance": f"{comb(4, 2) / 2**4:.1%}",
        "choices": " / ".join(f"{n:,}" for n in (2**8, comb(4, 2) ** 4, comb(8, 4) ** 2, comb(16, 8))),
        "bits needed and stored": f"{log2(comb(4, 2)):.2f} / {2 * 2}",
    }
    for n, m in [(2, 4), (1, 4), (4, 8)]:
        for dtype in (np.float32, np.float16, np.int8):
            table[f"{n}:{m} {dtype.__name__}"] = size(w, n, m, dtype)
    return table


def energy(w, mask):
    """Share of the sum of squares that a mask keeps."""
    return f"{np.square(w * mask).sum() / np.square(w).sum():.1%}"


def size(w, n, m, dtype):
    """Bytes of the packed matrix over bytes of the dense one."""
    dense = np.clip(np.rint(w * 32), -127, 127).astype(dtype)
    packed = pack_n_m(dense * n_m_mask(dense, n, m), n, m)
    return f"{packed.size_bytes / dense.nbytes:.1%}"
