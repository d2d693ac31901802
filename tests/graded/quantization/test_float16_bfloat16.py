"""Graded checks of quantization/float16_bfloat16. All bits must be equal."""

import bisect
import functools

import numpy as np

from minicompress.kit.grading import graded


@functools.cache
def numbers_and_ties(kind):
    """Values of all positive codes in order, with the number that would follow the largest, and the ties between."""
    exponent_bits, fraction_bits = {"float16": (5, 10), "bfloat16": (8, 7)}[kind]
    code = np.arange(((2**exponent_bits - 1) << fraction_bits) + 1)
    exponent, fraction = np.divmod(code, 2**fraction_bits)
    digits = fraction + np.where(exponent > 0, 2**fraction_bits, 0)
    bias = 2 ** (exponent_bits - 1) - 1
    values = np.ldexp(digits.astype(np.float64), np.maximum(exponent, 1) - bias - fraction_bits)
    return values, ((values[:-1] + values[1:]) / 2).tolist()


def reference(x, kind):
    """One number at a time: between which ties does it lie?"""
    _, ties = numbers_and_ties(kind)
    bits = np.zeros(x.shape, np.uint16)
    for index, value in np.ndenumerate(x):
        size = abs(float(value))
        if size != size:
            code = {"float16": 0x7E00, "bfloat16": 0x7FC0}[kind]
        else:
            code = bisect.bisect_left(ties, size)
            if code < len(ties) and ties[code] == size and code % 2:
                code += 1
        bits[index] = code + (0x8000 if np.signbit(value) else 0)
    return bits


def float32(values):
    return np.array(values, dtype=np.float32)


def around(values):
    """The values, and the float32 on both sides of each, with both signs."""
    x = float32(values)
    x = np.concatenate([np.nextafter(x, np.float32(0)), x, np.nextafter(x, np.float32(np.inf))])
    return np.concatenate([x, -x])


def from_bits(*bits):
    return np.array(bits, np.uint32).view(np.float32)


def spread(low, high, shape, seed):
    """Numbers of both signs whose sizes lie between 2^low and 2^high."""
    rng = np.random.default_rng(seed)
    return (2.0 ** rng.uniform(low, high, shape) * rng.choice([-1, 1], shape)).astype(np.float32)


@graded(2, en="a case worked by hand: 0.1, a tie, a negative number", zh="手算的例子：0.1、一个半数、一个负数")
def test_hand_worked_case(submission):
    # 0.1        = 0x3DCCCCCD: exponent 123 = 127 - 4, fraction 0x4CCCCD
    #   bfloat16: upper half 0x3DCC, dropped 0xCCCD > 0x8000: up, 0x3DCD
    #   float16:  exponent 15 - 4 = 11, fraction 0x4CCCCD / 2^13 = 614.4: 614, 11 * 1024 + 614 = 0x2E66
    # 1 + 2^-8   = 0x3F808000: a tie of bfloat16, to the even 0x3F80; float16: 15 * 1024 + 4 = 0x3C04
    # -2.5       = 0xC0200000: bfloat16 0xC020; float16: exponent 16, fraction 256: 0x8000 + 0x4100 = 0xC100
    x = [0.1, 1 + 2.0**-8, -2.5]
    submission.agrees_with(
        lambda x, kind: np.array([0x3DCD, 0x3F80, 0xC020], np.uint16), lambda: (float32(x), "bfloat16")
    )
    submission.agrees_with(
        lambda x, kind: np.array([0x2E66, 0x3C04, 0xC100], np.uint16), lambda: (float32(x), "float16")
    )


@graded(1, en="bfloat16: numbers of all sizes, both signs", zh="bfloat16：各种大小的正负数")
def test_bfloat16_of_all_sizes(submission):
    submission.agrees_with(reference, lambda: (spread(-120, 120, (4, 10), 0), "bfloat16"))


@graded(1, en="float16: normal numbers, both signs", zh="float16：正负的正规数")
def test_normal_float16(submission):
    submission.agrees_with(reference, lambda: (spread(-14, 15, (8, 5), 1), "float16"))


@graded(2, en="ties go to even, also where all digits carry", zh="舍入到偶数，包括逐位进位的情形")
def test_ties(submission):
    for kind, step in [("bfloat16", 2.0**-7), ("float16", 2.0**-10)]:
        ties = [1 + 0.5 * step, 1 + 1.5 * step, 2 - 0.5 * step, 2 - 1.5 * step, 4 - step, 0.25 + 0.125 * step]
        submission.agrees_with(reference, lambda kind=kind, ties=ties: (around(ties), kind))


