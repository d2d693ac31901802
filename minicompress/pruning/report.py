"""Report of a pruned model: sparsity, MACs and bytes, layer by layer.

    sparsity = zeros / weights       in [0, 1]
    MACs     = weights * the positions at which each is used, for one sample;  kept: of the nonzero weights alone
    bytes    = 4 for each number;  sparse: 6 for each nonzero weight, 4 for each row and its array
               (`pruning/encodings/compact.py`)

The report counts the weights as the network sees them, through masks and quantizers: a threshold of 0.05 may prune 95%
of one layer and 20% of the next. -0.0 counts as zero.

Kept MACs and sparse bytes are what a sparse format can reach. In a dense array, zeros are stored and multiplied like
other numbers. Removing whole channels lowers the numbers of weights and MACs themselves.

Some papers and tools write the fraction that is *kept* ("density", Han's 8%); that is 1 - sparsity.
Left out: time; other encodings (`pruning/encodings/compact.py`); the file (`minicompress/deploy/storage.py`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minicompress._base import arguments
from minicompress._base.tables import table_lines
from minicompress.nn import Residual
from minicompress.nn.seen import check_layers, each_weight, seen_weights
from minicompress.pruning.encodings.compact import size_ledgers

__all__ = ["LayerSparsity", "PruningReport", "pruning_report", "sparsity"]


def sparsity(model: Any) -> float:
    """Return zeros / all weights over the whole model, in [0, 1]; 0.0 for a model without weights.

    `model` is an object with `.layers`, each with `.weights`. They are counted as the network sees them, through masks
    and quantizers. Biases and batch norm's parameters are not weights.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> model.layers[1].weight.value[:6] = 0
    >>> sparsity(model) == 24 / 56
    True
    """
    check_layers("sparsity", model)
    weights = [np.asarray(w) for w in seen_weights(model)]
    return _fraction_of_zeros(sum(int(np.count_nonzero(w)) for w in weights), sum(w.size for w in weights))


@dataclass(frozen=True)
class LayerSparsity:
    """One weight array.

    Attributes
    ----------
    name : of its layer, such as "0.Conv2d". The arrays of a residual block share its name.
    shape : tuple
    weights, kept : how many there are, and how many are not zero.
    sparse_bytes : of the nonzero float32 values in compressed sparse rows, with columns, row starts and shape.
    uses : how often each weight is multiplied for one sample, or None if the shape of the input is not known.
    """

    name: str
    shape: tuple
    weights: int
    kept: int
    sparse_bytes: int
    uses: int | None = None

    @property
    def sparsity(self) -> float:
        """Fraction of zeros, in [0, 1]; 0.0 for an empty array."""
        return _fraction_of_zeros(self.kept, self.weights)

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates for one sample, zeros included; None if not known."""
        return None if self.uses is None else self.uses * self.weights

    @property
    def kept_macs(self) -> int | None:
        """Multiply-accumulates of the nonzero weights for one sample; None if not known."""
        return None if self.uses is None else self.uses * self.kept

    @property
    def dense_bytes(self) -> int:
        """Bytes as float32, zeros included."""
        return 4 * self.weights


