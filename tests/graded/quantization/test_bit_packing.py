"""Graded checks of quantization/bit_packing: every result is exact."""

import numpy as np

from minicompress.kit.grading import graded


def reference(data, bits, count=None):
    """The stream as a text of digits."""
    bits = int(bits)
    if count is None:
        digits = "".join(f"{int(code):0{bits}b}" for code in data)
        digits += "0" * (-len(digits) % 8)
        return np.array([int(digits[i : i + 8], 2) for i in range(0, len(digits), 8)], np.uint8)
    digits = "".join(f"{int(byte):08b}" for byte in data)
    return np.array([int(digits[i * bits : (i + 1) * bits], 2) for i in range(count)], np.uint8)


def codes(n, bits, seed=0, dtype=np.int64):
    """n codes, the largest and 0 among them; neither the codes nor their bits are symmetric."""
    values = np.random.default_rng(seed).integers(0, 2**bits, n)
    values[:2] = [2**bits - 1, 0][:n]
    return values.astype(dtype)


def packs(submission, n, bits, **options):
    submission.agrees_with(reference, lambda: (codes(n, int(bits), **options), bits))


def unpacks(submission, n, bits, fill=0, **options):
    def make():
        data = reference(codes(n, int(bits), **options), bits)
        unused = 8 * data.size - n * int(bits)
        if unused:
            data[-1] |= fill & (2**unused - 1)
        return data, bits, n

    submission.agrees_with(reference, make)


@graded(2, en="a case worked by hand: 3 bits, codes 5 3 6, and back", zh="手算的例子：3 位，量化值 5 3 6，以及取回")
def test_hand_worked_case(submission):
    # 101 011 110 -> 10101111 0(0000000)
    def pack_by_hand(data, bits):
        return np.array([0b10101111, 0b00000000], np.uint8)

    def unpack_by_hand(data, bits, count):
        return np.array([5, 3, 6], np.uint8)

    submission.agrees_with(pack_by_hand, lambda: (np.array([5, 3, 6]), 3))
    submission.agrees_with(unpack_by_hand, lambda: (np.array([175, 0], np.uint8), 3, 3))


@graded(2, en="4 and 2 bits: the first code lies in the high bits", zh="4 位与 2 位：第一个量化值在高位")
def test_halves_and_quarters(submission):
    packs(submission, 6, 4)
    packs(submission, 5, 4, seed=1)
    packs(submission, 7, 2, seed=2)
    unpacks(submission, 5, 4, seed=1)
    unpacks(submission, 7, 2, seed=2)


@graded(3, en="5, 6, 7 and 3 bits: codes straddle two bytes", zh="5、6、7、3 位：量化值会跨越两个字节")
def test_codes_that_straddle(submission):
    for bits in (5, 6, 7, 3):
        packs(submission, 19, bits, seed=bits)


@graded(2, en="unpacking codes that straddle", zh="取回跨字节的量化值")
def test_unpacking_codes_that_straddle(submission):
    for bits in (5, 6, 7, 3):
        unpacks(submission, 19, bits, seed=bits)


@graded(1, en="bits after the last code are ignored", zh="最后一个量化值之后的位不看")
def test_what_fills_the_last_byte(submission):
    unpacks(submission, 3, 3, fill=0b1111111)
    unpacks(submission, 5, 5, fill=0b1010101)
    unpacks(submission, 1, 4, fill=0b1001)


@graded(
    1,
    en="1 and 8 bits, NumPy integers as bits, codes of any integer type",
    zh="1 位与 8 位、NumPy 整数的 bits、任意整数类型的量化值",
)
def test_other_widths_and_types(submission):
    packs(submission, 11, 1)
    packs(submission, 4, 8)
    unpacks(submission, 11, 1)
    unpacks(submission, 4, 8)
    packs(submission, 9, np.int64(5), dtype=np.uint8)
    packs(submission, 9, 6, dtype=np.int8)
    packs(submission, 9, 7, dtype=np.uint32)
    packs(submission, 9, 3, dtype=np.int16)
    packs(submission, 9, 8, dtype=np.uint16)


@graded(
    1,
    en="8-bit codes in uint8, packed and unpacked: the same bytes, in a new array",
    zh="uint8 的 8 位量化值，打包与取回：字节相同，但数组是新的",
)
def test_eight_bits_in_uint8(submission):
    packs(submission, 5, 8, dtype=np.uint8)
    unpacks(submission, 5, 8)


