"""Wrong answers to distillation/logit_matching, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(z_s, z_t):
    if z_s.ndim != 2 or z_s.size == 0 or z_t.shape != z_s.shape:
        raise ValueError("shapes")


def centred(z):
    return z - z.mean(axis=1, keepdims=True)


def by_samples(z_s, z_t, difference):
    """Half the mean square of `difference(s, t)`, sample by sample, and that over n C."""
    refuse_bad(z_s, z_t)
    rows = [difference(s.astype(np.float64), t.astype(np.float64)) for s, t in zip(z_s, z_t, strict=True)]
    total = sum(float(value) ** 2 for row in rows for value in row)
    return total / 2 / z_s.size, np.array(rows) / z_s.size


def factors(z_s, z_t, in_loss, in_gradient):
    """The right answer except for two factors."""
    refuse_bad(z_s, z_t)
    d = centred(z_s) - centred(z_t)
    return in_loss * np.sum(d * d), in_gradient * d


def summed_in_loops(z_s, z_t):
    """The sum of squares and the rows of d, one value at a time."""
    refuse_bad(z_s, z_t)
    total, rows = 0.0, []
    for s, t in zip(z_s.tolist(), z_t.tolist(), strict=True):
        shift = (sum(s) - sum(t)) / len(s)
        rows.append([a - b - shift for a, b in zip(s, t, strict=True)])
        total += sum(value * value for value in rows[-1])
    return total, np.array(rows)


@wrong(
    en="The raw logits are compared: softmax does not see a constant added to all of them, so subtract each sample's "
    "mean.",
    zh="比较的是原始 logits：softmax 看不到同加的常数，应减去每个样本的平均。",
)
def raw_logits(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = np.subtract(z_s, z_t, dtype=np.float64)
    return np.mean(d**2) / 2, d / d.size


@same_mistake(raw_logits)
def mean_squared_error(z_s, z_t):
    return by_samples(z_s, z_t, lambda s, t: s - t)


@wrong(
    en="The loss is centred, the gradient is not: it must have mean 0 in each row, as the loss ignores the mean.",
    zh="损失做了中心化，梯度没有：损失与均值无关，所以梯度每行的均值应为 0。",
)
def gradient_not_centred(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = centred(z_s) - centred(z_t)
    return np.mean(d**2) / 2, (z_s - z_t) / d.size


@same_mistake(gradient_not_centred)
def raw_gradient(z_s, z_t):
    total, rows = summed_in_loops(z_s, z_t)
    return total / 2 / rows.size, np.subtract(z_s, z_t) * (1 / rows.size)


@wrong(
    en="The means run over the batch (axis 0): they run over the classes of each sample.",
    zh="对批次（轴 0）取了平均：应对每个样本的各类别取平均。",
)
def centred_over_the_batch(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = (z_s - z_s.mean(axis=0)) - (z_t - z_t.mean(axis=0))
    return np.mean(d**2) / 2, d / d.size


@same_mistake(centred_over_the_batch)
def mean_logit_of_each_class(z_s, z_t):
    refuse_bad(z_s, z_t)
    columns = [(z_s[:, c] - z_t[:, c]) - np.mean(z_s[:, c] - z_t[:, c]) for c in range(z_s.shape[1])]
    d = np.array(columns).T
    return float(np.vdot(d, d)) / (2 * d.size), d / d.size


@wrong(
    en="One mean of the whole array is subtracted: each sample has its own.",
    zh="减去的是整个数组的平均：每个样本应减去自己的平均。",
)
def one_mean_for_all(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = (z_s - z_s.mean()) - (z_t - z_t.mean())
    return np.mean(d**2) / 2, d / d.size


@same_mistake(one_mean_for_all)
def global_mean(z_s, z_t):
    shift = np.mean(z_s) - np.mean(z_t) if z_s.shape == z_t.shape and z_s.size else 0
    return by_samples(z_s, z_t, lambda s, t: s - t - shift)


@wrong(
    en="Only the teacher is centred: the student's mean must be subtracted too.",
    zh="只对教师做了中心化：学生的均值也要减去。",
)
def only_the_teacher(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = z_s - centred(z_t)
    return np.mean(d**2) / 2, d / d.size


@same_mistake(only_the_teacher)
def student_as_it_is(z_s, z_t):
    return by_samples(z_s, z_t, lambda s, t: s - (t - t.mean()))


@wrong(
    en="The maximum is subtracted, as for a safe softmax: the limit needs the mean.",
    zh="减去的是最大值（数值稳定 softmax 的做法）：这里的极限要减去平均。",
)
def subtracts_the_maximum(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = (z_s - z_s.max(axis=1, keepdims=True)) - (z_t - z_t.max(axis=1, keepdims=True))
    return np.mean(d**2) / 2, d / d.size


@same_mistake(subtracts_the_maximum)
def below_the_best_class(z_s, z_t):
    return by_samples(z_s, z_t, lambda s, t: (s - max(s)) - (t - max(t)))


@wrong(
    en="The logits are divided by their standard deviation: the limit keeps their scale.",
    zh="logits 还除以了标准差：极限中应保留它们的尺度。",
)
def standardized(z_s, z_t):
    refuse_bad(z_s, z_t)
    s, t = (centred(z) / np.maximum(z.std(axis=1, keepdims=True), 1e-7) for z in (z_s, z_t))
    return np.mean((s - t) ** 2) / 2, (s - t) / s.size


@same_mistake(standardized)
def z_scores(z_s, z_t):
    def score(z):
        return (z - z.mean()) / max(np.sqrt(np.mean((z - z.mean()) ** 2)), 1e-7)

    return by_samples(z_s, z_t, lambda s, t: score(s) - score(t))


@wrong(
    en="The half is missing in loss and gradient: T^2 KL tends to half the mean square.",
    zh="损失与梯度都少了二分之一：T^2 KL 的极限是均方的一半。",
)
def without_the_half(z_s, z_t):
    return factors(z_s, z_t, 1 / max(z_s.size, 1), 2 / max(z_s.size, 1))


@same_mistake(without_the_half)
def mse_of_centred_logits(z_s, z_t):
    total, d = summed_in_loops(z_s, z_t)
    return total / d.size, 2 * d / d.size


@wrong(
    en="The gradient is twice too large: the 2 of the square cancels the half.",
    zh="梯度大了一倍：平方求导得到的 2 与二分之一相消。",
)
def two_in_the_gradient(z_s, z_t):
    return factors(z_s, z_t, 1 / max(2 * z_s.size, 1), 2 / max(z_s.size, 1))


@same_mistake(two_in_the_gradient)
def does_not_cancel_the_two(z_s, z_t):
    total, d = summed_in_loops(z_s, z_t)
    return total / 2 / d.size, 2 * d / d.size


@wrong(
    en="The squares are summed over the classes: the limit of the softmax has a factor 1/C.",
    zh="对类别求了和：softmax 的极限里有因子 1/C，应取平均。",
)
def summed_over_classes(z_s, z_t):
    n = max(len(z_s), 1)
    return factors(z_s, z_t, 1 / (2 * n), 1 / n)


@same_mistake(summed_over_classes)
def squared_distance_of_samples(z_s, z_t):
    total, d = summed_in_loops(z_s, z_t)
    return total / len(d) / 2, d / len(d)


@wrong(
    en="The loss is summed over the batch: it is a mean over the samples.",
    zh="对批次求了和：应对样本取平均。",
)
def summed_over_the_batch(z_s, z_t):
    C = max(z_s.shape[-1], 1)
    return factors(z_s, z_t, 1 / (2 * C), 1 / C)


@same_mistake(summed_over_the_batch)
def adds_the_samples(z_s, z_t):
    total, d = summed_in_loops(z_s, z_t)
    return total / d.shape[1] / 2, d / d.shape[1]


@wrong(
    en="The gradient is that of a sum, the loss is a mean: divide the gradient by n C too.",
    zh="损失取了平均，梯度却是求和的：梯度也要除以 n C。",
)
def gradient_of_the_sum(z_s, z_t):
    return factors(z_s, z_t, 1 / max(2 * z_s.size, 1), 1)


@same_mistake(gradient_of_the_sum)
def returns_the_difference(z_s, z_t):
    total, d = summed_in_loops(z_s, z_t)
    return total / (2 * d.size), d


@wrong(
    en="The gradient gets a factor 1 - 1/C: the mean subtracts the mean of d, which is 0 already.",
    zh="梯度多了因子 1 - 1/C：对均值求导减去的是 d 的平均，它本来就是 0。",
)
def shrunk_gradient(z_s, z_t):
    size = max(z_s.size, 1)
    return factors(z_s, z_t, 1 / (2 * size), (1 - 1 / max(z_s.shape[-1], 1)) / size)


@same_mistake(shrunk_gradient)
def diagonal_of_the_jacobian(z_s, z_t):
    total, d = summed_in_loops(z_s, z_t)
    C = d.shape[1]
    return total / 2 / d.size, d * (C - 1) / C / d.size


@wrong(
    en="The gradient has the wrong sign: it is student minus teacher.",
    zh="梯度的符号反了：应为学生减教师。",
)
def sign_turned(z_s, z_t):
    size = max(z_s.size, 1)
    return factors(z_s, z_t, 1 / (2 * size), -1 / size)


@same_mistake(sign_turned)
def teacher_minus_student(z_s, z_t):
    total, d = summed_in_loops(z_t, z_s)
    return total / 2 / d.size, d / d.size


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    en="Probabilities at T = 1 are compared: the limit compares logits.",
    zh="比较的是 T = 1 的概率：极限比较的是 logits。",
)
def matches_probabilities(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = softmax(z_s) - softmax(z_t)
    return np.mean(d**2) / 2, d / d.size


@same_mistake(matches_probabilities)
def squared_error_of_soft_labels(z_s, z_t):
    return by_samples(z_s, z_t, lambda s, t: softmax(s) - softmax(t))


@wrong(
    en="It sums absolute differences: the limit is a squared error.",
    zh="用的是绝对差：极限是平方误差。",
)
def absolute_differences(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = centred(z_s) - centred(z_t)
    return np.mean(np.abs(d)), np.sign(d) / d.size


@same_mistake(absolute_differences)
def l1_distance(z_s, z_t):
    _, d = summed_in_loops(z_s, z_t)
    return float(sum(abs(value) for value in d.ravel())) / d.size, np.sign(d) / d.size


@wrong(
    en="Shapes are broadcast: logits of another batch size or number of classes must be refused.",
    zh="形状被广播了：批次大小或类别数不同的 logits 应拒绝。",
)
def broadcasts(z_s, z_t):
    if z_s.ndim != 2 or z_s.size == 0:
        raise ValueError("shapes")
    d = np.subtract(z_s, z_t, dtype=np.float64)
    d = d - d.mean(axis=1, keepdims=True)
    return np.mean(d**2) / 2, d / d.size


@same_mistake(broadcasts)
def compares_the_number_of_axes(z_s, z_t):
    if z_s.ndim != 2 or z_s.size == 0:
        raise ValueError("shapes")
    d = (z_s - z_s.mean(axis=1, keepdims=True)) - (z_t - z_t.mean(axis=-1, keepdims=True))
    return 0.5 * np.mean(np.square(d)), d / d.size


@wrong(
    en="The logits are subtracted in their own dtype: in unsigned integers 3 - 5 is 254. Convert to float first.",
    zh="相减时仍用 logits 自己的类型：在无符号整数中 3 - 5 等于 254。应先转成浮点数。",
)
def wraps_in_narrow_integers(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = z_s - z_t
    d = d - np.mean(d, axis=1, keepdims=True)
    return np.mean(d**2) / 2, d / d.size


@same_mistake(wraps_in_narrow_integers)
def converts_after_the_difference(z_s, z_t):
    refuse_bad(z_s, z_t)
    difference = np.stack([s - t for s, t in zip(z_s, z_t, strict=True)]).astype(float)
    centred = (difference.T - difference.mean(axis=1)).T
    return 0.5 * np.square(centred).mean(), centred / centred.size


@wrong(
    en="Integers are subtracted in 32 bits: large ones wrap, as small ones do in 8. Convert to float first.",
    zh="整数在 32 位中相减：大的数会回绕，如同小的数在 8 位中一样。应先转成浮点数。",
)
def wraps_in_32_bits(z_s, z_t):
    refuse_bad(z_s, z_t)
    s, t = (z.astype(np.int32) if z.dtype.kind in "iu" else z for z in (z_s, z_t))
    d = centred(s - t)
    return np.mean(d**2) / 2, d / d.size


@same_mistake(wraps_in_32_bits)
def rows_in_32_bits(z_s, z_t):
    refuse_bad(z_s, z_t)
    rows = []
    for s, t in zip(z_s, z_t, strict=True):
        gap = s - t if s.dtype.kind == "f" else np.subtract(s.astype(np.int32), t.astype(np.int32))
        rows.append(gap - gap.mean())
    d = np.array(rows)
    return np.vdot(d, d) / 2 / d.size, d / d.size


@wrong(
    en="Only the student is centred: the teacher's mean must be subtracted too.",
    zh="只对学生做了中心化：教师的均值也要减去。",
)
def only_the_student(z_s, z_t):
    refuse_bad(z_s, z_t)
    d = centred(z_s) - z_t
    return np.mean(d**2) / 2, d / d.size


@same_mistake(only_the_student)
def teacher_as_it_is(z_s, z_t):
    return by_samples(z_s, z_t, lambda s, t: s - s.mean() - t)
