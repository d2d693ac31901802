"""Answers to pruning/masked_update that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(w, g, v, m):
    if any(a.shape != w.shape for a in (g, v, m)):
        raise ValueError("shapes")
    if m.dtype != np.bool_:
        raise ValueError("mask")


@right
def in_place_then_zero_by_index(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    v *= momentum
    v += g
    v += weight_decay * w
    w -= learning_rate * v
    w[~m] = 0.0
    v[~m] = 0.0


@right
def only_the_kept_ones_in_float64(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    kept = w[m].astype(np.float64)
    velocity = momentum * v[m].astype(np.float64) + (weight_decay * kept + g[m])
    for array, values in ((v, velocity), (w, kept - learning_rate * velocity)):
        array.fill(0)
        array[m] = values


@right
def one_weight_at_a_time(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    for i, keeps in np.ndenumerate(m):
        step = momentum * float(v[i]) + float(g[i]) + weight_decay * float(w[i])
        v[i] = step if keeps else 0
        w[i] = float(w[i]) - learning_rate * step if keeps else 0


@right
def copies_what_is_kept(w, g, v, m, learning_rate, momentum, weight_decay):
    refuse_bad(w, g, v, m)
    velocity, weights = np.zeros_like(v), np.zeros_like(w)
    np.copyto(velocity, momentum * v + (g + weight_decay * w), where=m)
    np.copyto(weights, w - learning_rate * velocity, where=m)
    np.copyto(v, velocity)
    np.copyto(w, weights)


EQUIVALENT_MUTANTS = {}
