"""Shorter floats: float16, bfloat16 and FP8, encoded and decoded bit by bit. ("Full precision" is float32 itself.)

    (-1)^sign 2^(E - bias) (1 + f / 2^M)         normal numbers, 0 < E
    (-1)^sign 2^(1 - bias) (f / 2^M)             E = 0: zero and the subnormal numbers
    code = sign, E, f side by side               1 + e + M bits, bias = 2^(e-1) - 1

    format          e   M   largest       smallest normal   smallest      relative step
    float32         8  23   3.4e38        1.2e-38           1.4e-45       2^-23
    float16         5  10   65,504        6.1e-5            6.0e-8        2^-10
    bfloat16        8   7   3.4e38        1.2e-38           9.2e-41       2^-7
    float8 E4M3     4   3   448           2^-6              2^-9          2^-3
    float8 E5M2     5   2   57,344        2^-14             2^-16         2^-2

Every float has its own scale, the exponent, so 16-bit floats mostly need no other scale, whereas integers always do.
The range of 8 bits is too short: FP8 needs a scale for each tensor or block (`cast_weights`).

Encoding is integer arithmetic on the bits. Read as integers, the codes of positive floats are in the order of their
values; so dropping bits with rounding, half to even, may carry from the fraction into the exponent, and from the
largest number into infinity, and is right each time:

    q = (n + 2^(k-1) - 1 + bit k of n) >> k      n: exponent, moved to the new bias, and fraction; k bits are dropped

Below the smallest normal number the 1 before the fraction is written out, and one more bit goes for each power of two.

Conventions that are confused: E4M3 has no infinity, and only S.1111.111 is NaN, which is how it reaches 448. What is
too large becomes infinity, or NaN in E4M3, or with `saturate` the largest number. NaN stays NaN, without its payload.

Sources: IEEE 754 (float16); Micikevicius et al. 2022 (arXiv:2209.05433; FP8); OCP 8-bit Floating Point Specification
(OFP8), revision 1.0, 2023, for the saturating and the other conversion.
Left out: arithmetic in these formats, stochastic rounding, block formats such as MX.
"""

from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, reject, whole_number
from minicompress.nn.seen import check_layers, master_weights, seen_weights
from minicompress.quantization.affine import float_dtype

__all__ = [
    "BFLOAT16",
    "FLOAT8_E4M3",
    "FLOAT8_E5M2",
    "FLOAT16",
    "FloatFormat",
    "cast_weights",
    "decode_float",
    "encode_float",
    "round_to_float",
]


@dataclass(frozen=True)
class FloatFormat:
    """A binary floating-point format with subnormal numbers.

    `nan_code` is the positive code that NaN is encoded as; `infinity_code` is None where the format has no infinity.
    A format has 2 to 8 bits of exponent and 1 to 23 of mantissa, as float32 has.

    >>> FLOAT8_E4M3.bits, FLOAT8_E4M3.max, FLOAT16.smallest_subnormal
    (8, 448.0, 5.960464477539063e-08)
    """

    name: str
    exponent_bits: int
    mantissa_bits: int
    nan_code: int
    infinity_code: int | None

    def __post_init__(self):
        # Python's ints: NumPy's narrow ones wrap around in sums and powers.
        self._set("exponent_bits", low=2, high=8)
        self._set("mantissa_bits", low=1, high=23)
        self._set("nan_code", low=1, high=2 ** (self.bits - 1) - 1)
        if self.infinity_code is not None:
            self._set("infinity_code", low=1, high=self.nan_code - 1)

    def _set(self, name, **limits):
        object.__setattr__(self, name, whole_number("FloatFormat", name, getattr(self, name), **limits))

    @property
    def bits(self):
        """Bits of a code, the sign among them."""
        return 1 + self.exponent_bits + self.mantissa_bits

    @property
    def bias(self):
        """The number that is subtracted from the stored exponent."""
        return 2 ** (self.exponent_bits - 1) - 1

    @property
    def largest_code(self):
        """The code of the largest finite number: the one before infinity, or before NaN."""
        return (self.nan_code if self.infinity_code is None else self.infinity_code) - 1

    @property
    def max(self):
        """The largest finite number."""
        return float(decode_float(self.largest_code, self, np.float64))

    @property
    def smallest_normal(self):
        """The smallest positive number with all its digits."""
        return 2.0 ** (1 - self.bias)

    @property
    def smallest_subnormal(self):
        """The smallest positive number."""
        return self.smallest_normal * self.epsilon

    @property
    def epsilon(self):
        """The distance from 1 to the next number; rounding errs by half of it, relative to the power of two below."""
        return 2.0**-self.mantissa_bits


