"""Wrong answers to quantization/calibration_entropy, each with the misconception behind it."""

import functools
import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(counts, width, levels):
    if len(counts) == 0 or min(counts) < 0 or sum(counts) == 0 or not width > 0 or not 1 <= levels <= len(counts):
        raise ValueError("arguments")


def levels_of(i, levels):
    return np.arange(i) * levels // i


def merged(kept, level, *, over_empty=False, divided=True):
    """Q before it is normalized."""
    used = np.ones(len(kept)) if over_empty else (kept > 0).astype(float)
    sums = np.bincount(level, kept.astype(float))
    sizes = np.maximum(np.bincount(level, used), 1) if divided else np.ones(len(sums))
    return used * (sums / sizes)[level]


def kl(p, q, *, missing=math.inf):
    """KL(P || Q) of two normalized vectors; a bin that Q misses adds `missing`."""
    total = 0.0
    for a, b in zip(p.tolist(), q.tolist(), strict=True):
        if a > 0:
            total += a * math.log(a / b) if b > 0 else missing
    return total


def normal(v):
    return v / v.sum() if v.sum() > 0 else v


def fast(counts, i, levels, *, p_outliers=True, q_outliers=False, distance=kl, unit=normal, level=levels_of, **options):
    """The divergence of i kept bins, by arrays."""
    kept = np.array(counts[:i], np.float64)
    beyond = float(np.sum(counts[i:]))
    p, q_from = kept.copy(), kept.copy()
    p[-1] += beyond if p_outliers else 0
    q_from[-1] += beyond if q_outliers else 0
    return distance(unit(p), unit(merged(q_from, level(i, levels), **options)))


def slow(
    counts, i, levels, *, p_outliers=True, q_outliers=False, distance=kl, unit=normal, over_empty=False, divided=True
):
    """The same, one level at a time."""
    p = [float(count) for count in counts[:i]]
    beyond = float(sum(counts[i:]))
    source = list(p)
    if p_outliers:
        p[i - 1] += beyond
    if q_outliers:
        source[i - 1] += beyond
    q = [0.0] * i
    for k in range(levels):
        bins = [j for j in range(i) if j * levels // i == k]
        takers = [j for j in bins if over_empty or source[j] > 0]
        for j in takers:
            q[j] = sum(source[b] for b in bins) / (len(takers) if divided else 1)
    return distance(unit(np.array(p)), unit(np.array(q)))


def choose(counts, width, levels, divergence, *, first=None, stop=1, threshold=lambda i, width: (i + 0.5) * width):
    refuse_bad(counts, width, levels)
    tried = range(levels if first is None else first, max(len(counts) + stop, levels + 1))
    scores = [divergence(counts, i, levels) for i in tried]
    return float(threshold(tried[int(np.argmin(scores))], width))


def choose_in_a_loop(counts, width, levels, divergence, **options):
    """Keep the best so far."""
    refuse_bad(counts, width, levels)
    best, chosen = math.inf, levels
    for i in range(levels, len(counts) + 1):
        score = divergence(counts, i, levels, **options)
        if score < best - 1e-13:
            best, chosen = score, i
    return (chosen + 0.5) * width


@wrong(
    en="P and Q treat the outliers alike, so clipping costs nothing: P has them in its last bin, Q has none.",
    zh="P 和 Q 对离群值的处理相同，截断就没有代价了：P 应把它们放在最后一个区间，Q 则不含它们。",
)
def drops_the_outliers(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, p_outliers=False))


@same_mistake(drops_the_outliers)
def ignores_what_lies_beyond(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, p_outliers=False)


@same_mistake(drops_the_outliers)
def outliers_in_both(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, q_outliers=True))


@same_mistake(drops_the_outliers)
def quantizes_the_clipped_histogram(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, q_outliers=True)


@wrong(
    en="A level is spread over all its bins: empty bins must stay empty, only those with counts share the sum.",
    zh="把一级的和分给了该级的所有区间：空区间应保持为空，只有非空的才分。",
)
def spreads_over_empty_bins(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, over_empty=True))


@same_mistake(spreads_over_empty_bins)
def mean_of_all_bins(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, over_empty=True)


