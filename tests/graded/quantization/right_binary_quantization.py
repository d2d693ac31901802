"""Answers to quantization/binary_quantization that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


@right
def one_output_at_a_time(w, per_channel=False):
    if not w.size:
        raise ValueError("nothing to binarize")
    q, total = np.empty(w.shape, np.int8), []
    for o in range(len(w)):
        row = [float(value) for value in np.ravel(w[o])]
        if not all(map(math.isfinite, row)):
            raise ValueError("not finite")
        q[o] = np.reshape([-1 if value < 0 else 1 for value in row], w.shape[1:])
        total.append(math.fsum(map(abs, row)))
    means = [t * len(w) / w.size for t in total] if per_channel else [math.fsum(total) / w.size]
    return q, np.array(means).reshape(len(means), *[1] * (w.ndim - 1))


@right
def flat_rows_and_the_l1_norm(w, per_channel=False):
    rows = w.astype(np.float64).reshape(w.shape[0] if per_channel else 1, -1) if w.size else np.full((1, 1), np.nan)
    norm = np.linalg.norm(rows, ord=1, axis=1)
    if not np.isfinite(norm).all():
        raise ValueError("empty, NaN or infinite")
    alpha = norm / rows.shape[1]
    return (1 - 2 * (w < 0)).astype(np.int8), alpha.reshape((-1,) + (1,) * (w.ndim - 1))


@right
def least_squares(w, per_channel=False):
    if w.size < 1 or np.any(np.isnan(w)) or np.any(np.isinf(w)):
        raise ValueError("bad weights")
    q = np.sign(w).astype(np.int8)
    q[q == 0] = 1
    rows_w, rows_q = (a.reshape(len(w) if per_channel else 1, -1).astype(float) for a in (w, q))
    alpha = (rows_w * rows_q).sum(axis=1) / (rows_q * rows_q).sum(axis=1)
    return q, np.expand_dims(alpha, tuple(range(1, w.ndim)))


EQUIVALENT_MUTANTS = {}
