"""Answers to pruning/weight_pruning that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


@right
def one_weight_at_a_time(model, threshold):
    if not threshold >= 0:
        raise ValueError(f"threshold must be >= 0, got {threshold}")
    zeros, total = 0, 0
    for layer in model.layers:
        for w in layer.weights:
            for index, value in np.ndenumerate(w):
                if -threshold < value < threshold:
                    w[index] = 0.0
                if w[index] == 0:
                    zeros += 1
                total += 1
    if total == 0:
        return 0.0
    return zeros / total


@right
def multiplies_by_a_mask_in_float64(model, threshold):
    threshold = np.float64(threshold)
    if np.isnan(threshold) or np.signbit(threshold):
        raise ValueError("threshold must not be negative or NaN")
    arrays = [w for layer in model.layers for w in layer.weights]
    for w in arrays:
        keep = np.abs(w.astype(np.float64)) >= threshold
        w *= keep
    total = sum(w.size for w in arrays)
    return np.float64(1 - sum(np.count_nonzero(w) for w in arrays) / total) if total else 0.0


@right
def squares_and_copyto(model, threshold):
    if threshold != threshold or threshold < 0:
        raise ValueError("bad threshold")
    kept = size = 0
    for layer in model.layers:
        for w in layer.weights:
            np.putmask(w, np.square(w, dtype=np.float64) < float(threshold) ** 2, 0)
            kept += np.count_nonzero(w)
            size += w.size
    return (size - kept) / size if size > 0 else 0.0


EQUIVALENT_MUTANTS = {}
