"""Symmetric uniform quantization: float weights become small integers times a scale.

    m = 2^(bits-1) - 1        the largest code: 127 for 8 bits
    s = max|w| / m            the scale, width of one step; 1.0 if all weights are zero
    q = clip(round(w/s), -m, m)                                           `quantize`
    w ~ q * s,   |w - q*s| <= s/2                                         `dequantize`

Conventions that are often confused:

* Narrow range: codes -127..127, so that 0 is exact and -w gets the code -q. Others divide by 127.5 (PyTorch's symmetric
  observers, codes -128..127) or by 128; the same weights then get different scales.
* Rounding is half to even, as in IEEE 754, NumPy and PyTorch: 0.5 -> 0, 1.5 -> 2, 2.5 -> 2.
* `s` is the step. Some tools (Distiller) call its reciprocal the scale.

A common wrong answer, `round(w / 2**(bits-1)) * 2**(bits-1)`, uses the number of levels as the width of a step: at 8
bits the step is 128, and all of 100,000 weights drawn from N(0, 0.05) become 0. More bits make it worse. The step must
shrink with the number of bits and follow the range of the weights.

Sources: Jacob et al. 2017 (arXiv:1712.05877), eq. 1 with zero point z = 0, section 3 for the narrow range of weights;
Krishnamoorthi 2018 (arXiv:1806.08342), section 2.2.
Left out: zero points, one scale for each channel, ranges of activations.
"""

import numpy as np

from minicompress._base.arguments import array, positive, reject, whole_number
from minicompress.nn.seen import check_layers, master_weights, seen_weights
from minicompress.quantization.affine import broadcasts, float_dtype

__all__ = ["dequantize", "quantization", "quantize", "symmetric_scale"]


def symmetric_scale(w: np.ndarray, bits: int) -> float:
    """Return s = max|w| / m as a float, or 1.0 if `w` is empty or all zero.

    The division is in float64, where even a float32 array of subnormal numbers has a scale above 0. For a float64 array
    whose quotient would underflow, the smallest positive number stands in for it, so that w/s is never 0/0.

    Raises ValueError for `w` that are not numbers or not finite, and for bits that are not an integer from 2 to 16.

    >>> symmetric_scale(np.array([0.5, -1.27]), 8)
    0.01
    """
    m = _largest_code(bits)
    w = array("symmetric_scale", "w", w, finite=True)
    magnitudes = np.abs(w if w.dtype.kind == "f" else w.astype(np.float64))  # in int8 |-128| would be -128
    max_w = float(np.max(magnitudes, initial=0))
    if max_w == 0:
        return 1.0
    return max(max_w / m, float(np.finfo(np.float64).smallest_subnormal))


def quantize(w: np.ndarray, s: float | np.ndarray, bits: int) -> np.ndarray:
    """Return the codes q = clip(round(w/s), -m, m): shape of `w`, int8 up to 8 bits, int16 above.

    w/s is taken in float64: in float32 the quotient is rounded once before it is rounded to an integer, and at 16 bits
    (quotients up to 32,767, spaced 0.002 apart) that moves numbers across a half.

    Raises ValueError for `w` that are not numbers or not finite, for a scale that is not finite and > 0 or does not
    broadcast to the shape of `w`, and for bits that are not an integer from 2 to 16.

    >>> quantize(np.array([1.0, -0.5, 0.1]), 0.25, 4).tolist()
    [4, -2, 0]
    """
    m = _largest_code(bits)
    w, s = array("quantize", "w", w, finite=True), positive("quantize", "s", s)
    if not broadcasts(s.shape, w.shape):
        reject("quantize", "s", f"a number or an array that broadcasts to shape {w.shape}", s.shape)
    with np.errstate(over="ignore"):  # a quotient beyond the largest float64 is clipped like any other
        # Codes, not floats, are clipped: a weight is out of range only if it rounds to a code that does not exist.
        q = np.clip(np.rint(w.astype(np.float64) / s), -m, m)
    return q.astype(np.int8 if bits <= 8 else np.int16)


def dequantize(q: np.ndarray, s: float | np.ndarray, dtype=np.float32) -> np.ndarray:
    """Return q * s, multiplied in float64 and rounded once to `dtype`, floats.

    Raises ValueError for codes that are not numbers, a scale that is not finite and > 0, shapes that do not fit.

    >>> dequantize(np.array([4, -2, 0], np.int8), 0.25).tolist()
    [1.0, -0.5, 0.0]
    """
    q, s = array("dequantize", "q", q, finite=True), positive("dequantize", "s", s)
    try:
        np.broadcast_shapes(q.shape, s.shape)
    except ValueError:
        reject("dequantize", "q and s", "of shapes that broadcast", (q.shape, s.shape))
    return (q.astype(np.float64) * s).astype(float_dtype("dequantize", dtype))


def quantization(model, bits: int) -> list[float]:
    """Replace every weight, in place and in its array's dtype, by the nearest multiple q*s of the array's scale.

    Symmetric, one scale per weight array, rounding half to even; biases do not change. Zeros stay zero, so a pruned
    model stays as sparse. The arrays are still floats, with fewer different values; `minicompress.deploy.encode` stores
    them in fewer bytes.

    Parameters
    ----------
    model : an object with `.layers`, each with `.weights`, a list of NumPy arrays of floats. Where a weight carries
        transforms, the scale is that of the weights which the network does not see as 0: what a mask
        hides does not count.
    bits : integer from 2 to 16. (1 bit would leave the codes {0}: binary nets are another method.)

    Returns
    -------
    list of float, the scales, in the order of `model.layers` and `layer.weights`.

    Raises
    ------
    ValueError : `bits` no integer from 2 to 16; a weight array not writable, not of floats, or with NaN or infinity.
        Nothing is changed then.

    Source: Krishnamoorthi 2018 (arXiv:1806.08342), section 2.2.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> scales = quantization(model, 4)
    >>> len(scales), np.unique(model.layers[1].weights[0]).size <= 15
    (2, True)
    """
    check_layers("quantization", model)
    bits = whole_number("quantization", "bits", bits, low=2, high=16)
    weights = master_weights(model)
    for w in weights:
        _check_quantizable(w)

    scales = [symmetric_scale(w[seen != 0], bits) for w, seen in zip(weights, seen_weights(model), strict=True)]
    for w, s in zip(weights, scales, strict=True):
        w[...] = dequantize(quantize(w, s, bits), s, w.dtype)
    return scales


def _largest_code(bits):
    return 2 ** (whole_number("quantizer", "bits", bits, low=2, high=16) - 1) - 1


def _check_quantizable(w):
    if not isinstance(w, np.ndarray) or not np.issubdtype(w.dtype, np.floating):
        raise ValueError(f"quantization: weights must be NumPy arrays of floats, got {getattr(w, 'dtype', type(w))}")
    if not w.flags.writeable:
        raise ValueError(f"quantization: weights must be writable arrays, got a read-only one of shape {w.shape}")
    if not np.isfinite(w).all():
        raise ValueError(f"quantization: weights must be finite, got NaN or infinity in an array of shape {w.shape}")
