"""Encodings of sparse arrays: which is smallest, and how one is multiplied."""

from minicompress.pruning.encodings.compact import RelativeIndices, SizeLedger, relative_indices, size_ledgers
from minicompress.pruning.encodings.sparse import CSR, compress_rows

__all__ = ["CSR", "RelativeIndices", "SizeLedger", "compress_rows", "relative_indices", "size_ledgers"]
