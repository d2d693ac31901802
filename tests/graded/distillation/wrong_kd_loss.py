"""Answers to distillation/kd_loss that are wrong, each with the misconception behind it."""

import math

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(z_s, z_t, T, labels, alpha):
    if z_s.ndim != 2 or z_t.shape != z_s.shape or labels.shape != (len(z_s),):
        raise ValueError("shapes")
    if not math.isfinite(T) or T <= 0 or not 0 <= alpha <= 1:
        raise ValueError("options")


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def softmax(z):
    return np.exp(log_softmax(z))


def soft_of(z_s, z_t, T_s, T_t):
    """KL(p_t || p_s) summed over everything, and p_s - p_t."""
    log_p_s, log_p_t = log_softmax(z_s / T_s), log_softmax(z_t / T_t)
    p_s, p_t = np.exp(log_p_s), np.exp(log_p_t)
    return np.sum(p_t * (log_p_t - log_p_s)), p_s - p_t


def hard_of(z_s, labels, T=1):
    """The mean cross-entropy with the labels at T, and its gradient for z_s."""
    log_p, rows = log_softmax(z_s / T), np.arange(len(z_s))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -np.mean(log_p[rows, labels]), dz / T / len(z_s)


def mix(alpha, soft, hard):
    return alpha * soft[0] + (1 - alpha) * hard[0], alpha * soft[1] + (1 - alpha) * hard[1]


def scaled(z_s, z_t, T, labels, alpha, in_loss, in_gradient):
    """The right loss but for the factors before the sum of KL and before p_s - p_t."""
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, difference = soft_of(z_s, z_t, T, T)
    return mix(alpha, (in_loss * kl, in_gradient * difference), hard_of(z_s, labels))


def by_samples(z_s, z_t, T, labels, alpha, one_sample):
    """The mean over samples of `one_sample(s, t, label) -> (loss, gradient)`, one at a time."""
    refuse_bad(z_s, z_t, T, labels, alpha)
    total, rows = 0.0, []
    for s, t, label in zip(z_s, z_t, labels, strict=True):
        loss, gradient = one_sample(s.astype(np.float64), t.astype(np.float64), int(label))
        total += loss
        rows.append(gradient)
    return total / len(rows), np.array(rows) / len(rows)


def logs(z):
    return z - np.logaddexp.reduce(z)


def hard_one(s, label):
    return -logs(s)[label], np.exp(logs(s)) - np.eye(len(s))[label]


def kl_one(s, t, T_s, T_t):
    log_s, log_t = logs(s / T_s), logs(t / T_t)
    return float(np.exp(log_t) @ (log_t - log_s)), np.exp(log_s) - np.exp(log_t)


@wrong(
    en="The T^2 is missing: the soft gradient shrinks as 1/T^2, and the labels alone decide.",
    zh="缺少 T^2：软损失的梯度按 1/T^2 缩小，只剩标签起作用。",
)
def no_t_squared(z_s, z_t, temperature, labels, alpha):
    n = len(z_s)
    return scaled(z_s, z_t, temperature, labels, alpha, 1 / n, 1 / temperature / n if temperature else 0)


@same_mistake(no_t_squared)
def plain_kl(z_s, z_t, temperature, labels, alpha):
    def one(s, t, label):
        kl, difference = kl_one(s, t, temperature, temperature)
        return mix(alpha, (kl, difference / temperature), hard_one(s, label))

    return by_samples(z_s, z_t, temperature, labels, alpha, one)


@wrong(
    en="The loss has its T^2, the gradient has not: T^2 times 1/T leaves a factor T in the gradient.",
    zh="损失乘了 T^2，梯度没有：T^2 乘以 1/T，梯度中应有因子 T。",
)
def gradient_without_t_squared(z_s, z_t, temperature, labels, alpha):
    n, T = len(z_s), temperature
    return scaled(z_s, z_t, T, labels, alpha, T**2 / n, 1 / T / n if T else 0)


@same_mistake(gradient_without_t_squared)
def scales_the_loss_afterwards(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, (T * T * kl, difference / T), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The gradient is T^2 (p_s - p_t): z_s was divided by T, so by the chain rule one T goes.",
    zh="梯度写成了 T^2 (p_s - p_t)：z_s 除以过 T，按链式法则要约去一个 T。",
)
def forgets_the_chain_rule(z_s, z_t, temperature, labels, alpha):
    n, T = len(z_s), temperature
    return scaled(z_s, z_t, T, labels, alpha, T**2 / n, T**2 / n)


