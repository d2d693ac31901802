"""Conv2d: a convolution with stride, padding and groups, and its gradients.

With `im2col`, each group g of channels is a matrix product over its own rows of the columns:

    y[n, g]  = w[g] columns[n, g] + b        w[g] (out/G, in/G kh kw), columns[n, g] (in/G kh kw, oh ow)
    dw[g]    = sum over n of dy[n, g] columns[n, g]^T        db = sum of dy over n and positions
    dx       = col2im(w[g]^T dy[n, g])

As usual in deep learning this is a cross-correlation: the kernel is not flipped. G = in = out makes it depthwise.

The columns are up to kh kw times as large as x. So they are computed for a few samples at a time, which fit into a
processor's cache, and computed again in backward. `kernels/conv.py` has the compiled twins of `convolve` and
`convolve_backward`.

Left out: dilation, padding modes other than zeros.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer
from minicompress.nn.layers.initializers import he_normal
from minicompress.nn.layers.windows import col2im, crop, im2col, output_size, pad, pair
from minicompress.nn.parameter import Parameter
from minicompress.nn.twins import fastest

__all__ = ["Conv2d", "convolve", "convolve_backward"]

_CHUNK_BYTES = 1 << 21  # of columns at a time: on the machines tried, from 1 to 4 MB are equally fast


@register
class Conv2d(Layer):
    """A 2-d convolution of NCHW images.

    Parameters
    ----------
    in_channels, out_channels : int >= 1, multiples of `groups`.
    kernel_size, stride, padding : int, or a pair (height, width). Padding is with zeros, on both sides.
    groups : int; each group of in/groups channels feeds its own out/groups filters. `groups=in_channels`: depthwise.
    bias : bool, whether there is a b (zero at first).
    rng : np.random.Generator that draws the weights.
    initializer : from `nn.initializers`; He normal, because usually a ReLU follows.

    Attributes
    ----------
    weight : Parameter of shape (out, in / groups, kh, kw), PyTorch's layout.
    bias : Parameter of shape (out,), or None.

    >>> layer = Conv2d(1, 20, 5, rng=np.random.default_rng(0))
    >>> layer.forward(np.zeros((2, 1, 28, 28), np.float32)).shape
    (2, 20, 24, 24)
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        groups=1,
        bias=True,
        *,
        rng,
        initializer=he_normal,
    ):
        self.in_channels = arguments.whole_number("Conv2d", "in_channels", in_channels, low=1)
        self.out_channels = arguments.whole_number("Conv2d", "out_channels", out_channels, low=1)
        self.kernel_size = pair("Conv2d", "kernel_size", kernel_size, low=1)
        self.stride = pair("Conv2d", "stride", stride, low=1)
        self.padding = pair("Conv2d", "padding", padding, low=0)
        self.groups = arguments.whole_number("Conv2d", "groups", groups, low=1)
        if in_channels % groups or out_channels % groups:
            arguments.reject("Conv2d", "groups", f"a divisor of {in_channels} and of {out_channels}", groups)
        self.weight = Parameter(initializer((out_channels, in_channels // groups, *self.kernel_size), rng=rng))
        self.bias = Parameter(np.zeros(out_channels, np.float32)) if bias else None

    def forward(self, x, training=False):
        """Return y (n, out, oh, ow) for x (n, in, h, w)."""
        x = self._batch(x)
        w = self.weight.forward()
        b = None if self.bias is None else self.bias.forward()
        compute = fastest(convolve, self._work(x), x, w, b)
        return self._keep(compute(x, w, b, self.stride, self.padding, self.groups), x, w)

    def backward(self, dy, need_dx=True):
        """Add dw and db to the gradients and return dx (n, in, h, w), or None if it is not needed."""
        dy, x, w = self._recall(dy)
        compute = fastest(convolve_backward, self._work(x), dy, x, w)
        dx, dw, db = compute(dy, x, w, self.stride, self.padding, self.groups, need_dx)
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
        names = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "groups")
        return {name: getattr(self, name) for name in names} | {"bias": self.bias is not None}

    def output_shape(self, input_shape):
        """(out, oh, ow) for (in, h, w)."""
        if len(input_shape) != 3 or input_shape[0] != self.in_channels:
            self._reject_input((self.in_channels, "h", "w"), input_shape)
        size = output_size(input_shape[1:], self.kernel_size, self.stride, self.padding)
        if min(size) < 1:
            least = (max(k - 2 * p, 1) for k, p in zip(self.kernel_size, self.padding, strict=True))
            self._reject_input((self.in_channels, *(f">={size}" for size in least)), input_shape)
        return (self.out_channels, *size)

    def macs(self, input_shape):
        """Every weight once per position; products with padding are counted too."""
        _, oh, ow = self.output_shape(input_shape)
        return self.weight.size * oh * ow

    def _work(self, x):
        """Return how many numbers the columns of the batch have."""
        return len(x) * self.macs(x.shape[1:]) // self.out_channels


def convolve(x, w, b, stride, padding, groups):
    """Return y (n, out, oh, ow), the convolution of x (n, in, h, w) with w (out, in / groups, kh, kw), plus b or None.

    `stride` and `padding` are pairs.
    """
    size = output_size(x.shape[2:], w.shape[2:], stride, padding)
    y = np.empty((len(x), len(w), *size), np.result_type(x, w))
    matrices, by_group = _matrices(w, groups), _by_group(y, groups)
    for some in _chunks(x, y, w):
        np.matmul(matrices, _columns(x[some], w, stride, padding, groups), out=by_group[some])
    if b is not None:
        y += b[:, None, None]
    return y


def convolve_backward(dy, x, w, stride, padding, groups, need_dx):
    """Return dx (None unless it is needed), dw and db of `convolve` for dy (n, out, oh, ow)."""
    matrices_t = _matrices(w, groups).transpose(0, 2, 1)
    dw = np.zeros(matrices_t.shape[::2] + matrices_t.shape[1:2], np.result_type(dy, x))
    dx = np.empty(x.shape, np.result_type(dy, w)) if need_dx else None
    by_group = _by_group(dy, groups)
    for some in _chunks(x, dy, w):
        columns = _columns(x[some], w, stride, padding, groups)
        dw += (by_group[some] @ columns.transpose(0, 1, 3, 2)).sum(axis=0)
        if need_dx:
            dx[some] = _image(matrices_t @ by_group[some], x[some].shape, w, stride, padding)
    return dx, dw.reshape(w.shape), dy.sum(axis=(0, 2, 3))


def _matrices(w, groups):
    """Return the weight as (groups, out / groups, in / groups kh kw)."""
    return w.reshape(groups, len(w) // groups, -1)


def _by_group(y, groups):
    """Return y (n, out, oh, ow) as (n, groups, out / groups, oh ow): a view if y is contiguous."""
    return y.reshape(len(y), groups, y.shape[1] // groups, y.shape[2] * y.shape[3])


def _columns(x, w, stride, padding, groups):
    columns = im2col(pad(x, padding), w.shape[2:], stride)
    return columns.reshape(len(x), groups, columns.shape[1] // groups, columns.shape[2])


def _image(columns, shape, w, stride, padding):
    """Return the image of the given shape to which the columns add up: the adjoint of `_columns`."""
    n, c, height, width = shape
    padded = (n, c, height + 2 * padding[0], width + 2 * padding[1])
    return crop(col2im(columns, padded, w.shape[2:], stride), padding)


def _chunks(x, y, w):
    """Return slices of the batch whose columns fill about _CHUNK_BYTES."""
    sample_bytes = x.shape[1] * w.shape[2] * w.shape[3] * y.shape[2] * y.shape[3] * x.itemsize
    step = max(1, _CHUNK_BYTES // sample_bytes)
    return (slice(start, start + step) for start in range(0, len(x), step))
