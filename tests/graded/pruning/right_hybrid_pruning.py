"""Answers to pruning/hybrid_pruning that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


@right
def deletes_then_masks(w1, b1, w2, neurons, budget):
    h = w1.shape[0]
    if neurons < 1 or neurons > h or budget < 0:
        raise ValueError("numbers")
    if [a.shape for a in (w1, b1, w2)] != [(h, *w1.shape[1:2]), (h,), (w2.shape[0], h)] or w1.ndim != 2:
        raise ValueError("shapes")
    gone = np.lexsort((-np.arange(h), np.linalg.norm(w1.astype(np.float64), axis=1)))[: h - neurons]
    w1, b1, w2 = np.delete(w1, gone, axis=0), np.delete(b1, gone), np.delete(w2, gone, axis=1)
    magnitudes = np.abs(np.append(w1, w2))
    m = np.zeros(magnitudes.size, bool)
    m[np.lexsort((np.arange(m.size), -magnitudes))[:budget]] = True
    first, second = np.split(m, [w1.size])
    return np.where(first.reshape(w1.shape), w1, 0), b1, np.where(second.reshape(w2.shape), w2, 0)


@right
def threshold_and_a_count_of_equals(w1, b1, w2, neurons, budget):
    if not (0 < neurons <= len(w1) and budget >= 0):
        raise ValueError("numbers")
    if not (w1.ndim == w2.ndim == 2 and b1.ndim == 1) or len({len(w1), len(b1), w2.shape[-1]}) > 1:
        raise ValueError("shapes")
    norms = [float(np.dot(row, row)) for row in w1.astype(np.float64)]
    alive = list(range(len(w1)))
    while len(alive) > neurons:
        alive.remove(min(alive, key=lambda j: (norms[j], -j)))
    w1, b1, w2 = np.array([w1[j] for j in alive]), np.array([b1[j] for j in alive]), w2.T[alive].T.copy()
    magnitudes = sorted([abs(v) for v in (*w1.flat, *w2.flat)], reverse=True)
    if budget >= len(magnitudes):
        return w1, b1, w2
    threshold = magnitudes[budget]  # the largest that need not stay
    room = budget - sum(v > threshold for v in magnitudes)
    for w in (w1, w2):
        for index in np.ndindex(w.shape):
            if abs(w[index]) == threshold and room > 0:
                room -= 1
            elif abs(w[index]) <= threshold:
                w[index] = 0
    return w1, b1, w2


EQUIVALENT_MUTANTS = {
    "swapped: if not fits or not 1 <= neurons <= len(w1) or budget < 0: | "
    "norms = np.sum(np.square(w1.astype(np.float64)), axis=1)": (
        "the norms change nothing that the refusal looks at; NumPy's AxisError for one axis is a ValueError too"
    ),
}