@graded(2, en="float16 below 2^-14: subnormal numbers, rounded once", zh="float16 小于 2^-14：次正规数，只舍入一次")
def test_subnormal_float16(submission):
    def edges():
        units = [0.25, 0.375, 0.5, 0.75, 1, 1.5, 2.5, 3, 511.5, 512.5, 1022.5, 1023, 1023.5, 1024, 2047.5]
        return around(np.array(units) * 2.0**-24), "float16"

    submission.agrees_with(reference, lambda: (spread(-26, -13, (5, 9), 2), "float16"))
    submission.agrees_with(reference, edges)


@graded(1, en="what still rounds back to the largest number", zh="仍能舍入回最大数的数")
def test_beyond_the_largest_but_not_too_large(submission):
    submission.agrees_with(reference, lambda: (float32([65504, 65505, -65510, 65519.99]), "float16"))
    submission.agrees_with(reference, lambda: (from_bits(0x7F7F0000, 0x7F7F7FFF, 0xFF7F1000), "bfloat16"))


@graded(1, en="what is too large becomes infinity", zh="过大的数变为无穷大")
def test_too_large(submission):
    submission.agrees_with(reference, lambda: (around([65504, 65520, 65536, 1e6, 1e10, 3e38]), "float16"))
    submission.agrees_with(reference, lambda: (from_bits(0x7F7F8000, 0x7F7FFFFF, 0xFF7FFFFF), "bfloat16"))


@graded(1, en="zeros and infinities of both signs", zh="正负零与正负无穷大")
def test_zeros_and_infinities(submission):
    for kind in ("float16", "bfloat16"):
        submission.agrees_with(reference, lambda kind=kind: (float32([0.0, -0.0, np.inf, -np.inf]), kind))


def nans(kind):
    return from_bits(0x7FC00000, 0x7F800001, 0xFF800001, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FA12345), kind


@graded(1, en="NaN in bfloat16, also when its only set bits are dropped", zh="bfloat16 的 NaN，哪怕为 1 的位全被丢弃")
def test_nan_in_bfloat16(submission):
    submission.agrees_with(reference, lambda: nans("bfloat16"))


@graded(1, en="NaN in float16, also when its only set bits are dropped", zh="float16 的 NaN，哪怕为 1 的位全被丢弃")
def test_nan_in_float16(submission):
    submission.agrees_with(reference, lambda: nans("float16"))


def subnormal_float32(kind):
    return from_bits(1, 0x7FFF, 0x8000, 0x8001, 0x18000, 0x12345, 0x7FFFFF, 0x80018000, 0x807F8000), kind


@graded(1, en="float32's subnormal numbers in bfloat16", zh="float32 的次正规数转为 bfloat16")
def test_subnormal_bfloat16(submission):
    submission.agrees_with(reference, lambda: subnormal_float32("bfloat16"))


@graded(1, en="float32's subnormal numbers in float16: zeros", zh="float32 的次正规数转为 float16：都是零")
def test_subnormal_float32_in_float16(submission):
    submission.agrees_with(reference, lambda: subnormal_float32("float16"))


@graded(1, en="any shape: a view, a single number, none", zh="任意形状：视图、单个数、空数组")
def test_shapes(submission):
    for kind in ("float16", "bfloat16"):
        submission.agrees_with(reference, lambda kind=kind: (spread(-9, 9, (4, 6, 2), 3)[::2, ::-1].T, kind))
        submission.agrees_with(reference, lambda kind=kind: (float32([-0.3]), kind))
        submission.agrees_with(reference, lambda kind=kind: (np.zeros((0, 3), np.float32), kind))


@graded(1, en="other kinds are refused, upper case too", zh="拒绝其他的 kind，包括大写")
def test_other_kinds_are_refused(submission):
    for kind in ("float32", "", None, "fp16", "bf16", "bfloat16_", "BFLOAT16", "Float16"):
        submission.rejects(ValueError, lambda kind=kind: (float32([1.0]), kind))


@graded(1, en="other dtypes are refused", zh="拒绝其他的 dtype")
def test_other_dtypes_are_refused(submission):
    for dtype in (np.int32, np.uint32, np.int64, np.float64, np.float16):
        submission.rejects(ValueError, lambda dtype=dtype: (np.ones(3, dtype), "float16"))
        submission.rejects(ValueError, lambda dtype=dtype: (np.ones(3, dtype), "bfloat16"))
