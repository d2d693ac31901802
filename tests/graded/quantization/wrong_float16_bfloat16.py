"""Answers to quantization/float16_bfloat16 that are wrong, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong

INFINITY = {"float16": 0x7C00, "bfloat16": 0x7F80}
NAN = {"float16": 0x7E00, "bfloat16": 0x7FC0}


def refuse_bad(x, kind):
    if kind not in INFINITY:
        raise ValueError("kind")
    if x.dtype != np.float32:
        raise ValueError("dtype")


def parts(x):
    """Sign and the other 31 bits, as wide integers."""
    u = x.view(np.uint32).astype(np.int64)
    return u >> 31, u & 0x7FFFFFFF


def placed(a, kind):
    """The digits of |x| where the exponent has its new bias, and how many bits there are too many."""
    if kind == "bfloat16":
        return a, np.full(a.shape, 16)
    e = a >> 23
    return np.maximum(e - 112, 1) << 23 | a & 0x7FFFFF, 13 + np.clip(113 - e, 0, 12)


def to_even(n, k):
    return (n + (1 << (k - 1)) - 1 + (n >> k & 1)) >> k


def finish(sign, a, q, kind):
    q = np.where(a > 0x7F800000, NAN[kind], np.minimum(q, INFINITY[kind]))
    return (sign << 15 | q).astype(np.uint16)


def answer(x, kind, rounding):
    """`rounding(n, k)` drops k bits of n."""
    refuse_bad(x, kind)
    sign, a = parts(x)
    return finish(sign, a, rounding(*placed(a, kind)), kind)


def one_by_one(x, kind, encode):
    """`encode(size)` returns the code of a finite |x| as a Python float."""
    refuse_bad(x, kind)
    bits = np.zeros(x.shape, np.uint16)
    for index, value in np.ndenumerate(x):
        code = NAN[kind] if np.isnan(value) else INFINITY[kind] if np.isinf(value) else encode(abs(float(value)))
        bits[index] = code | int(np.signbit(value)) << 15
    return bits


def numbers(kind):
    """(digits of the fraction, exponent of the smallest normal number)"""
    return (10, -14) if kind == "float16" else (7, -126)


def by_steps(size, kind, rounding):
    """Code of a finite size: `rounding` of its number of steps."""
    digits, least = numbers(kind)
    exponent = max(int(np.frexp(size)[1]) - 1, least) if size else least
    code = (exponent - least << digits) + int(rounding(np.ldexp(size, digits - exponent)))
    return min(code, INFINITY[kind])


@wrong(
    en="It cuts the low bits off: that rounds toward zero, errs up to a whole step and shrinks every number.",
    zh="直接截掉低位：这是向零舍入，误差可达一整步，而且每个数都偏小。",
)
def truncates(x, kind):
    return answer(x, kind, lambda n, k: n >> k)


@same_mistake(truncates)
def takes_the_upper_bits(x, kind):
    return one_by_one(x, kind, lambda size: by_steps(size, kind, np.floor))


@wrong(
    en="A tie goes up here, always: it must go to the neighbour whose last bit is 0.",
    zh="半数总是进位：应舍入到末位为 0 的相邻数。",
)
def half_up(x, kind):
    return answer(x, kind, lambda n, k: (n + (1 << (k - 1))) >> k)


@same_mistake(half_up)
def floor_of_a_half_more(x, kind):
    return one_by_one(x, kind, lambda size: by_steps(size, kind, lambda steps: np.floor(steps + 0.5)))


@wrong(
    en="A tie goes down here, always: it must go to the neighbour whose last bit is 0.",
    zh="半数总是舍去：应舍入到末位为 0 的相邻数。",
)
def half_down(x, kind):
    return answer(x, kind, lambda n, k: (n + (1 << (k - 1)) - 1) >> k)


@same_mistake(half_down)
def up_only_beyond_a_half(x, kind):
    return one_by_one(x, kind, lambda size: by_steps(size, kind, lambda steps: np.ceil(steps - 0.5)))


@wrong(
    en="NaN comes out as infinity: its exponent is that of infinity, and its fraction was rounded or clipped away.",
    zh="NaN 变成了无穷大：它的指数与无穷大相同，而尾数被舍掉或截断了。",
)
def nan_is_clipped_to_infinity(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    return (sign << 15 | np.minimum(to_even(*placed(a, kind)), INFINITY[kind])).astype(np.uint16)


@same_mistake(nan_is_clipped_to_infinity)
def large_exponents_are_infinite(x, kind):
    refuse_bad(x, kind)
    bits = np.zeros(x.shape, np.uint16)
    for index, value in np.ndenumerate(x):
        code = by_steps(abs(float(value)), kind, np.rint) if np.isfinite(value) else INFINITY[kind]
        bits[index] = code | int(np.signbit(value)) << 15
    return bits


@wrong(
    en="bfloat16: NaN is rounded like a number: 0x7FFFFFFF carries into the sign and becomes -0. Test for NaN first.",
    zh="bfloat16 的 NaN 被当作数来舍入：0x7FFFFFFF 会进位到符号位，变成 -0。应先判断 NaN。",
)
def nan_is_rounded(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    if kind == "bfloat16":
        return ((sign << 15) + to_even(a, 16)).astype(np.uint16)
    return finish(sign, a, to_even(*placed(a, kind)), kind)


@same_mistake(nan_is_rounded)
def the_famous_one_liner(x, kind):
    refuse_bad(x, kind)
    if kind == "float16":
        return answer(x, kind, to_even)
    u = np.ascontiguousarray(x).view(np.uint32)
    return ((u + np.uint32(0x7FFF) + (u >> 16 & 1)) >> 16).astype(np.uint16)


@wrong(
    en="The payload of NaN is kept: here every NaN becomes 0x7E00 or 0x7FC0, so that the bits are the same everywhere.",
    zh="保留了 NaN 的载荷：这里任何 NaN 都应变为 0x7E00 或 0x7FC0，使各处的比特一致。",
)
def keeps_the_payload(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    k = 16 if kind == "bfloat16" else 13
    payload = (a & 0x7FFFFF) >> k
    quiet = np.where(a > 0x7F800000, NAN[kind] | payload, 0)
    return np.where(quiet > 0, sign << 15 | quiet, finish(sign, a, to_even(*placed(a, kind)), kind)).astype(np.uint16)


@same_mistake(keeps_the_payload)
def nan_one_at_a_time(x, kind):
    bits = answer(x, kind, to_even)
    for index, value in np.ndenumerate(x):
        if np.isnan(value):
            u = int(np.array([value]).view(np.uint32)[0]) & 0x7FFFFF
            bits[index] |= u >> (16 if kind == "bfloat16" else 13)
    return bits


@wrong(
    en="Below 2^-14 float16 is flushed to zero here: exponent 0 holds subnormal numbers, down to 2^-24.",
    zh="float16 小于 2^-14 的数被清零：指数 0 存放次正规数，最小到 2^-24。",
)
def flushes_to_zero(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    q = to_even(*placed(a, kind))
    return finish(sign, a, np.where((kind == "float16") & (a < 113 << 23), 0, q), kind)


@same_mistake(flushes_to_zero)
def an_exponent_below_one_is_zero(x, kind):
    def encode(size):
        return 0 if kind == "float16" and size < 2.0**-14 else by_steps(size, kind, np.rint)

    return one_by_one(x, kind, encode)


@wrong(
    en="Subnormal float16 numbers lack the leading 1: a float32 does not store it, so write it out before shifting.",
    zh="float16 的次正规数漏了尾数前面的 1：它没有存储，移位之前要先补上。",
)
def no_leading_one(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    n, k = placed(a, kind)
    if kind == "float16":
        n = np.where(a < 113 << 23, a & 0x7FFFFF, n)
    return finish(sign, a, to_even(n, k), kind)


@same_mistake(no_leading_one)
def shifts_the_bare_fraction(x, kind):
    def encode(size):
        if kind == "float16" and size < 2.0**-14:
            size -= 2.0 ** (int(np.frexp(size)[1]) - 1) if size >= 2.0**-26 else size
        return by_steps(size, kind, np.rint)

    return one_by_one(x, kind, encode)


@wrong(
    en="Subnormal float16 numbers are cut off, not rounded: the same rule holds at every size.",
    zh="float16 的次正规数被截断而没有舍入：无论大小，规则都一样。",
)
def truncates_subnormals(x, kind):
    return answer(x, kind, lambda n, k: np.where(k > 13, n >> k, to_even(n, k)) if kind == "float16" else to_even(n, k))


@same_mistake(truncates_subnormals)
def floors_small_steps(x, kind):
    def encode(size):
        return by_steps(size, kind, np.floor if kind == "float16" and size < 2.0**-14 else np.rint)

    return one_by_one(x, kind, encode)


@wrong(
    en="It rounds twice, to 10 digits and then to the subnormal's fewer ones: the first can make a tie that was none.",
    zh="舍入了两次，先到 10 位，再到次正规数的更少位数：第一次可能造出原本不存在的半数。",
)
def rounds_subnormals_twice(x, kind):
    def twice(n, k):
        return np.where(k > 13, to_even(to_even(n, np.full(k.shape, 13)), np.maximum(k - 13, 1)), to_even(n, k))

    return answer(x, kind, twice if kind == "float16" else to_even)


@same_mistake(rounds_subnormals_twice)
def first_to_eleven_digits(x, kind):
    def encode(size):
        if kind == "float16" and 0 < size < 2.0**-14:
            exponent = int(np.frexp(size)[1]) - 1
            size = float(np.ldexp(np.rint(np.ldexp(size, 10 - exponent)), exponent - 10))
        return by_steps(size, kind, np.rint)

    return one_by_one(x, kind, encode)


@wrong(
    en="A float16 that is too large wraps around into NaN or another number: it must become infinity.",
    zh="过大的 float16 溢出后变成了 NaN 或别的数：应变为无穷大。",
)
def wraps_around(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    q = np.where(a >= 0x7F800000, INFINITY[kind], to_even(*placed(a, kind)))
    q = np.where(a > 0x7F800000, NAN[kind], q)
    return ((sign << 15) + (q & 0x7FFF)).astype(np.uint16)


@same_mistake(wraps_around)
def masks_the_exponent(x, kind):
    def encode(size):
        digits, least = numbers(kind)
        exponent = max(int(np.frexp(size)[1]) - 1, least) if size else least
        return (exponent - least << digits) + int(np.rint(np.ldexp(size, digits - exponent))) & 0x7FFF

    return one_by_one(x, kind, encode)


@wrong(
    en="What is too large stops at the largest number here: rounding to nearest makes it infinity.",
    zh="过大的数停在了最大数上：按最近舍入应变为无穷大。",
)
def saturates(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    q = np.minimum(to_even(*placed(a, kind)), INFINITY[kind] - 1)
    return finish(sign, a, np.where(a >= 0x7F800000, INFINITY[kind], q), kind)


@same_mistake(saturates)
def clips_to_the_largest(x, kind):
    return one_by_one(x, kind, lambda size: min(by_steps(size, kind, np.rint), INFINITY[kind] - 1))


@wrong(
    en="All above the largest number is infinite here: what rounds back to it is not, 65519 is 65504.",
    zh="凡大于最大数的都成了无穷大：能舍入回最大数的不算，65519 应为 65504。",
)
def infinite_before_rounding(x, kind):
    largest = 65504 if kind == "float16" else 2.0**127 * (2 - 2.0**-7)
    refuse_bad(x, kind)
    sign, a = parts(x)
    return finish(sign, a, np.where(np.abs(x) > largest, INFINITY[kind], to_even(*placed(a, kind))), kind)


@same_mistake(infinite_before_rounding)
def compares_with_the_largest_first(x, kind):
    digits, least = numbers(kind)
    largest = 2.0 ** (1 - least) * (2 - 2.0**-digits)
    return one_by_one(x, kind, lambda s: INFINITY[kind] if s > largest else by_steps(s, kind, np.rint))


@wrong(
    en="The exponent keeps float32's bias of 127: float16's is 15, so 112 must be subtracted.",
    zh="指数仍用 float32 的偏置 127：float16 的偏置是 15，应减去 112。",
)
def keeps_the_bias(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    return finish(sign, a, to_even(a, 16 if kind == "bfloat16" else 13), kind)


@same_mistake(keeps_the_bias)
def rebias_forgotten(x, kind):
    def encode(size):
        if kind == "bfloat16" or size == 0:
            return by_steps(size, kind, np.rint)
        exponent = max(int(np.frexp(size)[1]) - 1, -126)
        return min((exponent + 126 << 10) + int(np.rint(np.ldexp(size, 10 - exponent))), INFINITY[kind])

    return one_by_one(x, kind, encode)


@wrong(
    en="The sign of -0.0 is lost: `x < 0` is false for it. Take the sign bit.",
    zh="-0.0 的符号丢了：对它 `x < 0` 不成立。应取符号位。",
)
def sign_by_comparison(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    sign = np.where(np.isnan(x), sign, (x < 0).astype(np.int64))
    return finish(sign, a, to_even(*placed(a, kind)), kind)


@same_mistake(sign_by_comparison)
def adds_the_sign_if_negative(x, kind):
    bits = answer(x, kind, to_even)
    bits[x == 0] = 0
    return bits


@wrong(
    en="The sign is lost: bit 31 of a float32 must become bit 15.",
    zh="符号丢了：float32 的第 31 位应成为第 15 位。",
)
def no_sign(x, kind):
    return answer(x, kind, to_even) & np.uint16(0x7FFF)


@same_mistake(no_sign)
def codes_of_magnitudes(x, kind):
    refuse_bad(x, kind)
    return one_by_one(np.abs(x), kind, lambda size: by_steps(size, kind, np.rint)) & np.uint16(0x7FFF)


@wrong(
    en="`kind` makes no difference here: the upper half of a float32 is bfloat16; float16 has 5 bits of exponent.",
    zh="没有区分 kind：float32 的高 16 位是 bfloat16；float16 只有 5 位指数。",
)
def always_bfloat16(x, kind):
    refuse_bad(x, kind)
    return answer(x, "bfloat16", to_even)


@same_mistake(always_bfloat16)
def upper_half_for_both(x, kind):
    refuse_bad(x, kind)
    return one_by_one(x, "bfloat16", lambda size: by_steps(size, "bfloat16", np.rint))


@wrong(
    en="It returns rounded numbers: return their 16 bits, as uint16.",
    zh="返回了舍入后的数：应返回它们的 16 个比特，类型为 uint16。",
)
def returns_numbers(x, kind):
    bits = answer(x, kind, to_even)
    return bits.view(np.float16) if kind == "float16" else (bits.astype(np.uint32) << 16).view(np.float32)


@same_mistake(returns_numbers)
def returns_float16(x, kind):
    refuse_bad(x, kind)
    with np.errstate(all="ignore"):
        if kind == "float16":
            return np.where(np.isnan(x), np.float16(np.nan), x.astype(np.float16))
    return (answer(x, kind, to_even).astype(np.uint32) << np.uint32(16)).view(np.float32)


@wrong(
    en="Other dtypes are converted to float32 first: a float64 is then rounded twice. Refuse what is not float32.",
    zh="先把其他 dtype 转成 float32：float64 因此会舍入两次。不是 float32 的应当拒绝。",
)
def converts_first(x, kind):
    return answer(x.astype(np.float32), kind, to_even)


@same_mistake(converts_first)
def accepts_everything(x, kind):
    x = np.asarray(x, dtype=np.float32)
    return one_by_one(x, kind, lambda size: by_steps(size, kind, np.rint))
