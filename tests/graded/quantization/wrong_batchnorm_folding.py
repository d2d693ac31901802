"""Wrong answers to quantization/batchnorm_folding, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad_shapes(w, b, gamma, beta, mean, variance):
    if any(v is not None and v.shape != (len(w),) for v in (b, gamma, beta, mean, variance)):
        raise ValueError("shape")


def refuse_bad_numbers(variance, eps):
    if not eps > 0 or not (variance >= 0).all():
        raise ValueError("variance")


def refuse_bad(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    refuse_bad_numbers(variance, eps)


def rows(k, w):
    """k in a shape that multiplies the output channels of w."""
    return k.reshape(-1, *[1] * (w.ndim - 1))


def folded(w, b, k, beta, mean):
    """The right fold with a factor k that may be wrong."""
    return w * rows(k, w), beta + ((0 if b is None else b) - mean) * k


def as_asked(
    w,
    b,
    gamma,
    beta,
    mean,
    variance,
    eps,
    *,
    factor=lambda gamma, variance, eps: gamma / np.sqrt(variance + eps),
    column=rows,
    bias=lambda beta, shift, k: beta + shift * k,
):
    """The right answer, in the solution's order, except for the step that is given."""
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = factor(gamma, variance, eps)
    shift = -mean if b is None else b - mean
    return w * column(k, w), bias(beta, shift, k)


def by_channel(w, factor, bias):
    """Loop over channels: factor(o) for the weight, bias(o, factor) for the bias."""
    new_w, new_b = np.zeros(w.shape), np.zeros(len(w))
    for o in range(len(w)):
        k = factor(o)
        new_w[o] = w[o] * k
        new_b[o] = bias(o, k)
    return new_w, new_b


def of(b, o):
    return 0.0 if b is None else b[o]


@wrong(
    en="eps is outside the root: it is sqrt(variance + eps), or channels of small variance come out too large.",
    zh="eps 放在了根号外：应为 sqrt(variance + eps)，否则方差小的通道会算得过大。",
)
def eps_outside_the_root(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / (np.sqrt(variance) + eps), beta, mean)


@same_mistake(eps_outside_the_root)
def adds_eps_to_the_deviation(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: gamma[o] / (float(variance[o]) ** 0.5 + eps), lambda o, k: beta[o] + (of(b, o) - mean[o]) * k
    )


@wrong(
    en="eps is left out: a channel that hardly varies in training is divided by nearly zero.",
    zh="漏掉了 eps：训练中几乎不变的通道会除以接近零的数。",
)
def without_eps(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / np.sqrt(variance), beta, mean)


