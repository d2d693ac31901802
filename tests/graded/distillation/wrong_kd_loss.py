"""Wrong answers to distillation/kd_loss, each with the misconception behind it."""

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
    """The right loss except for the factors before the sum of KL and before p_s - p_t."""
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
    en="The gradient is T^2 (p_s - p_t): z_s was divided by T, so by the chain rule one T cancels.",
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
    en="The divergence is reversed, KL(p_s || p_t): the teacher's probabilities are the weights.",
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
    en="The soft gradient has the wrong sign: it is p_s - p_t, and a step against it brings p_s nearer to p_t.",
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
    en="Soft labels are z / sum(z): logits are not probabilities; use softmax(z / T).",
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


def with_another_log_softmax(log_softmax, z_s, z_t, T, labels, alpha):
    """The right loss except for the log-softmax that it uses."""
    n, log_p_s, log_p_t, log_p = len(z_s), *(log_softmax(z) for z in (z_s / T, z_t / T, z_s))
    soft = T**2 * np.sum(np.exp(log_p_t) * (log_p_t - log_p_s)) / n, T * (np.exp(log_p_s) - np.exp(log_p_t)) / n
    onehot = np.arange(z_s.shape[1]) == labels[:, None]
    return mix(alpha, soft, (-log_p[onehot].mean(), (np.exp(log_p) - onehot) / n))


