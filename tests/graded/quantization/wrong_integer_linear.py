"""Wrong answers to quantization/integer_linear, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_shapes(a):
    if a.q_x.shape[1] != a.q_w.shape[1] or a.s_w.shape != a.q_w.shape[:1] or a.b.shape != a.q_w.shape[:1]:
        raise ValueError("shapes")


def refuse_bad_multipliers(a):
    m = a.s_x * a.s_w / a.s_y
    if not ((m > 0) & (m < 1)).all():
        raise ValueError("multiplier")


class Arguments:
    def __init__(self, q_x, s_x, z_x, q_w, s_w, z_w, b, s_y, z_y):
        self.q_x, self.s_x, self.z_x = q_x, s_x, int(z_x)
        self.q_w, self.s_w, self.z_w = q_w, s_w, int(z_w)
        self.b, self.s_y, self.z_y = b, s_y, int(z_y)


# One right layer, with whole arrays, of which each wrong answer replaces a part.


def product(a):
    return (a.q_x.astype(np.int64) - a.z_x) @ (a.q_w.astype(np.int64) - a.z_w).T


def bias(a):
    return np.rint(a.b / (a.s_x * a.s_w)).astype(np.int64)


def multiplier(a):
    return a.s_x * a.s_w / a.s_y


def rescaled(acc, m):
    f, e = np.frexp(m)
    n = 31 - e.astype(np.int64)
    return (acc * np.rint(f * 2**31).astype(np.int64) + (np.int64(1) << (n - 1))) >> n


def saturated(r, a):
    return np.clip(r + a.z_y, -128, 127).astype(np.int8)


def arrays(
    args, *, product=product, bias=bias, multiplier=multiplier, rescaled=rescaled, saturated=saturated, check=True
):
    a = Arguments(*args)
    if check:
        refuse_bad_shapes(a)
        refuse_bad_multipliers(a)
    return saturated(rescaled(product(a) + bias(a), multiplier(a)), a)


# The same layer, one number at a time.


def dot(x, w, a):
    return sum((p - a.z_x) * (q - a.z_w) for p, q in zip(x, w, strict=True))


def one_bias(b, s_w, a):
    return round(b / (a.s_x * s_w))


def fixed_point(m, bits=31):
    f, e = math.frexp(m)
    return round(f * 2**bits), bits - e


def one_rescaled(acc, m):
    m0, n = fixed_point(m)
    return (acc * m0 + (1 << (n - 1))) >> n


def one_saturated(r, a):
    return min(127, max(-128, r + a.z_y))


def numbers(args, *, dot=dot, one_bias=one_bias, scale=None, one_rescaled=one_rescaled, one_saturated=one_saturated):
    a = Arguments(*args)
    refuse_bad_shapes(a)
    refuse_bad_multipliers(a)
    q_y = np.zeros((len(a.q_x), len(a.q_w)), np.int8)
    for i, x in enumerate(a.q_x.tolist()):
        for o, w in enumerate(a.q_w.tolist()):
            acc = dot(x, w, a) + one_bias(float(a.b[o]), float(a.s_w[o]), a)
            m = a.s_x * float(a.s_w[o]) / a.s_y if scale is None else scale(a)
            q_y[i, o] = one_saturated(one_rescaled(acc, m), a)
    return q_y


def wrap(value, bits):
    return (value + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)


@wrong(
    en="The sum is kept in int8 and wraps around: two int8 numbers multiply to 16 bits, and their sum needs 32.",
    zh="和存在 int8 中，发生了回绕：两个 int8 相乘就需要 16 位，求和要用 32 位。",
)
def accumulates_in_int8(*args):
    return arrays(args, product=lambda a: (a.q_x - np.int8(a.z_x)) @ (a.q_w - np.int8(a.z_w)).T)


@same_mistake(accumulates_in_int8)
def eight_bits_in_a_loop(*args):
    return numbers(args, dot=lambda x, w, a: wrap(dot(x, w, a), 8))


@wrong(
    en="The sum is kept in int16 and wraps around: a few products of 16 bits are enough to overflow it.",
    zh="和存在 int16 中，发生了回绕：几个 16 位的乘积就会溢出。",
)
def accumulates_in_int16(*args):
    return arrays(
        args, product=lambda a: (a.q_x.astype(np.int16) - a.z_x) @ (a.q_w.astype(np.int16) - a.z_w).T.astype(np.int16)
    )


@same_mistake(accumulates_in_int16)
def sixteen_bits_in_a_loop(*args):
    return numbers(args, dot=lambda x, w, a: wrap(dot(x, w, a), 16))


@wrong(
    en="The sum is kept in float32: above 2^24 it has no odd numbers any more; keep it in integers.",
    zh="和存在 float32 中：超过 2^24 就表示不了奇数，应保持为整数。",
)
def accumulates_in_float32(*args):
    return arrays(
        args,
        product=lambda a: (a.q_x.astype(np.float32) - a.z_x) @ (a.q_w.astype(np.float32) - a.z_w).T,
        bias=lambda a: bias(a).astype(np.float32),
        rescaled=lambda acc, m: rescaled(acc.astype(np.int64), m),
    )


@same_mistake(accumulates_in_float32)
def floats_of_24_bits(*args):
    return numbers(
        args,
        dot=lambda x, w, a: np.float32(dot(x, w, a)),
        one_bias=lambda b, s_w, a: np.float32(one_bias(b, s_w, a)),
        one_rescaled=lambda acc, m: one_rescaled(int(acc), m),
    )


@wrong(
    en="q - z is taken in int8 and wraps around: it needs nine bits. Widen first, then subtract.",
    zh="q - z 在 int8 中计算，发生了回绕：它需要九位。应先扩宽再相减。",
)
def subtracts_in_int8(*args):
    def product(a):
        x, w = a.q_x - np.int8(a.z_x), a.q_w - np.int8(a.z_w)
        return x.astype(np.int64) @ w.astype(np.int64).T

    return arrays(args, product=product)


@same_mistake(subtracts_in_int8)
def nine_bits_in_eight(*args):
    return numbers(
        args,
        dot=lambda x, w, a: sum(wrap(p - a.z_x, 8) * wrap(q - a.z_w, 8) for p, q in zip(x, w, strict=True)),
    )


@wrong(
    en="The input's zero point is left out: q_x stands for s_x (q_x - z_x).",
    zh="漏掉了输入的零点：q_x 表示的是 s_x (q_x - z_x)。",
)
def forgets_z_x(*args):
    return arrays(args, product=lambda a: a.q_x.astype(np.int64) @ (a.q_w.astype(np.int64) - a.z_w).T)


@same_mistake(forgets_z_x)
def plain_codes_of_x(*args):
    return numbers(args, dot=lambda x, w, a: sum(p * (q - a.z_w) for p, q in zip(x, w, strict=True)))


@wrong(
    en="The weights' zero point is left out: it is 0 only for symmetric weights.",
    zh="漏掉了权重的零点：只有对称权重的零点才是 0。",
)
def forgets_z_w(*args):
    return arrays(args, product=lambda a: (a.q_x.astype(np.int64) - a.z_x) @ a.q_w.astype(np.int64).T)


@same_mistake(forgets_z_w)
def takes_weights_for_symmetric(*args):
    return numbers(args, dot=lambda x, w, a: sum((p - a.z_x) * q for p, q in zip(x, w, strict=True)))


@wrong(
    en="The term in · z_x · z_w is missing: multiplied out, (q_x - z_x)(q_w - z_w) has four terms.",
    zh="少了 in · z_x · z_w 一项：(q_x - z_x)(q_w - z_w) 展开后有四项。",
)
def three_of_four_terms(*args):
    def product(a):
        x, w = a.q_x.astype(np.int64), a.q_w.astype(np.int64)
        return x @ w.T - a.z_w * x.sum(axis=1, keepdims=True) - a.z_x * w.sum(axis=1)

    return arrays(args, product=product)


@same_mistake(three_of_four_terms)
def without_the_constant_term(*args):
    return numbers(args, dot=lambda x, w, a: dot(x, w, a) - len(x) * a.z_x * a.z_w)


@wrong(
    en="z_x z_w is counted once: the sum has it for each input.",
    zh="z_x z_w 只算了一次：求和时每个输入都有一个。",
)
def constant_term_once(*args):
    def product(a):
        x, w = a.q_x.astype(np.int64), a.q_w.astype(np.int64)
        return x @ w.T - a.z_w * x.sum(axis=1, keepdims=True) - a.z_x * w.sum(axis=1) + a.z_x * a.z_w

    return arrays(args, product=product)


@same_mistake(constant_term_once)
def one_constant_for_all_inputs(*args):
    return numbers(args, dot=lambda x, w, a: dot(x, w, a) - (len(x) - 1) * a.z_x * a.z_w)


@wrong(
    en="Zero points are added: a code q stands for s (q - z).",
    zh="加上了零点：码 q 表示的是 s (q - z)。",
)
def adds_zero_points(*args):
    return arrays(args, product=lambda a: (a.q_x.astype(np.int64) + a.z_x) @ (a.q_w.astype(np.int64) + a.z_w).T)


@same_mistake(adds_zero_points)
def plus_in_both_factors(*args):
    return numbers(args, dot=lambda x, w, a: sum((p + a.z_x) * (q + a.z_w) for p, q in zip(x, w, strict=True)))


@wrong(
    en="The bias is left out.",
    zh="漏掉了偏置。",
)
def forgets_the_bias(*args):
    return arrays(args, bias=lambda a: 0)


@same_mistake(forgets_the_bias)
def products_alone(*args):
    return numbers(args, one_bias=lambda b, s_w, a: 0)


@wrong(
    en="The bias is rounded in its own unit: the accumulator counts in s_x s_w, so q_b = round(b / (s_x s_w)).",
    zh="偏置按原单位取整：累加器以 s_x s_w 为单位，应为 q_b = round(b / (s_x s_w))。",
)
def bias_in_its_own_unit(*args):
    return arrays(args, bias=lambda a: np.rint(a.b).astype(np.int64))


@same_mistake(bias_in_its_own_unit)
def rounds_the_float_bias(*args):
    return numbers(args, one_bias=lambda b, s_w, a: round(b))


@wrong(
    en="The bias is added in units of the output, after the rounding: b / s_y keeps 8 bits, and two roundings add up.",
    zh="偏置以输出为单位、在舍入之后才加：b / s_y 只剩 8 位，而且舍入了两次。",
)
def bias_in_units_of_y(*args):
    a = Arguments(*args)
    return arrays(args, bias=lambda a: 0, rescaled=lambda acc, m: rescaled(acc, m) + np.rint(a.b / a.s_y).astype(int))


@same_mistake(bias_in_units_of_y)
def adds_the_bias_last(*args):
    a = Arguments(*args)
    refuse_bad_shapes(a)
    refuse_bad_multipliers(a)
    q_y = np.zeros((len(a.q_x), len(a.q_w)), np.int8)
    for i, x in enumerate(a.q_x.tolist()):
        for o, w in enumerate(a.q_w.tolist()):
            r = one_rescaled(dot(x, w, a), a.s_x * float(a.s_w[o]) / a.s_y)
            q_y[i, o] = one_saturated(r + round(float(a.b[o]) / a.s_y), a)
    return q_y


@wrong(
    en="The bias is kept in int8: in units of s_x s_w it is far larger than 127, so it has 32 bits.",
    zh="偏置存成了 int8：以 s_x s_w 为单位时它远大于 127，所以用 32 位。",
)
def bias_of_eight_bits(*args):
    return arrays(args, bias=lambda a: np.clip(bias(a), -128, 127))


@same_mistake(bias_of_eight_bits)
def clips_the_bias(*args):
    return numbers(args, one_bias=lambda b, s_w, a: max(-128, min(127, one_bias(b, s_w, a))))


@wrong(
    en="The shift drops the fraction: add half of 2^n before it, to round to nearest.",
    zh="移位丢掉了小数：应先加上 2^n 的一半，才是舍入到最近。",
)
def shifts_without_rounding(*args):
    def rescaled(acc, m):
        f, e = np.frexp(m)
        return (acc * np.rint(f * 2**31).astype(np.int64)) >> (31 - e).astype(np.int64)

    return arrays(args, rescaled=rescaled)


@same_mistake(shifts_without_rounding)
def floors(*args):
    def one_rescaled(acc, m):
        m0, n = fixed_point(m)
        return acc * m0 // 2**n

    return numbers(args, one_rescaled=one_rescaled)


@wrong(
    en="Halves are rounded away from zero: here -2.5 becomes -2, as adding a half and shifting does.",
    zh="恰为一半时远离零取整：这里 -2.5 应变为 -2，即加上一半再移位的结果。",
)
def halves_away_from_zero(*args):
    def away(acc, m):
        return np.sign(acc) * rescaled(np.abs(acc), m)

    return arrays(args, rescaled=away)


@same_mistake(halves_away_from_zero)
def mirrors_negative_sums(*args):
    return numbers(args, one_rescaled=lambda acc, m: one_rescaled(acc, m) if acc >= 0 else -one_rescaled(-acc, m))


@wrong(
    en="It rounds twice, after the multiplication and after the shift: 2.4999 becomes 2.5 and then 3. Add half once.",
    zh="舍入了两次（乘法之后一次，移位之后又一次）：2.4999 先变成 2.5，再变成 3。应只加一次一半。",
)
def rounds_twice(*args):
    def twice(acc, m):
        f, e = np.frexp(m)
        high = (acc * np.rint(f * 2**31).astype(np.int64) + 2**30) >> 31
        n = -e.astype(np.int64)
        return np.where(n > 0, (high + (np.int64(1) << np.maximum(n - 1, 0))) >> n, high)

    return arrays(args, rescaled=twice)


@same_mistake(rounds_twice)
def high_half_then_shift(*args):
    def one_rescaled(acc, m):
        m0, n = fixed_point(m)
        high = (acc * m0 + (1 << 30)) >> 31
        return (high + (1 << (n - 32))) >> (n - 31) if n > 31 else high

    return numbers(args, one_rescaled=one_rescaled)


@wrong(
    en="It multiplies by M as a float and rounds to even: a device without floats has M0 and a shift, and halves are "
    "rounded up.",
    zh="用浮点数 M 相乘并取偶舍入：没有浮点单元的设备只有 M0 与移位，恰为一半时向上取。",
)
def rescales_in_floats(*args):
    return arrays(args, rescaled=lambda acc, m: np.rint(acc * m).astype(np.int64))


@same_mistake(rescales_in_floats)
def rounds_a_float(*args):
    return numbers(args, one_rescaled=lambda acc, m: round(acc * m))


@wrong(
    en="It multiplies by the float M: M0 has 31 bits, and where acc M lies at a half, that decides.",
    zh="用浮点数 M 相乘：M0 只有 31 位，当 acc M 恰在一半处时，结果由它决定。",
)
def half_up_in_floats(*args):
    return arrays(args, rescaled=lambda acc, m: np.floor(acc * m + 0.5).astype(np.int64))


@same_mistake(half_up_in_floats)
def floor_of_a_float(*args):
    return numbers(args, one_rescaled=lambda acc, m: math.floor(acc * m + 0.5))


@wrong(
    en="The multiplier has 8 bits: with so few, large sums come out a step or more off.",
    zh="乘数只有 8 位：位数这么少，较大的和会差一步甚至更多。",
)
def short_multiplier(*args):
    def rescaled(acc, m):
        f, e = np.frexp(m)
        n = 8 - e.astype(np.int64)
        return (acc * np.rint(f * 2**8).astype(np.int64) + (np.int64(1) << (n - 1))) >> n

    return arrays(args, rescaled=rescaled)


@same_mistake(short_multiplier)
def eight_bits_of_m(*args):
    def one_rescaled(acc, m):
        m0, n = fixed_point(m, bits=8)
        return (2 * acc * m0 + 2**n) // 2 ** (n + 1)

    return numbers(args, one_rescaled=one_rescaled)


@wrong(
    en="M0 is cut off, not rounded: round(f 2^31).",
    zh="M0 是截断的，没有舍入：应为 round(f 2^31)。",
)
def truncated_multiplier(*args):
    def rescaled(acc, m):
        f, e = np.frexp(m)
        n = 31 - e.astype(np.int64)
        return (acc * (f * 2**31).astype(np.int64) + (np.int64(1) << (n - 1))) >> n

    return arrays(args, rescaled=rescaled)


@same_mistake(truncated_multiplier)
def int_of_the_fraction(*args):
    def one_rescaled(acc, m):
        f, e = math.frexp(m)
        return (acc * int(f * 2**31) + 2 ** (30 - e)) >> (31 - e)

    return numbers(args, one_rescaled=one_rescaled)


@wrong(
    en="acc M0 is taken in 32 bits and wraps around: a product of two 32-bit numbers needs 64.",
    zh="acc M0 在 32 位中计算，发生了回绕：两个 32 位数的乘积需要 64 位。",
)
def product_of_32_bits(*args):
    def rescaled(acc, m):
        f, e = np.frexp(m)
        n = 31 - e.astype(np.int64)
        product = acc.astype(np.int32) * np.rint(f * 2**31).astype(np.int64).astype(np.int32)
        return (product + (np.int64(1) << (n - 1))) >> n

    return arrays(args, rescaled=rescaled)


@same_mistake(product_of_32_bits)
def keeps_the_low_half(*args):
    def one_rescaled(acc, m):
        m0, n = fixed_point(m)
        return (wrap(acc * m0, 32) + (1 << (n - 1))) >> n

    return numbers(args, one_rescaled=one_rescaled)


@wrong(
    en="The multipliers run over samples: M has one entry for each output channel, axis 1 of acc.",
    zh="乘数沿样本排列了：M 每个输出通道一个，对应 acc 的轴 1。",
)
def multipliers_of_samples(*args):
    return arrays(args, rescaled=lambda acc, m: rescaled(acc, m[:, None]))


@same_mistake(multipliers_of_samples)
def rescales_rows(*args):
    return arrays(args, rescaled=lambda acc, m: rescaled(acc.T, m).T)


@wrong(
    en="Codes wrap around: a cast to int8 keeps the low eight bits. Clip to -128 ... 127 first.",
    zh="码发生了回绕：转成 int8 只保留低八位。应先截断到 -128 至 127。",
)
def casts_without_clipping(*args):
    return arrays(args, saturated=lambda r, a: (r + a.z_y).astype(np.int8))


@same_mistake(casts_without_clipping)
def low_eight_bits(*args):
    return numbers(args, one_saturated=lambda r, a: wrap(r + a.z_y, 8))


@wrong(
    en="The output's zero point is left out: the code of y = 0 is z_y.",
    zh="漏掉了输出的零点：y = 0 的码是 z_y。",
)
def forgets_z_y(*args):
    return arrays(args, saturated=lambda r, a: np.clip(r, -128, 127).astype(np.int8))


@same_mistake(forgets_z_y)
def symmetric_output(*args):
    return numbers(args, one_saturated=lambda r, a: max(-128, min(127, r)))


@wrong(
    en="It clips before it adds z_y: the range is that of the code, r + z_y.",
    zh="先截断后加 z_y：范围是对码 r + z_y 而言的。",
)
def clips_too_early(*args):
    return arrays(args, saturated=lambda r, a: (np.clip(r, -128, 127) + a.z_y).astype(np.int8))


@same_mistake(clips_too_early)
def clips_then_shifts(*args):
    return numbers(args, one_saturated=lambda r, a: wrap(max(-128, min(127, r)) + a.z_y, 8))


@wrong(
    en="It clips at -127: the narrow range is for symmetric weights, activations use -128 too.",
    zh="截断在 -127：窄范围是给对称权重的，激活也使用 -128。",
)
def narrow_range(*args):
    return arrays(args, saturated=lambda r, a: np.clip(r + a.z_y, -127, 127).astype(np.int8))


@same_mistake(narrow_range)
def symmetric_codes_of_y(*args):
    return numbers(args, one_saturated=lambda r, a: max(-127, min(127, r + a.z_y)))


@wrong(
    en="It clips below at the zero point, as a fused ReLU does: a plain linear layer has negative outputs.",
    zh="下端截断在零点，相当于融合了 ReLU：普通的全连接层会有负的输出。",
)
def fuses_a_relu(*args):
    return arrays(args, saturated=lambda r, a: np.clip(r + a.z_y, a.z_y, 127).astype(np.int8))


@same_mistake(fuses_a_relu)
def never_below_zero(*args):
    return numbers(args, one_saturated=lambda r, a: min(127, max(0, r) + a.z_y))


@wrong(
    en="One scale serves all outputs: each channel has its own s_w, so its own bias unit and multiplier.",
    zh="所有输出共用一个 scale：每个通道有自己的 s_w，因而有自己的偏置单位和乘数。",
)
def one_scale_for_all(*args):
    return arrays(args, multiplier=lambda a: np.full(len(a.s_w), a.s_x * a.s_w.max() / a.s_y))


@same_mistake(one_scale_for_all)
def the_largest_scale(*args):
    return numbers(args, scale=lambda a: a.s_x * max(a.s_w.tolist()) / a.s_y)


@wrong(
    en="The output's scale is left out: the accumulator is in units of s_x s_w, the codes in units of s_y.",
    zh="漏掉了输出的 scale：累加器以 s_x s_w 为单位，输出码以 s_y 为单位。",
)
def forgets_s_y(*args):
    return arrays(args, multiplier=lambda a: a.s_x * a.s_w)


@same_mistake(forgets_s_y)
def units_of_the_accumulator(*args):
    a = Arguments(*args)
    return numbers(args, one_rescaled=lambda acc, m: one_rescaled(acc, m * a.s_y))


@wrong(
    en="It returns the real numbers y: the next layer wants codes, int8.",
    zh="返回的是实数 y：下一层要的是 int8 的码。",
)
def returns_floats(*args):
    a = Arguments(*args)
    return a.s_y * (arrays(args).astype(np.float64) - a.z_y)


@same_mistake(returns_floats)
def dequantizes_the_result(*args):
    q_y, (s_y, z_y) = numbers(args), args[-2:]
    return (q_y - float(z_y)) * s_y


@wrong(
    en="A multiplier of 1 or more is accepted: the shift would go the other way, so a scale is wrong; raise "
    "ValueError.",
    zh="没有拒绝不小于 1 的乘数：那样移位方向相反，说明 scale 有误。应抛出 ValueError。",
)
def accepts_any_multiplier(*args):
    a = Arguments(*args)
    refuse_bad_shapes(a)
    if (a.s_w <= 0).any():
        raise ValueError("scale")
    return arrays(args, check=False)


@same_mistake(accepts_any_multiplier)
def only_looks_at_signs(*args):
    a = Arguments(*args)
    refuse_bad_shapes(a)
    if min(a.s_w) <= 0 or a.s_x <= 0 or a.s_y <= 0:
        raise ValueError("scales must be positive")
    acc = product(a) + bias(a)
    return saturated(rescaled(acc, multiplier(a)), a)


@wrong(
    en="Shapes that do not fit are broadcast: one scale or bias would serve all outputs. Raise ValueError.",
    zh="不匹配的形状被广播了：一个 scale 或偏置会用于所有输出。应抛出 ValueError。",
)
def broadcasts(*args):
    refuse_bad_multipliers(Arguments(*args))
    return arrays(args, check=False)


@same_mistake(broadcasts)
def trusts_numpy_with_shapes(*args):
    a = Arguments(*args)
    refuse_bad_multipliers(a)
    return saturated(rescaled(bias(a) + product(a), multiplier(a)), a)


@wrong(
    en="The multiplier is rounded half up: the stub rounds M0 half to even, as np.rint does.",
    zh="乘数在一半处向上舍入：题目要求 M0 舍入到偶数，即 np.rint。",
)
def multiplier_half_up(*args):
    def half_up(acc, m):
        f, e = np.frexp(m)
        n = 31 - e.astype(np.int64)
        return (acc * np.floor(f * 2**31 + 0.5).astype(np.int64) + (np.int64(1) << (n - 1))) >> n

    return arrays(args, rescaled=half_up)


@same_mistake(multiplier_half_up)
def multiplier_half_up_with_python(*args):
    def half_up(acc, m):
        columns = []
        for a, multiplier in zip(acc.T, m, strict=True):
            f, e = math.frexp(multiplier)
            m0 = math.floor(f * 2**31 + 0.5)
            columns.append([(int(v) * m0 + (1 << (30 - e))) >> (31 - e) for v in a])
        return np.array(columns).T

    return arrays(args, rescaled=half_up)


@wrong(
    en="M0 is capped at 2^31 - 1, the largest int32: f close to 1 rounds to 2^31, which a 64-bit product holds.",
    zh="M0 被限制为 int32 的最大值 2^31 - 1：接近 1 的 f 舍入到 2^31，64 位乘积放得下。",
)
def multiplier_capped_at_int32(*args):
    def capped(acc, m):
        f, e = np.frexp(m)
        n = 31 - e.astype(np.int64)
        m0 = np.minimum(np.rint(f * 2**31), 2**31 - 1).astype(np.int64)
        return (acc * m0 + (np.int64(1) << (n - 1))) >> n

    return arrays(args, rescaled=capped)


@same_mistake(multiplier_capped_at_int32)
def multiplier_clipped_one_by_one(*args):
    def capped(acc, m):
        columns = []
        for a, multiplier in zip(acc.T, m, strict=True):
            f, e = math.frexp(multiplier)
            m0 = min(round(f * 2**31), 2**31 - 1)
            columns.append([(int(v) * m0 + (1 << (30 - e))) >> (31 - e) for v in a])
        return np.array(columns).T

    return arrays(args, rescaled=capped)


@wrong(
    en="NaN slips through `m <= 0 or m >= 1`, since every comparison with it is false: test 0 < m < 1 instead.",
    zh="NaN 逃过了 `m <= 0 or m >= 1`，因为与它的比较都为假：应改为要求 0 < m < 1。",
)
def nan_slips_through(*args):
    a = Arguments(*args)
    refuse_bad_shapes(a)
    m = a.s_x * a.s_w / a.s_y
    if np.any(m <= 0) or np.any(m >= 1):
        raise ValueError("multiplier")
    with np.errstate(all="ignore"):
        return arrays(args, check=False)


@same_mistake(nan_slips_through)
def nan_slips_through_min_and_max(*args):
    a = Arguments(*args)
    refuse_bad_shapes(a)
    m = [a.s_x * s / a.s_y for s in a.s_w.tolist()]
    if any(value <= 0 for value in m) or any(value >= 1 for value in m):
        raise ValueError("multiplier")
    with np.errstate(all="ignore"):
        return arrays(args, check=False)
