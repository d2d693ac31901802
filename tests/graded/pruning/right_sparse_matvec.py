"""Answers to pruning/sparse_matvec that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(w, x):
    if len(w.shape) != 2 or x.shape != (w.shape[1],):
        raise ValueError("shapes")


@right
def one_entry_at_a_time(w, x):
    refuse_bad(w, x)
    values, columns, row_starts, y = [], [], [0], []
    for row in w.tolist():
        total = 0.0
        for j, value in enumerate(row):
            if value:
                values.append(value)
                columns.append(j)
                total += value * float(x[j])
        row_starts.append(len(values))
        y.append(total)
    return (
        np.array(values, w.dtype),
        np.array(columns, dtype=np.int32),
        np.array(row_starts, dtype=np.int32),
        np.array(y),
    )


@right
def counts_and_bins(w, x):
    refuse_bad(w, x)
    flat = np.flatnonzero(np.ascontiguousarray(w))
    rows, columns = np.divmod(flat, w.shape[1])
    values = np.ascontiguousarray(w).ravel()[flat]
    row_starts = np.searchsorted(rows, np.arange(len(w) + 1))
    y = np.bincount(rows, weights=values * x[columns], minlength=len(w))  # integers if there is nothing to bin
    return values, columns, row_starts, y.astype(float)


@right
def reduces_filled_rows_in_float32(w, x):
    refuse_bad(w, x)
    mask = w != 0
    values, columns = w[mask], np.broadcast_to(np.arange(w.shape[1]), w.shape)[mask]
    lengths = mask.sum(axis=1)
    row_starts = np.concatenate([[0], lengths.cumsum()])
    y = np.zeros(len(w), np.float32)
    filled = lengths > 0
    if filled.any():
        y[filled] = np.add.reduceat((values * x[columns]).astype(np.float32), row_starts[:-1][filled])
    return values, columns, row_starts, y


SHAPES = "if w.ndim != 2 or x.shape != w.shape[1:]:"
EQUIVALENT_MUTANTS = {
    "habit: returns integers of another width": "the stub leaves the width of signed integers open",
    f"{SHAPES} -> if x.shape != w.shape[1:]:": "of other than two axes, np.nonzero does not unpack: ValueError too",
}
