"""Graded checks of quantization/xnor_popcount. Everything is exact."""

import numpy as np

from minicompress.kit.grading import graded

OPEN = {"dtypes": "none"}  # the width of the signed integers is left open


def reference(x, w_words):
    """One sign at a time, with Python's integers."""
    n, ins = x.shape
    y = np.zeros((n, len(w_words)), np.int64)
    for i in range(n):
        for o, row in enumerate(w_words.tolist()):
            for k in range(ins):
                w = 1 if row[k // 8] >> (k % 8) & 1 else -1
                y[i, o] += w if x[i, k] >= 0 else -w
    return y


def case(n, outs, ins, *, seed=0, dtype=np.float32):
    """Normal inputs, and random bytes: the bits to spare are random too."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, ins)).astype(dtype), rng.integers(0, 256, (outs, -(-ins // 8)), dtype=np.uint8)


@graded(2, en="a case worked by hand: 3 inputs in one byte", zh="手算的例子：一个字节里的 3 个输入")
def test_hand_worked_case(submission):
    # x = [+, -, +]; bits 0, 1, 2 of 0b11111011 are 1, 1, 0: w = [+, +, -], and the other five bits do not count
    # 1 * 1 + -1 * 1 + 1 * -1 = -1; with 0b00000101, w = [+, -, +]: 3
    def make():
        return np.array([[0.5, -2, 1]], np.float32), np.array([[0b11111011], [0b00000101]], np.uint8)

    def by_hand(x, w_words):
        return np.array([[-1, 3]])

    submission.agrees_with(by_hand, make, **OPEN)


@graded(2, en="whole bytes: 8, 16 and 24 inputs", zh="整字节：8、16、24 个输入")
def test_whole_bytes(submission):
    submission.agrees_with(reference, lambda: case(3, 4, 8), **OPEN)
    submission.agrees_with(reference, lambda: case(2, 5, 16, seed=1), **OPEN)
    submission.agrees_with(reference, lambda: case(4, 3, 24, seed=2, dtype=np.float64), **OPEN)


@graded(2, en="unused bits do not count: 1, 7, 9, 13 and 31 inputs", zh="多出的位不计入：1、7、9、13、31 个输入")
def test_bits_to_spare(submission):
    for ins in (1, 7, 9, 13, 31):
        submission.agrees_with(reference, lambda ins=ins: case(3, 4, ins, seed=ins), **OPEN)


@graded(1, en="unused bits all 0, and all 1", zh="多出的位全为 0，以及全为 1")
def test_spare_bits_of_one_kind(submission):
    def spare(value):
        x, w_words = case(3, 4, 11, seed=3)
        w_words[:, -1] = w_words[:, -1] & 0b111 | (0b11111000 if value else 0)
        return x, w_words

    submission.agrees_with(reference, lambda: spare(0), **OPEN)
    submission.agrees_with(reference, lambda: spare(1), **OPEN)


@graded(1, en="the order of bits: one +1 at each place", zh="位的顺序：每个位置各放一个 +1")
def test_order_of_bits(submission):
    def make():
        x = np.where(np.eye(12) > 0, 1.0, -1.0)
        return x[:, ::1], np.array([[0b00000001, 0], [0b10000000, 0], [0, 0b00000001], [0b00000110, 0b1000]], np.uint8)

    submission.agrees_with(reference, make, **OPEN)


@graded(1, en="zeros among the inputs are +1, -0.0 too", zh="输入中的零算 +1，-0.0 也是")
def test_zeros(submission):
    def make():
        x = np.array([[0.0, -0.0, 1, -1, 0, -2, 0, 3, -0.0], [-1, 0, 0, 0, -5, -0.0, 2, 0, 0]])
        return x, case(1, 3, 9, seed=4)[1]

    submission.agrees_with(reference, make, **OPEN)


@graded(1, en="the sign of the smallest numbers", zh="极小的数也看符号")
def test_signs_of_tiny_numbers(submission):
    def make():
        x = np.array([[-1e-300, 1e-300, -1e-30, 5e-324, -5e-324, 1e300, -1e300, -1e-12, 1.0]])
        return x, case(1, 7, 9, seed=8)[1]

    submission.agrees_with(reference, make, **OPEN)
    submission.agrees_with(
        reference, lambda: (np.array([[-1e-45, 1e-45, -3e38]], np.float32), case(1, 2, 3)[1]), **OPEN
    )


@graded(2, en="negative sums, and sums beyond 255", zh="负的和，以及超过 255 的和")
def test_long_rows(submission):
    def far_apart():
        x = -np.ones((2, 600), np.float32)
        x[1, :300] = 1
        return x, np.full((2, 75), 255, np.uint8)

    submission.agrees_with(reference, far_apart, **OPEN)
    submission.agrees_with(reference, lambda: case(2, 3, 700, seed=5), **OPEN)


@graded(1, en="one sample, one output; a view that is not contiguous", zh="单个样本与单个输出；不连续的视图")
def test_extremes(submission):
    submission.agrees_with(reference, lambda: case(1, 1, 5, seed=6), **OPEN)

    def views():
        x, w_words = case(10, 6, 40, seed=7)
        return x[::2, ::-3], w_words[::2, :2]  # 5 samples, 14 inputs

    submission.agrees_with(reference, views, **OPEN)


@graded(1, en="a wrong number of bytes is refused", zh="拒绝字节数不符的行")
def test_wrong_number_of_bytes_is_refused(submission):
    submission.rejects(ValueError, lambda: (case(2, 3, 17)[0], case(2, 3, 8)[1]))
    submission.rejects(ValueError, lambda: (case(2, 3, 8)[0], case(2, 3, 17)[1]))
    submission.rejects(ValueError, lambda: (case(2, 3, 16)[0], case(2, 3, 17)[1]))


@graded(1, en="words of another type are refused", zh="拒绝其他类型的字")
def test_words_of_another_type_are_refused(submission):
    for dtype in (np.uint16, np.int8, np.float32, bool):
        submission.rejects(ValueError, lambda dtype=dtype: (case(2, 3, 8)[0], np.ones((3, 1), dtype)))
