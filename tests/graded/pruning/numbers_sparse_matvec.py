"""The computed numbers of the card pruning/sparse_matvec, in the order of its table, row by row."""

import numpy as np

from minicompress.pruning import compress_rows

GIVEN = {
    "90%": "the sparsity asked for",
    "99%": "a sparsity that the table assumes",
    "99.9%": "a sparsity that the table assumes",
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    w = layer(0.9)
    csr = compress_rows(w)
    lengths = np.diff(csr.row_starts)
    return {
        "products": f"{w.size:,} / {csr.values.size:,}",
        "bytes": f"{w.nbytes:,} / {csr.size_bytes:,} ({csr.size_bytes / w.nbytes:.1%})",
        "bytes for each product": f"{w.nbytes / w.size:.2f} / {csr.size_bytes / csr.values.size:.2f}",
        "row starts": f"{csr.row_starts.nbytes:,}",
        "coordinates": f"{csr.values.nbytes + csr.columns.nbytes + csr.values.size * 2:,}",
        "lengths": f"{lengths.min()} / {lengths.mean():.1f} / {lengths.max()}",
        "empty": " / ".join(f"{empty_rows(s):.0%}" for s in (0.9, 0.99, 0.999)),
    }


def layer(sparsity):
    """The first layer of LeNet-300-100 with N(0, 1) weights, the smallest magnitudes set to zero."""
    w = np.random.default_rng(0).normal(size=(300, 784)).astype(np.float32)
    w[np.abs(w) < np.quantile(np.abs(w), sparsity)] = 0
    return w


def empty_rows(sparsity):
    return np.mean(np.diff(compress_rows(layer(sparsity)).row_starts) == 0)
