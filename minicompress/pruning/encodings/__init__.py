"""Encodings of sparse arrays. Read in this order:

    sparse.py     compressed sparse rows, and their products
    compact.py    the size of four encodings, and where each is the smallest

>>> import numpy as np
>>> from minicompress.pruning.encodings import compress_rows, size_ledgers
>>> w = np.where(np.arange(1000) % 10, 0, 1).reshape(10, 100)
>>> {name: ledger.size_bytes for name, ledger in size_ledgers(w).items()}
{'dense': 4000, 'csr': 652, 'relative': 475, 'bitmask': 533}
>>> compress_rows(w).matvec(np.ones(100, int)).tolist()
[10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
"""

from minicompress.pruning.encodings.compact import RelativeIndices, SizeLedger, relative_indices, size_ledgers
from minicompress.pruning.encodings.sparse import CSR, compress_rows

__all__ = ["CSR", "RelativeIndices", "SizeLedger", "compress_rows", "relative_indices", "size_ledgers"]