@dataclass(frozen=True)
class PruningReport:
    """One row for each weight array, with totals; `str` gives a table.

    Attributes
    ----------
    rows : tuple of LayerSparsity.
    parameters : trainable numbers of the model, biases and batch norm included.
    other_bytes : of all that is no weight, as float32: biases, batch norm with its running statistics.
    """

    rows: tuple
    parameters: int
    other_bytes: int = 0

    @property
    def weights(self) -> int:
        """Number of weights in the model."""
        return sum(row.weights for row in self.rows)

    @property
    def kept(self) -> int:
        """Number of weights that are not zero."""
        return sum(row.kept for row in self.rows)

    @property
    def sparsity(self) -> float:
        """Fraction of zeros over the whole model, in [0, 1]."""
        return _fraction_of_zeros(self.kept, self.weights)

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates for one sample, zeros included; None if not known."""
        return _total([row.macs for row in self.rows])

    @property
    def kept_macs(self) -> int | None:
        """Multiply-accumulates of the nonzero weights for one sample; None if not known."""
        return _total([row.kept_macs for row in self.rows])

    @property
    def dense_bytes(self) -> int:
        """Bytes of the whole model as float32, zeros included."""
        return sum(row.dense_bytes for row in self.rows) + self.other_bytes

    @property
    def sparse_bytes(self) -> int:
        """Bytes of the whole model with its weights in compressed sparse rows, all else as float32."""
        return sum(row.sparse_bytes for row in self.rows) + self.other_bytes

    def __str__(self):
        table = [("layer", "shape", "weights", "kept", "sparsity", "MACs", "kept MACs")]
        table += [(row.name, "x".join(map(str, row.shape)), *_counts(row)) for row in self.rows]
        lines = table_lines([*table, ("total", "", *_counts(self))])
        bytes_ = f"{self.dense_bytes:,} bytes dense, {self.sparse_bytes:,} in sparse rows"
        return "\n".join([*lines, f"{self.parameters:,} parameters; float32: {bytes_}"])


def pruning_report(model: Any, input_shape: tuple | None = None) -> PruningReport:
    """Return a `PruningReport` of the weights that the network sees as zero, array by array; the model does not change.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`.
    input_shape : of one sample, without the batch, such as (1, 28, 28); by default the model's own. Needed for MACs.

    Raises ValueError if a layer cannot take the shape that reaches it.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> model.layers[1].weight.value[:6] = 0
    >>> report = pruning_report(model)
    >>> report.weights, report.kept, report.macs
    (56, 32, 56)
    >>> print(report)
    layer     shape  weights  kept  sparsity  MACs  kept MACs
    1.Linear    8x4       32     8    75.00%    32          8
    3.Linear    3x8       24    24     0.00%    24         24
    total                 56    32    42.86%    56         32
    67 parameters; float32: 268 bytes dense, 304 in sparse rows
    """
    check_layers("pruning_report", model)
    if input_shape is not None and (not np.iterable(input_shape) or isinstance(input_shape, str)):
        arguments.reject("pruning_report", "input_shape", "the shape of a sample, such as (1, 28, 28)", input_shape)
    shape = getattr(model, "input_shape", None) if input_shape is None else tuple(input_shape)
    names = [name for name, _, _ in each_weight(model)]
    arrays = list(zip(names, seen_weights(model), strict=True))
    uses = [None] * len(arrays) if shape is None else list(_uses(model.layers, shape))
    rows = tuple(_row(name, np.asarray(w), n) for (name, w), n in zip(arrays, uses, strict=True))
    weights = sum(row.weights for row in rows)
    if not hasattr(model, "arrays"):  # an object that has only `.layers` and `.weights`
        return PruningReport(rows, weights)
    numbers = sum(array.size for array in model.arrays().values())
    return PruningReport(rows, sum(p.size for p in model.parameters()), 4 * (numbers - weights))


def _row(name, w, uses):
    sparse_bytes = size_ledgers(np.atleast_2d(w))["csr"].size_bytes
    return LayerSparsity(name, w.shape, w.size, int(np.count_nonzero(w)), sparse_bytes, uses)


def _uses(layers, shape):
    """How often each weight is used for a sample of `shape`, array by array in the order of `layer.weights`."""
    for layer in layers:
        if isinstance(layer, Residual):
            yield from _uses(layer.body.layers, shape)
            yield from _uses(layer.shortcut.layers, shape)
        else:
            yield from (layer.macs(shape) // max(w.size, 1) for w in layer.weights)
        shape = layer.output_shape(shape)


def _fraction_of_zeros(kept, weights):
    return (weights - kept) / weights if weights else 0.0


def _total(counts):
    return None if None in counts else sum(counts)


def _counts(of):
    macs = ("-" if count is None else f"{count:,}" for count in (of.macs, of.kept_macs))
    return f"{of.weights:,}", f"{of.kept:,}", f"{of.sparsity:.2%}", *macs
