"""Wrong answers to quantization/group_quantize, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_bits(bits):
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError("bits")


def refuse_bad_weights(w):
    if w.ndim != 2 or not np.isfinite(w).all():
        raise ValueError("w")


def refuse_bad_size(w, group_size):
    whole = isinstance(group_size, (int, np.integer))
    if not whole or group_size < 1 or w.shape[1] % int(group_size):
        raise ValueError("group_size")


def refuse_bad(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    refuse_bad_size(w, group_size)


def top(bits):
    return 2 ** (int(bits) - 1) - 1


def cut(w, group_size):
    """(out, groups, group_size)"""
    return w.reshape(len(w), -1, group_size)


def half(s):
    """Scales as stored: float16, 1.0 for zero."""
    s = np.asarray(s).astype(np.float16)
    return np.where(s == 0, np.float16(1), s)


def scales(w, bits, group_size):
    return half(np.abs(cut(w, group_size)).max(axis=2).astype(np.float64) / top(bits))


def wide(s, group_size):
    """One scale for each weight."""
    return np.repeat(s.astype(np.float64), group_size, axis=1)


def codes(w, s, bits):
    """Codes for one scale a weight."""
    return np.clip(np.rint(w / s), -top(bits), top(bits)).astype(np.int8)


def effective(bits, group_size):
    return int(bits) + 16 / int(group_size)


def as_asked(
    w,
    bits,
    group_size,
    *,
    m=top,
    largest=lambda groups: np.abs(groups).max(axis=2),
    stored=lambda s: s.astype(np.float16),
    rounded=np.round,
    limited=np.clip,
    total=effective,
):
    """The right answer, in the solution's order, except for the step that is given."""
    refuse_bad(w, bits, group_size)
    groups = w.reshape(len(w), -1, int(group_size))
    s = stored(largest(groups) / m(bits))
    s[s == 0] = 1
    q = limited(rounded(groups / s[:, :, None]), -m(bits), m(bits))
    return q.astype(np.int8).reshape(w.shape), s, total(bits, group_size)


def by_group(w, bits, group_size, answer):
    """`answer(group as a list, m)` gives (codes, scale) of one group; the scale becomes float16 afterwards."""
    q, s = [], []
    for group in w.reshape(-1, group_size).tolist():
        one, scale = answer(group, top(bits))
        q += one
        s.append(scale)
    s = np.array(s, dtype=np.float64).astype(np.float16)
    return np.array(q).reshape(w.shape).astype(np.int8), s.reshape(len(w), -1), effective(bits, group_size)


def stored(value):
    return float(np.float16(value)) or 1.0


