"""Answers to pruning/filter_pruning that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


@right
def deletes_and_reshapes_to_channels(w, b, bn, w_next, keep):
    c = w.shape[0]
    if keep < 1 or keep > c:
        raise ValueError("keep")
    if b.shape != (c,) or [a.shape for a in bn] != [(c,)] * 4:
        raise ValueError("vectors")
    if w_next.ndim == 2:
        by_channel = w_next.reshape(len(w_next), c, -1)  # refuses what is not a multiple of c
    elif w_next.shape[1] == c:
        by_channel = w_next
    else:
        raise ValueError("w_next")
    norms = np.linalg.norm(w.reshape(c, -1).astype(np.float64), ord=1, axis=1)
    gone = np.lexsort((-np.arange(c), norms))[: c - keep]
    cut = [np.delete(a, gone, axis=0) for a in (w, b, *bn)]
    w_next = np.delete(by_channel, gone, axis=1)
    return cut[0], cut[1], tuple(cut[2:]), w_next.reshape(len(w_next), -1) if by_channel.ndim == 3 else w_next


@right
def boolean_masks(w, b, bn, w_next, keep):
    c = len(w)
    if keep not in range(1, c + 1):
        raise ValueError("keep")
    for a in (b, *bn):
        if a.ndim != 1 or a.size != c:
            raise ValueError("vector")
    flat = w_next.ndim == 2
    if w_next.shape[1] % c != 0 or (not flat and w_next.shape[1] != c):
        raise ValueError("w_next")
    norms = np.einsum("oikl->o", np.abs(w).astype(float))
    m = np.ones(c, bool)
    while m.sum() > keep:
        alive = np.flatnonzero(m)
        m[alive[norms[alive] == norms[alive].min()][-1]] = False
    gamma, beta, mean, var = bn
    columns = np.repeat(m, w_next.shape[1] // c)
    return w[m], b[m], (gamma[m], beta[m], mean[m], var[m]), np.compress(columns, w_next, axis=1)


@right
def filter_by_filter(w, b, bn, w_next, keep):
    c = w.shape[0]
    if not 0 < keep < c + 1 or any(np.shape(a) != (c,) for a in (b, *bn)):
        raise ValueError("keep or vectors")
    if (w_next.ndim == 4 and w_next.shape[1] != c) or w_next.shape[1] % c:
        raise ValueError("w_next")
    ranking = sorted((-np.abs(filter_).sum(dtype=np.float64), j) for j, filter_ in enumerate(w))
    stay = sorted(j for _, j in ranking[:keep])
    groups = np.split(w_next, c, axis=1)
    vectors = [np.array([a[j] for j in stay]) for a in (b, *bn)]
    return np.stack([w[j] for j in stay]), vectors[0], tuple(vectors[1:]), np.concatenate([groups[j] for j in stay], 1)


EQUIVALENT_MUTANTS = {}
