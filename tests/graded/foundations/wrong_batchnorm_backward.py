"""Wrong answers to foundations/batchnorm_backward, each with the misconception behind it.

Two right ways come first, the closed form and the paper's steps; an answer replaces the step that it gets wrong.
"""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(x, gamma, dy, running_mean, running_var, training, eps):
    refuse_bad_shapes(x, gamma, dy, running_mean, running_var)
    refuse_bad_eps(eps)
    refuse_few_values(x, training)


def refuse_bad_shapes(x, gamma, dy, running_mean, running_var):
    if dy.shape != x.shape or {a.shape for a in (gamma, running_mean, running_var)} != {(x.shape[1],)}:
        raise ValueError("shapes")


def refuse_bad_eps(eps):
    if not eps > 0:
        raise ValueError("eps")


def refuse_few_values(x, training):
    if training and x.size // x.shape[1] < 2:
        raise ValueError("values")


def others(x):
    """Every axis but the channels'."""
    return (0, *range(2, x.ndim))


def spread(values, x):
    return np.reshape(values, (-1, *(1 for _ in range(x.ndim - 2))))


def statistics(x, running_mean, running_var, training):
    return (x.mean(axis=others(x)), x.var(axis=others(x))) if training else (running_mean, running_var)


def root(v, eps):
    return np.sqrt(v + eps)


def closed_form(
    x,
    gamma,
    dy,
    running_mean,
    running_var,
    training,
    eps,
    *,
    check=refuse_bad,
    statistics=statistics,
    root=root,
    through_mean=1.0,
    through_variance=1.0,
    count=None,
    formula=None,
):
    check(x, gamma, dy, running_mean, running_var, training, eps)
    mu, v = statistics(x, running_mean, running_var, training)
    inverse = spread(1 / root(v, eps), x)
    xhat = (x - spread(mu, x)) * inverse
    dgamma, dbeta = (dy * xhat).sum(axis=others(x)), dy.sum(axis=others(x))
    if not (training if formula is None else formula):
        return spread(gamma, x) * inverse * dy, dgamma, dbeta
    m = count or x.size // x.shape[1]
    inner = dy - through_mean * spread(dbeta, x) / m - through_variance * xhat * spread(dgamma, x) / m
    return spread(gamma, x) * inverse * inner, dgamma, dbeta


def by_steps(
    x,
    gamma,
    dy,
    running_mean,
    running_var,
    training,
    eps,
    *,
    check=refuse_bad,
    statistics=statistics,
    root=root,
    mean_moves=True,
    variance_moves=True,
    count=None,
    formula=None,
):
    check(x, gamma, dy, running_mean, running_var, training, eps)
    mu, v = statistics(x, running_mean, running_var, training)
    centred, deviation = x - spread(mu, x), spread(root(v, eps), x)
    dxhat = dy * spread(gamma, x)
    dx = dxhat / deviation
    if training if formula is None else formula:
        m = count or x[:, 0].size
        if variance_moves:
            dv = (dxhat * centred / deviation).sum(axis=others(x), keepdims=True) / deviation / deviation * -0.5
            dx = dx + 2 * dv * centred / m
        if mean_moves:
            dx = dx - (dxhat / deviation).sum(axis=others(x), keepdims=True) / m
    return dx, (dy * centred / deviation).sum(axis=others(x)), dy.sum(axis=others(x))


@wrong(
    en="In training dx takes mean and variance for constants: they depend on x, which adds two terms.",
    zh="训练时 dx 把均值和方差当成了常数：它们依赖于 x，由此还有两项。",
)
def statistics_are_constants(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, through_mean=0, through_variance=0)


@same_mistake(statistics_are_constants)
def only_the_direct_path(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, mean_moves=False, variance_moves=False)


@wrong(
    en="dx lacks the variance's path: besides the mean, sqrt(v + eps) depends on x, which gives - xhat mean(dy xhat).",
    zh="dx 缺少经由方差的一项：除均值外，sqrt(v + eps) 也依赖于 x，应有 - xhat mean(dy xhat)。",
)
def variance_is_constant(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, through_variance=0)


