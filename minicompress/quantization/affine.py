"""Affine quantization: a range that is not symmetric around zero becomes integers with a scale and a zero point.

    a = min(low, 0), b = max(high, 0)           the range is widened to hold 0
    s = (b - a) / (qmax - qmin)                 the scale, width of one step; 1.0 if a = b = 0
    z = clip(round(qmin - a/s), qmin, qmax)     the zero point: the integer code of 0.0      `affine_parameters`
    q = clip(round(x/s) + z, qmin, qmax)                                                     `affine_quantize`
    x ~ s (q - z),   |x - s (q - z)| <= s/2 for a <= x <= b                                  `affine_dequantize`

The codes of n bits, `code_range`:

    unsigned  0 .. 2^n - 1               narrow: 1 .. 2^n - 1
    signed    -2^(n-1) .. 2^(n-1) - 1    narrow: -(2^(n-1) - 1) .. 2^(n-1) - 1

Conventions that are often confused:

* z is an integer, so that 0.0 is exact: padding with zeros, the zeros of a ReLU and of a pruned weight stay zero.
  Rounding z moves the range by up to half a step; the ends are clipped by no more than that.
* z is added after the quotient is rounded, as ONNX QuantizeLinear and PyTorch's fake_quantize do.
  `torch.quantize_per_tensor` adds it before: with s = 1, z = 1 the values 0.5, 1.5, 2.5 become 2, 2, 4 there and
  1, 3, 3 here.
* There are 2^n - 1 steps between 2^n codes. Codes outside are clipped; a cast to an integer type would wrap around.
* Rounding is half to even; the quotient is taken in float64.

With low = -high and signed narrow codes, z = 0 and s = high / (2^(n-1) - 1): the symmetric quantizer of `uniform.py`.

Source: Jacob et al. 2017 (arXiv:1712.05877), eq. 1 and section 2.1 (real 0 must be a code).
Left out: how to choose low and high from data (`activations/calibration.py`).
"""

import numpy as np

from minicompress._base.arguments import array, positive, reject, whole_number

__all__ = ["affine_dequantize", "affine_parameters", "affine_quantize", "code_range"]


def code_range(bits: int, *, signed: bool = False, narrow: bool = False) -> tuple[int, int]:
    """Return (qmin, qmax), the least and the largest code of `bits` bits, an integer from 2 to 16.

    `narrow` leaves the least code out: for signed codes the range is symmetric then, and -q exists for every q.

    >>> code_range(8), code_range(8, signed=True, narrow=True)
    ((0, 255), (-127, 127))
    """
    bits = whole_number("code_range", "bits", bits, low=2, high=16)
    qmin = -(2 ** (bits - 1)) if signed else 0
    return qmin + bool(narrow), qmin + 2**bits - 1


def affine_parameters(
    low: float | np.ndarray, high: float | np.ndarray, bits: int, *, signed: bool = False, narrow: bool = False
):
    """Return scale s and zero point z of the grid that covers the values from `low` to `high`, and 0.

    Parameters
    ----------
    low, high : finite numbers, low <= high, in the unit of the data; or two arrays of one shape, one entry per grid.
    bits : integer from 2 to 16.
    signed, narrow : which codes, see `code_range`. Off by default: unsigned codes, all of them, as for activations.

    Returns
    -------
    (s, z) : a float > 0 and an int; for arrays, float64 and int64 arrays of their shape.

    Raises
    ------
    ValueError : low > high, NaN or infinity, different shapes, bits out of range.

    Source: Jacob et al. 2017 (arXiv:1712.05877), section 2.1.

    >>> s, z = affine_parameters(-1.0, 3.0, 4)
    >>> round(s, 4), z
    (0.2667, 4)
    """
    qmin, qmax = code_range(bits, signed=signed, narrow=narrow)
    low, high = _check_range(low, high)
    a, b = np.minimum(low, 0), np.maximum(high, 0)
    # Dividing before subtracting keeps the largest floats from overflow; the smallest from a scale of 0.
    width = np.maximum(b / (qmax - qmin) - a / (qmax - qmin), np.finfo(np.float64).smallest_subnormal)
    s = np.where((a == 0) & (b == 0), 1.0, width)
    z = np.clip(np.rint(qmin - a / s), qmin, qmax).astype(np.int64)
    return (float(s), int(z)) if low.ndim == 0 else (s, z)


