"""Pooling: the largest or the mean value of each window of an image.

    max:      y = the largest element of each window        dx: dy goes to that element
    average:  y = the mean of each window                   dx: dy / (kh kw) goes to every element
    global:   y = the mean of each channel, as (n, c, 1, 1)

The loops run over the elements of a window (`shifted_views`), for all positions at once. Windows may overlap: then
gradients add up. `kernels/pooling.py` has the compiled twins.

As in PyTorch: among equal elements the first in the window gets the gradient; max pads with -inf; average counts the
padded zeros; a last window that would not fit is dropped. Left out: ceil mode, adaptive sizes other than 1.

Equal means equal to the last bit. A convolution may give results that differ in the last bit for equal windows of its
input, because some kernels of OpenBLAS round a sum by its place in a tile. Then max-pooling may choose any of them. The
convolution's dw and db do not depend on the choice, since they add up dy times the same window; its dx does, and is a
subgradient for every choice. Windows of zeros give equal results on every machine.
"""

import math

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer
from minicompress.nn.layers.windows import crop, output_size, pad, pair, shifted_views
from minicompress.nn.twins import fastest

__all__ = ["AvgPool2d", "GlobalAvgPool2d", "MaxPool2d"]


class _Pool2d(Layer):
    """Base of max and average pooling: the geometry of windows.

    Parameters
    ----------
    kernel_size : int or pair (height, width) of the window.
    stride : int or pair; None: the kernel's size, so that windows tile the image.
    padding : int or pair, at most half of the kernel, so that every window overlaps the image.
    """

    def __init__(self, kernel_size, stride=None, padding=0):
        owner = type(self).__name__
        self.kernel_size = pair(owner, "kernel_size", kernel_size, low=1)
        self.stride = self.kernel_size if stride is None else pair(owner, "stride", stride, low=1)
        self.padding = pair(owner, "padding", padding, low=0)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            arguments.reject(owner, "padding", f"at most half of kernel_size {self.kernel_size}", padding)

    def config(self):
        """Return the arguments of the constructor."""
        return {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}

    def output_shape(self, input_shape):
        """(c, oh, ow) for (c, h, w)."""
        if len(input_shape) != 3:
            self._reject_input(("c", "h", "w"), input_shape)
        size = output_size(input_shape[1:], self.kernel_size, self.stride, self.padding)
        if min(size) < 1:
            least = (max(k - 2 * p, 1) for k, p in zip(self.kernel_size, self.padding, strict=True))
            self._reject_input(("c", *(f">={size}" for size in least)), input_shape)
        return (input_shape[0], *size)

    @property
    def _geometry(self):
        return self.kernel_size, self.stride, self.padding


@register
class MaxPool2d(_Pool2d):
    """The largest element of each window; `MaxPool2d(kernel_size, stride=None, padding=0)`, ints or pairs.

    Without `stride` the windows tile the image. `padding`, at most half of the kernel, is with -inf.

    >>> MaxPool2d(2).forward(np.arange(4.0).reshape(1, 1, 2, 2)).tolist()
    [[[[3.0]]]]
    """

    def forward(self, x, training=False):
        """Return y (n, c, oh, ow) for x (n, c, h, w); NaN is larger than any number."""
        x = self._batch(x)
        y, winner = fastest(max_pool, x.size, x)(x, *self._geometry)
        return self._keep(y, winner, x.shape)

    def backward(self, dy):
        """Return dx (n, c, h, w): dy at the largest element of each window, summed over windows."""
        dy, winner, x_shape = self._recall(dy)
        return fastest(max_pool_backward, math.prod(x_shape), dy)(dy, winner, x_shape, *self._geometry)