@wrong(
    en="The groups run across outputs (axis 0): a group is consecutive inputs of one output, those that one sum adds.",
    zh="沿输出（轴 0）分组了：一组应是同一个输出的连续输入，它们在同一个求和中相遇。",
)
def groups_across_outputs(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    if group_size < 1 or len(w) % group_size:
        raise ValueError("group_size")
    s = scales(w.T, bits, group_size)
    return codes(w.T, wide(s, group_size), bits).T, s.T, effective(bits, group_size)


@same_mistake(groups_across_outputs)
def blocks_of_rows(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    if group_size < 1 or len(w) % group_size:
        raise ValueError("group_size")
    blocks = w.reshape(-1, group_size, w.shape[1])
    s = half(np.abs(blocks).max(axis=1).astype(np.float64) / top(bits))
    return codes(blocks, s[:, None].astype(np.float64), bits).reshape(w.shape), s, effective(bits, group_size)


@same_mistake(groups_across_outputs)
def groups_of_the_transpose(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    refuse_bad_size(w, group_size)
    groups = w.T.reshape(w.shape[1], -1, int(group_size))
    s = half(np.abs(groups).max(axis=2) / top(bits))
    q = np.clip(np.round(groups / s[:, :, None]), -top(bits), top(bits))
    return q.reshape(w.shape[::-1]).T.astype(np.int8), s, effective(bits, group_size)


@same_mistake(groups_across_outputs)
def transposes_first(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = np.ascontiguousarray(w.T).reshape(w.shape[1], -1, int(group_size))
    s = half(np.abs(groups).max(axis=2).astype(np.float64) / top(bits))
    q = np.rint(groups / s.astype(np.float64)[:, :, None]).clip(-top(bits), top(bits))
    return q.reshape(w.shape[::-1]).T.astype(np.int8), s, effective(bits, group_size)


@wrong(
    en="s is one row of all groups: the exercise asks for the shape (out, in / group_size).",
    zh="s 是所有组排成的一行：题目要求形状 (out, in / group_size)。",
)
def scales_in_one_row(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.ravel(), bits_of_a_weight


@same_mistake(scales_in_one_row)
def a_list_of_scales(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.reshape(-1), bits_of_a_weight


@wrong(
    en="s is one column of all groups: the exercise asks for the shape (out, in / group_size).",
    zh="s 是所有组排成的一列：题目要求形状 (out, in / group_size)。",
)
def scales_of_a_taller_matrix(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.reshape(-1, 1), bits_of_a_weight


@same_mistake(scales_of_a_taller_matrix)
def one_column_of_scales(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.ravel()[:, None], bits_of_a_weight


@wrong(
    en="s keeps an axis of length 1, as it broadcasts: the exercise asks for the shape (out, in / group_size).",
    zh="s 保留了长度为 1 的轴（便于广播）：题目要求形状 (out, in / group_size)。",
)
def scales_with_a_third_axis(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s[:, :, None], bits_of_a_weight


@same_mistake(scales_with_a_third_axis)
def scales_as_they_broadcast(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.reshape(*s.shape, 1), bits_of_a_weight


@wrong(
    en="The groups are interleaved, every (in / group_size)-th input: a group is consecutive inputs.",
    zh="分组是间隔的（每隔 in / group_size 取一个）：一组应是连续的输入。",
)
def interleaved_groups(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = w.reshape(len(w), group_size, -1)
    s = half(np.abs(groups).max(axis=1).astype(np.float64) / top(bits))
    return codes(groups, s[:, None].astype(np.float64), bits).reshape(w.shape), s, effective(bits, group_size)


@same_mistake(interleaved_groups)
def strides_through_the_inputs(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    count = w.shape[1] // group_size
    q, s = np.zeros(w.shape, np.int8), np.zeros((len(w), count), np.float16)
    for start in range(count):
        part = w[:, start::count]
        s[:, start] = half(np.abs(part).max(axis=1).astype(np.float64) / top(bits))
        q[:, start::count] = codes(part, s[:, start, None].astype(np.float64), bits)
    return q, s, effective(bits, group_size)


@wrong(
    en="group_size is taken for the number of groups: it is the number of weights in each.",
    zh="把 group_size 当成了组数：它是每组的权重个数。",
)
def that_many_groups(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    length = w.shape[1] // group_size
    s = scales(w, bits, length)
    return codes(w, wide(s, length), bits), s, effective(bits, length)


@same_mistake(that_many_groups)
def splits_into_that_many(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    parts = np.split(w, group_size, axis=1)
    s = half(np.stack([np.abs(part).max(axis=1) for part in parts], axis=1).astype(np.float64) / top(bits))
    q = [codes(part, s[:, i, None].astype(np.float64), bits) for i, part in enumerate(parts)]
    return np.concatenate(q, axis=1), s, int(bits) + 16 * group_size / w.shape[1]


@same_mistake(that_many_groups)
def reshapes_the_other_way(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = w.reshape(len(w), int(group_size), -1)
    s = half(np.abs(groups).max(axis=2) / top(bits))
    q = np.clip(np.round(groups / s[:, :, None]), -top(bits), top(bits))
    return q.astype(np.int8).reshape(w.shape), s, effective(bits, group_size)


@same_mistake(that_many_groups)
def counts_the_groups(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    size = w.shape[1] // int(group_size)
    s = scales(w, bits, size)
    return codes(w, wide(s, size), bits), s, effective(bits, group_size)


@wrong(
    en="One scale for each row, repeated for its groups: a large weight spoils the whole row.",
    zh="每一行一个缩放因子，只是按组重复：一个大权重会拖累整行。",
)
def one_scale_a_row(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = np.repeat(scales(w, bits, w.shape[1]), w.shape[1] // group_size, axis=1)
    return codes(w, wide(s, group_size), bits), s, effective(bits, group_size)


@same_mistake(one_scale_a_row)
def range_of_the_row(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    largest = np.abs(w).max(axis=1, keepdims=True).astype(np.float64)
    s = half(np.broadcast_to(largest / top(bits), (len(w), w.shape[1] // group_size)))
    return codes(w, s[:, :1].astype(np.float64), bits), s, effective(bits, group_size)


@wrong(
    en="One scale for the whole matrix, repeated for every group.",
    zh="整个矩阵共用一个缩放因子，只是按组重复。",
)
def one_scale_for_all(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = np.full((len(w), w.shape[1] // group_size), stored(np.abs(w).max() / top(bits)), np.float16)
    return codes(w, wide(s, group_size), bits), s, effective(bits, group_size)


@same_mistake(one_scale_for_all)
def per_tensor(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = stored(max(abs(value) for value in w.ravel().tolist()) / top(bits))
    return by_group(w, bits, group_size, lambda group, m: ([max(-m, min(m, round(v / s))) for v in group], s))


@wrong(
    en="The scales are tiled, not repeated: s0 s1 s0 s1 meets the weights instead of s0 s0 s1 s1.",
    zh="缩放因子用 tile 而不是 repeat 展开：与权重相遇的是 s0 s1 s0 s1，而不是 s0 s0 s1 s1。",
)
def tiles_the_scales(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, np.tile(s.astype(np.float64), (1, group_size)), bits), s, effective(bits, group_size)


@same_mistake(tiles_the_scales)
def scale_by_the_remainder(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    which = np.arange(w.shape[1]) % s.shape[1]
    return codes(w, s[:, which].astype(np.float64), bits), s, effective(bits, group_size)


@wrong(
    en="The range is max(w), not max|w|: a group whose largest weight is negative is clipped.",
    zh="范围取的是 max(w) 而不是 max|w|：绝对值最大的权重为负的组会被截断。",
)
def without_abs(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = half(cut(w, group_size).max(axis=2).astype(np.float64) / top(bits))
    return codes(w, wide(s, group_size), bits), s, effective(bits, group_size)


@same_mistake(without_abs)
def positive_side_only(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = stored(max(group) / m)
        return [max(-m, min(m, round(v / s))) for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="The codes are made with the scale before it is rounded to float16: divide by the one that is stored.",
    zh="量化时用的是舍入到 float16 之前的缩放因子：应除以存储下来的那个。",
)
def codes_of_the_exact_scale(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = np.abs(cut(w, group_size)).max(axis=2).astype(np.float64) / top(bits)
    s = np.where(s.astype(np.float16) == 0, 1.0, s)
    return codes(w, wide(s, group_size), bits), s.astype(np.float16), effective(bits, group_size)


@same_mistake(codes_of_the_exact_scale)
def rounds_the_scale_last(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = max(map(abs, group)) / m
        s = s if np.float16(s) else 1.0
        return [max(-m, min(m, round(v / s))) for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="The scales are not rounded to float16, though 16 bits are counted for each.",
    zh="缩放因子没有舍入到 float16，计数时却按每个 16 位算。",
)
def float32_scales(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = np.abs(cut(w, group_size)).max(axis=2).astype(np.float64) / top(bits)
    s = np.where(s == 0, 1.0, s)
    return codes(w, wide(s, group_size), bits), s.astype(np.float32), effective(bits, group_size)


@same_mistake(float32_scales)
def keeps_the_scales_wide(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    q, s = np.zeros(w.shape, np.int8), np.ones((len(w), w.shape[1] // group_size))
    for (o, g), _ in np.ndenumerate(s):
        group = w[o, g * group_size : (g + 1) * group_size].astype(np.float64)
        s[o, g] = np.abs(group).max() / top(bits) or 1.0
        q[o, g * group_size : (g + 1) * group_size] = np.rint(group / s[o, g])
    return q, s, effective(bits, group_size)


@wrong(
    en="The scales are rounded to float16, but come in a wider type: store 16 bits for each.",
    zh="缩放因子舍入到了 float16，却以更宽的类型返回：每个应只存 16 位。",
)
def scales_in_float32(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.astype(np.float32), bits_of_a_weight


@same_mistake(scales_in_float32)
def widens_the_scales(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s.astype(np.float64), bits_of_a_weight


@wrong(
    en="The scales are not counted: with them a weight takes bits + 16 / group_size.",
    zh="没有计入缩放因子：算上它们，每个权重占 bits + 16 / group_size 位。",
)
def forgets_the_scales(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, float(bits)


@same_mistake(forgets_the_scales)
def counts_codes_only(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    q = codes(w, wide(s, group_size), bits)
    return q, s, q.size * int(bits) / w.size


@wrong(
    en="The scales are counted with 32 bits: they are float16.",
    zh="缩放因子按 32 位计数：它们是 float16。",
)
def counts_float32(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, int(bits) + 32 / group_size


@same_mistake(counts_float32)
def four_bytes_a_scale(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, (w.size * int(bits) + 8 * 4 * s.size) / w.size


@wrong(
    en="One scale for each row is counted: there is one for each group.",
    zh="计数时每行只算了一个缩放因子：实际每组都有一个。",
)
def counts_a_scale_a_row(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, int(bits) + 16 / w.shape[1]


@same_mistake(counts_a_scale_a_row)
def counts_rows(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, (w.size * int(bits) + 16 * len(s)) / w.size


@wrong(
    en="The scale is counted in bytes, bits + 2 / group_size: two bytes are 16 bits.",
    zh="缩放因子按字节计入，bits + 2 / group_size：两个字节是 16 位。",
)
def counts_bytes(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, int(bits) + 2 / group_size


@same_mistake(counts_bytes)
def adds_nbytes(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, int(bits) + s.nbytes / w.size


@wrong(
    en="The share of the scale is cut to whole bits, 16 // group_size: it is a fraction.",
    zh="缩放因子分摊的位数被取整（16 // group_size）：它是小数。",
)
def divides_the_scale_whole(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: int(bits) + 16 // int(g))


@same_mistake(divides_the_scale_whole)
def floors_the_share(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: int(int(bits) + 16 / int(g)))


@wrong(
    en="bits is multiplied by 1 + 16 / group_size: the 16 bits are added, bits + 16 / group_size.",
    zh="bits 乘以了 1 + 16 / group_size：16 位应相加，即 bits + 16 / group_size。",
)
def multiplies_the_shares(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: int(bits) * (1 + 16 / int(g)))


@same_mistake(multiplies_the_shares)
def scales_the_bits(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: int(bits) + 16 * int(bits) / int(g))


@wrong(
    en="A zero point is counted for each group: a symmetric quantizer stores none.",
    zh="每组多计了一个零点：对称量化不存零点。",
)
def counts_a_zero_point(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: int(bits) + (16 + int(bits)) / int(g))


@same_mistake(counts_a_zero_point)
def zero_point_beside_the_scale(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: (1 + 1 / int(g)) * int(bits) + 16 / int(g))


@wrong(
    en="Eight bits are counted for each code, as NumPy holds it: packed, a code takes `bits`.",
    zh="每个量化值按 NumPy 存放的 8 位计：打包后只占 bits 位。",
)
def counts_int8_codes(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: 8 + 16 / int(g))


@same_mistake(counts_int8_codes)
def a_byte_for_each_code(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: 8.0 + 16.0 / int(g))


@wrong(
    en="effective is the total of the matrix: the exercise asks for the bits of one weight.",
    zh="effective 是整个矩阵的总位数：题目要求每个权重的位数。",
)
def returns_all_bits(w, bits, group_size):
    q, s, _ = as_asked(w, bits, group_size)
    return q, s, int(bits) * w.size + 16 * s.size


@same_mistake(returns_all_bits)
def total_of_the_matrix(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    return q, s, bits_of_a_weight * w.size


@wrong(
    en="effective is the ratio to float32: the exercise asks for the bits of one weight.",
    zh="effective 是相对 float32 的压缩比：题目要求每个权重的位数。",
)
def returns_the_ratio(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: 32 / (int(bits) + 16 / int(g)))


@same_mistake(returns_the_ratio)
def compression_rate(w, bits, group_size):
    return as_asked(w, bits, group_size, total=lambda bits, g: 32 * int(g) / (int(bits) * int(g) + 16))


@wrong(
    en="It divides by 2^(bits-1), without the -1: the largest weight has the code 8 at 4 bits then, which is clipped.",
    zh="除以的是 2^(bits-1)，漏了 -1：4 位时最大的权重对应量化值 8，只能被截断。",
)
def forgets_the_minus_one(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = half(np.abs(cut(w, group_size)).max(axis=2).astype(np.float64) / (top(bits) + 1))
    q = np.clip(np.rint(w / wide(s, group_size)), -top(bits) - 1, top(bits))
    return q.astype(np.int8), s, effective(bits, group_size)


@same_mistake(forgets_the_minus_one)
def divides_by_eight(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / (m + 1))
        return [max(-m - 1, min(m, round(v / s))) for v in group], s

    return by_group(w, bits, group_size, answer)


@same_mistake(forgets_the_minus_one)
def m_is_a_power_of_two(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: 2 ** (int(bits) - 1))


@same_mistake(forgets_the_minus_one)
def m_is_a_power_of_two_and_a_cast(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: 2 ** (int(bits) - 1), rounded=np.rint)


@wrong(
    en="It divides by half of the 2^bits - 1 steps, 7.5 for 4 bits: here the codes end at -m and m.",
    zh="除以了 2^bits - 1 步的一半，4 位时为 7.5：这里的量化值止于 -m 和 m。",
)
def half_of_all_steps(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: (2 ** int(bits) - 1) / 2)


@same_mistake(half_of_all_steps)
def width_over_all_steps(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: 2.0 ** (int(bits) - 1) - 0.5, rounded=np.rint)


@wrong(
    en="It takes 2^bits - 1 for the largest code: half of the codes are negative, so it is 2^(bits-1) - 1.",
    zh="把 2^bits - 1 当作最大的量化值：一半的量化值是负的，应为 2^(bits-1) - 1。",
)
def all_levels_on_each_side(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: 2 ** int(bits) - 1)


@same_mistake(all_levels_on_each_side)
def unsigned_levels(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: (1 << int(bits)) - 1, rounded=np.rint)


@wrong(
    en="A group of zeros has the scale 0: 0 / 0 is NaN. Its scale is 1.0.",
    zh="全零的组得到缩放因子0：0 / 0 是 NaN。此时缩放因子应为 1.0。",
)
def zero_scale(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = (np.abs(cut(w, group_size)).max(axis=2).astype(np.float64) / top(bits)).astype(np.float16)
    q = np.clip(np.rint(w / wide(s, group_size)), -top(bits), top(bits))
    return np.nan_to_num(q).astype(np.int8), s, effective(bits, group_size)


@same_mistake(zero_scale)
def hides_the_nan(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = float(np.float16(max(map(abs, group)) / m))
        return [max(-m, min(m, round(v / s))) if s else 0 for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="The scale is tested for zero before it becomes float16: a tiny one becomes 0 there, and w / s infinite.",
    zh="在转为 float16 之前检查缩放因子是否为零：极小的缩放因子转换后变成 0，w / s 就成了无穷大。",
)
def tests_before_the_cast(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    largest = np.abs(cut(w, group_size)).max(axis=2).astype(np.float64)
    s = np.where(largest == 0, 1.0, largest / top(bits)).astype(np.float16)
    q = np.clip(np.rint(w / wide(s, group_size)), -top(bits), top(bits))
    return np.nan_to_num(q).astype(np.int8), s, effective(bits, group_size)


@same_mistake(tests_before_the_cast)
def replaces_zero_weights_only(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = cut(w, group_size)
    s = np.abs(groups).max(axis=2).astype(np.float64) / top(bits)
    s[~groups.any(axis=2)] = 1.0
    s = s.astype(np.float16)
    quotient = np.nan_to_num(w / wide(s, group_size), posinf=top(bits), neginf=-top(bits))
    return codes(quotient, 1.0, bits), s, effective(bits, group_size)


@wrong(
    en="Scales below 6e-5 are taken for zero: float16 has subnormal numbers down to 2^-24, only 0 becomes 1.0.",
    zh="把小于 6e-5 的缩放因子当作零：float16 的次正规数可小到 2^-24，只有 0 才变为 1.0。",
)
def flushes_small_scales(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: np.where(s < 6e-5, 0, s).astype(np.float16))


@same_mistake(flushes_small_scales)
def small_scales_are_zero(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: np.float16(s) * (np.float16(s) >= np.float16(6.104e-5)))


@wrong(
    en="Small scales are raised to a least one: they keep what float16 makes of them, only 0 becomes 1.0.",
    zh="把很小的缩放因子抬高到某个下限：应保留其 float16 值，只有 0 才变为 1.0。",
)
def bounds_the_scale(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: np.maximum(s, 6.1e-5).astype(np.float16))


@same_mistake(bounds_the_scale)
def smallest_normal_scale(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: np.float16(np.clip(s, 6.1e-5, None)))


@same_mistake(bounds_the_scale)
def least_scale_for_zero(w, bits, group_size):
    _, s, bits_of_a_weight = as_asked(w, bits, group_size)
    groups = w.reshape(len(w), -1, int(group_size))
    s = (np.abs(groups).max(axis=2) / top(bits)).astype(np.float16)
    s[s == 0] = np.finfo(np.float16).tiny
    return codes(w, wide(s, int(group_size)), bits), s, bits_of_a_weight


@same_mistake(bounds_the_scale)
def tiny_in_place_of_zero(w, bits, group_size):
    _, s, bits_of_a_weight = as_asked(w, bits, group_size)
    s = np.float16(np.abs(w.reshape(*s.shape, -1)).max(axis=2) / top(bits))
    s = np.where(s == 0, np.finfo(np.float16).tiny, s)
    return codes(w, wide(s, int(group_size)), bits), s, bits_of_a_weight


@wrong(
    en="An epsilon is added to the scales: those of small groups are wrong then. Only a scale of 0 becomes 1.0.",
    zh="给缩放因子加了 epsilon：权重小的组的缩放因子就错了。只有为 0 的才变为 1.0。",
)
def adds_an_epsilon(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: (s + 1e-5).astype(np.float16))


@same_mistake(adds_an_epsilon)
def adds_to_every_scale(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: np.float16(1e-5 + s))


@same_mistake(adds_an_epsilon)
def adds_a_hundred_millionth(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: (s + 1e-8).astype(np.float16))


@same_mistake(adds_an_epsilon)
def adds_one_part_in_a_hundred_million(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=lambda s: np.float16(1e-8 + s))


@wrong(
    en="Codes are not clipped: the float16 scale may be smaller than max|w| / m, and the largest code then too large.",
    zh="量化值没有截断：float16 的缩放因子可能小于 max|w| / m，最大的量化值就会超出。",
)
def does_not_clip(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return np.rint(w / wide(s, group_size)).astype(np.int8), s, effective(bits, group_size)


@same_mistake(does_not_clip)
def trusts_the_range(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m)
        return [round(v / s) for v in group], s

    return by_group(w, bits, group_size, answer)


@same_mistake(does_not_clip)
def leaves_out_the_clip(w, bits, group_size):
    return as_asked(w, bits, group_size, limited=lambda q, low, high: q)


@same_mistake(does_not_clip)
def takes_codes_as_they_come(w, bits, group_size):
    return as_asked(w, bits, group_size, limited=lambda q, low, high: np.asarray(q))


@wrong(
    en="Codes are clipped to -m - 1, the least of two's complement: here they are symmetric, from -m to m.",
    zh="截断到 -m - 1（补码的最小值）：这里的量化值是对称的，从 -m 到 m。",
)
def clips_at_one_more(w, bits, group_size):
    return as_asked(w, bits, group_size, limited=lambda q, low, high: np.clip(q, low - 1, high))


@same_mistake(clips_at_one_more)
def low_end_of_int(w, bits, group_size):
    return as_asked(w, bits, group_size, limited=lambda q, low, high: np.minimum(np.maximum(q, low - 1), high))


@wrong(
    en="The scale is rounded up in float16, so that nothing is clipped: round it to nearest, and clip the codes.",
    zh="缩放因子在 float16 中向上取整，使任何值都不被截断：题目要求舍入到最近值，再截断。",
)
def rounds_the_scale_up(w, bits, group_size):
    return as_asked(w, bits, group_size, stored=raised)


@same_mistake(rounds_the_scale_up)
def next_scale_above(w, bits, group_size):
    def stored(s):
        half = np.float16(s)
        return np.where(half < s, half + np.spacing(half), half)

    return as_asked(w, bits, group_size, stored=stored)


def raised(s):
    half = s.astype(np.float16)
    return np.where(half.astype(np.float64) < s, np.nextafter(half, np.float16(np.inf)), half)


@wrong(
    en="It truncates instead of rounding: the error doubles, and every weight moves towards zero.",
    zh="用了截断而非舍入：误差加倍，且所有权重都向零偏移。",
)
def truncates(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    quotient = w / wide(s, group_size) * (1 + 1e-3)  # slack, so that the largest weight keeps its code
    return np.clip(np.trunc(quotient), -top(bits), top(bits)).astype(np.int8), s, effective(bits, group_size)


@same_mistake(truncates)
def casts_to_int(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m)
        return [max(-m, min(m, int(v / s * (1 + 1e-3)))) for v in group], s

    return by_group(w, bits, group_size, answer)


@same_mistake(truncates)
def trunc_in_place_of_round(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=np.trunc)


@same_mistake(truncates)
def the_cast_alone(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: v)


@wrong(
    en="It rounds down, with floor: the error doubles, and every weight moves towards minus infinity.",
    zh="用 floor 向下取整：误差加倍，且所有权重都向负无穷方向偏移。",
)
def rounds_down(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.floor(v))


@same_mistake(rounds_down)
def opposite_of_ceil(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: -np.ceil(-v))


@wrong(
    en="It rounds up, with ceil: the error doubles, and every weight moves towards plus infinity.",
    zh="用 ceil 向上取整：误差加倍，且所有权重都向正无穷方向偏移。",
)
def rounds_up(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.ceil(v))


@same_mistake(rounds_up)
def opposite_of_floor(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: -np.floor(-v))


@wrong(
    en="ceil(x - 0.5) rounds every half down; the exercise asks for half to even, as np.round does.",
    zh="ceil(x - 0.5) 把一半都向下取；题目要求舍入到偶数，与 np.round 相同。",
)
def rounds_half_down(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.ceil(v - 0.5))


@same_mistake(rounds_half_down)
def half_down_by_floor(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: -np.floor(0.5 - v))


@wrong(
    en="A half is rounded away from zero, as C's round does; the exercise asks for half to even.",
    zh="一半远离零取整，如 C 的 round；题目要求舍入到偶数。",
)
def rounds_half_away(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.sign(v) * np.floor(np.abs(v) + 0.5))


@same_mistake(rounds_half_away)
def half_away_by_trunc(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.trunc(v + np.copysign(0.5, v)))


@wrong(
    en="w or w / s passes through float16, as s does: near 100 it has steps of 1/16, and weights move across a half.",
    zh="w 或 w / s 也像 s 一样经过了 float16：在 100 附近步长为 1/16，权重会越过一半。",
)
def quotient_in_float16(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.round(v.astype(np.float16)))


@same_mistake(quotient_in_float16)
def rounds_halves(w, bits, group_size):
    return as_asked(w, bits, group_size, rounded=lambda v: np.rint(np.float16(v)))


@same_mistake(quotient_in_float16)
def weights_in_float16(w, bits, group_size):
    q, s, bits_of_a_weight = as_asked(w, bits, group_size)
    quotient = w.reshape(len(w), -1, int(group_size)).astype(np.float16) / s[:, :, None]
    q = np.clip(np.round(quotient), -top(bits), top(bits)).astype(np.int8)
    return q.reshape(w.shape), s, bits_of_a_weight


@same_mistake(quotient_in_float16)
def divides_halves_by_halves(w, bits, group_size):
    _, s, bits_of_a_weight = as_asked(w, bits, group_size)
    q = np.rint(np.float16(w).reshape(*s.shape, -1) / s[..., None]).clip(-top(bits), top(bits))
    return q.astype(np.int8).reshape(w.shape), s, bits_of_a_weight


@wrong(
    en="floor(x + 0.5) rounds every half up; the exercise asks for half to even, as np.round does.",
    zh="floor(x + 0.5) 把一半都向上取；题目要求舍入到偶数，np.round 正是如此。",
)
def rounds_half_up(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(np.floor(w / wide(s, group_size) + 0.5), 1.0, bits), s, effective(bits, group_size)


@same_mistake(rounds_half_up)
def adds_a_half_and_floors(w, bits, group_size):
    refuse_bad(w, bits, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m)
        return [max(-m, min(m, int((v / s + 0.5) // 1))) for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="It returns q s, floats again: return the codes.",
    zh="返回的是反量化后的浮点数 q s：要的是量化值。",
)
def returns_values(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits) * wide(s, group_size), s, effective(bits, group_size)


@same_mistake(returns_values)
def round_trip(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    groups, each = cut(w, group_size), s[:, :, None].astype(np.float64)
    return (codes(groups, each, bits) * each).reshape(w.shape), s, effective(bits, group_size)


@wrong(
    en="s has one entry for each weight: return one for each group, or nothing was saved.",
    zh="s 为每个权重存了一个元素：应每组一个，否则什么也没省下。",
)
def returns_wide_scales(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = np.repeat(scales(w, bits, group_size), group_size, axis=1)
    return codes(w, s.astype(np.float64), bits), s, effective(bits, group_size)


@same_mistake(returns_wide_scales)
def scales_of_the_shape_of_w(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = cut(w, group_size)
    s = np.broadcast_to(scales(w, bits, group_size)[:, :, None], groups.shape).reshape(w.shape)
    return codes(w, s.astype(np.float64), bits), s.copy(), effective(bits, group_size)


@wrong(
    en="q is left in groups, (out, groups, group_size): bring it back to the shape of w.",
    zh="q 还是分组后的形状 (out, 组数, group_size)：应恢复成 w 的形状。",
)
def leaves_the_groups(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    return codes(cut(w, group_size), s[:, :, None].astype(np.float64), bits), s, effective(bits, group_size)


@same_mistake(leaves_the_groups)
def forgets_to_reshape(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    q = codes(w, wide(s, group_size), bits)
    return q.reshape(*s.shape, group_size), s, effective(bits, group_size)


@wrong(
    en="It writes into w: the array is the caller's.",
    zh="写入了 w：数组属于调用者。",
)
def writes_into_w(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    q = codes(w, wide(s, group_size), bits)
    w /= wide(s, group_size)
    return q, s, effective(bits, group_size)


@same_mistake(writes_into_w)
def divides_the_groups_in_place(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = w.reshape(len(w), -1, int(group_size))
    s = half(np.abs(groups).max(axis=2) / top(bits))
    groups /= s[:, :, None]
    q = np.clip(np.round(groups), -top(bits), top(bits))
    return q.astype(np.int8).reshape(w.shape), s, effective(bits, group_size)


@same_mistake(writes_into_w)
def divides_into_the_groups(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    groups = w.reshape(len(w), -1, int(group_size))
    s = half(np.abs(groups).max(axis=2) / top(bits))
    np.divide(groups, s[:, :, None], out=groups)
    q = np.rint(groups).clip(-top(bits), top(bits))
    return q.astype(np.int8).reshape(w.shape), s, effective(bits, group_size)


@same_mistake(writes_into_w)
def divides_the_callers_array(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    q = codes(w, wide(s, group_size), bits)
    w[...] = w / wide(s, group_size)
    return q, s, effective(bits, group_size)


@wrong(
    en="Inputs that do not fill a group are accepted, padded or as a shorter group: raise ValueError.",
    zh="不足一组的输入被补零或另成一组：应抛出 ValueError。",
)
def a_shorter_last_group(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    if group_size < 1:
        raise ValueError("group_size")
    padded = np.pad(w, [(0, 0), (0, -w.shape[1] % group_size)])
    s = scales(padded, bits, group_size)
    return codes(w, wide(s, group_size)[:, : w.shape[1]], bits), s, effective(bits, group_size)


@same_mistake(a_shorter_last_group)
def slices_to_the_end(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    if group_size <= 0:
        raise ValueError("group_size")
    q, s = [], []
    for start in range(0, w.shape[1], group_size):
        part = w[:, start : start + group_size]
        s.append(half(np.abs(part).max(axis=1).astype(np.float64) / top(bits)))
        q.append(codes(part, s[-1][:, None].astype(np.float64), bits))
    return np.concatenate(q, axis=1), np.stack(s, axis=1), effective(bits, group_size)


@wrong(
    en="Bits below 2 are accepted: with 1 bit the largest code is 0; raise ValueError.",
    zh="没有拒绝小于 2 的 bits：1 位时最大量化值为 0，应抛出 ValueError。",
)
def takes_one_bit(w, bits, group_size):
    refuse_bad(w, 8 if isinstance(bits, (int, np.integer)) and bits < 2 else bits, group_size)
    if bits < 2:
        return np.zeros(w.shape, np.int8), np.ones_like(scales(w, 8, group_size)), effective(bits, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, effective(bits, group_size)


@same_mistake(takes_one_bit)
def checks_the_upper_limit_only(w, bits, group_size):
    if not isinstance(bits, (int, np.integer)) or bits > 8:
        raise ValueError("bits")
    refuse_bad(w, 8, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m) if m > 0 else 1.0
        return [max(-m, min(m, round(v / s))) if m > 0 else 0 for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="Bits above 8 are accepted: such codes do not fit into int8; raise ValueError.",
    zh="没有拒绝大于 8 的 bits：这样的量化值装不进 int8，应抛出 ValueError。",
)
def takes_up_to_sixteen_bits(w, bits, group_size):
    refuse_bad(w, 8 if bits in range(9, 17) else bits, group_size)
    s = scales(w, bits, group_size)
    q = np.clip(np.rint(w / wide(s, group_size)), -top(bits), top(bits))
    return q.astype(np.int64).astype(np.int8), s, effective(bits, group_size)


@same_mistake(takes_up_to_sixteen_bits)
def checks_the_lower_limit_only(w, bits, group_size):
    if not isinstance(bits, (int, np.integer)) or bits < 2:
        raise ValueError("bits")
    refuse_bad(w, 8, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m)
        return [max(-m, min(m, round(v / s))) for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="A float for bits is accepted: 8.0 passes a comparison with 2 and 8, 2.5 does too.",
    zh="没有拒绝浮点数的 bits：只与 2 和 8 比大小，8.0 能通过，2.5 也能。",
)
def takes_fractional_bits(w, bits, group_size):
    if not isinstance(bits, (int, float, np.number)) or not 2 <= bits <= 8:
        raise ValueError("bits")
    refuse_bad(w, 8, group_size)
    s = scales(w, bits, group_size)
    return codes(w, wide(s, group_size), bits), s, effective(bits, group_size)


@same_mistake(takes_fractional_bits)
def compares_bits_only(w, bits, group_size):
    if bits is None or isinstance(bits, str) or bits < 2 or bits > 8:
        raise ValueError("bits")
    refuse_bad(w, 8, group_size)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m)
        return [max(-m, min(m, round(v / s))) for v in group], s

    return by_group(w, bits, group_size, answer)


@wrong(
    en="NaN and infinity are accepted: the maximum of their group is NaN or infinite; raise ValueError.",
    zh="没有拒绝 NaN 与无穷大：该组的最大值也成了 NaN 或无穷大，应抛出 ValueError。",
)
def takes_nan(w, bits, group_size):
    refuse_bad_bits(bits)
    if w.ndim != 2:
        raise ValueError("w")
    refuse_bad_size(w, group_size)
    finite = np.nan_to_num(w, posinf=0, neginf=0)
    s = scales(finite, bits, group_size)
    return codes(finite, wide(s, group_size), bits), s, effective(bits, group_size)


@same_mistake(takes_nan)
def ignores_what_is_not_finite(w, bits, group_size):
    refuse_bad_bits(bits)
    if w.ndim != 2:
        raise ValueError("w")
    refuse_bad_size(w, group_size)
    w = np.where(np.isfinite(w), w, 0)

    def answer(group, m):
        s = stored(max(map(abs, group)) / m)
        return [max(-m, min(m, round(v / s))) for v in group], s

    return by_group(w, bits, group_size, answer)


def refuse(bad):
    if bad:
        raise ValueError("refused")


def unrefused(w, bits, group_size):
    """All as asked, but nothing is refused."""
    m = max(2 ** ((bits if type(bits) is float else int(bits or 8)) - 1) - 1, 1)
    size = int(group_size or 1)
    groups = w.reshape(w.shape[0], -1, size)
    with np.errstate(all="ignore"):
        s = half(np.abs(groups).max(axis=2) / m)
        q = np.clip(np.round(groups / s[:, :, None]), -m, m)
        return q.astype(np.int8).reshape(w.shape), s, (bits if type(bits) is float else int(bits or 8)) + 16 / size


@wrong(
    en="Infinity is accepted: looking for NaN is not enough, np.isfinite finds both.",
    zh="没有拒绝无穷大：只查 NaN 不够，np.isfinite 两者都能查出。",
)
def looks_for_nan_only(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim != 2 or np.isnan(w).any())
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@same_mistake(looks_for_nan_only)
def weights_unequal_to_themselves(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim != 2 or (w != w).any())
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@wrong(
    en="NaN is accepted: looking for infinity is not enough, np.isfinite finds both.",
    zh="没有拒绝 NaN：只查无穷大不够，np.isfinite 两者都能查出。",
)
def looks_for_infinity_only(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim != 2 or np.isinf(w).any())
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@same_mistake(looks_for_infinity_only)
def infinite_magnitudes(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim != 2 or (np.abs(w) == np.inf).any())
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@wrong(
    en="An array of three axes is accepted: the exercise asks for a matrix; raise ValueError.",
    zh="没有拒绝三个轴的数组：题目要求矩阵，应抛出 ValueError。",
)
def takes_three_axes(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim < 2 or not np.isfinite(w).all())
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@same_mistake(takes_three_axes)
def two_axes_or_more(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(len(w.shape) < 2 or not np.isfinite(w).all())
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@wrong(
    en="A vector is accepted: the exercise asks for a matrix; raise ValueError.",
    zh="没有拒绝向量：题目要求矩阵，应抛出 ValueError。",
)
def takes_a_vector(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim > 2 or not np.isfinite(w).all())
    refuse_bad_size(np.atleast_2d(w), group_size)
    return unrefused(np.atleast_2d(w), bits, group_size)


@same_mistake(takes_a_vector)
def two_axes_or_fewer(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse(w.ndim >= 3 or not np.isfinite(w).all())
    rows = w if w.ndim == 2 else w.reshape(1, -1)
    refuse_bad_size(rows, group_size)
    return unrefused(rows, bits, group_size)


@wrong(
    en="A group size that is a float is accepted: 4.0 and 2.5 are not integers; raise ValueError.",
    zh="没有拒绝浮点数的组大小：4.0 与 2.5 不是整数，应抛出 ValueError。",
)
def takes_fractional_sizes(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    refuse_bad_size(w, int(group_size))
    return unrefused(w, bits, group_size)


@same_mistake(takes_fractional_sizes)
def converts_the_size(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    refuse(group_size is None or isinstance(group_size, str))
    refuse_bad_size(w, int(group_size))
    return unrefused(w, bits, group_size)


@wrong(
    en="A group size of 0 raises another error, from the remainder by 0: test group_size >= 1 first.",
    zh="组大小为 0 时抛出了别的异常：对 0 求余会如此，应先检查 group_size >= 1。",
)
def a_size_of_zero(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    whole = isinstance(group_size, (int, np.integer))
    refuse(not whole or (group_size > 0 and w.shape[1] % int(group_size)))
    int(bits) + 16 / int(group_size)
    return unrefused(w, bits, group_size)


@same_mistake(a_size_of_zero)
def zero_inputs_in_a_group(w, bits, group_size):
    refuse_bad_bits(bits)
    refuse_bad_weights(w)
    refuse(not isinstance(group_size, (int, np.integer)) or w.shape[1] % int(group_size))
    return unrefused(w, bits, group_size)


@wrong(
    en="bits is not checked: 2.5, 9, 1 and None must raise ValueError.",
    zh="没有检查 bits：2.5、9、1 和 None 都应抛出 ValueError。",
)
def bits_are_not_checked(w, bits, group_size):
    refuse_bad(w, 8, group_size)
    return unrefused(w, bits, group_size)


@same_mistake(bits_are_not_checked)
def takes_bits_as_they_come(w, bits, group_size):
    refuse_bad_weights(w)
    refuse_bad_size(w, group_size)
    return unrefused(w, bits, group_size)


@wrong(
    en="bits is used as it comes: with np.uint8(8), -m is 129, since uint8 has no -127. Convert it with int().",
    zh="直接使用 bits：np.uint8(8) 的 -m 是 129，因为没有 -127。应先用 int() 转换。",
)
def narrow_bits_overflow(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: np.asarray(top(bits), np.asarray(bits).dtype))


@same_mistake(narrow_bits_overflow)
def largest_code_of_their_type(w, bits, group_size):
    return as_asked(w, bits, group_size, m=lambda bits: np.asarray(bits).dtype.type(top(bits)), rounded=np.rint)
