"""Wrong answers to pruning/magnitude_mask, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")


def smallest_first(scores, count):
    """A flat mask without the `count` smallest scores, the first of equal ones first."""
    mask = np.ones(scores.size, dtype=bool)
    mask[np.argsort(scores, axis=None, kind="stable")[:count]] = False
    return mask


def by_python(scores, count):
    """The same, one weight at a time."""
    scores = np.ravel(scores).tolist()
    pruned = sorted(range(len(scores)), key=lambda i: (scores[i], i))[:count]
    return np.array([i not in pruned for i in range(len(scores))], dtype=bool)


@wrong(
    en="It prunes all weights that equal the k-th smallest: with ties, more than k are pruned. Prune a count, not a "
    "threshold.",
    zh="把等于第 k 小的权重全剪了：有相等幅值时会超过 k 个。应按个数剪，而不是按阈值。",
)
def prunes_every_tie(w, sparsity):
    refuse_bad(sparsity)
    count = round(sparsity * w.size)
    if count == 0:
        return np.ones(w.shape, dtype=bool)
    return np.abs(w) > np.sort(np.abs(w), axis=None)[count - 1]


@same_mistake(prunes_every_tie)
def keeps_only_above_the_cut(w, sparsity):
    refuse_bad(sparsity)
    magnitudes = np.abs(w).ravel()
    cuts = [-1.0, *sorted(magnitudes.tolist())]
    return np.array([bool(a > cuts[round(sparsity * w.size)]) for a in magnitudes], dtype=bool).reshape(w.shape)


@wrong(
    en="It keeps all weights that equal the cut: with ties, fewer than k are pruned. Prune a count, not a threshold.",
    zh="把等于分界值的权重全留了：有相等幅值时不足 k 个。应按个数剪，而不是按阈值。",
)
def keeps_every_tie(w, sparsity):
    refuse_bad(sparsity)
    count = round(sparsity * w.size)
    if count == w.size:
        return np.zeros(w.shape, dtype=bool)
    return np.abs(w) >= np.sort(np.abs(w), axis=None)[count]


@same_mistake(keeps_every_tie)
def prunes_only_below_the_cut(w, sparsity):
    refuse_bad(sparsity)
    cuts = np.append(np.sort(np.abs(w).ravel()), np.inf)
    return ~(np.abs(w) < cuts[round(sparsity * w.size)])


@wrong(
    en="It prunes below sparsity times the largest |w|: a share of the range of magnitudes, not of the weights.",
    zh="剪掉了小于“稀疏度乘以最大 |w|”的权重：这是幅值范围的比例，而不是权重个数的比例。",
)
def prunes_a_share_of_the_range(w, sparsity):
    refuse_bad(sparsity)
    return np.abs(w) > sparsity * np.abs(w).max(initial=0)


@same_mistake(prunes_a_share_of_the_range)
def compares_with_the_largest(w, sparsity):
    refuse_bad(sparsity)
    largest = max((abs(v) for v in w.ravel().tolist()), default=0.0)
    return np.array([abs(v) > sparsity * largest for v in w.ravel().tolist()], dtype=bool).reshape(w.shape)


@wrong(
    en="It ranks w, not |w|: the most negative weights are pruned first, however large.",
    zh="按 w 而不是 |w| 排序：最负的权重先被剪掉，无论它有多大。",
)
def ranks_without_abs(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(w, round(sparsity * w.size)).reshape(w.shape)


@same_mistake(ranks_without_abs)
def sorts_signed_values(w, sparsity):
    refuse_bad(sparsity)
    return by_python(w, round(sparsity * w.size)).reshape(w.shape)


@wrong(
    en="The mask is inverted: True must mean keep.",
    zh="掩码取反了：True 应表示保留。",
)
def true_prunes(w, sparsity):
    refuse_bad(sparsity)
    return ~smallest_first(np.abs(w), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(true_prunes)
def marks_the_pruned(w, sparsity):
    refuse_bad(sparsity)
    mask = np.zeros(w.size, dtype=bool)
    mask[np.argsort(np.abs(w).ravel(), kind="stable")[: round(sparsity * w.size)]] = True
    return mask.reshape(w.shape)


@wrong(
    en="It prunes the large weights and keeps the small ones.",
    zh="剪掉了大的权重，留下了小的。",
)
def prunes_the_largest(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(-np.abs(w), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(prunes_the_largest)
def takes_the_top_k(w, sparsity):
    refuse_bad(sparsity)
    return by_python(-np.abs(w), round(sparsity * w.size)).reshape(w.shape)


@wrong(
    en="It takes sparsity for the share that is kept (density): here it is the share that is pruned.",
    zh="把稀疏度当成了保留比例（密度）：这里它是剪掉的比例。",
)
def keeps_that_share(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), w.size - round(sparsity * w.size)).reshape(w.shape)


@same_mistake(keeps_that_share)
def prunes_the_complement(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(w), round((1 - sparsity) * w.size)).reshape(w.shape)


@wrong(
    en="int() truncates the count: 0.29 * 100 is 28.999999999999996, and 28 are pruned. Round.",
    zh="int() 直接截断个数：0.29 * 100 是 28.999999999999996，只剪了 28 个。应舍入到最近的整数，恰为一半时取偶数。",
)
def truncates_the_count(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), int(sparsity * w.size)).reshape(w.shape)


@same_mistake(truncates_the_count)
def floors_the_count(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(w), math.floor(sparsity * w.size)).reshape(w.shape)


@wrong(
    en="It rounds a half up: the count is rounded half to even, so 2.5 becomes 2.",
    zh="恰为一半时进了位：这里个数取偶数，2.5 变为 2。",
)
def rounds_half_up(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), int(sparsity * w.size + 0.5)).reshape(w.shape)


@same_mistake(rounds_half_up)
def rounds_half_up_with_floor(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(w), int(np.floor(0.5 + sparsity * w.size))).reshape(w.shape)


@wrong(
    en="It rounds the count up: 4.2 weights become 5. Round to the nearest.",
    zh="个数向上取整了：4.2 变成了 5。应取最近的整数。",
)
def rounds_the_count_up(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), math.ceil(sparsity * w.size)).reshape(w.shape)


@same_mistake(rounds_the_count_up)
def floors_the_count_that_is_kept(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(w), w.size - int((1 - sparsity) * w.size + 1e-9)).reshape(w.shape)


@wrong(
    en="Among equal magnitudes the last are pruned first: a stable ascending sort of |w| keeps their order.",
    zh="幅值相等时先剪了后面的：对 |w| 升序做稳定排序，就会保持原来的顺序。",
)
def last_of_equal_goes_first(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w).ravel()[::-1], round(sparsity * w.size))[::-1].reshape(w.shape)


@same_mistake(last_of_equal_goes_first)
def keeps_the_first_of_a_descending_sort(w, sparsity):
    refuse_bad(sparsity)
    mask = np.zeros(w.size, dtype=bool)
    mask[np.argsort(-np.abs(w).ravel(), kind="stable")[: w.size - round(sparsity * w.size)]] = True
    return mask.reshape(w.shape)


@wrong(
    en="Each row is pruned to the sparsity by itself: the ranking is over the whole array.",
    zh="对每一行分别剪到该稀疏度：排序应对整个数组进行。",
)
def row_by_row(w, sparsity):
    refuse_bad(sparsity)
    if w.ndim < 2 or w.size == 0:
        return smallest_first(np.abs(w), round(sparsity * w.size)).reshape(w.shape)
    return np.stack([smallest_first(np.abs(row), round(sparsity * row.size)).reshape(row.shape) for row in w])


@same_mistake(row_by_row)
def along_the_first_axis(w, sparsity):
    refuse_bad(sparsity)
    rows = [w] if w.ndim < 2 else list(w)
    masks = [by_python(np.abs(row), round(sparsity * row.size)) for row in rows]
    return np.array(masks, dtype=bool).reshape(w.shape)


@wrong(
    en="np.quantile interpolates a threshold between two weights: how many lie below it is left to chance. Prune by "
    "count.",
    zh="np.quantile 在两个权重之间插值得到阈值：低于它的个数并不精确。应按个数剪。",
)
def quantile(w, sparsity):
    refuse_bad(sparsity)
    if w.size == 0:
        return np.ones(w.shape, dtype=bool)
    return np.abs(w) >= np.quantile(np.abs(w), sparsity)


@same_mistake(quantile)
def percentile(w, sparsity):
    refuse_bad(sparsity)
    if not w.size:
        return np.ones(w.shape, dtype=bool)
    cut = np.percentile(np.abs(w).ravel(), 100 * sparsity)
    return ~(np.abs(w) < cut)


@wrong(
    en="It returns the pruned weights: the exercise asks for the mask, booleans that say which to keep.",
    zh="返回的是剪枝后的权重：要的是掩码，即表示保留哪些的布尔数组。",
)
def returns_weights(w, sparsity):
    refuse_bad(sparsity)
    return w * smallest_first(np.abs(w), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(returns_weights)
def returns_a_pruned_copy(w, sparsity):
    refuse_bad(sparsity)
    return np.where(by_python(np.abs(w), round(sparsity * w.size)).reshape(w.shape), w, np.zeros_like(w))


@wrong(
    en="The mask is of numbers, not of booleans: `~mask` and `w[mask]` then mean something else.",
    zh="掩码是数而不是布尔值：这样 `~mask` 与 `w[mask]` 就成了别的意思。",
)
def mask_of_floats(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), round(sparsity * w.size)).reshape(w.shape).astype(np.float64)


@same_mistake(mask_of_floats)
def ones_without_a_dtype(w, sparsity):
    refuse_bad(sparsity)
    mask = np.ones(w.size)
    mask[np.argsort(np.abs(w), axis=None, kind="stable")[: round(sparsity * w.size)]] = 0
    return mask.reshape(w.shape)


@wrong(
    en="At sparsity 1 it keeps all: the slice [-0:] is the whole array.",
    zh="稀疏度为 1 时全部保留了：切片 [-0:] 是整个数组。",
)
def keeps_the_last_zero(w, sparsity):
    refuse_bad(sparsity)
    kept = w.size - round(sparsity * w.size)
    mask = np.zeros(w.size, dtype=bool)
    mask[np.argsort(np.abs(w), axis=None, kind="stable")[-kept:]] = True
    return mask.reshape(w.shape)


@same_mistake(keeps_the_last_zero)
def keeps_a_slice_from_minus_zero(w, sparsity):
    refuse_bad(sparsity)
    order = sorted(range(w.size), key=lambda i: abs(w.flat[i]))
    kept = set(order[-(w.size - round(sparsity * w.size)) :])
    return np.array([i in kept for i in range(w.size)], dtype=bool).reshape(w.shape)


@wrong(
    en="At sparsity 0 it prunes all: with k = 0, index k - 1 is the last, the largest weight.",
    zh="稀疏度为 0 时全剪了：k = 0 时下标 k - 1 指向最后一个，即最大的权重。",
)
def index_before_the_first(w, sparsity):
    refuse_bad(sparsity)
    ranks = np.argsort(np.argsort(np.abs(w), axis=None, kind="stable"))
    if w.size == 0:
        return np.ones(w.shape, dtype=bool)
    last_pruned = np.arange(w.size)[round(sparsity * w.size) - 1]
    return (ranks > last_pruned).reshape(w.shape)


@same_mistake(index_before_the_first)
def cut_at_minus_one(w, sparsity):
    refuse_bad(sparsity)
    pairs = [(abs(float(value)), i) for i, value in enumerate(w.ravel())]
    if not pairs:
        return np.ones(w.shape, dtype=bool)
    cut = sorted(pairs)[round(sparsity * len(pairs)) - 1]
    return np.array([pair > cut for pair in pairs], dtype=bool).reshape(w.shape)


@wrong(
    en="It follows the memory order: for a transposed array w.ravel() has another order, and is a copy.",
    zh="按内存中的顺序处理：对转置的数组，ravel() 是一份副本，顺序也不同。",
)
def writes_into_a_copy(w, sparsity):
    refuse_bad(sparsity)
    mask = np.ones_like(w, dtype=bool)
    mask.ravel()[np.argsort(np.abs(w), axis=None, kind="stable")[: round(sparsity * w.size)]] = False
    return mask


@same_mistake(writes_into_a_copy)
def flattens_a_copy(w, sparsity):
    refuse_bad(sparsity)
    mask = np.full_like(w, True, dtype=bool)
    flat = mask.reshape(-1)
    for i in sorted(range(w.size), key=lambda i: abs(w.flat[i]))[: round(sparsity * w.size)]:
        flat[i] = False
    return mask


@wrong(
    en="It prunes w as well: return the mask, and leave w as it is.",
    zh="连 w 也一起剪了：只要求返回掩码，w 应保持不变。",
)
def prunes_in_place(w, sparsity):
    refuse_bad(sparsity)
    mask = smallest_first(np.abs(w), round(sparsity * w.size)).reshape(w.shape)
    w *= mask
    return mask


@same_mistake(prunes_in_place)
def writes_zeros_into_w(w, sparsity):
    refuse_bad(sparsity)
    mask = by_python(np.abs(w), round(sparsity * w.size)).reshape(w.shape)
    w[~mask] = 0
    return mask


@wrong(
    en="A sparsity outside [0, 1] is accepted: refuse it with ValueError.",
    zh="没有拒绝 [0, 1] 之外的稀疏度：应抛出 ValueError。",
)
def accepts_any_sparsity(w, sparsity):
    count = round(min(max(sparsity, 0), 1) * w.size) if sparsity == sparsity else 0
    return smallest_first(np.abs(w), count).reshape(w.shape)


@same_mistake(accepts_any_sparsity)
def clips_the_sparsity(w, sparsity):
    return by_python(np.abs(w), round(float(np.clip(np.nan_to_num(sparsity), 0, 1)) * w.size)).reshape(w.shape)


@wrong(
    en="NaN slips through `sparsity < 0 or sparsity > 1`: test `not 0 <= sparsity <= 1`.",
    zh="NaN 逃过了 `sparsity < 0 or sparsity > 1`：应写成 `not 0 <= sparsity <= 1`。",
)
def forgets_nan(w, sparsity):
    if sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity")
    count = np.rint(sparsity * w.size)
    return (np.argsort(np.argsort(np.abs(w), axis=None, kind="stable")) >= count).reshape(w.shape)


@same_mistake(forgets_nan)
def takes_the_minimum_with_nan(w, sparsity):
    if min(sparsity, 0) < 0 or max(sparsity, 1) > 1:
        raise ValueError("sparsity")
    count = round(min(w.size, sparsity * w.size))  # min(12, NaN) is 12
    return by_python(np.abs(w), count).reshape(w.shape)


@wrong(
    en='The sort is not stable: among equal magnitudes others than the first are pruned. Use kind="stable".',
    zh='排序不稳定：幅值相等时先剪的不是在前的。应写 kind="stable"。',
)
def unstable_sort(w, sparsity):
    refuse_bad(sparsity)
    mask = np.ones(w.size, dtype=bool)
    mask[np.argsort(np.abs(w), axis=None)[: round(sparsity * w.size)]] = False
    return mask.reshape(w.shape)


@same_mistake(unstable_sort)
def quicksort_of_the_flat_magnitudes(w, sparsity):
    refuse_bad(sparsity)
    ascending = np.abs(w).ravel().argsort(kind="quicksort")
    return ~np.isin(np.arange(w.size), ascending[: round(sparsity * w.size)]).reshape(w.shape)


@wrong(
    en="It ranks squares in the weights' own type: tiny weights give 0, huge ones infinity. Rank |w|.",
    zh="在权重自己的类型中按平方排序：极小的权重平方后为 0，极大的为无穷大。应按 |w| 排序。",
)
def ranks_squares(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(w**2, round(sparsity * w.size)).reshape(w.shape)


@same_mistake(ranks_squares)
def ranks_products_with_themselves(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.sqrt(np.multiply(w, w)), round(sparsity * w.size)).reshape(w.shape)


@wrong(
    en="It ranks in float32 (or less): float64 magnitudes that are close become equal.",
    zh="在 float32（或更低精度）中排序：相近的 float64 幅值变得相等。",
)
def ranks_in_float32(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w).astype(np.float32), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(ranks_in_float32)
def ranks_magnitudes_of_float32_weights(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(np.asarray(w, dtype="f4")), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(ranks_in_float32)
def ranks_in_float16(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w).astype(np.float16), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(ranks_in_float32)
def ranks_magnitudes_of_float16_weights(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(np.asarray(w, dtype="f2")), round(sparsity * w.size)).reshape(w.shape)


@wrong(
    en="The magnitudes are rounded to some decimals, or tiny ones taken for 0: different weights then tie.",
    zh="幅值被舍入到若干位小数，或把极小的当作 0：于是不同的权重变得相等。",
)
def rounds_to_decimals(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.round(np.abs(w).astype(np.float64), 10), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(rounds_to_decimals)
def takes_tiny_ones_for_zero(w, sparsity):
    refuse_bad(sparsity)
    magnitudes = np.abs(w)
    return by_python(np.where(magnitudes < 1e-12, 0, magnitudes), round(sparsity * w.size)).reshape(w.shape)


@wrong(
    en='Positions follow the memory order (order="K"): in a transposed array that is another order.',
    zh='位置按内存中的顺序（order="K"）计：对转置的数组那是另一种顺序。',
)
def ranks_in_memory_order(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w).ravel(order="K"), round(sparsity * w.size)).reshape(w.shape)


@same_mistake(ranks_in_memory_order)
def flattens_in_memory_order(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(w.flatten("K")), round(sparsity * w.size)).reshape(w.shape)


@wrong(
    en="At least one weight is kept: sensible perhaps, but at sparsity 1 all are to be pruned.",
    zh="至少留下一个权重：也许明智，但稀疏度为 1 时应全部剪掉。",
)
def spares_one(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), min(round(sparsity * w.size), max(w.size - 1, 0))).reshape(w.shape)


@same_mistake(spares_one)
def the_largest_is_sacred(w, sparsity):
    refuse_bad(sparsity)
    mask = by_python(np.abs(w), round(sparsity * w.size))
    if w.size and not mask.any():
        mask[max(range(w.size), key=lambda i: (abs(float(w.flat[i])), i))] = True
    return mask.reshape(w.shape)


@wrong(
    en="At least one weight is pruned: at sparsity 0, or where the count rounds to 0, none may be.",
    zh="至少剪掉一个权重：稀疏度为 0 或个数舍入为 0 时，一个也不该剪。",
)
def prunes_at_least_one(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), max(1, round(sparsity * w.size))).reshape(w.shape)


@same_mistake(prunes_at_least_one)
def always_drops_the_smallest(w, sparsity):
    refuse_bad(sparsity)
    count = round(sparsity * w.size) or 1
    return by_python(np.abs(w), count).reshape(w.shape)


@wrong(
    en="The share is taken of the weights that are not zero: it is a share of all weights, zeros included.",
    zh="比例是对非零权重取的：应对全部权重取，包括零。",
)
def a_share_of_the_nonzero(w, sparsity):
    refuse_bad(sparsity)
    return smallest_first(np.abs(w), round(sparsity * np.count_nonzero(w))).reshape(w.shape)


@same_mistake(a_share_of_the_nonzero)
def counts_only_what_is_not_zero(w, sparsity):
    refuse_bad(sparsity)
    return by_python(np.abs(w), round(sparsity * int((w != 0).sum()))).reshape(w.shape)


@wrong(
    en="Zeros are left out of the ranking: a zero has the smallest magnitude, and is pruned first.",
    zh="排序时把零排除了：零的幅值最小，应最先剪。",
)
def zeros_go_last(w, sparsity):
    refuse_bad(sparsity)
    magnitudes = np.where(w == 0, np.inf, np.abs(w))
    return smallest_first(magnitudes, round(sparsity * w.size)).reshape(w.shape)


@same_mistake(zeros_go_last)
def zeros_count_as_large(w, sparsity):
    refuse_bad(sparsity)
    magnitudes = [abs(value) or math.inf for value in w.ravel().tolist()]
    return by_python(np.array(magnitudes), round(sparsity * w.size)).reshape(w.shape)
