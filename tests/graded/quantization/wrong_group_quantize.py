"""Answers to quantization/group_quantize that are wrong, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_bits(bits):
    if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:
        raise ValueError("bits")


def refuse_bad_weights(w):
    if w.ndim != 2 or not np.isfinite(w).all():
        raise ValueError("w")


def refuse_bad_size(w, group_size):
    if group_size < 1 or w.shape[1] % group_size:
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
    return int(bits) + 16 / group_size


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
    en="The groups run across outputs (axis 0): a group is consecutive inputs of one output, those that one sum meets.",
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


@wrong(
    en="One scale for each row, repeated for its groups: a large weight spoils the whole row.",
    zh="每一行一个 scale，只是按组重复：一个大权重会拖累整行。",
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
    zh="整个矩阵共用一个 scale，只是按组重复。",
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
    zh="scale 用 tile 而不是 repeat 展开：与权重相遇的是 s0 s1 s0 s1，而不是 s0 s0 s1 s1。",
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
    zh="量化时用的是舍入到 float16 之前的 scale：应除以存储下来的那个。",
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
    zh="scale 没有舍入到 float16，计数时却按每个 16 位算。",
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
    en="The scales are not counted: with them a weight takes bits + 16 / group_size.",
    zh="没有计入 scale：算上它们，每个权重占 bits + 16 / group_size 位。",
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
    zh="scale 按 32 位计数：它们是 float16。",
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
    zh="计数时每行只算了一个 scale：实际每组都有一个。",
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
    zh="scale 按字节计入，bits + 2 / group_size：两个字节是 16 位。",
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
    en="It divides by 2^(bits-1), without the -1: the largest weight has the code 8 at 4 bits then, which is clipped.",
    zh="除以的是 2^(bits-1)，漏了 -1：4 位时最大的权重对应码 8，只能被截断。",
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


@wrong(
    en="A group of zeros has the scale 0: 0 / 0 is NaN. Its scale is 1.0.",
    zh="全零的组得到 scale 0：0 / 0 是 NaN。此时 scale 应为 1.0。",
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
    zh="在转为 float16 之前检查 scale 是否为零：极小的 scale 转换后变成 0，w / s 就成了无穷大。",
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
    en="Codes are not clipped: the float16 scale may be smaller than max|w| / m, and the largest code then too large.",
    zh="码没有截断：float16 的 scale 可能小于 max|w| / m，最大的码就会超出。",
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


@wrong(
    en="floor(x + 0.5) rounds every half up; asked is half to even, as np.round does.",
    zh="floor(x + 0.5) 把一半都向上取；题目要求一半取偶，np.round 正是如此。",
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
    en="It returns q s, floats again: the codes are asked for.",
    zh="返回的是反量化后的浮点数 q s：要的是码。",
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
def divides_the_callers_array(w, bits, group_size):
    refuse_bad(w, bits, group_size)
    s = scales(w, bits, group_size)
    q = codes(w, wide(s, group_size), bits)
    w[...] = w / wide(s, group_size)
    return q, s, effective(bits, group_size)


@wrong(
    en="Inputs that do not fill a group go through, padded or as a shorter group: raise ValueError.",
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
    en="Bits below 2 go through: with 1 bit the largest code is 0, raise ValueError.",
    zh="没有拒绝小于 2 的 bits：1 位时最大码为 0，应抛出 ValueError。",
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
    en="Bits above 8 go through: such codes do not fit into int8, raise ValueError.",
    zh="没有拒绝大于 8 的 bits：这样的码装不进 int8，应抛出 ValueError。",
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
    en="Bits that are a float go through: 8.0 passes a comparison with 2 and 8, 2.5 does too.",
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
    en="NaN and infinity go through: the maximum of their group is NaN or infinite, raise ValueError.",
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