@wrong(
    en="Every bin of a level gets the whole sum: it must be divided among the bins that are not empty.",
    zh="一级中的每个区间都得到了整个和：应在非空区间之间平分。",
)
def whole_sum_everywhere(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, divided=False))


@same_mistake(whole_sum_everywhere)
def does_not_divide(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, divided=False)


def reverse_kl(p, q):
    return kl(q, p)


@wrong(
    en="The divergence is reversed, KL(Q || P): P, the original, comes first.",
    zh="散度的方向反了，成了 KL(Q || P)：原分布 P 在前。",
)
def turned_round(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, distance=reverse_kl))


@same_mistake(turned_round)
def q_log_q_over_p(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, distance=reverse_kl)


@wrong(
    en="Q is not divided by its own sum: without the outliers it is smaller, and the divergence measures that too.",
    zh="Q 没有除以它自己的和：它不含离群值，总和较小，散度把这个差也算了进去。",
)
def not_normalized(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, unit=lambda v: v))


@same_mistake(not_normalized)
def counts_instead_of_shares(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, unit=np.asarray)


@same_mistake(not_normalized)
def divided_by_all(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, unit=lambda v: v / np.sum(counts)))


@same_mistake(not_normalized)
def share_of_all_values(counts, width, levels):
    n = float(sum(counts))
    return choose_in_a_loop(counts, width, levels, slow, unit=lambda v: np.array([value / n for value in v]))


def kl_where_both(p, q):
    return kl(p, q, missing=0.0)


@wrong(
    en="Bins that Q misses are left out of the sum: where P > 0 and Q = 0 the divergence is infinite.",
    zh="求和时跳过了 Q 为 0 的区间：P > 0 而 Q = 0 时，散度是无穷大。",
)
def skips_what_q_misses(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, distance=kl_where_both))


@same_mistake(skips_what_q_misses)
def only_where_both_are_positive(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, distance=kl_where_both)


def squared(p, q):
    return float(np.sum((p - q) ** 2))


@wrong(
    en="It compares P and Q by squared differences: the divergence is sum P log(P / Q).",
    zh="用平方差比较 P 和 Q：散度是 P log(P / Q) 之和。",
)
def squared_differences(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, distance=squared))


@same_mistake(squared_differences)
def least_squares(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow, distance=squared)


