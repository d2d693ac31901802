"""Graded checks of quantization/float8. Codes and values must be equal."""

import functools
import math

import numpy as np

from minicompress.kit.grading import graded

FORMATS = {"e4m3": (4, 3), "e5m2": (5, 2)}
LARGEST = {"e4m3": 0x7E, "e5m2": 0x7B}  # codes of 448 and 57344
BOTH = [(kind, saturate) for kind in FORMATS for saturate in (True, False)]


@functools.cache
def number(code, kind):
    """The number that a positive code would be if no code were special."""
    exponent_bits, fraction_bits = FORMATS[kind]
    exponent, fraction = divmod(code, 2**fraction_bits)
    bias = 2 ** (exponent_bits - 1) - 1
    if exponent == 0:
        return 2.0 ** (1 - bias) * fraction / 2**fraction_bits
    return 2.0 ** (exponent - bias) * (1 + fraction / 2**fraction_bits)


def meaning(code, kind):
    """The value of a positive code."""
    if kind == "e4m3":
        return math.nan if code == 0x7F else number(code, kind)
    return math.inf if code == 0x7C else math.nan if code > 0x7C else number(code, kind)


@functools.cache
def nearest(size, kind):
    """Try every code up to the one after the largest number; the even code among two."""
    candidates = range(LARGEST[kind] + 2)
    return min(candidates, key=lambda code: (abs(number(code, kind) - size), code % 2)) if size < 1e30 else 0x7F


def reference(x, kind, saturate):
    """One number at a time."""
    largest = LARGEST[kind]
    q, y = np.zeros(x.shape, np.uint8), np.zeros(x.shape, np.float32)
    for index, value in np.ndenumerate(x):
        size = abs(float(value))
        if math.isnan(size):
            code = 0x7F
        else:
            code = nearest(size, kind)
            if code > largest:
                code = largest if saturate else largest + 1
        negative = bool(np.signbit(value))
        q[index] = code | negative << 7
        y[index] = math.copysign(meaning(code, kind), -1 if negative else 1)
    return q, y


def agrees(submission, reference, make):
    submission.agrees_with(reference, make, dtypes="all")


def float32(values):
    return np.array(values, dtype=np.float32)


def all_numbers(kind):
    return float32([number(code, kind) for code in range(LARGEST[kind] + 1)])


def spread(low, high, shape, seed):
    """Numbers of both signs whose sizes lie between 2^low and 2^high."""
    rng = np.random.default_rng(seed)
    return (2.0 ** rng.uniform(low, high, shape) * rng.choice([-1, 1], shape)).astype(np.float32)


@graded(2, en="a case worked by hand: 0.3, a tie, a small and a large number", zh="手算的例子：0.3、半数、小数与大数")
def test_hand_worked_case(submission):
    # e4m3:  0.3  = 2^-2 * 1.2: 3 bits: 1.2 * 8 = 9.6 -> 10: 0.3125; exponent -2 + 7 = 5: 5 * 8 + 2 = 42
    #       -17   = -2^4 * 1.0625: 8.5 is a tie, to the even 8: -16; exponent 11: 128 + 88 = 216
    #        0.005 in steps of 2^-9: 2.56 -> 3: 3/512 = 0.005859375; code 3
    #        500  beyond 464, the tie between 448 and 480: 448, code 126
    # e5m2:  0.3:  1.2 * 4 = 4.8 -> 5: 0.3125; exponent -2 + 15 = 13: 13 * 4 + 1 = 53
    #       -17:   4.25 -> 4: -16; exponent 19: 128 + 76 = 204
    #        0.005 = 2^-8 * 1.28: 5.12 -> 5: 0.0048828125; exponent 7: 29;    500 = 2^8 * 1.953125: 7.8 -> 8: 512: 96
    def make(kind):
        return float32([0.3, -17, 0.005, 500]), kind, True

    def by_hand(x, kind, saturate):
        if kind == "e4m3":
            return np.array([42, 216, 3, 126], np.uint8), float32([0.3125, -16, 0.005859375, 448])
        return np.array([53, 204, 29, 96], np.uint8), float32([0.3125, -16, 0.0048828125, 512])

    agrees(submission, by_hand, lambda: make("e4m3"))
    agrees(submission, by_hand, lambda: make("e5m2"))


@graded(2, en="every number of E4M3 maps to itself", zh="E4M3 的每个数都是它自己")
def test_numbers_of_e4m3(submission):
    agrees(submission, reference, lambda: (all_numbers("e4m3"), "e4m3", True))
    agrees(submission, reference, lambda: (-all_numbers("e4m3"), "e4m3", False))


@graded(2, en="every number of E5M2 maps to itself", zh="E5M2 的每个数都是它自己")
def test_numbers_of_e5m2(submission):
    agrees(submission, reference, lambda: (all_numbers("e5m2"), "e5m2", True))
    agrees(submission, reference, lambda: (-all_numbers("e5m2"), "e5m2", False))


@graded(1, en="normal numbers between them go to the nearest", zh="介于其间的正规数舍入到最近者")
def test_normal_numbers(submission):
    agrees(submission, reference, lambda: (spread(-6, 8, (5, 8), 1), "e4m3", False))
    agrees(submission, reference, lambda: (spread(-14, 15, (5, 8), 2), "e5m2", False))


