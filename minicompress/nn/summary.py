"""Summary of a network: output shape, parameters and multiply-accumulates per layer, for one sample.

    MACs of Linear:  in out          MACs of Conv2d:  out (in / groups) kh kw oh ow          all others: 0

As in the compression papers, MACs leave out biases and batch norm; the number of parameters includes them.
"""

from dataclasses import dataclass

from minicompress._base import arguments
from minicompress._base.tables import table_lines
from minicompress.nn.sharing import refuse_shared

__all__ = ["Summary", "SummaryRow", "summarize"]


@dataclass(frozen=True)
class SummaryRow:
    """One layer: its index and name, the shape of its output without the batch axis, its parameters and MACs."""

    name: str
    output_shape: tuple
    parameters: int
    macs: int


@dataclass(frozen=True)
class Summary:
    """The rows of a network's table; `str` formats the table.

    >>> import numpy as np
    >>> from minicompress import nn
    >>> nn.zoo.lenet_300_100(rng=np.random.default_rng(0)).summary().parameters
    266610
    """

    rows: tuple

    @property
    def parameters(self):
        """Number of trainable scalars."""
        return sum(row.parameters for row in self.rows)

    @property
    def macs(self):
        """Multiply-accumulate operations for one sample."""
        return sum(row.macs for row in self.rows)

    def __str__(self):
        table = [("layer", "output shape", "parameters", "MACs")]
        table += [(row.name, str(row.output_shape), f"{row.parameters:,}", f"{row.macs:,}") for row in self.rows]
        table += [("total", "", f"{self.parameters:,}", f"{self.macs:,}")]
        lines = table_lines(table, left=2)
        rule = "-" * len(lines[0])
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def summarize(model, input_shape=None):
    """Return the Summary of a Sequential for samples of `input_shape` (by default the model's own).

    Raises ValueError if neither is known, or if a shape does not fit a layer.
    """
    shape = model.input_shape if input_shape is None else arguments.shape("summary", "input_shape", input_shape)
    refuse_shared("summary", model)  # a shared layer would be counted twice
    if shape is None:
        raise ValueError("summary: input_shape must be given, such as (1, 28, 28): the model does not know it")
    rows = []
    for index, layer in enumerate(model.layers):
        parameters = sum(parameter.size for parameter in layer.parameters())
        macs, shape = layer.macs(shape), layer.output_shape(shape)
        rows.append(SummaryRow(f"{index} {_title(layer)}", shape, parameters, macs))
    return Summary(tuple(rows))


def _title(layer):
    text = repr(layer)
    return text if len(text) <= 40 else type(layer).__name__
