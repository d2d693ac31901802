"""Wrong answers to distillation/soft_labels, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(temperature):
    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError("temperature")


def softmax(z, axis=-1):
    z = np.asarray(z, np.float64)
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
    en="The logits are divided by T^2: the square belongs in the loss, not in the softmax.",
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
    en="One maximum is subtracted from the whole batch: a row far below it becomes 0 / 0. Use each row's own.",
    zh="整个批次减去同一个最大值：远低于它的行会变成 0 / 0。每行应减去自己的最大值。",
)
def one_maximum_for_all(logits, temperature):
    refuse_bad(temperature)
    e = np.exp((logits.astype(np.float64) - logits.max()) / temperature)
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
    e = np.exp((logits.astype(np.float64) - logits.max()) / temperature)
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
    z = (logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)) / temperature
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
    return by_rows(logits, lambda row: softmax((row - float(row.max())) / temperature))


@wrong(
    en="The maximum is subtracted in the integers' own dtype: with uint8, 0 - 5 is 251. Convert to float first.",
    zh="在整数自己的类型里减最大值：uint8 中 0 - 5 得 251。应先转成浮点数。",
)
def narrow_integers_wrap(logits, temperature):
    refuse_bad(temperature)
    z = logits - np.max(logits, axis=-1, keepdims=True)
    e = np.exp(z.astype(np.float64) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(narrow_integers_wrap)
def differences_of_unsigned_integers(logits, temperature):
    refuse_bad(temperature)
    peak = logits.max(axis=-1, keepdims=True)
    e = np.exp(np.subtract(logits, peak) / np.float64(temperature))
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="Each row's mean is subtracted: what lies far above the mean still overflows. Subtract the maximum.",
    zh="减去的是每行的平均值：远高于平均值的仍会溢出。应减去最大值。",
)
def subtracts_the_mean(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float64) / temperature
    e = np.exp(z - z.mean(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(subtracts_the_mean)
def centres_each_row(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64)
    e = np.exp((z - z.sum(axis=-1, keepdims=True) / z.shape[-1]) / temperature)
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="The largest absolute value is subtracted: a row of large negative logits becomes 0 / 0. Subtract the maximum.",
    zh="减去的是绝对值的最大值：一行全是很小的负数时会变成 0 / 0。应减去最大值。",
)
def subtracts_the_largest_magnitude(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float64)
    e = np.exp((z - np.abs(z).max(axis=-1, keepdims=True)) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(subtracts_the_largest_magnitude)
def maximum_of_abs(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64) / temperature
    peak = np.maximum(z.max(axis=-1, keepdims=True), -z.min(axis=-1, keepdims=True))
    e = np.exp(z - peak)
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="The maximum is taken along the first axis, over samples: the ratios in a row then change. Take each row's own.",
    zh="最大值沿第一轴（样本）取了：这会改变同一行内的比值。应取每行自己的最大值。",
)
def subtracts_each_columns_maximum(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float64) / temperature
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(subtracts_each_columns_maximum)
def maximum_over_the_samples(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64)
    e = np.exp((z - np.amax(z, axis=0)) / temperature)
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="The base is 2: the softmax is made of powers of e.",
    zh="底数用了 2：softmax 用的是 e 的幂。",
)
def powers_of_two(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float64)
    e = 2.0 ** ((z - z.max(axis=-1, keepdims=True)) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(powers_of_two)
def base_two(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64) / temperature
    e = np.exp2(z - z.max(axis=-1, keepdims=True))
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="The logits are divided by the square root of T: it is z / T.",
    zh="logits 除以了 T 的平方根：应为 z / T。",
)
def divides_by_the_root(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits.astype(np.float64) / math.sqrt(temperature))


@same_mistake(divides_by_the_root)
def square_root_of_the_temperature(logits, temperature):
    refuse_bad(temperature)
    return softmax(np.asarray(logits, np.float64) * temperature**-0.5)


@wrong(
    en="The sign is wrong: the largest logit gets the smallest probability. It is exp(z / T), not exp(-z / T).",
    zh="符号反了：最大的 logit 得到了最小的概率。应为 exp(z / T)，而不是 exp(-z / T)。",
)
def softmin(logits, temperature):
    refuse_bad(temperature)
    return softmax(-logits.astype(np.float64) / temperature)


@same_mistake(softmin)
def negative_exponents(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64)
    e = np.exp((z.min(axis=-1, keepdims=True) - z) / temperature)
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="Each class gets a sigmoid of its own: the rows do not sum to 1, one softmax runs over all classes of a row.",
    zh="每个类别各用了一个 sigmoid：每行之和不为 1，应对一行的所有类别做一个 softmax。",
)
def sigmoids(logits, temperature):
    refuse_bad(temperature)
    return 0.5 + 0.5 * np.tanh(logits.astype(np.float64) / temperature / 2)


@same_mistake(sigmoids)
def each_class_for_itself(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64) / temperature
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@wrong(
    en="The logits are divided with //: that rounds down, a temperature need not be whole.",
    zh="logits 用了整除 //：会向下取整，应使用普通除法。",
)
def divides_in_whole_numbers(logits, temperature):
    refuse_bad(temperature)
    return softmax(logits.astype(np.float64) // temperature)


@same_mistake(divides_in_whole_numbers)
def floor_division(logits, temperature):
    refuse_bad(temperature)
    return softmax(np.floor(np.asarray(logits, np.float64) / temperature))


@wrong(
    en="The maximum of z is subtracted from z / T, undivided: for T > 1 all of exp can be 0. Subtract max(z) / T.",
    zh="从 z / T 里减去的是未除以 T 的最大值：T > 1 时指数可能全部下溢。应减去 max(z) / T。",
)
def shifts_by_the_undivided_maximum(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float64)
    e = np.exp(z / temperature - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(shifts_by_the_undivided_maximum)
def maximum_before_the_temperature(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64)
    peak = np.amax(z, axis=-1)[..., None]
    e = np.exp(z / temperature - peak)
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="The probabilities are multiplied by T^2: the factor belongs to the loss, each row must sum to 1.",
    zh="概率乘以了 T^2：这个因子属于损失，每行之和应为 1。",
)
def multiplied_by_t_squared(logits, temperature):
    refuse_bad(temperature)
    return temperature**2 * softmax(logits.astype(np.float64) / temperature)


@same_mistake(multiplied_by_t_squared)
def t_squared_outside(logits, temperature):
    refuse_bad(temperature)
    p = softmax(np.asarray(logits, np.float64) / temperature)
    return p * temperature * temperature


@wrong(
    en="A small number is added to the exponentials: after the shift their sum is at least 1, nothing needs saving.",
    zh="给指数加了一个小数：平移之后它们的和至少为 1，无须补救。",
)
def small_number_in_every_exponential(logits, temperature):
    refuse_bad(temperature)
    z = logits.astype(np.float64)
    e = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature) + 1e-5
    return e / e.sum(axis=-1, keepdims=True)


@same_mistake(small_number_in_every_exponential)
def floor_for_every_class(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64) / temperature
    e = 1e-5 + np.exp(z - z.max(axis=-1, keepdims=True))
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="Infinity passes as a temperature: `T > 0` refuses NaN but not infinity; require a finite number too.",
    zh="无穷大的温度通过了：`T > 0` 能拦住 NaN，却拦不住无穷大，还要检查是否有限。",
)
def lets_infinity_pass(logits, temperature):
    if not temperature > 0:
        raise ValueError("temperature")
    return softmax(logits.astype(np.float64) / temperature)


@same_mistake(lets_infinity_pass)
def checks_the_sign_and_nan(logits, temperature):
    if temperature <= 0 or math.isnan(temperature):
        raise ValueError("temperature")
    z = np.asarray(logits, np.float64)
    e = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
    return e / np.add.reduce(e, axis=-1, keepdims=True)


@wrong(
    en="A bad T ends in AssertionError: the contract asks for ValueError, and `python -O` drops every assert.",
    zh="温度不合法时抛出的是 AssertionError：约定是 ValueError，而且 `python -O` 会去掉所有 assert。",
)
def asserts(logits, temperature):
    assert math.isfinite(temperature)
    assert temperature > 0
    return softmax(logits.astype(np.float64) / temperature)


@same_mistake(asserts)
def asserts_a_range(logits, temperature):
    assert 0 < temperature < math.inf
    z = np.asarray(logits, np.float64)
    e = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
    return e / np.add.reduce(e, axis=-1, keepdims=True)
