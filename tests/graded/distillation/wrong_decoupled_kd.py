"""Wrong answers to distillation/decoupled_kd, each with the misconception behind it."""

import math
from types import SimpleNamespace

import numpy as np

from minicompress.kit.grading import same_mistake, wrong


def refuse_bad(z_s, z_t, labels, T, alpha, beta):
    if z_s.ndim != 2 or z_s.shape[1] < 2 or z_t.shape != z_s.shape or labels.shape != (len(z_s),):
        raise ValueError("shapes")
    refuse_bad_options(T, alpha, beta)


def refuse_bad_options(T, alpha, beta):
    if not (math.isfinite(T) and T > 0 and 0 <= alpha < math.inf and 0 <= beta < math.inf):
        raise ValueError("options")


def log_softmax(z):
    return z - np.logaddexp.reduce(z, axis=1, keepdims=True)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def split(z, e):
    """log b and log(1 - b) as (n, 2), and log q as (n, C), 0 at the label."""
    rest = np.logaddexp.reduce(np.where(e, -np.inf, z), axis=1)
    two = np.stack([z[e], rest], axis=1)
    return two - np.logaddexp.reduce(two, axis=1)[:, None], np.where(e, 0, z - rest[:, None])


def parts(z_s, z_t, labels, T_s, T_t=None):
    """Of every sample: TCKD and NCKD (n,), their gradients for z_s / T (n, C), and what they are made of."""
    e = labels[:, None] == np.arange(z_s.shape[1])
    (two_s, log_q_s), (two_t, log_q_t) = split(z_s / T_s, e), split(z_t / (T_t or T_s), e)
    q_s, q_t = np.where(e, 0, np.exp(log_q_s)), np.where(e, 0, np.exp(log_q_t))
    b_s, b_t = np.exp(two_s[:, :1]), np.exp(two_t[:, :1])
    return SimpleNamespace(
        **{"e": e, "q_s": q_s, "q_t": q_t, "b_s": b_s, "b_t": b_t, "two_s": two_s, "two_t": two_t},
        log_q_s=log_q_s,
        log_q_t=log_q_t,
        target=(np.exp(two_t) * (two_t - two_s)).sum(axis=1),
        other=(q_t * (log_q_t - log_q_s)).sum(axis=1),
        d_target=(b_s - b_t) * (e - q_s),
        d_other=q_s - q_t,
    )


def weighted(z_s, z_t, labels, T, alpha, beta, in_loss=None, in_gradient=None):
    """The right answer except for the factors before the loss and before the gradient, by default T^2 / n and T / n."""
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    in_loss = T**2 / n if in_loss is None else in_loss
    in_gradient = T / n if in_gradient is None else in_gradient
    loss = in_loss * (alpha * p.target + beta * p.other).sum()
    return loss, in_gradient * (alpha * p.d_target + beta * p.d_other)


def one_of(s, t, y, T_s, T_t=None):
    """The same of one sample, from log p, with the label's class taken out of q."""
    y = int(y)  # np.delete and np.insert take a narrow integer as it is
    log_s, log_t = (z - np.logaddexp.reduce(z) for z in (s / T_s, t / (T_t or T_s)))
    two_s, two_t = (np.array([z[y], np.logaddexp.reduce(np.delete(z, y))]) for z in (log_s, log_t))
    log_q_s, log_q_t = np.delete(log_s, y) - two_s[1], np.delete(log_t, y) - two_t[1]
    q_s, q_t, b_s, b_t = np.exp(log_q_s), np.exp(log_q_t), np.exp(two_s[0]), np.exp(two_t[0])
    return SimpleNamespace(
        **{"q_s": q_s, "q_t": q_t, "b_s": b_s, "b_t": b_t, "two_s": two_s, "two_t": two_t},
        **{"log_q_s": log_q_s, "log_q_t": log_q_t, "log_s": log_s, "log_t": log_t},
        target=float(np.exp(two_t) @ (two_t - two_s)),
        other=float(q_t @ (log_q_t - log_q_s)),
        d_target=np.insert(-(b_s - b_t) * q_s, y, b_s - b_t),
        d_other=np.insert(q_s - q_t, y, 0.0),
    )


def by_samples(z_s, z_t, labels, T, alpha, beta, one):
    """The mean over samples of `one(s, t, y) -> (loss, gradient)`, one at a time."""
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    total, rows = 0.0, []
    for s, t, y in zip(z_s, z_t, labels, strict=True):
        loss, gradient = one(s.astype(np.float64), t.astype(np.float64), int(y))
        total += loss
        rows.append(gradient)
    return total / len(rows), np.array(rows) / len(rows)


