"""Wrong answers to foundations/softmax_cross_entropy, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(logits, labels):
    if logits.ndim != 2 or logits.size == 0 or labels.dtype.kind not in "iu" or labels.shape != (len(logits),):
        raise ValueError("shapes")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError("labels")


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def onehot(labels, classes):
    return np.eye(classes)[labels]


def picked(log_p, labels):
    return log_p[np.arange(len(labels)), labels]


@wrong(
    en="The loss is a sum over the batch, the gradient a mean: the loss must be a mean too.",
    zh="损失对批次求了和，而梯度取了平均：损失也应取平均。",
)
def loss_is_a_sum(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).sum(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(loss_is_a_sum)
def adds_up_the_losses(logits, labels):
    refuse_bad(logits, labels)
    total = 0.0
    for row, label in zip(log_softmax(logits), labels, strict=True):
        total -= row[label]
    dlogits = softmax(logits)
    dlogits[range(len(labels)), labels] -= 1
    return total, dlogits / len(labels)


@wrong(
    en="dlogits is not divided by n: the loss is a mean over the batch, and so is its derivative.",
    zh="dlogits 没有除以 n：损失对批次取了平均，导数也要除。",
)
def gradient_is_not_divided_by_n(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), np.exp(log_p) - onehot(labels, logits.shape[1])


@same_mistake(gradient_is_not_divided_by_n)
def probability_minus_one_at_the_label(logits, labels):
    refuse_bad(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return float(-np.mean(picked(log_softmax(logits), labels))), dlogits


@wrong(
    en="Sums everywhere: neither the loss nor dlogits is divided by n, both must be means over the batch.",
    zh="全都用了求和：损失和 dlogits 都没有除以 n，两者都应对批次取平均。",
)
def sums_everywhere(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).sum(), np.exp(log_p) - onehot(labels, logits.shape[1])


@same_mistake(sums_everywhere)
def forgets_the_batch_size(logits, labels):
    refuse_bad(logits, labels)
    targets = onehot(labels, logits.shape[1])
    log_p = log_softmax(logits)
    return -np.sum(np.where(targets > 0, log_p, 0.0)), softmax(logits) - targets


@wrong(
    en="dlogits is divided by n twice: once is what the mean asks for.",
    zh="dlogits 除了两次 n：取平均只需除一次。",
)
def divides_by_n_twice(logits, labels):
    refuse_bad(logits, labels)
    n = len(labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / n / n


@same_mistake(divides_by_n_twice)
def divides_by_n_squared(logits, labels):
    refuse_bad(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(labels) ** 2


@wrong(
    en="The mean is over samples and classes: divide by n alone, the loss of a sample is one number.",
    zh="平均时把类别数也除了：只应除以 n，每个样本的损失是一个数。",
)
def mean_over_all_entries(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    targets = onehot(labels, logits.shape[1])
    return -np.where(targets > 0, log_p, 0.0).mean(), (np.exp(log_p) - targets) / logits.size


@same_mistake(mean_over_all_entries)
def divides_by_the_number_of_logits(logits, labels):
    refuse_bad(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return -picked(log_softmax(logits), labels).sum() / logits.size, dlogits / logits.size


@wrong(
    en="e^z overflows for large logits: subtract each row's maximum first, softmax stays the same.",
    zh="logits 较大时 e^z 会溢出：先减去每行的最大值，softmax 不变。",
)
def exponential_overflows(logits, labels):
    refuse_bad(logits, labels)
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(picked(p, labels)).mean(), (p - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(exponential_overflows)
def softmax_as_in_the_textbook(logits, labels):
    refuse_bad(logits, labels)
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1)[:, None]
    loss = np.mean(-np.log(picked(p, labels)))
    p[np.arange(len(p)), labels] -= 1.0
    return loss, p / len(p)


@wrong(
    en="It takes the log of a probability that has rounded to 0: compute log p = z - max - log sum e^(z - max) itself.",
    zh="对已经舍入为 0 的概率取了对数：应直接计算 log p = z - max - log sum e^(z - max)。",
)
def log_of_a_rounded_zero(logits, labels):
    refuse_bad(logits, labels)
    p = softmax(logits)
    return -np.log(picked(p, labels)).mean(), (p - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(log_of_a_rounded_zero)
def stable_softmax_then_log(logits, labels):
    refuse_bad(logits, labels)
    shifted = np.exp(logits - np.max(logits, axis=1)[:, None])
    p = shifted / shifted.sum(axis=1)[:, None]
    targets = onehot(labels, p.shape[1])
    return -np.log((p * targets).sum(axis=1)).mean(), (p - targets) / p.shape[0]


@wrong(
    en="log(p + 1e-12) hides the rounding: the loss of a wrong sample stops at 27.6, whatever the logits.",
    zh="log(p + 1e-12) 掩盖了舍入：判错样本的损失到 27.6 就不再增长，与 logits 无关。",
)
def small_number_inside_the_log(logits, labels):
    refuse_bad(logits, labels)
    p = softmax(logits).astype(np.float64)
    return -np.log(picked(p, labels) + 1e-12).mean(), (p - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(small_number_inside_the_log)
def clips_the_probability(logits, labels):
    refuse_bad(logits, labels)
    p = softmax(logits).astype(np.float64)
    loss = -np.mean(np.log(np.maximum(picked(p, labels), 1e-12)))
    p[np.arange(len(p)), labels] -= 1
    return loss, p / len(p)


@wrong(
    en="It subtracts one maximum of the whole batch: rows far below it underflow to 0 / 0; use each row's own.",
    zh="减去的是整个批次的最大值：远低于它的行会下溢成 0 / 0，每行要减自己的最大值。",
)
def one_maximum_for_the_batch(logits, labels):
    refuse_bad(logits, labels)
    z = logits - logits.max()
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(one_maximum_for_the_batch)
def maximum_without_an_axis(logits, labels):
    refuse_bad(logits, labels)
    peak = np.max(logits)
    log_sum = peak + np.log(np.sum(np.exp(logits - peak), axis=1))
    dlogits = np.exp(logits - log_sum[:, None])
    dlogits[np.arange(len(labels)), labels] -= 1
    return (log_sum - picked(logits, labels)).mean(), dlogits / len(labels)


@wrong(
    en="softmax runs along axis 0, over the samples: the probabilities of one sample, a row, sum to 1.",
    zh="softmax 沿轴 0（样本）计算了：应使同一样本（一行）的概率之和为 1。",
)
def softmax_over_the_samples(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits.T).T
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(softmax_over_the_samples)
def axis_zero(logits, labels):
    refuse_bad(logits, labels)
    z = logits - logits.max(axis=0)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    dlogits = np.exp(log_p)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_p, labels)), dlogits / len(labels)


@wrong(
    en="dlogits has the wrong sign, onehot - p: that is the direction of descent, the gradient is p - onehot.",
    zh="dlogits 符号反了，成了 onehot - p：那是下降方向，梯度是 p - onehot。",
)
def gradient_points_downhill(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), (onehot(labels, logits.shape[1]) - np.exp(log_p)) / len(labels)


@same_mistake(gradient_points_downhill)
def negative_gradient(logits, labels):
    refuse_bad(logits, labels)
    dlogits = -softmax(logits)
    dlogits[np.arange(len(labels)), labels] += 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(labels)


@wrong(
    en="The loss is negative: it is minus the log of the label's probability.",
    zh="损失成了负数：应为标签概率对数的相反数。",
)
def loss_without_the_minus(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(loss_without_the_minus)
def mean_log_likelihood(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return sum(row[label] for row, label in zip(log_p, labels, strict=True)) / len(labels), dlogits / len(labels)


@wrong(
    en="Only the label's logit gets a gradient: softmax ties all logits of a sample, the others get p / n.",
    zh="只有标签对应的 logit 有梯度：softmax 把同一样本的 logits 联系在一起，其余位置是 p / n。",
)
def gradient_at_the_label_alone(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    dlogits = onehot(labels, logits.shape[1]) * (np.exp(log_p) - 1)
    return -picked(log_p, labels).mean(), dlogits / len(labels)


@same_mistake(gradient_at_the_label_alone)
def diagonal_of_the_jacobian(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    dlogits = np.zeros(logits.shape)
    for k, label in enumerate(labels):
        p = np.exp(log_p[k, label])
        dlogits[k, label] = -(1 - p)  # -1/p times p (1 - p)
    return np.mean(-picked(log_p, labels)), dlogits / len(labels)


@wrong(
    en="dlogits is p / n: the 1 at the label is not subtracted, so the gradient pushes every logit down.",
    zh="dlogits 只是 p / n：没有在标签处减 1，于是所有 logits 都被往下推。",
)
def gradient_without_the_label(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), np.exp(log_p) / len(labels)


@same_mistake(gradient_without_the_label)
def returns_the_probabilities(logits, labels):
    refuse_bad(logits, labels)
    p = softmax(logits)
    return np.mean(-picked(log_softmax(logits), labels)), p / len(p)


@wrong(
    en="softmax is applied twice: probabilities are taken for logits, which flattens everything.",
    zh="做了两次 softmax：把概率当成 logits 再算一次，分布被压平了。",
)
def softmax_of_the_softmax(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(softmax(logits))
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(softmax_of_the_softmax)
def cross_entropy_of_probabilities(logits, labels):
    refuse_bad(logits, labels)
    p = np.exp(log_softmax(logits))
    q = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)
    loss = np.mean(-np.log(picked(q, labels)))
    q[np.arange(len(q)), labels] -= 1
    return loss, q / len(q)


@wrong(
    en="The loss comes back for each sample: return their mean, one number.",
    zh="返回了每个样本的损失：应返回它们的平均，一个数。",
)
def loss_for_each_sample(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(loss_for_each_sample)
def no_reduction(logits, labels):
    refuse_bad(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    losses = np.array([-row[label] for row, label in zip(log_softmax(logits), labels, strict=True)])
    return losses, dlogits / len(labels)


@wrong(
    en="It subtracts the maximum from the caller's logits in place (`logits -= ...`): work on a new array.",
    zh="在调用者的 logits 上原地减了最大值（`logits -= ...`）：应另建新数组。",
)
def shifts_the_logits_in_place(logits, labels):
    refuse_bad(logits, labels)
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(shifts_the_logits_in_place)
def writes_into_its_argument(logits, labels):
    refuse_bad(logits, labels)
    np.subtract(logits, np.max(logits, axis=1)[:, None], out=logits)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(labels)


@wrong(
    en="0 times -inf is NaN: where one-hot is 0 a masked class must not be multiplied; pick the label's entry instead.",
    zh="0 乘 -inf 是 NaN：独热向量为 0 处不能与被屏蔽的类别相乘，应直接取出标签处的值。",
)
def multiplies_by_one_hot(logits, labels):
    refuse_bad(logits, labels)
    targets = onehot(labels, logits.shape[1])
    log_p = log_softmax(logits)
    return -(targets * log_p).sum() / len(labels), (np.exp(log_p) - targets) / len(labels)


@same_mistake(multiplies_by_one_hot)
def dot_product_with_one_hot(logits, labels):
    refuse_bad(logits, labels)
    targets = onehot(labels, logits.shape[1])
    log_p = log_softmax(logits)
    return -np.einsum("kc,kc->", targets, log_p) / len(labels), (softmax(logits) - targets) / len(labels)


@wrong(
    en="A label of -1 counts from the end, silently: NumPy takes negative indices, so check 0 <= label < classes.",
    zh="标签 -1 被当成倒数第一个，且没有报错：NumPy 接受负下标，所以要检查 0 <= label < classes。",
)
def negative_labels_wrap_around(logits, labels):
    if logits.ndim != 2 or logits.size == 0 or labels.dtype.kind not in "iu" or labels.shape != (len(logits),):
        raise ValueError("shapes")
    if labels.max() >= logits.shape[1]:
        raise ValueError("labels")
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(negative_labels_wrap_around)
def checks_the_upper_end_only(logits, labels):
    if logits.ndim != 2 or not logits.size or labels.dtype.kind not in "iu" or labels.shape != logits.shape[:1]:
        raise ValueError("shapes")
    if any(label >= logits.shape[1] for label in labels):
        raise ValueError("label too large")
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(labels)


@wrong(
    en="A label that is too large raises IndexError, from deep inside NumPy: check the range, raise ValueError.",
    zh="标签过大时抛出的是 NumPy 内部的 IndexError：应自己检查范围并抛出 ValueError。",
)
def leaves_the_range_to_numpy(logits, labels):
    if logits.ndim != 2 or logits.size == 0 or labels.dtype.kind not in "iu" or labels.shape != (len(logits),):
        raise ValueError("shapes")
    if labels.min() < 0:
        raise ValueError("negative label")
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(leaves_the_range_to_numpy)
def checks_the_lower_end_only(logits, labels):
    if logits.ndim != 2 or not logits.size or labels.dtype.kind not in "iu" or labels.shape != logits.shape[:1]:
        raise ValueError("shapes")
    if any(label < 0 for label in labels.tolist()):
        raise ValueError("labels must be >= 0")
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(labels)


@wrong(
    en="The shape of the labels is not checked: (n, 1), or too few of them, broadcast to something else than meant.",
    zh="没有检查标签的形状：(n, 1) 或个数太少时会广播成别的东西。",
)
def labels_of_any_shape(logits, labels):
    if logits.ndim != 2 or logits.size == 0 or labels.dtype.kind not in "iu":
        raise ValueError("logits")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError("labels")
    log_p = log_softmax(logits)
    rows = np.arange(len(logits))
    dlogits = np.exp(log_p)
    dlogits[rows, labels] -= 1
    return -log_p[rows, labels].mean(), dlogits / len(logits)


@same_mistake(labels_of_any_shape)
def trusts_the_labels_shape(logits, labels):
    if logits.ndim != 2 or not logits.size or labels.dtype.kind not in "iu":
        raise ValueError("logits")
    if np.any(labels < 0) or np.any(labels >= logits.shape[1]):
        raise ValueError("labels")
    dlogits, rows = softmax(logits), np.arange(len(logits))
    loss = np.mean(-log_softmax(logits)[rows, labels])
    dlogits[rows, labels] -= 1
    return loss, dlogits / len(logits)


@wrong(
    en="Labels that are floats are cut to integers: 1.2 is not a class; refuse what is not an integer array.",
    zh="浮点标签被截断成整数：1.2 不是类别，应拒绝非整数数组。",
)
def truncates_labels(logits, labels):
    labels = labels.astype(np.int64)
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    return -picked(log_p, labels).mean(), (np.exp(log_p) - onehot(labels, logits.shape[1])) / len(labels)


@same_mistake(truncates_labels)
def makes_integers_of_the_labels(logits, labels):
    if labels.shape != logits.shape[:1]:
        raise ValueError("labels")
    labels = np.array([int(label) for label in labels], dtype=np.int64)
    refuse_bad(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(labels)


def loss_and_gradient(log_p, labels):
    dlogits = np.exp(log_p)
    dlogits[np.arange(len(labels)), labels] -= 1
    return -picked(log_p, labels).mean(), dlogits / len(labels)


@wrong(
    en="A finite constant replaces -inf: beside logits that are smaller still, the masked class wins. exp(-inf) is 0.",
    zh="用常数代替了 -inf：旁边的 logits 更小时，被屏蔽的类别反而胜出。exp(-inf) 就是 0，无须替换。",
)
def constant_for_minus_infinity(logits, labels):
    refuse_bad(logits, labels)
    return loss_and_gradient(log_softmax(np.where(np.isneginf(logits), -1000.0, logits)), labels)


@same_mistake(constant_for_minus_infinity)
def minus_a_billion(logits, labels):
    refuse_bad(logits, labels)
    z = np.array(logits)
    z[z == -np.inf] = -1e9
    return loss_and_gradient(log_softmax(z), labels)


@wrong(
    en="It subtracts each row's mean: what lies far above the mean still overflows. Subtract the maximum.",
    zh="减去的是每行的平均值：远高于平均值的仍会溢出。应减去最大值。",
)
def subtracts_the_mean(logits, labels):
    refuse_bad(logits, labels)
    z = logits - np.mean(logits, axis=1, keepdims=True, where=np.isfinite(logits))
    return loss_and_gradient(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), labels)


@same_mistake(subtracts_the_mean)
def centres_the_rows(logits, labels):
    refuse_bad(logits, labels)
    allowed = np.isfinite(logits)
    centre = np.where(allowed, logits, 0).sum(axis=1) / allowed.sum(axis=1)
    e = np.exp(logits - centre[:, None])
    return loss_and_gradient(logits - centre[:, None] - np.log(e.sum(axis=1))[:, None], labels)


@wrong(
    en="It subtracts the largest absolute value: a row of large negative logits underflows to 0 / 0. Take the maximum.",
    zh="减去的是绝对值的最大值：一行全是很小的负数时会下溢成 0 / 0。应取最大值。",
)
def subtracts_the_largest_magnitude(logits, labels):
    refuse_bad(logits, labels)
    z = logits - np.max(np.abs(np.where(np.isfinite(logits), logits, 0)), axis=1, keepdims=True)
    return loss_and_gradient(z - np.log(np.exp(z).sum(axis=1, keepdims=True)), labels)


@same_mistake(subtracts_the_largest_magnitude)
def maximum_of_abs(logits, labels):
    refuse_bad(logits, labels)
    peak = np.array([max(abs(value) for value in row if value != -np.inf) for row in logits])[:, None]
    log_sum = peak + np.log(np.exp(logits - peak).sum(axis=1, keepdims=True))
    return loss_and_gradient(logits - log_sum, labels)


@wrong(
    en="The logarithm has base 2, so the loss is in bits: use the natural logarithm.",
    zh="用了以 2 为底的对数：损失以比特计，而约定的 log 是自然对数。",
)
def loss_in_bits(logits, labels):
    refuse_bad(logits, labels)
    loss, dlogits = loss_and_gradient(log_softmax(logits), labels)
    return loss / np.log(2), dlogits


@same_mistake(loss_in_bits)
def log2_of_the_sum(logits, labels):
    refuse_bad(logits, labels)
    z = logits - logits.max(axis=1, keepdims=True)
    bits = z / np.log(2) - np.log2(np.exp(z).sum(axis=1, keepdims=True))
    return np.mean(-picked(bits, labels)), (softmax(logits) - onehot(labels, logits.shape[1])) / len(labels)


@wrong(
    en="dlogits is divided by the number of classes in place of n: the mean is over the samples.",
    zh="dlogits 除以了类别数而不是 n：平均是对样本取的。",
)
def divides_by_the_number_of_classes(logits, labels):
    refuse_bad(logits, labels)
    loss, dlogits = loss_and_gradient(log_softmax(logits), labels)
    return loss, dlogits * len(labels) / logits.shape[1]


@same_mistake(divides_by_the_number_of_classes)
def takes_columns_for_samples(logits, labels):
    refuse_bad(logits, labels)
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(logits.T)


@wrong(
    en="It returns (dlogits, loss): the loss comes first.",
    zh="返回的是 (dlogits, loss)：损失应在前。",
)
def gradient_before_loss(logits, labels):
    refuse_bad(logits, labels)
    loss, dlogits = loss_and_gradient(log_softmax(logits), labels)
    return dlogits, loss


@same_mistake(gradient_before_loss)
def swapped_pair(logits, labels):
    refuse_bad(logits, labels)
    dlogits = (softmax(logits) - onehot(labels, logits.shape[1])) / len(labels)
    return dlogits, np.mean(-picked(log_softmax(logits), labels))


@wrong(
    en="Each class gets a sigmoid of its own: here the classes exclude each other, so it is one softmax for a sample.",
    zh="每个类别各用了一个 sigmoid：这里类别互斥，每个样本应是一个 softmax。",
)
def sigmoids(logits, labels):
    refuse_bad(logits, labels)
    targets = onehot(labels, logits.shape[1])
    losses = np.logaddexp(0, np.where(targets > 0, -logits, logits)).sum(axis=1)
    return losses.mean(), (0.5 + 0.5 * np.tanh(logits / 2) - targets) / len(labels)


@same_mistake(sigmoids)
def binary_cross_entropies(logits, labels):
    refuse_bad(logits, labels)
    total, dlogits = 0.0, np.zeros(logits.shape)
    for k, c in np.ndindex(logits.shape):
        sign = 1 if c == labels[k] else -1
        total += np.logaddexp(0, -sign * logits[k, c])
        dlogits[k, c] = -sign * np.exp(-np.logaddexp(0, sign * logits[k, c]))
    return total / len(labels), dlogits / len(labels)


@wrong(
    en="1 is subtracted at the class that the network prefers: subtract it at the label.",
    zh="1 减在了网络自己最看好的类别上：应减在标签处。",
)
def one_hot_of_the_best_class(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    best = onehot(logits.argmax(axis=1), logits.shape[1])
    return -picked(log_p, labels).mean(), (np.exp(log_p) - best) / len(labels)


@same_mistake(one_hot_of_the_best_class)
def subtracts_at_the_largest_p(logits, labels):
    refuse_bad(logits, labels)
    p = softmax(logits)
    for row in p:
        row[np.argmax(row)] -= 1
    return np.mean(-picked(log_softmax(logits), labels)), p / len(p)


@wrong(
    en="`[:, labels]` takes these columns in every row: a sample's own label is at [np.arange(n), labels].",
    zh="`[:, labels]` 在每一行都取了这些列：每个样本自己的标签在 [np.arange(n), labels]。",
)
def columns_of_all_labels(logits, labels):
    refuse_bad(logits, labels)
    log_p = log_softmax(logits)
    dlogits = np.exp(log_p)
    dlogits[:, labels] -= 1
    return -picked(log_p, labels).mean(), dlogits / len(labels)


@same_mistake(columns_of_all_labels)
def subtracts_in_every_row(logits, labels):
    refuse_bad(logits, labels)
    occurs = np.isin(np.arange(logits.shape[1]), labels)
    return np.mean(-picked(log_softmax(logits), labels)), (softmax(logits) - occurs) / len(labels)


@wrong(
    en="1 is subtracted from every entry: it belongs at the label alone.",
    zh="每个元素都减了 1：只应在标签处减。",
)
def minus_one_everywhere(logits, labels):
    refuse_bad(logits, labels)
    return -picked(log_softmax(logits), labels).mean(), (softmax(logits) - 1) / len(labels)


@same_mistake(minus_one_everywhere)
def subtracts_a_one_from_p(logits, labels):
    refuse_bad(logits, labels)
    dlogits = np.exp(log_softmax(logits))
    dlogits -= 1.0
    return np.mean(-picked(log_softmax(logits), labels)), dlogits / len(dlogits)


@wrong(
    en="Positions are computed in the labels' own dtype: beyond 255 a uint8 starts again at 0. Convert to intp first.",
    zh="位置是用标签自己的整数类型算的：uint8 超过 255 会从 0 重新开始。应先转成 intp。",
)
def positions_in_a_narrow_dtype(logits, labels):
    refuse_bad(logits, labels)
    n, classes = logits.shape
    log_p = log_softmax(logits)
    at_label = labels + (np.arange(n) * classes).astype(labels.dtype)
    dlogits = np.exp(log_p).ravel()
    dlogits[at_label] -= 1
    return -log_p.ravel()[at_label].mean(), dlogits.reshape(n, classes) / n


@same_mistake(positions_in_a_narrow_dtype)
def start_of_each_row_in_a_narrow_dtype(logits, labels):
    refuse_bad(logits, labels)
    n, classes = logits.shape
    starts = np.array([k * classes for k in range(n)], np.int64).astype(labels.dtype)
    flat, p = log_softmax(logits).reshape(-1), softmax(logits).reshape(-1)
    np.subtract.at(p, starts + labels, 1)
    return np.mean(-np.take(flat, starts + labels)), p.reshape(n, -1) / n


@wrong(
    en="bool labels pass: True and False are not class indices; require an integer dtype.",
    zh="布尔标签也通过了：True 与 False 不是类别下标，应要求整数类型。",
)
def accepts_bool_labels(logits, labels):
    refuse_bad(logits, labels.astype(np.int64) if labels.dtype == bool else labels)
    return loss_and_gradient(log_softmax(logits), labels.astype(np.int64))


@same_mistake(accepts_bool_labels)
def refuses_floats_alone(logits, labels):
    if labels.dtype.kind == "f":
        raise ValueError("labels")
    labels = labels + 0 if labels.dtype.kind in "iu" else labels * 1
    refuse_bad(logits, labels)
    return loss_and_gradient(log_softmax(logits), labels)


@wrong(
    en="Labels of shape (n, 1) are flattened: the contract asks for (n,), anything else is refused.",
    zh="形状为 (n, 1) 的标签被展平了：约定是 (n,)，其余一律拒绝。",
)
def flattens_the_labels(logits, labels):
    labels = labels.ravel()
    refuse_bad(logits, labels)
    return loss_and_gradient(log_softmax(logits), labels)


@same_mistake(flattens_the_labels)
def squeezes_the_labels(logits, labels):
    labels = np.squeeze(labels) if labels.ndim > 1 else labels
    refuse_bad(logits, labels)
    return loss_and_gradient(log_softmax(logits), labels)


@wrong(
    en="A label of -100 is left out, as PyTorch's ignore_index does: here every label outside the classes is refused.",
    zh="标签 -100 被跳过了，像 PyTorch 的 ignore_index 那样：这里超出类别的标签一律拒绝。",
)
def leaves_out_minus_100(logits, labels):
    kept = labels != -100 if labels.dtype.kind == "i" else np.ones(labels.shape, bool)
    refuse_bad(logits, np.where(kept, labels, 0).astype(labels.dtype))
    rows, log_p = np.flatnonzero(kept), log_softmax(logits)
    dlogits = np.exp(log_p) * kept[:, None]
    dlogits[rows, labels[rows]] -= 1
    return -log_p[rows, labels[rows]].mean(), dlogits / len(rows)


@same_mistake(leaves_out_minus_100)
def ignores_an_index(logits, labels):
    ignored = labels.astype(np.float64) == -100
    refuse_bad(logits, np.where(ignored, 0, labels).astype(labels.dtype))
    loss, dlogits = loss_and_gradient(log_softmax(logits[~ignored]), labels[~ignored])
    full = np.zeros(logits.shape)
    full[~ignored] = dlogits
    return loss, full


@wrong(
    en="Bad input ends in AssertionError: the contract asks for ValueError, and `python -O` drops every assert.",
    zh="输入不合法时抛出的是 AssertionError：约定是 ValueError，而且 `python -O` 会去掉所有 assert。",
)
def asserts(logits, labels):
    assert logits.ndim == 2
    assert logits.size
    assert labels.dtype.kind in "iu"
    assert labels.shape == (len(logits),)
    assert labels.min() >= 0
    assert labels.max() < logits.shape[1]
    return loss_and_gradient(log_softmax(logits), labels)


@same_mistake(asserts)
def asserts_by_a_helper(logits, labels):
    try:
        refuse_bad(logits, labels)
    except ValueError as error:
        raise AssertionError from error
    return loss_and_gradient(log_softmax(logits), labels)
