"""How many weights share one scale: all of an array, those of an output channel, or a small group of them?

    per tensor     s      = max |w| / m
    per channel    s_o    = max over i of |w_oi| / m              axis=0, one scale for each output
    per group      s_og   = max over i in group g of |w_oi| / m   group_size consecutive weights of an output

    bits of a weight = bits + scale_bits / (weights that share a scale)                             `effective_bits`

The smallest range pays for the largest that shares its scale, so finer scales lower the error; each scale costs bits.
At 4 bits and groups of 32 a float16 scale adds half a bit.

Why along the outputs? y_o = sum over i of w_oi x_i. A scale per output, s_o, is a factor of the whole sum: the integers
are summed, and the sum is multiplied once. A scale per input, s_i, would be inside the sum, so the accumulator could
not be an integer. Groups need an integer sum and a multiplication each, which is why they have 32 to 128 weights and
not 2.

Scales have a shape that broadcasts to `w` (for groups, the shape of `w`), for use with the functions of `uniform.py`
and `affine.py`:

    s = symmetric_scales(w, 4, group_size=32);                     q = quantize(w, s, 4)
    s, z = affine_parameters(*block_range(w, group_size=32), 4);   q = affine_quantize(w, s, z, 4)

Groups run along the rows of the array seen as a matrix (out, the rest): in a convolution over (in, kh, kw).

Sources: Krishnamoorthi 2018 (arXiv:1806.08342; channels); Frantar et al. 2022 (arXiv:2210.17323; GPTQ, groups of
consecutive weights); Dettmers et al. 2023 (arXiv:2305.14314; QLoRA, blocks and what their scales cost).
Left out: scales that are themselves quantized (double quantization); groups that are reordered first.
"""

import math

import numpy as np

from minicompress._base.arguments import array, reject, whole_number
from minicompress.quantization.affine import code_range

__all__ = ["block_range", "effective_bits", "scale_count", "symmetric_scales"]


def block_range(
    w: np.ndarray, *, axis: int | None = None, group_size: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return (low, high), the least and the largest weight among those that share a scale.

    Parameters
    ----------
    w : array of floats, any shape.
    axis : one range for each index along this axis, 0 for output channels; None (the default) for one range in all.
    group_size : number of consecutive weights of a row that share a range; it must divide the length of a row.

    Returns
    -------
    two arrays that broadcast to the shape of `w`: of no axes per tensor, (out, 1, ...) per channel, the shape of `w`
    per group. Where there are no weights, 0.

    Raises
    ------
    ValueError : axis and group_size together, an axis that `w` has not, a group size that does not divide; `w` not
        of numbers or not finite.
    """
    w = array("block_range", "w", w, finite=True)
    _check("block_range", w.shape, axis, group_size)
    return _ranges(w, axis, group_size)


def _ranges(w, axis, group_size):
    if group_size is not None:
        groups = w.reshape(-1, group_size)
        low, high = _extremes(groups, 1)
        return tuple(np.broadcast_to(end, groups.shape).reshape(w.shape) for end in (low, high))
    if axis is None:
        return tuple(end.reshape(()) for end in _extremes(w.reshape(1, -1), 1))
    return _extremes(w, tuple(i for i in range(w.ndim) if i != axis % w.ndim))


def symmetric_scales(w: np.ndarray, bits: int, *, axis: int | None = None, group_size: int | None = None) -> np.ndarray:
    """Return s = max|w| / m over the weights that share a scale, 1.0 where all are zero.

    Parameters and errors as in `block_range`; `bits` an integer from 2 to 16. Returns a float64 array that broadcasts
    to `w`.

    >>> symmetric_scales(np.array([[0.7, -1.4], [7.0, 0.0]]), 4, axis=0).round(4).tolist()
    [[0.2], [1.0]]
    """
    w = array("symmetric_scales", "w", w, finite=True)
    return current_scales(w, bits, axis, group_size)


def current_scales(w, bits, axis, group_size):
    """Return the same during training: NaN gives NaN, which the loss then shows."""
    _, m = code_range(bits, signed=True)
    _check("symmetric_scales", w.shape, axis, group_size)
    low, high = _ranges(w, axis, group_size)
    max_w = np.maximum(np.negative(low, dtype=np.float64), high)
    s = np.maximum(max_w / m, np.finfo(np.float64).smallest_subnormal)  # no w / s is 0 / 0, see `symmetric_scale`
    return np.where(max_w == 0, 1.0, s)


def scale_count(shape, *, axis: int | None = None, group_size: int | None = None) -> int:
    """Return the number of scales that an array of this shape needs; parameters and errors as in `block_range`."""
    shape = _shape("scale_count", shape)
    _check("scale_count", shape, axis, group_size)
    if group_size is not None:
        return math.prod(shape) // group_size
    return 1 if axis is None else shape[axis]


def effective_bits(
    shape, bits: int, *, axis: int | None = None, group_size: int | None = None, scale_bits: int = 32
) -> float:
    """Return the bits that a weight takes with its share of the scales: bits + scale_bits * scales / weights.

    Parameters
    ----------
    shape : of an array with at least one weight.
    bits : integer from 1 to 16, of a code.
    axis, group_size : as in `block_range`.
    scale_bits : bits of what is stored for each scale, 32 by default for a float32; add those of a zero point.

    Returns
    -------
    float, in bits. Raises ValueError for what is out of range, and for a shape without a weight.

    >>> effective_bits((64, 64), 4, group_size=32, scale_bits=16)
    4.5
    """
    bits = whole_number("effective_bits", "bits", bits, low=1, high=16)
    scale_bits = whole_number("effective_bits", "scale_bits", scale_bits, low=0)
    shape = _shape("effective_bits", shape)
    count = math.prod(shape)
    if count == 0:
        reject("effective_bits", "shape", "of at least one weight", shape)
    return bits + scale_bits * scale_count(shape, axis=axis, group_size=group_size) / count


def check_output_axis(owner, axis):
    """Return `axis` if it is None (a scale for the array) or 0 (one for each output channel), else raise ValueError."""
    is_whole = isinstance(axis, (int, np.integer)) and not isinstance(axis, bool)
    if axis is not None and not (is_whole and axis == 0):
        reject(owner, "axis", "None or 0", axis)
    return axis


def _shape(owner, shape):
    if not np.iterable(shape) or isinstance(shape, str):
        reject(owner, "shape", "the shape of an array", shape)
    return tuple(whole_number(owner, "shape", n, low=0) for n in shape)


def _extremes(w, axes):
    """The least and the largest along `axes`, which stay as axes of length 1; 0 where there is nothing."""
    if w.size == 0:
        shape = tuple(1 if i in np.atleast_1d(axes) else n for i, n in enumerate(w.shape))
        return np.zeros(shape, w.dtype), np.zeros(shape, w.dtype)
    return w.min(axis=axes, keepdims=True), w.max(axis=axes, keepdims=True)


def _check(owner, shape, axis, group_size):
    if axis is not None and group_size is not None:
        raise ValueError(f"{owner}: axis and group_size must not be given together, got {axis} and {group_size}")
    if axis is not None:
        whole_number(owner, "axis", axis)
        if not -len(shape) <= axis < len(shape):
            reject(owner, "axis", f"an axis of shape {shape}", axis)
    if group_size is not None:
        group_size = whole_number(owner, "group_size", group_size, low=1)
        row = math.prod(shape[1:])
        if len(shape) < 2 or row % group_size:
            expected = f"a divisor of the weights of a row, {row} in an array of shape {shape}"
            reject(owner, "group_size", expected, group_size)
