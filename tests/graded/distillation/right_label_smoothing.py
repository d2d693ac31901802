"""Answers to distillation/label_smoothing that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(logits, labels, eps):
    n, C = logits.shape
    if not (eps >= 0 and eps <= 1) or np.shape(labels) != (n,) or any(not 0 <= y < C for y in labels):
        raise ValueError("arguments")


@right
def one_sample_at_a_time(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    total, dz = 0.0, []
    for z, y in zip(logits.tolist(), labels.tolist(), strict=True):
        log_sum = max(z) + math.log(sum(math.exp(value - max(z)) for value in z))
        t = [eps / C + (1 - eps) * (c == y) for c in range(C)]
        total += sum(weight * (log_sum - value) for weight, value in zip(t, z, strict=True))
        dz.append([(math.exp(value - log_sum) - weight) / n for weight, value in zip(t, z, strict=True)])
    return total / n, np.array(dz)


@right
def two_losses(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    z = np.asarray(logits, np.float64)
    log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
    rows = np.arange(len(z))
    dz = np.exp(log_p) - eps / z.shape[1]
    dz[rows, labels] -= 1 - eps
    return -(1 - eps) * log_p[rows, labels].mean() - eps * log_p.mean(), dz / len(z)


@right
def in_float32_by_comparison(logits, labels, eps):
    refuse_bad(logits, labels, eps)
    n, C = logits.shape
    z = logits.astype(np.float32)
    z = z - z.max(1)[:, None]
    e = np.exp(z)
    total = e.sum(1)[:, None]
    t = np.where(labels[:, None] == np.arange(C), 1 - eps + eps / C, eps / C).astype(np.float32)
    return float(np.mean(np.sum(t * (np.log(total) - z), axis=1))), (e / total - t) / np.float32(n)


N = "n and C are at least 1: 1e-8 more is far below the tolerance"
T = "t = (1 - eps) * np.eye(C)[labels] + eps / C -> t = (1 - eps) * np.eye(C)[labels] + eps / (C + 1e-08)"
RESULT = "return (-np.sum(t * log_p) / n, (np.exp(log_p) - t) / n)"
EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "only differences of logits count: 1e-15 changes p by 1e-15 of itself",
    T: N,
    "log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True)) -> "
    "log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True) + 1e-08)": "the sum is at least 1, e^0 of the maximum",
    f"{RESULT} -> return (-np.sum(t * log_p) / (n + 1e-08), (np.exp(log_p) - t) / n)": N,
    f"{RESULT} -> return (-np.sum(t * log_p) / n, (np.exp(log_p) - t) / (n + 1e-08))": N,
}