@same_mistake(forgets_the_chain_rule)
def squares_both(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        soft = [T * T * part for part in kl_one(s, t, T, T)]
        return mix(alpha, soft, hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The gradient is p_s - p_t without any T: T^2 from the loss and 1/T from the chain rule leave one T.",
    zh="梯度写成了 p_s - p_t，没有 T：损失的 T^2 与链式法则的 1/T 相乘，应留下一个 T。",
)
def raw_difference(z_s, z_t, temperature, labels, alpha):
    n, T = len(z_s), temperature
    return scaled(z_s, z_t, T, labels, alpha, T**2 / n, 1 / n)


@same_mistake(raw_difference)
def difference_of_probabilities(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, (T**2 * kl, difference), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="KL is averaged over all n C elements, PyTorch's reduction 'mean': it is a sum over classes, so this is C times "
    "too small.",
    zh="对全部 n C 个元素取了平均（PyTorch 的 reduction='mean'）：KL 应对类别求和，这样小了 C 倍。",
)
def mean_over_elements(z_s, z_t, temperature, labels, alpha):
    size, T = max(z_s.size, 1), temperature
    return scaled(z_s, z_t, T, labels, alpha, T**2 / size, T / size)


@same_mistake(mean_over_elements)
def default_reduction(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, (T * T * kl / len(s), T * difference / len(s)), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The soft term is summed over the batch, not averaged: its weight grows with the batch size.",
    zh="软损失对批次求和而没有取平均：它的分量随批次大小增长。",
)
def sum_over_the_batch(z_s, z_t, temperature, labels, alpha):
    T = temperature
    return scaled(z_s, z_t, T, labels, alpha, T**2, T)


@same_mistake(sum_over_the_batch)
def forgets_the_mean(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, (n * T * T * kl, n * T * difference), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The divergence is turned round, KL(p_s || p_t): the teacher's probabilities are the weights.",
    zh="散度的方向反了，成了 KL(p_s || p_t)：应以教师的概率为权重。",
)
def turned_round(z_s, z_t, temperature, labels, alpha):
    T = temperature
    refuse_bad(z_s, z_t, T, labels, alpha)
    log_p_s, log_p_t = log_softmax(z_s / T), log_softmax(z_t / T)
    p_s, gap = np.exp(log_p_s), log_p_s - log_p_t
    kl = np.sum(p_s * gap, axis=1, keepdims=True)
    soft = T**2 * kl.mean(), T * p_s * (gap - kl) / len(z_s)
    return mix(alpha, soft, hard_of(z_s, labels))


@same_mistake(turned_round)
def student_first(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        log_s, log_t = logs(s / T), logs(t / T)
        q = np.exp(log_s)
        kl = float(q @ (log_s - log_t))
        jacobian = np.diag(q) - np.outer(q, q)
        return mix(alpha, (T * T * kl, T * jacobian @ (log_s - log_t)), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The value is KL(p_s || p_t), the gradient that of KL(p_t || p_s): what is reported is not what is trained.",
    zh="数值是 KL(p_s || p_t)，梯度却是 KL(p_t || p_s) 的：报告的与训练的不是同一个量。",
)
def value_turned_round(z_s, z_t, temperature, labels, alpha):
    T = temperature
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, minus = soft_of(z_t, z_s, T, T)
    return mix(alpha, (T**2 * kl / len(z_s), -T * minus / len(z_s)), hard_of(z_s, labels))


@same_mistake(value_turned_round)
def swaps_the_roles_in_the_value(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        return mix(alpha, (T * T * kl_one(t, s, T, T)[0], T * kl_one(s, t, T, T)[1]), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="Only the teacher is softened: the student's logits in the soft term must be divided by the same T.",
    zh="只软化了教师：软损失中学生的 logits 也要除以同一个 T。",
)
def softens_the_teacher_only(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, difference = soft_of(z_s, z_t, 1, T)
    return mix(alpha, (T**2 * kl / n, T**2 * difference / n), hard_of(z_s, labels))


@same_mistake(softens_the_teacher_only)
def student_at_one(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        soft = [T * T * part for part in kl_one(s, t, 1.0, T)]
        return mix(alpha, soft, hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The teacher is not softened: at T = 1 its labels are nearly one-hot.",
    zh="教师没有软化：T = 1 时它的标签接近独热。",
)
def softens_the_student_only(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, difference = soft_of(z_s, z_t, T, 1)
    return mix(alpha, (T**2 * kl / n, T * difference / n), hard_of(z_s, labels))


@same_mistake(softens_the_student_only)
def teacher_at_one(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, 1.0)
        return mix(alpha, (T * T * kl, T * difference), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The hard term is softened too: the labels meet the student at T = 1, as at test time.",
    zh="硬损失也用了 T：与标签比较时应取 T = 1，与测试时一致。",
)
def labels_at_temperature(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, difference = soft_of(z_s, z_t, T, T)
    return mix(alpha, (T**2 * kl / n, T * difference / n), hard_of(z_s, labels, T))


@same_mistake(labels_at_temperature)
def softens_once_for_both(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        hard, d_hard = hard_one(s / T, label)
        return mix(alpha, (T * T * kl, T * difference), (hard, d_hard / T))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="T^2 multiplies the hard term too: it makes up for the 1/T^2 of the soft gradient alone.",
    zh="硬损失也乘了 T^2：这个因子只用来补偿软损失梯度的 1/T^2。",
)
def t_squared_for_both(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, difference = soft_of(z_s, z_t, T, T)
    loss, dz = mix(alpha, (kl / n, difference / n / T), hard_of(z_s, labels))
    return T**2 * loss, T**2 * dz


@same_mistake(t_squared_for_both)
def scales_the_mixture(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        hard = [T * T * part for part in hard_one(s, label)]
        return mix(alpha, (T * T * kl, T * difference), hard)

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="alpha weighs the labels here: it is the weight of the soft term, 1 - alpha that of the hard one.",
    zh="alpha 加在了硬损失上：它应是软损失的权重，硬损失的权重是 1 - alpha。",
)
def alpha_on_the_labels(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    return scaled(z_s, z_t, T, labels, 1 - alpha, T**2 / n, T / n)


@same_mistake(alpha_on_the_labels)
def weights_swapped(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, hard_one(s, label), (T * T * kl, T * difference))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The hard term has weight 1: it is 1 - alpha, so that alpha = 1 needs no labels.",
    zh="硬损失的权重是 1：应为 1 - alpha，这样 alpha = 1 时就不需要标签。",
)
def whole_hard_term(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    kl, difference = soft_of(z_s, z_t, T, T)
    hard, d_hard = hard_of(z_s, labels)
    return hard + alpha * T**2 * kl / n, d_hard + alpha * T * difference / n


@same_mistake(whole_hard_term)
def adds_alpha_times_soft(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        hard, d_hard = hard_one(s, label)
        return hard + alpha * T * T * kl, d_hard + alpha * T * difference

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="It is the gradient for the teacher's logits: the teacher is a constant, the student moves.",
    zh="这是对教师 logits 的梯度：教师是常数，要更新的是学生。",
)
def gradient_for_the_teacher(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    log_p_s, log_p_t = log_softmax(z_s / T), log_softmax(z_t / T)
    p_t, gap = np.exp(log_p_t), log_p_t - log_p_s
    kl = np.sum(p_t * gap, axis=1, keepdims=True)
    return mix(alpha, (T**2 * kl.mean(), T * p_t * (gap - kl) / n), hard_of(z_s, labels))


@same_mistake(gradient_for_the_teacher)
def derives_by_z_t(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        log_s, log_t = logs(s / T), logs(t / T)
        p = np.exp(log_t)
        jacobian = np.diag(p) - np.outer(p, p)
        return mix(alpha, (T * T * float(p @ (log_t - log_s)), T * jacobian @ (log_t - log_s)), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The soft term is the cross-entropy: KL is less by the teacher's entropy, and 0 for a perfect student.",
    zh="软损失写成了交叉熵：KL 还要减去教师的熵，学生完全拟合时为 0。",
)
def cross_entropy_for_kl(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    p_t = softmax(z_t / T)
    cross_entropy = -np.sum(p_t * log_softmax(z_s / T)) / n
    return mix(alpha, (T**2 * cross_entropy, T * (softmax(z_s / T) - p_t) / n), hard_of(z_s, labels))


@same_mistake(cross_entropy_for_kl)
def forgets_the_entropy(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        soft = -T * T * float(np.exp(logs(t / T)) @ logs(s / T))
        return mix(alpha, (soft, T * kl_one(s, t, T, T)[1]), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The sign of the soft gradient is turned: it is p_s - p_t, and a step against it brings p_s nearer to p_t.",
    zh="软损失梯度的符号反了：应为 p_s - p_t，沿负梯度走一步，p_s 才会靠近 p_t。",
)
def sign_turned(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    return scaled(z_s, z_t, T, labels, alpha, T**2 / n, -T / n)


@same_mistake(sign_turned)
def teacher_minus_student(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, (T * T * kl, T * (0 - difference)), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


def naive_softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    en="It takes the log of a probability, which may have rounded to 0: compute log-probabilities directly.",
    zh="对概率取了对数，而概率可能已舍入为 0：应直接计算对数概率。",
)
def log_of_a_rounded_zero(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    p_s, p_t, p = naive_softmax(z_s / T), naive_softmax(z_t / T), naive_softmax(z_s)
    onehot = np.eye(z_s.shape[1])[labels]
    soft = T**2 * np.sum(p_t * np.log(p_t / p_s)) / n, T * (p_s - p_t) / n
    return mix(alpha, soft, (-np.mean(np.log(p[np.arange(n), labels])), (p - onehot) / n))


@same_mistake(log_of_a_rounded_zero)
def ratio_of_probabilities(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        q, p = naive_softmax(s / T), naive_softmax(t / T)
        kl = float(np.sum(p * (np.log(p) - np.log(q))))
        p_1 = naive_softmax(s)
        return mix(alpha, (T * T * kl, T * (q - p)), (-np.log(p_1[label]), p_1 - np.eye(len(s))[label]))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="A small number inside the log hides probabilities of 0: the loss is finite and wrong.",
    zh="在对数里加一个小数，掩盖了为 0 的概率：损失有限，但是错的。",
)
def epsilon_in_the_log(z_s, z_t, temperature, labels, alpha):
    T, n, eps = temperature, len(z_s), 1e-12
    refuse_bad(z_s, z_t, T, labels, alpha)
    p_s, p_t, p = naive_softmax(z_s / T), naive_softmax(z_t / T), naive_softmax(z_s)
    onehot = np.eye(z_s.shape[1])[labels]
    soft = T**2 * np.sum(p_t * (np.log(p_t + eps) - np.log(p_s + eps))) / n, T * (p_s - p_t) / n
    return mix(alpha, soft, (-np.mean(np.log(p[np.arange(n), labels] + eps)), (p - onehot) / n))


@same_mistake(epsilon_in_the_log)
def adds_a_little(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        q, p, p_1 = naive_softmax(s / T), naive_softmax(t / T), naive_softmax(s)
        kl = float(np.sum(p * np.log((p + 1e-12) / (q + 1e-12))))
        return mix(alpha, (T * T * kl, T * (q - p)), (-np.log(p_1[label] + 1e-12), p_1 - np.eye(len(s))[label]))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="Soft labels are z / sum(z): logits are no probabilities, use softmax(z / T).",
    zh="软标签写成了 z / sum(z)：logits 不是概率，应使用 softmax(z / T)。",
)
def divides_by_the_sum(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    refuse_bad(z_s, z_t, T, labels, alpha)
    p_t = z_t / z_t.sum(axis=1, keepdims=True)
    log_p_s, log_p_t = log_softmax(z_s / T), np.log(p_t)
    soft = T**2 * np.sum(p_t * (log_p_t - log_p_s)) / n, T * (np.exp(log_p_s) - p_t) / n
    return mix(alpha, soft, hard_of(z_s, labels))


@same_mistake(divides_by_the_sum)
def shares_of_the_output(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        p, log_q = t / np.sum(t), logs(s / T)
        kl = float(np.sum(p * (np.log(p) - log_q)))
        return mix(alpha, (T * T * kl, T * (np.exp(log_q) - p)), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="Shapes are broadcast: one teacher row for the whole batch, or labels of another length, must be refused.",
    zh="形状被广播了：教师只有一行、标签长度不同，都应拒绝。",
)
def broadcasts(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    if not math.isfinite(T) or T <= 0 or not 0 <= alpha <= 1:
        raise ValueError("options")
    kl, difference = soft_of(z_s, z_t, T, T)
    return mix(alpha, (T**2 * kl / n, T * difference / n), hard_of(z_s, labels))


@same_mistake(broadcasts)
def checks_the_last_axis_only(z_s, z_t, temperature, labels, alpha):
    T, n = temperature, len(z_s)
    if not 0 < T < math.inf or not 0 <= alpha <= 1:
        raise ValueError("options")
    log_s, log_t = log_softmax(z_s / T), log_softmax(z_t / T)
    p = np.exp(log_t)
    soft = T * T * (p * (log_t - log_s)).sum() / n, T * (np.exp(log_s) - p) / n
    return mix(alpha, soft, hard_of(z_s, labels))
