"""Wrong answers to quantization/ternary_quantization, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def magnitudes(w):
    return np.abs(w.astype(np.float64))


def refuse_bad(w, factor=0.0):
    if not w.size or not np.isfinite(w).all() or not factor >= 0:
        raise ValueError("arguments")


def threshold(w, factor):
    return factor * magnitudes(w).mean()


def codes(w, delta):
    return np.where(magnitudes(w) > delta, np.sign(w), 0).astype(np.int8)


def mean_of(w, where):
    """Mean |w| where the mask says, 0.0 for none."""
    return float(magnitudes(w)[where].mean()) if where.any() else 0.0


def loop(w, delta, alpha_of=lambda kept: sum(kept) / len(kept), above=lambda size, delta: size > delta):
    """One weight after the other; `alpha_of` gets the list of magnitudes that are kept."""
    q, kept = np.zeros(w.shape, np.int8), []
    for index in np.ndindex(w.shape):
        size = abs(float(w[index]))
        if above(size, delta):
            q[index] = (w[index] > 0) * 1 - (w[index] < 0) * 1
            kept.append(size)
    return q, float(alpha_of(kept)) if kept else 0.0


@wrong(
    en="alpha is the mean of all |w|: weights at 0 no longer count, so the mean of those above Delta fits best.",
    zh="alpha 取了全部 |w| 的平均：取 0 的已经不算了，最合适的是超过 Delta 者的平均。",
)
def scale_of_all(w, factor=0.7):
    refuse_bad(w, factor)
    q = codes(w, threshold(w, factor))
    return q, float(magnitudes(w).mean()) if q.any() else 0.0


@same_mistake(scale_of_all)
def binary_scale(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), lambda kept: magnitudes(w).sum(dtype=float) / w.size)


@wrong(
    en="alpha is max|w|: every weight that is kept becomes +-alpha, and the mean of them is nearest to all.",
    zh="alpha 取了 max|w|：保留的权重都变成 ±alpha，离它们最近的是平均。",
)
def largest_magnitude(w, factor=0.7):
    refuse_bad(w, factor)
    q = codes(w, threshold(w, factor))
    return q, float(magnitudes(w).max()) if q.any() else 0.0


@same_mistake(largest_magnitude)
def scale_is_the_maximum(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), max)


@wrong(
    en="The sum of what is kept is divided by the number of all weights: divide by how many are kept.",
    zh="保留者之和除以了全部权重的个数：应除以保留的个数。",
)
def divides_by_all(w, factor=0.7):
    refuse_bad(w, factor)
    q = codes(w, threshold(w, factor))
    return q, float(np.abs(w * q).mean())


@same_mistake(divides_by_all)
def mean_with_zeros(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), lambda kept: sum(kept) / w.size)


@wrong(
    en="alpha is the threshold Delta: that is where the kept weights begin, not their mean.",
    zh="alpha 取了阈值 Delta：那是保留者的起点，不是平均。",
)
def scale_is_the_threshold(w, factor=0.7):
    refuse_bad(w, factor)
    q = codes(w, threshold(w, factor))
    return q, float(threshold(w, factor)) if q.any() else 0.0


@same_mistake(scale_is_the_threshold)
def starts_at_delta(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), lambda kept: factor * magnitudes(w).sum(dtype=float) / w.size)


@wrong(
    en="alpha is the mean of w where it is kept, with its sign: positive and negative weights cancel.",
    zh="alpha 取了保留处 w 的平均，带着符号：正负相互抵消。",
)
def signed_scale(w, factor=0.7):
    refuse_bad(w, factor)
    q = codes(w, threshold(w, factor))
    return q, float(w[q != 0].mean()) if q.any() else 0.0


@same_mistake(signed_scale)
def mean_without_abs(w, factor=0.7):
    refuse_bad(w, factor)
    q, _ = loop(w, threshold(w, factor))
    return q, float((w * np.abs(q)).sum(dtype=float) / max(np.count_nonzero(q), 1))


@wrong(
    en="alpha is the root mean square of what is kept: the mean of |w| leaves the smallest squared error.",
    zh="alpha 取了保留者的均方根：使平方误差最小的是 |w| 的平均。",
)
def root_mean_square(w, factor=0.7):
    refuse_bad(w, factor)
    q = codes(w, threshold(w, factor))
    return q, float(np.sqrt(np.mean(np.square(w[q != 0].astype(float))))) if q.any() else 0.0


@same_mistake(root_mean_square)
def keeps_the_energy(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), lambda kept: (sum(k * k for k in kept) / len(kept)) ** 0.5)


@wrong(
    en="A weight at the threshold is kept: it is 0 where |w| <= Delta, or with factor 0 a zero would have a sign.",
    zh="恰在阈值上的权重被保留了：|w| <= Delta 处应为 0。",
)
def keeps_ties(w, factor=0.7):
    refuse_bad(w, factor)
    kept = magnitudes(w) >= threshold(w, factor)
    return np.where(kept, np.sign(w), 0).astype(np.int8), mean_of(w, kept)


@same_mistake(keeps_ties)
def clears_strictly_below(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), above=lambda size, delta: not size < delta)


@wrong(
    en="Delta is a share of max|w|: the largest weight says little about the others; take the mean of |w|.",
    zh="Delta 取了 max|w| 的一部分：最大的权重说明不了其他权重，应取 |w| 的平均。",
)
def threshold_from_the_maximum(w, factor=0.7):
    refuse_bad(w, factor)
    delta = factor * magnitudes(w).max()
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(threshold_from_the_maximum)
def share_of_the_largest(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, factor * max(abs(float(v)) for v in w.flat))


@wrong(
    en="The factor itself is the threshold: it must be multiplied by mean |w|, to follow the weights.",
    zh="直接把系数当作阈值：应乘以 |w| 的平均，使阈值跟随权重。",
)
def absolute_threshold(w, factor=0.7):
    refuse_bad(w, factor)
    return codes(w, factor), mean_of(w, magnitudes(w) > factor)


@same_mistake(absolute_threshold)
def forgets_the_mean(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, factor)


@wrong(
    en="Delta comes from the mean of w, not of |w|: signs cancel, and it is near 0 or negative.",
    zh="Delta 取自 w 的平均而不是 |w| 的平均：正负抵消，它接近 0 甚至为负。",
)
def threshold_without_abs(w, factor=0.7):
    refuse_bad(w, factor)
    delta = factor * w.mean()
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(threshold_without_abs)
def mean_of_signed_weights(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, factor * float(w.sum(dtype=float)) / w.size)


@wrong(
    en="Delta is a multiple of the standard deviation: the rule is for mean |w|, about 0.8 of it for normal weights.",
    zh="Delta 取了标准差的倍数：规则针对的是 |w| 的平均，对正态权重约为标准差的 0.8 倍。",
)
def threshold_from_the_spread(w, factor=0.7):
    refuse_bad(w, factor)
    delta = factor * w.std()
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(threshold_from_the_spread)
def factor_times_sigma(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, factor * float(np.var(w.astype(float))) ** 0.5)


@wrong(
    en="Delta uses the mean of the nonzero |w|: zeros count in the mean.",
    zh="Delta 用了非零 |w| 的平均：零也计入平均。",
)
def mean_of_the_nonzero(w, factor=0.7):
    refuse_bad(w, factor)
    delta = factor * mean_of(w, w != 0)
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(mean_of_the_nonzero)
def leaves_zeros_out(w, factor=0.7):
    refuse_bad(w, factor)
    sizes = [abs(float(v)) for v in w.flat if v != 0]
    return loop(w, factor * sum(sizes) / max(len(sizes), 1))


@wrong(
    en="0.7 is hard-wired: the threshold is factor times mean |w|.",
    zh="把 0.7 写死了：阈值是 factor 乘以 |w| 的平均。",
)
def always_the_papers_factor(w, factor=0.7):
    refuse_bad(w, factor)
    delta = threshold(w, 0.7)
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(always_the_papers_factor)
def ignores_the_factor(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, 0.7 * float(magnitudes(w).sum(dtype=float)) / w.size)


@wrong(
    en="It zeroes the share `factor` of the weights: the factor multiplies mean |w|, it is not a quantile.",
    zh="把比例为 factor 的权重置零了：系数乘的是 |w| 的平均，不是分位数。",
)
def factor_as_a_quantile(w, factor=0.7):
    refuse_bad(w, factor)
    delta = np.quantile(magnitudes(w), min(factor, 1.0))
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(factor_as_a_quantile)
def prunes_the_smallest(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, float(np.percentile(magnitudes(w), 100 * min(factor, 1))))


@wrong(
    en="Each row has a threshold and a mean of its own: here Delta and alpha are of the whole array.",
    zh="每一行各用了自己的阈值：这里的 Delta 和 alpha 属于整个数组。",
)
def threshold_for_each_row(w, factor=0.7):
    refuse_bad(w, factor)
    delta = factor * magnitudes(w).mean(axis=tuple(range(1, w.ndim)) or None, keepdims=True)
    return codes(w, delta), mean_of(w, magnitudes(w) > delta)


@same_mistake(threshold_for_each_row)
def row_by_row(w, factor=0.7):
    refuse_bad(w, factor)
    if w.ndim == 1:
        return loop(w, threshold(w, factor))
    q = np.stack([codes(row, threshold(row, factor)) for row in w])
    return q, mean_of(w, q != 0)


@wrong(
    en="Only positive weights are kept: compare |w| with Delta, or large negative weights become 0.",
    zh="只保留了正权重：应拿 |w| 与 Delta 比较，否则很大的负权重会变成 0。",
)
def loses_the_negative(w, factor=0.7):
    refuse_bad(w, factor)
    kept = w > threshold(w, factor)
    return kept.astype(np.int8), mean_of(w, kept)


@same_mistake(loses_the_negative)
def compares_without_abs(w, factor=0.7):
    refuse_bad(w, factor)
    delta = threshold(w, factor)
    q, _ = loop(np.maximum(w, 0), delta)
    return q, mean_of(w, q == 1)


@wrong(
    en="The sign is lost: q is 1 for large weights of either sign; multiply by sign(w).",
    zh="丢了符号：正负的大权重都得到 1；应乘以 sign(w)。",
)
def codes_without_sign(w, factor=0.7):
    refuse_bad(w, factor)
    kept = magnitudes(w) > threshold(w, factor)
    return kept.astype(np.int8), mean_of(w, kept)


@same_mistake(codes_without_sign)
def mask_as_codes(w, factor=0.7):
    refuse_bad(w, factor)
    q, alpha = loop(w, threshold(w, factor))
    return q * q, alpha


@wrong(
    en="It is inverted: small weights must become 0, and large ones keep their sign.",
    zh="弄反了：应把小权重变成 0，大权重保留符号。",
)
def zeroes_the_large(w, factor=0.7):
    refuse_bad(w, factor)
    kept = magnitudes(w) <= threshold(w, factor)
    return np.where(kept, np.sign(w), 0).astype(np.int8), mean_of(w, kept)


@same_mistake(zeroes_the_large)
def keeps_the_small(w, factor=0.7):
    refuse_bad(w, factor)
    return loop(w, threshold(w, factor), above=lambda size, delta: size <= delta)


@wrong(
    en="This is rounding to a 2-bit grid with the step max|w|: an outlier then zeroes nearly everything.",
    zh="这是步长为 max|w| 的 2 位网格取整：有离群值时几乎全部变成零。",
)
def two_bit_grid(w, factor=0.7):
    refuse_bad(w, factor)
    s = float(magnitudes(w).max())
    return np.rint(w / (s or 1.0)).astype(np.int8), s


@same_mistake(two_bit_grid)
def half_of_the_maximum(w, factor=0.7):
    refuse_bad(w, factor)
    largest = max(abs(float(v)) for v in w.flat)
    return codes(w, largest / 2), largest


@wrong(
    en="This rounds w / mean|w| and clips (absmean): Delta is then half of the mean, and alpha the mean of all.",
    zh="这是对 w / mean|w| 取整再截断（absmean）：阈值成了平均的一半，alpha 是全部的平均。",
)
def absmean(w, factor=0.7):
    refuse_bad(w, factor)
    mean = float(magnitudes(w).mean())
    return np.clip(np.rint(w / (mean or 1.0)), -1, 1).astype(np.int8), mean


@same_mistake(absmean)
def rounds_to_the_mean(w, factor=0.7):
    refuse_bad(w, factor)
    mean = float(magnitudes(w).sum(dtype=float) / w.size)
    return codes(w, mean / 2), mean


@wrong(
    en="Nothing is above Delta, and the mean of nothing is NaN: alpha must be 0.0 then.",
    zh="没有权重超过 Delta 时，空集的平均是 NaN：此时 alpha 应为 0.0。",
)
def mean_of_nothing(w, factor=0.7):
    refuse_bad(w, factor)
    kept = magnitudes(w) > threshold(w, factor)
    return codes(w, threshold(w, factor)), float(magnitudes(w)[kept].mean())


@same_mistake(mean_of_nothing)
def zero_over_zero(w, factor=0.7):
    refuse_bad(w, factor)
    q, _ = loop(w, threshold(w, factor))
    return q, float(np.float64(np.abs(w * q).sum(dtype=float)) / np.count_nonzero(q))


@wrong(
    en="It returns alpha * q for the codes: they are whole numbers, -1, 0 and +1, and alpha is returned beside them.",
    zh="返回的码是 alpha * q：码应为整数 -1、0、+1，alpha 单独给出。",
)
def returns_the_product(w, factor=0.7):
    refuse_bad(w, factor)
    q, alpha = loop(w, threshold(w, factor))
    return alpha * q, alpha


@same_mistake(returns_the_product)
def ternary_floats(w, factor=0.7):
    refuse_bad(w, factor)
    kept = magnitudes(w) > threshold(w, factor)
    return np.where(kept, np.sign(w) * mean_of(w, kept), 0.0), mean_of(w, kept)


@wrong(
    en="It returns the weights that are kept, not their signs: this is pruning.",
    zh="返回的是保留的权重，而不是它们的符号：这是剪枝。",
)
def prunes(w, factor=0.7):
    refuse_bad(w, factor)
    kept = magnitudes(w) > threshold(w, factor)
    return w * kept, mean_of(w, kept)


@same_mistake(prunes)
def zeroes_what_is_small(w, factor=0.7):
    refuse_bad(w, factor)
    q, alpha = loop(w, threshold(w, factor))
    left = w.astype(float)
    left[q == 0] = 0
    return left, alpha


@wrong(
    en="NaN or an infinite weight is accepted: every comparison with NaN is false, so all become 0; raise ValueError.",
    zh="没有拒绝 NaN 或无穷大：与 NaN 的比较都为假，全部变成 0；应抛出 ValueError。",
)
def accepts_what_is_not_finite(w, factor=0.7):
    if not w.size or not factor >= 0:
        raise ValueError("arguments")
    kept = magnitudes(w) > threshold(w, factor)
    return np.where(kept, np.sign(w), 0).astype(np.int8), mean_of(w, kept)


@same_mistake(accepts_what_is_not_finite)
def checks_only_the_size(w, factor=0.7):
    if w.size == 0 or not factor >= 0:
        raise ValueError("arguments")
    return loop(w, factor * float(magnitudes(w).sum()) / w.size)


@wrong(
    en="An empty array is accepted: a mean of nothing is NaN; raise ValueError.",
    zh="没有拒绝空数组：空集的平均是 NaN，应抛出 ValueError。",
)
def accepts_nothing(w, factor=0.7):
    if not np.isfinite(w).all() or not factor >= 0:
        raise ValueError("arguments")
    kept = magnitudes(w) > threshold(w, factor)
    return codes(w, threshold(w, factor)), mean_of(w, kept)


@same_mistake(accepts_nothing)
def no_weights_no_codes(w, factor=0.7):
    if np.isnan(w).any() or np.isinf(w).any() or not factor >= 0:
        raise ValueError("arguments")
    return loop(w, factor * float(magnitudes(w).sum()) / max(w.size, 1))


@wrong(
    en="A negative factor is accepted: every weight lies above a negative threshold; raise ValueError.",
    zh="没有拒绝负的系数：所有权重都超过负的阈值；应抛出 ValueError。",
)
def accepts_any_factor(w, factor=0.7):
    refuse_bad(w)
    kept = magnitudes(w) > threshold(w, factor)
    return codes(w, threshold(w, factor)), mean_of(w, kept)


@same_mistake(accepts_any_factor)
def checks_only_the_weights(w, factor=0.7):
    refuse_bad(w)
    return loop(w, threshold(w, factor))


@wrong(
    en="The means are taken in the dtype of w: the sum of a few float32 weights of 3e38 is infinite. Add in float64.",
    zh="平均用 w 自己的类型计算：几个 3e38 的 float32 权重之和就是无穷。应以 float64 累加。",
)
def means_in_the_dtype_of_w(w, factor=0.7):
    refuse_bad(w, factor)
    size = np.abs(w)
    with np.errstate(all="ignore"):
        kept = size > factor * float(size.mean(dtype=w.dtype))
        alpha = float(size[kept].mean(dtype=w.dtype)) if kept.any() else 0.0
    return np.where(kept, np.sign(w), 0).astype(np.int8), alpha


@same_mistake(means_in_the_dtype_of_w)
def sums_in_the_dtype_of_w(w, factor=0.7):
    refuse_bad(w, factor)
    with np.errstate(all="ignore"):
        delta = factor * float(np.add.reduce(np.abs(w), axis=None, dtype=w.dtype) / w.dtype.type(w.size))
        q = (w > delta).astype(np.int8) - (w < -delta)
        big = np.abs(w)[q != 0]
        alpha = float(np.add.reduce(big, dtype=w.dtype) / w.dtype.type(big.size)) if big.size else 0.0
    return q.astype(np.int8), alpha
