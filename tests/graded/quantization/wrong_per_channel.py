"""Wrong answers to quantization/per_channel, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_bits(bits):
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError("bits")


def refuse_bad(w, bits):
    refuse_bad_bits(bits)
    if w.ndim < 2 or not np.isfinite(w).all():
        raise ValueError("w")


def top(bits):
    return 2 ** (int(bits) - 1) - 1


def peaks(w):
    """The largest magnitude of each output channel."""
    return np.abs(w.reshape(len(w), -1)).max(axis=1).astype(np.float64)


def column(s, w):
    """s shaped to broadcast against w: one for each output."""
    return s.reshape(-1, *[1] * (w.ndim - 1))


def scales_over(w, m):
    """The scales for another largest code m; 1.0 for zeros."""
    largest = peaks(w)
    return np.where(largest > 0, largest / m, 1.0)


def scales(w, bits):
    return scales_over(w, top(bits))


def codes(w, s, bits, low=None):
    m = top(bits)
    return np.clip(np.rint(w / column(s, w)), -m if low is None else low, m).astype(np.int8)


def by_channel(w, bits, answer):
    """`answer(channel as a list, m)` gives (codes, scale) of one channel."""
    q, s = zip(*[answer([float(value) for value in channel.flat], top(bits)) for channel in w], strict=True)
    return np.array(q).reshape(w.shape).astype(np.int8), np.array(s, dtype=np.float64)


def as_asked(
    w,
    bits,
    *,
    largest_code=lambda bits: 2 ** (int(bits) - 1) - 1,
    largest=lambda rows: np.max(np.abs(rows), axis=1),
    scale=lambda largest, m: np.where(largest == 0, 1.0, largest / m),
    rounded=np.round,
):
    """The right answer, in the solution's order, except for the step that is given."""
    refuse_bad(w, bits)
    m = largest_code(bits)
    rows = w.reshape(len(w), -1)
    s = scale(largest(rows), m)
    return rounded(rows / s[:, None]).astype(np.int8).reshape(w.shape), s


