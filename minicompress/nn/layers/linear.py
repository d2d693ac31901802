"""Linear: a fully connected layer.

    y  = x w^T + b         x (n, in), w (out, in), b (out,), y (n, out)
    dw = dy^T x            db = sum over the batch of dy            dx = dy w

The forward product is computed as y^T = w x^T, so that y is stored feature by feature: OpenBLAS's kernels for AVX-512
are a tenth faster that way, and its other kernels as fast. `kernels/linear.py` has the fast twin of `linear_backward`.

w is what the network sees (`Parameter.forward`): with a mask or a quantizer on the weight, dw is the gradient of the
masked or quantized weight, and the Parameter turns it into the gradient of the master.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer
from minicompress.nn.layers.initializers import he_normal
from minicompress.nn.parameter import Parameter
from minicompress.nn.twins import uncompiled

__all__ = ["Linear", "linear_backward"]


@register
class Linear(Layer):
    """A fully connected layer, y = x w^T + b.

    Parameters
    ----------
    in_features, out_features : int >= 1
    bias : bool, whether there is a b (zero at first).
    rng : np.random.Generator that draws the weights.
    initializer : from `nn.initializers`; He normal, because usually a ReLU follows.

    Attributes
    ----------
    weight : Parameter of shape (out, in), PyTorch's layout.
    bias : Parameter of shape (out,), or None.

    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 3), np.float32)).shape
    (5, 2)
    """

    def __init__(self, in_features, out_features, bias=True, *, rng, initializer=he_normal):
        self.in_features = arguments.whole_number("Linear", "in_features", in_features, low=1)
        self.out_features = arguments.whole_number("Linear", "out_features", out_features, low=1)
        self.weight = Parameter(initializer((self.out_features, self.in_features), rng=rng))
        self.bias = Parameter(np.zeros(self.out_features, np.float32)) if bias else None

    def forward(self, x, training=False):
        """Return y (n, out) for x (n, in)."""
        x = self._batch(x)
        w = self.weight.forward()
        y = (w @ x.T).T
        if self.bias is not None:
            b = self.bias.forward()
            y = np.add(y, b, out=y if y.dtype == b.dtype else None)
        return self._keep(y, x, w)

    def backward(self, dy, need_dx=True):
        """Add dw and db to the gradients and return dx (n, in), or None if it is not needed."""
        dy, x, w = self._recall(dy)
        dx, dw, db = uncompiled(linear_backward)(dy, x, w, need_dx)
        self.weight.backward(dw)
        if self.bias is not None:
            self.bias.backward(db)
        return dx

    def named_parameters(self):
        """Weight, then bias if there is one."""
        return {"weight": self.weight} | ({"bias": self.bias} if self.bias is not None else {})

    def weight_parameters(self):
        """The weight."""
        return [self.weight]

    def config(self):
        """Return the arguments of the constructor."""
        return {"in_features": self.in_features, "out_features": self.out_features, "bias": self.bias is not None}

    def output_shape(self, input_shape):
        """(out,) for (in,)."""
        if tuple(input_shape) != (self.in_features,):
            self._reject_input((self.in_features,), input_shape)
        return (self.out_features,)

    def macs(self, input_shape):
        """One for each weight."""
        return self.weight.size


def linear_backward(dy, x, w, need_dx):
    """Return dx (n, in), or None if it is not needed, dw (out, in) and db (out,) for dy (n, out)."""
    dw = dy.T @ x
    db = dy.sum(axis=0)
    dx = dy @ w if need_dx else None
    return dx, dw, db
