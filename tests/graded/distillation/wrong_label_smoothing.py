"""Wrong answers to distillation/label_smoothing, each with the misconception behind it."""

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(logits, labels, eps):
    n, C = logits.shape
    if not 0 <= eps <= 1 or labels.shape != (n,) or labels.min() < 0 or labels.max() >= C:
        raise ValueError("arguments")


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def parts(logits, labels, eps):
    """log p, one-hot rows, n, C."""
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    return log_softmax(logits.astype(np.float64)), np.eye(C)[labels], n, C


def with_targets(logits, labels, eps, targets):
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = targets(onehot, C)
    return -np.sum(t * log_p) / n, (np.exp(log_p) - t) / n


def with_derived_gradient(logits, labels, eps, targets):
    """The loss of any targets, with its own gradient: p times their sum, less the targets."""
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = targets(onehot, C)
    return -np.sum(t * log_p) / n, (np.exp(log_p) * t.sum(axis=1, keepdims=True) - t) / n


def class_by_class(logits, labels, eps, target):
    """The same in loops: target(is the label, C)."""
    log_p, _, n, C = parts(logits, labels, eps)
    loss, dz = 0.0, np.empty((n, C))
    for i in range(n):
        for c in range(C):
            t = target(c == labels[i], C)
            loss -= t * log_p[i, c] / n
            dz[i, c] = (np.exp(log_p[i, c]) - t) / n
    return loss, dz


def scaled(logits, labels, eps, in_loss, in_gradient):
    """The right answer except for two factors, which depend on n."""
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    return -np.sum(t * log_p) / n * in_loss(n), (np.exp(log_p) - t) / n * in_gradient(n)


def by_two_losses(logits, labels, eps):
    """Hard and uniform loss, hard and uniform gradient, of each sample."""
    log_p, onehot, n, C = parts(logits, labels, eps)
    p = np.exp(log_p)
    return -log_p[np.arange(n), labels], -log_p.mean(axis=1), p - onehot, p - 1 / C


@wrong(
    en="The others get eps / (C - 1) and the label 1 - eps: the share goes to all C classes, the label's among them.",
    zh="其余类别得到 eps / (C - 1)、标签得到 1 - eps：份额应分给全部 C 个类别，包括标签那一类。",
)
def spread_over_the_others(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: (1 - eps) * e + eps * (1 - e) / max(C - 1, 1))


@same_mistake(spread_over_the_others)
def others_share_eps(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: 1 - eps if hit else eps / max(C - 1, 1))


@wrong(
    en="The label keeps its whole 1 and eps / C is added: the targets sum to 1 + eps.",
    zh="标签保留了完整的 1，又加上 eps / C：目标之和为 1 + eps。",
)
def label_keeps_one(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: e + eps / C)


@same_mistake(label_keeps_one)
def adds_without_taking(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: hit + eps / C)


@same_mistake(label_keeps_one)
def label_keeps_one_derived(logits, labels, eps):
    return with_derived_gradient(logits, labels, eps, lambda e, C: e + eps / C)