@wrong(
    en="`w / s` with s of shape (out,) divides along the last axis: make s a column, (out, 1).",
    zh="s 的形状是 (out,) 时，`w / s` 沿最后一轴相除：应把 s 变成一列 (out, 1)。",
)
def broadcasts_along_the_last_axis(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    return np.clip(np.rint(w / s), -top(bits), top(bits)).astype(np.int8), s


@same_mistake(broadcasts_along_the_last_axis)
def s_as_a_row(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    q = np.rint(np.divide(w, s))
    q = np.minimum(np.maximum(q, -top(bits)), top(bits))
    return q.astype(np.int8), s


@wrong(
    en="The scales are those of the input channels (axis 1): they are inside the sum and cannot be factored out.",
    zh="取的是输入通道（轴 1）的缩放因子：它夹在求和号里面，提不出来。",
)
def per_input_channel(w, bits):
    refuse_bad(w, bits)
    s = scales(np.swapaxes(w, 0, 1), bits)
    return np.swapaxes(codes(np.swapaxes(w, 0, 1), s, bits), 0, 1), s


@same_mistake(per_input_channel)
def range_along_axis_zero(w, bits):
    refuse_bad(w, bits)
    axes = (0, *range(2, w.ndim))
    largest = np.abs(w).max(axis=axes, keepdims=True).astype(np.float64)
    s = np.where(largest > 0, largest / top(bits), 1.0)
    return np.rint(w / s).astype(np.int8), s.ravel()


@wrong(
    en="`w.reshape(-1, out).T` mixes channels: the weights of one output lie together, reshape(out, -1).",
    zh="`w.reshape(-1, out).T` 把通道混在了一起：同一输出的权重是连续的，应写 reshape(out, -1)。",
)
def channels_from_the_wrong_end(w, bits):
    refuse_bad(w, bits)
    rows = w.reshape(-1, w.shape[0]).T
    largest = np.max(np.abs(rows), axis=1)
    s = np.where(largest == 0, 1.0, largest / top(bits))
    return np.round(rows / s[:, None]).astype(np.int8).T.reshape(w.shape), s


@same_mistake(channels_from_the_wrong_end)
def transposes_the_channels(w, bits):
    refuse_bad(w, bits)
    columns = w.reshape(-1, len(w))
    s = scales(columns.T, bits)
    return np.rint(columns / s).astype(np.int8).reshape(w.shape), s


@wrong(
    en="One scale for the whole tensor, repeated: the smallest channel pays for the largest.",
    zh="整个张量共用一个缩放因子，只是重复了几遍：范围最小的通道为最大的付出代价。",
)
def one_scale_repeated(w, bits):
    refuse_bad(w, bits)
    s = np.full(len(w), np.abs(w).max() / top(bits) or 1.0)
    return codes(w, s, bits), s


@same_mistake(one_scale_repeated)
def per_tensor(w, bits):
    refuse_bad(w, bits)
    largest = max(abs(float(value)) for value in w.flat)
    s = largest / top(bits) if largest else 1.0
    return by_channel(w, bits, lambda channel, m: ([max(-m, min(m, round(v / s))) for v in channel], s))


@wrong(
    en="One scale is returned for the whole tensor: the exercise asks for one for each output channel.",
    zh="整个张量只返回了一个缩放因子：题目要求每个输出通道一个。",
)
def one_scale_alone(w, bits):
    refuse_bad(w, bits)
    s = float(np.max(np.abs(w))) / top(bits) or 1.0
    return np.round(w / s).astype(np.int8), np.float64(s)


@same_mistake(one_scale_alone)
def a_single_scale(w, bits):
    refuse_bad(w, bits)
    s = max(w.max().item(), -w.min().item()) / top(bits) or 1.0
    return np.rint(w / s).astype(np.int8), s


@same_mistake(one_scale_alone)
def a_scale_without_axes(w, bits):
    refuse_bad(w, bits)
    largest = np.max(np.abs(w))
    s = np.where(largest == 0, 1.0, largest / top(bits))
    return np.round(w / s).astype(np.int8), s


@same_mistake(one_scale_alone)
def a_single_scale_in_an_array(w, bits):
    refuse_bad(w, bits)
    s = np.asarray(float(np.max(np.abs(w))) / top(bits) or 1.0)
    return np.rint(w / s).astype(np.int8), s


@wrong(
    en="The range is max(w), not max|w|: a channel whose largest weight is negative is clipped.",
    zh="范围取的是 max(w) 而不是 max|w|：绝对值最大的权重为负的通道会被截断。",
)
def without_abs(w, bits):
    refuse_bad(w, bits)
    largest = w.reshape(len(w), -1).max(axis=1).astype(np.float64)
    s = np.where(largest == 0, 1.0, largest / top(bits))
    return codes(w, s, bits), s


@same_mistake(without_abs)
def positive_side_only(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(channel) / m or 1.0
        return [max(-m, min(m, round(v / s))) for v in channel], s

    return by_channel(w, bits, answer)


@same_mistake(without_abs)
def largest_of_each_row(w, bits):
    return as_asked(w, bits, largest=lambda rows: np.max(rows, axis=1))


@same_mistake(without_abs)
def greatest_of_each_row(w, bits):
    return as_asked(w, bits, largest=lambda rows: rows.max(1))


@wrong(
    en="The range is found by squaring: 1e-30 squared is 0 in float32, and 3e38 squared is infinite. Take |w|.",
    zh="用平方求范围：float32 中 1e-30 的平方为 0，3e38 的平方为无穷大。应取 |w|。",
)
def squares_to_find_the_range(w, bits):
    return as_asked(w, bits, largest=lambda rows: np.sqrt(np.max(rows * rows, axis=1)))


@same_mistake(squares_to_find_the_range)
def root_of_the_largest_square(w, bits):
    return as_asked(w, bits, largest=lambda rows: (rows**2).max(axis=1) ** 0.5)


@wrong(
    en="The range is taken from the standard deviation: the exercise asks for the largest magnitude, nothing is "
    "clipped.",
    zh="范围取自标准差：题目要求取最大绝对值，不截断任何权重。",
)
def three_sigma_range(w, bits):
    return as_asked(w, bits, largest=lambda rows: 3 * np.std(rows, axis=1))


@same_mistake(three_sigma_range)
def three_deviations(w, bits):
    return as_asked(w, bits, largest=lambda rows: 3 * np.sqrt(rows.var(axis=1)))


@wrong(
    en="The range is taken along axis 1 alone: in a convolution the kernel positions belong to the channel too.",
    zh="只沿轴 1 取范围：卷积中，核的各个位置也属于这个通道。",
)
def reduces_axis_one_only(w, bits):
    refuse_bad(w, bits)
    largest = np.abs(w).max(axis=1, keepdims=True).astype(np.float64)
    s = np.where(largest > 0, largest / top(bits), 1.0)
    return np.rint(w / s).astype(np.int8), s[:, 0]


@same_mistake(reduces_axis_one_only)
def one_scale_for_each_kernel_position(w, bits):
    refuse_bad(w, bits)
    largest = np.max(np.abs(w), axis=1).astype(np.float64)
    s = largest / top(bits)
    s[s == 0] = 1.0
    return np.rint(w / s[:, None]).astype(np.int8), s


@wrong(
    en="The range is taken along the last axis alone: in a convolution that is one row of the kernel.",
    zh="只沿最后一轴取范围：在卷积中那只是核的一行。",
)
def reduces_the_last_axis_only(w, bits):
    refuse_bad(w, bits)
    largest = np.abs(w).max(axis=-1, keepdims=True).astype(np.float64)
    s = np.where(largest > 0, largest / top(bits), 1.0)
    return np.rint(w / s).astype(np.int8), s[..., 0]


@same_mistake(reduces_the_last_axis_only)
def one_scale_for_each_row_of_the_kernel(w, bits):
    refuse_bad(w, bits)
    rows = w.reshape(-1, w.shape[-1])
    s = scales(rows, bits)
    return codes(rows, s, bits).reshape(w.shape), s.reshape(w.shape[:-1])


@wrong(
    en="It divides by 2^(bits-1), without the -1: the largest weight has the code 128 then, which int8 lacks.",
    zh="除以的是 2^(bits-1)，漏了 -1：最大的权重对应量化值 128，而 int8 没有 128。",
)
def forgets_the_minus_one(w, bits):
    refuse_bad(w, bits)
    s = scales_over(w, top(bits) + 1)
    return codes(w, s, bits, low=-top(bits) - 1), s


@same_mistake(forgets_the_minus_one)
def power_of_two_unclipped(w, bits):
    return as_asked(w, bits, largest_code=lambda bits: 2 ** (int(bits) - 1))


@same_mistake(forgets_the_minus_one)
def power_of_two_and_a_cast(w, bits):
    return as_asked(w, bits, largest_code=lambda bits: 2 ** (int(bits) - 1), rounded=np.rint)


@same_mistake(forgets_the_minus_one)
def divides_by_128(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(map(abs, channel)) / (m + 1) or 1.0
        return [max(-m - 1, min(m, round(v / s))) for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="It divides by half of the 2^bits - 1 steps, 127.5 for 8 bits: here the codes end at -m and m.",
    zh="除以的是 2^bits - 1 个步长的一半，8 位时为 127.5：这里的量化值是 -m 到 m。",
)
def full_range_convention(w, bits):
    refuse_bad(w, bits)
    s = scales_over(w, top(bits) + 0.5)
    return codes(w, s, bits, low=-top(bits) - 1), s


@same_mistake(full_range_convention)
def half_the_steps_unclipped(w, bits):
    return as_asked(w, bits, largest_code=lambda bits: (2 ** int(bits) - 1) / 2)


@same_mistake(full_range_convention)
def half_the_steps_and_a_cast(w, bits):
    return as_asked(w, bits, largest_code=lambda bits: (2 ** int(bits) - 1) / 2, rounded=np.rint)


@same_mistake(full_range_convention)
def width_over_steps(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = 2 * max(map(abs, channel)) / (2.0 ** int(bits) - 1) or 1.0
        return [max(-m - 1, min(m, round(v / s))) for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="It takes 2^bits - 1 for the largest code: half of the codes are negative, so it is 2^(bits-1) - 1.",
    zh="把 2^bits - 1 当作最大量化值：一半的量化值是负的，最大量化值是 2^(bits-1) - 1。",
)
def unsigned_levels(w, bits):
    refuse_bad(w, bits)
    s = scales_over(w, 2 ** int(bits) - 1)
    return np.clip(np.rint(w / column(s, w)), -128, 127).astype(np.int8), s


@same_mistake(unsigned_levels)
def all_the_levels_unclipped(w, bits):
    return as_asked(w, bits, largest_code=lambda bits: 2 ** int(bits) - 1)


@same_mistake(unsigned_levels)
def all_the_levels_and_a_cast(w, bits):
    return as_asked(w, bits, largest_code=lambda bits: 2 ** int(bits) - 1, rounded=np.rint)


@same_mistake(unsigned_levels)
def all_levels_on_each_side(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(map(abs, channel)) / ((1 << int(bits)) - 1) or 1.0
        return [max(-128, min(127, round(v / s))) for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="A channel of zeros has the scale 0: 0 / 0 is NaN. Its scale is 1.0.",
    zh="全零的通道得到缩放因子0：0 / 0 是 NaN。此时缩放因子应为 1.0。",
)
def zero_scale(w, bits):
    refuse_bad(w, bits)
    s = peaks(w) / top(bits)
    q = np.rint(w / column(s, w))
    return np.nan_to_num(q).astype(np.int8), s


@same_mistake(zero_scale)
def hides_the_nan(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(map(abs, channel)) / m
        return [round(v / s) if s else 0 for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="An epsilon replaces small scales: tiny weights all become 0. Only a channel of zeros needs one, 1.0.",
    zh="用一个很小的数代替过小的缩放因子：极小的权重会全部变成 0。只有全零通道才需要代替，取 1.0。",
)
def epsilon_scale(w, bits):
    refuse_bad(w, bits)
    s = np.maximum(peaks(w) / top(bits), 1e-8)
    return codes(w, s, bits), s


@same_mistake(epsilon_scale)
def bounds_the_scale(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: np.maximum(largest / m, 1e-8))


@same_mistake(epsilon_scale)
def clips_the_scale(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: (largest / m).clip(1e-8))


@wrong(
    en="An epsilon is added to the scales: tiny weights then all become 0. Only a channel of zeros needs 1.0.",
    zh="给缩放因子加了 epsilon：极小的权重会全部变成 0。只有全零的通道才需要 1.0。",
)
def adds_an_epsilon(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: (largest + 1e-8) / m)


@same_mistake(adds_an_epsilon)
def adds_to_every_scale(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: largest / m + 1e-8)


@same_mistake(adds_an_epsilon)
def every_largest_and_a_little(w, bits):
    return as_asked(w, bits, largest=lambda rows: np.abs(rows).max(axis=1) + 1e-8, scale=np.divide)


@same_mistake(adds_an_epsilon)
def every_scale_and_a_little(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: 1e-8 + largest / m, rounded=np.rint)


@same_mistake(adds_an_epsilon)
def adds_to_the_largest(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: (largest + 1e-12) / m)


@same_mistake(adds_an_epsilon)
def adds_a_little(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: np.where(largest == 0, 1.0, (largest + 1e-12) / m))


@wrong(
    en="A tiny channel counts as zero: one of 1e-30 has a scale as well, only zeros have 1.0.",
    zh="把极小的通道当作零：1e-30 的通道也有自己的缩放因子，只有全零通道才取 1.0。",
)
def tiny_counts_as_zero(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: np.where(largest < 1e-12, 1.0, largest / m))


@same_mistake(tiny_counts_as_zero)
def below_a_threshold_is_zero(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: np.where(largest > 1e-12, largest / m, 1.0))


@same_mistake(tiny_counts_as_zero)
def close_to_zero(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: np.where(np.isclose(largest, 0), 1.0, largest / m))


@same_mistake(tiny_counts_as_zero)
def all_close_to_zero(w, bits):
    return as_asked(w, bits, scale=lambda largest, m: np.where(np.abs(largest) <= 1e-8, 1.0, largest / m))


@wrong(
    en="The scales pass through float16: they are accepted within 1e-6 of themselves, and float16 has 1e-3.",
    zh="缩放因子经过了 float16：允许误差为自身的 1e-6，而 float16 只有约 1e-3。",
)
def scales_in_float16(w, bits):
    def scale(largest, m):
        return np.where(largest == 0, 1.0, largest / m).astype(np.float16).astype(np.float32)

    return as_asked(w, bits, scale=scale)


@same_mistake(scales_in_float16)
def halves_of_the_scales(w, bits):
    def scale(largest, m):
        return np.float16(np.where(largest == 0, 1.0, largest / m)).astype(np.float64)

    return as_asked(w, bits, scale=scale)


@same_mistake(epsilon_scale)
def smallest_scale_allowed(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(max(map(abs, channel)) / m, 1e-8)
        return [round(v / s) for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="It truncates instead of rounding: the error doubles, and every weight moves towards zero.",
    zh="用了截断而非舍入：误差加倍，且所有权重都向零偏移。",
)
def truncates(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    # A hair of slack, so that the largest weight is not lost to rounding in w / s.
    return np.trunc(w / column(s, w) * (1 + 1e-6)).astype(np.int8), s


@same_mistake(truncates)
def trunc_in_place_of_round(w, bits):
    return as_asked(w, bits, rounded=np.trunc)


@same_mistake(truncates)
def the_cast_alone(w, bits):
    return as_asked(w, bits, rounded=lambda v: v)


@wrong(
    en="It rounds down, with floor: the error doubles, and every weight moves towards minus infinity.",
    zh="用 floor 向下取整：误差加倍，且所有权重都向负无穷方向偏移。",
)
def rounds_down(w, bits):
    return as_asked(w, bits, rounded=lambda v: np.floor(v))


@same_mistake(rounds_down)
def opposite_of_ceil(w, bits):
    return as_asked(w, bits, rounded=lambda v: -np.ceil(-v))


@wrong(
    en="It rounds up, with ceil: the error doubles, and every weight moves towards plus infinity.",
    zh="用 ceil 向上取整：误差加倍，且所有权重都向正无穷方向偏移。",
)
def rounds_up(w, bits):
    return as_asked(w, bits, rounded=lambda v: np.ceil(v))


@same_mistake(rounds_up)
def opposite_of_floor(w, bits):
    return as_asked(w, bits, rounded=lambda v: -np.floor(-v))


@wrong(
    en="ceil(x - 0.5) rounds every half down; the exercise asks for half to even, as np.round does.",
    zh="ceil(x - 0.5) 把一半都向下取；题目要求舍入到偶数，与 np.round 相同。",
)
def rounds_half_down(w, bits):
    return as_asked(w, bits, rounded=lambda v: np.ceil(v - 0.5))


@same_mistake(rounds_half_down)
def half_down_by_floor(w, bits):
    return as_asked(w, bits, rounded=lambda v: -np.floor(0.5 - v))


@wrong(
    en="w or w / s passes through float16: near 100 it has steps of 1/16, and weights move across a half.",
    zh="w 或 w / s 经过了 float16：在 100 附近步长为 1/16，权重会越过一半。",
)
def quotient_in_float16(w, bits):
    return as_asked(w, bits, rounded=lambda v: np.round(v.astype(np.float16)))


@same_mistake(quotient_in_float16)
def rounds_halves(w, bits):
    return as_asked(w, bits, rounded=lambda v: np.rint(np.float16(v)))


@same_mistake(quotient_in_float16)
def weights_in_float16(w, bits):
    s = scales(w, bits)
    return as_asked(w.astype(np.float16), bits, scale=lambda largest, m: s)


@same_mistake(quotient_in_float16)
def halves_of_the_weights(w, bits):
    s = scales(w, bits)
    return as_asked(np.float16(w), bits, scale=lambda largest, m: s, rounded=np.rint)


@same_mistake(truncates)
def casts_to_int(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(map(abs, channel)) / m or 1.0
        return [int(v / s * (1 + 1e-6)) for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="floor(x + 0.5) rounds every half up; the exercise asks for half to even, as np.round does.",
    zh="floor(x + 0.5) 把一半都向上取；题目要求舍入到偶数，np.round 正是如此。",
)
def rounds_half_up(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    return np.floor(w / column(s, w) + 0.5).astype(np.int8), s


@same_mistake(rounds_half_up)
def adds_a_half_and_floors(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(map(abs, channel)) / m or 1.0
        return [(v / s + 0.5) // 1 for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="A half is rounded away from zero, as C's round does; the exercise asks for half to even.",
    zh="一半远离零取整，如 C 的 round；题目要求舍入到偶数。",
)
def rounds_half_away(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    quotient = w / column(s, w)
    return (np.sign(quotient) * np.floor(np.abs(quotient) + 0.5)).astype(np.int8), s


@same_mistake(rounds_half_away)
def adds_a_half_with_the_sign(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        s = max(map(abs, channel)) / m or 1.0
        return [int(v / s + np.copysign(0.5, v)) for v in channel], s

    return by_channel(w, bits, answer)


@wrong(
    en="It returns q s, floats again: return the codes.",
    zh="返回的是反量化后的浮点数 q s：要的是量化值。",
)
def returns_values(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    return codes(w, s, bits) * column(s, w), s


@wrong(
    en="q is left flat, (out, rest): bring it back to the shape of w.",
    zh="q 仍是展平的 (out, 其余)：应恢复成 w 的形状。",
)
def leaves_q_flat(w, bits):
    q, s = as_asked(w, bits)
    return q.reshape(len(q), -1), s


@same_mistake(leaves_q_flat)
def rows_of_codes(w, bits):
    refuse_bad(w, bits)
    rows = w.reshape(len(w), -1)
    s = scales(w, bits)
    return np.rint(rows / s[:, None]).astype(np.int8), s


@wrong(
    en="Return the results in the order (q, s): codes, then scales.",
    zh="返回值的顺序是 (q, s)：先量化值，后缩放因子。",
)
def swaps_codes_and_scales(w, bits):
    return as_asked(w, bits)[::-1]


@same_mistake(swaps_codes_and_scales)
def scales_first(w, bits):
    q, s = as_asked(w, bits)
    return s, q


@wrong(
    en="The scales come as a list or a tuple: the exercise asks for an array of shape (out,).",
    zh="缩放因子以列表或元组返回：题目要求形状为 (out,) 的数组。",
)
def scales_as_a_list(w, bits):
    q, s = as_asked(w, bits)
    return q, list(s)


@same_mistake(scales_as_a_list)
def scales_in_a_tuple(w, bits):
    q, s = as_asked(w, bits)
    return q, s.tolist()


@same_mistake(returns_values)
def round_trip(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    return np.stack([np.rint(channel / scale) * scale for channel, scale in zip(w, s, strict=True)]), s


@wrong(
    en="The scales are returned as they broadcast, (out, 1, ...): the exercise asks for one number for each output, "
    "(out,).",
    zh="返回的 s 还是广播用的形状 (out, 1, ...)：要的是每个输出一个数，形状 (out,)。",
)
def keeps_the_axes(w, bits):
    refuse_bad(w, bits)
    s = column(scales(w, bits), w)
    return np.rint(w / s).astype(np.int8), s


@same_mistake(keeps_the_axes)
def scales_as_a_column(w, bits):
    q, s = as_asked(w, bits)
    return q, s[:, None]


@same_mistake(keeps_the_axes)
def column_of_scales(w, bits):
    q, s = as_asked(w, bits)
    return q, s.reshape(-1, 1)


@same_mistake(keeps_the_axes)
def returns_keepdims(w, bits):
    refuse_bad(w, bits)
    largest = np.max(np.abs(w), axis=tuple(range(1, w.ndim)), keepdims=True)
    s = np.where(largest == 0, 1.0, largest.astype(np.float64) / top(bits))
    return codes(w, s.ravel(), bits), s


@wrong(
    en="It returns the reciprocal of the scales: here s is the width of a step, so that w is q s.",
    zh="返回的是缩放因子的倒数：这里 s 是步长，w 约为 q s。",
)
def returns_the_reciprocal(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    return codes(w, s, bits), 1 / s


@same_mistake(returns_the_reciprocal)
def multiplies_by_the_scale(w, bits):
    refuse_bad(w, bits)

    def answer(channel, m):
        largest = max(map(abs, channel))
        inverse = m / largest if largest else 1.0
        return [round(v * inverse) for v in channel], inverse

    return by_channel(w, bits, answer)


@wrong(
    en="Each channel has its own zero point (min to max on unsigned codes): the exercise asks for the symmetric "
    "quantizer.",
    zh="每个通道用了各自的零点（最小值到最大值映射到无符号量化值）：题目要求对称量化。",
)
def affine_channels(w, bits):
    refuse_bad(w, bits)
    rows = w.reshape(len(w), -1).astype(np.float64)
    low, high = np.minimum(rows.min(axis=1), 0), np.maximum(rows.max(axis=1), 0)
    s = (high - low) / (2 ** int(bits) - 1)
    s[s == 0] = 1.0
    q = np.rint(w / column(s, w)) + column(np.rint(-low / s), w)
    return np.clip(q, 0, 2 ** int(bits) - 1).astype(np.uint8), s


@same_mistake(affine_channels)
def min_max_of_each_channel(w, bits):
    refuse_bad(w, bits)
    q, s = np.zeros(w.shape, np.uint8), np.ones(len(w))
    for o, channel in enumerate(w):
        low, high = min(float(channel.min()), 0.0), max(float(channel.max()), 0.0)
        s[o] = (high - low) / (2.0 ** int(bits) - 1) or 1.0
        z = round(-low / s[o])
        q[o] = np.clip(np.rint(channel / s[o]) + z, 0, 2 ** int(bits) - 1)
    return q, s


@wrong(
    en="It writes into w: the array is the caller's.",
    zh="写入了 w：数组属于调用者。",
)
def writes_into_w(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    q = codes(w, s, bits)
    w /= column(s, w)
    return q, s


@same_mistake(writes_into_w)
def divides_w_in_place(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    rows = w.reshape(len(w), -1)
    rows /= s[:, None]
    return np.round(rows).astype(np.int8).reshape(w.shape), s


@same_mistake(writes_into_w)
def divides_the_rows_of_w(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    rows = w.reshape(len(w), -1)
    np.divide(rows, s[:, None], out=rows)
    return np.rint(rows).astype(np.int8).reshape(w.shape), s


@same_mistake(writes_into_w)
def magnitudes_in_place(w, bits):
    return as_asked(w, bits, largest=lambda rows: np.max(np.abs(rows, out=rows), axis=1))


@same_mistake(writes_into_w)
def absolute_into_w(w, bits):
    return as_asked(w, bits, largest=lambda rows: np.abs(rows, out=rows).max(1))


@same_mistake(writes_into_w)
def divides_channel_by_channel(w, bits):
    refuse_bad(w, bits)
    s = scales(w, bits)
    q = codes(w, s, bits)
    for channel, scale in zip(w, s, strict=True):
        channel[...] = channel / scale
    return q, s


@wrong(
    en="Bits below 2 are accepted: with 1 bit the largest code is 0; raise ValueError.",
    zh="没有拒绝小于 2 的 bits：1 位时最大量化值为 0，应抛出 ValueError。",
)
def takes_one_bit(w, bits):
    refuse_bad(w, max(bits, 2) if isinstance(bits, int) else bits)
    s = np.where(peaks(w) > 0, 1.0, 1.0)
    s = scales(w, bits) if bits > 1 else s
    return codes(w, s, max(bits, 1)), s


@same_mistake(takes_one_bit)
def checks_the_upper_limit_only(w, bits):
    if not isinstance(bits, (int, np.integer)) or bits > 8:
        raise ValueError("bits")
    refuse_bad(w, 8)
    if bits < 2:
        return np.zeros(w.shape, np.int8), np.ones(len(w))
    s = scales(w, bits)
    return codes(w, s, bits), s


@wrong(
    en="Bits above 8 are accepted: such codes do not fit into int8; raise ValueError.",
    zh="没有拒绝大于 8 的 bits：这样的量化值装不进 int8，应抛出 ValueError。",
)
def takes_up_to_sixteen_bits(w, bits):
    refuse_bad(w, 8 if bits in range(9, 17) else bits)
    s = scales(w, bits)
    return np.rint(w / column(s, w)).astype(np.int64).astype(np.int8), s


@same_mistake(takes_up_to_sixteen_bits)
def checks_the_lower_limit_only(w, bits):
    if not isinstance(bits, (int, np.integer)) or bits < 2:
        raise ValueError("bits")
    refuse_bad(w, 8)
    s = scales(w, bits)
    q = [[round(float(v) / scale) for v in channel.flat] for channel, scale in zip(w, s, strict=True)]
    return np.array(q, np.int64).reshape(w.shape).astype(np.int8), s


@wrong(
    en="A float for bits is accepted: 8.0 passes a comparison with 2 and 8, 2.5 does too.",
    zh="没有拒绝浮点数的 bits：只与 2 和 8 比大小，8.0 能通过，2.5 也能。",
)
def takes_fractional_bits(w, bits):
    if not isinstance(bits, (int, float, np.number)) or not 2 <= bits <= 8:
        raise ValueError("bits")
    refuse_bad(w, 8)
    s = scales(w, bits)
    return codes(w, s, bits), s


@same_mistake(takes_fractional_bits)
def compares_bits_only(w, bits):
    if bits is None or isinstance(bits, str) or bits < 2 or bits > 8:
        raise ValueError("bits")
    refuse_bad(w, 8)
    return by_channel(
        w,
        bits,
        lambda channel, m: (
            [round(v / (max(map(abs, channel)) / m or 1.0)) for v in channel],
            max(map(abs, channel)) / m or 1.0,
        ),
    )


@wrong(
    en="NaN is accepted: the maximum of a channel with a NaN is NaN; raise ValueError.",
    zh="没有拒绝 NaN：含 NaN 的通道的最大值也是 NaN，应抛出 ValueError。",
)
def takes_nan(w, bits):
    refuse_bad_bits(bits)
    if w.ndim < 2 or np.isinf(w).any():
        raise ValueError("w")
    rows = np.nan_to_num(w).astype(w.dtype)
    s = scales(rows, bits)
    return codes(rows, s, bits), s


@same_mistake(takes_nan)
def ignores_nan(w, bits):
    refuse_bad_bits(bits)
    if w.ndim < 2 or np.isinf(w).any():
        raise ValueError("w")
    largest = np.nanmax(np.abs(w.reshape(len(w), -1)), axis=1)
    s = np.where(largest > 0, largest / top(bits), 1.0)
    return np.nan_to_num(np.rint(w / column(s, w))).astype(np.int8), s


@wrong(
    en="Infinity is accepted: looking for NaN is not enough, np.isfinite finds both.",
    zh="没有拒绝无穷大：只查 NaN 不够，np.isfinite 两者都能查出。",
)
def takes_infinity(w, bits):
    refuse_bad_bits(bits)
    if w.ndim < 2 or np.isnan(w).any():
        raise ValueError("w")
    s = scales(w, bits)
    q = np.where(np.isinf(s)[:, None], 0, np.rint(w.reshape(len(w), -1) / s[:, None]))
    return np.nan_to_num(q).astype(np.int8).reshape(w.shape), s


@same_mistake(takes_infinity)
def looks_for_nan_only(w, bits):
    refuse_bad_bits(bits)
    if w.ndim < 2 or (w != w).any():
        raise ValueError("w")
    q, s = np.zeros(w.shape, np.int8), np.ones(len(w))
    for o, channel in enumerate(w):
        s[o] = np.abs(channel).max() / top(bits) or 1.0
        if np.isfinite(s[o]):
            q[o] = np.rint(channel / s[o])
    return q, s


@wrong(
    en="An array of one axis is accepted: it has no inputs to share a scale; raise ValueError.",
    zh="没有拒绝一维数组：它没有可共用缩放因子的输入，应抛出 ValueError。",
)
def takes_vectors(w, bits):
    refuse_bad_bits(bits)
    if not np.isfinite(w).all():
        raise ValueError("w")
    s = scales(w, bits)
    return codes(w, s, bits), s


@same_mistake(takes_vectors)
def one_scale_for_each_number(w, bits):
    refuse_bad_bits(bits)
    if not np.isfinite(w).all():
        raise ValueError("w")
    return by_channel(
        w,
        bits,
        lambda channel, m: (
            [round(v / (max(map(abs, channel)) / m or 1.0)) for v in channel],
            max(map(abs, channel)) / m or 1.0,
        ),
    )


def refuse(bad):
    if bad:
        raise ValueError("refused")


def unrefused(w, bits):
    """All as asked, but nothing is refused."""
    k = bits if type(bits) is float else int(bits or 8)
    m = max(2 ** (k - 1) - 1, 1)
    rows = w.reshape(len(w), -1)
    largest = np.max(np.abs(rows), axis=1)
    s = np.where(largest == 0, 1.0, largest / m)
    with np.errstate(all="ignore"):
        return np.round(rows / s[:, None]).astype(np.int8).reshape(w.shape), s


@wrong(
    en="NaN is accepted: looking for infinity is not enough, np.isfinite finds both.",
    zh="没有拒绝 NaN：只查无穷大不够，np.isfinite 两者都能查出。",
)
def looks_for_infinity_only(w, bits):
    refuse_bad_bits(bits)
    refuse(w.ndim < 2 or np.isinf(w).any())
    return unrefused(w, bits)


@same_mistake(looks_for_infinity_only)
def finds_infinite_magnitudes(w, bits):
    refuse_bad_bits(bits)
    refuse(w.ndim < 2 or (np.abs(w) == np.inf).any())
    return unrefused(w, bits)


@wrong(
    en="The weights are added up to find NaN: a sum of finite weights can be infinite.",
    zh="用求和来查 NaN：有限的权重之和也可能是无穷大。",
)
def sums_to_find_nan(w, bits):
    refuse(not np.isfinite(np.sum(w)))
    return as_asked(w, bits)


@same_mistake(sums_to_find_nan)
def averages_to_find_nan(w, bits):
    refuse(not np.isfinite(np.mean(w)))
    return as_asked(w, bits)


@wrong(
    en="An array without axes is accepted: two axes or more are needed; w.ndim < 2 catches one and none.",
    zh="没有拒绝零维数组：至少需要两个轴，w.ndim < 2 能同时查出一维与零维。",
)
def takes_numbers_without_axes(w, bits):
    refuse_bad_bits(bits)
    refuse(w.ndim == 1 or not np.isfinite(w).all())
    return unrefused(np.atleast_1d(w), bits)


@same_mistake(takes_numbers_without_axes)
def refuses_one_axis_only(w, bits):
    refuse_bad_bits(bits)
    refuse(len(w.shape) == 1 or not np.isfinite(w).all())
    return unrefused(w[None] if w.ndim == 0 else w, bits)


@wrong(
    en="Three axes are refused: any array of two axes or more has outputs on its first.",
    zh="拒绝了三个轴的数组：只要有两个及以上的轴，第一个轴就是输出。",
)
def two_or_four_axes_only(w, bits):
    refuse(w.ndim not in (2, 4))
    return as_asked(w, bits)


@same_mistake(two_or_four_axes_only)
def linear_or_conv2d_only(w, bits):
    refuse(w.ndim != 2 and w.ndim != 4)
    return as_asked(w, bits)


@wrong(
    en="It refuses NumPy integers: np.int64(8) is an integer too; test isinstance(bits, (int, np.integer)).",
    zh="拒绝了 NumPy 整数：np.int64(8) 也是整数，应写 isinstance(bits, (int, np.integer))。",
)
def refuses_numpy_integers(w, bits):
    refuse(not isinstance(bits, int))
    return as_asked(w, bits)


@same_mistake(refuses_numpy_integers)
def only_the_type_int(w, bits):
    refuse(type(bits) is not int)
    return as_asked(w, bits)


@wrong(
    en="bits is not checked: 2.5, 9, 1 and None must raise ValueError.",
    zh="没有检查 bits：2.5、9、1 和 None 都应抛出 ValueError。",
)
def bits_are_not_checked(w, bits):
    refuse_bad(w, 8)
    return unrefused(w, bits)


@same_mistake(bits_are_not_checked)
def takes_bits_as_they_come(w, bits):
    refuse(w.ndim < 2 or not np.isfinite(w).all())
    return unrefused(w, bits)
