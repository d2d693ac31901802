"""Answers to pruning/n_m_sparsity that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(w, n, m):
    if n < 1 or n > m or len(w.shape) < 2 or w.shape[1] % m:
        raise ValueError("pattern")


@right
def one_group_at_a_time(w, n, m):
    refuse_bad(w, n, m)
    mask = np.zeros(w.shape, dtype=bool)
    for o in range(w.shape[0]):
        for position in np.ndindex(w.shape[2:]):
            column = w[(o, slice(None), *position)].tolist()
            for start in range(0, len(column), m):
                ranked = sorted((-abs(column[i]), i) for i in range(start, start + m))
                for _, i in ranked[:n]:
                    mask[(o, i, *position)] = True
    return mask


@right
def counts_who_is_ahead(w, n, m):
    refuse_bad(w, n, m)
    size = np.abs(w.astype(np.float64)).reshape(len(w), w.shape[1] // m, m, int(np.prod(w.shape[2:])))
    ahead = np.zeros(size.shape, int)
    for i in range(m):
        for j in range(m):
            before = size[:, :, j] >= size[:, :, i] if j < i else size[:, :, j] > size[:, :, i]
            ahead[:, :, i] += before
    return (ahead < n).reshape(w.shape)


@right
def takes_the_largest_n_times(w, n, m):
    refuse_bad(w, n, m)
    rows = np.ascontiguousarray(np.swapaxes(np.square(w, dtype=np.float64), 1, w.ndim - 1)).reshape(-1, m)
    every = np.arange(len(rows))
    for _ in range(n):
        rows[every, rows.argmax(axis=1)] = -1
    shape = list(w.shape)
    shape[1], shape[-1] = shape[-1], shape[1]
    return np.swapaxes(rows.reshape(shape) < 0, 1, w.ndim - 1)


EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "the mask is of booleans, and no argument is",
}
