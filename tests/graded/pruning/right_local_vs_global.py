"""Answers to pruning/local_vs_global that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(sparsity, scope):
    if scope != "local" and scope != "global":
        raise ValueError("scope")
    if np.isnan(sparsity) or sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity")


@right
def ranks_places_with_python(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    masks = [[True] * w.size for w in weights]
    flat = [np.ravel(w).tolist() for w in weights]
    places = [(a, i) for a, values in enumerate(flat) for i in range(len(values))]
    places.sort(key=lambda place: abs(flat[place[0]][place[1]]))
    budget = [round(sparsity * len(values)) for values in flat]
    total = round(sparsity * len(places))
    for a, i in places:
        if (total if scope == "global" else budget[a]) > 0:
            masks[a][i] = False
            budget[a] -= 1
            total -= 1
    return [np.array(mask, dtype=bool).reshape(w.shape) for mask, w in zip(masks, weights, strict=True)]


@right
def cuts_and_fills_up_with_ties(weights, sparsity, scope):
    refuse_bad(sparsity, scope)

    def masks_of(arrays):
        magnitudes = [np.abs(a).astype(np.float64) for a in arrays]
        everything = np.sort(np.hstack([m.ravel() for m in magnitudes]))
        count = int(np.rint(sparsity * len(everything)))
        if count == 0:
            return [np.full(a.shape, True) for a in arrays]
        cut = everything[count - 1]
        missing = count - int(np.searchsorted(everything, cut))
        masks = []
        for m in magnitudes:
            equal = (m == cut).ravel()
            goes = (m < cut).ravel() | (equal & (np.cumsum(equal) <= missing))
            missing -= min(missing, int(equal.sum()))
            masks.append(~goes.reshape(m.shape))
        return masks

    return masks_of(weights) if scope == "global" else [masks_of([w])[0] for w in weights]


@right
def one_lexsort_with_a_rank_in_each_group(weights, sparsity, scope):
    refuse_bad(sparsity, scope)
    sizes = [w.size for w in weights]
    group = np.repeat(np.arange(len(weights)) if scope == "local" else np.zeros(len(weights), int), sizes)
    magnitude = np.concatenate([np.square(w.flatten(), dtype=np.float64) for w in weights])
    in_group = np.bincount(group, minlength=len(weights))
    budget = np.array([round(sparsity * int(n)) for n in in_group])
    order = np.lexsort((np.arange(magnitude.size), magnitude, group))
    rank = np.empty(magnitude.size, int)
    starts = np.cumsum(in_group) - in_group
    rank[order] = np.arange(magnitude.size) - starts[group[order]]
    keep = rank >= budget[group]
    return [part.reshape(w.shape) for part, w in zip(np.split(keep, np.cumsum(sizes)[:-1]), weights, strict=True)]


EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "the masks are of booleans, and no argument is",
}
