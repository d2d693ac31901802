"""Answers to foundations/softmax_cross_entropy that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(logits, labels):
    if len(logits.shape) != 2 or 0 in logits.shape or labels.dtype.kind not in "iu":
        raise ValueError("logits or labels")
    if labels.shape != logits.shape[:1] or not all(0 <= label < logits.shape[1] for label in labels):
        raise ValueError("labels")


@right
def one_sample_at_a_time(logits, labels):
    refuse_bad(logits, labels)
    n, total, dlogits = len(labels), 0.0, np.zeros(logits.shape)
    for k, (row, label) in enumerate(zip(logits.tolist(), labels.tolist(), strict=True)):
        peak = max(row)
        e = [math.exp(value - peak) for value in row]
        total += math.log(sum(e)) - (row[label] - peak)
        dlogits[k] = [value / sum(e) for value in e]
        dlogits[k, label] -= 1.0
    dlogits /= n
    return total / n, dlogits


@right
def with_logaddexp(logits, labels):
    refuse_bad(logits, labels)
    log_sum = np.logaddexp.reduce(logits, axis=1)
    onehot = np.arange(logits.shape[1]) == labels[:, None]
    loss = np.mean(log_sum - logits[onehot])
    return loss, (np.exp(logits - log_sum[:, None]) - onehot) / len(logits)


@right
def in_float32_with_a_one_hot_where(logits, labels):
    refuse_bad(logits, labels)
    z = (logits - np.max(logits, axis=-1)[:, np.newaxis]).astype(np.float32)
    e = np.exp(z)
    p = e / e.sum(axis=-1, keepdims=True)
    onehot = np.eye(z.shape[1], dtype=np.float32)[labels]
    picked = np.sum(np.where(onehot > 0, z, np.float32(0)), axis=-1)
    return float(np.average(np.log(e.sum(axis=-1)) - picked)), (p - onehot) / np.float32(len(z))


@right
def with_a_boolean_mask_of_the_labels(logits, labels):
    refuse_bad(logits, labels)
    at_label = labels[:, None] == np.arange(logits.shape[1])
    z = np.asarray(logits, np.float64)
    gaps = z - z[at_label][:, None]  # to the label's logit; its exponential may overflow, so the largest goes out
    peak = gaps.max(axis=1, keepdims=True)
    losses = peak[:, 0] + np.log(np.exp(gaps - peak).sum(axis=1))
    p = np.exp(gaps - losses[:, None])
    return losses.sum() / len(z), np.where(at_label, p - 1, p) / len(z)


@right
def classes_first(logits, labels):
    refuse_bad(logits, labels)
    z = logits.T.astype(np.float64)
    z = z - np.amax(z, axis=0)
    log_p = z - np.log(np.sum(np.exp(z), axis=0))
    taken = np.take_along_axis(log_p, labels[None].astype(np.intp), axis=0)
    gradient = np.exp(log_p)
    np.subtract.at(gradient, (labels, np.arange(len(labels))), 1)
    return -taken.sum() / taken.size, np.ascontiguousarray(gradient.T) / taken.size


SHAPES = "if logits.ndim != 2 or logits.size == 0 or labels.shape != (len(logits),):"
NO_SIZE = "labels.min() of no labels raises ValueError too, and of no classes every label is out of range"
N = "n is at least 1: 1e-8 more is far below the tolerance"
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats to the answer",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "only differences of logits count: 1e-15 changes p by 1e-15 of itself",
    "log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True)) -> "
    "log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True) + 1e-08)": "the sum is at least 1, e^0 of the maximum",
    "return (loss, dlogits / n) -> return (loss, dlogits / (n + 1e-08))": N,
    f"{SHAPES} -> if logits.ndim != 2 or labels.shape != (len(logits),):": NO_SIZE,
    f"{SHAPES} -> if logits.ndim != 2 or logits.size == -1 or labels.shape != (len(logits),):": NO_SIZE,
}
