"""Answers to quantization/affine_quantize that are wrong, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_bits(bits):
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError("bits")


def refuse_bad_range(low, high):
    if not np.isfinite([low, high]).all() or low > high:
        raise ValueError("range")


def refuse_bad_values(x):
    if not np.isfinite(x).all():
        raise ValueError("x")


def refuse_bad(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse_bad_values(x)


def widened(low, high):
    return min(float(low), 0.0), max(float(high), 0.0)


def top(bits):
    return 2 ** int(bits) - 1


def scale(a, b, steps):
    return (b - a) / steps if b > a else 1.0


def grid(low, high, bits):
    """The right s and z."""
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    return s, round(-a / s)


def codes(x, s, z, bits):
    """The right codes of a grid."""
    return np.clip(np.rint(x / s) + z, 0, top(bits)).astype(np.uint8)


def each(x, code, dtype=np.uint8):
    """`code` of one Python float after the other."""
    return np.array([code(float(value)) for value in x.flat], dtype).reshape(x.shape)


@wrong(
    en="Codes out of range wrap around: 256 becomes 0 in a uint8. Clip before the cast.",
    zh="超出范围的码发生了回绕：256 在 uint8 中变成 0。应先截断再转换类型。",
)
def casts_without_clipping(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return (np.rint(x / s) + z).astype(np.int64).astype(np.uint8), s, z


@same_mistake(casts_without_clipping)
def takes_the_lowest_byte(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: (round(value / s) + z) & 0xFF), s, z


@wrong(
    en="It clips after the cast to uint8: by then the codes have wrapped around.",
    zh="转换为 uint8 之后才截断：那时码已经回绕了。",
)
def clips_after_the_cast(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    q = (np.rint(x / s) + z).astype(np.int64).astype(np.uint8)
    return np.clip(q, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(clips_after_the_cast)
def takes_the_lowest_byte_then_clips(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: min(top(bits), (round(value / s) + z) % 256)), s, z


@wrong(
    en="It divides the range by the 2^bits codes: between them lie only 2^bits - 1 steps.",
    zh="把范围除以码的个数 2^bits：码之间只有 2^bits - 1 个步长。",
)
def divides_by_the_number_of_codes(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, 2 ** int(bits))
    z = round(-a / s)
    return codes(x, s, min(z, top(bits)), bits), s, min(z, top(bits))


@same_mistake(divides_by_the_number_of_codes)
def divides_by_256(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = np.minimum(low, 0), np.maximum(high, 0)
    s = float(b - a) / (1 << int(bits)) or 1.0
    z = int(np.clip(np.rint(-a / s), 0, top(bits)))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="The range is not widened to hold 0: from 2 to 3 the zero point is no code, and 0.0 cannot be represented.",
    zh="没有把范围扩展到包含 0：范围 2 到 3 的零点不是一个码，0.0 无法表示。",
)
def leaves_zero_out(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s = scale(float(low), float(high), top(bits))
    z = round(-float(low) / s)
    return codes(x, s, z, bits), s, z


@same_mistake(leaves_zero_out)
def min_and_max_as_they_are(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s = float(high - low) / top(bits) or 1.0
    z = int(np.rint(-low / s))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="z is clipped instead of the range widened: z is a code then, but the grid slides away from the data.",
    zh="没有扩展范围，而是截断了 z：z 虽成了码，网格却从数据处移开了。",
)
def clips_the_zero_point_only(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s = scale(float(low), float(high), top(bits))
    z = min(top(bits), max(0, round(-float(low) / s)))
    return codes(x, s, z, bits), s, z


@same_mistake(clips_the_zero_point_only)
def clips_the_rounded_quotient(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s = float(high - low) / top(bits) or 1.0
    z = int(np.clip(np.rint(-low / s), 0, top(bits)))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="The zero point is not rounded: 0.0 falls between two codes, and padding is no longer exactly zero.",
    zh="零点没有取整：0.0 落在两个码之间，补零就不再恰好是零。",
)
def keeps_z_a_float(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = -a / s
    return np.clip(np.rint(x / s + z), 0, top(bits)).astype(np.uint8), s, z


@same_mistake(keeps_z_a_float)
def offset_in_floats(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = float(np.negative(a) / s)
    return each(x, lambda value: max(0, min(top(bits), round(value / s + z)))), s, z


@wrong(
    en="z is added before rounding: where z is odd a half then goes the other way than in round(x / s) + z.",
    zh="先加 z 再取整：z 为奇数时，恰为一半的值与 round(x / s) + z 的方向相反。",
)
def adds_z_before_rounding(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.clip(np.rint(x / s + z), 0, top(bits)).astype(np.uint8), s, z


@same_mistake(adds_z_before_rounding)
def rounds_the_sum(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s + z)))), s, z


@wrong(
    en="The codes are round((x - a) / s): they use -a / s, while the zero point that is returned is rounded.",
    zh="码取的是 round((x - a) / s)：用的是未取整的 -a / s，与返回的零点不一致。",
)
def measures_from_the_low_end(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, _ = widened(low, high)
    s, z = grid(low, high, bits)
    return np.clip(np.rint((x.astype(np.float64) - a) / s), 0, top(bits)).astype(np.uint8), s, z


@same_mistake(measures_from_the_low_end)
def min_max_scaling(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, _ = widened(low, high)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round((value - a) / s)))), s, z


@wrong(
    en="floor(x + 0.5) rounds every half up; asked is half to even, as np.round does.",
    zh="floor(x + 0.5) 把一半都向上取；题目要求一半取偶，np.round 正是如此。",
)
def rounds_half_up(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = int(np.floor(-a / s + 0.5))
    return np.clip(np.floor(x / s + 0.5) + z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(rounds_half_up)
def adds_a_half_and_floors(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = int(-a / s + 0.5)
    return each(x, lambda value: max(0, min(top(bits), int((value / s + 0.5) // 1) + z))), s, z


@wrong(
    en="A half is rounded away from zero, as C's round does; asked is half to even.",
    zh="一半远离零取整，如 C 的 round；题目要求一半取偶。",
)
def rounds_half_away(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = int(np.floor(-a / s + 0.5))
    rounded = np.sign(x) * np.floor(np.abs(x) / s + 0.5)
    return np.clip(rounded + z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(rounds_half_away)
def adds_a_half_with_the_sign(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = int(-a / s + 0.5)
    return each(x, lambda value: max(0, min(top(bits), int(value / s + np.copysign(0.5, value)) + z))), s, z


@wrong(
    en="It truncates x / s: the error doubles, and values move towards zero.",
    zh="对 x / s 截断取整：误差加倍，且数值都向零偏移。",
)
def truncates(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    quotient = np.asarray(x, np.float64) / s * (1 + 1e-6)  # slack, so that whole numbers survive the division
    return np.clip(np.trunc(quotient) + z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(truncates)
def casts_the_quotient_to_int(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), int(value / s * (1 + 1e-6)) + z))), s, z


@wrong(
    en="The zero point is truncated, not rounded: the whole range moves by up to a step.",
    zh="零点是截断得到的，没有舍入：整个范围最多移动一个步长。",
)
def truncates_the_zero_point(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = int(-a / s + 1e-6)
    return codes(x, s, z, bits), s, z


@same_mistake(truncates_the_zero_point)
def floors_the_zero_point(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = (b - a) / top(bits) or 1.0
    z = int(np.floor(-a / s + 1e-6))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="z is subtracted: q = round(x / s) + z, and x is s (q - z).",
    zh="减去了 z：应为 q = round(x / s) + z，而 x 是 s (q - z)。",
)
def subtracts_z(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.clip(np.rint(x / s) - z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(subtracts_z)
def takes_z_away(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) - z))), s, z


@wrong(
    en="It is the symmetric quantizer, s = max(|low|, |high|) / (2^(bits-1) - 1): without a zero point codes lie idle.",
    zh="用的是对称量化，s = max(|low|, |high|) / (2^(bits-1) - 1)：没有零点，有的码就闲置了。",
)
def symmetric_instead(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    m = 2 ** (int(bits) - 1) - 1
    s = max(abs(float(low)), abs(float(high))) / m or 1.0
    return np.clip(np.rint(x / s), -m, m).astype(np.int8), s, 0


@same_mistake(symmetric_instead)
def largest_magnitude(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    m = 2 ** (int(bits) - 1) - 1
    s = float(np.abs([low, high]).max()) / m or 1.0
    return each(x, lambda value: max(-m, min(m, round(value / s))), np.int8), s, 0


@wrong(
    en="It takes the range from x itself: low and high were calibrated, and the same grid must serve every batch.",
    zh="范围取自 x 本身：low 与 high 是标定好的，每个批次都应使用同一个网格。",
)
def range_of_this_batch(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(x.min(initial=0), x.max(initial=0), bits)
    return codes(x, s, z, bits), s, z


@same_mistake(range_of_this_batch)
def dynamic_range(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    values = [float(value) for value in x.flat] + [0.0]
    s, z = grid(min(values), max(values), bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="x is clipped to [low, high], not the codes: where the range leaves out 0, 0 itself is lost.",
    zh="截断的是 x（到 [low, high]）而不是码：范围不含 0 时，0 本身就丢失了。",
)
def clips_x(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return (np.rint(np.clip(x, low, high) / s) + z).astype(np.uint8), s, z


@same_mistake(clips_x)
def limits_each_value(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: round(max(float(low), min(float(high), value)) / s) + z), s, z


@wrong(
    en="A range of zeros divides by zero: s is 1.0 then.",
    zh="范围为 [0, 0] 时除以了零：此时 s 应为 1.0。",
)
def divides_by_zero(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = (b - a) / top(bits)
    z = round(-a / s)
    return codes(x, s, z, bits), s, z


@same_mistake(divides_by_zero)
def forgets_the_empty_range(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = (b - a) / top(bits)
    z = int(np.rint(0.0 - a / s))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="An epsilon stands in for the scale of a range of zeros: noise then fills all codes. s is 1.0.",
    zh="范围为 [0, 0] 时用很小的数充当 scale：噪声会占满所有码。此时 s 应为 1.0。",
)
def epsilon_scale(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = max((b - a) / top(bits), 1e-8)
    z = round(-a / s)
    return codes(x, s, z, bits), s, z


@same_mistake(epsilon_scale)
def machine_epsilon(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = float(np.maximum((b - a) / top(bits), 1e-8))
    z = int(np.rint(-a / s))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="A range that is a single number counts as empty: from 2 to 2 it still reaches from 0 to 2.",
    zh="把只有一个数的范围当作空的：[2, 2] 扩展之后仍是 0 到 2。",
)
def equal_ends_mean_empty(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits) if low < high else (1.0, 0)
    return codes(x, s, z, bits), s, z


@same_mistake(equal_ends_mean_empty)
def tests_the_width_before_widening(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = 1.0, 0
    if high - low > 0:
        s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="A range that is a single number is refused: it is unusual, not wrong, from 0 to that number.",
    zh="拒绝了只有一个数的范围：它虽少见却没有错，即从 0 到这个数。",
)
def refuses_equal_ends(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    if low == high:
        raise ValueError("low must be < high")
    return codes(x, *grid(low, high, bits), bits), *grid(low, high, bits)


@same_mistake(refuses_equal_ends)
def demands_low_below_high(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    if not low < high:
        raise ValueError("low must be < high")
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="It returns the reciprocal of the scale: here s is the width of a step, so that x is s (q - z).",
    zh="返回的是 scale 的倒数：这里 s 是步长，x 等于 s (q - z)。",
)
def returns_the_reciprocal(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return codes(x, s, z, bits), 1 / s, z


@same_mistake(returns_the_reciprocal)
def steps_over_range(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    inverse = top(bits) / (b - a) if b > a else 1.0
    z = round(-a * inverse)
    return each(x, lambda value: max(0, min(top(bits), round(value * inverse) + z))), inverse, z


@wrong(
    en="It returns s (q - z), floats again: the codes are asked for.",
    zh="返回的是反量化后的浮点数 s (q - z)：要的是码。",
)
def returns_values(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return s * (codes(x, s, z, bits).astype(np.float64) - z), s, z


@same_mistake(returns_values)
def rounds_trip(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return each(x, lambda value: s * (max(0, min(top(bits), round(value / s) + z)) - z), np.float64), s, z


@wrong(
    en="The codes lie from -2^(bits-1) to 2^(bits-1) - 1: asked are unsigned ones, from 0 to 2^bits - 1.",
    zh="码在 -2^(bits-1) 到 2^(bits-1) - 1 之间：要的是 0 到 2^bits - 1 的无符号码。",
)
def signed_codes(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    half = 2 ** (int(bits) - 1)
    return (codes(x, s, z, bits).astype(int) - half).astype(np.int8), s, z - half


@same_mistake(signed_codes)
def int8_range(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    qmin = -(1 << (int(bits) - 1))
    z = qmin + round(-a / s)
    return each(x, lambda value: max(qmin, min(-qmin - 1, round(value / s) + z)), np.int8), s, z


@wrong(
    en="It works in x itself: the array is the caller's.",
    zh="直接在 x 上计算：数组属于调用者。",
)
def works_in_place(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    q = codes(x, s, z, bits)
    x /= s
    np.rint(x, out=x)
    return q, s, z


@same_mistake(works_in_place)
def divides_the_callers_array(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    q = each(x, lambda value: max(0, min(top(bits), round(value / s) + z)))
    x[...] = np.round(x / s)
    return q, s, z


@wrong(
    en="Bits below 2 go through: 1 bit leaves no room for both signs and zero, raise ValueError.",
    zh="没有拒绝小于 2 的 bits：1 位容不下正、负与零，应抛出 ValueError。",
)
def takes_any_bits(x, low, high, bits):
    refuse_bad_range(low, high)
    refuse_bad_values(x)
    s, z = grid(low, high, bits)
    return codes(x, s, z, bits), s, z


@same_mistake(takes_any_bits)
def takes_one_bit(x, low, high, bits):
    refuse_bad_bits(max(int(bits), 2))
    refuse_bad_range(low, high)
    refuse_bad_values(x)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="Bits above 8 go through: such codes do not fit into a uint8, raise ValueError.",
    zh="没有拒绝大于 8 的 bits：这样的码装不进 uint8，应抛出 ValueError。",
)
def takes_up_to_sixteen_bits(x, low, high, bits):
    refuse_bad_bits(8 if bits in range(9, 17) else bits)
    refuse_bad(x, low, high, 8)
    s, z = grid(low, high, bits)
    return codes(x, s, z, bits), s, z


@same_mistake(takes_up_to_sixteen_bits)
def checks_the_lower_limit_only(x, low, high, bits):
    if not isinstance(bits, (int, np.integer)) or bits < 2:
        raise ValueError("bits")
    refuse_bad(x, low, high, 8)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z)), np.int64).astype(np.uint8), s, z


@wrong(
    en="Bits that are a float go through: 8.0 passes a comparison with 2 and 8, 2.5 does too.",
    zh="没有拒绝浮点数的 bits：只与 2 和 8 比大小，8.0 能通过，2.5 也能。",
)
def takes_fractional_bits(x, low, high, bits):
    if not isinstance(bits, (int, float, np.number)) or not 2 <= bits <= 8:
        raise ValueError("bits")
    refuse_bad(x, low, high, 8)
    s, z = grid(low, high, bits)
    return codes(x, s, z, bits), s, z


@same_mistake(takes_fractional_bits)
def compares_bits_only(x, low, high, bits):
    if bits is None or isinstance(bits, str) or bits < 2 or bits > 8:
        raise ValueError("bits")
    refuse_bad(x, low, high, 8)
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="A range that is upside down goes through: low > high is a mistake of the caller, raise ValueError.",
    zh="没有拒绝颠倒的范围：low > high 是调用者的错误，应抛出 ValueError。",
)
def takes_a_range_upside_down(x, low, high, bits):
    refuse_bad(x, min(low, high), max(low, high), bits)
    a, b = widened(low, high)
    s = scale(a, b, top(bits))
    z = round(-a / s)
    return codes(x, s, z, bits), s, z


@same_mistake(takes_a_range_upside_down)
def checks_only_that_ends_are_finite(x, low, high, bits):
    refuse_bad_bits(bits)
    if not np.isfinite(np.append(x.ravel(), [low, high])).all():
        raise ValueError("not finite")
    s, z = grid(low, high, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="An end that is NaN goes through: NaN > high is False, so a comparison does not find it.",
    zh="没有拒绝 NaN 的端点：NaN > high 为假，比较发现不了它。",
)
def only_compares_the_ends(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_values(x)
    if low > high:
        raise ValueError("range")
    with np.errstate(all="ignore"):
        a, b = np.nan_to_num([np.fmin(low, 0), np.fmax(high, 0)])
        s, z = grid(a, b, bits)
    return codes(x, s, z, bits), s, z


@same_mistake(only_compares_the_ends)
def lets_nan_fall_to_zero(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_values(x)
    if high < low:
        raise ValueError("range")
    s, z = grid(low if low < 0 else 0.0, high if high > 0 else 0.0, bits)
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="NaN and infinity in x go through: the cast gives NaN an arbitrary code, raise ValueError.",
    zh="没有拒绝 x 中的 NaN 与无穷大：转换时 NaN 会得到任意的码，应抛出 ValueError。",
)
def takes_any_values(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    s, z = grid(low, high, bits)
    q = np.clip(np.rint(x / s) + z, 0, top(bits))
    return np.nan_to_num(q, nan=0.0).astype(np.uint8), s, z


@same_mistake(takes_any_values)
def clips_whatever_comes(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    s, z = grid(low, high, bits)
    q = np.rint(x / s) + z
    q[~(q > 0)] = 0
    return np.minimum(q, top(bits)).astype(np.uint8), s, z