@same_mistake(without_eps)
def divides_by_the_deviation(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    deviation = variance**0.5
    return w / rows(deviation, w) * rows(gamma, w), beta + ((0 if b is None else b) - mean) / deviation * gamma


@wrong(
    en="It takes the larger of variance and eps: eps is added to the variance.",
    zh="取了方差与 eps 中较大的一个：eps 应加在方差上。",
)
def larger_of_variance_and_eps(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / np.sqrt(np.maximum(variance, eps)), beta, mean)


@same_mistake(larger_of_variance_and_eps)
def eps_only_for_small_variances(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: gamma[o] / max(float(variance[o]), eps) ** 0.5, lambda o, k: beta[o] + k * (of(b, o) - mean[o])
    )


@wrong(
    en="It divides by the variance: the root is missing.",
    zh="除以了方差：少了开方。",
)
def without_the_root(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / (variance + eps), beta, mean)


@same_mistake(without_the_root)
def takes_the_variance_for_a_deviation(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(w, lambda o: gamma[o] / (variance[o] + eps), lambda o, k: beta[o] + k * (of(b, o) - mean[o]))


@wrong(
    en="It multiplies by the deviation: batch norm divides by it.",
    zh="乘以了标准差：批归一化是除以它。",
)
def multiplies_by_the_deviation(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma * np.sqrt(variance + eps), beta, mean)


@same_mistake(multiplies_by_the_deviation)
def deviation_in_the_numerator(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: gamma[o] * (variance[o] + eps) ** 0.5, lambda o, k: beta[o] + k * (of(b, o) - mean[o])
    )


@wrong(
    en="The layer's own bias is dropped: it goes through batch norm too, (b - mean) k.",
    zh="丢掉了该层自己的偏置：它也要经过批归一化，(b - mean) k。",
)
def drops_the_bias(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, None, gamma / np.sqrt(variance + eps), beta, mean)


@same_mistake(drops_the_bias)
def bias_from_batch_norm_alone(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: beta[o] - mean[o] * k)


@wrong(
    en="The bias is added after the scaling: it comes before batch norm, so k multiplies it as well.",
    zh="偏置在缩放之后才加上：它在批归一化之前，也要乘以 k。",
)
def bias_is_not_scaled(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return w * rows(k, w), (0 if b is None else b) + beta - mean * k


@same_mistake(bias_is_not_scaled)
def keeps_the_old_bias(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: gamma[o] * (variance[o] + eps) ** -0.5, lambda o, k: of(b, o) + (beta[o] - k * mean[o])
    )


@wrong(
    en="The running mean is left out: batch norm subtracts it before it scales.",
    zh="漏掉了运行均值：批归一化先减去它，再缩放。",
)
def forgets_the_mean(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, 0 * mean)


@same_mistake(forgets_the_mean)
def only_scale_and_shift(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: beta[o] + k * of(b, o))


@wrong(
    en="The running mean is added: batch norm subtracts it.",
    zh="加上了运行均值：批归一化是减去它。",
)
def adds_the_mean(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, -mean)


@same_mistake(adds_the_mean)
def wrong_sign_of_the_mean(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: beta[o] + k * (of(b, o) + mean[o])
    )


@wrong(
    en="The mean is subtracted without k: the difference b - mean is scaled as a whole.",
    zh="减去均值时没有乘 k：b - mean 这个差要整体缩放。",
)
def mean_is_not_scaled(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return w * rows(k, w), beta - mean + (0 if b is None else b * k)


@same_mistake(mean_is_not_scaled)
def subtracts_the_plain_mean(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: beta[o] + k * of(b, o) - mean[o])


@wrong(
    en="beta is left out: it is batch norm's shift, and becomes part of the bias.",
    zh="漏掉了 beta：它是批归一化的平移，要成为偏置的一部分。",
)
def forgets_beta(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, gamma / np.sqrt(variance + eps), 0 * beta, mean)


@same_mistake(forgets_beta)
def no_shift(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: k * (of(b, o) - mean[o]))


@wrong(
    en="beta is scaled as well: it is added after the scaling, as it is.",
    zh="beta 也被缩放了：它是在缩放之后原样加上的。",
)
def scales_beta(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return w * rows(k, w), ((0 if b is None else b) - mean + beta) * k


@same_mistake(scales_beta)
def everything_times_k(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: k * beta[o] + k * (of(b, o) - mean[o])
    )


@wrong(
    en="gamma is left out: batch norm scales after it normalizes.",
    zh="漏掉了 gamma：批归一化在归一化之后还要缩放。",
)
def forgets_gamma(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, 1 / np.sqrt(variance + eps), beta, mean)


@same_mistake(forgets_gamma)
def only_normalizes(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(w, lambda o: (variance[o] + eps) ** -0.5, lambda o, k: beta[o] + k * (of(b, o) - mean[o]))


@wrong(
    en="gamma loses its sign: a negative gamma flips the channel.",
    zh="gamma 丢了符号：负的 gamma 会翻转通道。",
)
def magnitude_of_gamma(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, np.abs(gamma) / np.sqrt(variance + eps), beta, mean)


@same_mistake(magnitude_of_gamma)
def gamma_inside_the_root(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: np.sqrt(gamma[o] ** 2 / (variance[o] + eps)), lambda o, k: beta[o] + k * (of(b, o) - mean[o])
    )


@wrong(
    en="The weight stays as it is: batch norm scales every output, so it scales the weights.",
    zh="权重没有变：批归一化缩放每个输出，因此也缩放权重。",
)
def only_the_bias(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return w.copy(), folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)[1]


@same_mistake(only_the_bias)
def copies_the_weight(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    _, new_b = by_channel(
        w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: beta[o] + k * (of(b, o) - mean[o])
    )
    return np.array(w), new_b


@wrong(
    en="k multiplies the last axis: `w * k` scales inputs, or columns of the kernel. Output channels are axis 0.",
    zh="k 乘在了最后一轴上：`w * k` 缩放的是输入或卷积核的列。输出通道是轴 0。",
)
def scales_the_last_axis(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return w * k, folded(w, b, k, beta, mean)[1]


@same_mistake(scales_the_last_axis)
def columns_instead_of_rows(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma * (variance + eps) ** -0.5
    if w.shape[-1] != len(k):
        return w * k, None  # NumPy refuses to broadcast
    new_w = w.copy()
    for i in range(w.shape[-1]):
        new_w[..., i] = w[..., i] * k[i]
    return new_w, k * ((0 if b is None else b) - mean) + beta


@wrong(
    en="The factor is only right for linear layers: `k[:, None]` does not reach axis 0 of a convolution's four axes.",
    zh="系数只适用于全连接层：卷积有四个轴，`k[:, None]` 对不准轴 0。",
)
def only_two_axes(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return w * k[:, None], folded(w, b, k, beta, mean)[1]


@same_mistake(only_two_axes)
def a_column_of_factors(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma * (variance + eps) ** -0.5
    return np.multiply(k.reshape(len(k), 1), w), beta + k * ((0 if b is None else b) - mean)


@wrong(
    en="A layer without bias stays without one: the shift beta - mean k needs a place.",
    zh="没有偏置的层仍然没有偏置：beta - mean k 这个平移必须有地方放。",
)
def no_bias_stays_none(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    new_w, new_b = folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)
    return new_w, None if b is None else new_b


@same_mistake(no_bias_stays_none)
def folds_the_bias_if_there_is_one(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma * (variance + eps) ** -0.5
    if b is not None:
        b = k * (b - mean) + beta
    return w * rows(k, w), b


@wrong(
    en="A missing bias becomes beta alone: without b the mean still counts, beta - mean k.",
    zh="缺少偏置时只用了 beta：没有 b，均值仍然起作用，beta - mean k。",
)
def beta_for_a_missing_bias(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    new_w, new_b = folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)
    return new_w, beta.copy() if b is None else new_b


@same_mistake(beta_for_a_missing_bias)
def shifts_only_what_is_there(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma * (variance + eps) ** -0.5
    new_b = np.array(beta)
    if b is not None:
        new_b = new_b + k * (b - mean)
    return w * rows(k, w), new_b


@wrong(
    en="It writes into w or b: return new arrays, the layer still belongs to the caller.",
    zh="直接改写了 w 或 b：应返回新数组，原来的层仍属于调用者。",
)
def folds_in_place(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    w *= rows(k, w).astype(w.dtype)
    return w, beta + ((0 if b is None else b) - mean) * k


@same_mistake(folds_in_place)
def writes_each_filter(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    for o in range(len(w)):
        w[o] = w[o] * k[o]
    return w, k * ((0 if b is None else b) - mean) + beta


@wrong(
    en="It returns batch norm's inverse: multiply by k = gamma / sqrt(variance + eps); do not divide.",
    zh="返回的是批归一化的逆：应乘以 k = gamma / sqrt(variance + eps)，而不是除以它。",
)
def unfolds(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return w / rows(k, w), mean + ((0 if b is None else b) - beta) / k


@same_mistake(unfolds)
def undoes_batch_norm(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return by_channel(
        w, lambda o: np.sqrt(variance[o] + eps) / gamma[o], lambda o, k: mean[o] + k * (of(b, o) - beta[o])
    )


@wrong(
    en="A vector of another length is broadcast: one number would serve all channels. Raise ValueError.",
    zh="长度不对的向量被广播了：一个数会用于所有通道。应抛出 ValueError。",
)
def broadcasts(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_numbers(variance, eps)
    k = gamma / np.sqrt(variance + eps)
    return folded(w, b, k, beta, mean)


@same_mistake(broadcasts)
def does_not_look_at_shapes(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_numbers(variance, eps)
    inverse = (variance + eps) ** -0.5
    old_b = np.zeros(len(w)) if b is None else b
    return w * rows(gamma * inverse, w), (old_b - mean) * (gamma * inverse) + beta


@wrong(
    en="A negative variance or an eps of 0 is accepted: raise ValueError before a root makes NaN of it.",
    zh="没有拒绝负的方差或为 0 的 eps：应抛出 ValueError，以免开方得到 NaN。",
)
def accepts_any_variance(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)


@same_mistake(accepts_any_variance)
def does_not_look_at_numbers(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    return by_channel(
        w, lambda o: gamma[o] / np.sqrt(variance[o] + eps), lambda o, k: beta[o] + k * (of(b, o) - mean[o])
    )


@wrong(
    en="sqrt(variance) + sqrt(eps) is not sqrt(variance + eps): the root is taken of the sum.",
    zh="sqrt(variance) + sqrt(eps) 不等于 sqrt(variance + eps)：和应在同一个根号之内。",
)
def root_of_each(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / (np.sqrt(variance) + np.sqrt(eps)),
    )


@same_mistake(root_of_each)
def adds_two_roots(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w, b, gamma, beta, mean, variance, eps, factor=lambda gamma, variance, eps: gamma / (variance**0.5 + eps**0.5)
    )


@wrong(
    en="eps is squared: it enters the root as it is, sqrt(variance + eps).",
    zh="eps 被平方了：根号内就是 eps 本身，sqrt(variance + eps)。",
)
def squares_eps(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w, b, gamma, beta, mean, variance, eps, factor=lambda gamma, variance, eps: gamma / np.sqrt(variance + eps**2)
    )


@same_mistake(squares_eps)
def eps_is_squared(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / np.hypot(np.sqrt(variance), eps),
    )


@wrong(
    en="The variance is squared, as if it were a standard deviation: it is a variance already.",
    zh="把方差又平方了，当成了标准差：它本来就是方差。",
)
def squares_the_variance(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w, b, gamma, beta, mean, variance, eps, factor=lambda gamma, variance, eps: gamma / np.sqrt(variance**2 + eps)
    )


@same_mistake(squares_the_variance)
def variance_as_a_deviation(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / np.sqrt(variance * variance + eps),
    )


@wrong(
    en="A second epsilon is added: where eps is 1e-12 it dominates small channels. Only eps belongs in the root.",
    zh="又加了一个小数：eps 为 1e-12 时，它会左右方差小的通道。根号内只有 eps。",
)
def an_epsilon_more(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / np.sqrt(variance + eps + 1e-8),
    )


@same_mistake(an_epsilon_more)
def one_more_epsilon(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma * (variance + (eps + 1e-8)) ** -0.5,
    )


@wrong(
    en="The divisor gets an epsilon of its own: sqrt(variance + eps) is never 0, because eps is inside.",
    zh="除数又加了一个小数：sqrt(variance + eps) 不会为 0，eps 已在根号内。",
)
def an_epsilon_outside(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / (np.sqrt(variance + eps) + 1e-8),
    )


@same_mistake(an_epsilon_outside)
def guards_the_divisor(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / (1e-8 + (variance + eps) ** 0.5),
    )


@wrong(
    en="eps is raised to a usual size, 1e-5: it is taken as it is given.",
    zh="把 eps 抬高到常见的 1e-5：应按给定的值使用。",
)
def raises_eps(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / np.sqrt(variance + max(eps, 1e-5)),
    )


@same_mistake(raises_eps)
def least_eps(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w,
        b,
        gamma,
        beta,
        mean,
        variance,
        eps,
        factor=lambda gamma, variance, eps: gamma / np.sqrt(variance + np.maximum(eps, 1e-5)),
    )


@wrong(
    en="eps is ignored and 1e-5 used in its place: use the argument.",
    zh="没有使用 eps，而是写死了 1e-5：应使用参数。",
)
def a_usual_eps(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w, b, gamma, beta, mean, variance, eps, factor=lambda gamma, variance, eps: gamma / np.sqrt(variance + 1e-5)
    )


@same_mistake(a_usual_eps)
def ignores_eps(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w, b, gamma, beta, mean, variance, eps, factor=lambda gamma, variance, eps: gamma * (variance + 1e-5) ** -0.5
    )


@wrong(
    en="gamma and beta are swapped: gamma multiplies, beta is added.",
    zh="gamma 与 beta 弄反了：gamma 相乘，beta 相加。",
)
def swaps_gamma_and_beta(w, b, gamma, beta, mean, variance, eps):
    return as_asked(w, b, beta, gamma, mean, variance, eps)


@same_mistake(swaps_gamma_and_beta)
def beta_scales(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    return folded(w, b, beta * (variance + eps) ** -0.5, gamma, mean)


@wrong(
    en="k multiplies axis 1, the inputs: the output channels are axis 0.",
    zh="k 乘在了轴 1（输入）上：输出通道是轴 0。",
)
def columns_of_inputs(w, b, gamma, beta, mean, variance, eps):
    return as_asked(w, b, gamma, beta, mean, variance, eps, column=along_inputs)


@same_mistake(columns_of_inputs)
def scales_the_inputs(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = gamma / np.sqrt(variance + eps)
    new_w = w * k if w.ndim == 2 else w * k[:, None, None]
    return new_w, beta + ((0 if b is None else b) - mean) * k


def along_inputs(k, w):
    return k.reshape(1, -1, *[1] * (w.ndim - 2))


@wrong(
    en="The factor is only right for convolutions: k[:, None, None, None] has two axes too many for a linear layer.",
    zh="系数只适用于卷积：对全连接层，k[:, None, None, None] 多了两个轴。",
)
def always_four_axes(w, b, gamma, beta, mean, variance, eps):
    return as_asked(w, b, gamma, beta, mean, variance, eps, column=lambda k, w: k[:, None, None, None])


@same_mistake(always_four_axes)
def only_for_convolutions(w, b, gamma, beta, mean, variance, eps):
    return as_asked(w, b, gamma, beta, mean, variance, eps, column=lambda k, w: k.reshape(-1, 1, 1, 1))


@wrong(
    en="b' keeps a second axis: the exercise asks for the shape (out,).",
    zh="b' 多了一个轴：题目要求形状 (out,)。",
)
def bias_as_a_column(w, b, gamma, beta, mean, variance, eps):
    return as_asked(w, b, gamma, beta, mean, variance, eps, bias=lambda beta, shift, k: (beta + shift * k)[:, None])


@same_mistake(bias_as_a_column)
def keeps_an_axis(w, b, gamma, beta, mean, variance, eps):
    return as_asked(
        w, b, gamma, beta, mean, variance, eps, bias=lambda beta, shift, k: (beta + shift * k).reshape(-1, 1)
    )


@wrong(
    en="Return the results in the order (w', b').",
    zh="返回值的顺序是 (w', b')。",
)
def bias_first(w, b, gamma, beta, mean, variance, eps):
    return as_asked(w, b, gamma, beta, mean, variance, eps)[::-1]


@same_mistake(bias_first)
def swaps_what_is_returned(w, b, gamma, beta, mean, variance, eps):
    new_w, new_b = as_asked(w, b, gamma, beta, mean, variance, eps)
    return new_b, new_w


@wrong(
    en="The numbers pass through float16: a relative accuracy of 1e-5 needs more than its 11 bits.",
    zh="数值经过了 float16：要达到自身的 1e-5，它的 11 位不够。",
)
def through_float16(w, b, gamma, beta, mean, variance, eps):
    new_w, new_b = as_asked(w, b, gamma, beta, mean, variance, eps)
    return new_w.astype(np.float16).astype(np.float32), new_b.astype(np.float16).astype(np.float32)


@same_mistake(through_float16)
def in_half_precision(w, b, gamma, beta, mean, variance, eps):
    new_w, new_b = as_asked(w, b, gamma, beta, mean, variance, eps)
    return np.float16(new_w).astype(np.float64), np.float16(new_b).astype(np.float64)


@wrong(
    en="A variance that is NaN is accepted: NaN < 0 is False, test variance >= 0 instead.",
    zh="没有拒绝为 NaN 的方差：NaN < 0 为假，应检查 variance >= 0。",
)
def takes_nan_variances(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    refuse_bad_numbers(np.nan_to_num(variance), eps)
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)


@same_mistake(takes_nan_variances)
def negative_ones_only(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    if not eps > 0 or np.any(variance < 0):
        raise ValueError("numbers")
    return folded(w, b, gamma * (variance + eps) ** -0.5, beta, mean)


@wrong(
    en="An eps that is NaN is accepted: eps <= 0 is False for it, test not eps > 0.",
    zh="没有拒绝为 NaN 的 eps：此时 eps <= 0 为假，应检查 not eps > 0。",
)
def takes_nan_as_eps(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    refuse_bad_numbers(variance, 1.0 if eps != eps else eps)
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)


@same_mistake(takes_nan_as_eps)
def zero_and_below_only(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    if eps <= 0 or not np.all(variance >= 0):
        raise ValueError("numbers")
    return folded(w, b, gamma * (variance + eps) ** -0.5, beta, mean)


@wrong(
    en="NaN is accepted, as variance and as eps: comparisons with NaN are False; test what must hold instead.",
    zh="没有拒绝 NaN（方差与 eps 皆然）：与 NaN 比较总为假，应检查必须成立的条件。",
)
def lets_nan_through(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    if eps <= 0 or (variance < 0).any():
        raise ValueError("numbers")
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)


@same_mistake(lets_nan_through)
def compares_the_wrong_way(w, b, gamma, beta, mean, variance, eps):
    refuse_bad_shapes(w, b, gamma, beta, mean, variance)
    if eps <= 0 or min(variance) < 0:
        raise ValueError("numbers")
    return folded(w, b, gamma * (variance + eps) ** -0.5, beta, mean)


@wrong(
    en="Only the length is compared: (out, 1) and (out, 2) have it too, and broadcast. Compare the shape.",
    zh="只比较了长度：(out, 1) 与 (out, 2) 的长度也相同，并会广播。应比较形状。",
)
def looks_at_the_length_only(w, b, gamma, beta, mean, variance, eps):
    if any(
        v is not None and np.size(v, 0) != len(w) for v in (b, gamma, beta, mean, variance) if np.ndim(v) or v is None
    ):
        raise ValueError("shape")
    if any(v is not None and v.ndim == 0 for v in (b, gamma, beta, mean, variance)):
        raise ValueError("shape")
    refuse_bad_numbers(variance, eps)
    k = np.ravel(gamma)[: len(w)] / np.sqrt(np.ravel(variance)[: len(w)] + eps)
    return folded(
        w, np.ravel(b)[: len(w)] if b is not None else None, k, np.ravel(beta)[: len(w)], np.ravel(mean)[: len(w)]
    )


@same_mistake(looks_at_the_length_only)
def as_many_rows(w, b, gamma, beta, mean, variance, eps):
    if any(v is not None and (v.ndim == 0 or len(v) != len(w)) for v in (b, gamma, beta, mean, variance)):
        raise ValueError("shape")
    refuse_bad_numbers(variance, eps)
    b, gamma, beta, mean, variance = (
        None if v is None else v.ravel()[: len(w)] for v in (b, gamma, beta, mean, variance)
    )
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)


@wrong(
    en="Only the size is compared: (out, 1) and (1, out) have it too, and broadcast. Compare the shape.",
    zh="只比较了元素个数：(out, 1) 与 (1, out) 的个数也相同，并会广播。应比较形状。",
)
def looks_at_the_size_only(w, b, gamma, beta, mean, variance, eps):
    if any(v is not None and v.size != len(w) for v in (b, gamma, beta, mean, variance)):
        raise ValueError("shape")
    refuse_bad_numbers(variance, eps)
    b, gamma, beta, mean, variance = (None if v is None else v.ravel() for v in (b, gamma, beta, mean, variance))
    return folded(w, b, gamma / np.sqrt(variance + eps), beta, mean)


@same_mistake(looks_at_the_size_only)
def as_many_numbers(w, b, gamma, beta, mean, variance, eps):
    if any(v is not None and np.prod(v.shape) != len(w) for v in (b, gamma, beta, mean, variance)):
        raise ValueError("shape")
    refuse_bad_numbers(variance, eps)
    flat = [None if v is None else v.reshape(-1) for v in (b, gamma, beta, mean, variance)]
    return folded(w, flat[0], flat[1] * (flat[4] + eps) ** -0.5, flat[2], flat[3])
