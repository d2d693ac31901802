"""Answers to quantization/float8 that are wrong, each with the misconception behind it."""

import functools
import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def shape_of(kind):
    """(bias, bits of fraction, code of the largest number)"""
    if kind not in ("e4m3", "e5m2"):
        raise ValueError("kind")
    return (7, 3, 0x7E) if kind == "e4m3" else (15, 2, 0x7B)


def numbers(bias, m):
    """All positive codes as numbers, none special."""
    exponent, fraction = np.divmod(np.arange(128), 2**m)
    return np.where(exponent > 0, 2**m + fraction, fraction) * 2.0 ** (np.maximum(exponent, 1) - bias - m)


def special(values, kind, largest):
    """The same with the codes behind the largest number as infinity and NaN."""
    values = values.copy()
    values[largest + 1 :] = np.nan
    if kind == "e5m2":
        values[0x7C] = np.inf
    return values


def even(down, up):
    return np.where(down % 2 == 0, down, up)


def nearest(size, values, choose=even):
    ties = (values[:-1] + values[1:]) / 2
    return choose(np.searchsorted(ties, size, "left"), np.searchsorted(ties, size, "right"))


def limited(q, x, largest, saturate):
    q = np.where(q > largest, largest if saturate else largest + 1, q)
    return np.where(np.isnan(x), 0x7F, q)


def signed(q, x, meaning):
    """Codes and values with the sign of x."""
    return (q | np.signbit(x) << 7).astype(np.uint8), np.copysign(meaning[q], x).astype(np.float32)


def by_table(x, kind, saturate, *, choose=even, change=lambda q, size: q):
    bias, m, largest = shape_of(kind)
    values = numbers(bias, m)
    size = np.abs(x).astype(np.float64)
    q = limited(change(nearest(size, values, choose), size), x, largest, saturate)
    return signed(q, x, special(values, kind, largest))


def one_by_one(x, kind, encode, decode):
    """`encode(size)` gives the code of |x|, `decode(code)` the value of a positive code."""
    shape_of(kind)
    q, y = np.zeros(x.shape, np.uint8), np.zeros(x.shape, np.float32)
    for index, value in np.ndenumerate(x):
        code = encode(abs(float(value)))
        sign = math.copysign(1, value)
        q[index], y[index] = code + (128 if sign < 0 else 0), math.copysign(decode(code), sign)
    return q, y


def code_of(size, kind, saturate, rounding=round, least=None):
    """The code of |x| as Python arithmetic finds it."""
    bias, m, largest = shape_of(kind)
    if math.isnan(size):
        return 0x7F
    code = largest + 1
    if size < 1e30:
        exponent = max(math.frexp(size)[1] - 1, 1 - bias) if size else 1 - bias
        code = (exponent - 1 + bias) * 2**m + int(rounding(size / 2.0 ** (exponent - m)))
    return code if code <= largest else largest if saturate else largest + 1


@functools.cache
def values_of(kind):
    bias, m, largest = shape_of(kind)
    return special(numbers(bias, m), kind, largest).tolist()


def value_of(code, kind):
    return values_of(kind)[code]


def in_a_loop(x, kind, saturate, **options):
    return one_by_one(x, kind, lambda s: code_of(s, kind, saturate, **options), lambda code: value_of(code, kind))


@wrong(
    en="The two formats are swapped: E4M3 has 4 bits of exponent and 3 of fraction, E5M2 has 5 and 2.",
    zh="两种格式弄反了：E4M3 有 4 位指数、3 位尾数，E5M2 有 5 位指数、2 位尾数。",
)
def swaps_the_formats(x, kind, saturate):
    shape_of(kind)
    return by_table(x, "e5m2" if kind == "e4m3" else "e4m3", saturate)


@same_mistake(swaps_the_formats)
def other_way_round(x, kind, saturate):
    shape_of(kind)
    return in_a_loop(x, {"e4m3": "e5m2", "e5m2": "e4m3"}[kind], saturate)