def remainder_to_the_last(i, levels):
    return np.minimum(np.arange(i) // (i // levels), levels - 1)


@wrong(
    en="Every level takes i // L bins, the last all that are left: level k takes the bins j with floor(j L / i) = k.",
    zh="每级取 i // L 个区间，剩下的全归最后一级：第 k 级应取 floor(j L / i) = k 的区间。",
)
def remainder_in_the_last_level(counts, width, levels):
    return choose(counts, width, levels, functools.partial(fast, level=remainder_to_the_last))


@same_mistake(remainder_in_the_last_level)
def equal_blocks(counts, width, levels):
    def divergence(counts, i, levels):
        size = i // levels
        h, q = np.array(counts[:i], float), np.zeros(i)
        for k in range(levels):
            part = slice(k * size, i if k == levels - 1 else (k + 1) * size)
            in_use = h[part] > 0
            q[part] = in_use * h[part].sum() / max(in_use.sum(), 1)
        h[-1] += np.sum(counts[i:])
        return kl(normal(h), normal(q))

    return choose_in_a_loop(counts, width, levels, divergence)


@wrong(
    en="T is set to the edge i * width: it must be (i + 1/2) * width.",
    zh="T 取了边界 i * width：应为 (i + 1/2) * width。",
)
def edge_of_the_bin(counts, width, levels):
    return choose(counts, width, levels, fast, threshold=lambda i, width: i * width)


@same_mistake(edge_of_the_bin)
def without_the_half(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow) - width / 2


@wrong(
    en="T is the middle of the last kept bin, (i - 1/2) * width: i counts bins, T is (i + 1/2) * width.",
    zh="T 取了最后一个保留区间的中点 (i - 1/2) * width：i 是区间的个数，T 应为 (i + 1/2) * width。",
)
def middle_of_the_last_bin(counts, width, levels):
    return choose(counts, width, levels, fast, threshold=lambda i, width: (i - 0.5) * width)


@same_mistake(middle_of_the_last_bin)
def index_from_zero(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow) - width


@wrong(
    en="It returns the number of bins: T is a value of |x|, so multiply by the width.",
    zh="返回的是区间数：T 是 |x| 的一个值，应乘以宽度。",
)
def number_of_bins(counts, width, levels):
    return choose(counts, width, levels, fast, threshold=lambda i, width: i)


@same_mistake(number_of_bins)
def forgets_the_width(counts, width, levels):
    return choose_in_a_loop(counts, width, levels, slow) / width - 0.5


@wrong(
    en="The loop ends before all bins are kept: clipping nothing is a candidate too.",
    zh="循环在保留全部区间之前就结束了：不截断也是候选之一。",
)
def never_keeps_all(counts, width, levels):
    return choose(counts, width, levels, fast, stop=0)


@same_mistake(never_keeps_all)
def range_without_the_end(counts, width, levels):
    refuse_bad(counts, width, levels)
    best, chosen = math.inf, levels
    for i in range(levels, len(counts)):
        score = slow(counts, i, levels)
        if score < best - 1e-13:
            best, chosen = score, i
    return (chosen + 0.5) * width


@wrong(
    en="The last of equal divergences is taken: the smallest i wins.",
    zh="散度相等时取了最后一个：应取最小的 i。",
)
def last_of_equals(counts, width, levels):
    refuse_bad(counts, width, levels)
    scores = np.array([fast(counts, i, levels) for i in range(levels, len(counts) + 1)])
    return float(levels + np.flatnonzero(scores <= scores.min() + 1e-12)[-1] + 0.5) * width


@same_mistake(last_of_equals)
def not_worse_than_the_best(counts, width, levels):
    refuse_bad(counts, width, levels)
    best, chosen = math.inf, levels
    for i in range(levels, len(counts) + 1):
        score = slow(counts, i, levels)
        if score <= best + 1e-12:
            best, chosen = score, i
    return (chosen + 0.5) * width


@wrong(
    en="It takes the largest divergence: take the one that loses least information.",
    zh="取了最大的散度：要的是信息损失最小。",
)
def largest_divergence(counts, width, levels):
    return choose(counts, width, levels, lambda *a: -fast(*a))


@same_mistake(largest_divergence)
def argmax_of_the_divergence(counts, width, levels):
    refuse_bad(counts, width, levels)
    scores = [slow(counts, i, levels) for i in range(levels, len(counts) + 1)]
    return (levels + scores.index(max(scores)) + 0.5) * width


@wrong(
    en="Nothing is clipped: T is the end of the histogram, min-max calibration.",
    zh="什么也没截断：T 是直方图的末端，即最大最小校准。",
)
def min_max(counts, width, levels):
    refuse_bad(counts, width, levels)
    return (int(np.flatnonzero(counts)[-1]) + 1) * float(width)


@same_mistake(min_max)
def last_bin_in_use(counts, width, levels):
    refuse_bad(counts, width, levels)
    return max(j + 1 for j, count in enumerate(counts) if count) * width


@wrong(
    en="Zeros of Q are replaced by an epsilon: a bin that Q misses must make the divergence infinite.",
    zh="用 epsilon 代替了 Q 中的零：Q 缺少的区间应使散度无穷大。",
)
def epsilon_for_the_zeros_of_q(counts, width, levels):
    refuse_bad(counts, width, levels)
    tried = [with_epsilon(np.array(counts, float), i, levels) for i in range(levels, len(counts) + 1)]
    return (levels + int(np.argmin(tried)) + 0.5) * width


@same_mistake(epsilon_for_the_zeros_of_q)
def epsilon_in_both(counts, width, levels):
    refuse_bad(counts, width, levels)
    best = None
    for i in range(levels, len(counts) + 1):
        d = with_epsilon(np.array(counts, float), i, levels, both=True)
        if best is None or d < best[0]:
            best = d, i
    return (best[1] + 0.5) * width


def with_epsilon(counts, i, levels, both=False, eps=1e-10):
    kept = counts[:i].copy()
    p, q = kept.copy(), merged(kept, levels_of(i, levels))
    p[-1] += counts[i:].sum()
    p, q = p / p.sum(), normal(q)
    return np.sum(p * np.log((p + eps) / (q + eps) if both else np.where(p > 0, p, 1) / np.maximum(q, eps)))
