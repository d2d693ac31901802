"""Wrong answers to pruning/local_vs_global, each with the misconception behind it.

`ranked` and `by_threshold` are the right way, written twice; an answer replaces the step that it gets wrong.
"""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(sparsity, scope):
    if scope not in ("local", "global"):
        raise ValueError("scope")
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")


def take(scores, count):
    """One flat mask for each array of scores, without the `count` smallest of them all."""
    flat = np.concatenate([np.ravel(s) for s in scores])
    keep = np.ones(flat.size, dtype=bool)
    keep[np.argsort(flat, kind="stable")[:count]] = False
    return np.split(keep, np.cumsum([np.size(s) for s in scores])[:-1])


def take_by_pairs(scores, count):
    """The same, one weight at a time."""
    pairs = sorted((float(v), a, i) for a, s in enumerate(scores) for i, v in enumerate(np.ravel(s)))
    masks = [np.ones(np.size(s), dtype=bool) for s in scores]
    for _, a, i in pairs[:count]:
        masks[a][i] = False
    return masks


def total(weights):
    return sum(w.size for w in weights)


def shaped(masks, weights):
    return [mask.reshape(w.shape) for mask, w in zip(masks, weights, strict=True)]


def local(weights, sparsity, *, score=np.abs, taking=take, count=round):
    return shaped([taking([score(w)], count(sparsity * w.size))[0] for w in weights], weights)


def overall(weights, sparsity, *, score=np.abs, taking=take, count=round):
    return shaped(taking([score(w) for w in weights], count(sparsity * total(weights))), weights)


def both(weights, sparsity, scope, **step):
    refuse_bad(sparsity, scope)
    return (local if scope == "local" else overall)(weights, sparsity, **step)


def cuts(weights, sparsity, scope):
    """For each array the largest magnitude that goes, -1 if none; and the smallest that stays, infinity if none."""
    found = []
    for w in weights:
        pool = [w] if scope == "local" else weights
        magnitudes = np.sort(np.concatenate([np.abs(a).ravel() for a in pool])).tolist()
        k = round(sparsity * len(magnitudes))
        found.append(([-1.0, *magnitudes][k], [*magnitudes, np.inf][k]))
    return found