@same_mistake(variance_is_constant)
def only_the_mean_moves(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, variance_moves=False)


@wrong(
    en="dx lacks the mean's path: mu depends on x, which gives - mean(dy).",
    zh="dx 缺少经由均值的一项：mu 依赖于 x，应有 - mean(dy)。",
)
def mean_is_constant(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, through_mean=0)


@same_mistake(mean_is_constant)
def only_the_variance_moves(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, mean_moves=False)


@wrong(
    en="The variance's path has the wrong sign: a larger v makes xhat smaller, so it is - xhat mean(dy xhat).",
    zh="经由方差的一项符号反了：v 越大 xhat 越小，应为 - xhat mean(dy xhat)。",
)
def adds_the_variance_term(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, through_variance=-1)


@same_mistake(adds_the_variance_term)
def variance_gradient_without_its_minus(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    without, *_ = by_steps(x, gamma, dy, running_mean, running_var, training, eps, variance_moves=False)
    return 2 * without - dx, dgamma, dbeta


@wrong(
    en="The means in dx are sums: divide them by the number of values in a channel.",
    zh="dx 里的平均写成了求和：应除以每个通道的数值个数。",
)
def sums_instead_of_means(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, count=1)


@same_mistake(sums_instead_of_means)
def forgets_to_divide_by_the_count(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, count=1)


@wrong(
    en="For images it divides by n: a channel has n h w values, and the means are over all of them.",
    zh="对图像只除以了 n：每个通道有 n h w 个值，平均应对全部取。",
)
def divides_by_the_batch_size(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, count=len(x))


@same_mistake(divides_by_the_batch_size)
def counts_samples_and_not_pixels(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, count=x.shape[0])


@wrong(
    en="For images the statistics are over the batch alone: each channel has one mean, over batch and positions.",
    zh="对图像只在批次上求统计量：每个通道一个均值，应跨批次与位置。",
)
def statistics_for_each_position(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    if not training:
        return closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    inverse = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * inverse
    dgamma, dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    dx = spread(gamma, x) * inverse * (dy - dbeta / len(x) - xhat * dgamma / len(x))
    return dx, dgamma, dbeta


@same_mistake(statistics_for_each_position)
def axis_zero_for_images_too(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    if not training:
        return by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    flat, flat_dy = x.reshape(len(x), -1), dy.reshape(len(x), -1)
    repeated = np.repeat(gamma, flat.shape[1] // len(gamma))
    nothing = np.zeros_like(repeated)
    dx, dgamma, dbeta = by_steps(flat, repeated, flat_dy, nothing, nothing, True, eps, check=lambda *_: None)
    return dx.reshape(x.shape), dgamma.reshape(x.shape[1:]), dbeta.reshape(x.shape[1:])


@wrong(
    en="It normalizes each sample over its channels: that is layer norm, batch norm has statistics for each channel.",
    zh="它对每个样本跨通道归一化：那是 layer norm，批归一化 的统计量是逐通道的。",
)
def normalizes_each_sample(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    if not training:
        return closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    axes = tuple(range(1, x.ndim))
    inverse = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    xhat = (x - x.mean(axis=axes, keepdims=True)) * inverse
    dxhat = dy * spread(gamma, x)
    inner = dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * (dxhat * xhat).mean(axis=axes, keepdims=True)
    return inverse * inner, (dy * xhat).sum(axis=others(x)), dy.sum(axis=others(x))


@same_mistake(normalizes_each_sample)
def layer_norm(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    if not training:
        return by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    dx, dgamma = np.zeros(x.shape), np.zeros(x.shape)
    for k, (one, back) in enumerate(zip(x, dy, strict=True)):
        xhat = (one - np.mean(one)) / np.sqrt(np.var(one) + eps)
        g = back * gamma.reshape(-1, *(1 for _ in one.shape[1:]))
        dx[k] = (g - np.mean(g) - xhat * np.mean(g * xhat)) / np.sqrt(np.var(one) + eps)
        dgamma[k] = back * xhat
    return dx, dgamma.sum(axis=others(x)), dy.sum(axis=others(x))


@wrong(
    en="The variance is the unbiased one, over n - 1: only the running average uses it, normalization the biased one.",
    zh="方差用了除以 n - 1 的无偏估计：归一化用有偏方差，无偏的只用于运行方差。",
)
def unbiased_variance(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def statistics(x, running_mean, running_var, training):
        return (x.mean(others(x)), x.var(others(x), ddof=1)) if training else (running_mean, running_var)

    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, statistics=statistics)


@same_mistake(unbiased_variance)
def divides_by_one_less(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def statistics(x, running_mean, running_var, training):
        if not training:
            return running_mean, running_var
        mu, m = x.mean(axis=others(x)), x[:, 0].size
        return mu, np.square(x - spread(mu, x)).sum(axis=others(x)) / (m - 1)

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, statistics=statistics)


@wrong(
    en="mean(x²) - mean(x)² for the variance: far from zero two large float32 numbers cancel; subtract the mean first.",
    zh="方差写成 mean(x²) - mean(x)²：远离零时，float32 中两个大数相减抵消；应先减去均值。",
)
def variance_in_one_pass(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def statistics(x, running_mean, running_var, training):
        if not training:
            return running_mean, running_var
        mu = x.mean(axis=others(x))
        return mu, (x * x).mean(axis=others(x)) - mu * mu

    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, statistics=statistics)


@same_mistake(variance_in_one_pass)
def mean_of_the_squares(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def statistics(x, running_mean, running_var, training):
        axes = others(x)
        if training:
            return np.mean(x, axes), np.mean(np.square(x), axes) - np.square(np.mean(x, axes))
        return running_mean, running_var

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, statistics=statistics)


@wrong(
    en="eps is outside the root: it must be sqrt(v + eps), not sqrt(v) + eps.",
    zh="eps 写到了根号外：应为 sqrt(v + eps)，而不是 sqrt(v) + eps。",
)
def eps_outside_the_root(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, eps: np.sqrt(v) + eps)


@same_mistake(eps_outside_the_root)
def adds_eps_to_the_deviation(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def deviation(v, eps):
        return v**0.5 + eps

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, root=deviation)


@wrong(
    en="eps is left out: a constant channel divides by 0.",
    zh="漏了 eps：通道为常数时会除以 0。",
)
def without_eps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, eps: np.sqrt(v))


@same_mistake(without_eps)
def plain_standard_deviation(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, _: v**0.5)


@wrong(
    en="eps is 1e-5 whatever is passed: use the argument.",
    zh="不管传入什么，eps 都用了 1e-5：应使用参数。",
)
def fixed_eps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, _: np.sqrt(v + 1e-5))


@same_mistake(fixed_eps)
def ignores_the_argument_eps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return by_steps(x, gamma, dy, running_mean, running_var, training, 1e-5)


@wrong(
    en="It divides by the variance: xhat has the standard deviation below, the root is missing.",
    zh="除以的是方差：xhat 的分母是标准差，漏了根号。",
)
def divides_by_the_variance(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, eps: v + eps)


@same_mistake(divides_by_the_variance)
def forgets_the_root(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def variance(v, eps):
        return np.add(v, eps)

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, root=variance)


@wrong(
    en="In training it normalizes with the running statistics: training uses those of the batch.",
    zh="训练时用运行统计量做了归一化：训练应使用本批次的统计量。",
)
def running_statistics_in_training(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(
        x, gamma, dy, running_mean, running_var, training, eps, statistics=lambda x, mean, var, _: (mean, var)
    )


@same_mistake(running_statistics_in_training)
def never_looks_at_the_batch(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    deviation = spread(np.sqrt(running_var + eps), x)
    xhat = (x - spread(running_mean, x)) / deviation
    g = dy * spread(gamma, x)
    dx = g / deviation
    if training:
        keep = {"axis": others(x), "keepdims": True}
        dx = (g - g.mean(**keep) - xhat * (g * xhat).mean(**keep)) / deviation
    return dx, (dy * xhat).sum(axis=others(x)), dy.sum(axis=others(x))


@wrong(
    en="`training` is ignored: it always does what is right at inference.",
    zh="没有看 `training`：总是按推理来算。",
)
def always_inference(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return closed_form(x, gamma, dy, running_mean, running_var, False, eps)


@same_mistake(always_inference)
def affine_map_of_the_running_statistics(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    slope = spread(gamma / np.sqrt(running_var + eps), x)
    xhat = (x - spread(running_mean, x)) / spread(np.sqrt(running_var + eps), x)
    return slope * dy, np.sum(dy * xhat, axis=others(x)), np.sum(dy, axis=others(x))


@wrong(
    en="`training` is ignored: it always uses the batch's statistics and their gradient.",
    zh="没有看 `training`：总是使用本批次的统计量及其梯度。",
)
def always_training(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return closed_form(x, gamma, dy, running_mean, running_var, True, eps, check=lambda *_: None)


@same_mistake(always_training)
def forgets_inference(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return by_steps(x, gamma, dy, running_mean, running_var, True, eps, check=lambda *_: None)


@wrong(
    en="At inference dx has the terms of training: running statistics are constants, dx = gamma / sqrt(v + eps) dy.",
    zh="推理时 dx 用了训练的公式：运行统计量是常数，dx = gamma / sqrt(v + eps) dy。",
)
def training_formula_at_inference(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, formula=True)


@same_mistake(training_formula_at_inference)
def running_statistics_that_move(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    mu, v = statistics(x, running_mean, running_var, training)
    xhat = (x - spread(mu, x)) / spread(np.sqrt(v + eps), x)
    keep = {"axis": others(x), "keepdims": True}
    g = dy * spread(gamma, x)
    dx = (g - np.mean(g, **keep) - xhat * np.mean(g * xhat, **keep)) / spread(np.sqrt(v + eps), x)
    return dx, (dy * xhat).sum(axis=others(x)), dy.sum(axis=others(x))


@wrong(
    en="gamma is missing in dx: y = gamma xhat + beta, so dL/dxhat = gamma dy.",
    zh="dx 里漏了 gamma：y = gamma xhat + beta，所以 dL/dxhat = gamma dy。",
)
def forgets_gamma(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return closed_form(x, np.ones_like(gamma), dy, running_mean, running_var, training, eps)


@same_mistake(forgets_gamma)
def dxhat_is_dy(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    return by_steps(x, gamma / gamma, dy, running_mean, running_var, training, eps)


@wrong(
    en="dgamma multiplies dy by x: gamma multiplies xhat, so dgamma = sum dy xhat.",
    zh="dgamma 用 dy 乘了 x：gamma 乘的是 xhat，所以 dgamma = sum dy xhat。",
)
def dgamma_with_x(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, _, dbeta = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, (dy * x).sum(axis=others(x)), dbeta


@same_mistake(dgamma_with_x)
def dgamma_from_the_input(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, _, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, np.add.reduce(x * dy, axis=others(x)), dbeta


@wrong(
    en="dgamma multiplies with gamma once more: y = gamma xhat, its derivative by gamma is xhat.",
    zh="dgamma 又乘了一次 gamma：y = gamma xhat 对 gamma 的导数就是 xhat。",
)
def dgamma_from_dxhat(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, gamma * dgamma, dbeta


@same_mistake(dgamma_from_dxhat)
def uses_dxhat_for_dgamma(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, _, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    mu, v = statistics(x, running_mean, running_var, training)
    dxhat = dy * spread(gamma, x)
    return dx, (dxhat * (x - spread(mu, x)) / spread(np.sqrt(v + eps), x)).sum(axis=others(x)), dbeta


@wrong(
    en="dgamma and dbeta are means: every value used the same gamma and beta, so they are sums.",
    zh="dgamma 与 dbeta 取了平均：所有值共用同一个 gamma 和 beta，应当求和。",
)
def means_for_the_parameters(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    m = x.size // x.shape[1]
    return dx, dgamma / m, dbeta / m


@same_mistake(means_for_the_parameters)
def averages_the_parameter_gradients(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, _, _ = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    mu, v = statistics(x, running_mean, running_var, training)
    xhat = (x - spread(mu, x)) / spread(np.sqrt(v + eps), x)
    return dx, (dy * xhat).mean(axis=others(x)), dy.mean(axis=others(x))


@wrong(
    en="It returns dbeta before dgamma: the order is (dx, dgamma, dbeta).",
    zh="返回时 dbeta 在 dgamma 之前：顺序应为 (dx, dgamma, dbeta)。",
)
def returns_beta_first(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, dbeta, dgamma


@same_mistake(returns_beta_first)
def shift_then_scale(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    gradients = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    return gradients[0], gradients[2], gradients[1]


@wrong(
    en="It updates the running statistics: forward does that, once; backward changes nothing.",
    zh="它更新了运行统计量：那是前向的事，只做一次；反向不改任何东西。",
)
def updates_the_running_statistics(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    results = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    if training:
        running_mean += 0.1 * (x.mean(axis=others(x)) - running_mean)
        running_var += 0.1 * (x.var(axis=others(x)) - running_var)
    return results


@same_mistake(updates_the_running_statistics)
def moves_the_averages(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    results = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    if training:
        running_mean[...] = 0.9 * running_mean + 0.1 * np.mean(x, axis=others(x))
        running_var[...] = 0.9 * running_var + 0.1 * np.var(x, axis=others(x))
    return results


@wrong(
    en="It writes into dy (`dy *= gamma`): the caller still needs it; make a new array.",
    zh="它写进了 dy（`dy *= gamma`）：调用者还要用它，应另建新数组。",
)
def multiplies_dy_in_place(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    results = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    dy *= spread(gamma, x)
    return results


@same_mistake(multiplies_dy_in_place)
def dxhat_in_the_place_of_dy(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    results = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    np.multiply(dy, spread(gamma, x), out=dy)
    return results


@wrong(
    en="Shapes are not checked: a gamma or dy of another shape broadcasts, and the gradients are silently wrong.",
    zh="没有检查形状：形状不同的 gamma 或 dy 会被广播，梯度就悄悄错了。",
)
def broadcasts_whatever_comes(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad_eps(eps)
    refuse_few_values(x, training)
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, check=lambda *_: None)


@same_mistake(broadcasts_whatever_comes)
def trusts_every_shape(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_few_values(x, training)
    if np.isnan(eps) or eps <= 0:
        raise ValueError("eps")
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, check=lambda *_: None)


@wrong(
    en="eps is not checked: 0, a negative number or NaN must raise ValueError.",
    zh="没有检查 eps：0、负数或 NaN 应抛出 ValueError。",
)
def accepts_any_eps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad_shapes(x, gamma, dy, running_mean, running_var)
    refuse_few_values(x, training)
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, check=lambda *_: None)


@same_mistake(accepts_any_eps)
def never_looks_at_eps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def check(x, gamma, dy, running_mean, running_var, training, eps):
        refuse_bad_shapes(x, gamma, dy, running_mean, running_var)
        refuse_few_values(x, training)

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, check=check)


@wrong(
    en="A single value in a channel is accepted in training: its variance is 0 whatever it is; refuse it.",
    zh="训练时接受了每个通道只有一个值的情形：那时方差恒为 0，应当拒绝。",
)
def accepts_a_single_value(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad_shapes(x, gamma, dy, running_mean, running_var)
    refuse_bad_eps(eps)
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, check=lambda *_: None)


@same_mistake(accepts_a_single_value)
def trains_on_one_sample(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def check(x, gamma, dy, running_mean, running_var, training, eps):
        refuse_bad_shapes(x, gamma, dy, running_mean, running_var)
        refuse_bad_eps(eps)

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, check=check)


@wrong(
    en="It refuses one sample, n = 1, where an image of several pixels would do: count the values, n h w.",
    zh="只要 n = 1 就拒绝了，而多个像素的图像是可以的：应按 n h w 计数。",
)
def counts_samples_for_the_refusal(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    if training and len(x) < 2:
        raise ValueError("training needs at least 2 samples")
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps)


@same_mistake(counts_samples_for_the_refusal)
def needs_two_images(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    if training and x.shape[0] <= 1:
        raise ValueError("training needs at least 2 samples")
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps)


@wrong(
    en="v is raised to eps where it is smaller: eps is added to every v, max(v, eps) is something else.",
    zh="v 小于 eps 时才换成 eps：eps 应加到每个 v 上，max(v, eps) 是另一回事。",
)
def variance_at_least_eps(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(
        x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, eps: np.sqrt(np.maximum(v, eps))
    )


@same_mistake(variance_at_least_eps)
def eps_as_a_floor(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(
        x, gamma, dy, running_mean, running_var, training, eps, root=lambda v, eps: np.where(v < eps, eps, v) ** 0.5
    )


@wrong(
    en="The variance's path is counted twice: the derivative of (v + eps)^(-1/2) has a factor 1/2, that of v a 2.",
    zh="经由方差的一项多了一倍：(v + eps)^(-1/2) 的导数里有 1/2，与 v 的导数里的 2 相消。",
)
def variance_term_twice(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, through_variance=2)


@same_mistake(variance_term_twice)
def forgets_the_half_of_the_root(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    without, *_ = by_steps(x, gamma, dy, running_mean, running_var, training, eps, variance_moves=False)
    return without + (dx - without) / 0.5, dgamma, dbeta


@wrong(
    en="The variance's path is counted half: v is a mean of squares, whose derivative has a factor 2.",
    zh="经由方差的一项只有一半：v 是平方的平均，导数里有因子 2。",
)
def half_the_variance_term(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, through_variance=0.5)


@same_mistake(half_the_variance_term)
def forgets_the_two_of_the_square(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    without, *_ = by_steps(x, gamma, dy, running_mean, running_var, training, eps, variance_moves=False)
    return (dx + without) / 2, dgamma, dbeta


@wrong(
    en="The means in dx are taken over one value less: mean and biased variance are over all m.",
    zh="dx 里的平均少除了一个值：均值与有偏方差都除以全部 m 个。",
)
def means_less_one_value(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, count=max(x.size // x.shape[1] - 1, 1))


@same_mistake(means_less_one_value)
def means_over_one_less(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, count=max(x[:, 0].size - 1, 1))


@wrong(
    en="gamma is in dx twice: either dxhat = gamma dy, or gamma times the rest, not both.",
    zh="dx 里乘了两次 gamma：要么 dxhat = gamma dy，要么最后再乘，不能都乘。",
)
def gamma_twice(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    return dx * spread(gamma, x), dgamma, dbeta


@same_mistake(gamma_twice)
def scales_dy_and_the_result(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, *_ = by_steps(x, gamma, dy * spread(gamma, x), running_mean, running_var, training, eps)
    return dx, *by_steps(x, gamma, dy, running_mean, running_var, training, eps)[1:]


@wrong(
    en="dgamma is a mean and dbeta a sum: both are sums, every value used the same gamma.",
    zh="dgamma 取了平均而 dbeta 是求和：两者都应求和，所有值共用同一个 gamma。",
)
def mean_for_dgamma(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, dgamma / (x.size // x.shape[1]), dbeta


@same_mistake(mean_for_dgamma)
def dgamma_divided_by_the_count(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, dgamma * (len(dgamma) / x.size), dbeta


@wrong(
    en="dbeta is a mean and dgamma a sum: both are sums, beta was added to every value.",
    zh="dbeta 取了平均而 dgamma 是求和：两者都应求和，beta 加到了每个值上。",
)
def mean_for_dbeta(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, _ = closed_form(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, dgamma, dy.mean(axis=others(x))


@same_mistake(mean_for_dbeta)
def dbeta_divided_by_the_count(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dx, dgamma, dbeta = by_steps(x, gamma, dy, running_mean, running_var, training, eps)
    return dx, dgamma, dbeta / (x.size / len(dbeta))


@wrong(
    en="In training the running statistics still take part, with weight 0: 0 times NaN is NaN; leave them out.",
    zh="训练时运行统计量仍以权重 0 参与计算：0 乘 NaN 还是 NaN，应完全不用。",
)
def running_statistics_times_zero(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def blended(x, running_mean, running_var, training):
        mu, v = statistics(x, running_mean, running_var, training)
        used = 0 if training else 1
        return (1 - used) * mu + used * running_mean, (1 - used) * v + used * running_var

    return closed_form(x, gamma, dy, running_mean, running_var, training, eps, statistics=blended)


@same_mistake(running_statistics_times_zero)
def blends_with_weight_zero(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    def blended(x, running_mean, running_var, training):
        mu, v = statistics(x, running_mean, running_var, training)
        return mu + running_mean * 0, v + running_var * 0

    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, statistics=blended)


@wrong(
    en="NaN slips through `eps <= 0`: every comparison with NaN is false; test `not eps > 0`.",
    zh="NaN 逃过了 `eps <= 0`：与 NaN 的比较都为假，应写 `not eps > 0`。",
)
def nan_is_not_below_zero(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    if eps <= 0:
        raise ValueError("eps")
    return closed_form(
        x, gamma, dy, running_mean, running_var, training, eps, check=lambda *args: refuse_bad(*args[:-1], 1)
    )


@same_mistake(nan_is_not_below_zero)
def eps_that_is_nan_passes(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, running_mean, running_var, training, 1.0 if np.isnan(eps) else eps)
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps, check=lambda *_: None)


@wrong(
    en="dy is compared by its size: one of another shape with as many numbers passes; compare dy.shape with x.shape.",
    zh="只比较了 dy 的元素个数：形状不同、个数相同的 dy 也通过了，应比较 dy.shape 与 x.shape。",
)
def compares_sizes_of_dy(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    if dy.size != x.size:
        raise ValueError("dy")
    return closed_form(x, gamma, dy.reshape(x.shape), running_mean, running_var, training, eps)


@same_mistake(compares_sizes_of_dy)
def reshapes_dy(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    dy = np.reshape(dy, x.shape)  # ValueError where the numbers do not suffice
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps)


@wrong(
    en="The running statistics' shapes are not checked: (1,) or (1, c) broadcasts; require (c,), in training too.",
    zh="没有检查运行统计量的形状：(1,) 或 (1, c) 会被广播，应要求 (c,)，训练时也一样。",
)
def checks_gamma_alone(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    refuse_bad(x, gamma, dy, gamma, gamma, training, eps)
    mean, var = (np.resize(a, gamma.shape) for a in (running_mean, running_var))
    return closed_form(x, gamma, dy, mean, var, training, eps)


@same_mistake(checks_gamma_alone)
def ignores_the_shape_of_the_statistics(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    if gamma.shape != (x.shape[1],) or dy.shape != x.shape:
        raise ValueError("gamma or dy")
    flat = [np.resize(a.ravel(), len(gamma)) for a in (running_mean, running_var)]
    return by_steps(x, gamma, dy, *flat, training, eps)


@wrong(
    en="Bad input ends in AssertionError: the contract asks for ValueError, and `python -O` drops every assert.",
    zh="输入不合法时抛出的是 AssertionError：约定是 ValueError，而且 `python -O` 会去掉所有 assert。",
)
def asserts(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    try:
        refuse_bad(x, gamma, dy, running_mean, running_var, training, eps)
    except ValueError as error:
        raise AssertionError from error
    return closed_form(x, gamma, dy, running_mean, running_var, training, eps)


@same_mistake(asserts)
def asserts_one_after_the_other(x, gamma, dy, running_mean, running_var, training, eps=1e-5):
    assert dy.shape == x.shape
    assert gamma.shape == running_mean.shape == running_var.shape == x.shape[1:2]
    assert eps > 0
    if training:
        assert x.size // x.shape[1] >= 2
    return by_steps(x, gamma, dy, running_mean, running_var, training, eps)
