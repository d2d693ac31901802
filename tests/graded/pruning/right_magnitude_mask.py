"""Answers to pruning/magnitude_mask that are right, in other styles than the solution's."""

import heapq

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(sparsity):
    if np.isnan(sparsity) or sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity")


@right
def partition_and_fill_up_with_ties(w, sparsity):
    refuse_bad(sparsity)
    magnitude = np.abs(w).astype(np.float64).ravel()
    count = round(sparsity * magnitude.size)
    keep = np.ones(magnitude.size, bool)
    if count:
        cut = np.partition(magnitude, count - 1)[count - 1]
        keep = magnitude >= cut
        missing = count - int((~keep).sum())
        keep[np.nonzero(magnitude == cut)[0][:missing]] = False
    return keep.reshape(w.shape)


@right
def sorts_indices_with_python(w, sparsity):
    refuse_bad(sparsity)
    values = [abs(value) for value in w.ravel().tolist()]
    by_size = sorted(range(len(values)), key=values.__getitem__)
    pruned = set(by_size[: round(sparsity * len(values))])
    return np.array([i not in pruned for i in range(len(values))], dtype=bool).reshape(w.shape)


@right
def ranks_each_weight(w, sparsity):
    refuse_bad(sparsity)
    flat = np.square(w.ravel(), dtype=np.float64)
    rank = np.lexsort((np.arange(flat.size), flat)).argsort()
    return (rank >= np.rint(sparsity * flat.size)).reshape(w.shape)


@right
def the_smallest_by_a_heap(w, sparsity):
    if not (sparsity >= 0 and sparsity <= 1):
        raise ValueError("sparsity")
    flat = [float(abs(value)) for value in w.ravel()]
    mask = np.ones(len(flat), bool)
    for i in heapq.nsmallest(round(sparsity * len(flat)), range(len(flat)), key=lambda i: (flat[i], i)):
        mask[i] = False
    return mask.reshape(w.shape)


EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "the mask is of booleans, and no argument is",
}
