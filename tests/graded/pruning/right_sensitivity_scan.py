"""Answers to pruning/sensitivity_scan that are right, in other styles than the solution's."""

import contextlib

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(sparsities):
    for sparsity in sparsities:
        if not (sparsity >= 0 and sparsity <= 1):
            raise ValueError("sparsity")


@contextlib.contextmanager
def pruned(w, sparsity):
    """Within it, w is pruned."""
    saved = np.array(w)
    flat = np.abs(saved).astype(np.float64).ravel().tolist()
    ranked = sorted(range(w.size), key=flat.__getitem__)
    mask = np.ones(w.size, dtype=bool)
    mask[ranked[: round(sparsity * w.size)]] = False
    try:
        w *= mask.reshape(w.shape)
        yield
    finally:
        np.copyto(w, saved)


@right
def with_a_context_manager(model, sparsities, evaluate):
    refuse_bad(sparsities)
    rows = []
    for layer in model.layers:
        for w in layer.weights:
            row = []
            for sparsity in sparsities:
                with pruned(w, sparsity):
                    row.append(evaluate(model))
            rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(sparsities))


@right
def sparsity_by_sparsity_by_index(model, sparsities, evaluate):
    refuse_bad(sparsities)
    weights = [w for layer in model.layers for w in layer.weights]
    before = [w.copy() for w in weights]
    columns = []
    try:
        for sparsity in sparsities:
            column = []
            for w, whole in zip(weights, before, strict=True):
                count = int(np.rint(sparsity * w.size))
                rank = np.lexsort((np.arange(w.size), np.abs(whole).ravel())).argsort().reshape(w.shape)
                w[...] = np.where(rank < count, 0, whole)
                column.append(float(evaluate(model)))
                w[...] = whole
            columns.append(column)
    finally:
        for w, whole in zip(weights, before, strict=True):
            w[...] = whole
    return np.array(columns, dtype=np.float64).reshape(len(sparsities), len(weights)).T


SCORES = "scores = np.zeros((len(weights), len(sparsities)))"
EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "the arguments hold no array of scores",
    f"{SCORES} -> scores = np.ones((len(weights), len(sparsities)))": "every entry is written",
    "swapped: original = w.copy() | order = np.argsort(np.abs(w), axis=None, kind='stable')": "both only read w",
}
