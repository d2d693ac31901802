"""Graded checks of pruning/sparse_matvec."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-5, "atol": 1e-9, "exact_arguments": True, "dtypes": ("[0]",)}  # the values keep their dtype


def reference(w, x):
    """One entry at a time."""
    values, columns, row_starts, y = [], [], [0], []
    for row in w:
        products = []
        for j, value in enumerate(row):
            if value != 0:
                values.append(value)
                columns.append(j)
                products.append(float(value) * float(x[j]))
        row_starts.append(len(values))
        y.append(math.fsum(products))
    return np.array(values, w.dtype), np.array(columns, int), np.array(row_starts), np.array(y, float)


def matrix(out, inputs, *, kept=0.4, seed=0, dtype=np.float64):
    """Multiples of 1/8 at random places."""
    rng = np.random.default_rng(seed)
    w = rng.integers(1, 17, (out, inputs)) * rng.choice([-1, 1], (out, inputs)) / 8
    return (w * (rng.random((out, inputs)) < kept)).astype(dtype)


def vector(inputs, *, seed=9, dtype=np.float64):
    return (np.random.default_rng(seed).integers(1, 33, inputs) / 4 - 3.875).astype(dtype)


@graded(2, en="a case worked by hand: three rows, one of them empty", zh="手算的例子：三行，其中一行为空")
def test_hand_worked_case(submission):
    # row 0:  0 5 0 -1    5 at column 1, -1 at 3     y = 5 * 2 - 1 * 4 = 6
    # row 1:  0 0 0  0                               y = 0
    # row 2:  2 0 3  0    2 at 0, 3 at 2             y = 2 * 1 + 3 * 3 = 11
    def make():
        return np.array([[0.0, 5, 0, -1], [0, 0, 0, 0], [2, 0, 3, 0]]), np.array([1.0, 2, 3, 4])

    def by_hand(w, x):
        return np.array([5.0, -1, 2, 3]), np.array([1, 3, 0, 2]), np.array([0, 2, 2, 4]), np.array([6.0, 0, 11])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="wide and tall matrices, float32 too", zh="宽矩阵与高矩阵，包括 float32")
def test_wide_and_tall(submission):
    submission.agrees_with(reference, lambda: (matrix(4, 9), vector(9)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (matrix(9, 4, seed=1, kept=0.6), vector(4)), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: (matrix(6, 5, seed=2, dtype=np.float32), vector(5, dtype=np.float32)), **TOLERANCE
    )


@graded(2, en="empty rows: first, last, several in a row, all", zh="空行：首行、末行、连续几行、全部")
def test_empty_rows(submission):
    def some_empty():
        w = matrix(8, 5, kept=0.7, seed=3)
        w[[0, 3, 4, 7]] = 0
        return w, vector(5)

    submission.agrees_with(reference, some_empty, **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((3, 4)), vector(4)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[0.0, 0, 0], [0, 0, 2.5]]), vector(3)), **TOLERANCE)


@graded(1, en="no zeros at all; one row, one column, one number", zh="没有零；一行、一列、一个数")
def test_dense_and_small(submission):
    submission.agrees_with(reference, lambda: (matrix(3, 5, kept=2), vector(5)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (matrix(1, 6, seed=4), vector(6)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (matrix(6, 1, seed=5), vector(1)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.array([[-0.5]]), np.array([3.0])), **TOLERANCE)


@graded(1, en="tiny weights are kept, -0.0 is not", zh="极小的权重要保留，-0.0 不保留")
def test_tiny_weights_and_negative_zero(submission):
    def make():
        return np.array([[1e-12, -0.0, 0.5], [-0.0, -1e-30, 0.0]]), np.array([1e12, 3.0, 2.0])

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    2,
    en="zeros are skipped: an infinite x that meets only zeros has no effect",
    zh="跳过零：只遇到零的无穷大不影响结果",
)
def test_what_is_not_stored_is_not_multiplied(submission):
    def make():
        w = matrix(5, 6, kept=0.8, seed=6)
        w[:, [2, 4]] = 0
        x = vector(6)
        x[2], x[4] = np.inf, np.nan
        return w, x

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="values from tiny to huge are stored as they are", zh="从极小到极大的值原样存储")
def test_values_are_stored_exactly(submission):
    def close():
        return np.array([[1 + 1e-12, 0, 1 - 1e-12], [0, 1e30, 0], [0, 0, -1e-300]]), np.array([2.0, 1e-20, 1.0])

    def narrow():
        return np.array([[3e38, 0, 0], [0, 1e-45, 0], [0, 0.1, 3e-38]], np.float32), np.array([0.5, 1.25, 1.0], "f4")

    submission.agrees_with(reference, close, **{**TOLERANCE, "rtol": 1e-14})
    submission.agrees_with(reference, narrow, **TOLERANCE)


@graded(1, en="more columns than a byte can count, an empty matrix", zh="列数超过一个字节，以及空矩阵")
def test_many_columns_and_none(submission):
    submission.agrees_with(reference, lambda: (matrix(3, 300, kept=0.2, seed=10), vector(300)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (matrix(300, 2, kept=0.7, seed=11), vector(2)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((0, 4)), vector(4)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((3, 0)), np.zeros(0)), **TOLERANCE)


@graded(1, en="views that are not contiguous", zh="不连续的视图")
def test_views(submission):
    submission.agrees_with(reference, lambda: (matrix(5, 7, seed=7).T, vector(10)[::2]), **TOLERANCE)
    submission.agrees_with(reference, lambda: (matrix(8, 6, seed=8)[::-2, ::2], vector(3)), **TOLERANCE)


@graded(1, en="arguments that do not fit are refused", zh="拒绝不匹配的参数")
def test_bad_arguments_are_refused(submission):
    submission.rejects(ValueError, lambda: (matrix(4, 5), vector(4)))
    submission.rejects(ValueError, lambda: (matrix(4, 5), vector(6)))
    submission.rejects(ValueError, lambda: (np.zeros((4, 5)), vector(1)))
    submission.rejects(ValueError, lambda: (matrix(4, 5), vector(5).reshape(5, 1)))
    submission.rejects(ValueError, lambda: (vector(5), vector(5)))
    submission.rejects(ValueError, lambda: (matrix(4, 10).reshape(4, 2, 5), matrix(2, 5)))
    submission.rejects(ValueError, lambda: (matrix(4, 10).reshape(4, 2, 5), vector(2)))
