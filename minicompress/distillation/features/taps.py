"""Taps: activations inside a network as further outputs, which take gradients too; without hooks.

A network is a list of layers. A tap after layer i cuts the list into two networks that share its layers:

    h_0 = layers[: i + 1](x)          the tapped activation
    z   = layers[i + 1 :](h_0)        the logits

In the backward pass, dh_0 = (from z, through the upper part) + (from the loss on h_0), which then passes through the
lower part. So a loss on an inner activation needs only one addition.

Left out: activations inside a Residual, which is one layer of the list.
"""

import operator
from collections.abc import Sequence

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential

__all__ = ["Tapped"]


class Tapped:
    """A network that returns the outputs of some of its layers beside the logits; it shares the layers with `model`.

    Parameters
    ----------
    model : Sequential.
    taps : indices of the layers whose outputs are returned, as in `model.layers[i]`; negative indices count from the
        end. An index may occur twice.

    Raises ValueError for a tap that does not exist.

    >>> from minicompress import nn
    >>> tapped = Tapped(nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0)), [2])
    >>> logits, (h,) = tapped.forward(np.ones((5, 4)))
    >>> logits.shape, h.shape
    ((5, 3), (5, 8))
    """

    def __init__(self, model: Sequential, taps: Sequence[int]):
        if not isinstance(model, Sequential):
            arguments.reject("Tapped", "model", "a Sequential", model)
        if not np.iterable(taps):
            arguments.reject("Tapped", "taps", "a list of indices of layers", taps)
        self.taps = tuple(_index(model, tap) for tap in taps)
        last = len(model.layers) - 1
        self._ends = sorted({*self.taps, last})
        starts = [0, *(end + 1 for end in self._ends)]
        self._shapes = None  # of what the last forward returned, by place
        self._parts = [Sequential(model.layers[i : j + 1]) for i, j in zip(starts, self._ends, strict=False)]

    def forward(self, x: np.ndarray, training: bool = False) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the logits and a list of the tapped activations, in the order of `taps`."""
        after = {}
        for part, end in zip(self._parts, self._ends, strict=True):
            x = after[end] = part.forward(x, training=training)
        self._shapes = {end: h.shape for end, h in after.items()}
        return x, [after[tap] for tap in self.taps]

    def backward(self, dlogits: np.ndarray | None, dtapped: Sequence[np.ndarray | None]) -> None:
        """Add to every parameter's gradient.

        Parameters
        ----------
        dlogits : dL/dlogits of the last forward, or None. Layers above the last tap with a gradient are skipped then.
        dtapped : for each of `taps`, in order, the gradient of its activation, or None.
        """
        if self._shapes is None:
            raise ValueError("Tapped: backward needs a forward first")
        arriving = dict.fromkeys(self._ends)
        for place, dy in [*zip(self.taps, dtapped, strict=True), (self._ends[-1], dlogits)]:
            if dy is not None:  # NumPy would broadcast another shape in the sum
                arguments.same_shape("Tapped", f"the gradient at layer {place}", dy, self._shapes[place])
            arriving[place] = _sum(arriving[place], dy)
        dx = None
        for i in reversed(range(len(self._parts))):
            dx = _sum(dx, arriving[self._ends[i]])
            if dx is not None:
                dx = self._parts[i].backward(dx, need_dx=i > 0)


def _sum(one, other):
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _index(model, tap):
    layers = len(model.layers)
    whole = isinstance(tap, (int, np.integer)) and not isinstance(tap, bool)
    if not whole or not -layers <= tap < layers:
        names = ", ".join(f"{i} {type(layer).__name__}" for i, layer in enumerate(model.layers))
        raise ValueError(f"Tapped: a tap must be the index of one of {layers} layers ({names}), got {tap!r}")
    return operator.index(tap) % layers
