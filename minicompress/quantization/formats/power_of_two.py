"""Powers of two as weights, so that every product is a shift.

    K    = 2^(bits-1) - 1                       how many exponents: one sign bit, and one code is zero
    high = exponent(max|w|),  low = high - K + 1
    p    = clip(exponent(|w|), low, high)
    q    = sign(w) (p - low + 1)                codes -K..K;  0 where |w| < 2^(low-1)          `power_of_two_codes`
    w    ~ sign(q) 2^(low + |q| - 1)                                                           `power_of_two_values`
    x w  = sign(q) (x << (|q| - 1))  in units of 2^low                                         `shift_product`

There are two rules for the exponent. For |w| between 2^p and 2^(p+1),

    "log"     rounds log2|w| to an integer: up from sqrt(2) 2^p = 1.414 2^p on, the least ratio of error
    "value"   takes the nearer power: up from 1.5 2^p on, the least error

The step is proportional to the weight, which suits weights near zero. But more bits soon stop helping: a further bit
doubles the number of exponents, which only adds powers near zero, and there is no level between max|w| and max|w| / 2
with any number of bits. Additive powers of two (APoT) fill that gap with sums of n powers, each from its own
interleaved set, at the cost of n shifts and additions instead of one shift:

    levels = gamma (p_0 + ... + p_(n-1)),   p_i from {0, 2^-i, 2^-(i+n), ..., 2^-(i + (2^k - 2) n)}     `apot_levels`

Traps: shifting each product to the right loses bits, and an arithmetic shift rounds towards minus infinity (-3 >> 1 is
-2). Here all shifts are to the left, from the smallest exponent up, and the sum is exact. x is widened first: in int8,
100 << 1 is -56. In C a left shift of a negative number is undefined; C++ defines it from C++20 on.

Sources: Miyashita, Lee, Murmann 2016 (arXiv:1603.01025; rounding the logarithm); Zhou et al. 2017 (arXiv:1702.03044,
INQ; the nearer power, floor(log2(4/3 |w|))); Li, Dong, Wang 2020 (arXiv:1909.13144; APoT).
Differs from the papers: one code is zero, where INQ spends a bit on it; for APoT the range is max|w|, not learned, and
weights are not normalized.
Left out: INQ's freezing of one part of the weights after the other; activations as powers of two.
"""

import math

import numpy as np

from minicompress._base.arguments import array, one_of, reject, whole_number
from minicompress.nn.architecture import register
from minicompress.nn.parameter import WeightTransform
from minicompress.quantization.affine import float_dtype

__all__ = [
    "AdditivePowersOfTwo",
    "PowerOfTwo",
    "apot_levels",
    "nearest_level",
    "power_of_two_codes",
    "power_of_two_values",
    "shift_product",
]

UP_FROM = {"log": math.sqrt(2) / 2, "value": 0.75}  # as a share of 2^(p+1)


def power_of_two_codes(w: np.ndarray, bits: int, *, rounding: str = "log") -> tuple[np.ndarray, int]:
    """Return the codes of signed powers of two, and the smallest exponent.

    Parameters
    ----------
    w : array of finite floats, any shape.
    bits : integer from 2 to 6. 2 bits know -2^high, 0 and 2^high; with 6, exponents span 31 and x << 30 fits int64.
    rounding : "log" (the default, Miyashita's) or "value" (INQ's).

    Returns
    -------
    (q, low) : int8 array of the shape of `w`, codes from -K to K; int, the exponent of code 1. low = 1 - K for zeros.
        The largest power is one that the dtype of `w` has: 2^127 for float32, whatever lies above.

    Raises
    ------
    ValueError : bits or rounding not one of these; NaN or infinity.

    Source: Miyashita et al. 2016 (arXiv:1603.01025), Zhou et al. 2017 (arXiv:1702.03044).

    >>> q, low = power_of_two_codes(np.array([1.0, 0.6, -0.1]), 3)
    >>> q.tolist(), low
    ([3, 2, 0], -2)
    """
    bits = whole_number("power_of_two_codes", "bits", bits, low=2, high=6)
    one_of("power_of_two_codes", "rounding", rounding, UP_FROM)
    w = array("power_of_two_codes", "w", w, finite=True)
    size = np.abs(w.astype(np.float64))  # in int8 |-128| would be -128
    exponents = 2 ** (bits - 1) - 1
    largest = np.max(size, initial=0)
    high = int(_exponent(largest, rounding)) if largest else 0
    high = min(high, np.finfo(w.dtype if w.dtype.kind == "f" else np.float64).maxexp - 1)
    low = high - exponents + 1
    p = np.clip(_exponent(size, rounding), low, high)
    q = np.where(size < 2.0 ** (low - 1), 0, p - low + 1)
    return (np.sign(w) * q).astype(np.int8), low


