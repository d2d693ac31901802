"""Graded checks of pruning/sparse_storage."""

import numpy as np

from minicompress.kit.grading import graded


def reference(w, value_bits):
    """Writes every bit into a string and measures the strings."""
    value_bits = int(value_bits)
    flat = w.ravel().tolist()
    value = "v" * value_bits
    values = "".join(value for number in flat if number != 0)
    entries, zeros, stored = 0, 0, 0
    for number in flat:
        if number == 0 and zeros < 31:
            zeros += 1
            continue
        entries, zeros = entries + 1, 0
        if number != 0:
            stored = entries  # fillers behind the last nonzero do not count
    relative = ("i" * 5 + value) * stored
    shape = 4 * w.ndim
    return (
        octets(value * w.size),
        shape + 4 * (w.shape[0] + 1) + 2 * (len(values) // value_bits) + octets(values),
        shape + 4 + octets(relative),
        shape + octets("m" * w.size) + octets(values),
    )


def octets(bits):
    return len(range(0, len(bits), 8))


def pruned(*shape, kept=0.4, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * (rng.random(shape) < kept)).astype(np.float32)


def at(places, *shape):
    """Zeros, except at these places in the order of memory."""
    w = np.zeros(shape)
    w.ravel()[list(places)] = [(-1) ** i * (i + 1) for i in range(len(places))]
    return w


@graded(
    2, en="a case worked by hand: two nonzeros of 8 bits in a 2 x 20 matrix", zh="手算的例子：2 x 20，两个 8 位非零值"
)
def test_hand_worked_case(submission):
    # n = 40, k = 2, at places 3 and 38: 3 zeros before the first, 34 before the second, so one filler, then 2 zeros
    # dense     40 * 8 bits                                       = 40
    # csr       8 shape + 3 starts * 4 + 2 columns * 2 + 2 values = 26
    # relative  8 shape + 4 count + 3 entries * 13 = 39 bits: 5   = 17
    # bitmask   8 shape + 40 bits: 5 + 2 values                   = 15
    submission.agrees_with(lambda w, value_bits: (40, 26, 17, 15), lambda: (at([3, 38], 2, 20), 8))


@graded(1, en="tiny and huge numbers; bits as NumPy integers", zh="极小与极大的数；位数可为 NumPy 整数")
def test_any_number_and_any_integer(submission):
    submission.agrees_with(reference, lambda: (np.array([[0, 1e-300, 0, -0.0], [1e300, 0, -1e-30, 0]]), 7))
    for number in (np.int8, np.uint8, np.int64):
        submission.agrees_with(reference, lambda n=number: (pruned(30, 45, seed=20), n(11)))
        submission.agrees_with(reference, lambda n=number: (at([100, 260], 2, 150), n(32)))


@graded(1, en="an empty matrix; views in any order of memory", zh="空矩阵；任意内存布局的视图")
def test_empty_and_views(submission):
    submission.agrees_with(reference, lambda: (np.zeros((0, 4)), 5))
    submission.agrees_with(reference, lambda: (np.zeros((3, 0)), 5))
    submission.agrees_with(reference, lambda: (at([3, 38, 77], 4, 20).T, 5))
    submission.agrees_with(reference, lambda: (np.asfortranarray(at([3, 38, 77], 2, 50)), 5))
    submission.agrees_with(reference, lambda: (at([3, 38, 77, 140], 4, 40)[::-2, ::3], 5))


@graded(2, en="matrices of several sparsities, 32 and 8 bits", zh="几种稀疏度的矩阵，32 位与 8 位")
def test_matrices(submission):
    submission.agrees_with(reference, lambda: (pruned(6, 9), 32))
    submission.agrees_with(reference, lambda: (pruned(9, 16, kept=0.8, seed=1), 8))
    submission.agrees_with(reference, lambda: (pruned(16, 30, kept=0.04, seed=2), 8))


@graded(2, en="fillers: gaps of 31, 32, 63, 64 and 100 zeros", zh="填充条目：间隔 31、32、63、64、100 个零")
def test_fillers(submission):
    for zeros in (30, 31, 32, 33, 63, 64, 100):
        submission.agrees_with(reference, lambda zeros=zeros: (at([5, 6 + zeros], 2, 110), 8))


@graded(2, en="zeros before the first and after the last nonzero; gaps across rows", zh="首尾的零；跨行的间隔")
def test_beginning_and_end(submission):
    for first in (31, 32, 63, 70):
        submission.agrees_with(reference, lambda first=first: (at([first], 8, 10), 8))
    submission.agrees_with(reference, lambda: (at([0], 8, 10), 8))
    submission.agrees_with(reference, lambda: (at([0, 79], 8, 10), 8))
    submission.agrees_with(reference, lambda: (at([15, 47, 79], 8, 10), 8))


@graded(1, en="bits that do not fill bytes: 1, 3, 5 and 13", zh="凑不满字节的位数：1、3、5、13")
def test_bits_that_do_not_fill_bytes(submission):
    for bits in (1, 3, 5, 13):
        submission.agrees_with(reference, lambda bits=bits: (pruned(5, 7, kept=0.5, seed=bits), bits))
        submission.agrees_with(reference, lambda bits=bits: (at([4], 2, 5), bits))


@graded(1, en="all zeros; no zeros; a single weight; -0.0", zh="全零；没有零；单个权重；-0.0")
def test_extremes(submission):
    submission.agrees_with(reference, lambda: (np.zeros((5, 20)), 8))
    submission.agrees_with(reference, lambda: (pruned(4, 6, kept=2), 16))
    submission.agrees_with(reference, lambda: (np.array([[2.5]]), 32))
    submission.agrees_with(reference, lambda: (np.array([[1e-30, -0.0, -3.0]]), 32))


@graded(1, en="convolution kernels: rows are outputs, the shape has four axes", zh="卷积核：行是输出，形状有四个轴")
def test_convolution(submission):
    submission.agrees_with(reference, lambda: (pruned(3, 4, 2, 5, seed=4), 8))
    submission.agrees_with(reference, lambda: (pruned(5, 2, 3, 3, kept=0.05, seed=5), 4))
    submission.agrees_with(reference, lambda: (pruned(12, 7, kept=0.3, seed=6).T, 8))


@graded(1, en="one axis, or bits outside 1 to 32, are refused", zh="拒绝只有一个轴，或位数超出 1 到 32")
def test_bad_arguments_are_refused(submission):
    submission.rejects(ValueError, lambda: (pruned(12), 8))
    submission.rejects(ValueError, lambda: (np.array(1.0), 8))
    for bits in (0, -8, 33):
        submission.rejects(ValueError, lambda bits=bits: (pruned(3, 4), bits))
    submission.agrees_with(reference, lambda: (pruned(3, 4), 32))
