"""Answers to distillation/soft_labels that are wrong, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(temperature):
    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError("temperature")


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def rows_of(logits):
    return logits.reshape(-1, logits.shape[-1])


def by_rows(logits, soften):
    return np.array([soften(row) for row in rows_of(logits)]).reshape(logits.shape)


@wrong(
    en="It divides the logits by their sum: that gives negative 'probabilities', and 1 / 0 for [1, -1]. Use exp.",
    zh="用 logits 除以它们的和：会得到负的“概率”，对 [1, -1] 则是除以零。应先取 exp。",
)
def divides_by_the_sum(logits, temperature):
    refuse_bad(temperature)
    z = logits / temperature
    return z / z.sum(axis=-1, keepdims=True)


@same_mistake(divides_by_the_sum)
def shares_of_the_total(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: row / np.sum(row))


@wrong(
    en="The logits are made positive and divided by their sum: only exp turns their differences into ratios.",
    zh="把 logits 变为非负再除以和：只有 exp 能保持 logits 之差所代表的比值。",
)
def absolute_shares(logits, temperature):
    refuse_bad(temperature)
    z = np.abs(logits) / temperature
    return z / z.sum(axis=-1, keepdims=True)


@same_mistake(absolute_shares)
def shares_of_absolute_values(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: np.abs(row) / sum(abs(float(value)) for value in row))


@wrong(
    en="T has no effect: the logits must be divided by it before exp. Probabilities divided by T and normalized again "
    "are what they were.",
    zh="T 没有起作用：应在取 exp 之前用它除 logits。把概率除以 T 再归一化，又回到原样。",
)
def ignores_the_temperature(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits)


@same_mistake(ignores_the_temperature)
def softens_nothing(logits, temperature):
    refuse_bad(temperature)
    p = softmax(logits) / temperature
    return p / p.sum(axis=-1, keepdims=True)


@same_mistake(ignores_the_temperature)
def temperature_outside_the_exponent(logits, temperature):
    refuse_bad(temperature)

    def soften(row):
        e = np.exp(row - row.max()) / temperature
        return e / np.sum(e)

    return by_rows(logits, soften)


@wrong(
    en="The logits are multiplied by T: that sharpens. A temperature divides, so that a large T flattens.",
    zh="logits 乘以了 T：那会变得更尖锐。温度应当作除数，T 越大分布越平。",
)
def multiplies(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits * temperature)


@same_mistake(multiplies)
def inverse_temperature(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: softmax((row - row.max()) / (1 / temperature)))


@wrong(
    en="The probabilities are divided by T: the rows no longer sum to 1 and their ratios are those of T = 1.",
    zh="除以 T 的是概率：每行之和不再为 1，各类之比仍是 T = 1 时的。",
)
def divides_probabilities(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits) / temperature


@same_mistake(divides_probabilities)
def scales_the_result(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: 1 / temperature * softmax(row))


@wrong(
    en="It is a softmax of a softmax: exp of probabilities lies between 1 and e, and all wrong classes become alike.",
    zh="对 softmax 又做了一次 softmax：概率的 exp 只在 1 到 e 之间，错误类别之间的差别没有了。",
)
def softmax_twice(logits, temperature):
    refuse_bad(temperature)
    return softmax(softmax(logits) / temperature)


@same_mistake(softmax_twice)
def softens_the_probabilities(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: softmax(softmax(row) * (1 / temperature)))


@wrong(
    en="The logits are divided by T^2: the square belongs to the loss, not into the softmax.",
    zh="logits 除以了 T^2：平方属于损失，不在 softmax 里。",
)
def divides_by_the_square(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits / temperature**2)


@same_mistake(divides_by_the_square)
def divides_twice(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: softmax(row / temperature / temperature))


@wrong(
    en="The maximum is not subtracted: exp overflows for large logits, and inf / inf is NaN.",
    zh="没有减去最大值：logits 很大时 exp 溢出，inf / inf 得 NaN。",
)
def overflows(logits, temperature):
    refuse_bad(temperature)
    e = np.exp(logits / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(overflows)
def textbook(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: np.exp(row / temperature) / np.sum(np.exp(row / temperature)))


@wrong(
    en="One maximum is subtracted from the whole batch: a row far below it becomes 0 / 0. Each row has its own.",
    zh="整个批次减去同一个最大值：远低于它的行会变成 0 / 0。每行应减去自己的最大值。",
)
def one_maximum_for_all(logits, temperature):
    refuse_bad(temperature)
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(one_maximum_for_all)
def maximum_of_the_batch(logits, temperature):
    refuse_bad(temperature)
    peak = max(float(value) for value in logits.ravel())
    return by_rows(logits, lambda row: np.exp((row - peak) / temperature) / np.exp((row - peak) / temperature).sum())


@wrong(
    en="The probabilities at T = 1 are raised to 1 / T: what has rounded to 0 stays 0. Divide the logits.",
    zh="把 T = 1 的概率取 1 / T 次方：已经舍入为 0 的仍是 0。应对 logits 做除法。",
)
def powers_of_probabilities(logits, temperature):
    refuse_bad(temperature)
    p = softmax(logits) ** (1 / temperature)
    return p / p.sum(axis=-1, keepdims=True)


@same_mistake(powers_of_probabilities)
def takes_the_log_of_rounded_zeros(logits, temperature):
    refuse_bad(temperature)

    def soften(row):
        p = softmax(np.asarray(row, np.float64))
        return softmax(np.log(p) / temperature)

    return by_rows(logits, soften)


@wrong(
    en="It normalizes along the first axis, over samples: the classes are the last axis.",
    zh="沿第一轴（样本）归一化了：类别是最后一轴。",
)
def over_the_samples(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits / temperature, axis=0)


@same_mistake(over_the_samples)
def columns_sum_to_one(logits, temperature):
    refuse_bad(temperature)
    first = np.moveaxis(logits, 0, -1)
    return np.moveaxis(softmax(first / temperature), -1, 0)


@wrong(
    en="The sum runs over the whole array: each row must sum to 1.",
    zh="对整个数组求和了：应使每一行之和为 1。",
)
def one_sum_for_all(logits, temperature):
    refuse_bad(temperature)
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum()


@same_mistake(one_sum_for_all)
def softmax_of_the_flat_array(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits.ravel() / temperature).reshape(logits.shape)


@wrong(
    en="Axis 1 is taken for the classes: they are the last axis, axis -1, of a vector or of a sequence too.",
    zh="把轴 1 当作类别轴：对单个向量或序列，类别也是最后一轴，即轴 -1。",
)
def axis_one(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits / temperature, axis=1)


@same_mistake(axis_one)
def second_axis(logits, temperature):
    refuse_bad(temperature)
    z = logits / temperature
    z = z - np.expand_dims(z.max(1), 1)
    return np.exp(z) / np.expand_dims(np.exp(z).sum(1), 1)


@wrong(
    en="It returns log-probabilities: exp is missing at the end.",
    zh="返回的是对数概率：最后还缺一个 exp。",
)
def returns_logs(logits, temperature):
    refuse_bad(temperature)
    z = (logits - logits.max(axis=-1, keepdims=True)) / temperature
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


@same_mistake(returns_logs)
def log_softmax_of_each_row(logits, temperature):
    refuse_bad(temperature)
    return by_rows(logits, lambda row: row / temperature - np.logaddexp.reduce(row / temperature))


@wrong(
    en="It returns the best class, one-hot: soft labels are there for what the other classes get.",
    zh="返回了最可能类别的独热向量：软标签的意义正在于其他类别的概率。",
)
def hard_labels(logits, temperature):
    refuse_bad(temperature)
    return np.eye(logits.shape[-1])[logits.argmax(axis=-1)]


@same_mistake(hard_labels)
def marks_the_largest(logits, temperature):
    refuse_bad(temperature)

    def mark(row):
        onehot = np.zeros(len(row))
        onehot[int(np.argmax(row))] = 1.0
        return onehot

    return by_rows(logits, mark)


@wrong(
    en="The caller's logits are overwritten: work on a new array.",
    zh="改写了传入的 logits：应在新数组上计算。",
)
def works_in_place(logits, temperature):
    refuse_bad(temperature)
    if logits.dtype.kind != "f":
        return softmax(logits / temperature)
    logits -= logits.max(axis=-1, keepdims=True)
    logits /= temperature
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=-1, keepdims=True)
    return logits


@same_mistake(works_in_place)
def writes_into_the_argument(logits, temperature):
    refuse_bad(temperature)
    p = softmax(logits / temperature)
    if logits.dtype.kind == "f":
        logits[...] = p
    return p


@wrong(
    en="`T <= 0` lets NaN and infinity pass: neither is a temperature.",
    zh="`T <= 0` 拦不住 NaN 和无穷大：它们都不是温度。",
)
def lets_nan_pass(logits, temperature):
    if temperature <= 0:
        raise ValueError("temperature")
    return softmax(logits / temperature)


@same_mistake(lets_nan_pass)
def refuses_only_what_is_not_positive(logits, temperature):
    if min(temperature, 0) == temperature:
        raise ValueError("temperature")
    return by_rows(logits, lambda row: softmax((row - row.max()) / temperature))
