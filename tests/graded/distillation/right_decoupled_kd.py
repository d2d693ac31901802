"""Answers to distillation/decoupled_kd that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(z_s, z_t, labels, T, alpha, beta):
    if len(z_s.shape) != 2 or z_t.shape != z_s.shape or labels.shape != z_s.shape[:1] or z_s.shape[1] == 1:
        raise ValueError("shapes")
    if not (math.isfinite(T) and T > 0) or not math.isfinite(alpha + beta) or min(alpha, beta) < 0:
        raise ValueError("temperature or weights")


@right
def one_sample_at_a_time(z_s, z_t, labels, temperature, alpha, beta):
    refuse_bad(z_s, z_t, labels, temperature, alpha, beta)
    n, T, total, dz_s = len(labels), float(temperature), 0.0, np.zeros(z_s.shape)
    for k, y in enumerate(labels.tolist()):
        s, t = z_s[k].astype(float) / T, z_t[k].astype(float) / T
        s, t = s - s[y], t - t[y]  # the target's logit is 0: log b = -log(1 + sum of e^z over the others)
        rest_s, rest_t = (np.logaddexp.reduce(np.delete(z, y)) for z in (s, t))
        log_b = -np.logaddexp(0, rest_s), -np.logaddexp(0, rest_t)
        log_no = -np.logaddexp(0, -rest_s), -np.logaddexp(0, -rest_t)
        total += alpha * math.exp(log_b[1]) * (log_b[1] - log_b[0])
        total += alpha * math.exp(log_no[1]) * (log_no[1] - log_no[0])
        dz_s[k, y] = alpha * (math.exp(log_b[0]) - math.exp(log_b[1]))
        for c in range(len(s)):
            if c != y:
                q_s, q_t = math.exp(s[c] - rest_s), math.exp(t[c] - rest_t)
                total += beta * q_t * (t[c] - rest_t - s[c] + rest_s)
                dz_s[k, c] = beta * (q_s - q_t) - dz_s[k, y] * q_s
    return T * T * total / n, dz_s * T / n


@right
def masked_with_minus_infinity(z_s, z_t, labels, temperature, alpha, beta):
    """q over all classes, with the target's logit at minus infinity and its share of the sum taken as 0."""
    refuse_bad(z_s, z_t, labels, temperature, alpha, beta)
    T, onehot = np.float64(temperature), np.eye(z_s.shape[1], dtype=bool)[labels]

    def log_softmax(z):
        z = z - z.max(axis=-1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))

    def log_others(z):
        return log_softmax(np.where(onehot, -np.inf, z / T))

    def log_two(z):
        own = np.where(onehot, z, 0).sum(axis=1) / T
        masked = np.where(onehot, -np.inf, z / T)
        top = masked.max(axis=1)
        rest = top + np.log(np.exp(masked - top[:, None]).sum(axis=1))
        return log_softmax(np.column_stack([own, rest]))

    two_s, two_t, others_s, others_t = log_two(z_s), log_two(z_t), log_others(z_s), log_others(z_t)
    q_s, q_t = np.exp(others_s), np.exp(others_t)
    gap = np.subtract(others_t, others_s, out=np.zeros(z_s.shape), where=~onehot)
    losses = alpha * np.einsum("nk,nk->n", np.exp(two_t), two_t - two_s) + beta * np.einsum("nc,nc->n", q_t, gap)
    slope = np.exp(two_s[:, :1]) - np.exp(two_t[:, :1])
    dz_s = alpha * slope * (onehot - q_s) + beta * (q_s - q_t)
    return float(T**2 * losses.mean()), T * dz_s / len(z_s)


@right
def through_the_coupled_loss(z_s, z_t, labels, temperature, alpha, beta):
    """KL = TCKD + (1 - b_t) NCKD: the target's part is the whole KL less the coupled part of the others."""
    refuse_bad(z_s, z_t, labels, temperature, alpha, beta)
    n, T = len(z_s), temperature
    losses, dz_s = np.zeros(n), np.zeros(z_s.shape)
    for k in range(n):
        others = np.flatnonzero(np.arange(z_s.shape[1]) != labels[k])
        log_s, log_t = (z - np.logaddexp.reduce(z) for z in (z_s[k] / T, z_t[k] / T))
        rest_s, rest_t = np.logaddexp.reduce(log_s[others]), np.logaddexp.reduce(log_t[others])
        q_s, q_t = np.exp(log_s[others] - rest_s), np.exp(log_t[others] - rest_t)
        coupled = np.exp(rest_t)
        non_target = np.dot(q_t, log_t[others] - rest_t - log_s[others] + rest_s)
        whole = np.dot(np.exp(log_t), log_t - log_s)
        losses[k] = alpha * whole + (beta - alpha * coupled) * non_target
        dz_s[k] = alpha * (np.exp(log_s) - np.exp(log_t))
        dz_s[k, others] += (beta - alpha * coupled) * (q_s - q_t)
    return T**2 * np.average(losses), dz_s * T / n