@graded(
    1,
    en="bits as a narrow NumPy integer: 50 codes of np.int8(3) bits",
    zh="bits 是窄的 NumPy 整数：50 个 np.int8(3) 位的量化值",
)
def test_narrow_bits(submission):
    for bits in (np.int8(3), np.uint8(7), np.int8(8)):
        packs(submission, 50, bits)
        unpacks(submission, 50, bits)


@graded(1, en="count as a NumPy integer, narrow ones too", zh="count 是 NumPy 整数，包括窄的")
def test_narrow_counts(submission):
    for count in (np.int64(50), np.uint8(90), np.int8(100)):
        submission.agrees_with(reference, lambda n=count: (reference(codes(int(n), 3), 3), 3, n))


@graded(1, en="views: every second code, backwards", zh="视图：隔一个取一个、倒序")
def test_views(submission):
    submission.agrees_with(reference, lambda: (codes(19, 5)[::-2], 5))
    submission.agrees_with(reference, lambda: (np.repeat(reference(codes(11, 6), 6), 2)[::2], 6, 11))


@graded(1, en="no codes, one code, codes that fill their bytes", zh="没有量化值、一个量化值、恰好填满字节的量化值")
def test_counts(submission):
    packs(submission, 0, 3)
    unpacks(submission, 0, 3)
    packs(submission, 1, 5)
    unpacks(submission, 1, 5)
    packs(submission, 8, 3, seed=4)
    packs(submission, 16, 6, seed=5)
    unpacks(submission, 8, 3, seed=4)


@graded(1, en="a code that needs more bits is refused, not cut off", zh="拒绝放不下的量化值，而不是截掉高位")
def test_codes_that_do_not_fit_are_refused(submission):
    for bad, bits in [(8, 3), (16, 4), (2, 1), (200, 5)]:
        submission.rejects(ValueError, lambda bad=bad, bits=bits: (np.array([1, bad, 0]), bits))


@graded(
    1,
    en="codes that fit after a cast are refused: 257, 2^16 + 1, 2^32 + 1, 2^40",
    zh="拒绝转换类型后才放得下的量化值：257、2^16 + 1、2^32 + 1、2^40",
)
def test_codes_that_fit_after_a_cast_are_refused(submission):
    for bad in (2**40, 2**32 + 1, 2**16 + 1, 257):
        submission.rejects(ValueError, lambda bad=bad: (np.array([1, bad, 0]), 3))
    submission.rejects(ValueError, lambda: (np.array([3, 2**32 - 255], np.uint32), 8))


@graded(1, en="negative codes are refused", zh="拒绝负的量化值")
def test_negative_codes_are_refused(submission):
    submission.rejects(ValueError, lambda: (np.array([1, -1, 0]), 3))
    submission.rejects(ValueError, lambda: (np.array([-128], np.int8), 8))
    submission.rejects(ValueError, lambda: (np.array([0, -(2**40)]), 8))


@graded(1, en="a number of bytes that does not match count codes is refused", zh="拒绝与 count 个量化值不符的字节数")
def test_other_lengths_are_refused(submission):
    for length, bits, count in [(2, 3, 6), (2, 3, 2), (0, 4, 1), (3, 8, 2), (1, 4, 0)]:
        submission.rejects(ValueError, lambda n=length, b=bits, c=count: (np.full(n, 5, np.uint8), b, c))


@graded(1, en="a count that is not an integer >= 0 is refused", zh="拒绝不是非负整数的 count")
def test_bad_counts_are_refused(submission):
    for count in (5.0, 4.5, "5"):
        submission.rejects(ValueError, lambda count=count: (np.full(2, 5, np.uint8), 3, count))
    for count in (-1, -2):
        submission.rejects(ValueError, lambda count=count: (np.full(0, 5, np.uint8), 3, count))


@graded(1, en="bits other than an integer from 1 to 8 are refused", zh="拒绝不是 1 到 8 之间整数的 bits")
def test_bad_bits_are_refused(submission):
    for bits in (2.5, 4.0, 9, 16, 0, -1, "4", None):
        submission.rejects(ValueError, lambda bits=bits: (np.array([0, 0, 0]), bits))
