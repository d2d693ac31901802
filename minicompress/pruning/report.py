"""How sparse is the model really, layer by layer?

    sparsity = zeros / weights   in [0, 1]

Counted on the weights as they are, not on what was asked for: a threshold of 0.05 may prune 95% of one layer and 20% of
the next, and a layer that has lost everything shows here before its accuracy does. -0.0 counts as zero.

Some papers and tools write the fraction that is *kept* ("density", Han's 8%); that is 1 - sparsity.
Left out: bytes. Zeros in a dense array cost as much as any number; see `minicompress/measure/storage.py`.
"""

from dataclasses import dataclass

import numpy as np

from minicompress.tables import table_lines

__all__ = ["LayerSparsity", "PruningReport", "pruning_report", "sparsity"]


def sparsity(model):
    """Return zeros / all weights over the whole model, in [0, 1]; 0.0 for a model without weights.

    `model` is anything with `.layers`, each with `.weights`. Biases and batch norm's parameters are not weights.
    """
    return pruning_report(model).sparsity


@dataclass(frozen=True)
class LayerSparsity:
    """One weight array: its layer's name, its shape, how many weights it has and how many are not zero."""

    name: str
    shape: tuple
    weights: int
    kept: int

    @property
    def sparsity(self):
        """Fraction of zeros, in [0, 1]; 0.0 for an empty array."""
        return _fraction_of_zeros(self.kept, self.weights)


@dataclass(frozen=True)
class PruningReport:
    """One row for each weight array, with totals; `str` gives a table."""

    rows: tuple

    @property
    def weights(self):
        """Number of weights in the model."""
        return sum(row.weights for row in self.rows)

    @property
    def kept(self):
        """Number of weights that are not zero."""
        return sum(row.kept for row in self.rows)

    @property
    def sparsity(self):
        """Fraction of zeros over the whole model, in [0, 1]."""
        return _fraction_of_zeros(self.kept, self.weights)

    def __str__(self):
        table = [("layer", "shape", "weights", "kept", "sparsity")]
        table += [(row.name, "x".join(map(str, row.shape)), *_counts(row)) for row in self.rows]
        return "\n".join(table_lines([*table, ("total", "", *_counts(self))]))


def pruning_report(model):
    """Return a `PruningReport` of what is zero now in each array of `layer.weights`; the model stays as it is."""
    rows = []
    for index, layer in enumerate(model.layers):
        for w in layer.weights:
            w = np.asarray(w)
            rows.append(LayerSparsity(f"{index}.{type(layer).__name__}", w.shape, w.size, int(np.count_nonzero(w))))
    return PruningReport(tuple(rows))


def _fraction_of_zeros(kept, weights):
    return (weights - kept) / weights if weights else 0.0


def _counts(of):
    return f"{of.weights:,}", f"{of.kept:,}", f"{of.sparsity:.2%}"