@same_mistake(label_keeps_one)
def adds_the_uniform_loss(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    return np.mean(hard + eps * uniform), (d_hard + eps * d_uniform) / len(hard)


@wrong(
    en="The label gets 1 - eps without its own eps / C: the targets sum to less than 1.",
    zh="标签只得到 1 - eps，没有自己的 eps / C：目标之和小于 1。",
)
def label_without_its_share(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: np.where(e == 1, 1 - eps, eps / C))


@same_mistake(label_without_its_share)
def overwritten_label(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: 1 - eps if hit else eps / C)


@same_mistake(label_without_its_share)
def label_without_its_share_derived(logits, labels, eps):
    return with_derived_gradient(logits, labels, eps, lambda e, C: np.where(e == 1, 1 - eps, eps / C))


@same_mistake(label_without_its_share)
def leaves_the_label_out_of_the_uniform_loss(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    share = eps / logits.shape[1]
    loss = (1 - eps - share) * hard + eps * uniform
    return loss.mean(), ((1 - eps - share) * d_hard + eps * d_uniform) / len(loss)


@wrong(
    en="eps and 1 - eps are swapped: eps is the share of the uniform part.",
    zh="eps 与 1 - eps 写反了：eps 是均匀部分的份额。",
)
def swapped_shares(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: eps * e + (1 - eps) / C)


@same_mistake(swapped_shares)
def eps_for_the_label(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: eps * hit + (1 - eps) / C)


@wrong(
    en="The share is divided by n, the number of samples: it is spread over the C classes.",
    zh="份额除以了样本数 n：应分给 C 个类别。",
)
def divided_by_samples(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: (1 - eps) * e + eps / len(labels))


@same_mistake(divided_by_samples)
def share_of_the_batch(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: (1 - eps) * hit + eps / logits.shape[0])


@wrong(
    en="Each class gets eps itself: the share eps is divided among the C classes.",
    zh="每个类别都得到了 eps：应把 eps 这一份额平分给 C 个类别。",
)
def whole_eps_for_each(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: (1 - eps) * e + eps)


@same_mistake(whole_eps_for_each)
def not_divided_by_classes(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: (1 - eps) * hit + eps)


@wrong(
    en="The labels are smoothed twice: once is enough.",
    zh="标签平滑了两次：一次即可。",
)
def smoothed_twice(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: (1 - eps) * ((1 - eps) * e + eps / C) + eps / C)


@same_mistake(smoothed_twice)
def smooths_what_is_smooth(logits, labels, eps):
    keep = (1 - eps) * (1 - eps)
    return class_by_class(logits, labels, eps, lambda hit, C: keep * hit + (1 - keep) / C)


@wrong(
    en="The gradient is that of hard labels: it is p - t with the smoothed t.",
    zh="梯度仍是硬标签的：应为 p - t，其中 t 是平滑后的标签。",
)
def gradient_of_hard_labels(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    return -np.sum(((1 - eps) * onehot + eps / C) * log_p) / n, (np.exp(log_p) - onehot) / n


@same_mistake(gradient_of_hard_labels)
def forgets_eps_on_the_way_back(logits, labels, eps):
    hard, uniform, d_hard, _ = by_two_losses(logits, labels, eps)
    return np.mean((1 - eps) * hard + eps * uniform), d_hard / len(hard)


@wrong(
    en="The loss is that of hard labels, only the gradient is smoothed: both belong to the same targets.",
    zh="损失仍是硬标签的，只有梯度用了平滑标签：两者应对应同一目标。",
)
def loss_of_hard_labels(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    return -np.sum(onehot * log_p) / n, (np.exp(log_p) - (1 - eps) * onehot - eps / C) / n


@same_mistake(loss_of_hard_labels)
def reports_the_plain_loss(logits, labels, eps):
    hard, _, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    return hard.mean(), ((1 - eps) * d_hard + eps * d_uniform) / len(hard)


@wrong(
    en="Loss and gradient are summed over the batch: they are means over the samples.",
    zh="损失和梯度对批次求了和：应对样本取平均。",
)
def summed(logits, labels, eps):
    return scaled(logits, labels, eps, lambda n: n, lambda n: n)


@same_mistake(summed)
def adds_up_the_batch(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    return sum((1 - eps) * hard + eps * uniform), (1 - eps) * d_hard + eps * d_uniform


@wrong(
    en="The gradient is not divided by n, though the loss is a mean.",
    zh="损失取了平均，梯度却没有除以 n。",
)
def gradient_of_the_sum(logits, labels, eps):
    return scaled(logits, labels, eps, lambda n: 1, lambda n: n)


@same_mistake(gradient_of_the_sum)
def p_minus_t(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    return np.mean((1 - eps) * hard + eps * uniform), (1 - eps) * d_hard + eps * d_uniform


@wrong(
    en="The gradient has the wrong sign: it is p - t.",
    zh="梯度的符号反了：应为 p - t。",
)
def sign_turned(logits, labels, eps):
    return scaled(logits, labels, eps, lambda n: 1, lambda n: -1)


@same_mistake(sign_turned)
def t_minus_p(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    return np.mean((1 - eps) * hard + eps * uniform), -((1 - eps) * d_hard + eps * d_uniform) / len(hard)


@wrong(
    en="The uniform term is KL(u || p) without log C: the cross-entropy with u is larger by its entropy.",
    zh="均匀项用了 KL(u || p)，少了 log C：与 u 的交叉熵还要加上 u 的熵。",
)
def without_log_of_classes(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    loss = np.mean((1 - eps) * hard + eps * (uniform - np.log(logits.shape[1])))
    return loss, ((1 - eps) * d_hard + eps * d_uniform) / len(hard)


@same_mistake(without_log_of_classes)
def divergence_from_uniform(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    kl = np.sum((np.log(1 / C) - log_p) / C)
    t = (1 - eps) * onehot + eps / C
    return ((1 - eps) * -np.sum(onehot * log_p) + eps * kl) / n, (np.exp(log_p) - t) / n


@wrong(
    en="The probabilities are smoothed instead of the labels: the loss is the mean of -log p with weights t.",
    zh="平滑的是概率而不是标签：损失应为以 t 加权的 -log p。",
)
def smoothed_probabilities(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    mixed = (1 - eps) * np.exp(log_p) + eps / C
    with np.errstate(divide="ignore"):
        loss = -np.mean(np.log(mixed[np.arange(n), labels]))
    return loss, (np.exp(log_p) - (1 - eps) * onehot - eps / C) / n


@same_mistake(smoothed_probabilities)
def uniform_mixed_into_p(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    loss = 0.0
    for row, y in zip(log_p, labels, strict=True):
        with np.errstate(divide="ignore"):
            loss -= np.log(np.exp(row[y]) * (1 - eps) + eps / C) / n
    return loss, (np.exp(log_p) - onehot * (1 - eps) - eps / C) / n


@wrong(
    en="exp overflows for large logits: subtract each sample's largest logit first.",
    zh="logits 很大时 exp 溢出：应先减去每个样本的最大 logit。",
)
def overflows(logits, labels, eps):
    _, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    with np.errstate(all="ignore"):
        e = np.exp(logits.astype(np.float64))
        p = e / e.sum(axis=1, keepdims=True)
        return -np.sum(t * np.log(p)) / n, (p - t) / n


@same_mistake(overflows)
def logarithm_of_the_plain_sum(logits, labels, eps):
    _, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    with np.errstate(all="ignore"):
        e = np.exp(np.asarray(logits, np.float64))
        p = e / np.sum(e, 1)[:, None]
        return np.mean(np.sum(t * -np.log(p), axis=1)), (p - t) / n


@wrong(
    en="The softmax runs over the batch (axis 0): it runs over the classes of each sample.",
    zh="softmax 沿批次（轴 0）计算：应沿每个样本的类别计算。",
)
def softmax_over_the_batch(logits, labels, eps):
    _, onehot, n, C = parts(logits, labels, eps)
    log_p = log_softmax(logits.astype(np.float64).T).T
    t = (1 - eps) * onehot + eps / C
    return -np.sum(t * log_p) / n, (np.exp(log_p) - t) / n


@same_mistake(softmax_over_the_batch)
def normalized_columns(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    log_p = logits - np.logaddexp.reduce(logits.astype(np.float64), axis=0)
    t = np.full((n, C), eps / C)
    t[np.arange(n), labels] += 1 - eps
    return np.vdot(t, -log_p) / n, (np.exp(log_p) - t) / n


@wrong(
    en="The uniform term is KL(p || u), a penalty on confidence: smoothing has KL(u || p), the mean of -log p.",
    zh="均匀项用了 KL(p || u)，即对置信度的惩罚：标签平滑是另一个方向，即 -log p 的平均。",
)
def penalty_on_confidence(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    p = np.exp(log_p)
    negative_entropy = np.sum(p * log_p, axis=1, keepdims=True)
    loss = -(1 - eps) * np.sum(onehot * log_p) + eps * (negative_entropy.sum() + n * np.log(C))
    return loss / n, ((1 - eps) * (p - onehot) + eps * p * (log_p - negative_entropy)) / n


@same_mistake(penalty_on_confidence)
def rewards_entropy(logits, labels, eps):
    hard, _, d_hard, _ = by_two_losses(logits, labels, eps)
    log_p = log_softmax(logits.astype(np.float64))
    p = np.exp(log_p)
    loss, dz = 0.0, np.empty(p.shape)
    for i in range(len(p)):
        H = -np.vdot(p[i], log_p[i])
        loss += (1 - eps) * hard[i] + eps * (np.log(p.shape[1]) - H)
        dz[i] = (1 - eps) * d_hard[i] + eps * p[i] * (log_p[i] + H)
    return loss / len(p), dz / len(p)


@wrong(
    en="A small number is added to p before the logarithm: the loss stops growing for large logits; use log softmax.",
    zh="取对数前给 p 加了一个小数：logits 很大时损失不再增长；应使用 log softmax。",
)
def small_number_in_the_logarithm(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    return -np.sum(t * np.log(np.exp(log_p) + 1e-12)) / n, (np.exp(log_p) - t) / n


@same_mistake(small_number_in_the_logarithm)
def clipped_probabilities(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    return np.mean(-(t * np.log(np.maximum(np.exp(log_p), 1e-12))).sum(axis=1)), (np.exp(log_p) - t) / n


@wrong(
    en="The mean runs over all n C elements: the cross-entropy is a sum over classes, and a mean over samples alone.",
    zh="对全部 n C 个元素取了平均：交叉熵应对类别求和，只对样本取平均。",
)
def mean_over_elements(logits, labels, eps):
    C = logits.shape[-1]
    return scaled(logits, labels, eps, lambda n: 1 / C, lambda n: 1 / C)


@same_mistake(mean_over_elements)
def divides_by_the_size(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    loss, dz = (1 - eps) * hard + eps * uniform, (1 - eps) * d_hard + eps * d_uniform
    return loss.sum() / dz.size, dz / dz.size


@same_mistake(mean_over_elements)
def mean_of_the_products(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    return np.mean(-t * log_p), (np.exp(log_p) - t) / n


@same_mistake(mean_over_elements)
def averages_the_classes_in_the_loss(logits, labels, eps):
    hard, uniform, d_hard, d_uniform = by_two_losses(logits, labels, eps)
    n, C = d_hard.shape
    return np.average((1 - eps) * hard + eps * uniform) / C, ((1 - eps) * d_hard + eps * d_uniform) / n


@wrong(
    en="-t / p is the gradient for the probabilities: through the softmax, the gradient for the logits is p - t.",
    zh="-t / p 是对概率的梯度：再经过 softmax 求导，对 logits 的梯度是 p - t。",
)
def gradient_for_the_probabilities(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    with np.errstate(all="ignore"):
        return -np.sum(t * log_p) / n, -t / np.exp(log_p) / n


@same_mistake(gradient_for_the_probabilities)
def stops_before_the_softmax(logits, labels, eps):
    hard, uniform, _, _ = by_two_losses(logits, labels, eps)
    p, dp = np.exp(log_softmax(logits.astype(np.float64))), np.empty(logits.shape)
    with np.errstate(all="ignore"):
        for i, y in enumerate(labels):
            for c in range(logits.shape[1]):
                dp[i, c] = -((1 - eps) * (c == y) + eps / logits.shape[1]) / p[i, c] / len(p)
    return np.mean((1 - eps) * hard + eps * uniform), dp


@wrong(
    en="`t[:, labels]` reaches the labels of all samples in every row: row i has its own label alone.",
    zh="`t[:, labels]` 在每一行都写入了所有样本的标签：第 i 行只应有自己的标签。",
)
def columns_of_all_labels(logits, labels, eps):
    def targets(onehot, C):
        t = np.full(onehot.shape, eps / C)
        t[:, labels] = 1 - eps + eps / C
        return t

    return with_targets(logits, labels, eps, targets)


@same_mistake(columns_of_all_labels)
def any_label_of_the_batch(logits, labels, eps):
    log_p, _, n, C = parts(logits, labels, eps)
    row = np.array([(1 - eps) * (c in labels) + eps / C for c in range(C)])
    return float(np.sum(-log_p @ row)) / n, (np.exp(log_p) - row) / n


@wrong(
    en="The largest logit of the batch is subtracted: in a row far below it all powers are 0. Each row has its own.",
    zh="减去的是整个批次最大的 logit：远低于它的那一行，指数全部为 0。应减去每行自己的最大值。",
)
def one_maximum_for_the_batch(logits, labels, eps):
    _, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    z = logits - logits.max()
    with np.errstate(all="ignore"):
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -np.sum(t * log_p) / n, (np.exp(log_p) - t) / n


@same_mistake(one_maximum_for_the_batch)
def most_of_all_logits(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    (n, C), most, loss = logits.shape, np.max(logits), 0.0
    dz = np.empty((n, C))
    with np.errstate(all="ignore"):
        for i, z in enumerate(logits - most):
            log_p = z - np.log(np.exp(z).sum())
            t = np.where(np.arange(C) == labels[i], 1 - eps + eps / C, eps / C)
            loss -= np.sum(t * log_p) / n
            dz[i] = (np.exp(log_p) - t) / n
    return loss, dz


@wrong(
    en="Every class gets eps / 2, the recipe for two classes: with C classes it is eps / C.",
    zh="每个类别得到 eps / 2，这是两类的写法：有 C 个类别时应为 eps / C。",
)
def half_of_eps(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: (1 - eps) * e + 0.5 * eps)


@same_mistake(half_of_eps)
def smooths_as_for_two_classes(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: 1 - eps / 2 if hit else eps / 2)


def right_but_for_checks(logits, labels, eps):
    n, C = logits.shape
    log_p, t = log_softmax(logits.astype(np.float64)), np.full((n, C), eps / C)
    t[np.arange(n), labels] += 1 - eps
    return -np.sum(t * log_p) / n, (np.exp(log_p) - t) / n


@wrong(
    en="A label of -1 is taken for the last class: NumPy counts it from the end, it must be refused.",
    zh="标签 -1 被当成了最后一类：NumPy 会从末尾数起，应当拒绝。",
)
def negative_labels(logits, labels, eps):
    n, C = logits.shape
    if not 0 <= eps <= 1 or labels.shape != (n,) or np.any(labels >= C):
        raise ValueError("arguments")
    return right_but_for_checks(logits, labels, eps)


@same_mistake(negative_labels)
def counts_from_the_end(logits, labels, eps):
    n, C = logits.shape
    labels = labels.astype(int)
    refuse_bad(logits, labels % C if labels.max() < C else labels, eps)
    onehot = np.eye(C)[labels]
    log_p = log_softmax(logits.astype(np.float64))
    loss = [-(1 - eps) * np.vdot(onehot[i], log_p[i]) - eps * log_p[i].mean() for i in range(n)]
    return np.mean(loss), (np.exp(log_p) - (1 - eps) * onehot - eps / C) / n


@wrong(
    en="NaN slips through `eps < 0 or eps > 1`, since every comparison with it is false: test `0 <= eps <= 1`.",
    zh="NaN 逃过了 `eps < 0 or eps > 1`，因为与它的比较都为假：应要求 `0 <= eps <= 1`。",
)
def eps_is_not_a_number(logits, labels, eps):
    if eps < 0 or eps > 1:
        raise ValueError("eps")
    refuse_bad(logits, labels, 0)
    return right_but_for_checks(logits, labels, eps)


@same_mistake(eps_is_not_a_number)
def compares_with_both_ends(logits, labels, eps):
    if min(eps, 1 - eps) < 0:
        raise ValueError("eps")
    log_p, onehot, n, C = parts(logits, labels, 0)
    t = eps / C + (1 - eps) * onehot
    return float(np.mean(np.sum(-t * log_p, axis=1))), (np.exp(log_p) - t) / n


@wrong(
    en="eps = 1 is refused: it is allowed, and asks for the uniform distribution.",
    zh="拒绝了 eps = 1：它是允许的，此时目标是均匀分布。",
)
def refuses_one(logits, labels, eps):
    if not 0 <= eps < 1:
        raise ValueError("eps")
    refuse_bad(logits, labels, eps)
    return right_but_for_checks(logits, labels, eps)


@same_mistake(refuses_one)
def below_one_only(logits, labels, eps):
    log_p, onehot, n, C = parts(logits, labels, eps)
    if eps >= 1:
        raise ValueError("eps")
    t = eps / C + (1 - eps) * onehot
    return -np.vdot(t, log_p) / n, (np.exp(log_p) - t) / n


@wrong(
    en="eps / (C - 1) is added for every class, the label's among them: the targets sum to more than 1.",
    zh="每个类别（包括标签那一类）都加了 eps / (C - 1)：目标之和大于 1。",
)
def one_class_too_few(logits, labels, eps):
    return with_targets(logits, labels, eps, lambda e, C: (1 - eps) * e + eps / max(C - 1, 1))


@same_mistake(one_class_too_few)
def share_of_all_but_one(logits, labels, eps):
    return class_by_class(logits, labels, eps, lambda hit, C: (1 - eps) * hit + eps / max(C - 1, 1))


@wrong(
    en="The maximum is subtracted in the logits' own dtype: in unsigned integers -5 is 251. Convert to float first.",
    zh="减去最大值时仍用 logits 自己的类型：在无符号整数中 -5 会变成 251。应先转成浮点数。",
)
def wraps_in_unsigned_integers(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    t = (1 - eps) * np.eye(C)[labels] + eps / C
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z.astype(np.float64)), axis=1, keepdims=True))
    return -np.sum(t * log_p) / n, (np.exp(log_p) - t) / n


@same_mistake(wraps_in_unsigned_integers)
def subtracts_row_by_row_in_their_dtype(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    shifted = np.stack([row - row.max() for row in logits]).astype(float)
    log_p = shifted - np.log(np.exp(shifted).sum(1))[:, None]
    target = np.full((n, C), eps / C)
    target[np.arange(n), labels] += 1 - eps
    return (-target * log_p).sum() / n, (np.exp(log_p) - target) / n


@wrong(
    en="The labels are converted to 8 bits: beyond 255 classes, label 299 becomes 43. Index with them as they are.",
    zh="标签被转成了 8 位：超过 255 类时，标签 299 变成 43。应直接用原来的标签做下标。",
)
def labels_in_a_byte(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    return with_targets(logits, labels.astype(np.uint8), eps, lambda e, C: (1 - eps) * e + eps / C)


@same_mistake(labels_in_a_byte)
def labels_modulo_256(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    return class_by_class(logits, labels.astype(int) % 256, eps, lambda hit, C: (1 - eps) * hit + eps / C)


@wrong(
    en="log(sum(exp(z))) is infinite for large logits, and -infinity far below 0: subtract each row's largest first.",
    zh="logits 很大时 log(sum(exp(z))) 为无穷，远小于 0 时为负无穷：应先减去每行的最大值。",
)
def logarithm_of_an_infinite_sum(logits, labels, eps):
    _, onehot, n, C = parts(logits, labels, eps)
    t = (1 - eps) * onehot + eps / C
    with np.errstate(all="ignore"):
        z = logits.astype(np.float64)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -np.sum(t * log_p) / n, (np.exp(log_p) - t) / n


@same_mistake(logarithm_of_an_infinite_sum)
def infinite_sum_row_by_row(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    loss, rows = 0.0, []
    with np.errstate(all="ignore"):
        for z, y in zip(logits.astype(np.float64), labels, strict=True):
            log_p = z - np.log(np.sum(np.exp(z)))
            t = np.full(C, eps / C)
            t[y] += 1 - eps
            loss = loss - np.sum(t * log_p) / n
            rows.append((np.exp(log_p) - t) / n)
    return loss, np.array(rows)
