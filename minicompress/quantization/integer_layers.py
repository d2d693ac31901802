"""What are the layers of an integer network? The same few, each from int8 codes to int8 codes.

    IntegerLinear, IntegerConv2d   acc = sum (q_x - z_x) q_w + q_b;  q_y = clip(z_y + round(M acc), low, high)
    IntegerMaxPool2d               the largest code: s > 0, so codes are ordered as the numbers that they stand for
    IntegerReLU                    max(q, z); behind a linear layer or a convolution it is their `low` instead
    IntegerFlatten                 a reshape

Padding is with the code of 0, z_x, not with the code 0; subtracting z_x first makes both the same.

`forward(q, dtype)` sums in `dtype`. np.int32 is the real thing, and slow: NumPy's integer products do not use BLAS. A
product of whole numbers in float64 is exact as long as every partial sum stays below 2^53, whatever the order, so
np.float64 gives the same bits several times as fast. The tests hold both together.

Next: `integer_model.py`, which makes these layers from a trained network.
"""

import numpy as np

from minicompress.nn.conv import convolve
from minicompress.nn.windows import pad, shifted_views
from minicompress.quantization.integer import saturate

__all__ = ["IntegerConv2d", "IntegerFlatten", "IntegerLinear", "IntegerMaxPool2d", "IntegerReLU"]


class IntegerLinear:
    """A linear layer on codes.

    Parameters
    ----------
    q_w : int8 array (out, in), symmetric.
    q_b : int32 array (out,), in units of the accumulator.
    z_x, z_y : zero points of input and output.
    rescale : callable such as `FixedPointScale(m)`: acc (n, out) to round(M acc).
    low, high : the codes that exist, or low = z_y for a ReLU behind the layer.
    """

    def __init__(self, q_w, q_b, *, z_x, z_y, rescale, low, high):
        self.q_w, self.q_b, self.z_x, self.z_y = q_w, q_b, z_x, z_y
        self.rescale, self.low, self.high = rescale, low, high

    def accumulate(self, q_x, dtype=np.int32):
        """Return acc, int32 (n, out), for q_x (n, in)."""
        acc = (q_x.astype(dtype) - self.z_x) @ self.q_w.astype(dtype).T
        return acc.astype(np.int32) + self.q_b

    def forward(self, q_x, dtype=np.int32):
        """Return q_y (n, out)."""
        return saturate(self.rescale(self.accumulate(q_x, dtype)) + self.z_y, self.low, self.high)

    @property
    def size_bytes(self):
        """Codes of 1 byte, biases of 4, and for each channel a multiplier of 4 and a shift of 1."""
        return self.q_w.size + 9 * self.q_b.size


class IntegerConv2d(IntegerLinear):
    """A convolution on codes: q_w is (out, in / groups, kh, kw); stride and padding are pairs."""

    def __init__(self, q_w, q_b, *, stride, padding, groups, **options):
        super().__init__(q_w, q_b, **options)
        self.stride, self.padding, self.groups = stride, padding, groups

    def accumulate(self, q_x, dtype=np.int32):
        """Return acc, int32 (n, oh, ow, out), for q_x (n, in, h, w)."""
        x, w = q_x.astype(dtype) - self.z_x, self.q_w.astype(dtype)
        acc = convolve(x, w, None, self.stride, self.padding, self.groups)
        return acc.transpose(0, 2, 3, 1).astype(np.int32) + self.q_b  # channels last, as multipliers broadcast

    def forward(self, q_x, dtype=np.int32):
        """Return q_y (n, out, oh, ow)."""
        return super().forward(q_x, dtype).transpose(0, 3, 1, 2)


class IntegerMaxPool2d:
    """The largest code of each window; kernel_size, stride, padding are pairs."""

    size_bytes = 0

    def __init__(self, kernel_size, stride, padding):
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, q, dtype=np.int32):
        """Return the codes (n, c, oh, ow) of q (n, c, h, w)."""
        padded = pad(q, self.padding, np.iinfo(q.dtype).min)
        first, *others = shifted_views(padded, self.kernel_size, self.stride)
        largest = first.copy()
        for view in others:
            np.maximum(largest, view, out=largest)
        return largest


class IntegerReLU:
    """max(q, z): no code below that of 0."""

    size_bytes = 0

    def __init__(self, z):
        self.z = z

    def forward(self, q, dtype=np.int32):
        """Return the codes, of the shape of q."""
        return np.maximum(q, q.dtype.type(self.z))


class IntegerFlatten:
    """(n, c, h, w) to (n, c h w)."""

    size_bytes = 0

    def forward(self, q, dtype=np.int32):
        """Return the same codes, one row a sample."""
        return q.reshape(len(q), -1) if len(q) else q.reshape(0, int(np.prod(q.shape[1:])))
