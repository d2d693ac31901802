"""Layers of an integer network, each from int8 codes to int8 codes.

    IntegerLinear, IntegerConv2d   acc = sum (q_x - z_x) q_w + q_b;  q_y = clip(z_y + round(M acc), low, high)
    IntegerMaxPool2d               the largest code: s > 0, so codes are ordered as the numbers that they stand for
    IntegerReLU                    max(q, z); behind a linear layer or a convolution it is their `low` instead
    IntegerFlatten                 a reshape

Padding is with z_x, the code of 0.0, and not with the code 0; after subtracting z_x it is 0.

`forward(q, dtype)` sums in `dtype`. np.int32 is what hardware does, but slow here, because NumPy's integer products do
not use BLAS. Products of integers in float64 are exact, in any order, while all partial sums are below 2^53, so
np.float64 gives the same bits several times as fast; tests compare the two. Other dtypes raise ValueError: int16 would
wrap around, and float32 is exact only up to 2^24.
"""

import numpy as np

from minicompress._base.arguments import array, function, reject, whole_number
from minicompress.nn.layers.conv import convolve
from minicompress.nn.layers.windows import pad, shifted_views
from minicompress.quantization.integer.arithmetic import saturate

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

    Raises ValueError for arrays of other types or shapes, for codes out of range, and for weights whose sums could
    leave 32 bits for some input (a code minus its zero point has a magnitude of at most 255).

    >>> from minicompress.quantization.integer import FixedPointScale
    >>> q_w, q_b = np.array([[2, -1]], np.int8), np.array([4], np.int32)
    >>> layer = IntegerLinear(q_w, q_b, z_x=0, z_y=1, rescale=FixedPointScale(0.5), low=-128, high=127)
    >>> layer.forward(np.array([[3, 2]])).tolist()
    [[5]]
    """

    axes = 2

    def __init__(self, q_w: np.ndarray, q_b: np.ndarray, *, z_x: int, z_y: int, rescale, low, high):
        owner = type(self).__name__
        self.q_w, self.q_b = np.asarray(q_w), np.asarray(q_b)
        if self.q_w.dtype != np.int8 or self.q_w.ndim != self.axes:
            reject(owner, "q_w", f"an int8 array of {self.axes} axes", f"{self.q_w.dtype} of shape {self.q_w.shape}")
        if self.q_b.dtype != np.int32 or self.q_b.shape != self.q_w.shape[:1]:
            got = f"{self.q_b.dtype} of shape {self.q_b.shape}"
            reject(owner, "q_b", f"an int32 array of shape {self.q_w.shape[:1]}", got)
        largest = largest_sum(self.q_w, self.q_b)
        if largest >= 2**31:
            raise ValueError(f"{owner}: sums must fit into 32 bits, got up to {largest:,}")
        self.low = whole_number(owner, "low", low, low=-128, high=255)
        self.high = whole_number(owner, "high", high, low=self.low, high=127 if self.low < 0 else 255)
        self.z_x, self.z_y = (
            whole_number(owner, name, z, low=-128, high=255) for name, z in (("z_x", z_x), ("z_y", z_y))
        )
        self.rescale = function(owner, "rescale", rescale, "a function of acc such as FixedPointScale(m)")

    def accumulate(self, q_x, dtype=np.int32):
        """Return acc, int32 (n, out), for q_x (n, in)."""
        q_x = self._check_codes(q_x, dtype)
        acc = (q_x.astype(dtype) - self.z_x) @ self.q_w.astype(dtype).T
        return acc.astype(np.int32) + self.q_b

    def forward(self, q_x, dtype=np.int32):
        """Return q_y (n, out)."""
        return saturate(self.rescale(self.accumulate(q_x, dtype)) + self.z_y, self.low, self.high)

    @property
    def size_bytes(self):
        """Bytes: 1 per code, 4 per bias, and per channel 4 for a multiplier and 1 for a shift."""
        return self.q_w.size + 9 * self.q_b.size

    def config(self):
        """The numbers beside the arrays: what the constructor takes, `rescale` as the name of its class."""
        names = ("z_x", "z_y", "low", "high")
        return {name: getattr(self, name) for name in names} | {"rescale": type(self.rescale).__name__}

    def arrays(self):
        """Codes, biases, and what the rescaling stores."""
        return {"q_w": self.q_w, "q_b": self.q_b, **self.rescale.arrays()}

    def __repr__(self):
        out, inputs = self.q_w.shape[:2]
        return f"{type(self).__name__}({inputs}, {out})"

    def _check_codes(self, q_x, dtype):
        """Return the codes as an array; ValueError for what is not codes, or a dtype that the sums cannot have."""
        owner = type(self).__name__
        if np.dtype(dtype) not in (np.int32, np.int64, np.float64):
            reject(owner, "dtype", "np.int32, np.int64 or np.float64", dtype)
        q_x = array(owner, "q_x", q_x, kinds="iu", expected="codes, integers")
        inputs = self.q_w.shape[1] * getattr(self, "groups", 1)
        if q_x.ndim != self.axes or q_x.shape[1] != inputs:
            reject(owner, "q_x", f"of {self.axes} axes with {inputs} inputs along the second", q_x.shape)
        return q_x


def largest_sum(q_w, q_b):
    """Return the largest magnitude that 255 sum |q_w| + |q_b| of an output can have, an int."""
    sums = 255 * np.abs(q_w.astype(np.int64)).reshape(len(q_w), -1).sum(axis=1) + np.abs(q_b.astype(np.int64))
    return int(sums.max(initial=0))


class IntegerConv2d(IntegerLinear):
    """A convolution on codes: q_w is (out, in / groups, kh, kw); stride and padding are pairs.

    >>> from minicompress.quantization.integer import FixedPointScale
    >>> codes = {"z_x": 0, "z_y": 0, "rescale": FixedPointScale(0.5), "low": -128, "high": 127}
    >>> q_w, q_b = np.ones((1, 1, 2, 2), np.int8), np.zeros(1, np.int32)
    >>> layer = IntegerConv2d(q_w, q_b, stride=(1, 1), padding=(0, 0), groups=1, **codes)
    >>> layer.forward(np.arange(4).reshape(1, 1, 2, 2)).tolist()
    [[[[3]]]]
    """

    axes = 4

    def __init__(self, q_w: np.ndarray, q_b: np.ndarray, *, stride, padding, groups, **options):
        super().__init__(q_w, q_b, **options)
        self.stride, self.padding = _pair("stride", stride, 1), _pair("padding", padding, 0)
        self.groups = whole_number("IntegerConv2d", "groups", groups, low=1)

    def config(self):
        """The numbers beside the arrays: what the constructor takes, `rescale` as the name of its class."""
        return super().config() | {"stride": self.stride, "padding": self.padding, "groups": self.groups}

    def __repr__(self):
        out, inputs, *kernel = self.q_w.shape
        return f"IntegerConv2d({inputs * self.groups}, {out}, {tuple(kernel)})"

    def accumulate(self, q_x, dtype=np.int32):
        """Return acc, int32 (n, oh, ow, out), for q_x (n, in, h, w)."""
        q_x = self._check_codes(q_x, dtype)
        x, w = q_x.astype(dtype) - self.z_x, self.q_w.astype(dtype)
        acc = convolve(x, w, None, self.stride, self.padding, self.groups)
        return acc.transpose(0, 2, 3, 1).astype(np.int32) + self.q_b  # channels last, as multipliers broadcast

    def forward(self, q_x, dtype=np.int32):
        """Return q_y (n, out, oh, ow)."""
        return super().forward(q_x, dtype).transpose(0, 3, 1, 2)


class IntegerMaxPool2d:
    """The largest code of each window; kernel_size, stride, padding are pairs.

    >>> IntegerMaxPool2d((2, 2), (2, 2), (0, 0)).forward(np.arange(4, dtype=np.int8).reshape(1, 1, 2, 2)).tolist()
    [[[[3]]]]
    """

    size_bytes = 0

    def __init__(self, kernel_size, stride, padding):
        self.kernel_size, self.stride = _pair("kernel_size", kernel_size, 1), _pair("stride", stride, 1)
        self.padding = _pair("padding", padding, 0)

    def config(self):
        """Return the arguments of the constructor."""
        return {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}

    def arrays(self):
        """None."""
        return {}

    def __repr__(self):
        return f"IntegerMaxPool2d({self.kernel_size})"

    def forward(self, q, dtype=np.int32):
        """Return the codes (n, c, oh, ow) of q (n, c, h, w)."""
        padded = pad(q, self.padding, np.iinfo(q.dtype).min)
        first, *others = shifted_views(padded, self.kernel_size, self.stride)
        largest = first.copy()
        for view in others:
            np.maximum(largest, view, out=largest)
        return largest


class IntegerReLU:
    """max(q, z): no code below that of 0.

    >>> IntegerReLU(-3).forward(np.array([-5, 2], np.int8)).tolist()
    [-3, 2]
    """

    size_bytes = 0

    def __init__(self, z):
        self.z = whole_number("IntegerReLU", "z", z, low=-128, high=255)

    def config(self):
        """Return the arguments of the constructor."""
        return {"z": self.z}

    def arrays(self):
        """None."""
        return {}

    def __repr__(self):
        return f"IntegerReLU(z={self.z})"

    def forward(self, q, dtype=np.int32):
        """Return the codes, of the shape of q."""
        return np.maximum(q, q.dtype.type(self.z))


class IntegerFlatten:
    """(n, c, h, w) to (n, c h w).

    >>> IntegerFlatten().forward(np.zeros((2, 3, 4, 4), np.int8)).shape
    (2, 48)
    """

    size_bytes = 0

    def config(self):
        """What the constructor takes: nothing."""
        return {}

    def arrays(self):
        """None."""
        return {}

    def __repr__(self):
        return "IntegerFlatten()"

    def forward(self, q, dtype=np.int32):
        """Return the same codes, one row per sample."""
        return q.reshape(len(q), -1) if len(q) else q.reshape(0, int(np.prod(q.shape[1:])))


def _pair(name, value, low):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        reject("integer layers", name, "a pair of integers", value)
    return tuple(whole_number("integer layers", name, n, low=low) for n in value)