FLOAT16 = FloatFormat("float16", 5, 10, nan_code=0x7E00, infinity_code=0x7C00)
BFLOAT16 = FloatFormat("bfloat16", 8, 7, nan_code=0x7FC0, infinity_code=0x7F80)
FLOAT8_E4M3 = FloatFormat("float8_e4m3", 4, 3, nan_code=0x7F, infinity_code=None)
FLOAT8_E5M2 = FloatFormat("float8_e5m2", 5, 2, nan_code=0x7F, infinity_code=0x7C)
_TINY = float(np.finfo(np.float64).smallest_subnormal)  # where a quotient of float64 numbers underflows


def encode_float(x: np.ndarray, format: FloatFormat, *, saturate: bool = False) -> np.ndarray:
    """Return the codes of the numbers of `format` nearest to x, half to even.

    Parameters
    ----------
    x : array of floats of at most 64 bits, any shape; rounded once, from its own precision.
    format : FloatFormat.
    saturate : whether numbers that are too large, and infinity, become the largest finite number instead of infinity
        (or NaN if the format has no infinity). A number is too large if, with an unbounded exponent, it would round
        beyond the largest finite number.

    Returns
    -------
    array of the shape of `x`: uint8 for formats of 8 bits, uint16 or uint32 for longer ones. The sign of zero and of
    NaN is kept.

    >>> encode_float(np.array([1.0, 449.0]), FLOAT8_E4M3, saturate=True).tolist()
    [56, 126]
    """
    _check_format("encode_float", format)
    u = _as_float64("encode_float", x).view(np.int64)
    a = u & (2**63 - 1)
    exponent, fraction = a >> 52, a & (2**52 - 1)
    # One more bit is dropped for each power of two below the smallest normal; after M + 2 of them nothing is left.
    below = np.clip(1 - format.bias - (exponent - 1023), 0, format.mantissa_bits + 2)
    n = (np.maximum(exponent - 1023 + format.bias, 1) << 52) + fraction
    k = 52 - format.mantissa_bits + below
    q = (n + (1 << (k - 1)) - 1 + ((n >> k) & 1)) >> k
    too_large = format.largest_code if saturate else format.largest_code + 1  # the code of infinity, or of NaN
    q = np.where(q > format.largest_code, too_large, q)
    q = np.where(a > 0x7FF << 52, format.nan_code, q)
    q |= (u < 0).astype(np.int64) << (format.bits - 1)
    return q.astype(np.uint8 if format.bits <= 8 else np.uint16 if format.bits <= 16 else np.uint32)


def decode_float(code: np.ndarray, format: FloatFormat, dtype=np.float32) -> np.ndarray:
    """Return the numbers that the codes stand for, as `dtype`; exact in float32 and float64. Every code has a value.

    Raises ValueError for invalid codes, an invalid format, or a dtype that is not of floats.

    >>> decode_float(np.array([0x3C00, 0x7C00]), FLOAT16).tolist()
    [1.0, inf]
    """
    _check_format("decode_float", format)
    dtype = float_dtype("decode_float", dtype)
    expected = f"integers from 0 to {2**format.bits - 1}"
    code = array("decode_float", "code", code, kinds="iu", expected=expected)
    if np.any((code < 0) | (code >= 2**format.bits)):
        reject("decode_float", "code", expected, code)
    code = code.astype(np.int64)
    a = code & (2 ** (format.bits - 1) - 1)
    exponent, fraction = a >> format.mantissa_bits, a & (2**format.mantissa_bits - 1)
    significand = fraction + np.where(exponent > 0, 2**format.mantissa_bits, 0)
    y = np.ldexp(significand.astype(np.float64), np.maximum(exponent, 1) - format.bias - format.mantissa_bits)
    y = np.where(a > format.largest_code, np.nan, y)
    if format.infinity_code is not None:
        y = np.where(a == format.infinity_code, np.inf, y)
    return np.copysign(y, np.where(code >> (format.bits - 1), -1.0, 1.0)).astype(dtype)