@wrong(
    en="The maximum is not subtracted: exp overflows for large logits, and inf - inf is NaN.",
    zh="没有减去最大值：logits 很大时 exp 溢出，inf - inf 得 NaN。",
)
def exponential_overflows(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def plain(z):
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    return with_another_log_softmax(plain, z_s, z_t, temperature, labels, alpha)


@same_mistake(exponential_overflows)
def log_of_the_plain_sum(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def by_rows(z):
        return np.array([[value - np.log(sum(np.exp(v) for v in row)) for value in row] for row in z])

    return with_another_log_softmax(by_rows, z_s, z_t, temperature, labels, alpha)


@wrong(
    en="One maximum is subtracted from the whole batch: a row far below it becomes 0 / 0. Use each row's own.",
    zh="整个批次减去同一个最大值：远低于它的行会变成 0 / 0。每行应减去自己的最大值。",
)
def one_maximum_for_the_batch(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def shifted(z):
        z = z - z.max()
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    return with_another_log_softmax(shifted, z_s, z_t, temperature, labels, alpha)


@same_mistake(one_maximum_for_the_batch)
def maximum_without_an_axis(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def shifted(z):
        peak = np.max(z)
        return z - (peak + np.log(np.add.reduce(np.exp(z - peak), axis=1)))[:, None]

    return with_another_log_softmax(shifted, z_s, z_t, temperature, labels, alpha)


@wrong(
    en="Each row's mean is subtracted: what lies far above the mean still overflows. Subtract the maximum.",
    zh="减去的是每行的平均值：远高于平均值的仍会溢出。应减去最大值。",
)
def subtracts_the_mean(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def centred(z):
        z = z - z.mean(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    return with_another_log_softmax(centred, z_s, z_t, temperature, labels, alpha)


@same_mistake(subtracts_the_mean)
def centres_the_rows(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def centred(z):
        z = z - z.sum(axis=1)[:, None] / z.shape[1]
        return z - np.log(np.add.reduce(np.exp(z), axis=1))[:, None]

    return with_another_log_softmax(centred, z_s, z_t, temperature, labels, alpha)


@wrong(
    en="The softmax runs along axis 0, over the samples: the classes of one sample must sum to 1.",
    zh="softmax 沿轴 0（样本）计算了：应使同一样本各类别之和为 1。",
)
def softmax_over_the_samples(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    return with_another_log_softmax(lambda z: log_softmax(z.T).T, z_s, z_t, temperature, labels, alpha)


@same_mistake(softmax_over_the_samples)
def columns_sum_to_one(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)

    def along_axis_zero(z):
        return z - np.logaddexp.reduce(z, axis=0)

    return with_another_log_softmax(along_axis_zero, z_s, z_t, temperature, labels, alpha)


@wrong(
    en="The soft term has the factor T, not T^2: its gradient then still shrinks as 1/T.",
    zh="软损失乘的是 T 而不是 T^2：梯度仍按 1/T 缩小。",
)
def t_once(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, (soft[0] / T, soft[1] / T), hard)


@same_mistake(t_once)
def t_in_place_of_its_square(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        return mix(alpha, (T * kl, difference), hard_one(s, label))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The gradient has the T^2, the value has not: what is reported is not what is trained.",
    zh="梯度乘了 T^2，数值没有：报告的与训练的不是同一个量。",
)
def t_squared_in_the_gradient_alone(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, (kl / n, soft[1]), hard)


@same_mistake(t_squared_in_the_gradient_alone)
def value_without_its_factor(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, (kl, soft[1]), hard)

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="alpha has no effect: the two terms are added, they must be weighted with alpha and 1 - alpha.",
    zh="alpha 没有起作用：两项直接相加了，应以 alpha 和 1 - alpha 加权。",
)
def adds_without_weights(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return soft[0] + hard[0], soft[1] + hard[1]


@same_mistake(adds_without_weights)
def ignores_alpha(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return (soft[0] + hard[0], soft[1] + hard[1])

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="alpha weighs the value alone: the gradient needs the same weights.",
    zh="只有数值加了权：梯度也要用同样的权重。",
)
def gradient_without_weights(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)[0], soft[1] + hard[1]


@same_mistake(gradient_without_weights)
def weights_in_the_value_alone(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return (mix(alpha, soft, hard)[0], soft[1] + hard[1])

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="dz_s lacks the hard term's gradient: both terms depend on z_s.",
    zh="dz_s 缺少硬损失的梯度：两项都依赖于 z_s。",
)
def gradient_of_the_soft_term_alone(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)[0], alpha * soft[1]


@same_mistake(gradient_of_the_soft_term_alone)
def forgets_the_hard_gradient(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return (mix(alpha, soft, hard)[0], alpha * soft[1])

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The soft gradient is not divided by n: the value is a mean over samples, and so is its derivative.",
    zh="软损失的梯度没有除以 n：数值对样本取了平均，导数也要除。",
)
def soft_gradient_not_divided_by_n(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, (soft[0], T * difference), hard)


@same_mistake(soft_gradient_not_divided_by_n)
def soft_gradient_for_each_sample(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, (soft[0], len(z_s) * soft[1]), hard)

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="dz_s is not divided by n: the loss is a mean over samples, and so is its derivative.",
    zh="dz_s 没有除以 n：损失对样本取了平均，导数也要除。",
)
def gradient_not_divided_by_n(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    loss, dz_s = mix(alpha, soft, hard)
    return loss, n * dz_s


@same_mistake(gradient_not_divided_by_n)
def gradient_for_each_sample(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return (mix(alpha, soft, hard)[0], len(z_s) * mix(alpha, soft, hard)[1])

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="The value of the hard term is summed over the batch: it is a mean over samples, as its gradient is.",
    zh="硬损失的数值对批次求了和：应与它的梯度一样取平均。",
)
def hard_term_is_a_sum(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, (n * hard[0], hard[1]))


@same_mistake(hard_term_is_a_sum)
def adds_up_the_hard_losses(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, (len(z_s) * hard[0], hard[1]))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="It returns (dz_s, loss): the loss comes first.",
    zh="返回的是 (dz_s, loss)：损失应在前。",
)
def gradient_before_loss(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)[::-1]


@same_mistake(gradient_before_loss)
def swapped_pair(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, hard)

    loss, dz_s = by_samples(z_s, z_t, T, labels, alpha, one)
    return dz_s, loss


@wrong(
    en="The soft term is the squared distance of the probabilities: the exercise asks for the KL divergence.",
    zh="软损失写成了概率之差的平方：题目要求的是 KL 散度。",
)
def squares_of_probabilities(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    p_s, p_t = softmax(z_s / T), softmax(z_t / T)
    return mix(alpha, (T**2 * np.sum((p_t - p_s) ** 2) / n, soft[1]), hard)


@same_mistake(squares_of_probabilities)
def brier_score_of_soft_labels(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, (T * T * (difference @ difference), soft[1]), hard)

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="`[:, labels]` takes these columns in every row: a sample's own label is at [np.arange(n), labels].",
    zh="`[:, labels]` 在每一行都取了这些列：每个样本自己的标签在 [np.arange(n), labels]。",
)
def columns_of_all_labels(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    d_hard = softmax(z_s) / n
    d_hard[:, labels] -= 1 / n
    return mix(alpha, soft, (hard[0], d_hard))


@same_mistake(columns_of_all_labels)
def subtracts_in_every_row(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, (hard[0], np.exp(logs(s)) - np.isin(np.arange(len(s)), labels)))

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="Positions are computed in the labels' own dtype: beyond 255 a uint8 starts again at 0. Convert to intp first.",
    zh="位置是用标签自己的整数类型算的：uint8 超过 255 会从 0 重新开始。应先转成 intp。",
)
def labels_in_a_narrow_dtype(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft = T**2 * kl / n, T * difference / n
    at_label = labels + (np.arange(n) * z_s.shape[1]).astype(labels.dtype)
    log_p = log_softmax(z_s)
    d_hard = np.exp(log_p).ravel() / n
    d_hard[at_label] -= 1 / n
    return mix(alpha, soft, (-log_p.ravel()[at_label].mean(), d_hard.reshape(z_s.shape)))


@same_mistake(labels_in_a_narrow_dtype)
def positions_in_the_labels_dtype(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft = T**2 * kl / n, T * difference / n
    starts = np.array([k * z_s.shape[1] for k in range(n)], np.int64).astype(labels.dtype)
    flat, p = log_softmax(z_s).reshape(-1), softmax(z_s).reshape(-1)
    np.subtract.at(p, starts + labels, 1)
    return mix(alpha, soft, (-np.mean(np.take(flat, starts + labels)), p.reshape(z_s.shape) / n))


@wrong(
    en="NaN or infinity slips through `T <= 0`: neither is a temperature; require a finite number too.",
    zh="NaN 或无穷大逃过了 `T <= 0`：它们都不是温度，还要检查是否有限。",
)
def nan_is_no_temperature_below_zero(z_s, z_t, temperature, labels, alpha):
    if temperature <= 0:
        raise ValueError("temperature")
    refuse_bad(z_s, z_t, 1.0, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)


@same_mistake(nan_is_no_temperature_below_zero)
def lets_a_nan_temperature_pass(z_s, z_t, temperature, labels, alpha):
    if min(temperature, 0) == temperature:
        raise ValueError("temperature")
    refuse_bad(z_s, z_t, 1.0, labels, alpha)
    T, n = temperature, len(z_s)
    log_s, log_t = log_softmax(z_s / T), log_softmax(z_t / T)
    soft = T * T * (np.exp(log_t) * (log_t - log_s)).sum() / n, T * (np.exp(log_s) - np.exp(log_t)) / n
    return mix(alpha, soft, hard_of(z_s, labels))


@wrong(
    en="Infinity passes as a temperature: require a finite number too.",
    zh="无穷大的温度通过了：还要检查是否有限。",
)
def infinite_temperature(z_s, z_t, temperature, labels, alpha):
    if not temperature > 0:
        raise ValueError("temperature")
    refuse_bad(z_s, z_t, 1.0, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)


@same_mistake(infinite_temperature)
def checks_the_sign_and_nan(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, 1.0 if temperature == math.inf else temperature, labels, alpha)
    T, n = temperature, len(z_s)
    log_s, log_t = log_softmax(z_s / T), log_softmax(z_t / T)
    soft = T * T * (np.exp(log_t) * (log_t - log_s)).sum() / n, T * (np.exp(log_s) - np.exp(log_t)) / n
    return mix(alpha, soft, hard_of(z_s, labels))


@wrong(
    en="alpha is not checked: outside [0, 1] one of the two weights is negative.",
    zh="没有检查 alpha：在 [0, 1] 之外，两个权重之一为负。",
)
def alpha_is_not_checked(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, 0.5)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)


@same_mistake(alpha_is_not_checked)
def takes_any_weight(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, hard)

    return by_samples(z_s, z_t, T, labels, 0, one)


@wrong(
    en="An alpha of NaN slips through `alpha < 0 or alpha > 1`: test `not 0 <= alpha <= 1`.",
    zh="NaN 的 alpha 逃过了 `alpha < 0 or alpha > 1`：应写 `not 0 <= alpha <= 1`。",
)
def nan_alpha_passes(z_s, z_t, temperature, labels, alpha):
    if alpha < 0 or alpha > 1:
        raise ValueError("alpha")
    refuse_bad(z_s, z_t, temperature, labels, 0.5)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)


@same_mistake(nan_alpha_passes)
def two_comparisons_with_alpha(z_s, z_t, temperature, labels, alpha):
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, hard)

    return by_samples(z_s, z_t, T, labels, 0.5 if math.isnan(alpha) else alpha, one)


@wrong(
    en="z_t is compared by its size: another shape with as many numbers passes; compare z_t.shape with z_s.shape.",
    zh="只比较了 z_t 的元素个数：形状不同、个数相同的也通过了，应比较 z_t.shape 与 z_s.shape。",
)
def compares_sizes_of_logits(z_s, z_t, temperature, labels, alpha):
    if z_t.size != z_s.size:
        raise ValueError("z_t")
    z_t = z_t.reshape(z_s.shape)
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)


@same_mistake(compares_sizes_of_logits)
def reshapes_the_teacher(z_s, z_t, temperature, labels, alpha):
    z_t = np.reshape(z_t, z_s.shape)  # ValueError where the numbers do not suffice
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, hard)

    return by_samples(z_s, z_t, T, labels, alpha, one)


@wrong(
    en="Bad input ends in AssertionError: the contract asks for ValueError, and `python -O` drops every assert.",
    zh="输入不合法时抛出的是 AssertionError：约定是 ValueError，而且 `python -O` 会去掉所有 assert。",
)
def asserts(z_s, z_t, temperature, labels, alpha):
    try:
        refuse_bad(z_s, z_t, temperature, labels, alpha)
    except ValueError as error:
        raise AssertionError from error
    T, n = temperature, len(z_s)
    kl, difference = soft_of(z_s, z_t, T, T)
    soft, hard = (T**2 * kl / n, T * difference / n), hard_of(z_s, labels)
    return mix(alpha, soft, hard)


@same_mistake(asserts)
def asserts_one_after_the_other(z_s, z_t, temperature, labels, alpha):
    assert z_s.ndim == 2
    assert z_t.shape == z_s.shape
    assert labels.shape == (len(z_s),)
    assert 0 < temperature < math.inf
    assert 0 <= alpha <= 1
    T = temperature

    def one(s, t, label):
        kl, difference = kl_one(s, t, T, T)
        soft, hard = (T * T * kl, T * difference), hard_one(s, label)
        return mix(alpha, soft, hard)

    return by_samples(z_s, z_t, T, labels, alpha, one)