@wrong(
    en="Global is computed layer by layer: all weights must be ranked together.",
    zh="global 是逐层计算的：应把所有权重放在一起排序。",
)
def always_local(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return local(weights, sparsity)


@same_mistake(always_local)
def ranks_each_array_in_a_loop(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return local(weights, sparsity, taking=take_by_pairs)


@wrong(
    en="Local is computed over all weights: each array must lose its own share.",
    zh="local 是对全部权重计算的：每个数组应各剪掉自己的那一份。",
)
def always_global(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return overall(weights, sparsity)


@same_mistake(always_global)
def ranks_everything_in_a_loop(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return overall(weights, sparsity, taking=take_by_pairs)


@wrong(
    en="The two scopes are swapped: local is by array, global over all.",
    zh="两种范围弄反了：local 是逐个数组，global 是全部一起。",
)
def swapped(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return overall(weights, sparsity) if scope == "local" else local(weights, sparsity)


@same_mistake(swapped)
def swapped_in_a_loop(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return (local if scope == "global" else overall)(weights, sparsity, taking=take_by_pairs)


@wrong(
    en="Global uses the mean of the layers' thresholds: thresholds of single layers do not give the count over all.",
    zh="global 用了各层阈值的平均：由单层阈值得不到全体的个数。",
)
def mean_of_the_cuts(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity)
    cut = np.mean([largest for largest, _ in cuts([w for w in weights if w.size], sparsity, "local")])
    return [np.abs(w) > cut for w in weights]


@same_mistake(mean_of_the_cuts)
def averaged_threshold(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity, taking=take_by_pairs)
    found = cuts([w for w in weights if w.size], sparsity, "local")
    cut = sum(largest for largest, _ in found) / len(found)
    return [~(np.abs(w).astype(np.float64) <= cut) for w in weights]


@wrong(
    en="Global divides each array by its own scale first (largest, mean, norm, deviation): that is another criterion.",
    zh="global 先把每个数组除以它自己的尺度（最大值、均值、范数或标准差）：那是另一种准则。",
)
def normalized_by_the_largest(weights, sparsity, scope):
    step = {"score": lambda w: np.abs(w) / max(np.abs(w).max(initial=0), 1e-30)} if scope == "global" else {}
    return both(weights, sparsity, scope, **step)


@same_mistake(normalized_by_the_largest)
def relative_magnitudes(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity)
    largest = [np.max(np.abs(w)) if w.size else 1.0 for w in weights]
    scores = [np.abs(w) / (m or 1.0) for w, m in zip(weights, largest, strict=True)]
    return shaped(take_by_pairs(scores, round(sparsity * total(weights))), weights)


def relative_to(scale):
    def score(w):
        return np.abs(w.astype(np.float64)) / ((scale(w.astype(np.float64)) if w.size else 0.0) or 1.0)

    return score


@same_mistake(normalized_by_the_largest)
def normalized_by_the_deviation(weights, sparsity, scope):
    score = relative_to(np.std) if scope == "global" else np.abs
    return both(weights, sparsity, scope, score=score)


@same_mistake(normalized_by_the_largest)
def in_units_of_the_deviation(weights, sparsity, scope):
    score = relative_to(lambda w: math.sqrt(np.var(w))) if scope == "global" else np.abs
    return both(weights, sparsity, scope, score=score, taking=take_by_pairs)


@same_mistake(normalized_by_the_largest)
def normalized_by_the_norm(weights, sparsity, scope):
    score = relative_to(np.linalg.norm) if scope == "global" else np.abs
    return both(weights, sparsity, scope, score=score)


@same_mistake(normalized_by_the_largest)
def in_units_of_the_norm(weights, sparsity, scope):
    score = relative_to(lambda w: math.sqrt(np.sum(w * w))) if scope == "global" else np.abs
    return both(weights, sparsity, scope, score=score, taking=take_by_pairs)


@same_mistake(normalized_by_the_largest)
def normalized_by_the_mean(weights, sparsity, scope):
    score = relative_to(lambda w: np.mean(np.abs(w))) if scope == "global" else np.abs
    return both(weights, sparsity, scope, score=score)


@same_mistake(normalized_by_the_largest)
def in_units_of_the_mean(weights, sparsity, scope):
    score = relative_to(lambda w: np.abs(w).sum() / w.size) if scope == "global" else np.abs
    return both(weights, sparsity, scope, score=score, taking=take_by_pairs)


@wrong(
    en="It ranks w, not |w|: large negative weights are pruned first.",
    zh="按 w 而不是 |w| 排序：绝对值很大的负权重先被剪掉。",
)
def without_abs(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=np.asarray)


@same_mistake(without_abs)
def signed_pairs(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=np.array, taking=take_by_pairs)


@wrong(
    en="The masks are inverted: True must mean keep.",
    zh="掩码取反了：True 应表示保留。",
)
def true_prunes(weights, sparsity, scope):
    return [~mask for mask in both(weights, sparsity, scope)]


@same_mistake(true_prunes)
def marks_the_pruned(weights, sparsity, scope):
    return [mask == 0 for mask in both(weights, sparsity, scope, taking=take_by_pairs)]


@wrong(
    en="It takes sparsity for the share that is kept: it is the share that is pruned.",
    zh="把稀疏度当成了保留比例：它是剪掉的比例。",
)
def keeps_that_share(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return both(weights, 1 - sparsity, scope)


@same_mistake(keeps_that_share)
def prunes_the_rest(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    return both(weights, 1.0 - sparsity, scope, taking=take_by_pairs)


@wrong(
    en="The global count is a sum of counts rounded by array: round once, sparsity times all weights.",
    zh="global 的个数是各数组取整后的和：应对 sparsity 乘以总数只取整一次。",
)
def sums_rounded_counts(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    count = (lambda _: sum(round(sparsity * w.size) for w in weights)) if scope == "global" else round
    return both(weights, sparsity, scope, count=count)


@same_mistake(sums_rounded_counts)
def adds_up_the_local_masks(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    masks = local(weights, sparsity)
    if scope == "global":
        gone = sum(int((~mask).sum()) for mask in masks)
        masks = overall(weights, sparsity, taking=take_by_pairs, count=lambda _: gone)
    return masks


@wrong(
    en="int() truncates the counts: round them.",
    zh="int() 直接截断个数：应舍入到最近的整数。",
)
def truncates(weights, sparsity, scope):
    return both(weights, sparsity, scope, count=int)


@same_mistake(truncates)
def floors(weights, sparsity, scope):
    return both(weights, sparsity, scope, count=math.floor, taking=take_by_pairs)


@wrong(
    en="All weights equal to the cut are pruned: with ties that is more than the count.",
    zh="等于分界值的权重全剪了：有相等幅值时就超过了个数。",
)
def prunes_every_tie(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    found = cuts(weights, sparsity, scope)
    return [np.abs(w) > largest for w, (largest, _) in zip(weights, found, strict=True)]


@same_mistake(prunes_every_tie)
def prunes_up_to_the_cut(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    found = cuts(weights, sparsity, scope)
    return [np.where(np.abs(w) <= found[i][0], False, True) for i, w in enumerate(weights)]


@wrong(
    en="All weights equal to the cut stay: with ties that is less than the count.",
    zh="等于分界值的权重全留了：有相等幅值时就达不到个数。",
)
def keeps_every_tie(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    found = cuts(weights, sparsity, scope)
    return [np.abs(w) >= smallest for w, (_, smallest) in zip(weights, found, strict=True)]


@same_mistake(keeps_every_tie)
def prunes_below_the_cut(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    found = cuts(weights, sparsity, scope)
    return [~(np.abs(w) < found[i][1]) for i, w in enumerate(weights)]


@wrong(
    en="Among equal magnitudes the last are pruned first: start with the earlier array and the earlier weight.",
    zh="幅值相等时先剪了后面的：应先剪数组在前、位置在前的。",
)
def last_of_equal_first(weights, sparsity, scope):
    turned = [w.ravel()[::-1] for w in reversed(weights)]
    masks = both(turned, sparsity, scope)
    return shaped([mask[::-1] for mask in reversed(masks)], weights)


@same_mistake(last_of_equal_first)
def keeps_the_first_of_equal(weights, sparsity, scope):
    def keep_largest(scores, count):
        size = sum(np.size(s) for s in scores)
        return [~mask for mask in take([-np.asarray(s) for s in scores], size - count)]

    return both(weights, sparsity, scope, taking=keep_largest)


@wrong(
    en="Each array keeps at least one weight: a sensible guard, but not asked for, and the count is no longer exact.",
    zh="每个数组至少保留一个权重：这种保护有道理，但题目没有要求，个数也不再精确。",
)
def keeps_one_of_each(weights, sparsity, scope):
    masks = both(weights, sparsity, scope)
    for mask, w in zip(masks, weights, strict=True):
        if mask.size and not mask.any():
            mask.flat[np.argmax(np.abs(w))] = True
    return masks


@same_mistake(keeps_one_of_each)
def never_empties_a_layer(weights, sparsity, scope):
    masks = both(weights, sparsity, scope, taking=take_by_pairs)
    for i, w in enumerate(weights):
        if w.size > 0 and masks[i].sum() == 0:
            flat = np.zeros(w.size, dtype=bool)
            flat[int(np.abs(w).ravel().argmax())] = True
            masks[i] = flat.reshape(w.shape)
    return masks


@wrong(
    en="Global ranks whole arrays by their mean magnitude and empties them one by one: rank single weights.",
    zh="global 按平均幅值给整个数组排序，逐个清空：应对单个权重排序。",
)
def empties_the_weakest_layer(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity)
    means = [np.full(w.shape, np.abs(w).mean() if w.size else 0.0) for w in weights]
    return shaped(take(means, round(sparsity * total(weights))), weights)


@same_mistake(empties_the_weakest_layer)
def layer_after_layer(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity)
    left = round(sparsity * total(weights))
    masks = [np.ones(w.size, dtype=bool) for w in weights]
    for i in sorted(range(len(weights)), key=lambda i: np.abs(weights[i]).mean() if weights[i].size else 0.0):
        gone = min(left, weights[i].size)
        masks[i][:gone] = False
        left -= gone
    return shaped(masks, weights)


@wrong(
    en="The masks are flat: each must have the shape of its array.",
    zh="掩码是一维的：每个掩码应与其数组形状相同。",
)
def flat_masks(weights, sparsity, scope):
    return [mask.ravel() for mask in both(weights, sparsity, scope)]


@same_mistake(flat_masks)
def forgets_the_shapes(weights, sparsity, scope):
    return [np.array(mask.flatten().tolist(), dtype=bool) for mask in both(weights, sparsity, scope)]


@wrong(
    en="It returns the pruned weights: return the masks.",
    zh="返回的是剪枝后的权重：要的是掩码。",
)
def returns_weights(weights, sparsity, scope):
    return [w * mask for w, mask in zip(weights, both(weights, sparsity, scope), strict=True)]


@same_mistake(returns_weights)
def returns_pruned_copies(weights, sparsity, scope):
    masks = both(weights, sparsity, scope, taking=take_by_pairs)
    return [np.where(mask, w, np.zeros_like(w)) for w, mask in zip(weights, masks, strict=True)]


@wrong(
    en="It prunes the weights as well: leave them as they are, and return the masks.",
    zh="连权重也一起剪了：权重应保持不变，只要求返回掩码。",
)
def prunes_in_place(weights, sparsity, scope):
    masks = both(weights, sparsity, scope)
    for w, mask in zip(weights, masks, strict=True):
        w *= mask
    return masks


@same_mistake(prunes_in_place)
def zeroes_the_weights(weights, sparsity, scope):
    masks = both(weights, sparsity, scope, taking=take_by_pairs)
    for i, mask in enumerate(masks):
        weights[i][~mask] = 0
    return masks


@wrong(
    en="An unknown scope falls into the else branch: refuse it with ValueError.",
    zh="未知的 scope 落进了 else 分支：应抛出 ValueError。",
)
def any_scope(weights, sparsity, scope):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    return overall(weights, sparsity) if scope == "global" else local(weights, sparsity)


@same_mistake(any_scope)
def any_scope_is_local(weights, sparsity, scope):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    return (overall if scope == "global" else local)(weights, sparsity, taking=take_by_pairs)


@wrong(
    en="A sparsity outside [0, 1], or NaN, is accepted: refuse it with ValueError.",
    zh="没有拒绝 [0, 1] 之外或为 NaN 的稀疏度：应抛出 ValueError。",
)
def any_sparsity(weights, sparsity, scope):
    if scope not in ("local", "global"):
        raise ValueError("scope")
    return both(weights, float(np.clip(np.nan_to_num(sparsity), 0, 1)), scope)


@same_mistake(any_sparsity)
def clips_the_sparsity(weights, sparsity, scope):
    inside = 0.0 if sparsity != sparsity else min(max(sparsity, 0.0), 1.0)
    return both(weights, inside, scope, taking=take_by_pairs)


def magnitudes_like_the_first(weights):
    return lambda w: np.abs(w.astype(weights[0].dtype))


def rounding_up_halves(x):
    return math.floor(x + 0.5)


@wrong(
    en="A half is rounded up: the counts are rounded half to even, so 2.5 becomes 2.",
    zh="恰为一半时向上取整了：个数舍入到偶数，2.5 变为 2。",
)
def rounds_half_up(weights, sparsity, scope):
    return both(weights, sparsity, scope, count=rounding_up_halves)


@same_mistake(rounds_half_up)
def rounds_half_up_with_int(weights, sparsity, scope):
    return both(weights, sparsity, scope, count=lambda x: int(x + 0.5), taking=take_by_pairs)


@wrong(en="The counts are rounded up: round to the nearest.", zh="个数向上取整了：应取最近的整数。")
def rounds_up(weights, sparsity, scope):
    return both(weights, sparsity, scope, count=math.ceil)


@same_mistake(rounds_up)
def rounds_down_what_stays(weights, sparsity, scope):
    return both(weights, sparsity, scope, count=lambda x: -int(-x // 1), taking=take_by_pairs)


@wrong(
    en='The sort is not stable: among equal magnitudes others than the first are pruned. Use kind="stable".',
    zh='排序不稳定：幅值相等时先剪的不是在前的。应写 kind="stable"。',
)
def unstable_sort(weights, sparsity, scope):
    def taking(scores, count):
        flat = np.concatenate([np.ravel(s) for s in scores])
        keep = np.ones(flat.size, dtype=bool)
        keep[np.argsort(flat)[:count]] = False
        return np.split(keep, np.cumsum([np.size(s) for s in scores])[:-1])

    return both(weights, sparsity, scope, taking=taking)


@same_mistake(unstable_sort)
def quicksort(weights, sparsity, scope):
    def taking(scores, count):
        flat = np.hstack([s.ravel() for s in scores])
        keep = ~np.isin(np.arange(flat.size), flat.argsort(kind="quicksort")[:count])
        return [keep[sum(s.size for s in scores[:i]) :][: s.size] for i, s in enumerate(scores)]

    return both(weights, sparsity, scope, taking=taking)


@wrong(
    en="It ranks squares in the weights' own type: tiny weights give 0, huge ones infinity. Rank |w|.",
    zh="在权重自己的类型中按平方排序：极小的权重平方后为 0，极大的为无穷大。应按 |w| 排序。",
)
def ranks_squares(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=np.square)


@same_mistake(ranks_squares)
def ranks_products_with_themselves(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.sqrt(w * w), taking=take_by_pairs)


@wrong(
    en="It ranks in lower precision than the weights have (float16, float32, the first array's type): others tie then.",
    zh="以低于权重的精度（float16、float32 或第一个数组的类型）排序：于是不同的权重变得相等。",
)
def ranks_in_float32(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.abs(w).astype(np.float32))


@same_mistake(ranks_in_float32)
def ranks_float32_pairs(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.abs(np.float32(w)), taking=take_by_pairs)


@same_mistake(ranks_in_float32)
def ranks_in_float16(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.abs(w).astype(np.float16))


@same_mistake(ranks_in_float32)
def ranks_float16_pairs(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.abs(np.float16(w)), taking=take_by_pairs)


@same_mistake(ranks_in_float32)
def ranks_in_the_first_type(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=magnitudes_like_the_first(weights))


@same_mistake(ranks_in_float32)
def copies_into_one_array_of_the_first_type(weights, sparsity, scope):
    score = magnitudes_like_the_first(weights)
    return both(weights, sparsity, scope, score=score, taking=take_by_pairs)


@wrong(
    en="The magnitudes are rounded to some decimals, or tiny ones taken for 0: different weights then tie.",
    zh="幅值被舍入到若干位小数，或把极小的当作 0：于是不同的权重变得相等。",
)
def rounds_to_decimals(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.round(np.abs(w.astype(np.float64)), 10))


@same_mistake(rounds_to_decimals)
def ten_decimals_as_text(weights, sparsity, scope):
    def score(w):
        return np.array([float(f"{abs(value):.10f}") for value in w.ravel().tolist()])

    return both(weights, sparsity, scope, score=score, taking=take_by_pairs)


@wrong(
    en='Positions follow the memory order (order="K"): in a transposed array that is another order.',
    zh='位置按内存中的顺序（order="K"）计：对转置的数组那是另一种顺序。',
)
def ranks_in_memory_order(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.abs(w).ravel(order="K"))


@same_mistake(ranks_in_memory_order)
def flattens_in_memory_order(weights, sparsity, scope):
    return both(weights, sparsity, scope, score=lambda w: np.abs(w.flatten("K")), taking=take_by_pairs)


@wrong(
    en="The share is taken of the weights that are not zero: it is a share of all weights, zeros included.",
    zh="比例是对非零权重取的：应对全部权重取，包括零。",
)
def a_share_of_the_nonzero(weights, sparsity, scope):
    def taking(scores, _):
        return take(scores, round(sparsity * sum(np.count_nonzero(s) for s in scores)))

    return both(weights, sparsity, scope, taking=taking)


@same_mistake(a_share_of_the_nonzero)
def counts_only_what_is_not_zero(weights, sparsity, scope):
    def taking(scores, _):
        return take_by_pairs(scores, round(sparsity * sum(int((s != 0).sum()) for s in scores)))

    return both(weights, sparsity, scope, taking=taking)


@wrong(
    en="The last array is spared: often wise, but the exercise prunes all arrays.",
    zh="最后一个数组没有剪：实践中往往明智，但题目要求剪所有数组。",
)
def spares_the_last_array(weights, sparsity, scope):
    return [*both(weights, sparsity, scope)[:-1], np.ones(weights[-1].shape, bool)]


@same_mistake(spares_the_last_array)
def never_touches_the_output_layer(weights, sparsity, scope):
    masks = both(weights, sparsity, scope, taking=take_by_pairs)
    return [mask | (i == len(masks) - 1) for i, mask in enumerate(masks)]


@wrong(
    en="np.quantile interpolates a threshold between two weights: how many lie below it is left to chance. Prune by "
    "count.",
    zh="np.quantile 在两个权重之间插值出阈值：低于它的有多少个全凭偶然。应按个数剪。",
)
def quantile(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    pools = [np.concatenate([np.abs(w).ravel() for w in weights])] * len(weights)
    if scope == "local":
        pools = [np.abs(w) for w in weights]
    return [np.abs(w) >= (np.quantile(p, sparsity) if p.size else 0) for w, p in zip(weights, pools, strict=True)]


@same_mistake(quantile)
def percentile(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    everything = np.hstack([np.abs(w.flatten()) for w in weights])
    masks = []
    for w in weights:
        magnitudes = everything if scope == "global" else np.abs(w)
        threshold = np.percentile(magnitudes, 100 * sparsity) if magnitudes.size else 0.0
        masks.append(~(np.abs(w) < threshold))
    return masks


@wrong(
    en="Among equal magnitudes those of the later array are pruned first: the earlier array comes first.",
    zh="幅值相等时先剪了靠后的数组：应先剪靠前的数组。",
)
def the_later_array_first(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity)
    return overall(weights[::-1], sparsity)[::-1]


@same_mistake(the_later_array_first)
def pairs_from_the_end(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    if scope == "local":
        return local(weights, sparsity, taking=take_by_pairs)
    scores = [np.abs(w) for w in reversed(weights)]
    masks = take_by_pairs(scores, round(sparsity * total(weights)))
    return shaped(list(reversed(masks)), weights)


@wrong(
    en="Vectors are not pruned, as if they were biases: every array in the list is pruned.",
    zh="把一维数组当作偏置留了下来：列表中的每个数组都要剪。",
)
def spares_vectors(weights, sparsity, scope):
    masks = both(weights, sparsity, scope)
    return [m if m.ndim > 1 else np.ones(m.shape, bool) for m in masks]


@same_mistake(spares_vectors)
def prunes_only_matrices_and_kernels(weights, sparsity, scope):
    masks = both(weights, sparsity, scope, taking=take_by_pairs)
    return [mask | (len(w.shape) == 1) for mask, w in zip(masks, weights, strict=True)]