@graded(2, en="all ties go to the even code", zh="所有半数都舍入到偶数编码")
def test_ties(submission):
    def make(kind, saturate):
        x = all_numbers(kind)
        ties = (x[:-1] + x[1:]) / 2
        return np.concatenate([ties, -ties, np.nextafter(ties, np.float32(0)), np.nextafter(ties, np.float32(9e9))])

    for kind, saturate in [("e4m3", True), ("e5m2", False)]:
        agrees(submission, reference, lambda k=kind, s=saturate: (make(k, s), k, s))


@graded(1, en="subnormal numbers, and what is smaller than half of the smallest", zh="次正规数，以及小于最小数一半的数")
def test_subnormal_numbers(submission):
    agrees(submission, reference, lambda: (spread(-11, -6, (4, 5), 3), "e4m3", True))
    agrees(submission, reference, lambda: (spread(-18, -14, (4, 5), 4), "e5m2", True))
    agrees(submission, reference, lambda: (float32([1e-30, -1e-45, 2.0**-10, -(2.0**-17)]), "e4m3", False))


@graded(1, en="what still rounds back to the largest number", zh="仍能舍入回最大数的数")
def test_beyond_the_largest_but_not_too_large(submission):
    for saturate in (False, True):
        agrees(submission, reference, lambda s=saturate: (float32([449, -460, 463.9, 464]), "e4m3", s))
        agrees(submission, reference, lambda s=saturate: (float32([57345, -61439]), "e5m2", s))


TOO_LARGE = {"e4m3": [464.1, -480, 500, 1e9, -3e38], "e5m2": [61440, -65536, 1e9, -3e38]}


@graded(1, en="too large: the largest number of E4M3; infinity in E5M2", zh="过大的数：E4M3 取最大数；E5M2 为无穷大")
def test_too_large_as_each_format_is_cast_most_often(submission):
    agrees(submission, reference, lambda: (float32(TOO_LARGE["e4m3"]), "e4m3", True))
    agrees(submission, reference, lambda: (float32(TOO_LARGE["e5m2"]), "e5m2", False))


@graded(
    1,
    en="too large, the other way: NaN in E4M3; the largest number of E5M2",
    zh="过大的数，反过来：E4M3 为 NaN；E5M2 取最大数",
)
def test_too_large_the_other_way(submission):
    agrees(submission, reference, lambda: (float32(TOO_LARGE["e4m3"]), "e4m3", False))
    agrees(submission, reference, lambda: (float32(TOO_LARGE["e5m2"]), "e5m2", True))


@graded(1, en="zeros of both signs", zh="正负零")
def test_zeros(submission):
    for kind, saturate in BOTH:
        agrees(submission, reference, lambda k=kind, s=saturate: (float32([0.0, -0.0, 1e-30, -1e-30]), k, s))


@graded(1, en="NaN of both signs", zh="正负 NaN")
def test_nan(submission):
    for kind, saturate in BOTH:
        agrees(submission, reference, lambda k=kind, s=saturate: (float32([np.nan, -np.nan]), k, s))


@graded(1, en="infinities of both signs", zh="正负无穷大")
def test_infinities(submission):
    for kind, saturate in BOTH:
        agrees(submission, reference, lambda k=kind, s=saturate: (float32([np.inf, -np.inf]), k, s))


@graded(1, en="`saturate` as a NumPy bool", zh="saturate 是 NumPy 的 bool")
def test_numpy_bools(submission):
    for kind, saturate in BOTH:
        agrees(submission, reference, lambda k=kind, s=saturate: (float32([1.5, 1e9, -1e9]), k, np.bool_(s)))


@graded(
    1, en="numbers next to a tie: float32 decides, no shorter type", zh="紧邻半数的数：由 float32 决定，不经更短的类型"
)
def test_next_to_a_tie(submission):
    def make():
        up = np.nextafter(float32([1.0625, 17, 0.00292969]), np.float32(9e9))
        return np.concatenate([up, -up, float32([1.0626, 1.1874, 17.01, 18.99])])

    agrees(submission, reference, lambda: (make(), "e4m3", True))
    agrees(submission, reference, lambda: (2 * make(), "e5m2", False))


@graded(1, en="any shape: a view, a single number, none", zh="任意形状：视图、单个数、空数组")
def test_shapes(submission):
    agrees(submission, reference, lambda: (spread(-4, 4, (4, 6, 2), 5)[::2, ::-1].T, "e4m3", True))
    agrees(submission, reference, lambda: (float32([-0.3]), "e5m2", True))
    agrees(submission, reference, lambda: (np.zeros((0, 3), np.float32), "e5m2", False))


@graded(1, en="other kinds are refused, upper case too", zh="拒绝其他的 kind，包括大写")
def test_bad_kinds_are_refused(submission):
    for kind in ("fp8", "e3m4", "", None, "e4m3fn", "E4M3", "E5m2"):
        submission.rejects(ValueError, lambda kind=kind: (float32([1.0, 500]), kind, True))
