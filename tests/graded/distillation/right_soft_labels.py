"""Answers to distillation/soft_labels that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(temperature):
    if not 0 < temperature < math.inf:
        raise ValueError("temperature must be finite and > 0")


@right
def one_row_at_a_time(logits, temperature):
    refuse_bad(temperature)
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        peak = max(row)
        e = [math.exp((value - peak) / temperature) for value in row]
        rows.append([value / sum(e) for value in e])
    return np.array(rows).reshape(logits.shape)


@right
def by_log_probabilities(logits, temperature):
    refuse_bad(temperature)
    z = np.asarray(logits, np.float64) / temperature
    log_sum = np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return np.exp(z - log_sum)


@right
def from_differences(logits, temperature):
    refuse_bad(temperature)
    z = logits / np.float64(temperature)
    with np.errstate(over="ignore"):
        ratio = np.exp(z[..., None, :] - z[..., :, None])  # infinity is a class that is out of the question
    return 1 / ratio.sum(axis=-1)


@right
def in_float32_classes_first(logits, temperature):
    refuse_bad(temperature)
    z = np.moveaxis(logits, -1, 0)
    z = ((z - z.max(axis=0)) / temperature).astype(np.float32)
    p = np.exp(z)
    p /= p.sum(axis=0)
    return np.moveaxis(p, 0, -1).copy()
