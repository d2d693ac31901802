"""Wrong answers to pruning/n_m_sparsity, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_pattern(n, m):
    if not 1 <= n <= m:
        raise ValueError("pattern")


def refuse_bad(w, n, m):
    refuse_bad_pattern(n, m)
    if w.ndim < 2 or w.shape[1] % m:
        raise ValueError("inputs")


def largest(score, n):
    """The mask of the n largest scores along the last axis, the first among equals."""
    mask = np.zeros(score.shape, bool)
    np.put_along_axis(mask, np.argsort(-score, axis=-1, kind="stable")[..., :n], True, axis=-1)
    return mask


def grouped(w, m):
    """(out, groups, m, the rest)"""
    return w.reshape(w.shape[0], w.shape[1] // m, m, -1)


def by_groups(w, m, choose):
    """Apply `choose` to groups along the last axis, and bring the mask back to the shape of w."""
    return np.moveaxis(choose(np.moveaxis(grouped(w, m), 2, -1)), -1, 2).reshape(w.shape)


def loop(w, m, choose):
    """`choose` returns what is kept of one group."""
    mask = np.zeros(w.shape, bool)
    for o, *position in np.ndindex(w.shape[0], *w.shape[2:]):
        for start in range(0, w.shape[1], m):
            where = (o, slice(start, start + m), *position)
            mask[where] = choose(w[where])
    return mask


@wrong(
    en="The groups run across outputs (axis 0): a group is m inputs of one output, along the axis that is summed over.",
    zh="沿输出（轴 0）分组了：硬件把同一个输出的输入分为一组，即求和的那个轴。",
)
def groups_across_outputs(w, n, m):
    refuse_bad_pattern(n, m)
    if w.ndim < 2 or w.shape[0] % m:
        raise ValueError("outputs")
    return by_groups(np.swapaxes(np.abs(w), 0, 1), m, lambda g: largest(g, n)).swapaxes(0, 1)


@same_mistake(groups_across_outputs)
def transposes_first(w, n, m):
    refuse_bad_pattern(n, m)
    if w.ndim < 2 or len(w) % m:
        raise ValueError("outputs")
    mask = np.zeros(w.shape, bool)
    for start in range(0, len(w), m):
        block = np.moveaxis(np.abs(w[start : start + m]), 0, -1)
        mask[start : start + m] = np.moveaxis(largest(block, n), -1, 0)
    return mask


@wrong(
    en="It keeps the share n/m of the whole array: the pattern must hold in every group of m.",
    zh="在整个数组中保留 n/m：应使每一组 m 个都满足该模式。",
)
def a_share_of_the_whole_array(w, n, m):
    refuse_bad(w, n, m)
    return largest(np.abs(w).ravel(), w.size * n // m).reshape(w.shape)


@same_mistake(a_share_of_the_whole_array)
def unstructured_pruning(w, n, m):
    refuse_bad(w, n, m)
    mask = np.zeros(w.size, bool)
    order = sorted(range(w.size), key=lambda i: -abs(w.flat[i]))
    mask[order[: w.size * n // m]] = True
    return mask.reshape(w.shape)


@wrong(
    en="It keeps the share n/m of each row, wherever it lies: the pattern must hold in every group of m.",
    zh="在每一行中保留 n/m，而不管位置：应使每一组 m 个都满足该模式。",
)
def a_share_of_each_row(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(np.abs(w), w.shape[1], lambda g: largest(g, g.shape[-1] * n // m))


@same_mistake(a_share_of_each_row)
def the_same_number_in_each_row(w, n, m):
    refuse_bad(w, n, m)
    rows = np.moveaxis(np.abs(w), 1, -1)
    return np.moveaxis(largest(rows, w.shape[1] // m * n), -1, 1)


@wrong(
    en="It keeps the smallest magnitudes: the mask is True for what stays, and the largest stay.",
    zh="保留了绝对值最小的：True 表示保留，应保留最大的。",
)
def keeps_the_smallest(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(np.abs(w), m, lambda g: largest(-g, n))


@same_mistake(keeps_the_smallest)
def forgets_that_argsort_ascends(w, n, m):
    refuse_bad(w, n, m)

    def choose(group):
        return np.isin(np.arange(m), np.argsort(np.abs(group), kind="stable")[:n])

    return loop(w, m, choose)


@wrong(
    en="The mask is inverted: True must mean kept, not pruned.",
    zh="掩码取反了：True 应表示保留，而不是剪掉。",
)
def true_means_pruned(w, n, m):
    refuse_bad(w, n, m)
    return ~by_groups(np.abs(w), m, lambda g: largest(g, n))


@same_mistake(true_means_pruned)
def marks_the_pruned(w, n, m):
    refuse_bad(w, n, m)

    def choose(group):
        mask = np.zeros(m, bool)
        mask[np.argsort(-np.abs(group), kind="stable")[n:]] = True
        return mask

    return loop(w, m, choose)


@wrong(
    en="It compares w, not |w|: large negative weights are pruned.",
    zh="比较的是 w 而不是 |w|：绝对值很大的负权重被剪掉了。",
)
def compares_without_abs(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(w, m, lambda g: largest(g, n))


@same_mistake(compares_without_abs)
def sorts_signed_values(w, n, m):
    refuse_bad(w, n, m)
    return loop(w, m, lambda g: np.isin(np.arange(m), sorted(range(m), key=lambda i: -g[i])[:n]))


@wrong(
    en="It prunes n of m: n:m says how many are kept. For 2:4 both are the same, for 1:4 not.",
    zh="剪掉了 m 个中的 n 个：n:m 说的是保留几个。2:4 时两者相同，1:4 时不同。",
)
def prunes_n(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(np.abs(w), m, lambda g: largest(g, m - n))


@same_mistake(prunes_n)
def drops_the_n_smallest(w, n, m):
    refuse_bad(w, n, m)

    def choose(group):
        mask = np.ones(m, bool)
        mask[sorted(range(m), key=lambda i: (abs(group[i]), -i))[:n]] = False
        return mask

    return loop(w, m, choose)


@wrong(
    en="2:4 is hard-wired: n and m are arguments.",
    zh="把 2:4 写死了：n 和 m 是参数。",
)
def always_two_of_four(w, n, m):
    refuse_bad(w, n, m)
    if w.shape[1] % 4:
        raise ValueError("groups of four")
    return by_groups(np.abs(w), 4, lambda g: largest(g, 2))


@same_mistake(always_two_of_four)
def sees_only_fours(w, n, m):
    refuse_bad(w, n, m)
    if w.shape[1] % 4 != 0:
        raise ValueError("groups of four")
    return loop(np.abs(w), 4, lambda g: np.isin(np.arange(4), np.argsort(-g, kind="stable")[:2]))


@wrong(
    en="`reshape(-1, m)` cuts a kernel along its last axis, kw: bring the input axis last first.",
    zh="`reshape(-1, m)` 沿卷积核的最后一轴 kw 切分：应先把输入轴移到最后。",
)
def reshapes_the_kernel_flat(w, n, m):
    refuse_bad(w, n, m)
    return largest(np.abs(w).reshape(-1, m), n).reshape(w.shape)


@same_mistake(reshapes_the_kernel_flat)
def walks_through_memory(w, n, m):
    refuse_bad(w, n, m)
    flat, mask = np.abs(w).ravel(), np.zeros(w.size, bool)
    for start in range(0, w.size, m):
        mask[start : start + m] = largest(flat[start : start + m], n)
    return mask.reshape(w.shape)


@wrong(
    en="It ranks whole kernels by their L1 norm: each position of the kernel has groups, and a mask, of its own.",
    zh="按 L1 范数对整个核排序：核的每个位置应各自分组，各有各的掩码。",
)
def ranks_whole_kernels(w, n, m):
    refuse_bad(w, n, m)
    rows = np.abs(w).reshape(len(w), w.shape[1], -1).sum(axis=2)
    mask = largest(rows.reshape(len(w), -1, m), n).reshape(rows.shape)
    return np.broadcast_to(mask.reshape(*mask.shape, *(1,) * (w.ndim - 2)), w.shape).copy()


@same_mistake(ranks_whole_kernels)
def whole_kernels_by_l1(w, n, m):
    refuse_bad(w, n, m)
    strength = np.abs(w).sum(axis=tuple(range(2, w.ndim)))
    mask = np.zeros(w.shape, bool)
    for o, row in enumerate(strength):
        for start in range(0, len(row), m):
            for i in np.argsort(-row[start : start + m], kind="stable")[:n]:
                mask[o, start + i] = True
    return mask


@wrong(
    en="The groups are interleaved (every in/m-th input): a group is m neighbours, which hardware loads at once.",
    zh="分组是间隔的（每隔 in/m 取一个）：一组应是 m 个相邻的输入，硬件一次载入的就是它们。",
)
def interleaved_groups(w, n, m):
    refuse_bad(w, n, m)
    size = np.abs(w).reshape(len(w), m, w.shape[1] // m, -1)
    return np.moveaxis(largest(np.moveaxis(size, 1, -1), n), -1, 1).reshape(w.shape)


@same_mistake(interleaved_groups)
def strides_through_the_inputs(w, n, m):
    refuse_bad(w, n, m)
    step, mask = w.shape[1] // m, np.zeros(w.shape, bool)
    for start in range(step):
        group = np.moveaxis(np.abs(w[:, start::step]), 1, -1)
        mask[:, start::step] = np.moveaxis(largest(group, n), -1, 1)
    return mask


@wrong(
    en="Ties keep more than n: comparing with the n-th largest magnitude keeps all that equal it. Take n positions.",
    zh="绝对值相等时保留了超过 n 个：与第 n 大的值比较会保留所有相等者。应取 n 个位置。",
)
def keeps_all_ties(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(np.abs(w), m, lambda g: g >= np.sort(g, axis=-1)[..., m - n, None])


@same_mistake(keeps_all_ties)
def threshold_of_each_group(w, n, m):
    refuse_bad(w, n, m)
    return loop(np.abs(w), m, lambda g: g >= sorted(g, reverse=True)[n - 1])


@wrong(
    en="Ties keep fewer than n: what equals the first pruned magnitude is pruned too. Take n positions.",
    zh="绝对值相等时保留得不足 n 个：与第一个被剪的值相等者也剪掉了。应取 n 个位置。",
)
def prunes_all_ties(w, n, m):
    refuse_bad(w, n, m)
    padded = -1 if n == m else None
    return by_groups(np.abs(w), m, lambda g: g > (padded or np.sort(g, axis=-1)[..., m - n - 1, None]))


@same_mistake(prunes_all_ties)
def strictly_above_the_next(w, n, m):
    refuse_bad(w, n, m)
    return loop(np.abs(w), m, lambda g: g > (sorted(g)[m - n - 1] if n < m else -1))


@wrong(
    en="Among equal magnitudes the last inputs stay: reversing an ascending sort reverses ties too. Sort -|w|, stable.",
    zh="绝对值相等时保留了靠后的输入：把升序结果反转，也反转了相等者的次序。应对 -|w| 做稳定排序。",
)
def last_among_equals(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(np.abs(w), m, lambda g: largest(g[..., ::-1], n)[..., ::-1])


@same_mistake(last_among_equals)
def reverses_an_ascending_sort(w, n, m):
    refuse_bad(w, n, m)
    return loop(np.abs(w), m, lambda g: np.isin(np.arange(m), np.argsort(g, kind="stable")[::-1][:n]))


@wrong(
    en="Zeros are taken out of the mask: a group of zeros has n True as well, the pattern is n of every m.",
    zh="把零从掩码中去掉了：全零的组也应有 n 个 True，模式是每 m 个恰好 n 个。",
)
def zeros_are_never_kept(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(np.abs(w), m, lambda g: largest(g, n)) & (w != 0)


@same_mistake(zeros_are_never_kept)
def nonzeros_of_the_pruned_weight(w, n, m):
    refuse_bad(w, n, m)
    return loop(w, m, lambda g: np.where(largest(np.abs(g), n), g, 0).astype(bool))


@wrong(
    en="It returns the pruned weights: return the mask, as booleans.",
    zh="返回的是剪枝后的权重：要的是布尔掩码。",
)
def returns_weights(w, n, m):
    refuse_bad(w, n, m)
    return w * by_groups(np.abs(w), m, lambda g: largest(g, n))


@same_mistake(returns_weights)
def returns_weights_with_zeros_written(w, n, m):
    refuse_bad(w, n, m)
    return np.where(loop(np.abs(w), m, lambda g: largest(g, n)), w, w.dtype.type(0))


@wrong(
    en="It prunes w itself: return a mask, the array is the caller's.",
    zh="直接剪了 w：应返回掩码，数组属于调用者。",
)
def prunes_in_place(w, n, m):
    refuse_bad(w, n, m)
    mask = by_groups(np.abs(w), m, lambda g: largest(g, n))
    w[~mask] = 0
    return mask


@same_mistake(prunes_in_place)
def multiplies_w_by_the_mask(w, n, m):
    refuse_bad(w, n, m)
    mask = loop(np.abs(w), m, lambda g: largest(g, n))
    w *= mask
    return mask


@wrong(
    en="Inputs that do not fill a group are padded or kept: the hardware has no such group; raise ValueError.",
    zh="不足一组的输入被补零或直接保留：硬件没有这样的组，应抛出 ValueError。",
)
def keeps_the_rest(w, n, m):
    refuse_bad_pattern(n, m)
    if w.ndim < 2:
        raise ValueError("inputs")
    whole = w.shape[1] // m * m
    mask = np.ones(w.shape, bool)
    mask[:, :whole] = by_groups(np.abs(w[:, :whole]), m, lambda g: largest(g, n)) if whole else True
    return mask


@same_mistake(keeps_the_rest)
def pads_with_zeros(w, n, m):
    refuse_bad_pattern(n, m)
    if w.ndim < 2:
        raise ValueError("inputs")
    padded = np.pad(np.abs(w), [(0, 0), (0, -w.shape[1] % m)] + [(0, 0)] * (w.ndim - 2))
    return by_groups(padded, m, lambda g: largest(g, n))[:, : w.shape[1]]


@wrong(
    en="n = 0 or n > m is accepted: such a pattern prunes or keeps everything; raise ValueError.",
    zh="没有拒绝 n = 0 或 n > m：这样的模式会全剪或全留，应抛出 ValueError。",
)
def accepts_any_n(w, n, m):
    if m < 1 or w.ndim < 2 or w.shape[1] % m:
        raise ValueError("inputs")
    return by_groups(np.abs(w), m, lambda g: largest(g, max(n, 0)))


@same_mistake(accepts_any_n)
def clips_n(w, n, m):
    if m <= 0 or w.ndim < 2 or w.shape[1] % m != 0:
        raise ValueError("inputs")
    return loop(np.abs(w), m, lambda g: largest(g, min(max(n, 0), m)))


def two_writings(score):
    """The pattern by another score, for whole groups and one group at a time."""

    def whole(w, n, m):
        refuse_bad(w, n, m)
        return by_groups(w, m, lambda groups: largest(score(groups), n))

    def looped(w, n, m):
        refuse_bad(w, n, m)
        return loop(w, m, lambda group: largest(score(group), n))

    return whole, looped


SQUARES, SQUARES_IN_A_LOOP = two_writings(np.square)
SINGLE, SINGLE_IN_A_LOOP = two_writings(lambda w: np.abs(w).astype(np.float32))
HALF, HALF_IN_A_LOOP = two_writings(lambda w: np.abs(w).astype(np.float16))
DECIMALS, DECIMALS_IN_A_LOOP = two_writings(lambda w: np.round(np.abs(w).astype(np.float64), 10))


@wrong(
    en="It ranks squares in the weights' own type: tiny weights give 0, huge ones infinity. Rank |w|.",
    zh="在权重自己的类型中按平方排序：极小的权重平方后为 0，极大的为无穷大。应按 |w| 排序。",
)
def ranks_squares(w, n, m):
    return SQUARES(w, n, m)


@same_mistake(ranks_squares)
def ranks_squares_in_a_loop(w, n, m):
    return SQUARES_IN_A_LOOP(w, n, m)


@wrong(
    en="It ranks in lower precision than w has (float32, float16): different weights then tie.",
    zh="以低于 w 的精度（float32、float16）排序：于是不同的权重变得相等。",
)
def ranks_in_float32(w, n, m):
    return SINGLE(w, n, m)


@same_mistake(ranks_in_float32)
def ranks_in_float32_in_a_loop(w, n, m):
    return SINGLE_IN_A_LOOP(w, n, m)


@same_mistake(ranks_in_float32)
def ranks_in_float16(w, n, m):
    return HALF(w, n, m)


@same_mistake(ranks_in_float32)
def ranks_in_float16_in_a_loop(w, n, m):
    return HALF_IN_A_LOOP(w, n, m)


@wrong(
    en="The magnitudes are rounded to some decimals, or tiny ones taken for 0: different weights then tie.",
    zh="幅值被舍入到若干位小数，或把极小的当作 0：于是不同的权重变得相等。",
)
def rounds_to_decimals(w, n, m):
    return DECIMALS(w, n, m)


@same_mistake(rounds_to_decimals)
def rounds_to_decimals_in_a_loop(w, n, m):
    return DECIMALS_IN_A_LOOP(w, n, m)


def unstable(select):
    """The pattern by `select(-|w|)`, which gives the indices of the n smallest along the last axis."""

    def choose(groups):
        mask = np.zeros(groups.shape, bool)
        np.put_along_axis(mask, select(-np.abs(groups)), True, axis=-1)
        return mask

    return choose


@wrong(
    en='The sort is not stable: among equal magnitudes others than the lower inputs stay. Use kind="stable".',
    zh='排序不稳定：绝对值相等时保留的不是编号较小的输入。应写 kind="stable"。',
)
def unstable_sort(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(w, m, unstable(lambda negated: np.argsort(negated, axis=-1)[..., :n]))


@same_mistake(unstable_sort)
def quicksort_of_each_group(w, n, m):
    refuse_bad(w, n, m)
    return loop(w, m, unstable(lambda negated: negated.argsort(kind="quicksort")[:n]))


@same_mistake(unstable_sort)
def partition_of_the_groups(w, n, m):
    refuse_bad(w, n, m)
    return by_groups(w, m, unstable(lambda negated: np.argpartition(negated, n - 1, axis=-1)[..., :n]))


@same_mistake(unstable_sort)
def partition_of_each_group(w, n, m):
    refuse_bad(w, n, m)
    return loop(w, m, unstable(lambda negated: negated.argpartition(n - 1)[:n]))


@wrong(
    en="The inputs were moved to the last axis and not moved back: the kernel axes of the mask are mixed up.",
    zh="输入轴移到最后之后没有移回来：掩码的卷积核各轴错乱了。",
)
def not_moved_back(w, n, m):
    refuse_bad(w, n, m)
    moved = np.moveaxis(w, 1, -1)
    return largest(np.abs(moved).reshape(-1, m), n).reshape(w.shape)


@same_mistake(not_moved_back)
def shape_without_the_axes(w, n, m):
    refuse_bad(w, n, m)
    kept = []
    for o, *position in np.ndindex(w.shape[0], *w.shape[2:]):
        column = w[(o, slice(None), *position)]
        kept += [largest(np.abs(column[i : i + m]), n) for i in range(0, len(column), m)]
    return np.array(kept, bool).reshape(w.shape)
