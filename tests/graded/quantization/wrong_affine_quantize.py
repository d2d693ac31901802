"""Wrong answers to quantization/affine_quantize, each with the misconception behind it."""

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


def as_asked(
    x, low, high, bits, *, ends=widened, width=scale, zero=lambda a, s: round(-a / s), rounded=np.round, limited=None
):
    """The right answer, in the solution's order, except for the step that is given."""
    refuse_bad(x, low, high, bits)
    a, b = ends(low, high)
    s = width(a, b, top(bits))
    z = zero(a, s)
    q = rounded(x / s) + z
    return (np.clip(q, 0, top(bits)) if limited is None else limited(q, top(bits))).astype(np.uint8), s, z


@wrong(
    en="Codes out of range wrap around: 256 becomes 0 in a uint8. Clip before the cast.",
    zh="超出范围的量化值发生了回绕：256 在 uint8 中变成 0。应先截断再转换类型。",
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
    zh="转换为 uint8 之后才截断：那时量化值已经回绕了。",
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
    en="Only the low end is clipped: codes above 2^bits - 1 wrap around, or take more bits than there are.",
    zh="只截断了下端：大于 2^bits - 1 的量化值会回绕，或占用更多的位。",
)
def clips_the_low_end_only(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.maximum(np.round(x / s) + z, 0).astype(np.int64).astype(np.uint8), s, z


@same_mistake(clips_the_low_end_only)
def nothing_above_is_clipped(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.clip(np.rint(x / s) + z, 0, None).astype(np.int64).astype(np.uint8), s, z


@same_mistake(clips_the_low_end_only)
def maximum_with_zero(x, low, high, bits):
    return as_asked(x, low, high, bits, limited=lambda q, qmax: np.maximum(q, 0))


@same_mistake(clips_the_low_end_only)
def no_upper_limit(x, low, high, bits):
    return as_asked(x, low, high, bits, limited=lambda q, qmax: np.where(q < 0, 0, q))


@wrong(
    en="Only the high end is clipped: codes below 0 wrap around to large ones.",
    zh="只截断了上端：小于 0 的量化值会回绕成很大的数。",
)
def clips_the_high_end_only(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.minimum(np.round(x / s) + z, top(bits)).astype(np.int64).astype(np.uint8), s, z


@same_mistake(clips_the_high_end_only)
def nothing_below_is_clipped(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.clip(np.rint(x / s) + z, None, top(bits)).astype(np.int64).astype(np.uint8), s, z


@same_mistake(clips_the_high_end_only)
def minimum_with_the_top(x, low, high, bits):
    return as_asked(x, low, high, bits, limited=np.minimum)


@same_mistake(clips_the_high_end_only)
def no_lower_limit(x, low, high, bits):
    return as_asked(x, low, high, bits, limited=lambda q, qmax: np.where(q > qmax, qmax, q))


@wrong(
    en="The quotient becomes an integer before it is clipped: 1e10 has no int32, and 3e38 no int64. Clip first.",
    zh="商在截断之前就转换成了整数：int32 装不下 1e10，int64 装不下 3e38。应先截断。",
)
def casts_to_int32_and_clips(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.round(v).astype(np.int32))


@same_mistake(casts_to_int32_and_clips)
def int32_before_the_clip(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.rint(v).astype("int32"))


@same_mistake(casts_to_int32_and_clips)
def int64_before_the_clip(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.round(v).astype(np.int64))


@same_mistake(casts_to_int32_and_clips)
def int_before_the_clip(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.rint(v).astype(int))


@same_mistake(casts_to_int32_and_clips)
def int16_before_the_clip(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.round(v).astype(np.int16))


@same_mistake(casts_to_int32_and_clips)
def short_before_the_clip(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.rint(v).astype("int16"))


@wrong(
    en="The signs are lost: q counts from the zero point in both directions.",
    zh="丢掉了符号：q 应从零点向两个方向计数。",
)
def without_signs(x, low, high, bits):
    return as_asked(np.abs(x), low, high, bits)


@same_mistake(without_signs)
def magnitudes_only(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.rint(np.abs(v)))


@wrong(
    en="It divides the range by the 2^bits codes: between them lie only 2^bits - 1 steps.",
    zh="把范围除以量化值的个数 2^bits：量化值之间只有 2^bits - 1 个步长。",
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


@same_mistake(divides_by_the_number_of_codes)
def one_step_too_many(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: scale(a, b, steps + 1))


@same_mistake(divides_by_the_number_of_codes)
def two_to_the_bits_steps(x, low, high, bits):
    def width(a, b, steps):
        return float((b - a) / 2 ** int(bits)) or 1.0

    return as_asked(x, low, high, bits, width=width)


@wrong(
    en="The range is divided by 2^(bits-1) - 1, the steps of one sign: unsigned codes have 2^bits - 1 steps.",
    zh="范围除以了 2^(bits-1) - 1（单侧的步数）：无符号量化值共有 2^bits - 1 步。",
)
def steps_of_signed_codes(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    qmax = 2 ** (int(bits) - 1) - 1
    s = scale(a, b, qmax)
    z = round(-a / s)
    return np.clip(np.round(x / s) + z, 0, qmax).astype(np.uint8), s, z


@same_mistake(steps_of_signed_codes)
def divides_by_127(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    qmax = (1 << int(bits) - 1) - 1
    s = (b - a) / qmax if b > a else 1.0
    z = round(-a / s)
    return each(x, lambda value: max(0, min(qmax, round(value / s) + z))), s, z


@wrong(
    en="The range is not widened to include 0: from 2 to 3 the zero point is not a code, and 0.0 cannot be "
    "represented.",
    zh="没有把范围扩展到包含 0：范围 2 到 3 的零点不是一个量化值，0.0 无法表示。",
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
    en="Only the low end is widened: where high lies below 0, the range must reach up to 0 as well.",
    zh="只扩展了下端：high 小于 0 时，范围也必须向上扩展到 0。",
)
def widens_the_low_end_only(x, low, high, bits):
    return as_asked(x, low, high, bits, ends=lambda low, high: (min(float(low), 0.0), high))


@same_mistake(widens_the_low_end_only)
def takes_the_high_end_as_it_is(x, low, high, bits):
    return as_asked(x, low, high, bits, ends=lambda low, high: (float(np.minimum(float(low), 0.0)), float(high)))


@wrong(
    en="Only the high end is widened: where low lies above 0, the range must reach down to 0 as well.",
    zh="只扩展了上端：low 大于 0 时，范围也必须向下扩展到 0。",
)
def widens_the_high_end_only(x, low, high, bits):
    return as_asked(x, low, high, bits, ends=lambda low, high: (low, max(float(high), 0.0)))


@same_mistake(widens_the_high_end_only)
def takes_the_low_end_as_it_is(x, low, high, bits):
    return as_asked(x, low, high, bits, ends=lambda low, high: (float(low), float(np.maximum(float(high), 0.0))))


@wrong(
    en="The range is made symmetric, -M to M: a zero point is for ranges that are not symmetric; half of the codes are "
    "unused.",
    zh="把范围变成了对称的 -M 到 M：零点正是为不对称的范围准备的，这样一半的量化值会闲置。",
)
def makes_the_range_symmetric(x, low, high, bits):
    return as_asked(x, low, high, bits, ends=lambda low, high: (-max(abs(low), abs(high)), max(abs(low), abs(high))))


@same_mistake(makes_the_range_symmetric)
def mirrors_the_range(x, low, high, bits):
    def ends(low, high):
        peak = float(np.abs([low, high]).max())
        return -peak, peak

    return as_asked(x, low, high, bits, ends=ends)


@wrong(
    en="z is clipped instead of widening the range: z is then a code, but the grid shifts away from the data.",
    zh="没有扩展范围，而是截断了 z：z 虽成了量化值，网格却从数据处移开了。",
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
    zh="零点没有取整：0.0 落在两个量化值之间，补零就不再恰好是零。",
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
    zh="量化值取的是 round((x - a) / s)：用的是未取整的 -a / s，与返回的零点不一致。",
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
    en="floor(x + 0.5) rounds every half up; the exercise asks for half to even, as np.round does.",
    zh="floor(x + 0.5) 把一半都向上取；题目要求舍入到偶数，np.round 正是如此。",
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


@same_mistake(rounds_half_up)
def only_the_codes_half_up(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.floor(v + 0.5))


@same_mistake(rounds_half_up)
def every_code_half_up(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: -np.ceil(-v - 0.5))


@wrong(
    en="A half is rounded away from zero, as C's round does; the exercise asks for half to even.",
    zh="一半远离零取整，如 C 的 round；题目要求舍入到偶数。",
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


@same_mistake(rounds_half_away)
def only_the_codes_half_away(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.trunc(v + np.copysign(0.5, v)))


@same_mistake(rounds_half_away)
def sign_times_floor(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.sign(v) * np.floor(np.abs(v) + 0.5))


@wrong(
    en="ceil(x - 0.5) rounds every half down; the exercise asks for half to even, as np.round does.",
    zh="ceil(x - 0.5) 把一半都向下取；题目要求舍入到偶数，与 np.round 相同。",
)
def rounds_half_down(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.ceil(v - 0.5))


@same_mistake(rounds_half_down)
def half_down_by_floor(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: -np.floor(0.5 - v))


@wrong(
    en="It rounds x / s down, with floor: the error doubles, and values move towards minus infinity.",
    zh="用 floor 把 x / s 向下取整：误差加倍，且数值都向负无穷方向偏移。",
)
def rounds_down(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=np.floor)


@same_mistake(rounds_down)
def floor_division(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: -np.ceil(-v))


@wrong(
    en="It rounds x / s up, with ceil: the error doubles, and values move towards plus infinity.",
    zh="用 ceil 把 x / s 向上取整：误差加倍，且数值都向正无穷方向偏移。",
)
def rounds_up(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=np.ceil)


@same_mistake(rounds_up)
def opposite_of_floor(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: -np.floor(-v))


@wrong(
    en="x or x / s passes through float16: near 200 it has steps of 1/8, and values move across a half.",
    zh="x 或 x / s 经过了 float16：在 200 附近步长为 1/8，数值会越过一半。",
)
def quotient_in_float16(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.round(v.astype(np.float16)))


@same_mistake(quotient_in_float16)
def codes_in_float16(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=lambda v: np.rint(np.float16(v)))


@same_mistake(quotient_in_float16)
def x_in_float16(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    q = np.clip(np.round(x.astype(np.float16) / s) + z, 0, top(bits))
    return q.astype(np.uint8), s, z


@same_mistake(quotient_in_float16)
def halves_of_x(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    return np.clip(np.rint(np.float16(x) / s) + z, 0, top(bits)).astype(np.uint8), s, z


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


@same_mistake(truncates)
def trunc_in_place_of_round(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=np.trunc)


@same_mistake(truncates)
def fix_in_place_of_round(x, low, high, bits):
    return as_asked(x, low, high, bits, rounded=np.fix)


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
    en="The zero point rounds a half up: it rounds half to even, as the codes do.",
    zh="零点的一半向上取：零点与量化值一样，舍入到偶数。",
)
def zero_point_half_up(x, low, high, bits):
    return as_asked(x, low, high, bits, zero=lambda a, s: int(np.floor(-a / s + 0.5)))


@same_mistake(zero_point_half_up)
def adds_a_half_to_the_zero_point(x, low, high, bits):
    return as_asked(x, low, high, bits, zero=lambda a, s: int(0.5 - a / s))


@wrong(
    en="The zero point is qmax - round(high / s), from the high end: the exercise asks for round(-a / s), and a tie "
    "differs.",
    zh="零点取自上端 qmax - round(high / s)：题目要求 round(-a / s)，恰为一半时两者不同。",
)
def zero_point_from_the_high_end(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, _ = grid(low, high, bits)
    z = top(bits) - round(widened(low, high)[1] / s)
    return codes(x, s, z, bits), s, z


@same_mistake(zero_point_from_the_high_end)
def counts_back_from_the_top(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, _ = grid(low, high, bits)
    z = int(top(bits) - np.rint(max(high, 0.0) / s))
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
    en="It is the symmetric quantizer, s = max(|low|, |high|) / (2^(bits-1) - 1): without a zero point codes are "
    "unused.",
    zh="用的是对称量化，s = max(|low|, |high|) / (2^(bits-1) - 1)：没有零点，有的量化值就闲置了。",
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
    zh="截断的是 x（到 [low, high]）而不是量化值：范围不含 0 时，0 本身就丢失了。",
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
    en="An epsilon replaces the scale of a range of zeros: noise then fills all codes. s is 1.0.",
    zh="范围为 [0, 0] 时用很小的数充当缩放因子：噪声会占满所有量化值。此时 s 应为 1.0。",
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
    en="An epsilon is added to the scale: small ranges then have too wide a step. Only the range of zeros needs 1.0.",
    zh="给缩放因子加了 epsilon：小范围的步长会过大。只有范围为 [0, 0] 时才需要 1.0。",
)
def adds_an_epsilon(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: (b - a) / steps + 1e-8)


@same_mistake(adds_an_epsilon)
def adds_to_the_width(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: (b - a + 1e-8) / steps)


@same_mistake(adds_an_epsilon)
def adds_to_the_scale(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = (b - a) / top(bits) + 1e-8
    z = int(np.rint(-a / s))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@same_mistake(adds_an_epsilon)
def adds_to_the_range(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    a, b = widened(low, high)
    s = (b - a + 1e-8) / top(bits)
    z = int(np.rint(-a / s))
    return each(x, lambda value: max(0, min(top(bits), round(value / s) + z))), s, z


@wrong(
    en="A tiny range counts as empty: a range of 1e-30 has a scale as well, only [0, 0] has 1.0.",
    zh="把极小的范围当作空：1e-30 的范围也有自己的缩放因子，只有 [0, 0] 才取 1.0。",
)
def tiny_counts_as_empty(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: scale(a, b, steps) if b - a > 1e-12 else 1.0)


@same_mistake(tiny_counts_as_empty)
def narrow_counts_as_empty(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: 1.0 if b - a < 1e-12 else scale(a, b, steps))


@same_mistake(tiny_counts_as_empty)
def close_ends_are_empty(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: 1.0 if np.isclose(a, b) else scale(a, b, steps))


@same_mistake(tiny_counts_as_empty)
def ends_that_are_close(x, low, high, bits):
    return as_asked(x, low, high, bits, width=lambda a, b, steps: 1.0 if np.allclose(a, b) else scale(a, b, steps))


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
    en="A range that is a single number is refused: it is unusual but valid, and reaches from 0 to that number.",
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
    zh="返回的是缩放因子的倒数：这里 s 是步长，x 等于 s (q - z)。",
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
    en="It returns s (q - z), floats again: return the codes.",
    zh="返回的是反量化后的浮点数 s (q - z)：要的是量化值。",
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
    en="The numbers are right, their types are not: q is of uint8, s a float and z an int.",
    zh="数值正确，但类型不对：q 应为 uint8，s 为浮点数，z 为 int。",
)
def codes_in_another_dtype(x, low, high, bits):
    q, s, z = as_asked(x, low, high, bits)
    return q.astype(np.int64), s, z


@same_mistake(codes_in_another_dtype)
def codes_in_floats(x, low, high, bits):
    q, s, z = as_asked(x, low, high, bits)
    return q.astype(x.dtype), s, float(z)


@wrong(
    en="The codes are in int8: those above 127 become negative; the exercise asks for uint8.",
    zh="量化值用了 int8：大于 127 的会变成负数，题目要求 uint8。",
)
def codes_in_int8(x, low, high, bits):
    q, s, z = as_asked(x, low, high, bits)
    return q.astype(np.int8), s, z


@same_mistake(codes_in_int8)
def codes_seen_as_int8(x, low, high, bits):
    q, s, z = as_asked(x, low, high, bits)
    return q.view(np.int8), s, z


@wrong(
    en="Return the results in the order (q, s, z): scale, then zero point.",
    zh="返回值的顺序是 (q, s, z)：先缩放因子，后零点。",
)
def swaps_scale_and_zero_point(x, low, high, bits):
    q, s, z = as_asked(x, low, high, bits)
    return q, z, s


@same_mistake(swaps_scale_and_zero_point)
def zero_point_second(x, low, high, bits):
    s, z = grid(low, high, bits)
    return as_asked(x, low, high, bits)[0], z, s


@wrong(
    en="The codes lie from -2^(bits-1) to 2^(bits-1) - 1: the exercise asks for unsigned ones, from 0 to 2^bits - 1.",
    zh="量化值在 -2^(bits-1) 到 2^(bits-1) - 1 之间：要的是 0 到 2^bits - 1 的无符号量化值。",
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
    en="It changes x in place: the array is the caller's.",
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


@same_mistake(works_in_place)
def divides_x_in_place(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    x /= s
    return np.clip(np.round(x) + z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(works_in_place)
def divides_into_x(x, low, high, bits):
    refuse_bad(x, low, high, bits)
    s, z = grid(low, high, bits)
    np.divide(x, s, out=x)
    return np.clip(np.rint(x) + z, 0, top(bits)).astype(np.uint8), s, z


@wrong(
    en="Bits below 2 are accepted: 1 bit leaves no room for both signs and zero; raise ValueError.",
    zh="没有拒绝小于 2 的 bits：1 位容不下正、负与零，应抛出 ValueError。",
)
def takes_any_bits(x, low, high, bits):
    refuse_bad_bits(bits if not isinstance(bits, (int, np.integer)) or bits > 8 else 8)
    refuse_bad(x, low, high, 8)
    s, z, qmax = grid_for(low, high, max(bits, 1))
    return np.clip(np.rint(x / s) + z, 0, qmax).astype(np.uint8), s, z


@same_mistake(takes_any_bits)
def takes_one_bit(x, low, high, bits):
    refuse_bad_bits(2 if isinstance(bits, (int, np.integer)) and bits == 1 else bits)
    refuse_bad(x, low, high, 8)
    s, z, qmax = grid_for(low, high, bits)
    return each(x, lambda value: max(0, min(qmax, round(value / s) + z))), s, z


@wrong(
    en="Bits above 8 are accepted: such codes do not fit into a uint8; raise ValueError.",
    zh="没有拒绝大于 8 的 bits：这样的量化值装不进 uint8，应抛出 ValueError。",
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
    en="A float for bits is accepted: 8.0 passes a comparison with 2 and 8, 2.5 does too.",
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
    en="A range with its ends swapped is accepted: low > high is a mistake of the caller; raise ValueError.",
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
    en="An end that is NaN is accepted: NaN > high is False, so a comparison does not find it.",
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
    en="NaN and infinity in x are accepted: the cast gives NaN an arbitrary code; raise ValueError.",
    zh="没有拒绝 x 中的 NaN 与无穷大：转换时 NaN 会得到任意的量化值，应抛出 ValueError。",
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


def codes_of(x, low, high, bits):
    s, z = grid(low, high, bits)
    return codes(x, s, z, bits), s, z


def refuse(bad):
    if bad:
        raise ValueError("refused")


@wrong(
    en="Infinity in x is accepted: looking for NaN is not enough, np.isfinite finds both.",
    zh="没有拒绝 x 中的无穷大：只查 NaN 不够，np.isfinite 两者都能查出。",
)
def looks_for_nan_in_x_only(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse(np.isnan(x).any())
    return codes_of(x, low, high, bits)


@same_mistake(looks_for_nan_in_x_only)
def x_unequal_to_itself(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse((x != x).any())
    s, z, qmax = *grid(low, high, bits), top(bits)
    return np.clip(np.round(x / s) + z, 0, qmax).astype(np.uint8), s, z


@wrong(
    en="NaN in x is accepted: looking for infinity is not enough, np.isfinite finds both.",
    zh="没有拒绝 x 中的 NaN：只查无穷大不够，np.isfinite 两者都能查出。",
)
def looks_for_infinity_in_x_only(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse(np.isinf(x).any())
    s, z = grid(low, high, bits)
    return np.clip(np.rint(x / s) + z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(looks_for_infinity_in_x_only)
def x_of_infinite_size(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse((np.abs(x) == np.inf).any())
    s, z = grid(low, high, bits)
    return np.clip(np.round(x / s) + z, 0, top(bits)).astype(np.uint8), s, z


@wrong(
    en="x is added up to find NaN: a sum of finite numbers can be infinite, and of squares even sooner.",
    zh="用求和来查 NaN：有限数之和也可能是无穷大，平方和更容易。",
)
def sums_x_to_find_nan(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse(not np.isfinite(np.sum(x)))
    return codes_of(x, low, high, bits)


@same_mistake(sums_x_to_find_nan)
def averages_x_to_find_nan(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_range(low, high)
    refuse(not np.isfinite(np.mean(x)))
    s, z, qmax = *grid(low, high, bits), top(bits)
    return np.clip(np.round(x / s) + z, 0, qmax).astype(np.uint8), s, z


@same_mistake(sums_x_to_find_nan)
def squares_x_to_find_nan(x, low, high, bits):
    refuse(not np.isfinite(np.sum(x * x)))
    return as_asked(x, low, high, bits)


@same_mistake(sums_x_to_find_nan)
def norm_of_x_to_find_nan(x, low, high, bits):
    refuse(not np.isfinite(np.square(x).mean()))
    return as_asked(x, low, high, bits)


@wrong(
    en="An infinite end is accepted: looking for NaN is not enough, np.isfinite finds both.",
    zh="没有拒绝无穷大的端点：只查 NaN 不够，np.isfinite 两者都能查出。",
)
def looks_for_nan_in_the_range_only(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse(low > high or np.isnan([low, high]).any())
    refuse_bad_values(x)
    return codes_of(x, low, high, bits)


@same_mistake(looks_for_nan_in_the_range_only)
def ends_unequal_to_themselves(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse(low > high or low != low or high != high)
    refuse_bad_values(x)
    s, z, qmax = *grid(low, high, bits), top(bits)
    return np.clip(np.round(x / s) + z, 0, qmax).astype(np.uint8), s, z


@wrong(
    en="low and high are not checked: low > high, NaN and infinity must raise ValueError.",
    zh="没有检查 low 和 high：low > high、NaN 和无穷大都应抛出 ValueError。",
)
def does_not_look_at_the_range(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_values(x)
    s, z = grid_of_any(low, high, bits)
    return np.clip(np.rint(x / s) + z, 0, top(bits)).astype(np.uint8), s, z


@same_mistake(does_not_look_at_the_range)
def takes_any_range(x, low, high, bits):
    refuse_bad_bits(bits)
    refuse_bad_values(x)
    s, z = grid_of_any(low, high, bits)
    return np.clip(np.round(x / s) + z, 0, top(bits)).astype(np.uint8), s, z


def grid_of_any(low, high, bits):
    """The grid of a range that nobody looked at; what makes no number makes 0."""
    a, b = min(float(low), 0.0), max(float(high), 0.0)
    s = (b - a) / top(bits) if a < b else 1.0
    z = np.round(-a / s)
    return s, int(z) if np.isfinite(z) else 0


@wrong(
    en="A range with its ends swapped is silently put in order: low > high is a mistake of the caller; raise "
    "ValueError.",
    zh="颠倒的范围被悄悄调换：low > high 是调用者的错误，应抛出 ValueError。",
)
def swaps_the_ends(x, low, high, bits):
    return as_asked(x, min(low, high), max(low, high), bits)


@same_mistake(swaps_the_ends)
def sorts_the_ends(x, low, high, bits):
    return as_asked(x, *sorted([low, high]), bits)


@wrong(
    en="It refuses NumPy integers: np.int64(8) is an integer too; test isinstance(bits, (int, np.integer)).",
    zh="拒绝了 NumPy 整数：np.int64(8) 也是整数，应写 isinstance(bits, (int, np.integer))。",
)
def refuses_numpy_integers(x, low, high, bits):
    refuse(not isinstance(bits, int))
    return as_asked(x, low, high, bits)


@same_mistake(refuses_numpy_integers)
def only_the_type_int(x, low, high, bits):
    refuse(type(bits) is not int)
    return as_asked(x, low, high, bits)


@wrong(
    en="bits is not checked: 2.5, 9, 1 and None must raise ValueError.",
    zh="没有检查 bits：2.5、9、1 和 None 都应抛出 ValueError。",
)
def bits_are_not_checked(x, low, high, bits):
    refuse_bad(x, low, high, 8)
    s, z, qmax = grid_for(low, high, bits)
    return np.clip(np.rint(x / s) + z, 0, qmax).astype(np.uint8), s, z


@same_mistake(bits_are_not_checked)
def takes_bits_as_they_come(x, low, high, bits):
    refuse_bad(x, low, high, 8)
    s, z, qmax = grid_for(low, high, bits)
    return np.minimum(np.maximum(np.round(x / s) + z, 0), qmax).astype(np.uint8), s, z


def grid_for(low, high, bits):
    """The grid of bits that nobody looked at."""
    qmax = 2 ** (bits if type(bits) is float else int(bits or 8)) - 1
    a, b = widened(low, high)
    s = scale(a, b, qmax)
    return s, round(-a / s), qmax


@wrong(
    en="bits is used as it comes: 2 ** np.int8(8) overflows in int8. Convert it with int() after the check.",
    zh="直接使用 bits：2 ** np.int8(8) 会在 int8 中溢出。检查之后先用 int() 转换。",
)
def narrow_bits_overflow(x, low, high, bits):
    return with_largest_code(x, low, high, bits, lambda one, k: (one + one) ** k - one)


@same_mistake(narrow_bits_overflow)
def shifts_narrow_bits(x, low, high, bits):
    return with_largest_code(x, low, high, bits, lambda one, k: (one << k) - one)


def with_largest_code(x, low, high, bits, largest_code):
    """The largest code is computed in the integer type of `bits`, as NumPy 2 does in `2 ** bits`."""
    refuse_bad(x, low, high, bits)
    qmax = largest_code(np.asarray(bits).dtype.type(1), bits)
    a, b = widened(low, high)
    s = (b - a) / qmax if b > a else 1.0
    z = int(np.round(-a / s))
    return np.clip(np.round(x / s) + z, 0, qmax).astype(np.uint8), s, z


@wrong(
    en="The ends are subtracted as they come: np.int8(100) - np.int8(-128) overflows. Convert them with float().",
    zh="两端直接相减：np.int8(100) - np.int8(-128) 会溢出。应先用 float() 转换。",
)
def narrow_ends_overflow(x, low, high, bits):
    return as_asked(x, low, high, bits, ends=lambda low, high: (min(low, 0), max(high, 0)), width=narrow_width)


@same_mistake(narrow_ends_overflow)
def subtracts_narrow_ends(x, low, high, bits):
    return as_asked(
        x, low, high, bits, ends=lambda low, high: (low if low < 0 else 0, high if high > 0 else 0), width=narrow_width
    )


def narrow_width(a, b, steps):
    return float(b - a) / steps if a < b else 1.0
