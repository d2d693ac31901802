"""Matrix product that skips the zeros of its first factor.

    c[i] = sum over the k with a[i, k] != 0 of a[i, k] b[k]         a (n, m), b (m, p), c (n, p)

Max-pooling over windows of 2 x 2 leaves three of four gradients zero, and BLAS multiplies by each of these zeros. This
loop gathers the nonzero elements of a row of a and adds up the matching rows of b, four at a time, so that the row of c
is read and written once per four.

A multiplication takes two to three times as long here as in BLAS, because BLAS uses each number that it reads many
times. So the loop pays only for a matrix with many zeros: `is_worth_it` has the limit.

Differs from the full product: 0 times infinity or NaN is skipped, where the full product has NaN.
"""

import numpy as np

from minicompress.kernels.jit import jit

__all__ = ["is_worth_it", "product_without_zeros"]

_AT_MOST = 0.3  # share of nonzero elements; at a quarter the loop takes about two thirds of the time of BLAS


def is_worth_it(a):
    """Return whether a contiguous array has so many zeros that `product_without_zeros` is faster than BLAS."""
    return count_nonzero(a.reshape(-1)) <= _AT_MOST * a.size


@jit
def count_nonzero(a):
    """Return the number of nonzero elements of a flat array; NumPy takes several times as long."""
    count = 0
    for k in range(len(a)):
        count += a[k] != 0
    return count


@jit
def product_without_zeros(a, b, c):
    """Write a b into c, for a (n, m), b (m, p), c (n, p)."""
    n, m = a.shape
    factors, places = np.empty(m, a.dtype), np.empty(m, np.int64)
    for i in range(n):
        count = 0
        for k in range(m):  # always written, and overwritten later if zero: faster than a branch
            factors[count], places[count] = a[i, k], k
            count += a[i, k] != 0
        row = c[i]
        row[:] = 0
        fours = count // 4 * 4
        for j in range(0, fours, 4):
            b0, b1, b2, b3 = b[places[j]], b[places[j + 1]], b[places[j + 2]], b[places[j + 3]]
            a0, a1, a2, a3 = factors[j], factors[j + 1], factors[j + 2], factors[j + 3]
            for o in range(len(row)):
                row[o] += a0 * b0[o] + a1 * b1[o] + a2 * b2[o] + a3 * b3[o]
        for j in range(fours, count):
            b0, a0 = b[places[j]], factors[j]
            for o in range(len(row)):
                row[o] += a0 * b0[o]
