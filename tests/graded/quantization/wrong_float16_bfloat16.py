"""Wrong answers to quantization/float16_bfloat16, each with the misconception behind it."""

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
    en="Every tie goes up: it must go to the neighbour whose last bit is 0.",
    zh="半数总是进位：应舍入到末位为 0 的相邻数。",
)
def half_up(x, kind):
    return answer(x, kind, lambda n, k: (n + (1 << (k - 1))) >> k)


@same_mistake(half_up)
def floor_of_a_half_more(x, kind):
    return one_by_one(x, kind, lambda size: by_steps(size, kind, lambda steps: np.floor(steps + 0.5)))


@wrong(
    en="Every tie goes down: it must go to the neighbour whose last bit is 0.",
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
    en="It rounds twice, to 10 digits and then to the subnormal's fewer ones: the first rounding can create a tie.",
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
    en="Everything above the largest number becomes infinity: what rounds back to it must not, 65519 is 65504.",
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


def in_kind(x, kind, which, other):
    """As asked, but `other(n, k)` drops the bits in the kind `which`."""
    return answer(x, kind, other if kind == which else to_even)


def special(x, kind, change):
    """As asked, but change(q, a) of the 15 bits."""
    refuse_bad(x, kind)
    sign, a = parts(x)
    q = np.where(a > 0x7F800000, NAN[kind], np.minimum(to_even(*placed(a, kind)), INFINITY[kind]))
    return (sign << 15 | change(q, a)).astype(np.uint16)


def afterwards(x, kind, change):
    """As asked, but change(bits, x) of all 16 bits, as NumPy's own float16 or shifts make them."""
    refuse_bad(x, kind)
    bits = answer(x, kind, to_even)
    return np.asarray(change(bits, x)).astype(np.uint16)


@wrong(
    en="bfloat16 is cut off, not rounded: the lower half of the float32 decides up or down.",
    zh="bfloat16 是截断得到的，没有舍入：应由 float32 的低半部分决定进位。",
)
def cuts_bfloat16(x, kind):
    return in_kind(x, kind, "bfloat16", lambda n, k: n >> k)


@same_mistake(cuts_bfloat16)
def upper_half_is_bfloat16(x, kind):
    refuse_bad(x, kind)
    if kind == "float16":
        return answer(x, kind, to_even)
    upper = (x.view(np.uint32) >> 16).astype(np.int64)
    return np.where(np.isnan(x), NAN[kind] | (upper & 0x8000), upper).astype(np.uint16)


@same_mistake(cuts_bfloat16)
def plain_upper_half(x, kind):
    refuse_bad(x, kind)
    if kind == "float16":
        return answer(x, kind, to_even)
    return (x.view(np.uint32) >> 16).astype(np.uint16)


@same_mistake(cuts_bfloat16)
def every_second_uint16(x, kind):
    refuse_bad(x, kind)
    if kind == "float16":
        return answer(x, kind, to_even)
    return np.array([int(u) >> 16 for u in x.view(np.uint32).ravel()], np.uint16).reshape(x.shape)


@wrong(
    en="float16 is cut off, not rounded: the dropped bits decide up or down.",
    zh="float16 是截断得到的，没有舍入：应由丢弃的位决定进位。",
)
def cuts_float16(x, kind):
    return in_kind(x, kind, "float16", lambda n, k: n >> k)


@same_mistake(cuts_float16)
def shifts_float16(x, kind):
    return in_kind(x, kind, "float16", lambda n, k: n // (1 << k))


@wrong(
    en="bfloat16 rounds every half up (+ 0x8000): a tie must go to the neighbour whose last bit is 0.",
    zh="bfloat16 把一半都向上取（+ 0x8000）：恰为一半时应取末位为 0 的一侧。",
)
def half_up_in_bfloat16(x, kind):
    return in_kind(x, kind, "bfloat16", lambda n, k: (n + (1 << (k - 1))) >> k)


@same_mistake(half_up_in_bfloat16)
def adds_0x8000(x, kind):
    refuse_bad(x, kind)
    if kind == "float16":
        return answer(x, kind, to_even)
    u = x.view(np.uint32).astype(np.int64)
    return np.where(np.isnan(x), u >> 31 << 15 | 0x7FC0, (u + 0x8000) >> 16).astype(np.uint16)


@wrong(
    en="float16 rounds every half up: a tie must go to the neighbour whose last bit is 0.",
    zh="float16 把一半都向上取：恰为一半时应取末位为 0 的一侧。",
)
def half_up_in_float16(x, kind):
    return in_kind(x, kind, "float16", lambda n, k: (n + (1 << (k - 1))) >> k)


@same_mistake(half_up_in_float16)
def adds_half_a_step(x, kind):
    return in_kind(x, kind, "float16", lambda n, k: (n >> k) + (n >> (k - 1) & 1))


@wrong(
    en="Infinity becomes the largest number, like all that is too large: both are infinity.",
    zh="无穷大与过大的数都变成了最大数：两者都应是无穷大。",
)
def infinity_saturates_too(x, kind):
    return special(x, kind, lambda q, a: np.where(q == INFINITY[kind], INFINITY[kind] - 1, q))


@same_mistake(infinity_saturates_too)
def nothing_is_infinite(x, kind):
    return special(x, kind, lambda q, a: np.where(a > 0x7F800000, q, np.minimum(q, INFINITY[kind] - 1)))


@wrong(
    en="Infinity becomes NaN: an exponent of all ones is NaN only where the fraction is not 0.",
    zh="无穷大变成了 NaN：指数全 1 时，只有尾数不为 0 才是 NaN。",
)
def infinity_is_nan(x, kind):
    return special(x, kind, lambda q, a: np.where(a >= 0x7F800000, NAN[kind], q))


@same_mistake(infinity_is_nan)
def exponent_255_is_nan(x, kind):
    return special(x, kind, lambda q, a: np.where(a >> 23 == 255, NAN[kind], q))


@wrong(
    en="NaN loses its sign: bit 15 is that of x, for NaN too.",
    zh="NaN 丢了符号：位 15 取自 x，NaN 也一样。",
)
def nan_without_sign(x, kind):
    return afterwards(x, kind, lambda bits, x: np.where(np.isnan(x), NAN[kind], bits))


@same_mistake(nan_without_sign)
def one_nan_for_both_signs(x, kind):
    bits = answer(x, kind, to_even)
    bits[np.isnan(x)] = NAN[kind]
    return bits


@same_mistake(nan_without_sign)
def nan_without_sign_in_float16(x, kind):
    bits = answer(x, kind, to_even)
    return np.where(np.isnan(x) & (kind == "float16"), np.uint16(0x7E00), bits)


@same_mistake(nan_without_sign)
def positive_nan_in_float16(x, kind):
    bits = answer(x, kind, to_even)
    if kind == "float16":
        bits[np.isnan(x)] = 0x7E00
    return bits


@wrong(
    en="float16 is left to NumPy's cast, which keeps part of a NaN's payload: every NaN is 0x7E00 here.",
    zh="float16 交给了 NumPy 的转换，它会保留 NaN 载荷的一部分：这里 NaN 都是 0x7E00。",
)
def numpys_nan_in_float16(x, kind):
    refuse_bad(x, kind)
    return x.astype(np.float16).view(np.uint16) if kind == "float16" else answer(x, kind, to_even)


@same_mistake(numpys_nan_in_float16)
def astype_float16(x, kind):
    refuse_bad(x, kind)
    return np.float16(x).view(np.uint16) if kind == "float16" else answer(x, kind, to_even)


@wrong(
    en="bfloat16 flushes subnormal numbers to zero: they are rounded like all others.",
    zh="bfloat16 把次正规数清成了零：应照常舍入。",
)
def flushes_bfloat16(x, kind):
    return special(x, kind, lambda q, a: np.where((a < 1 << 23) & (kind == "bfloat16"), 0, q))


@same_mistake(flushes_bfloat16)
def no_subnormal_bfloat16(x, kind):
    return special(x, kind, lambda q, a: q * ((a >> 23 > 0) | (kind == "float16")))


@wrong(
    en="Subnormal numbers are flushed to zero, in both formats: they are rounded like all others.",
    zh="两种格式都把次正规数清成了零：应照常舍入。",
)
def flushes_both(x, kind):
    return special(x, kind, lambda q, a: np.where(a >> 23 < (113 if kind == "float16" else 1), 0, q))


@same_mistake(flushes_both)
def no_subnormals(x, kind):
    return special(x, kind, lambda q, a: np.where(a < (113 << 23 if kind == "float16" else 1 << 23), 0, q))


@wrong(
    en="The exponent of float16 is off by one: 127 - 15 is 112.",
    zh="float16 的指数差了 1：127 - 15 = 112。",
)
def bias_off_by_one(x, kind):
    return biased(x, kind, 111)


@same_mistake(bias_off_by_one)
def twice_too_large(x, kind):
    return biased(x, kind, 127 - 16)


def biased(x, kind, difference):
    """float16 with this difference of the biases."""
    refuse_bad(x, kind)
    sign, a = parts(x)
    if kind == "bfloat16":
        return answer(x, kind, to_even)
    e = a >> 23
    below = np.clip(113 - e, 0, 12)
    n = np.maximum(e - difference, 1) << 23 | a & 0x7FFFFF
    return finish(sign, a, to_even(n, 13 + below), kind)


@wrong(
    en="Numbers far below 2^-24 do not become 0: 12 bits more are dropped where 12 powers of two are missing.",
    zh="远小于 2^-24 的数没有变成 0：缺 12 个 2 的幂时应多丢 12 位。",
)
def shifts_too_little(x, kind):
    return limited_shift(x, kind, 10)


@same_mistake(shifts_too_little)
def smallest_never_vanish(x, kind):
    return limited_shift(x, kind, 11 - 1)


@same_mistake(shifts_too_little)
def eleven_at_most(x, kind):
    return limited_shift(x, kind, 11)


@same_mistake(shifts_too_little)
def one_too_few(x, kind):
    return limited_shift(x, kind, 12 - 1)


def limited_shift(x, kind, most):
    """float16 with at most this many bits dropped for missing powers of two."""
    refuse_bad(x, kind)
    sign, a = parts(x)
    if kind == "bfloat16":
        return answer(x, kind, to_even)
    e = a >> 23
    n = np.maximum(e - 112, 1) << 23 | a & 0x7FFFFF
    return finish(sign, a, to_even(n, 13 + np.clip(113 - e, 0, most)), kind)


@wrong(
    en="A float16 that is too large is not made infinity: its exponent runs into the sign, or reads as NaN.",
    zh="过大的 float16 没有变为无穷大：指数溢出到符号位，或成了 NaN。",
)
def too_large_is_not_limited(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    q = np.where(a > 0x7F800000, NAN[kind], to_even(*placed(a, kind)))
    return (sign << 15 | q).astype(np.uint16)


@same_mistake(too_large_is_not_limited)
def exponents_run_over(x, kind):
    refuse_bad(x, kind)
    sign, a = parts(x)
    q = np.where(np.isnan(x), NAN[kind], to_even(*placed(a, kind)))
    return ((sign << 15) + (q & ~(sign << 15))).astype(np.uint16)


@wrong(
    en="65520 becomes 65504: it is a tie, and the even neighbour is infinity.",
    zh="65520 变成了 65504：它恰在中间，偶数一侧是无穷大。",
)
def infinite_above_65520(x, kind):
    return special(x, kind, lambda q, a: np.where(np.abs(x) == 65520, 0x7BFF, q) if kind == "float16" else q)


@same_mistake(infinite_above_65520)
def tie_at_the_top_goes_down(x, kind):
    return special(x, kind, lambda q, a: np.where((a == 0x477FF000) & (kind == "float16"), 0x7BFF, q))


@wrong(
    en="A signalling NaN becomes infinity: every exponent of all ones with a fraction other than 0 is NaN.",
    zh="发信 NaN 变成了无穷大：指数全 1 且尾数不为 0 的都是 NaN。",
)
def quiet_nan_only(x, kind):
    return special(x, kind, lambda q, a: np.where((a > 0x7F800000) & (a < 0x7FC00000), INFINITY[kind], q))


@same_mistake(quiet_nan_only)
def signalling_nan_is_infinite(x, kind):
    return special(x, kind, lambda q, a: np.where(np.isnan(x) & (a & 0x400000 == 0), INFINITY[kind], q))


@wrong(
    en="The two formats are swapped: bfloat16 has 8 bits of exponent, float16 has 5.",
    zh="两种格式弄反了：bfloat16 有 8 位指数，float16 有 5 位。",
)
def swaps_the_kinds(x, kind):
    refuse_bad(x, kind)
    return answer(x, {"float16": "bfloat16", "bfloat16": "float16"}[kind], to_even)


@same_mistake(swaps_the_kinds)
def the_other_format(x, kind):
    refuse_bad(x, kind)
    other = "float16" if kind == "bfloat16" else "bfloat16"
    sign, a = parts(x)
    return finish(sign, a, to_even(*placed(a, other)), other)


@wrong(
    en="The result is flat: it has the shape of x.",
    zh="结果被展平了：应与 x 同形状。",
)
def returns_a_flat_array(x, kind):
    return answer(x, kind, to_even).ravel()


@same_mistake(returns_a_flat_array)
def loses_the_shape(x, kind):
    return answer(np.ascontiguousarray(x).reshape(-1), kind, to_even)


@wrong(
    en="The values are in the order in which they lie in memory: a view has another order.",
    zh="数值按内存中的次序排列：视图的次序与之不同。",
)
def order_in_memory(x, kind):
    return answer(x, kind, to_even).ravel(order="K").reshape(x.shape)


@same_mistake(order_in_memory)
def ravels_as_it_lies(x, kind):
    return answer(x.ravel(order="K"), kind, to_even).reshape(x.shape)


@wrong(
    en="kind is accepted in upper case too: only 'float16' and 'bfloat16' are kinds.",
    zh="大写的 kind 也被接受：只有 'float16' 和 'bfloat16' 两种。",
)
def kind_in_any_case(x, kind):
    return answer(x, kind.lower() if isinstance(kind, str) else kind, to_even)


@same_mistake(kind_in_any_case)
def lowers_the_kind(x, kind):
    if str(kind).lower() not in INFINITY:
        raise ValueError("kind")
    return answer(x, str(kind).lower(), to_even)


@wrong(
    en="Only the beginning of kind is compared: 'bfloat16_' is another kind; compare the whole string.",
    zh="只看 kind 的开头：'bfloat16_' 是别的 kind，应整体比较。",
)
def kind_by_its_beginning(x, kind):
    for name in INFINITY:
        if str(kind).startswith(name):
            return answer(x, name, to_even)
    raise ValueError("kind")


@same_mistake(kind_by_its_beginning)
def kind_startswith(x, kind):
    names = [name for name in INFINITY if isinstance(kind, str) and kind[: len(name)] == name]
    return answer(x, names[0] if names else kind, to_even)


@wrong(
    en="Another kind is taken for float16: raise ValueError.",
    zh="其他的 kind 被当成了 float16：应抛出 ValueError。",
)
def other_kinds_are_float16(x, kind):
    return answer(x, kind if kind == "bfloat16" else "float16", to_even)


@same_mistake(other_kinds_are_float16)
def else_is_float16(x, kind):
    bits = answer(x, "float16", to_even)
    return answer(x, kind, to_even) if kind in INFINITY else bits


@wrong(
    en="Another kind is taken for bfloat16: raise ValueError.",
    zh="其他的 kind 被当成了 bfloat16：应抛出 ValueError。",
)
def other_kinds_are_bfloat16(x, kind):
    return answer(x, kind if kind == "float16" else "bfloat16", to_even)


@same_mistake(other_kinds_are_bfloat16)
def else_is_bfloat16(x, kind):
    bits = answer(x, "bfloat16", to_even)
    return answer(x, kind, to_even) if kind in INFINITY else bits


@wrong(
    en="Short names are accepted, fp16 and bf16: only 'float16' and 'bfloat16' are kinds.",
    zh="接受了缩写 fp16 与 bf16：只有 'float16' 和 'bfloat16' 两种。",
)
def short_names_too(x, kind):
    return answer(x, {"fp16": "float16", "bf16": "bfloat16"}.get(kind, kind), to_even)


@same_mistake(short_names_too)
def accepts_abbreviations(x, kind):
    if kind == "fp16":
        kind = "float16"
    if kind == "bf16":
        kind = "bfloat16"
    return answer(x, kind, to_even)


@wrong(
    en="Integers of four bytes are accepted: an int32 is not a float32; compare the dtype.",
    zh="没有拒绝四字节的整数：int32 不是 float32，应比较 dtype。",
)
def any_four_bytes(x, kind):
    return answer(x if x.itemsize != 4 else x.view(np.float32), kind, to_even)


@same_mistake(any_four_bytes)
def looks_at_the_item_size(x, kind):
    if kind not in INFINITY or x.dtype.itemsize != 4:
        raise ValueError("bad")
    return answer(x.view(np.float32), kind, to_even)


@wrong(
    en="Other floats are converted: a float64 is rounded twice then. Refuse what is not float32.",
    zh="转换了其他浮点类型：float64 会被舍入两次。不是 float32 的应拒绝。",
)
def any_floats(x, kind):
    return answer(x.astype(np.float32) if x.dtype.kind == "f" else x, kind, to_even)


@same_mistake(any_floats)
def converts_other_floats(x, kind):
    if kind not in INFINITY or not np.issubdtype(x.dtype, np.floating):
        raise ValueError("bad")
    return answer(np.asarray(x, np.float32), kind, to_even)
