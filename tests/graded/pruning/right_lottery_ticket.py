"""Answers to pruning/lottery_ticket that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(weights, initial_weights, masks, rate):
    if rate < 0 or rate > 1 or rate != rate:
        raise ValueError("rate")
    if len(weights) != len(initial_weights) or len(weights) != len(masks):
        raise ValueError("lengths")
    for w, w0, m in zip(weights, initial_weights, masks, strict=True):
        if w.shape != w0.shape or w.shape != m.shape:
            raise ValueError("shapes")


@right
def one_weight_at_a_time(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new_masks, rewound = [], []
    for w, w0, m in zip(weights, initial_weights, masks, strict=True):
        places = sorted((abs(w[i]), i) for i in np.ndindex(w.shape) if m[i])
        new, start = np.zeros_like(m), np.zeros_like(w0)
        for _, i in places[round(rate * len(places)) :]:
            new[i] = True
            start[i] = w0[i]
        new_masks.append(new)
        rewound.append(start)
    return new_masks, rewound


@right
def the_dead_are_ranked_last(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new_masks = []
    for w, m in zip(weights, masks, strict=True):
        size = np.where(m, np.abs(w.astype(np.float64)), np.inf)
        rank = np.empty(w.size, int)
        rank[np.argsort(size, axis=None, kind="stable")] = np.arange(w.size)
        new_masks.append(m & (rank.reshape(w.shape) >= round(rate * int(m.sum()))))
    return new_masks, [w0 * m for w0, m in zip(initial_weights, new_masks, strict=True)]


@right
def a_threshold_and_a_count_of_equals(weights, initial_weights, masks, rate):
    refuse_bad(weights, initial_weights, masks, rate)
    new_masks = [m.copy() for m in masks]
    for w, m in zip(weights, new_masks, strict=True):
        size = np.square(w[m], dtype=np.float64)  # the order of squares is that of magnitudes
        k = round(rate * size.size)
        if k:
            t = np.partition(size, k - 1)[k - 1]
            equal = size == t
            goes = (size < t) | (equal & (np.cumsum(equal) <= k - np.sum(size < t)))
            m[m] = ~goes
    rewound = [w0.copy() for w0 in initial_weights]
    for w0, m in zip(rewound, new_masks, strict=True):
        w0[np.logical_not(m)] = 0
    return new_masks, rewound


EQUIVALENT_MUTANTS = {
    "swapped: if not shapes == initial_shapes == mask_shapes: | new_masks = [m.copy() for m in masks]": (
        "copying before the check changes nothing"
    ),
}
