"""Answers to distillation/kd_loss that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(z_s, z_t, temperature, labels, alpha):
    if len(z_s.shape) != 2 or z_t.shape != z_s.shape or labels.shape != z_s.shape[:1]:
        raise ValueError("shapes")
    if not 0 < temperature < math.inf or not 0 <= alpha <= 1:
        raise ValueError("temperature or alpha")


@right
def one_sample_at_a_time(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    n, T, total, dz_s = len(labels), float(temperature), 0.0, np.zeros(z_s.shape)
    for k in range(n):
        peaks = max(z_s[k]), max(z_t[k])
        e_s = [math.exp((z - peaks[0]) / T) for z in z_s[k]]
        e_t = [math.exp((z - peaks[1]) / T) for z in z_t[k]]
        e_1 = [math.exp(z - peaks[0]) for z in z_s[k]]
        for c in range(z_s.shape[1]):
            q, p = e_s[c] / sum(e_s), e_t[c] / sum(e_t)
            log_q = (z_s[k, c] - peaks[0]) / T - math.log(sum(e_s))
            log_p = (z_t[k, c] - peaks[1]) / T - math.log(sum(e_t))
            total += alpha * T * T * p * (log_p - log_q)
            dz_s[k, c] = alpha * T * (q - p) + (1 - alpha) * (e_1[c] / sum(e_1) - (c == labels[k]))
        total -= (1 - alpha) * (z_s[k, labels[k]] - peaks[0] - math.log(sum(e_1)))
    return total / n, dz_s / n


@right
def cross_entropy_less_entropy(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T = temperature
    log_q, log_p, log_1 = (
        z - np.logaddexp.reduce(z, axis=1, keepdims=True) for z in (z_s / float(T), z_t / float(T), z_s)
    )
    p, onehot = np.exp(log_p), np.eye(z_s.shape[1])[labels]
    soft = (p * log_p).sum(axis=1) - (p * log_q).sum(axis=1)
    hard = -np.take_along_axis(log_1, labels[:, None].astype(int), axis=1)[:, 0]
    dz = alpha * T**2 * (np.exp(log_q) - p) / T + (1 - alpha) * (np.exp(log_1) - onehot)
    return float(np.average(alpha * T**2 * soft + (1 - alpha) * hard)), dz / len(z_s)


@right
def in_float32_throughout(z_s, z_t, temperature, labels, alpha):
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    T, n = np.float32(temperature), np.float32(len(z_s))

    def log_probabilities(z):
        z = z - np.max(z, axis=-1, keepdims=True)
        return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))

    s, t = np.float32(z_s), np.float32(z_t)
    log_q, log_p, log_1 = (log_probabilities(z) for z in (s / T, t / T, s))
    onehot = labels[:, None] == np.arange(s.shape[1])
    kl = np.sum(np.exp(log_p) * (log_p - log_q)) / n
    hard = -np.sum(log_1[onehot]) / n
    dz = np.float32(alpha) * T * (np.exp(log_q) - np.exp(log_p)) + np.float32(1 - alpha) * (np.exp(log_1) - onehot)
    return alpha * T * (T * kl) + (1 - alpha) * hard, dz / n


@right
def in_terms_of_logits(z_s, z_t, temperature, labels, alpha):
    """KL = sum p_t (z_t - z_s) / T - log sum e^(z_t / T) + log sum e^(z_s / T)."""
    refuse_bad(z_s, z_t, temperature, labels, alpha)
    n, T = z_s.shape[0], np.float64(temperature)

    def log_sum(z):
        peak = np.amax(z, axis=-1)
        return peak + np.log(np.exp(z - peak[:, None]).sum(axis=-1))

    s, t = z_s.astype(np.float64), z_t.astype(np.float64)
    p_t = np.exp(t / T - log_sum(t / T)[:, None])
    kl = np.einsum("nc,nc->n", p_t, (t - s) / T) - log_sum(t / T) + log_sum(s / T)
    ce = log_sum(s) - s[np.arange(n), labels]
    gradient = alpha * T * (np.exp(s / T - log_sum(s / T)[:, None]) - p_t)
    gradient += (1 - alpha) * np.exp(s - log_sum(s)[:, None])
    np.add.at(gradient, (np.arange(n), labels), alpha - 1)
    return (alpha * T * T * kl.sum() + (1 - alpha) * ce.sum()) / n, gradient / n


SHAPES = "if z_s.ndim != 2 or z_t.shape != z_s.shape or labels.shape != (len(z_s),):"
OPTIONS = "if not (math.isfinite(T) and T > 0 and (0 <= alpha <= 1)):"
LOG_SUM = "return z - np.log(np.exp(z).sum(axis=1, keepdims=True))"
N = "n is at least 1: 1e-8 more is far below the tolerance"
EQUIVALENT_MUTANTS = {
    f"swapped: {SHAPES} | {OPTIONS}": "either may be refused first",
    "habit: returns float64 for float32": "the stub leaves the width of the floats to the answer",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    f"{LOG_SUM} -> {LOG_SUM[:-1]} + 1e-08)": "the sum is at least 1, e^0 of the maximum",
    "soft = T ** 2 * np.sum(p_t * (log_p_t - log_p_s)) / n -> "
    "soft = T ** 2 * np.sum(p_t * (log_p_t - log_p_s)) / (n + 1e-08)": N,
    "d_soft = T * (np.exp(log_p_s) - p_t) / n -> d_soft = T * (np.exp(log_p_s) - p_t) / (n + 1e-08)": N,
    "d_hard = np.exp(log_p) / n -> d_hard = np.exp(log_p) / (n + 1e-08)": N,
    "d_hard[at_label] -= 1 / n -> d_hard[at_label] -= 1 / (n + 1e-08)": N,
}