@register
class AvgPool2d(_Pool2d):
    """The mean of each window; `AvgPool2d(kernel_size, stride=None, padding=0)`, ints or pairs.

    Without `stride` the windows tile the image. `padding`, at most half of the kernel, is with zeros, which count.

    >>> AvgPool2d(2).forward(np.arange(4.0).reshape(1, 1, 2, 2)).tolist()
    [[[[1.5]]]]
    """

    def forward(self, x, training=False):
        """Return y (n, c, oh, ow) for x (n, c, h, w)."""
        x = self._batch(x)
        return self._keep(fastest(average_pool, x.size, x)(x, *self._geometry), x.shape)

    def backward(self, dy):
        """Return dx (n, c, h, w): an equal share of dy for each element, summed over windows."""
        dy, x_shape = self._recall(dy)
        return fastest(average_pool_backward, math.prod(x_shape), dy)(dy, x_shape, *self._geometry)


@register
class GlobalAvgPool2d(Layer):
    """The mean of each channel over the whole image: (n, c, h, w) to (n, c, 1, 1).

    >>> GlobalAvgPool2d().forward(np.ones((2, 3, 4, 4))).shape
    (2, 3, 1, 1)
    """

    def forward(self, x, training=False):
        """Return y (n, c, 1, 1) for x (n, c, h, w)."""
        x = self._batch(x)
        return self._keep(x.mean(axis=(2, 3), keepdims=True), x.shape)

    def backward(self, dy):
        """Return dx (n, c, h, w): dy / (h w) everywhere."""
        dy, shape = self._recall(dy)
        return np.broadcast_to(dy / (shape[2] * shape[3]), shape).copy()

    def output_shape(self, input_shape):
        """(c, 1, 1) for (c, h, w)."""
        if len(input_shape) != 3 or 0 in input_shape[1:]:
            self._reject_input(("c", "h", "w"), input_shape)
        return (input_shape[0], 1, 1)


def max_pool(x, kernel, stride, padding):
    """Return y (n, c, oh, ow) and, in the same shape, the index of the largest element in its window, row by row.

    `kernel`, `stride` and `padding` are pairs. The first of equal elements wins; of several NaN, the last.
    """
    views = shifted_views(pad(x, padding, -np.inf), kernel, stride)
    y = next(views).copy()
    winner = np.zeros(y.shape, np.min_scalar_type(kernel[0] * kernel[1]))
    for k, view in enumerate(views, start=1):
        better = (view > y) | np.isnan(view)
        np.copyto(winner, winner.dtype.type(k), where=better)
        np.copyto(y, view, where=better)
    empty = y == -np.inf  # the whole window is -inf; its first element may be padding, which has no gradient
    if padding != (0, 0) and empty.any():
        np.copyto(winner, _first_inside(x.shape, kernel, stride, padding), where=empty)
    return y, winner


def _first_inside(x_shape, kernel, stride, padding):
    """Return the index of the first element of each window that is not padding, (1, 1, oh, ow)."""
    inside = pad(np.ones((1, 1, *x_shape[2:]), bool), padding, False)
    views = list(shifted_views(inside, kernel, stride))
    first = np.zeros(views[0].shape, np.min_scalar_type(len(views)))
    for k in reversed(range(len(views))):
        first[views[k]] = k
    return first


def max_pool_backward(dy, winner, x_shape, kernel, stride, padding):
    """Return dx of `max_pool`."""
    dx = np.zeros(_padded(x_shape, padding), dy.dtype)
    for k, view in enumerate(shifted_views(dx, kernel, stride)):
        view += dy * (winner == k)
    return crop(dx, padding)


def average_pool(x, kernel, stride, padding):
    """Return y (n, c, oh, ow), the mean of each window, with padded zeros counted."""
    wide = x.astype(np.float32) if x.dtype.itemsize < 4 else x  # a sum of halves soon exceeds 65504
    return (sum(shifted_views(pad(wide, padding), kernel, stride)) / (kernel[0] * kernel[1])).astype(
        x.dtype, copy=False
    )


def average_pool_backward(dy, x_shape, kernel, stride, padding):
    """Return dx of `average_pool`."""
    share = dy / (kernel[0] * kernel[1])
    dx = np.zeros(_padded(x_shape, padding), share.dtype)
    for view in shifted_views(dx, kernel, stride):
        view += share
    return crop(dx, padding)


def _padded(x_shape, padding):
    n, c, h, w = x_shape
    return n, c, h + 2 * padding[0], w + 2 * padding[1]
