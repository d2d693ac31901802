"""Graded checks of quantization/integer_linear."""

import math

import numpy as np

from minicompress.kit.grading import graded


def reference(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
    """One output at a time in Python's integers, with the zero points multiplied out into four sums."""
    inputs, z_x, z_w, z_y = q_w.shape[1], int(z_x), int(z_w), int(z_y)
    q_y = np.zeros((len(q_x), len(q_w)), np.int8)
    for i, x in enumerate(q_x.tolist()):
        for o, w in enumerate(q_w.tolist()):
            products = sum(a * c for a, c in zip(x, w, strict=True))
            acc = products - z_w * sum(x) - z_x * sum(w) + inputs * z_x * z_w
            acc += round(float(b[o]) / (s_x * float(s_w[o])))
            f, e = math.frexp(s_x * float(s_w[o]) / s_y)
            whole = 2 ** (31 - e)
            r = (2 * acc * round(f * 2**31) + whole) // (2 * whole)  # floor of value + 1/2
            q_y[i, o] = max(-128, min(127, r + z_y))
    return q_y


def layer(n, inputs, out, seed=0, m=0.004, z_x=5, z_w=0, z_y=-7, bias=1.0):
    """Codes over the whole range, multipliers from about m / 2 to m, biases of both signs."""
    rng = np.random.default_rng(seed)
    q_x = rng.integers(-128, 128, (n, inputs)).astype(np.int8)
    q_w = rng.integers(-127, 128, (out, inputs)).astype(np.int8)
    s_w = 0.01 * np.linspace(1, 0.53, out)
    b = (bias * rng.normal(size=out)).astype(np.float32)
    return q_x, 0.05, z_x, q_w, s_w, z_w, b, 0.05 * 0.01 / m, z_y


def sums(acc, m, z_y=0):
    """A layer of one input, 1 or -1 in q_x, whose sums are `acc` and their negatives, each with multiplier m."""
    acc = np.array(acc)
    q_x = np.array([[1], [-1]], np.int8)
    return q_x, 1.0, 0, acc[:, None].astype(np.int8), np.full(len(acc), m), 0, np.zeros(len(acc)), 1.0, z_y


@graded(
    2,
    en="a case worked by hand, with three zero points",
    zh="手算的例子，带三个零点",
)
def test_hand_worked_case(submission):
    # q_x - z_x = 8, -5;  q_w - z_w = 4, -8 | -2, 3         sums 8·4 + 5·8 = 72 | -8·2 - 5·3 = -31
    # q_b = 1 / (0.5 · 0.25) = 8 | -2 / (0.5 · 0.5) = -8    acc = 80 | -39
    # M = 0.125 / 1 | 0.25 / 1                              80 / 8 = 10 | -39 / 4 = -9.75 -> -10
    # q_y = 10 - 3 | -10 - 3
    def make():
        q_x, q_w = np.array([[10, -3]], np.int8), np.array([[5, -7], [-1, 4]], np.int8)
        return q_x, 0.5, 2, q_w, np.array([0.25, 0.5]), 1, np.array([1.0, -2.0]), 1.0, -3

    def by_hand(q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
        return np.array([[7, -13]], np.int8)

    submission.agrees_with(by_hand, make)


@graded(2, en="symmetric weights, one zero point for the input", zh="对称权重，只有输入有零点")
def test_symmetric_weights(submission):
    submission.agrees_with(reference, lambda: layer(4, 6, 3))
    submission.agrees_with(reference, lambda: layer(2, 3, 8, seed=1, z_x=0))
    submission.agrees_with(reference, lambda: layer(1, 1, 1, seed=2, m=0.01, z_x=-3))
    submission.agrees_with(reference, lambda: layer(3, 4, 3, seed=13))


@graded(2, en="zero points everywhere, at the ends of the range too", zh="处处有零点，包括范围两端的零点")
def test_all_zero_points(submission):
    submission.agrees_with(reference, lambda: layer(5, 7, 4, seed=3, z_x=11, z_w=-6, z_y=20))
    submission.agrees_with(reference, lambda: layer(4, 5, 3, seed=4, m=0.002, z_x=-128, z_w=9, z_y=-128))
    submission.agrees_with(reference, lambda: layer(4, 5, 3, seed=5, m=0.002, z_x=127, z_w=-20, z_y=127))


@graded(2, en="sums far beyond 8 and 16 bits, small multipliers", zh="和远超 8 位与 16 位，乘数很小")
def test_large_sums(submission):
    def large():
        q_x, s_x, z_x, q_w, *rest = layer(3, 60, 4, seed=6, m=2.0**-13 * 1.1, z_x=-100)
        return np.abs(q_x // 2), s_x, z_x, q_w // 4 + 90, *rest

    submission.agrees_with(reference, large)
    submission.agrees_with(reference, lambda: layer(6, 40, 3, seed=7, m=2.0**-11 * 1.3))


@graded(
    2,
    en="biases in units of the accumulator, half to even",
    zh="以累加器为单位的偏置，一半取偶",
)
def test_biases(submission):
    def halves():
        b = np.array([0.25, 0.75, -1.25, 1.75, 40, -30.0005])  # 0.5, 1.5, -2.5, 3.5, 40,000, -30,000.5 steps
        s_w = np.array([0.5, 0.5, 0.5, 0.5, 0.001, 0.001])
        return np.array([[1], [-1]], np.int8), 1.0, 0, np.zeros((6, 1), np.int8), s_w, 0, b, 0.6, 0

    def odd():
        # 64.5 · 2^18 - 1 steps: float32 has no such number and takes 64.5 · 2^18, which M = 2^-18 rounds to 65.
        b = np.array([16_908_287, -16_908_287]) / 1024
        return np.array([[1]], np.int8), 1 / 32, 0, np.zeros((2, 1), np.int8), np.full(2, 1 / 32), 0, b, 256.0, 0

    submission.agrees_with(reference, halves)
    submission.agrees_with(reference, odd)
    submission.agrees_with(reference, lambda: layer(3, 4, 5, seed=8, bias=20.0))
    submission.agrees_with(reference, lambda: layer(3, 4, 5, seed=9, bias=0.2))


@graded(2, en="halves are rounded up, also below zero, and once", zh="恰为一半时向上取，负数也一样，且只舍入一次")
def test_rounding(submission):
    submission.agrees_with(reference, lambda: sums([1, 2, 3, 5, 7, 9, 100, 127, 0], 0.5))
    submission.agrees_with(reference, lambda: sums([1, 2, 3, 6, 10, 14, 50, 126, 5], 0.25, z_y=3))
    submission.agrees_with(reference, lambda: sums(list(range(1, 120, 3)), 0.17))
    submission.agrees_with(reference, lambda: sums(list(range(2, 122, 3)), 0.03))


@graded(
    2,
    en="the multiplier has 31 bits and is rounded",
    zh="乘数为 31 位，经过舍入",
)
def test_fixed_point_multiplier(submission):
    # round(0.6 · 2^31) is above 0.6 · 2^31, round(0.8 · 2^31) below 0.8 · 2^31: so 5 M0 2^e / 2^31 is a little above
    # 1.5 for M = 0.3 and a little below 0.5 for M = 0.1.
    submission.agrees_with(reference, lambda: sums([5, 15, 25, 35, 105, 4], 0.3))
    submission.agrees_with(reference, lambda: sums([5, 15, 25, 35, 105, 4], 0.1))
    submission.agrees_with(reference, lambda: layer(4, 8, 3, seed=12, m=0.003))


@graded(
    1,
    en="a multiplier at a half rounds to the even one, and up to 2^31",
    zh="乘数恰在一半处取偶数，最大为 2^31",
)
def test_multiplier_at_a_half_and_at_the_end(submission):
    # f 2^31 = c + 1/2 with c even, so M0 = c. The sum A lies so that A c is below a half of 2^51 and A (c + 1) is not.
    def half(A, c):
        m = math.ldexp(c + 0.5, -51)
        return np.zeros((1, 1), np.int8), 1.0, 0, np.ones((1, 1), np.int8), np.array([m]), 0, np.array([A * m]), 1.0, 3

    for A, c in ((33555337, 1375694608), (33555261, 1644126548), (33555201, 1912558792)):
        submission.agrees_with(reference, lambda A=A, c=c: half(A, c))
    submission.agrees_with(reference, lambda: sums([1, 3, 5, 60, 127], 0.5 * (1 - 2.0**-34)))
    submission.agrees_with(reference, lambda: sums([1, 3, 5, 60, 127], 1 - 2.0**-34))


@graded(
    1,
    en="scales of any magnitude; zero points as NumPy integers; a result that equals q_x",
    zh="任意大小的缩放因子；NumPy 整数的零点；与 q_x 相等的结果",
)
def test_scales_of_any_size_and_new_arrays(submission):
    def scaled(factor):
        q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y = layer(3, 5, 4, seed=14)
        b = b.astype(np.float64)
        return q_x, factor * s_x, np.int8(z_x), q_w, s_w / 3, np.int8(z_w), factor * b, factor * s_y, np.int8(z_y)

    for factor in (1e-28, 1e-9, 1e9, 1e28):
        submission.agrees_with(reference, lambda factor=factor: scaled(factor))
    submission.agrees_with(
        reference,
        lambda: (
            np.array([[5], [-7]], np.int8),
            1.0,
            0,
            np.array([[2]], np.int8),
            np.array([0.5]),
            0,
            np.zeros(1),
            1.0,
            0,
        ),
    )
    for number in (np.int8, np.int64):
        submission.agrees_with(
            reference,
            lambda n=number: (
                *layer(3, 6, 2, seed=15)[:2],
                n(-128),
                *layer(3, 6, 2, seed=15)[3:5],
                n(-100),
                *layer(3, 6, 2, seed=15)[6:8],
                n(127),
            ),
        )


@graded(1, en="codes that do not fit are clipped after the zero point is added", zh="放不下的码在加上零点之后截断")
def test_saturation(submission):
    submission.agrees_with(reference, lambda: layer(6, 12, 5, seed=10, m=0.03, z_y=40))
    submission.agrees_with(reference, lambda: layer(6, 12, 5, seed=11, m=0.03, z_y=-90))


@graded(1, en="a multiplier of 1 or more, or not above 0, is refused", zh="拒绝不小于 1 或不大于 0 的乘数")
def test_bad_multipliers_are_refused(submission):
    def with_scale(s):
        args = list(layer(2, 3, 3))
        args[4] = np.array([0.01, s, 0.005])
        return tuple(args)

    for s in (0.0, -0.01, 3.0, math.nan, math.inf, -math.inf):
        submission.rejects(ValueError, lambda s=s: with_scale(s))
    for position in (1, 7):
        for s in (math.nan, -0.05):
            args = list(layer(2, 3, 4))
            args[position] = s
            submission.rejects(ValueError, lambda args=args: tuple(args))
    submission.rejects(ValueError, lambda: sums([1, 2], 1.0))
    submission.rejects(ValueError, lambda: sums([1, 2], 1.5))


@graded(1, en="shapes that do not fit are refused, not broadcast", zh="拒绝不匹配的形状，不做广播")
def test_bad_shapes_are_refused(submission):
    def with_argument(position, value):
        args = list(layer(2, 4, 3))
        args[position] = value
        return tuple(args)

    for position, value in [
        (0, np.zeros((2, 1), np.int8)),
        (0, np.zeros((2, 5), np.int8)),
        (4, np.full(1, 0.01)),
        (4, np.full((3, 1), 0.01)),
        (6, np.zeros(1, np.float32)),
        (6, np.zeros((2, 3), np.float32)),
        (6, np.zeros((3, 1), np.float32)),
        (6, np.zeros((1, 3), np.float32)),
        (4, np.full((1, 3), 0.01)),
        (4, np.array(0.01)),
        (3, np.zeros((4, 3), np.int8)),
        (3, np.zeros((3, 1), np.int8)),
    ]:
        submission.rejects(ValueError, lambda position=position, value=value: with_argument(position, value))
