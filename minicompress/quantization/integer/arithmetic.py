"""Integer arithmetic of one layer: from input codes to output codes, with one multiplier in place of the scales.

With x = s_x (q_x - z_x), y = s_y (q_y - z_y), w = s_w q_w (symmetric, s_w for each output channel), y = w x + b is

    acc = sum (q_x - z_x) q_w + q_b             q_b = round(b / (s_x s_w)): the bias, in units of the accumulator
    q_y = clip(z_y + round(M acc), low, high)   M = s_x s_w / s_y, the only real number that is left

and M becomes an integer and a shift:

    M = M0 2^-n,  M0 in [2^30, 2^31)            round(M acc) = (acc M0 + 2^(n-1)) >> n        `FixedPointScale`

The sum has 32 bits: a product of two 8-bit codes takes 16, the zero point one more, and each doubling of the number of
products one more. acc M0 takes 64. A ReLU costs nothing: low = z_y. The sum of z_x q_w does not depend on x, so engines
add it to q_b beforehand; here it stays in the sum for readability.

Engines round differently, which matters where M acc is near a half:

    FixedPointScale      once, a half up                                 ruy; TensorFlow Lite, if built for it
    TwiceRoundedScale    to an integer, then again after the shift       gemmlowp, TensorFlow Lite
    FloatScale           float32(acc) float32(M), half to even           ONNX Runtime; XNNPACK, a scale for each channel

Source: Jacob et al. 2017 (arXiv:1712.05877), sections 2.2 to 2.4.
Differs from the paper: weights are symmetric, with a scale for each output channel, as in today's specifications.
Left out: speed; `layers.py` says how float64 gives the same sums faster.
"""

import numpy as np

from minicompress._base.arguments import array, positive, reject, whole_number

__all__ = ["FixedPointScale", "FloatScale", "TwiceRoundedScale", "fixed_point_multiplier", "quantize_bias", "saturate"]

_INT32 = 2**31 - 1


def _accumulators(scale, acc):
    """acc as an array, if it holds integers of 32 bits: the product with M0 would leave 64 with more."""
    owner, expected = type(scale).__name__, "integers of at most 32 bits"
    acc = array(owner, "acc", acc, kinds="iu", expected=expected)
    is_wide = acc.dtype.itemsize > 4 or acc.dtype == np.uint32
    if is_wide and acc.size and (acc.min() < -_INT32 - 1 or acc.max() > _INT32):
        reject(owner, "acc", expected, (int(acc.min()), int(acc.max())))
    return acc


def fixed_point_multiplier(m) -> tuple[np.ndarray, np.ndarray]:
    """Return M0 and n with M = M0 2^-n up to half a unit of M0, for numbers 2^-30 <= M < 2^30.

    Returns
    -------
    (m0, n) : int64 arrays of the shape of `m`; 2^30 <= M0 < 2^31, so that M0 fits into 31 bits.

    Raises ValueError for an M outside.

    >>> m0, n = fixed_point_multiplier(0.75)
    >>> int(m0) * 2.0 ** -int(n)
    0.75
    """
    m = array("fixed_point_multiplier", "m", m, expected="numbers from 2^-30 to below 2^30").astype(np.float64)
    if not np.all((m >= 2.0**-30) & (m < 2.0**30)):  # NaN fails here
        reject("fixed_point_multiplier", "m", "from 2^-30 to below 2^30", m.tolist())
    f, e = np.frexp(m)
    m0, n = np.rint(np.ldexp(f, 31)).astype(np.int64), 31 - e.astype(np.int64)
    full = m0 == 2**31  # f rounded up to 1: one bit too many
    return np.where(full, 2**30, m0), n - full