@wrong(
    en="E4M3 is read like IEEE 754, with every code of exponent 15 special: it ends at 448, not 240; only 0x7F is NaN.",
    zh="把 E4M3 当作 IEEE 754，指数 15 的码全作特殊值：那样最大只有 240。其实只有 0x7F 是 NaN，448 是存在的。",
)
def e4m3_like_ieee(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    largest = 0x77 if kind == "e4m3" else largest
    values = numbers(bias, m)
    q = limited(nearest(np.abs(x).astype(np.float64), values), x, largest, saturate)
    meaning = special(values, kind, largest)
    if kind == "e4m3":
        meaning[0x78] = np.inf
    return signed(q, x, meaning)


@same_mistake(e4m3_like_ieee)
def all_ones_are_special(x, kind, saturate):
    _, m, _ = shape_of(kind)
    infinity = 127 - 2**m + 1

    def encode(size):
        if math.isnan(size):
            return 0x7F
        code = code_of(size, kind, False)
        return code if code < infinity else infinity - 1 if saturate else infinity

    def decode(code):
        return value_of(code, kind) if code < infinity else math.inf if code == infinity else math.nan

    return one_by_one(x, kind, encode, decode)


@wrong(
    en="0x7F is taken for a number, 480: it is E4M3's NaN, and the largest number is 448.",
    zh="把 0x7F 当作数 480：它是 E4M3 的 NaN，最大数是 448。",
)
def e4m3_reaches_480(x, kind, saturate):
    bias, m, _ = shape_of(kind)
    values = numbers(bias, m)
    if kind == "e5m2":
        return by_table(x, kind, saturate)
    q = np.where(np.isnan(x), 0x7F, np.minimum(nearest(np.abs(x).astype(np.float64), values), 0x7F))
    return signed(q, x, values)


@same_mistake(e4m3_reaches_480)
def no_code_is_special_in_e4m3(x, kind, saturate):
    if kind != "e4m3":
        return in_a_loop(x, kind, saturate)

    def encode(size):
        return 0x7F if math.isnan(size) or size > 464 else code_of(size, kind, True)

    return one_by_one(x, kind, encode, lambda code: 480.0 if code == 0x7F else value_of(code, kind))


@wrong(
    en="E5M2 is read without infinity: 0x7C is infinity, not 65536, and the largest number is 57344.",
    zh="把 E5M2 当作没有无穷大：0x7C 是无穷大而不是 65536，最大数是 57344。",
)
def e5m2_without_infinity(x, kind, saturate):
    if kind == "e4m3":
        return by_table(x, kind, saturate)
    bias, m, _ = shape_of(kind)
    values = numbers(bias, m)
    q = limited(nearest(np.abs(x).astype(np.float64), values), x, 0x7E, saturate)
    values[0x7F] = np.nan
    return signed(q, x, values)


@same_mistake(e5m2_without_infinity)
def e5m2_up_to_98304(x, kind, saturate):
    if kind != "e5m2":
        return in_a_loop(x, kind, saturate)

    def encode(size):
        beyond = [0x7C, 0x7D, 0x7E, 0x7F if not saturate else 0x7E]
        if math.isnan(size):
            return 0x7F
        return (
            beyond[int(np.searchsorted([73728, 90112, 106496], size))] if size > 61439.99 else code_of(size, kind, True)
        )

    def decode(code):
        return {0x7C: 65536.0, 0x7D: 81920.0, 0x7E: 98304.0}.get(code) or value_of(code, kind)

    return one_by_one(x, kind, encode, decode)


@wrong(
    en="It rounds toward zero: the nearest number is wanted, half to even.",
    zh="向零舍入了：应取最近的数，半数取偶。",
)
def truncates(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    values = numbers(bias, m)
    q = limited(np.searchsorted(values, np.abs(x).astype(np.float64), "right") - 1, x, largest, saturate)
    return signed(q, x, special(values, kind, largest))


@same_mistake(truncates)
def floors_the_steps(x, kind, saturate):
    return in_a_loop(x, kind, saturate, rounding=math.floor)


@wrong(
    en="A tie goes away from zero here, always: it must go to the even code.",
    zh="半数总是远离零舍入：应舍入到偶数码。",
)
def half_away(x, kind, saturate):
    return by_table(x, kind, saturate, choose=lambda down, up: up)


@same_mistake(half_away)
def floor_of_a_half_more(x, kind, saturate):
    return in_a_loop(x, kind, saturate, rounding=lambda steps: math.floor(steps + 0.5))


@wrong(
    en="A tie goes toward zero here, always: it must go to the even code.",
    zh="半数总是向零舍入：应舍入到偶数码。",
)
def half_toward_zero(x, kind, saturate):
    return by_table(x, kind, saturate, choose=lambda down, up: down)


@same_mistake(half_toward_zero)
def first_of_the_nearest(x, kind, saturate):
    return in_a_loop(x, kind, saturate, rounding=lambda steps: math.ceil(steps - 0.5))


@wrong(
    en="Small numbers are flushed to zero: exponent 0 holds subnormals, in steps of 2^-9 (E4M3) or 2^-16 (E5M2).",
    zh="把小的数清零了：指数 0 存放次正规数，步长为 2^-9（E4M3）或 2^-16（E5M2）。",
)
def flushes_to_zero(x, kind, saturate):
    bias, _, _ = shape_of(kind)
    return by_table(x, kind, saturate, change=lambda q, size: np.where(size < 2.0 ** (1 - bias), 0, q))


@same_mistake(flushes_to_zero)
def no_numbers_below_the_normal_ones(x, kind, saturate):
    bias, _, _ = shape_of(kind)
    return one_by_one(
        x,
        kind,
        lambda size: 0 if size < 2.0 ** (1 - bias) else code_of(size, kind, saturate),
        lambda code: value_of(code, kind),
    )


@wrong(
    en="The subnormals are half as large as they should be: exponent 0 means 1 - bias, like exponent 1, not -bias.",
    zh="次正规数小了一半：指数 0 表示 1 - bias（与指数 1 相同），而不是 -bias。",
)
def subnormals_at_minus_bias(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    values = numbers(bias, m)
    values[: 2**m] /= 2
    q = limited(nearest(np.abs(x).astype(np.float64), values), x, largest, saturate)
    return signed(q, x, special(values, kind, largest))


@same_mistake(subnormals_at_minus_bias)
def stored_exponent_as_it_is(x, kind, saturate):
    _, m, _ = shape_of(kind)

    def decode(code):
        return value_of(code, kind) / (2 if code < 2**m else 1)

    def encode(size):
        if math.isnan(size) or size > decode(2**m):
            return code_of(size, kind, saturate)
        steps = size / decode(1)
        if steps > 2**m - 1:  # the gap before the first normal number
            middle = (decode(2**m - 1) + decode(2**m)) / 2
            return 2**m if size >= middle else 2**m - 1
        return round(steps)

    return one_by_one(x, kind, encode, decode)


@wrong(
    en="Exponent 0 has a leading 1 here: those are subnormal numbers, f / 2^M without it, and zero is among them.",
    zh="给指数 0 也加了前导 1：那里是次正规数，即不带前导 1 的 f / 2^M，零也在其中。",
)
def leading_one_everywhere(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    code = np.arange(128)
    values = (2**m + code % 2**m) * 2.0 ** ((code >> m) - bias - m)
    q = limited(nearest(np.abs(x).astype(np.float64), values), x, largest, saturate)
    return signed(q, x, special(values, kind, largest))


@same_mistake(leading_one_everywhere)
def no_zero(x, kind, saturate):
    bias, m, _ = shape_of(kind)

    def decode(code):
        return math.ldexp(2**m + code, -bias - m) if code < 2**m else value_of(code, kind)

    def encode(size):
        if not size < decode(2**m):
            return code_of(size, kind, saturate)
        return max(0, round(size / 2.0 ** (-bias - m)) - 2**m)

    return one_by_one(x, kind, encode, decode)


@wrong(
    en="`saturate` is ignored: it always saturates. With False, too large is infinity in E5M2 and NaN in E4M3.",
    zh="没有理会 saturate，总是饱和：为 False 时，过大的数在 E5M2 中是无穷大，在 E4M3 中是 NaN。",
)
def always_saturates(x, kind, saturate):
    return by_table(x, kind, True)


@same_mistake(always_saturates)
def clips_first(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    limit = np.float32(numbers(bias, m)[largest])
    return in_a_loop(np.clip(x, -limit, limit), kind, False)


@wrong(
    en="`saturate` is ignored: it never saturates. With True, too large is the largest number.",
    zh="没有理会 saturate，从不饱和：为 True 时，过大的数应变为最大数。",
)
def never_saturates(x, kind, saturate):
    return by_table(x, kind, False)


@same_mistake(never_saturates)
def overflows_in_any_case(x, kind, saturate):
    return in_a_loop(x, kind, 0)


@wrong(
    en="Saturation follows the format, as PyTorch casts (E4M3 does, E5M2 does not): here the argument decides.",
    zh="是否饱和由格式决定（PyTorch 的转换如此：E4M3 饱和，E5M2 不饱和）：这里应由参数决定。",
)
def saturates_as_pytorch_does(x, kind, saturate):
    return by_table(x, kind, kind == "e4m3")


@same_mistake(saturates_as_pytorch_does)
def by_format(x, kind, saturate):
    return in_a_loop(x, kind, {"e4m3": True}.get(kind, False))


@wrong(
    en="All above the largest number counts as too large: what rounds back to it is not, 460 is 448, 60000 is 57344.",
    zh="凡大于最大数的都算过大：能舍入回最大数的不算，460 应为 448，60000 应为 57344。",
)
def too_large_before_rounding(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    limit = numbers(bias, m)[largest]
    return by_table(x, kind, saturate, change=lambda q, size: np.where(size > limit, 127, q))


@same_mistake(too_large_before_rounding)
def compares_with_the_largest(x, kind, saturate):
    _, _, largest = shape_of(kind)

    def encode(size):
        if size > (448 if kind == "e4m3" else 57344):
            return largest if saturate else largest + 1
        return code_of(size, kind, saturate)

    return one_by_one(x, kind, encode, lambda code: value_of(code, kind))


@wrong(
    en="Infinity does not saturate here: it counts as too large, like every other number beyond the largest.",
    zh="无穷大没有饱和：它也算过大的数，与其他超过最大数的数一样。",
)
def infinity_stays(x, kind, saturate):
    _, _, largest = shape_of(kind)
    q, y = by_table(x, kind, saturate)
    q[np.isinf(x)] = (q[np.isinf(x)] & 128) + largest + 1
    y[np.isinf(x)] = x[np.isinf(x)] if kind == "e5m2" else np.copysign(np.nan, x[np.isinf(x)])
    return q, y


@same_mistake(infinity_stays)
def saturates_finite_numbers_only(x, kind, saturate):
    def encode(size):
        return code_of(size, kind, saturate and size < math.inf)

    return one_by_one(x, kind, encode, lambda code: value_of(code, kind))


@wrong(
    en="NaN becomes a number here: it must stay NaN, 0x7F, also when saturating.",
    zh="NaN 变成了数：无论是否饱和，它都应保持 NaN，即 0x7F。",
)
def nan_saturates(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    values = numbers(bias, m)
    q = nearest(np.abs(x).astype(np.float64), values)
    q = np.where(q > largest, largest if saturate or np.isnan(x).any() else largest + 1, q)
    return signed(q, x, special(values, kind, largest))


@same_mistake(nan_saturates)
def nan_is_the_largest(x, kind, saturate):
    _, _, largest = shape_of(kind)

    def encode(size):
        return largest if size != size else code_of(size, kind, saturate)

    return one_by_one(x, kind, encode, lambda code: value_of(code, kind))


@wrong(
    en="The sign of -0.0 is lost: `x < 0` is false for it, and multiplying by np.sign gives 0. Take the sign bit.",
    zh="-0.0 的符号丢了：对它 `x < 0` 不成立，乘以 np.sign 得 0。应取符号位。",
)
def sign_by_comparison(x, kind, saturate):
    q, y = by_table(x, kind, saturate)
    return np.where(x == 0, 0, q).astype(np.uint8), np.where(x == 0, np.float32(0), y)


@same_mistake(sign_by_comparison)
def negative_if_below_zero(x, kind, saturate):
    return in_a_loop(np.where(x == 0, np.float32(0), x), kind, saturate)


@wrong(
    en="The bias is off by one: it is 2^(e-1) - 1, so 7 and 15, not 8 and 16.",
    zh="偏置差了 1：应为 2^(e-1) - 1，即 7 和 15，而不是 8 和 16。",
)
def bias_of_a_power_of_two(x, kind, saturate):
    bias, m, largest = shape_of(kind)
    values = numbers(bias + 1, m)
    q = limited(nearest(np.abs(x).astype(np.float64), values), x, largest, saturate)
    return signed(q, x, special(values, kind, largest))


@same_mistake(bias_of_a_power_of_two)
def values_half_as_large(x, kind, saturate):
    return one_by_one(x, kind, lambda size: code_of(2 * size, kind, saturate), lambda code: value_of(code, kind) / 2)


@wrong(
    en="The second result is x, clipped at most: return the numbers that the codes stand for.",
    zh="第二个结果是（至多截断过的）x：应返回码所表示的数。",
)
def returns_x(x, kind, saturate):
    q, y = by_table(x, kind, saturate)
    return q, np.where(np.isfinite(y) & (np.abs(x) <= np.abs(y).max(initial=0)), x, y)


@same_mistake(returns_x)
def clipped_but_not_rounded(x, kind, saturate):
    q, y = in_a_loop(x, kind, saturate)
    top = max((abs(v) for v in y.ravel().tolist()), default=0)
    inside = np.isfinite(y) & (np.abs(x) <= top)
    out = y.copy()
    out[inside] = x[inside]
    return q, out
