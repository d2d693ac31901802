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
EQUIVALENT_MUTANTS = {
    f"{SHAPES} -> if logits.size == 0 or labels.shape != (len(logits),):": "unpacking the shape raises ValueError too",
    f"{SHAPES} -> if labels.shape != (len(logits),):": "the same two reasons",
    f"{SHAPES} -> if logits.ndim != 2 or labels.shape != (len(logits),):": NO_SIZE,
    f"{SHAPES} -> if logits.ndim != 2 or logits.size == -1 or labels.shape != (len(logits),):": NO_SIZE,
}