class FixedPointScale:
    """round(M acc) with an integer multiplier and a shift: rounded once, to nearest, a half up.

    Parameters
    ----------
    m : array (out,) of numbers from 2^-30 to below 2^30, one for each output channel; or one number.

    Called with acc (..., out), integers of at most 32 bits, it returns int64; ValueError for others.

    Attributes
    ----------
    m0, n : int64 arrays of the shape of `m`, M = M0 2^-n.

    >>> FixedPointScale(0.3)(np.array([10, -11])).tolist()
    [3, -3]
    """

    def __init__(self, m):
        self.m0, self.n = fixed_point_multiplier(m)

    @classmethod
    def from_arrays(cls, arrays):
        """Return the scale whose `arrays()` these are; ValueError if they are not."""
        scale = cls.__new__(cls)
        m0, n = (array(cls.__name__, name, arrays[name], kinds="i", expected="integers") for name in ("m0", "n"))
        if m0.shape != n.shape or ((m0 < 2**30) | (m0 >= 2**31) | (n < 1) | (n > 61)).any():
            reject(cls.__name__, "m0 and n", "of one shape, from 2^30 to below 2^31 and from 1 to 61", m0.tolist())
        scale.m0, scale.n = m0.astype(np.int64), n.astype(np.int64)
        return scale

    def arrays(self):
        """What is stored: m0 and n, in 4 bytes and 1."""
        return {"m0": self.m0.astype(np.int32), "n": self.n.astype(np.int8)}

    def __repr__(self):
        return f"{type(self).__name__}(m of shape {self.m0.shape})"

    def __call__(self, acc):
        """Return the integers round(M acc)."""
        acc = _accumulators(self, acc)
        return (acc.astype(np.int64) * self.m0 + (np.int64(1) << (self.n - 1))) >> self.n


class TwiceRoundedScale(FixedPointScale):
    """The same with two roundings, as in gemmlowp: to an integer behind the product, and once more behind the shift.

    In the first a half goes up, in the second away from zero. Differs from gemmlowp: M >= 1 is rounded once.

    >>> TwiceRoundedScale(0.3)(np.array([10, -11])).tolist()
    [3, -4]
    """

    def __call__(self, acc):
        """Return the integers round(M acc), rounded twice."""
        acc = _accumulators(self, acc)
        shift = np.maximum(self.n - 31, 0)
        first = self.n - shift
        high = (acc.astype(np.int64) * self.m0 + (np.int64(1) << (first - 1))) >> first
        mask = (np.int64(1) << shift) - 1
        return (high >> shift) + ((high & mask) > (mask >> 1) + (high < 0))


class FloatScale:
    """round(M acc) on a processor with floats: float32(acc) times float32(M), half to even.

    `m` is an array of numbers > 0, or one number, within float32; ValueError for others.

    >>> FloatScale(0.25)(np.array([10, -11])).tolist()
    [2, -3]
    """

    def __init__(self, m):
        with np.errstate(over="ignore"):
            self.m = positive("FloatScale", "m", m).astype(np.float32)
        positive("FloatScale", "float32(m)", self.m)

    @classmethod
    def from_arrays(cls, arrays):
        """Return the scale whose `arrays()` these are; ValueError if they are not."""
        return cls(arrays["m"])

    def arrays(self):
        """What is stored: m, in 4 bytes."""
        return {"m": self.m}

    def __repr__(self):
        return f"FloatScale(m of shape {self.m.shape})"

    def __call__(self, acc):
        """Return the integers round(M acc)."""
        acc = _accumulators(self, acc)
        return np.rint(acc.astype(np.float32) * self.m).astype(np.int64)


def quantize_bias(b: np.ndarray, s: float | np.ndarray) -> np.ndarray:
    """Return the int32 codes round(b / s), half to even, of a bias in units s = s_x s_w of the accumulator.

    Raises ValueError if b is not finite, s not finite and > 0, or a code does not fit into 32 bits: s_x s_w is too
    small for it.

    >>> quantize_bias(np.array([1.0, -0.3]), 0.01).tolist()
    [100, -30]
    """
    b, s = array("quantize_bias", "b", b), positive("quantize_bias", "s", s)
    with np.errstate(over="ignore"):
        q = np.rint(b.astype(np.float64) / s)
    if not np.all(np.abs(q) <= _INT32):  # NaN fails here
        largest = "NaN" if np.isnan(q).any() else f"{np.abs(q).max():.3g}"
        reject("quantize_bias", "b / s", "finite and within 32 bits", largest)
    return q.astype(np.int32)


def saturate(q: np.ndarray, low: int, high: int) -> np.ndarray:
    """Return the integers q as int8, or uint8 if low is not negative, those outside replaced by the nearer end.

    Raises ValueError for ends that the type has not or that are out of order, and for a q that is not of integers.

    >>> saturate(np.array([-300, 5, 300]), -128, 127).tolist()
    [-128, 5, 127]
    """
    low = whole_number("saturate", "low", low, low=-128, high=255)
    high = whole_number("saturate", "high", high, low=low, high=127 if low < 0 else 255)
    q = array("saturate", "q", q, kinds="iu", expected="integers")
    return np.clip(q, low, high).astype(np.int8 if low < 0 else np.uint8)
