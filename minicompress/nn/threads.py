"""Why does training here use one BLAS thread? See `minicompress/kernels/threads.py`, which explains and does it."""

from minicompress.kernels.threads import one_blas_thread

__all__ = ["one_blas_thread"]
