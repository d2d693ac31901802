"""Exercise pruning/sparse_matvec: store a pruned matrix as compressed sparse rows (CSR) and multiply with it.

Question card: exercises/pruning/sparse_matvec.md (中文：sparse_matvec.zh.md)
Check it with: minicompress check pruning/sparse_matvec
"""

import numpy as np


def sparse_matvec(w, x):
    """Return (values, columns, row_starts, y): the CSR arrays of w, and y = w x computed from them alone.

    w
        Shape (out, in), float32 or float64, mostly zeros. Rows may be empty, and so may the matrix. -0.0 is a zero;
        everything else is stored, however small.
    x
        Shape (in,), floats; it may hold infinities and NaN.

    Returns a tuple of four new arrays, k being the number of nonzeros:
    values, shape (k,), the dtype of w: the nonzeros, row after row, in a row from left to right;
    columns, shape (k,), signed integers of a width that holds them: the column of each, from 0;
    row_starts, shape (out + 1,), such integers: row i is values[row_starts[i] : row_starts[i + 1]];
    y, shape (out,), floats: for each row the sum of values times the x at their columns, 0 for an empty row.

    What is not stored is not multiplied: an infinite x that meets only zeros does not reach y.
    The results share no memory with the arguments, which stay as they are. Checks accept arithmetic in float32 or
    float64 (relative tolerance 1e-5 of the sum; no sum overflows float32).

    Raises ValueError if w does not have two axes or x is not of shape (in,).

    中文：返回 (values, columns, row_starts, y)：w 的 CSR 三个数组，以及只用它们算出的 y = w x。
    values 逐行、行内从左到右存放非零值（-0.0 也是零）；columns 是各自的列号；row_starts 长 out + 1，
    第 i 行是 values[row_starts[i] : row_starts[i + 1]]；空行的 y 为 0。列号与行起点为有符号整数。
    values 的 dtype 与 w 相同。w 为 float32 或 float64，可以为空。没存的不参与乘法：只遇到零的无穷大 x 不会影响 y。
    结果不与参数共享内存，不修改参数；计算用 float32 或 float64 均可。w 不是二维或 x 的形状不是 (in,)，抛出 ValueError。
    """
    # Write your answer here.
    raise NotImplementedError
