"""Answers to quantization/ternary_quantization that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


@right
def one_weight_at_a_time(w, factor=0.7):
    values = w.ravel().tolist()
    if not values or not all(map(math.isfinite, values)) or math.isnan(factor) or factor < 0:
        raise ValueError("bad arguments")
    delta = factor * math.fsum(map(abs, values)) / len(values)
    codes = [0 if -delta <= value <= delta else int(math.copysign(1, value)) for value in values]
    kept = [abs(value) for value, code in zip(values, codes, strict=True) if code]
    return np.array(codes, np.int8).reshape(w.shape), math.fsum(kept) / max(len(kept), 1)


@right
def two_comparisons(w, factor=0.7):
    if w.size < 1 or np.isnan(w).any() or np.isinf(w).any() or not factor >= 0:
        raise ValueError("bad arguments")
    delta = factor * np.linalg.norm(w.astype(np.float64).ravel(), 1) / w.size
    q = (w > delta).astype(np.int8) - (w < -delta).astype(np.int8)
    count = np.count_nonzero(q)
    alpha = np.vdot(w.astype(np.float64), q) / count if count else 0.0  # least squares: <w, q> / <q, q>
    return q, alpha


@right
def clears_what_is_small(w, factor=0.7):
    bad = w.size == 0 or not np.all(np.abs(w) < np.inf)
    if bad or not factor >= 0:
        raise ValueError("bad arguments")
    left = w.astype(np.float64)
    left[np.abs(left) <= np.mean(np.abs(left)) * factor] = 0
    q = np.sign(left).astype(np.int8)
    return q, np.float64(np.abs(left).sum() / max(np.abs(q).sum(dtype=int), 1))


EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "w holds floats and q int8; alpha is a number",
}