def round_to_float(x: np.ndarray, format: FloatFormat, *, saturate: bool = False) -> np.ndarray:
    """Return x rounded to the nearest numbers of `format`, in the shape and dtype of x; errors as in `encode_float`.

    >>> round_to_float(np.array([1.1, 300.0]), FLOAT8_E4M3).tolist()
    [1.125, 288.0]
    """
    x = _check_floats("round_to_float", x)
    return decode_float(encode_float(x, format, saturate=saturate), format, x.dtype)


def cast_weights(model, format: FloatFormat, *, scaled: bool = False) -> list[float]:
    """Round every weight to `format`, in place and in the array's own dtype; return the scales.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`, a list of NumPy arrays of floats. Biases stay.
    format : FloatFormat.
    scaled : divide each array by s = max|w| / format.max before rounding and multiply by s after it, so that its
        largest weight becomes the largest number: what FP8 needs. What a mask hides does not count. Off by default: 16
        bits hold usual weights unscaled.

    Returns
    -------
    list of float, s of each array; 1.0 for arrays of zeros and where `scaled` is off.

    Raises
    ------
    ValueError : a weight array that is not writable or not of floats of at most 64 bits; a weight that is NaN,
        infinite, or, without `scaled`, beyond format.max. Nothing is changed then.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> cast_weights(model, FLOAT16)
    [1.0, 1.0]
    """
    check_layers("cast_weights", model)
    _check_format("cast_weights", format)
    weights = master_weights(model)
    for w in weights:
        _check_castable(w)
    largest = [_largest(w[seen != 0] if scaled else w) for w, seen in zip(weights, seen_weights(model), strict=True)]
    if not scaled and max(largest, default=0) > format.max:
        reject("cast_weights", "weights", f"at most {format.max:g} in magnitude, or `scaled` on", max(largest))
    scales = [max(max_w / format.max, _TINY) if scaled and max_w > 0 else 1.0 for max_w in largest]
    for w, s in zip(weights, scales, strict=True):
        w[...] = round_to_float(w.astype(np.float64) / s, format, saturate=True) * s
    return scales


def _check_castable(w):
    if not isinstance(w, np.ndarray) or w.dtype.kind != "f" or w.dtype.itemsize > 8:
        got = getattr(w, "dtype", type(w).__name__)
        raise ValueError(f"cast_weights: weights must be NumPy arrays of floats of at most 64 bits, got {got}")
    if not w.flags.writeable:
        raise ValueError(f"cast_weights: weights must be writable arrays, got a read-only one of shape {w.shape}")
    if not np.isfinite(w).all():
        raise ValueError(f"cast_weights: weights must be finite, got NaN or infinity in an array of shape {w.shape}")


def _largest(w):
    return float(np.max(np.abs(w), initial=0))


def _check_floats(owner, x):
    x = array(owner, "x", x, kinds="f", expected="an array of floats of at most 64 bits")
    if x.dtype.itemsize > 8:
        reject(owner, "x", "an array of floats of at most 64 bits", x.dtype)
    return x


def _as_float64(owner, x):
    x = _check_floats(owner, x)
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
        return np.ascontiguousarray(x, dtype=np.float64).reshape(x.shape)


def _check_format(owner, format):
    if not isinstance(format, FloatFormat):
        reject(owner, "format", "a FloatFormat such as FLOAT16", format)