def power_of_two_values(q: np.ndarray, low: int, dtype=np.float32) -> np.ndarray:
    """Return sign(q) 2^(low + |q| - 1), 0 for the code 0: shape of `q`, in `dtype`.

    Raises ValueError for codes that are not integers from -31 to 31, a `low` that is not an integer, or a dtype that is
    not of floats.

    >>> power_of_two_values(np.array([3, 2, -1]), -2).tolist()
    [1.0, 0.5, -0.25]
    """
    q, low = _codes("power_of_two_values", q), whole_number("power_of_two_values", "low", low)
    dtype = float_dtype("power_of_two_values", dtype)
    return (np.sign(q) * np.ldexp(1.0, low + np.abs(q) - 1)).astype(dtype)


def shift_product(x: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return x w^T in units of 2^low, by shifts and additions alone.

    Parameters
    ----------
    x : integers (n, in): codes of activations.
    q : integers (out, in), the codes of `power_of_two_codes`.

    Returns
    -------
    int64 array (n, out), exact; times 2^low it is the product of x with the dequantized weights.

    Raises
    ------
    ValueError : x or q not integers, not matrices, or of different width; codes beyond 31; numbers so large that a sum
        could leave 64 bits.

    >>> shift_product(np.array([[5, 7]]), np.array([[2, -1]])).tolist()
    [[3]]
    """
    x, q = _matrix("x", x), _codes("shift_product", _matrix("q", q))
    if x.shape[1] != q.shape[1]:
        raise ValueError(f"shift_product: x and q must have equally many columns, got {x.shape} and {q.shape}")
    _check_sums(x, q)
    wide, y = x.astype(np.int64), np.zeros((len(x), len(q)), np.int64)
    for o, row in enumerate(q):
        for sign in (1, -1):  # one part of the inputs is added, one subtracted, the others stay out
            taken = np.sign(row) == sign
            y[:, o] += sign * np.left_shift(wide[:, taken], np.abs(row[taken]) - 1).sum(axis=1)
    return y


def apot_levels(bits: int, *, base: int = 2) -> np.ndarray:
    """Return the levels of additive powers of two, ascending, from -1 to 1: float64 array.

    Parameters
    ----------
    bits : integer from 2 to 9; one of them is the sign, `base` of the others choose each power.
    base : integer >= 1, k; it must divide bits - 1. 2 as in the paper: 3 bits are one term, 5 bits two, 7 bits three.

    Raises ValueError for others. Source: Li, Dong, Wang 2020 (arXiv:1909.13144), the definition of APoT.

    >>> apot_levels(3)[4:].tolist()
    [0.25, 0.5, 1.0]
    """
    bits = whole_number("apot_levels", "bits", bits, low=2, high=9)
    base = whole_number("apot_levels", "base", base, low=1, high=4)
    if (bits - 1) % base:
        reject("apot_levels", "base", f"a divisor of bits - 1 = {bits - 1}", base)
    n, levels = (bits - 1) // base, np.zeros(1)
    for i in range(n):
        powers = np.append(0.0, np.exp2(-(i + n * np.arange(2.0**base - 1))))
        levels = np.add.outer(levels, powers).ravel()
    levels = np.unique(levels) / levels.max()
    return np.unique(np.concatenate([-levels, levels]))  # -0.0 and 0.0 are one


def nearest_level(w: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the nearest of the ascending `levels` for each weight, float64, shape of `w`; a tie takes the lower.

    Raises ValueError for levels that are no ascending vector of finite numbers, and for weights with NaN.

    >>> nearest_level(np.array([0.3, -0.9]), np.array([-1.0, 0.0, 1.0])).tolist()
    [0.0, -1.0]
    """
    levels = array("nearest_level", "levels", levels, finite=True).astype(np.float64)
    if levels.ndim != 1 or not levels.size or (np.diff(levels) < 0).any():
        reject("nearest_level", "levels", "an ascending vector", levels.tolist())
    w = array("nearest_level", "w", w)
    if np.isnan(w).any():
        raise ValueError(f"nearest_level: w must be free of NaN, got NaN in an array of shape {w.shape}")
    middles = levels[1:] / 2 + levels[:-1] / 2
    return levels[np.searchsorted(middles, w.astype(np.float64))]


@register
class PowerOfTwo(WeightTransform):
    """Show the network signed powers of two and pass gradients straight through to the master.

    Parameters as of `power_of_two_codes`. The exponents follow max|w| at each forward, so no weight is out of range and
    the gradient passes everywhere.

    >>> PowerOfTwo(3).forward(np.array([1.0, 0.6, -0.1])).tolist()
    [1.0, 0.5, 0.0]
    """

    def __init__(self, bits: int, *, rounding: str = "log"):
        self.bits = whole_number("PowerOfTwo", "bits", bits, low=2, high=6)
        self.rounding = one_of("PowerOfTwo", "rounding", rounding, UP_FROM)

    def forward(self, w):
        """Return the powers, shape and dtype of `w`."""
        q, low = power_of_two_codes(w, self.bits, rounding=self.rounding)
        return power_of_two_values(q, low, w.dtype)

    def backward(self, dy):
        """Return dy: straight through."""
        return np.array(dy)

    def surrogate(self, w):
        """Return the function whose derivative `backward` is: the identity."""
        return np.array(w)

    def config(self):
        """Return the arguments of the constructor."""
        return {"bits": self.bits, "rounding": self.rounding}

    def __repr__(self):
        return f"PowerOfTwo({self.bits}, rounding={self.rounding!r})"


@register
class AdditivePowersOfTwo(WeightTransform):
    """Show the network max|w| times the nearest level of `apot_levels`, and pass gradients straight through.

    >>> AdditivePowersOfTwo(5).forward(np.array([1.0, 0.6, -0.1])).round(4).tolist()
    [1.0, 0.6667, -0.0833]
    """

    def __init__(self, bits: int, *, base: int = 2):
        self.levels = apot_levels(bits, base=base)
        self.bits, self.base = int(bits), int(base)

    def forward(self, w):
        """Return the weights as additive powers of two, shape and dtype of `w`."""
        if not np.isfinite(w).all():
            raise ValueError(f"{self!r}: w must be finite, got NaN or infinity in an array of shape {w.shape}")
        largest = float(np.max(np.abs(w), initial=0)) or 1.0
        return (largest * nearest_level(np.asarray(w, dtype=np.float64) / largest, self.levels)).astype(w.dtype)

    def backward(self, dy):
        """Return dy: straight through."""
        return np.array(dy)

    def surrogate(self, w):
        """Return the function whose derivative `backward` is: the identity."""
        return np.array(w)

    def config(self):
        """Return the arguments of the constructor."""
        return {"bits": self.bits, "base": self.base}

    def __repr__(self):
        return f"AdditivePowersOfTwo({self.bits}, base={self.base})"


def _matrix(name, value):
    value = array("shift_product", name, value, kinds="iu", expected="a matrix of integers")
    if value.ndim != 2:
        reject("shift_product", name, "a matrix of integers", f"{value.dtype} of shape {value.shape}")
    return value


def _codes(owner, q):
    """The codes as int64, where neither |q| nor a shift wraps around."""
    q = array(owner, "q", q, kinds="iu", expected="integers from -31 to 31")
    if q.size and (q.min() < -31 or q.max() > 31):
        reject(owner, "q", "integers from -31 to 31", (int(q.min()), int(q.max())))
    return q.astype(np.int64)


def _check_sums(x, q):
    """Raise ValueError if a sum of shifted inputs, in any order, could exceed 64 bits."""
    largest = np.max(np.abs(x.astype(np.float64)), axis=0, initial=0)
    sums = np.where(q == 0, 0, np.ldexp(1.0, np.abs(q) - 1)) @ largest
    if sums.max(initial=0) * (1 + 1e-6) >= 2.0**63:
        reject("shift_product", "x", "so small that sums stay within 64 bits", f"sums up to {sums.max():.3g}")


def _exponent(size, rounding):
    """The exponent of each power; anything for 0. frexp is exact where log2 may be off by a rounding."""
    mantissa, exponent = np.frexp(size)  # size = mantissa 2^exponent, mantissa in [1/2, 1)
    return exponent - 1 + (mantissa >= UP_FROM[rounding])