def scaled_samples(z_s, z_t, labels, T, alpha, beta, in_loss, in_gradient):
    def one(s, t, y):
        p = one_of(s, t, y, T)
        return in_loss * (alpha * p.target + beta * p.other), in_gradient * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The target is the teacher's best class here: it is the label's class, also where the teacher errs.",
    zh="把教师判为最可能的类当作目标类：目标类是标签的类，教师判错时也是。",
)
def teachers_argmax(z_s, z_t, labels, temperature, alpha, beta):
    refuse_bad(z_s, z_t, labels, temperature, alpha, beta)
    return weighted(z_s, z_t, z_t.argmax(axis=1), temperature, alpha, beta)


@same_mistake(teachers_argmax)
def what_the_teacher_says(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, int(np.argmax(t)), T)
        return T * T * (alpha * p.target + beta * p.other), T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The other classes are not renormalized: q is a softmax over them alone and sums to 1.",
    zh="其余各类没有重新归一化：q 是只在这些类上的 softmax，和为 1。",
)
def not_renormalized(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    log_p_s, log_p_t = log_softmax(z_s / T), log_softmax(z_t / T)
    p_t = np.where(p.e, 0, np.exp(log_p_t))
    other = np.sum(p_t * (log_p_t - log_p_s), axis=1)
    d_other = p_t.sum(axis=1, keepdims=True) * np.exp(log_p_s) - p_t
    return T**2 * np.mean(alpha * p.target + beta * other), T / n * (alpha * p.d_target + beta * d_other)


@same_mistake(not_renormalized)
def the_same_probabilities_without_one(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        kept = np.delete(np.exp(p.log_t), y)
        other = float(kept @ (np.delete(p.log_t, y) - np.delete(p.log_s, y)))
        d_other = kept.sum() * np.exp(p.log_s) - np.insert(kept, y, 0)
        return T * T * (alpha * p.target + beta * other), T * (alpha * p.d_target + beta * d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


def masked(z_s, z_t, labels, T, alpha, beta, mask):
    """NCKD over all classes, where `mask` has changed the logits z / T of the target class."""
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    log_q_s, log_q_t = log_softmax(mask(z_s / T, p.e)), log_softmax(mask(z_t / T, p.e))
    q_t = np.exp(log_q_t)
    other = np.sum(q_t * (log_q_t - log_q_s), axis=1)
    return (
        T**2 * np.mean(alpha * p.target + beta * other),
        T / n * (alpha * p.d_target + beta * (np.exp(log_q_s) - q_t)),
    )


def masked_one(z_s, z_t, labels, T, alpha, beta, mask):
    def one(s, t, y):
        p = one_of(s, t, y, T)
        s, t = mask(s / T, y), mask(t / T, y)
        log_s, log_t = s - np.logaddexp.reduce(s), t - np.logaddexp.reduce(t)
        other = float(np.exp(log_t) @ (log_t - log_s))
        d_other = np.exp(log_s) - np.exp(log_t)
        return T * T * (alpha * p.target + beta * other), T * (alpha * p.d_target + beta * d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The target's logit is multiplied by 0: a logit of 0 still has e^0 = 1, it must be minus infinity or left out.",
    zh="把目标类的 logit 乘成了 0：logit 为 0 时 e^0 = 1，它应为负无穷，或者干脆去掉。",
)
def masks_with_zero(z_s, z_t, labels, temperature, alpha, beta):
    return masked(z_s, z_t, labels, temperature, alpha, beta, lambda z, e: np.where(e, 0, z))


@same_mistake(masks_with_zero)
def multiplies_by_the_mask(z_s, z_t, labels, temperature, alpha, beta):
    def mask(z, y):
        return z * (np.arange(len(z)) != y)

    return masked_one(z_s, z_t, labels, temperature, alpha, beta, mask)


@wrong(
    en="The mask subtracts 1000, but logits may be larger: leave the target class out, or give it minus infinity.",
    zh="掩码只减去 1000，而 logit 可能更大：应去掉目标类，或把它设为负无穷。",
)
def masks_with_a_thousand(z_s, z_t, labels, temperature, alpha, beta):
    return masked(z_s, z_t, labels, temperature, alpha, beta, lambda z, e: z - 1000.0 * e)


@same_mistake(masks_with_a_thousand)
def subtracts_a_thousand(z_s, z_t, labels, temperature, alpha, beta):
    def mask(z, y):
        masked = z.copy()
        masked[y] -= 1e3
        return masked

    return masked_one(z_s, z_t, labels, temperature, alpha, beta, mask)


@wrong(
    en="The mask is -1: any logit of the others below that weighs less than the target class.",
    zh="掩码值是 -1：其余各类只要 logit 更小，分量就不如目标类。",
)
def masks_with_minus_one(z_s, z_t, labels, temperature, alpha, beta):
    return masked(z_s, z_t, labels, temperature, alpha, beta, lambda z, e: np.where(e, -1.0, z))


@same_mistake(masks_with_minus_one)
def fills_with_minus_one(z_s, z_t, labels, temperature, alpha, beta):
    def mask(z, y):
        filled = z.copy()
        filled[y] = -1
        return filled

    return masked_one(z_s, z_t, labels, temperature, alpha, beta, mask)


@wrong(
    en="It divides by 1 - p_y, which is 0 for a confident teacher: compute q from the logits.",
    zh="除以了 1 - p_y，教师很自信时它是 0：q 应由 logits 计算。",
)
def divides_by_what_is_left(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    q_s, q_t = (np.where(p.e, 0, x / (1 - x[p.e])[:, None]) for x in (softmax(z_s / T), softmax(z_t / T)))
    other = np.where(p.e, 0, q_t * (np.log(np.where(p.e, 1, q_t)) - np.log(np.where(p.e, 1, q_s)))).sum(axis=1)
    d = alpha * (p.b_s - p.b_t)
    return T**2 * np.mean(alpha * p.target + beta * other), T / n * (d * (p.e - q_s) + beta * (q_s - q_t))


@same_mistake(divides_by_what_is_left)
def renormalizes_the_probabilities(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p, p_s, p_t = one_of(s, t, y, T), softmax(s / T), softmax(t / T)
        q_s, q_t = np.delete(p_s, y) / (1 - p_s[y]), np.delete(p_t, y) / (1 - p_t[y])
        other = float(np.sum(q_t * (np.log(q_t) - np.log(q_s))))
        d = alpha * (p.b_s - p.b_t)
        dz = np.insert(beta * (q_s - q_t) - d * q_s, y, d)
        return T * T * (alpha * p.target + beta * other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@same_mistake(divides_by_what_is_left)
def divides_in_the_gradient_alone(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    q_s, q_t = (np.where(p.e, 0, x / (1 - x[p.e])[:, None]) for x in (softmax(z_s / T), softmax(z_t / T)))
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    return loss, T / n * (alpha * (p.b_s - p.b_t) * (p.e - q_s) + beta * (q_s - q_t))


@same_mistake(divides_by_what_is_left)
def shares_of_a_difference(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p, p_s, p_t = one_of(s, t, y, T), softmax(s / T), softmax(t / T)
        q_s, q_t = np.delete(p_s, y) / (1 - p_s[y]), np.delete(p_t, y) / (1 - p_t[y])
        d = alpha * (p.b_s - p.b_t)
        dz = np.insert(beta * (q_s - q_t) - d * q_s, y, d)
        return T * T * (alpha * p.target + beta * p.other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="log(1 - b) is taken of a difference that may round to 0: it is the log of the others' share, by logsumexp.",
    zh="对可能舍入为 0 的差取了 log(1 - b)：它是其余各类所占份额的对数，应由 logsumexp 求得。",
)
def log_of_one_minus(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    b_s, b_t = softmax(z_s / T)[p.e], softmax(z_t / T)[p.e]
    target = b_t * (np.log(b_t) - np.log(b_s)) + (1 - b_t) * (np.log(1 - b_t) - np.log(1 - b_s))
    return T**2 * np.mean(alpha * target + beta * p.other), T / n * (alpha * p.d_target + beta * p.d_other)


@same_mistake(log_of_one_minus)
def binary_entropy_of_probabilities(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p, b_s, b_t = one_of(s, t, y, T), softmax(s / T)[y], softmax(t / T)[y]
        target = b_t * np.log(b_t / b_s) + (1 - b_t) * np.log((1 - b_t) / (1 - b_s))
        return T * T * (alpha * target + beta * p.other), T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="A small number inside the log hides a 1 - b of 0: the loss is finite and wrong for a confident teacher.",
    zh="在对数里加一个小数，掩盖了为 0 的 1 - b：教师很自信时损失有限，但是错的。",
)
def epsilon_in_the_log(z_s, z_t, labels, temperature, alpha, beta):
    T, eps = temperature, 1e-8
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    two_s, two_t = (np.stack([b, 1 - b], axis=1) for b in (softmax(z_s / T)[p.e], softmax(z_t / T)[p.e]))
    target = np.sum(two_t * (np.log(two_t + eps) - np.log(two_s + eps)), axis=1)
    return T**2 * np.mean(alpha * target + beta * p.other), T / n * (alpha * p.d_target + beta * p.d_other)


@same_mistake(epsilon_in_the_log)
def adds_a_little(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p, b_s, b_t = one_of(s, t, y, T), softmax(s / T)[y], softmax(t / T)[y]
        target = b_t * np.log((b_t + 1e-8) / (b_s + 1e-8)) + (1 - b_t) * np.log((1 - b_t + 1e-8) / (1 - b_s + 1e-8))
        return T * T * (alpha * target + beta * p.other), T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@same_mistake(epsilon_in_the_log)
def adds_less(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p, b_s, b_t = one_of(s, t, y, T), softmax(s / T)[y], softmax(t / T)[y]
        target = b_t * np.log((b_t + 1e-12) / (b_s + 1e-12))
        target += (1 - b_t) * np.log((1 - b_t + 1e-12) / (1 - b_s + 1e-12))
        return T * T * (alpha * target + beta * p.other), T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@same_mistake(epsilon_in_the_log)
def clips_the_probabilities(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    two_s, two_t = (np.stack([b, 1 - b], axis=1) for b in (softmax(z_s / T)[p.e], softmax(z_t / T)[p.e]))
    target = np.sum(two_t * (np.log(np.maximum(two_t, 1e-12)) - np.log(np.maximum(two_s, 1e-12))), axis=1)
    return T**2 * np.mean(alpha * target + beta * p.other), T / n * (alpha * p.d_target + beta * p.d_other)


@wrong(
    en="NCKD still carries 1 - b_t, as in the plain soft loss: decoupling replaces that factor by beta.",
    zh="NCKD 仍带着普通软损失中的 1 - b_t：解耦就是用 beta 取代这个因子。",
)
def still_coupled(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    weight = beta * np.exp(p.two_t[:, 1])
    loss = T**2 * np.mean(alpha * p.target + weight * p.other)
    return loss, T / n * (alpha * p.d_target + weight[:, None] * p.d_other)


@same_mistake(still_coupled)
def keeps_the_weight_of_the_others(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        weight = (1 - np.exp(p.log_t[y])) * beta
        return T * T * (alpha * p.target + weight * p.other), T * (alpha * p.d_target + weight * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The target class is still in NCKD: that is the whole KL, which compares the others and the target once more.",
    zh="NCKD 里仍有目标类：那就是完整的 KL，目标类被算了两次。",
)
def target_among_the_others(z_s, z_t, labels, temperature, alpha, beta):
    return masked(z_s, z_t, labels, temperature, alpha, beta, lambda z, e: z)


@same_mistake(target_among_the_others)
def adds_the_whole_kl(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        whole = float(np.exp(p.log_t) @ (p.log_t - p.log_s))
        d_whole = np.exp(p.log_s) - np.exp(p.log_t)
        return T * T * (alpha * p.target + beta * whole), T * (alpha * p.d_target + beta * d_whole)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="TCKD has only its first term: b log(b_t / b_s) alone is not a KL; the term for 1 - b belongs to it.",
    zh="TCKD 只有第一项：单独的 b_t log(b_t / b_s) 不是 KL，还要加上 1 - b 的那一项。",
)
def first_term_alone(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    target = p.b_t[:, 0] * (p.two_t - p.two_s)[:, 0]
    d_target = -p.b_t * (p.e - softmax(z_s / T))
    return T**2 * np.mean(alpha * target + beta * p.other), T / n * (alpha * d_target + beta * p.d_other)


@same_mistake(first_term_alone)
def the_label_without_its_contrary(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        target = float(p.b_t * (p.log_t[y] - p.log_s[y]))
        d_target = p.b_t * np.exp(p.log_s)
        d_target[y] -= p.b_t
        return T * T * (alpha * target + beta * p.other), T * (alpha * d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="T^2 is missing: the soft gradient shrinks as 1/T^2, and alpha and beta must be tuned anew for each T.",
    zh="缺少 T^2：软损失的梯度按 1/T^2 缩小，每换一个 T 都要重新调 alpha 和 beta。",
)
def no_t_squared(z_s, z_t, labels, temperature, alpha, beta):
    n, T = len(z_s), temperature
    return weighted(z_s, z_t, labels, T, alpha, beta, 1 / n, 1 / T / n if T else 0)


@same_mistake(no_t_squared)
def plain_kl(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return scaled_samples(z_s, z_t, labels, T, alpha, beta, 1, 1 / T if T else 0)


@wrong(
    en="The loss has its T^2, the gradient has not: T^2 times 1/T leaves a factor T in the gradient.",
    zh="损失乘了 T^2，梯度没有：T^2 乘以 1/T，梯度中应有因子 T。",
)
def gradient_without_t_squared(z_s, z_t, labels, temperature, alpha, beta):
    n, T = len(z_s), temperature
    return weighted(z_s, z_t, labels, T, alpha, beta, T**2 / n, 1 / T / n if T else 0)


@same_mistake(gradient_without_t_squared)
def scales_the_loss_afterwards(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return scaled_samples(z_s, z_t, labels, T, alpha, beta, T * T, 1 / T if T else 0)


@wrong(
    en="The gradient has T^2 instead of T: z_s was divided by T, so by the chain rule one T cancels.",
    zh="梯度的因子写成了 T^2：z_s 除以过 T，按链式法则要约去一个 T。",
)
def forgets_the_chain_rule(z_s, z_t, labels, temperature, alpha, beta):
    n, T = len(z_s), temperature
    return weighted(z_s, z_t, labels, T, alpha, beta, T**2 / n, T**2 / n)


@same_mistake(forgets_the_chain_rule)
def squares_both(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return scaled_samples(z_s, z_t, labels, T, alpha, beta, T * T, T * T)


@wrong(
    en="T^2 multiplies TCKD alone: it is a factor of both parts.",
    zh="T^2 只乘在 TCKD 上：两部分都要乘。",
)
def t_squared_on_the_target_alone(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return weighted(z_s, z_t, labels, T, alpha, beta / T**2 if T else beta)


@same_mistake(t_squared_on_the_target_alone)
def forgets_brackets(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        return T * T * alpha * p.target + beta * p.other, T * alpha * p.d_target + beta * p.d_other / T

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="T^2 multiplies NCKD alone: it is a factor of both parts.",
    zh="T^2 只乘在 NCKD 上：两部分都要乘。",
)
def t_squared_on_the_others_alone(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return weighted(z_s, z_t, labels, T, alpha / T**2 if T else alpha, beta)


@same_mistake(t_squared_on_the_others_alone)
def target_is_not_scaled(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        return alpha * p.target + T * T * beta * p.other, alpha * p.d_target / T + T * beta * p.d_other

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="alpha and beta are swapped: alpha weighs the target class, beta the others.",
    zh="alpha 与 beta 对调了：alpha 是目标类的权重，beta 是其余各类的。",
)
def weights_swapped(z_s, z_t, labels, temperature, alpha, beta):
    return weighted(z_s, z_t, labels, temperature, beta, alpha)


@same_mistake(weights_swapped)
def alpha_on_the_others(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        return T * T * (beta * p.target + alpha * p.other), T * (alpha * p.d_other + beta * p.d_target)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="Both KL are reversed, from student to teacher: the expectation is taken under the teacher.",
    zh="两个 KL 的方向都反了（学生到教师）：应在教师的分布下取期望。",
)
def reverse_kl(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    two_gap, q_gap = p.two_s - p.two_t, p.log_q_s - p.log_q_t
    target, other = np.sum(np.exp(p.two_s) * two_gap, axis=1), np.sum(p.q_s * q_gap, axis=1)
    slope = p.b_s * (two_gap[:, :1] - target[:, None])
    dz = alpha * slope * (p.e - p.q_s) + beta * p.q_s * (q_gap - other[:, None])
    return T**2 * np.mean(alpha * target + beta * other), T / n * dz


@same_mistake(reverse_kl)
def swaps_the_arguments(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        target = float(np.exp(p.two_s) @ (p.two_s - p.two_t))
        other = float(p.q_s @ (p.log_q_s - p.log_q_t))
        slope = p.b_s * np.exp(p.two_s[1]) * (p.two_s[0] - p.two_t[0] - p.two_s[1] + p.two_t[1])
        d_other = p.q_s * (p.log_q_s - p.log_q_t) - p.q_s * other
        dz = np.insert(beta * d_other - alpha * slope * p.q_s, y, alpha * slope)
        return T * T * (alpha * target + beta * other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="KL is averaged over elements, reduction 'mean': it is a sum over outcomes and a mean over samples alone.",
    zh="KL 对元素取了平均（reduction='mean'）：应对结果求和，只对样本取平均。",
)
def mean_over_elements(z_s, z_t, labels, temperature, alpha, beta):
    C = z_s.shape[-1] if z_s.size else 1
    return weighted(z_s, z_t, labels, temperature, alpha / 2, beta / C)


@same_mistake(mean_over_elements)
def default_reduction(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        target, other = np.mean(np.exp(p.two_t) * (p.two_t - p.two_s)), p.other / len(s)
        return T * T * (alpha * target + beta * other), T * (alpha / 2 * p.d_target + beta / len(s) * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@same_mistake(mean_over_elements)
def mean_over_the_others(z_s, z_t, labels, temperature, alpha, beta):
    C = max(z_s.shape[-1], 2) if z_s.size else 2
    return weighted(z_s, z_t, labels, temperature, alpha / 2, beta / (C - 1))


@same_mistake(mean_over_elements)
def default_reduction_of_the_others(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        other = np.mean(p.q_t * (p.log_q_t - p.log_q_s))
        dz = alpha / 2 * p.d_target + beta / len(p.q_t) * p.d_other
        return T * T * (alpha / 2 * p.target + beta * other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="Another softmax is taken of probabilities: q is a softmax of the others' logits over T.",
    zh="对概率又做了一次 softmax：q 是其余各类 logits 除以 T 后的 softmax。",
)
def softmax_of_probabilities(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    p_s = softmax(z_s / T)
    (_, log_q_s), (_, log_q_t) = split(p_s, p.e), split(softmax(z_t / T), p.e)
    q_s, q_t = np.where(p.e, 0, np.exp(log_q_s)), np.where(p.e, 0, np.exp(log_q_t))
    other = np.sum(q_t * (log_q_t - log_q_s), axis=1)
    back = p_s * (q_s - q_t - np.sum(p_s * (q_s - q_t), axis=1, keepdims=True))
    return T**2 * np.mean(alpha * p.target + beta * other), T / n * (alpha * p.d_target + beta * back)


@same_mistake(softmax_of_probabilities)
def softens_twice(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        p_s, p_t = np.exp(p.log_s), np.exp(p.log_t)
        q_s, q_t = softmax(np.delete(p_s, y)), softmax(np.delete(p_t, y))
        jacobian = np.diag(p_s) - np.outer(p_s, p_s)
        loss = alpha * p.target + beta * float(np.sum(q_t * np.log(q_t / q_s)))
        return T * T * loss, T * (alpha * p.d_target + beta * jacobian @ np.insert(q_s - q_t, y, 0))

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The loss is summed over the batch, not averaged: its weight grows with the batch size.",
    zh="损失对批次求和而没有取平均：它的分量随批次大小增长。",
)
def sum_over_the_batch(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return weighted(z_s, z_t, labels, T, alpha, beta, T**2, T)


@same_mistake(sum_over_the_batch)
def forgets_the_mean(z_s, z_t, labels, temperature, alpha, beta):
    T, n = temperature, len(z_s)
    return scaled_samples(z_s, z_t, labels, T, alpha, beta, n * T * T, n * T)


def softened(z_s, z_t, labels, T, alpha, beta, T_s, T_t, in_gradient):
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    p = parts(z_s, z_t, labels, T_s, T_t)
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    return loss, in_gradient / len(z_s) * (alpha * p.d_target + beta * p.d_other)


@wrong(
    en="Only the teacher is softened: the student's logits must be divided by the same T.",
    zh="只软化了教师：学生的 logits 也要除以同一个 T。",
)
def softens_the_teacher_only(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return softened(z_s, z_t, labels, T, alpha, beta, 1, T, T**2)


@same_mistake(softens_the_teacher_only)
def student_at_one(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, 1.0, T)
        return T * T * (alpha * p.target + beta * p.other), T * T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The teacher is not softened: both networks are divided by the same T.",
    zh="教师没有软化：两个网络要除以同一个 T。",
)
def softens_the_student_only(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return softened(z_s, z_t, labels, T, alpha, beta, T, 1, T)


@same_mistake(softens_the_student_only)
def teacher_at_one(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T, 1.0)
        return T * T * (alpha * p.target + beta * p.other), T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="TCKD moves the target's logit alone: 1 - b depends on the others, which get -(b_s - b_t) q_s.",
    zh="TCKD 的梯度只落在目标类上：1 - b 依赖于其余各类，它们应得到 -(b_s - b_t) q_s。",
)
def target_gradient_at_the_label_alone(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    return loss, T / n * (alpha * (p.b_s - p.b_t) * p.e + beta * p.d_other)


@same_mistake(target_gradient_at_the_label_alone)
def one_logit_moves(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        dz = np.insert(beta * (p.q_s - p.q_t), y, alpha * (p.b_s - p.b_t))
        return T * T * (alpha * p.target + beta * p.other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The gradient of TCKD is p_s - p_t for every class: that is the whole KL's. TCKD sees of the others only 1 - b.",
    zh="TCKD 的梯度写成了每一类的 p_s - p_t，那是完整 KL 的梯度：TCKD 对其余各类只看 1 - b。",
)
def target_gradient_of_the_whole(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    return loss, T / n * (alpha * (softmax(z_s / T) - softmax(z_t / T)) + beta * p.d_other)


@same_mistake(target_gradient_of_the_whole)
def difference_of_probabilities(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        dz = alpha * (np.exp(p.log_s) - np.exp(p.log_t))
        dz += beta * np.insert(p.q_s - p.q_t, y, 0)
        return T * T * (alpha * p.target + beta * p.other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The value renormalizes the others, the gradient of NCKD does not: it is q_s - q_t, not p_s - p_t.",
    zh="数值里重新归一化了，NCKD 的梯度却没有：应为 q_s - q_t，而不是 p_s - p_t。",
)
def gradient_not_renormalized(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    d_other = np.where(p.e, 0, softmax(z_s / T) - softmax(z_t / T))
    return loss, T / n * (alpha * p.d_target + beta * d_other)


@same_mistake(gradient_not_renormalized)
def slope_of_the_others_within_the_whole(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        dz = np.exp(p.log_s) - np.exp(p.log_t)
        dz[y] = 0.0
        return T * T * (alpha * p.target + beta * p.other), T * (alpha * p.d_target + beta * dz)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The gradient has the wrong sign: it is student minus teacher, and a step against it brings them nearer.",
    zh="梯度的符号反了：应为学生减教师，沿负梯度走一步，两者才会靠近。",
)
def sign_turned(z_s, z_t, labels, temperature, alpha, beta):
    n, T = max(len(z_s), 1), temperature
    return weighted(z_s, z_t, labels, T, alpha, beta, None, -T / n)


@same_mistake(sign_turned)
def teacher_minus_student(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return scaled_samples(z_s, z_t, labels, T, alpha, beta, T * T, -T)


@wrong(
    en="These are cross-entropies: KL is less by the teacher's entropies, and 0 for a perfect student.",
    zh="写成了交叉熵：KL 还要减去教师的熵，学生完全拟合时为 0。",
)
def cross_entropies(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    target, other = -np.sum(np.exp(p.two_t) * p.two_s, axis=1), -np.sum(p.q_t * p.log_q_s, axis=1)
    return T**2 * np.mean(alpha * target + beta * other), T / n * (alpha * p.d_target + beta * p.d_other)


@same_mistake(cross_entropies)
def forgets_the_entropy(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        loss = -alpha * float(np.exp(p.two_t) @ p.two_s) - beta * float(p.q_t @ p.log_q_s)
        return T * T * loss, T * (alpha * p.d_target + beta * p.d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="TCKD is the cross-entropy with the label: b_t is the teacher's share for the label's class, not 1.",
    zh="TCKD 写成了与标签的交叉熵：b_t 是教师给标签那一类的概率，不是 1。",
)
def hard_label_for_the_target(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    loss = T**2 * np.mean(beta * p.other - alpha * p.two_s[:, 0])
    return loss, T / n * (alpha * (softmax(z_s / T) - p.e) + beta * p.d_other)


@same_mistake(hard_label_for_the_target)
def minus_log_of_the_label(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        dz = alpha * (np.exp(p.log_s) - np.eye(len(s))[y]) + beta * p.d_other
        return T * T * (beta * p.other - alpha * float(p.log_s[y])), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="Shapes are broadcast: one teacher row for the whole batch, or labels of another length, must be refused.",
    zh="形状被广播了：教师只有一行、标签长度不同，都应拒绝。",
)
def broadcasts(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad_options(T, alpha, beta)
    if z_s.shape[-1] < 2:
        raise ValueError("classes")
    z_t = np.broadcast_to(z_t, z_s.shape)
    p = parts(z_s, z_t, labels, T)
    return T**2 * np.mean(alpha * p.target + beta * p.other), T / len(z_s) * (alpha * p.d_target + beta * p.d_other)


@same_mistake(broadcasts)
def checks_the_last_axis_only(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad_options(T, alpha, beta)
    if not z_s.shape[-1] == z_t.shape[-1] > 1:
        raise ValueError("classes")
    p = parts(z_s, 0 * z_s + z_t, labels, T)
    return np.average(alpha * p.target + beta * p.other) * T * T, (alpha * p.d_target + beta * p.d_other) * T / len(z_s)


@wrong(
    en="A single class is accepted: without a second one nothing is left to compare; raise ValueError.",
    zh="只有一类时没有拒绝：没有第二类就没有可比的，应抛出 ValueError。",
)
def accepts_a_single_class(z_s, z_t, labels, temperature, alpha, beta):
    if z_s.shape[1:] == (1,) and z_t.shape == z_s.shape and labels.shape == z_s.shape[:1]:
        refuse_bad_options(temperature, alpha, beta)
        return 0.0, np.zeros(z_s.shape)
    return weighted(z_s, z_t, labels, temperature, alpha, beta)


@same_mistake(accepts_a_single_class)
def nothing_to_teach(z_s, z_t, labels, temperature, alpha, beta):
    if z_s.ndim == 2 and z_s.shape[1] == 1 and z_t.shape == z_s.shape and labels.shape == (len(z_s),):
        return np.float64(0), 0 * z_s
    return scaled_samples(z_s, z_t, labels, temperature, alpha, beta, temperature**2, temperature)


@wrong(
    en="Only the teacher leaves the label's class out of NCKD: the student's q is a softmax over the others as well.",
    zh="NCKD 里只有教师去掉了标签的类：学生的 q 也应只在其余各类上做 softmax。",
)
def student_not_masked(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p, log_p_s = len(z_s), parts(z_s, z_t, labels, T), log_softmax(z_s / T)
    other = np.sum(p.q_t * (p.log_q_t - log_p_s), axis=1)
    d_other = np.exp(log_p_s) - p.q_t
    return T**2 * np.mean(alpha * p.target + beta * other), T / n * (alpha * p.d_target + beta * d_other)


@same_mistake(student_not_masked)
def renormalizes_the_teacher_alone(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        other = float(p.q_t @ (p.log_q_t - np.delete(p.log_s, y)))
        d_other = np.exp(p.log_s) - np.insert(p.q_t, y, 0)
        return T * T * (alpha * p.target + beta * other), T * (alpha * p.d_target + beta * d_other)

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="The gradient of TCKD is divided evenly among the others: each gets the share q_s, since rest is a log-sum-exp.",
    zh="TCKD 的梯度在其余各类间平均分摊：rest 是 log-sum-exp，每一类的份额应是 q_s。",
)
def target_gradient_in_equal_shares(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    refuse_bad(z_s, z_t, labels, T, alpha, beta)
    n, p = len(z_s), parts(z_s, z_t, labels, T)
    d_target = (p.b_s - p.b_t) * np.where(p.e, 1, -1 / (z_s.shape[1] - 1))
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    return loss, T / n * (alpha * d_target + beta * p.d_other)


@same_mistake(target_gradient_in_equal_shares)
def the_others_move_alike(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature

    def one(s, t, y):
        p = one_of(s, t, y, T)
        gap = alpha * (p.b_s - p.b_t)
        dz = np.insert(beta * (p.q_s - p.q_t) - gap / len(p.q_s), y, gap)
        return T * T * (alpha * p.target + beta * p.other), T * dz

    return by_samples(z_s, z_t, labels, T, alpha, beta, one)


@wrong(
    en="NaN or infinity slips through `temperature <= 0` and `alpha < 0`: all three numbers must be finite too.",
    zh="NaN 或无穷大逃过了 `temperature <= 0` 与 `alpha < 0`：这三个数还必须有限。",
)
def options_not_finite(z_s, z_t, labels, temperature, alpha, beta):
    if temperature <= 0 or alpha < 0 or beta < 0:
        raise ValueError("options")
    refuse_bad(z_s, z_t, labels, 1.0, 1.0, 1.0)
    n, T, p = len(z_s), temperature, parts(z_s, z_t, labels, temperature)
    loss = T**2 * np.mean(alpha * p.target + beta * p.other)
    return loss, T / n * (alpha * p.d_target + beta * p.d_other)


@same_mistake(options_not_finite)
def compares_with_zero_alone(z_s, z_t, labels, temperature, alpha, beta):
    refuse_bad(z_s, z_t, labels, 1.0, 1.0, 1.0)
    if any(value < 0 for value in (temperature, alpha, beta)) or temperature == 0:
        raise ValueError("options")
    T = temperature
    rows = [one_of(s, t, y, T) for s, t, y in zip(z_s, z_t, labels, strict=True)]
    loss = T * T * np.mean([alpha * p.target + beta * p.other for p in rows])
    return loss, T * np.array([alpha * p.d_target + beta * p.d_other for p in rows]) / len(rows)


@wrong(
    en="The mask is a large negative number, but the others may lie below it: leave the target out, or fill -infinity.",
    zh="掩码用了很大的负数，而其余的 logit 可能更小：应去掉目标类，或填负无穷。",
)
def fills_with_a_billion(z_s, z_t, labels, temperature, alpha, beta):
    return masked(z_s, z_t, labels, temperature, alpha, beta, lambda z, e: np.where(e, -1e9, z))


@same_mistake(fills_with_a_billion)
def a_billion_below(z_s, z_t, labels, temperature, alpha, beta):
    def mask(z, y):
        return np.array([-1e9 if c == y else value for c, value in enumerate(z)])

    return masked_one(z_s, z_t, labels, temperature, alpha, beta, mask)


@wrong(
    en="The labels are converted to 8 bits: beyond 255 classes, label 299 becomes 43. Use them as they are.",
    zh="标签被转成了 8 位：超过 255 类时，标签 299 变成 43。应按原值使用。",
)
def labels_in_a_byte(z_s, z_t, labels, temperature, alpha, beta):
    return weighted(z_s, z_t, labels.astype(np.uint8), temperature, alpha, beta)


@same_mistake(labels_in_a_byte)
def labels_modulo_256(z_s, z_t, labels, temperature, alpha, beta):
    T = temperature
    return scaled_samples(z_s, z_t, labels.astype(int) % 256, T, alpha, beta, T * T, T)