def affine_quantize(
    x: np.ndarray, s: float | np.ndarray, z: int | np.ndarray, bits: int, *, signed: bool = False, narrow: bool = False
) -> np.ndarray:
    """Return the codes q = clip(round(x/s) + z, qmin, qmax).

    Parameters
    ----------
    x : array of finite floats, any shape.
    s, z : scale > 0 and integer zero point from qmin to qmax; numbers, or arrays that broadcast to the shape of `x`.
    bits, signed, narrow : which codes, see `code_range`.

    Returns
    -------
    array of the shape of `x`: uint8 or int8 up to 8 bits, uint16 or int16 above.

    Raises
    ------
    ValueError : NaN or infinity in `x`, a scale that is not finite and > 0, an invalid zero point, shapes that
        do not fit, bits out of range.

    >>> affine_quantize(np.array([-1.0, 0.0, 3.0]), 0.25, 4, 4).tolist()
    [0, 4, 15]
    """
    qmin, qmax = code_range(bits, signed=signed, narrow=narrow)
    x = array("affine_quantize", "x", x, finite=True).astype(np.float64)
    s = check_grid("affine_quantize", x.shape, s, z, qmin, qmax)
    with np.errstate(over="ignore"):  # a quotient beyond the largest float64 is clipped like any other
        q = np.clip(np.rint(x / s) + z, qmin, qmax)
    width = 8 if bits <= 8 else 16
    return q.astype(f"int{width}" if signed else f"uint{width}")


def affine_dequantize(q: np.ndarray, s: float | np.ndarray, z: int | np.ndarray, dtype=np.float32) -> np.ndarray:
    """Return s (q - z), computed in float64 and rounded once to `dtype`, floats; s and z broadcast against `q`.

    Raises ValueError for codes that are not numbers, a scale that is not finite and > 0, a zero point that is not an
    integer, shapes that do not fit.

    >>> affine_dequantize(np.array([0, 4, 15], np.uint8), 0.25, 4).tolist()
    [-1.0, 0.0, 2.75]
    """
    q = array("affine_dequantize", "q", q, finite=True)
    s = check_grid("affine_dequantize", None, s, z)
    try:
        np.broadcast_shapes(q.shape, s.shape, np.shape(z))
    except ValueError:
        reject("affine_dequantize", "q, s and z", "of shapes that broadcast", (q.shape, s.shape, np.shape(z)))
    # Subtracted as floats: in uint8 the difference of 3 and 5 would be 254.
    return ((q.astype(np.float64) - z) * s).astype(float_dtype("affine_dequantize", dtype))


def check_grid(owner, shape, s, z, qmin=None, qmax=None):
    """Return s as float64 once s and z are known to be a grid: for an array of `shape`, z a code from qmin to qmax."""
    s, z = positive(owner, "s", s), np.asarray(z)
    expected = "an integer" if qmin is None else f"an integer code from {qmin} to {qmax}"
    if z.dtype.kind not in "iu" or (qmin is not None and ((z < qmin) | (z > qmax)).any()):
        reject(owner, "z", expected, z.tolist())
    for name, value in (("s", s), ("z", z)):
        if shape is not None and not broadcasts(value.shape, shape):
            reject(owner, name, f"a number or an array that broadcasts to shape {shape}", value.shape)
    return s


def broadcasts(shape, to):
    """Whether an array of `shape` broadcasts to the shape `to` without changing it."""
    ends = zip(reversed(shape), reversed(to), strict=False)
    return len(shape) <= len(to) and all(one in (1, other) for one, other in ends)


def float_dtype(owner, dtype):
    """Return `dtype` as a NumPy dtype if it is one of floats: numbers put into an integer type would be cut off."""
    try:
        known = np.dtype(dtype)
    except TypeError:
        known = None
    if dtype is None or known is None or known.kind != "f":
        reject(owner, "dtype", "a type of floats such as np.float32", dtype)
    return known


def _check_range(low, high):
    low, high = (array("affine_parameters", "low and high", end).astype(np.float64) for end in (low, high))
    if low.shape != high.shape:
        reject("affine_parameters", "low and high", "of one shape", (low.shape, high.shape))
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        reject("affine_parameters", "low and high", "finite", (low.tolist(), high.tolist()))
    if (low > high).any():
        reject("affine_parameters", "low", "<= high", (low.tolist(), high.tolist()))
    return low, high
