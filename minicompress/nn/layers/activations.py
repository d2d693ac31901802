"""Activation functions, element by element, and their derivatives.

    ReLU      y = max(x, 0)             dx = dy [x > 0]          (slope 0 at 0, as in PyTorch)
    Tanh      y = tanh(x)               dx = dy (1 - y^2)
    Sigmoid   y = 1 / (1 + e^-x)        dx = dy y (1 - y)

`Flatten`, which only changes the shape, is here too. Left out: GELU, SiLU, and softmax as a layer (`losses.py` has it
as part of the loss).
"""

import math

import numpy as np

from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer

__all__ = ["Flatten", "ReLU", "Sigmoid", "Tanh"]


@register
class ReLU(Layer):
    """y = max(x, 0).

    >>> ReLU().forward(np.array([[-1.0, 2.0]])).tolist()
    [[0.0, 2.0]]
    """

    def forward(self, x, training=False):
        """Return y of the shape of x; NaN stays NaN."""
        x = self._batch(x)
        zeros = np.zeros_like(x)  # maximum(x, 0) takes twice as long
        return self._keep(np.maximum(x, zeros, out=zeros), x > 0)

    def backward(self, dy):
        """Return dx: dy where x was positive, 0 elsewhere."""
        dy, positive = self._recall(dy)
        return dy * positive


@register
class Tanh(Layer):
    """y = tanh(x).

    >>> Tanh().forward(np.array([[0.0]])).tolist()
    [[0.0]]
    """

    def forward(self, x, training=False):
        """Return y of the shape of x."""
        y = np.tanh(self._batch(x))
        return self._keep(y, y)

    def backward(self, dy):
        """Return dx = dy (1 - y^2)."""
        dy, y = self._recall(dy)
        return dy * (1 - y * y)


@register
class Sigmoid(Layer):
    """y = 1 / (1 + e^-x).

    >>> Sigmoid().forward(np.array([[0.0]])).tolist()
    [[0.5]]
    """

    def forward(self, x, training=False):
        """Return y of the shape of x."""
        x = self._batch(x)
        e = np.exp(-np.abs(x))  # at most 1: e^-x itself overflows for very negative x
        y = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
        return self._keep(y, y)

    def backward(self, dy):
        """Return dx = dy y (1 - y)."""
        dy, y = self._recall(dy)
        return dy * (y * (1 - y))


@register
class Flatten(Layer):
    """(n, c, h, w) to (n, c h w), channel by channel and row by row, as in PyTorch.

    >>> Flatten().forward(np.zeros((2, 3, 4, 4))).shape
    (2, 48)
    """

    def forward(self, x, training=False):
        """Return y (n, everything else)."""
        x = self._batch(x)
        # Not reshape(n, -1), which fails for n = 0.
        return self._keep(x.reshape(len(x), math.prod(x.shape[1:])), x.shape)

    def backward(self, dy):
        """Return dx of the shape of x."""
        dy, shape = self._recall(dy)
        return dy.reshape(shape)

    def output_shape(self, input_shape):
        """(c h w,) for (c, h, w)."""
        return (math.prod(input_shape),)
