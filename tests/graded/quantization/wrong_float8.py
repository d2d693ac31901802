"""Wrong answers to quantization/float8, each with the misconception behind it."""

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
    """The same with the codes after the largest number as infinity and NaN."""
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
    zh="把 E4M3 当作 IEEE 754，指数 15 的编码全作特殊值：那样最大只有 240。其实只有 0x7F 是 NaN，448 是存在的。",
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
    en="It rounds toward zero: take the nearest number, half to even.",
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
    en="Every tie goes away from zero: it must go to the even code.",
    zh="半数总是远离零舍入：应舍入到偶数编码。",
)
def half_away(x, kind, saturate):
    return by_table(x, kind, saturate, choose=lambda down, up: up)


@same_mistake(half_away)
def floor_of_a_half_more(x, kind, saturate):
    return in_a_loop(x, kind, saturate, rounding=lambda steps: math.floor(steps + 0.5))


@wrong(
    en="Every tie goes toward zero: it must go to the even code.",
    zh="半数总是向零舍入：应舍入到偶数编码。",
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
    en="Everything above the largest number is too large here: what rounds back is not, 460 is 448, 60000 is 57344.",
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
    zh="第二个结果是（至多截断过的）x：应返回编码所表示的数。",
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


def steps(
    x, kind, saturate, *, choose=even, ties=None, size=np.abs, limit=limited, sign=None, largest=None, values=None
):
    """The right answer, in the solution's order, except for the step that is given."""
    bias, m, last = shape_of(kind)
    last = last if largest is None else largest(kind)
    table = numbers(bias, m) if values is None else values(bias, m)
    borders = (table[:-1] + table[1:]) / 2 if ties is None else ties(table)
    a = size(x)
    q = limit(choose(np.searchsorted(borders, a, "left"), np.searchsorted(borders, a, "right")), x, last, saturate)
    return (signed if sign is None else sign)(q, x, special(table, kind, last))


@wrong(
    en="A tie goes to the odd code: it must go to the even one.",
    zh="恰为一半时取了奇数编码：应取偶数编码。",
)
def ties_to_odd(x, kind, saturate):
    return steps(x, kind, saturate, choose=lambda below, up: np.where(below % 2 == 1, below, up))


@same_mistake(ties_to_odd)
def odd_code_wins(x, kind, saturate):
    return steps(x, kind, saturate, choose=lambda below, up: below + (below < up) * (below % 2 == 0))


@wrong(
    en="It rounds away from zero: take the nearest number, half to even.",
    zh="一律远离零取整：应取最近的数，一半时舍入到偶数。",
)
def rounds_up(x, kind, saturate):
    return steps(x, kind, saturate, choose=lambda below, up: below, ties=lambda v: v[:-1])


@same_mistake(rounds_up)
def away_from_zero(x, kind, saturate):
    return steps(x, kind, saturate, choose=np.minimum, ties=lambda v: v[:-1])


@wrong(
    en="`saturate` is reversed: with True, too large is the largest number.",
    zh="saturate 弄反了：为 True 时，过大的数应变为最大数。",
)
def opposite_of_saturate(x, kind, saturate):
    return steps(x, kind, saturate, limit=lambda q, x, largest, saturate: limited(q, x, largest, not saturate))


@same_mistake(opposite_of_saturate)
def saturates_the_other_way(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        limit=lambda q, x, largest, saturate: np.where(
            np.isnan(x), 0x7F, np.where(q > largest, largest + bool(saturate), q)
        ),
    )


@wrong(
    en="`saturate is True` is false for a NumPy bool: test its truth, `if saturate`.",
    zh="对 NumPy 的 bool，saturate is True 为假：应判断真值，如 if saturate。",
)
def is_true(x, kind, saturate):
    return steps(x, kind, saturate, limit=lambda q, x, largest, saturate: limited(q, x, largest, saturate is True))


@same_mistake(is_true)
def compares_with_true(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        limit=lambda q, x, largest, saturate: limited(q, x, largest, isinstance(saturate, bool) and saturate),
    )


@wrong(
    en="Numbers that are too large are not handled: their codes run past that of the largest number.",
    zh="没有处理过大的数：编码一直延伸到最大数之后。",
)
def codes_beyond_the_largest(x, kind, saturate):
    return steps(x, kind, saturate, limit=lambda q, x, largest, saturate: np.where(np.isnan(x), 0x7F, q))


@same_mistake(codes_beyond_the_largest)
def no_limit_at_all(x, kind, saturate):
    return steps(
        x, kind, saturate, limit=lambda q, x, largest, saturate: np.where(np.isnan(x), 0x7F, np.minimum(q, 0x7F))
    )


@wrong(
    en="NaN loses its sign: bit 7 of q is that of x, for NaN too.",
    zh="NaN 丢了符号：q 的位 7 取自 x，NaN 也一样。",
)
def nan_without_sign(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        sign=lambda q, x, v: (
            np.where(np.isnan(x), q, q | np.signbit(x) << 7).astype(np.uint8),
            np.copysign(v[q], x).astype(np.float32),
        ),
    )


@same_mistake(nan_without_sign)
def one_nan(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        sign=lambda q, x, v: (
            (q | (np.signbit(x) & ~np.isnan(x)) << 7).astype(np.uint8),
            np.copysign(v[q], x).astype(np.float32),
        ),
    )


@wrong(
    en="NaN has the code 0x7F in both formats: 0x7E is a NaN of E5M2 too, but not the one that the exercise asks for.",
    zh="两种格式中 NaN 的编码都是 0x7F：0x7E 也是 E5M2 的 NaN，但不是题目要的那个。",
)
def another_nan_in_e5m2(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        limit=lambda q, x, largest, saturate: np.where(
            np.isnan(x), 0x7F if largest == 0x7E else 0x7E, limited(q, x, largest, saturate)
        ),
    )


@same_mistake(another_nan_in_e5m2)
def quiet_nan_of_ieee(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        limit=lambda q, x, largest, saturate: limited(q, x, largest, saturate) - (np.isnan(x) & (largest == 0x7B)),
    )


@wrong(
    en="NaN becomes infinity in E5M2: 0x7C is infinity, NaN is 0x7F.",
    zh="E5M2 中 NaN 变成了无穷大：0x7C 是无穷大，NaN 是 0x7F。",
)
def nan_is_infinity(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        limit=lambda q, x, largest, saturate: np.where(
            np.isnan(x), 0x7F if largest == 0x7E else 0x7C, limited(q, x, largest, saturate)
        ),
    )


@same_mistake(nan_is_infinity)
def infinity_for_nan(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        limit=lambda q, x, largest, saturate: limited(q, x, largest, saturate) - 3 * (np.isnan(x) & (largest == 0x7B)),
    )


@wrong(
    en="The signs are lost: bit 7 of q is the sign of x, and y has it too.",
    zh="丢掉了符号：q 的位 7 是 x 的符号，y 也应带符号。",
)
def no_signs(x, kind, saturate):
    return steps(x, kind, saturate, sign=lambda q, x, v: (q.astype(np.uint8), v[q].astype(np.float32)))


@same_mistake(no_signs)
def only_magnitudes(x, kind, saturate):
    return steps(x, kind, saturate, sign=lambda q, x, v: signed(q, np.zeros(x.shape), v))


@wrong(
    en="q has no sign: its bit 7 is that of x.",
    zh="q 没有符号：其位 7 应取自 x。",
)
def q_without_sign(x, kind, saturate):
    return steps(x, kind, saturate, sign=lambda q, x, v: (q.astype(np.uint8), np.copysign(v[q], x).astype(np.float32)))


@same_mistake(q_without_sign)
def sign_in_y_only(x, kind, saturate):
    return steps(x, kind, saturate, sign=lambda q, x, v: (q.astype(np.uint8), signed(q, x, v)[1]))


@wrong(
    en="y has no sign: it is the number that the code stands for.",
    zh="y 没有符号：它应是编码所表示的数。",
)
def y_without_sign(x, kind, saturate):
    return steps(
        x, kind, saturate, sign=lambda q, x, v: ((q | np.signbit(x) << 7).astype(np.uint8), v[q].astype(np.float32))
    )


@same_mistake(y_without_sign)
def sign_in_q_only(x, kind, saturate):
    return steps(x, kind, saturate, sign=lambda q, x, v: (signed(q, x, v)[0], np.abs(signed(q, x, v)[1])))


@wrong(
    en="Return the results in the order (q, y): codes, then values.",
    zh="返回值的顺序是 (q, y)：先编码，后数值。",
)
def values_first(x, kind, saturate):
    return by_table(x, kind, saturate)[::-1]


@same_mistake(values_first)
def swaps_codes_and_values(x, kind, saturate):
    q, y = in_a_loop(x, kind, saturate)
    return y, q


@wrong(
    en="y is in another type: the exercise asks for float32, the type of x.",
    zh="y 用了别的类型：题目要求 float32，与 x 相同。",
)
def y_in_another_dtype(x, kind, saturate):
    q, y = by_table(x, kind, saturate)
    return q, y.astype(np.float64)


@same_mistake(y_in_another_dtype)
def y_in_float64(x, kind, saturate):
    q, y = in_a_loop(x, kind, saturate)
    return q, y.astype(np.float16)


@wrong(
    en="The second result is x itself: return the numbers that the codes stand for, in a new array.",
    zh="第二个结果就是 x：应在新数组中返回编码所表示的数。",
)
def returns_x_itself(x, kind, saturate):
    return by_table(x, kind, saturate)[0], x


@same_mistake(returns_x_itself)
def the_argument_as_values(x, kind, saturate):
    return in_a_loop(x, kind, saturate)[0], x.copy()


@wrong(
    en="E5M2 has 65536 as its largest number here: 0x7C is infinity, the largest number is 57344.",
    zh="E5M2 的最大数成了 65536：0x7C 是无穷大，最大数是 57344。",
)
def e5m2_infinity_is_a_number(x, kind, saturate):
    return steps(x, kind, saturate, largest=lambda kind: 0x7E if kind == "e4m3" else 0x7C)


@same_mistake(e5m2_infinity_is_a_number)
def largest_of_e5m2_is_0x7c(x, kind, saturate):
    return steps(x, kind, saturate, largest=lambda kind: {"e4m3": 0x7E, "e5m2": 0x7B + 1}[kind])


@wrong(
    en="The subnormals have a leading 1: exponent 0 means f / 2^M without it.",
    zh="次正规数带了首位 1：指数 0 表示没有首位 1 的 f / 2^M。",
)
def leading_one_in_subnormals(x, kind, saturate):
    return steps(x, kind, saturate, values=lambda bias, m: leading_ones(bias, m))


@same_mistake(leading_one_in_subnormals)
def digits_with_a_one(x, kind, saturate):
    return steps(x, kind, saturate, values=leading_ones)


def leading_ones(bias, m):
    exponent, fraction = np.divmod(np.arange(128), 2**m)
    return (2**m + fraction) * 2.0 ** (np.maximum(exponent, 1) - bias - m)


@wrong(
    en="x passes through float16 first, and is rounded twice: next to a tie the second one goes astray.",
    zh="x 先经过 float16，舍入了两次：在半数附近第二次会出错。",
)
def through_float16(x, kind, saturate):
    return steps(x, kind, saturate, size=lambda x: np.abs(x.astype(np.float16)))


@same_mistake(through_float16)
def rounds_twice(x, kind, saturate):
    return steps(x, kind, saturate, size=lambda x: np.abs(np.float16(x)).astype(np.float64))


@wrong(
    en="x is cut to bfloat16 first: what lies just above a tie then becomes one.",
    zh="x 先被截成 bfloat16：略高于半数的数就成了半数。",
)
def through_bfloat16(x, kind, saturate):
    return steps(
        x,
        kind,
        saturate,
        size=lambda x: np.abs((np.ascontiguousarray(x).view(np.uint32) & 0xFFFF0000).view(np.float32).reshape(x.shape)),
    )


@same_mistake(through_bfloat16)
def cuts_the_lower_half(x, kind, saturate):
    return steps(x, kind, saturate, size=upper_half)


def upper_half(x):
    u = np.array(x, order="C").view(np.uint32) >> 16 << 16
    return np.abs(u.view(np.float32)).reshape(x.shape)


@wrong(
    en="x is scaled to the range first: encode x as it is, a scale is another function's work.",
    zh="先把 x 缩放到了范围内：应直接编码 x，缩放是另一个函数的事。",
)
def scales_first(x, kind, saturate):
    _, _, largest = shape_of(kind)
    finite = x.size > 0 and np.isfinite(x).all() and np.abs(x).max() > 0
    s = np.abs(x).max() / values_of(kind)[largest] if finite else 1.0
    return by_table((x / s).astype(np.float32), kind, saturate)


@same_mistake(scales_first)
def fits_the_largest(x, kind, saturate):
    top = values_of(kind)[shape_of(kind)[2]]
    finite = x.size > 0 and np.isfinite(x).all() and x.any()
    s = np.abs(x).max() / top if finite else 1.0
    return in_a_loop((x / s).astype(np.float32), kind, saturate)


@wrong(
    en="Another kind is taken for E5M2: raise ValueError.",
    zh="其他的 kind 被当成了 E5M2：应抛出 ValueError。",
)
def kind_is_not_checked(x, kind, saturate):
    return by_table(x, kind if kind == "e4m3" else "e5m2", saturate)


@same_mistake(kind_is_not_checked)
def else_is_e5m2(x, kind, saturate):
    return in_a_loop(x, "e4m3" if kind == "e4m3" else "e5m2", saturate)


@wrong(
    en="Another kind is taken for E4M3: raise ValueError.",
    zh="其他的 kind 被当成了 E4M3：应抛出 ValueError。",
)
def else_is_e4m3(x, kind, saturate):
    return by_table(x, kind if kind == "e5m2" else "e4m3", saturate)


@same_mistake(else_is_e4m3)
def other_kinds_are_e4m3(x, kind, saturate):
    return in_a_loop(x, "e5m2" if kind == "e5m2" else "e4m3", saturate)


@wrong(
    en="kind is accepted in upper case too: only 'e4m3' and 'e5m2' are kinds.",
    zh="大写的 kind 也被接受：只有 'e4m3' 和 'e5m2' 两种。",
)
def kind_in_any_case(x, kind, saturate):
    return by_table(x, kind.lower() if isinstance(kind, str) else kind, saturate)


@same_mistake(kind_in_any_case)
def lowers_the_kind(x, kind, saturate):
    return in_a_loop(x, str(kind).lower(), saturate)


@wrong(
    en="'e4m3fn' is taken for 'e4m3': only 'e4m3' and 'e5m2' are kinds.",
    zh="'e4m3fn' 被当成了 'e4m3'：只有 'e4m3' 和 'e5m2' 两种。",
)
def pytorchs_names_too(x, kind, saturate):
    return by_table(x, "e4m3" if kind == "e4m3fn" else kind, saturate)


@same_mistake(pytorchs_names_too)
def kind_startswith(x, kind, saturate):
    return in_a_loop(x, kind[:4] if isinstance(kind, str) else kind, saturate)
