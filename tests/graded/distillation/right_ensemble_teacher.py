"""Answers to distillation/ensemble_teacher that are right, in other styles than the solution."""

import math

import numpy as np

from minicompress.kit.grading import right


@right
def one_teacher_at_a_time(logits, temperature, weights):
    if logits.ndim != 3 or weights.shape != logits.shape[:1]:
        raise ValueError("shapes")
    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError("temperature")
    if not np.isfinite(weights).all() or min(weights) < 0 or weights.sum() == 0:
        raise ValueError("weights")
    p = np.zeros(logits.shape[1:])
    for z, w in zip(logits, weights, strict=True):
        log_p = z / temperature - np.logaddexp.reduce(z / temperature, axis=1, keepdims=True)
        p += w * np.exp(log_p)
    return p / weights.sum()


@right
def in_float32(logits, temperature, weights):
    if logits.ndim != 3 or weights.shape != logits.shape[:1]:
        raise ValueError("shapes")
    if not 0 < temperature < math.inf or not (weights >= 0).all() or not 0 < weights.sum() < math.inf:
        raise ValueError("temperature or weights")
    z = (logits / temperature).astype(np.float32)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    e *= (weights / weights.sum()).astype(np.float32)[:, None, None] / e.sum(axis=-1, keepdims=True)
    return e.sum(axis=0)


@right
def by_logs(logits, temperature, weights):
    """log p = log sum exp over the teachers of log w + log p_m, with the teachers of weight 0 left out."""
    if logits.ndim != 3 or weights.shape != logits.shape[:1]:
        raise ValueError("shapes")
    if not math.isfinite(temperature) or temperature <= 0:
        raise ValueError("temperature")
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise ValueError("weights")
    z, w = logits[weights > 0] / temperature, weights[weights > 0]
    log_p = z - np.logaddexp.reduce(z, axis=2)[:, :, None]
    log_p += np.log(w / w.sum())[:, None, None]
    return np.exp(np.logaddexp.reduce(log_p, axis=0))


@right
def tensordot_of_stacked_rows(logits, temperature, weights):
    if np.ndim(logits) != 3 or np.shape(weights) != (len(logits),):
        raise ValueError("shapes")
    if not np.isfinite([temperature, *weights]).all() or temperature <= 0 or (weights < 0).any() or not any(weights):
        raise ValueError("options")
    M, n, classes = logits.shape
    rows = logits.reshape(M * n, classes)
    e = np.exp((rows - rows.max(axis=1)[:, None]) / temperature)
    p = (e.T / e.sum(axis=1)).T.reshape(M, n, classes)
    return np.tensordot(weights, p, axes=1) / np.sum(weights)


EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "p = e / e.sum(axis=-1, keepdims=True) -> "
    "p = e / (e.sum(axis=-1, keepdims=True) + 1e-08)": "the sum is at least 1, e^0 of the maximum",
    "swapped: if not valid: | e = np.exp((logits - logits.max(axis=-1, keepdims=True)) / T)": (
        "powers of bad logits are thrown away, and what they raise is a ValueError too"
    ),
}
