"""Answers to pruning/layer_pruning that are right, in other styles than the solution's."""

import itertools
import math

import numpy as np

from minicompress.kit.grading import right


@right
def unit_vectors_in_float32(blocks, x, count):
    if count not in range(len(blocks) + 1):
        raise ValueError("count")

    def directions(a):
        lengths = np.sqrt(np.einsum("nd,nd->n", a, a))[:, None]
        return np.divide(a, lengths, out=np.zeros_like(a), where=lengths != 0)

    streams = [x.astype(np.float32)]
    for block in blocks:
        w1, b1, w2, b2 = (a.astype(np.float32) for a in block)
        hidden = streams[-1].dot(w1.T) + b1
        streams.append(streams[-1] + (hidden * (hidden > 0)).dot(w2.T) + b2)
    influence = np.array(
        [1 - np.mean((directions(a) * directions(b)).sum(axis=1)) for a, b in itertools.pairwise(streams)]
    )
    gone = np.lexsort((-np.arange(len(blocks)), influence))[:count]
    return [i for i in range(len(blocks)) if i not in gone], influence


@right
def sample_by_sample(blocks, x, count):
    if count < 0 or count > len(blocks):
        raise ValueError("count")
    totals = [0.0] * len(blocks)
    for row in x.astype(np.float64):
        for i, (w1, b1, w2, b2) in enumerate(blocks):
            y = row + w2 @ np.clip(w1 @ row + b1, 0, None) + b2
            lengths = math.sqrt(float(row @ row)) * math.sqrt(float(y @ y))
            totals[i] += float(row @ y) / lengths if lengths else 0.0
            row = y
    influence = [1 - total / len(x) for total in totals]
    alive = list(range(len(blocks)))
    for _ in range(count):
        alive.remove(min(alive, key=lambda i: (influence[i], -i)))
    return alive, np.array(influence, np.float64)


@right
def diagonals_of_gram_matrices(blocks, x, count):
    if not (count >= 0 and len(blocks) >= count):
        raise ValueError("count")
    influence = []
    for w1, b1, w2, b2 in blocks:
        hidden = np.hstack([x, np.ones((len(x), 1))]) @ np.column_stack([w1, b1]).T
        hidden[hidden < 0] = 0
        y = x + hidden @ w2.T + b2
        between, own = np.diag(x @ y.T), np.sqrt(np.diag(x @ x.T) * np.diag(y @ y.T))
        cosines = [a / b if b > 0 else 0.0 for a, b in zip(between, own, strict=True)]
        influence.append(1 - sum(cosines) / len(cosines))
        x = y
    ranking = sorted(range(len(blocks)), key=lambda i: -influence[i])
    return sorted(ranking[: len(blocks) - count]), np.array(influence, dtype=float)


EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "the shortest samples of the stub have a length of 1e-10",
    "habit: clips numbers beyond 1e15": "the longest samples of the stub have a length of 1e10",
    "return (sorted(strongest_first[:len(blocks) - count].tolist()), influence) -> "
    "return (sorted(strongest_first[:len(blocks) - count]), influence)": "NumPy's integers are whole numbers too",
    "y = x + np.maximum(x @ w1.T + b1, 0) @ w2.T + b2 -> y = x + np.maximum(0, x @ w1.T + b1) @ w2.T + b2": "symmetric",
    "cosines = np.sum(x * y, axis=1) / np.where(lengths > 0, lengths, 1) -> "
    "cosines = np.sum(x * y, axis=1) / np.where(lengths > 0, lengths, 2)": "what is divided there is 0",
}
EQUIVALENT_UNDER_NUMPY = {
    2: {"habit: returns float64 for float32": "the stub leaves the width of the floats open; NumPy 1 gives float64"},
}