@right
def in_float32_label_first(z_s, z_t, labels, temperature, alpha, beta):
    """The columns put in another order, the label's class first, and back at the end; float32 throughout."""
    refuse_bad(z_s, z_t, labels, temperature, alpha, beta)
    T, (n, C) = np.float32(temperature), z_s.shape
    order = np.argsort(labels[:, None] != np.arange(C), axis=1, kind="stable")
    s, t = (np.take_along_axis(z, order, axis=1).astype(np.float32) / T for z in (z_s, z_t))

    def log_sum(z):
        most = z.max(axis=1, keepdims=True)
        return most + np.log(np.sum(np.exp(z - most), axis=1, keepdims=True))

    def logs(z):
        z = z - z.max(axis=1, keepdims=True)
        return z - log_sum(z)

    two_s, two_t = (logs(np.hstack([z[:, :1], log_sum(z[:, 1:])])) for z in (s, t))
    log_q_s, log_q_t = logs(s[:, 1:]), logs(t[:, 1:])
    losses = alpha * np.sum(np.exp(two_t) * (two_t - two_s), axis=1)
    losses += beta * np.sum(np.exp(log_q_t) * (log_q_t - log_q_s), axis=1)
    slope = np.float32(alpha) * (np.exp(two_s) - np.exp(two_t))[:, :1]
    q_s, q_t = np.exp(log_q_s), np.exp(log_q_t)
    dz_s = np.empty((n, C), np.float32)
    np.put_along_axis(dz_s, order, np.hstack([slope, np.float32(beta) * (q_s - q_t) - slope * q_s]), axis=1)
    return np.float32(T * T * losses.mean()), T * dz_s / np.float32(n)


SHAPES = "if z_s.ndim != 2 or z_s.shape[1] < 2 or z_t.shape != z_s.shape or (labels.shape != (len(z_s),)):"
OPTIONS = "if not (0 < T < math.inf and 0 <= alpha < math.inf and (0 <= beta < math.inf)):"
AT_LABEL, ELSEWHERE = "dz_s[e] = T * d / n", "dz_s[~e] = (T * (beta * (q_s - q_t) - d[:, None] * q_s) / n).ravel()"
SPLIT = "(log_b_s, log_q_s), (log_b_t, log_q_t) = (split(z_s / {}, e), split(z_t / {}, e))"
LOSS = "return (T ** 2 * (alpha * tckd + beta * nckd) / n, dz_s)"
SMALL = "where 1e-8 counts beside T, the factors T and T^2 make the result smaller than the tolerance"
N = "n is at least 1: 1e-8 more is far below the tolerance"
OTHERS = "others = z[~e].reshape(len(z), {})"
EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "the tolerance is 1e-5: logits of 1e-15 cannot show",
    "habit: clips numbers beyond 1e15": "the stub has logits of at most 1e12",
    f"{SPLIT.format('T', 'T')} -> {SPLIT.format('(T + 1e-08)', 'T')}": SMALL,
    f"{SPLIT.format('T', 'T')} -> {SPLIT.format('T', '(T + 1e-08)')}": SMALL,
    f"{AT_LABEL} -> dz_s[e] = T * d / (n + 1e-08)": N,
    f"{ELSEWHERE} -> {ELSEWHERE.replace('/ n)', '/ (n + 1e-08))')}": N,
    f"{LOSS} -> {LOSS.replace('/ n', '/ (n + 1e-08)')}": N,
    f"{OTHERS.format(-1)} -> {OTHERS.format(-2)}": "any negative length is worked out by NumPy",
    f"swapped: {SHAPES} | {OPTIONS}": "either may be refused first",
    f"swapped: {AT_LABEL} | {ELSEWHERE}": "two parts of dz_s that do not overlap",
}
