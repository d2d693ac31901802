"""Wrong answers to quantization/binary_quantization, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def magnitudes(w):
    return np.abs(w.astype(np.float64))


def refuse_bad(w):
    if not w.size or not np.isfinite(w).all():
        raise ValueError("weights")


def signs(w):
    return np.where(w < 0, -1, 1).astype(np.int8)


def over(w, per_channel):
    return tuple(range(1, w.ndim)) if per_channel else None


def scale(w, per_channel):
    return magnitudes(w).mean(axis=over(w, per_channel), keepdims=True)


def by_rows(w, per_channel, of):
    """The array of scales, from a function of the list of weights that share one."""
    rows = [row.ravel().tolist() for row in (w if per_channel else [w])]
    return np.array([float(of(row)) for row in rows]).reshape(-1, *(1,) * (w.ndim - 1))


@wrong(
    en="The codes are {0, 1}: a bit is stored that way, but it means -1 or +1. With 0 every negative weight is pruned.",
    zh="码取成了 {0, 1}：位是这样存的，但它代表的值是 -1 和 +1；取 0 就等于剪掉了所有负权重。",
)
def zero_and_one(w, per_channel=False):
    refuse_bad(w)
    return (w >= 0).astype(np.int8), scale(w, per_channel)


@same_mistake(zero_and_one)
def heaviside(w, per_channel=False):
    refuse_bad(w)
    return np.heaviside(w, 1).astype(np.int8), by_rows(w, per_channel, lambda row: np.abs(row).mean())


@wrong(
    en="np.sign(0) is 0, a third value that one bit cannot hold: zero must become +1.",
    zh="np.sign(0) 是 0，一个位存不下第三个值：零应取 +1。",
)
def sign_with_a_zero(w, per_channel=False):
    refuse_bad(w)
    return np.sign(w).astype(np.int8), scale(w, per_channel)


@same_mistake(sign_with_a_zero)
def positive_minus_negative(w, per_channel=False):
    refuse_bad(w)
    return (w > 0).astype(np.int8) - (w < 0).astype(np.int8), scale(w.astype(float), per_channel)


@wrong(
    en="Zero became -1: the sign is +1 where w >= 0, not only where w > 0.",
    zh="零成了 -1：w >= 0 处都是 +1，不只是 w > 0 处。",
)
def zero_is_minus_one(w, per_channel=False):
    refuse_bad(w)
    return np.where(w > 0, 1, -1).astype(np.int8), scale(w, per_channel)


@same_mistake(zero_is_minus_one)
def twice_the_bit_minus_one(w, per_channel=False):
    refuse_bad(w)
    return 2 * (w > 0).astype(np.int8) - 1, by_rows(w, per_channel, lambda row: np.abs(row).mean())


@wrong(
    en="-0.0 became -1: it equals 0, so its code is +1; copysign and signbit look at the bit instead.",
    zh="-0.0 成了 -1：它等于 0，码应为 +1；copysign 和 signbit 看的是符号位。",
)
def copies_the_sign_bit(w, per_channel=False):
    refuse_bad(w)
    return np.copysign(1, w).astype(np.int8), scale(w, per_channel)


@same_mistake(copies_the_sign_bit)
def looks_at_signbit(w, per_channel=False):
    refuse_bad(w)
    return np.where(np.signbit(w), -1, 1).astype(np.int8), scale(w.astype(float), per_channel)


@wrong(
    en="alpha is max|w|, as for more bits: here every weight lands on +-alpha, and the mean of |w| is nearest to all.",
    zh="alpha 取了 max|w|，那是多位量化的做法：这里每个权重都落在 ±alpha 上，|w| 的平均才离全体最近。",
)
def largest_magnitude(w, per_channel=False):
    refuse_bad(w)
    return signs(w), magnitudes(w).max(axis=over(w, per_channel), keepdims=True)


@same_mistake(largest_magnitude)
def widest_of_both_ends(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: max(max(row), -min(row)))


@wrong(
    en="alpha is 1: BinaryConnect trains this way, but to approximate given weights it must be mean |w|.",
    zh="alpha 取了 1：BinaryConnect 训练时如此，但要接近已有的权重，应取 |w| 的平均。",
)
def no_scale(w, per_channel=False):
    refuse_bad(w)
    return signs(w), np.ones_like(scale(w, per_channel))


@same_mistake(no_scale)
def scale_of_the_codes(w, per_channel=False):
    refuse_bad(w)
    return signs(w), scale(signs(w), per_channel)


@wrong(
    en="alpha is the mean of w, not of |w|: positive and negative weights cancel.",
    zh="alpha 取了 w 的平均，而不是 |w| 的平均：正负权重相互抵消。",
)
def mean_without_abs(w, per_channel=False):
    refuse_bad(w)
    return signs(w), w.mean(axis=over(w, per_channel), keepdims=True)


@same_mistake(mean_without_abs)
def sum_over_count(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: sum(row) / len(row))


@wrong(
    en="alpha is |mean w|: take the magnitudes first, then their mean, or the signs cancel.",
    zh="alpha 取了 |w 的平均|：应先取绝对值再平均，否则正负抵消。",
)
def abs_of_the_mean(w, per_channel=False):
    refuse_bad(w)
    return signs(w), np.abs(w.mean(axis=over(w, per_channel), keepdims=True))


@same_mistake(abs_of_the_mean)
def magnitude_of_the_average(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: abs(sum(row) / len(row)))


@wrong(
    en="alpha is the root of mean w^2: that keeps the energy, but mean |w| leaves the smallest squared error.",
    zh="alpha 取了均方根：它保持能量，但使平方误差最小的是 |w| 的平均。",
)
def root_mean_square(w, per_channel=False):
    refuse_bad(w)
    return signs(w), np.sqrt(np.square(w.astype(float)).mean(axis=over(w, per_channel), keepdims=True))


@same_mistake(root_mean_square)
def norm_over_root_n(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: np.linalg.norm(row) / np.sqrt(len(row)))


@wrong(
    en="alpha is the standard deviation: it subtracts the mean of w first; the optimum is mean |w|.",
    zh="alpha 取了标准差：它先减去了 w 的平均；最优的是 |w| 的平均。",
)
def standard_deviation(w, per_channel=False):
    refuse_bad(w)
    return signs(w), w.std(axis=over(w, per_channel), keepdims=True)


@same_mistake(standard_deviation)
def root_of_the_variance(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: np.var(row) ** 0.5)


@wrong(
    en="alpha is the median of |w|: the median minimizes absolute errors, the mean squared ones.",
    zh="alpha 取了 |w| 的中位数：中位数使绝对误差最小，平均才使平方误差最小。",
)
def median_magnitude(w, per_channel=False):
    refuse_bad(w)
    return signs(w), np.median(magnitudes(w), axis=over(w, per_channel), keepdims=True)


@same_mistake(median_magnitude)
def middle_of_the_sorted(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: np.percentile(np.abs(row), 50))


@wrong(
    en="alpha is the sum of |w|: divide by the number of weights that share it.",
    zh="alpha 取了 |w| 的和：应除以共用它的权重个数。",
)
def sum_of_magnitudes(w, per_channel=False):
    refuse_bad(w)
    return signs(w), magnitudes(w).sum(axis=over(w, per_channel), keepdims=True)


@same_mistake(sum_of_magnitudes)
def l1_norm(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: np.linalg.norm(row, 1))


@wrong(
    en="Zeros are left out of the mean: they get +-alpha like all others (leaving them out is ternary quantization).",
    zh="平均时漏掉了零：它们和其他权重一样取 ±alpha（漏掉零的是三值量化）。",
)
def mean_of_the_nonzero(w, per_channel=False):
    refuse_bad(w)
    count = np.maximum((w != 0).sum(axis=over(w, per_channel), keepdims=True), 1)
    return signs(w), magnitudes(w).sum(axis=over(w, per_channel), keepdims=True) / count


@same_mistake(mean_of_the_nonzero)
def skips_zeros(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: np.mean([abs(v) for v in row if v] or [0.0]))


@wrong(
    en="per_channel is ignored: with True each output channel (axis 0) has an alpha of its own.",
    zh="忽略了 per_channel：为 True 时每个输出通道（轴 0）各有一个 alpha。",
)
def always_one_scale(w, per_channel=False):
    refuse_bad(w)
    return signs(w), scale(w, False)


@same_mistake(always_one_scale)
def one_scale_in_a_loop(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, False, lambda row: np.abs(row).mean())


@wrong(
    en="Each output channel has its own alpha although per_channel is False: then one serves the whole array.",
    zh="per_channel 为 False 时仍然每个输出通道一个 alpha：此时整个数组应共用一个。",
)
def always_per_channel(w, per_channel=False):
    refuse_bad(w)
    return signs(w), scale(w, True)


@same_mistake(always_per_channel)
def always_by_rows(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, True, lambda row: np.abs(row).mean())


@wrong(
    en="One alpha for each input (axis 1): it is inside the sum of the product and cannot be factored out.",
    zh="每个输入（轴 1）一个 alpha：它在乘积的求和号里面，提不出来。",
)
def one_scale_for_each_input(w, per_channel=False):
    refuse_bad(w)
    if per_channel and w.ndim > 1:
        return signs(w), magnitudes(w).mean(axis=(0, *range(2, w.ndim)), keepdims=True)
    return signs(w), scale(w, per_channel)


@same_mistake(one_scale_for_each_input)
def means_of_the_columns(w, per_channel=False):
    refuse_bad(w)
    if per_channel and w.ndim > 1:
        return signs(w), scale(np.swapaxes(w, 0, 1), True).swapaxes(0, 1)
    return signs(w), scale(w, per_channel)


@wrong(
    en="The mean runs over axis 1 alone: all kernel positions of an output channel share its alpha, too.",
    zh="只对轴 1 求了平均：同一输出通道的所有核位置也共用这个 alpha。",
)
def one_scale_for_each_position(w, per_channel=False):
    refuse_bad(w)
    if per_channel and w.ndim > 1:
        return signs(w), magnitudes(w).mean(axis=1, keepdims=True)
    return signs(w), scale(w, per_channel)


@same_mistake(one_scale_for_each_position)
def adds_the_inputs_up(w, per_channel=False):
    refuse_bad(w)
    if per_channel and w.ndim > 1:
        total = sum(np.abs(w[:, i]).astype(float) for i in range(w.shape[1]))
        return signs(w), np.expand_dims(total / w.shape[1], 1)
    return signs(w), scale(w, per_channel)


@wrong(
    en="The threshold is the mean of w: codes change sign at 0, or alpha * q has the wrong sign for weights near it.",
    zh="以 w 的平均为阈值：码应在 0 处变号，否则平均值附近的权重会得到相反的符号。",
)
def above_the_mean(w, per_channel=False):
    refuse_bad(w)
    return signs(w - w.mean(axis=over(w, per_channel), keepdims=True)), scale(w, per_channel)


@same_mistake(above_the_mean)
def centres_the_weights(w, per_channel=False):
    refuse_bad(w)
    centre = by_rows(w, per_channel, lambda row: sum(row) / len(row))
    return signs(w.astype(float) - centre), scale(w.astype(float), per_channel)


@wrong(
    en="It returns alpha * q for the codes: they are whole numbers, -1 and +1, and alpha is returned beside them.",
    zh="返回的码是 alpha * q：码应为整数 -1 和 +1，alpha 单独给出一次。",
)
def returns_the_product(w, per_channel=False):
    refuse_bad(w)
    return scale(w, per_channel) * signs(w), scale(w, per_channel)


@same_mistake(returns_the_product)
def plus_or_minus_alpha(w, per_channel=False):
    refuse_bad(w)
    alpha = by_rows(w, per_channel, lambda row: np.abs(row).mean())
    return np.where(w >= 0, alpha, -alpha), alpha


@wrong(
    en="The axes of alpha are lost (keepdims): (out,) times (out, in) lines up with the inputs, or not at all.",
    zh="alpha 丢了轴（缺 keepdims）：(out,) 乘 (out, in) 会对齐到输入上，或者根本对不齐。",
)
def scale_without_axes(w, per_channel=False):
    refuse_bad(w)
    return signs(w), np.atleast_1d(magnitudes(w).mean(axis=over(w, per_channel)))


@same_mistake(scale_without_axes)
def flat_scales(w, per_channel=False):
    refuse_bad(w)
    return signs(w), by_rows(w, per_channel, lambda row: np.abs(row).mean()).ravel()


@wrong(
    en="NaN or an infinite weight is accepted: it has no sign to store, and spoils alpha; raise ValueError.",
    zh="没有拒绝 NaN 或无穷大：它没有可存的符号，还会毁掉 alpha，应抛出 ValueError。",
)
def accepts_what_is_not_finite(w, per_channel=False):
    if not w.size:
        raise ValueError("empty")
    return signs(w), scale(w, per_channel)


@same_mistake(accepts_what_is_not_finite)
def refuses_only_what_is_empty(w, per_channel=False):
    if w.size == 0:
        raise ValueError("empty")
    return 1 - 2 * (w < 0).astype(np.int8), by_rows(w, per_channel, lambda row: sum(map(abs, row)) / len(row))


@wrong(
    en="An empty array is accepted: a mean of nothing is NaN; raise ValueError.",
    zh="没有拒绝空数组：空集的平均是 NaN，应抛出 ValueError。",
)
def accepts_nothing(w, per_channel=False):
    if not np.isfinite(w).all():
        raise ValueError("weights")
    return signs(w), scale(w, per_channel)


@same_mistake(accepts_nothing)
def refuses_only_what_is_not_finite(w, per_channel=False):
    if np.isnan(w).any() or np.isinf(w).any():
        raise ValueError("weights")
    return signs(w), by_rows(w, per_channel, lambda row: np.abs(row).mean())


@wrong(
    en="The mean is taken in the dtype of w: the sum of a few float32 weights of 3e38 is infinite. Add in float64.",
    zh="平均用 w 自己的类型计算：几个 3e38 的 float32 权重之和就是无穷。应以 float64 累加。",
)
def mean_in_the_dtype_of_w(w, per_channel=False):
    refuse_bad(w)
    with np.errstate(all="ignore"):
        alpha = np.abs(w).mean(axis=tuple(range(1, w.ndim)) if per_channel else None, keepdims=True, dtype=w.dtype)
    return np.where(w >= 0, 1, -1).astype(np.int8), alpha


@same_mistake(mean_in_the_dtype_of_w)
def sum_over_count_in_the_dtype_of_w(w, per_channel=False):
    refuse_bad(w)
    rows = np.abs(w).reshape(len(w) if per_channel else 1, -1)
    with np.errstate(all="ignore"):
        alpha = np.add.reduce(rows, axis=1, dtype=w.dtype) / w.dtype.type(rows.shape[1])
    q = np.ones(w.shape, np.int8)
    q[w < 0] = -1
    return q, alpha.reshape(-1, *(1,) * (w.ndim - 1))
