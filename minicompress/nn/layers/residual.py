"""Residual block: layers (`body`) beside a shortcut; the two outputs are added.

    y = body(x) + shortcut(x)      dx = body.backward(dy) + shortcut.backward(dy)

Source: He et al. 2015, arXiv:1512.03385, equations 1 and 2.
Left out: all other graphs.
"""

from minicompress.nn.architecture import build, describe, register
from minicompress.nn.containers import Sequential
from minicompress.nn.layer import Layer
from minicompress.nn.sharing import refuse_shared

__all__ = ["Residual"]


@register
class Residual(Layer):
    """y = body(x) + shortcut(x).

    Parameters
    ----------
    *body : Layers of the main branch.
    shortcut : None for the identity, else a Layer or a list of them: a projection where the shapes differ.

    Attributes
    ----------
    body, shortcut : Sequential; an empty `shortcut` is the identity.

    >>> import numpy as np
    >>> from minicompress import nn
    >>> Residual(nn.ReLU()).forward(np.array([[-1.0, 2.0]])).tolist()
    [[-1.0, 4.0]]
    """

    def __init__(self, *body, shortcut=None):
        self.body = Sequential(*body)
        self.shortcut = Sequential() if shortcut is None else Sequential(shortcut)
        refuse_shared("Residual", self)

    def forward(self, x, training=False):
        """Return y of the shape that body and shortcut have in common."""
        x = self._batch(x)
        return self._keep(self.body.forward(x, training) + self.shortcut.forward(x, training))

    def backward(self, dy, need_dx=True):
        """Add to the gradients of both branches and return the sum of their dx, or None if it is not needed."""
        (dy,) = self._recall(dy)
        dx_body, dx_shortcut = (branch.backward(dy, need_dx=need_dx) for branch in (self.body, self.shortcut))
        return dx_body + dx_shortcut if need_dx else None

    def children(self):
        """The layers of the body, then of the shortcut."""
        return [*self.body.layers, *self.shortcut.layers]

    def named_parameters(self):
        """Every Parameter, named as in "body.0.weight"."""
        return {f"{name}.{key}": p for name, branch in self._branches() for key, p in branch.named_parameters().items()}

    def weight_parameters(self):
        """The weights of the body, then of the shortcut."""
        return [parameter for _, branch in self._branches() for parameter in branch.weight_parameters()]

    def arrays(self):
        """Every array of the state, named as in "body.1.running_mean"."""
        return {f"{name}.{key}": array for name, branch in self._branches() for key, array in branch.arrays().items()}

    def astype(self, dtype):
        """Return a copy whose parameters and statistics have `dtype`."""
        twin = self.copy()
        twin.body, twin.shortcut = self.body.astype(dtype), self.shortcut.astype(dtype)
        return twin

    def config(self):
        """The descriptions of both branches."""
        return {name: [describe(layer) for layer in branch] for name, branch in self._branches()}

    @classmethod
    def from_config(cls, config, *, rng):
        """Return a fresh Residual from what `config` returned."""
        body, shortcut = ([build(layer, rng=rng) for layer in config[name]] for name in ("body", "shortcut"))
        return cls(*body, shortcut=shortcut)

    def output_shape(self, input_shape):
        """The shape that body and shortcut have in common. ValueError if they differ."""
        body, shortcut = self.body.output_shape(input_shape), self.shortcut.output_shape(input_shape)
        if body != shortcut:  # NumPy would broadcast
            raise ValueError(f"Residual: body and shortcut must have the same output shape, got {body} and {shortcut}")
        return body

    def macs(self, input_shape):
        """MACs of body plus shortcut."""
        return self.body.macs(input_shape) + self.shortcut.macs(input_shape)

    def __repr__(self):
        shortcut = f", shortcut={self.shortcut!r}" if len(self.shortcut) else ""
        return f"Residual({', '.join(map(repr, self.body))}{shortcut})"

    def _branches(self):
        return (("body", self.body), ("shortcut", self.shortcut))
