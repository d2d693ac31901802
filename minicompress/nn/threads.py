"""Why does training here use one BLAS thread, unless told otherwise?

The matrices of a small network take fractions of a millisecond. Two BLAS threads then gain little on an idle machine,
and on a busy one they wait for each other at every product: with another process on one of two cores, an epoch of
LeNet-300-100 took seconds instead of a tenth of one. One thread is never slow.

Uses threadpoolctl, which knows how OpenBLAS, MKL and BLIS are told.
"""

import contextlib

__all__ = ["one_blas_thread"]


@contextlib.contextmanager
def one_blas_thread():
    """Limit NumPy's matrix products to one thread inside a `with` block, for the whole process."""
    import threadpoolctl  # looks at every loaded library, which takes a moment: only when it is used

    with threadpoolctl.threadpool_limits(limits=1, user_api="blas"):
        yield
