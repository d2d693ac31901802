"""Wrong answers to distillation/ensemble_teacher, each with the misconception behind it."""

import functools
import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(z, T, w):
    if z.ndim != 3 or w.shape != (len(z),):
        raise ValueError("shapes")
    if not math.isfinite(T) or T <= 0 or not np.isfinite(w).all() or (w < 0).any() or not w.any():
        raise ValueError("options")


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def mean_of(p, w):
    return np.einsum("m,mnc->nc", w / w.sum(), p)


def row_by_row(logits, temperature, weights, one_sample):
    """`one_sample(z (M, classes), w of sum 1) -> p (classes,)` for each sample."""
    refuse_bad(logits, temperature, weights)
    w = weights / weights.sum()
    return np.array([one_sample(logits[:, i].astype(np.float64), w) for i in range(logits.shape[1])])


def soft(z, T=1.0):
    """softmax(z / T) of one row."""
    return np.exp(z / T - np.logaddexp.reduce(z / T))


@wrong(
    en="The logits are averaged: that is the geometric mean of the probabilities, and the teacher with the largest "
    "logits decides.",
    zh="平均的是 logits：这是概率的几何平均，由 logits 最大的教师说了算。",
)
def averages_logits(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return softmax(mean_of(logits, weights) / temperature)


@same_mistake(averages_logits)
def softened_geometric_mean(logits, temperature, weights):
    def one(z, w):
        return soft(sum(w[m] * (z[m] / temperature) for m in range(len(w))))

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="Averaged at T = 1 and softened afterwards: the faint probabilities, which T is there for, are averaged away "
    "first.",
    zh="先在 T = 1 下平均、之后才软化：T 本来要放大的微弱概率，先就被平均掉了。",
)
def softens_afterwards(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    p = mean_of(softmax(logits), weights) ** (1 / temperature)
    return p / p.sum(axis=1, keepdims=True)


@same_mistake(softens_afterwards)
def logs_of_the_mean(logits, temperature, weights):
    def one(z, w):
        p = w @ np.array([soft(row) for row in z])
        return soft(np.log(np.maximum(p, 1e-300)), temperature)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The mean of the probabilities goes through another softmax: probabilities are not logits, and this is nearly "
    "uniform.",
    zh="概率的平均又过了一次 softmax：概率不是 logits，这样几乎成了均匀分布。",
)
def softmax_of_the_mean(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return softmax(mean_of(softmax(logits), weights) / temperature)


@same_mistake(softmax_of_the_mean)
def softens_probabilities(logits, temperature, weights):
    def one(z, w):
        return soft(w @ np.array([soft(row) for row in z]), temperature)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The temperature is not used: the teachers answer at T = 1.",
    zh="没有用温度：教师是在 T = 1 下回答的。",
)
def without_temperature(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(softmax(logits), weights)


@same_mistake(without_temperature)
def forgets_to_soften(logits, temperature, weights):
    return row_by_row(logits, temperature, weights, lambda z, w: w @ np.array([soft(row) for row in z]))


@wrong(
    en="The logits are multiplied by T instead of divided: that sharpens.",
    zh="logits 乘了 T 而不是除以 T：这是变尖，不是软化。",
)
def multiplies_by_the_temperature(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(softmax(logits * temperature), weights)


@same_mistake(multiplies_by_the_temperature)
def sharpens(logits, temperature, weights):
    def one(z, w):
        return w @ np.array([soft(row, 1 / temperature) for row in z])

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The weights are not divided by their sum: the rows do not sum to 1.",
    zh="权重没有除以总和：各行之和不是 1。",
)
def weights_as_they_are(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return np.einsum("m,mnc->nc", weights, softmax(logits / temperature))


@same_mistake(weights_as_they_are)
def sums_weighted(logits, temperature, weights):
    total = weights.sum()

    def one(z, w):
        return sum(total * w[m] * soft(z[m], temperature) for m in range(len(w)))

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The weighted sum is divided by the number of teachers, not by the sum of the weights.",
    zh="加权和除以了教师的个数，而不是权重的总和。",
)
def divides_by_the_number(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return np.mean(weights[:, None, None] * softmax(logits / temperature), axis=0)


@same_mistake(divides_by_the_number)
def mean_of_weighted(logits, temperature, weights):
    total = weights.sum()

    def one(z, w):
        return np.mean([total * w[m] * soft(z[m], temperature) for m in range(len(w))], axis=0)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The weights are not used: every teacher counts alike.",
    zh="没有用权重：每个教师分量相同。",
)
def ignores_the_weights(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return softmax(logits / temperature).mean(axis=0)


@same_mistake(ignores_the_weights)
def counts_all_alike(logits, temperature, weights):
    def one(z, w):
        return sum(soft(row, temperature) for row in z) / len(z)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The weights go through a softmax: it is their ratio that counts, and weight 0 means left out.",
    zh="权重过了 softmax：应只看比例，而权重 0 表示不参加。",
)
def softmax_of_the_weights(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(softmax(logits / temperature), softmax(weights.astype(float)))


@same_mistake(softmax_of_the_weights)
def exponential_weights(logits, temperature, weights):
    e = soft(weights.astype(float))

    def one(z, w):
        return sum(e[m] * soft(z[m], temperature) for m in range(len(w)))

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The weights multiply the logits: that changes each teacher's temperature, not how much it counts.",
    zh="权重乘在了 logits 上：这改变的是各教师的温度，而不是它的分量。",
)
def weighs_the_logits(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    w = weights / weights.sum() * len(weights)
    return softmax(w[:, None, None] * logits / temperature).mean(axis=0)


@same_mistake(weighs_the_logits)
def a_temperature_for_each(logits, temperature, weights):
    def one(z, w):
        return np.mean([soft(len(w) * w[m] * z[m], temperature) for m in range(len(w))], axis=0)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The teachers vote: each gives all its probability to its best class, and the soft labels are gone.",
    zh="教师投票：每个教师把全部概率给了最可能的一类，软标签没有了。",
)
def votes(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(np.eye(logits.shape[2])[logits.argmax(axis=2)], weights)


@same_mistake(votes)
def counts_best_classes(logits, temperature, weights):
    def one(z, w):
        p = np.zeros(z.shape[1])
        for m, row in enumerate(z):
            p[np.argmax(row)] += w[m]
        return p

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The winner of the vote gets everything: a hard label, with nothing of what teachers know beyond it.",
    zh="得票最多的一类得到全部：这是硬标签，教师知道的其他东西都没了。",
)
def winner_takes_all(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    best = mean_of(softmax(logits / temperature), weights).argmax(axis=1)
    return np.eye(logits.shape[2])[best]


@same_mistake(winner_takes_all)
def hard_label(logits, temperature, weights):
    def one(z, w):
        p = w @ np.array([soft(row, temperature) for row in z])
        return (np.arange(len(p)) == np.argmax(p)).astype(float)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The largest probability of any teacher is taken instead of the mean.",
    zh="取的是各教师中最大的概率，而不是平均。",
)
def takes_the_largest(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    p = softmax(logits / temperature).max(axis=0)
    return p / p.sum(axis=1, keepdims=True)


@same_mistake(takes_the_largest)
def most_favourable(logits, temperature, weights):
    def one(z, w):
        p = np.array([max(soft(row, temperature)[c] for row in z) for c in range(z.shape[1])])
        return p / p.sum()

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The softmax runs over the teachers: they compete for each class instead of each answering for itself.",
    zh="softmax 沿教师那一轴计算：变成教师争夺每一类，而不是各自作答。",
)
def softmax_over_teachers(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(softmax(logits / temperature, axis=0), weights)


@same_mistake(softmax_over_teachers)
def competing_teachers(logits, temperature, weights):
    def one(z, w):
        return w @ np.array([soft(column, temperature) for column in z.T]).T

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The softmax runs over the samples: an answer to one image depends on the others in the batch.",
    zh="softmax 沿样本那一轴计算：对一张图的回答竟取决于同批的其他图。",
)
def softmax_over_samples(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(softmax(logits / temperature, axis=1), weights)


@same_mistake(softmax_over_samples)
def columns_of_the_batch(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    w, p = weights / weights.sum(), np.zeros(logits.shape[1:])
    for m, z in enumerate(logits.astype(np.float64)):
        for c in range(z.shape[1]):
            p[:, c] += w[m] * soft(z[:, c], temperature)
    return p


@wrong(
    en="One sum normalizes a teacher's whole batch: each row must sum to 1 by itself.",
    zh="用一个总和归一化了教师的整个批次：应当每一行各自之和为 1。",
)
def one_sum_for_the_batch(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return mean_of(softmax(logits / temperature, axis=(1, 2)), weights)


@same_mistake(one_sum_for_the_batch)
def flat_softmax(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    w = weights / weights.sum()
    return sum(w[m] * soft(z.astype(np.float64).ravel(), temperature).reshape(z.shape) for m, z in enumerate(logits))


@wrong(
    en="The weights lie along the classes: `p * w` takes the last axis, and only an equal number of teachers and "
    "classes hides it.",
    zh="权重乘在了类别那一轴：`p * w` 对齐的是最后一轴，只有教师数等于类别数时才不报错。",
)
def weights_along_the_classes(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return np.sum(softmax(logits / temperature) * (weights / weights.sum()), axis=0)


@same_mistake(weights_along_the_classes)
def weighs_columns(logits, temperature, weights):
    def one(z, w):
        return sum(soft(row, temperature) * w for row in z)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="Only the surest teacher of each sample is heard.",
    zh="每个样本只听了最自信的那个教师。",
)
def surest_teacher(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    p = softmax(logits / temperature)
    return np.take_along_axis(p, p.max(axis=2).argmax(axis=0)[None, :, None], axis=0)[0]


@same_mistake(surest_teacher)
def lowest_entropy_wins(logits, temperature, weights):
    def one(z, w):
        return max((soft(row, temperature) for row in z), key=max)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The probabilities are multiplied and normalized: M answers become one that is M times as sure.",
    zh="把概率相乘再归一化：M 个回答合成了一个自信 M 倍的回答。",
)
def product_of_experts(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return softmax((logits / temperature).sum(axis=0))


@same_mistake(product_of_experts)
def multiplies_the_answers(logits, temperature, weights):
    def one(z, w):
        return soft(sum(np.log(np.maximum(soft(row, temperature), 1e-300)) for row in z))

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="exp overflows for large logits: subtract each row's largest first.",
    zh="logits 大时 exp 溢出：应先减去每行的最大值。",
)
def overflows(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    with np.errstate(all="ignore"):
        e = np.exp(logits / temperature)
        return mean_of(e / e.sum(axis=2, keepdims=True), weights)


@same_mistake(overflows)
def naive_softmax(logits, temperature, weights):
    def one(z, w):
        with np.errstate(all="ignore"):
            e = np.exp(z / temperature)
            return np.sum(w[:, None] * (e / e.sum(axis=1)[:, None]), axis=0)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The largest logit of all teachers is subtracted: a row far below it becomes 0 / 0.",
    zh="减去的是所有教师中最大的 logit：远低于它的行变成 0 / 0。",
)
def subtracts_one_maximum(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    with np.errstate(all="ignore"):
        e = np.exp((logits - logits.max()) / temperature)
        return mean_of(e / e.sum(axis=2, keepdims=True), weights)


@same_mistake(subtracts_one_maximum)
def shifts_by_one_number(logits, temperature, weights):
    most = logits.max() if logits.size else 0

    def one(z, w):
        with np.errstate(all="ignore"):
            e = np.exp(z / temperature - most / temperature)
            return w @ (e.T / e.sum(axis=1)).T

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The logs are averaged: that is the geometric mean, here not normalized, so that rows sum to less than 1.",
    zh="平均的是对数概率：这是几何平均，而且没有归一化，各行之和小于 1。",
)
def mean_of_the_logs(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    z = logits.astype(np.float64) / temperature
    log_p = z - np.logaddexp.reduce(z, axis=2)[:, :, None]
    return np.exp(mean_of(log_p, weights))


@same_mistake(mean_of_the_logs)
def powers_multiplied(logits, temperature, weights):
    def one(z, w):
        return np.prod([soft(row, temperature) ** w[m] for m, row in enumerate(z)], axis=0)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The teachers' powers are added and then normalized: divide each teacher by its own sum first.",
    zh="先把各教师的指数相加、再归一化：应先把每个教师除以它自己的和。",
)
def adds_before_normalizing(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    e = np.exp((logits - logits.max(axis=2, keepdims=True)) / temperature)
    p = mean_of(e, weights)
    return p / p.sum(axis=1, keepdims=True)


@same_mistake(adds_before_normalizing)
def one_denominator_for_all(logits, temperature, weights):
    def one(z, w):
        e = [w[m] * np.exp((row - max(row)) / temperature) for m, row in enumerate(z)]
        return sum(e) / np.sum(e)

    return row_by_row(logits, temperature, weights, one)


@wrong(
    en="The mean runs over the samples: it runs over axis 0, the teachers.",
    zh="平均取在了样本那一轴：应沿轴 0，即教师。",
)
def mean_over_samples(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return softmax(logits / temperature).mean(axis=1)


@same_mistake(mean_over_samples)
def one_row_for_each_teacher(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    return np.array([np.mean([soft(row, temperature) for row in z.astype(np.float64)], axis=0) for z in logits])


def without_checks(logits, temperature, weights):
    return mean_of(softmax(logits / temperature), weights)


@wrong(
    en="A negative weight is accepted as long as the sum is positive: every weight must be >= 0.",
    zh="只要总和为正，负的权重也接受了：每个权重都应 >= 0。",
)
def looks_at_the_sum_alone(logits, temperature, weights):
    refuse_bad(logits, temperature, np.abs(weights))
    if weights.sum() <= 0:
        raise ValueError("weights")
    return without_checks(logits, temperature, weights)


@same_mistake(looks_at_the_sum_alone)
def one_weight_below_zero(logits, temperature, weights):
    refuse_bad(logits, temperature, np.abs(weights))
    total = math.fsum(weights)
    if not 0 < total < math.inf:
        raise ValueError("weights")
    return np.sum(softmax(logits / temperature) * (weights / total)[:, None, None], axis=0)


@wrong(
    en="NaN or infinity slips through `temperature <= 0`: T must be finite too.",
    zh="NaN 或无穷大逃过了 `temperature <= 0`：T 还必须有限。",
)
def temperature_not_finite(logits, temperature, weights):
    if temperature <= 0:
        raise ValueError("temperature")
    refuse_bad(logits, 1.0, weights)
    return without_checks(logits, temperature, weights)


@same_mistake(temperature_not_finite)
def any_temperature_but_negative(logits, temperature, weights):
    refuse_bad(logits, 1.0, weights)
    if min(temperature, 1) <= 0:
        raise ValueError("temperature")
    w = weights / weights.sum()
    return sum(w[m] * softmax(z / temperature) for m, z in enumerate(logits))


@wrong(
    en="Python's sum adds uint8 weights one by one and wraps above 255: use weights.sum(), or convert to float first.",
    zh="Python 的 sum 逐个相加 uint8 权重，超过 255 就回绕：应使用 weights.sum()，或先转成浮点数。",
)
def sums_narrow_weights_one_by_one(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    with np.errstate(all="ignore"):
        total = functools.reduce(np.add, weights)
    return np.sum(softmax(logits / temperature) * (weights / total)[:, None, None], axis=0)


@same_mistake(sums_narrow_weights_one_by_one)
def accumulates_in_the_weights_dtype(logits, temperature, weights):
    refuse_bad(logits, temperature, weights)
    shares = weights / np.sum(weights, dtype=weights.dtype)
    return np.einsum("m,mnc->nc", shares, softmax(logits / temperature))


@wrong(
    en="Logits of four axes are accepted where sizes happen to fit: require three axes, one of them the teachers'.",
    zh="四维的 logits 在大小碰巧相符时也被接受：应要求恰好三维，其中一维是教师。",
)
def more_axes_than_three(logits, temperature, weights):
    refuse_bad(logits if logits.ndim < 4 else logits[..., 0], temperature, weights)
    return np.sum((weights / weights.sum())[:, None, None] * softmax(logits / temperature), axis=0)


@same_mistake(more_axes_than_three)
def looks_at_the_first_axis(logits, temperature, weights):
    if logits.ndim < 3 or weights.shape != logits.shape[:1]:
        raise ValueError("shapes")
    refuse_bad(np.ones((len(weights), 1, 1)), temperature, weights)
    if logits.ndim > 3 and logits.shape[1] not in (1, len(weights)):
        raise ValueError("shapes")
    return np.average(softmax(logits / temperature), axis=0, weights=weights)
