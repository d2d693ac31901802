"""Recovers the integer codes and the scales of quantized weights from their float values.

    w = q s,   s = max|w| / m over the weights that share a scale             m = 2^(bits-1) - 1

Rounding keeps the largest |w| of each block that shares a scale, so a guess of the blocks can be verified: take max|w|
of each block, quantize, dequantize; the guess is right if this gives back every weight, bit for bit. The guesses, in
this order:

    "max"         float32, broadcast to w: one for the array; one per output channel; the axis of a FakeQuantize on it
    "group_max"   float32 (out, groups): groups of `group_size`, or those of a FakeQuantize on the weight
    "scale"       float64, one number: the fixed scale of a FakeQuantize on the weight

The files hold max|w| and not s: max|w| is exact in float32.
"""

import numpy as np

from minicompress.quantization import FakeQuantize, dequantize, quantize

__all__ = ["GRID_PARTS", "codes_and_grid", "largest_code", "values_of"]

GRID_PARTS = ("max", "group_max", "scale")
_TINY = np.finfo(np.float64).smallest_subnormal  # the least scale, as in `symmetric_scale`, so that w / s is not 0 / 0


def largest_code(bits: int) -> int:
    """Return m = 2^(bits-1) - 1."""
    return 2 ** (bits - 1) - 1


def codes_and_grid(w: np.ndarray, bits: int, transforms, group_size: int | None = None):
    """Return the codes of w, in its shape, and their grid as {part: array}; None if no guess of the grid is right."""
    for part, stored in _candidates(w, transforms, group_size):
        s = _scales({part: stored}, w.shape, bits)
        codes = quantize(w, s, bits)
        if np.array_equal(dequantize(codes, s), w):
            return codes, {part: stored}
    return None


def values_of(codes: np.ndarray, grid, shape, bits: int, kept=None):
    """Return the float32 weights of `codes`: an array of `shape`, or only the weights where `kept` is True.

    `grid` is {part: array} with one of `GRID_PARTS`. Raises ValueError if it does not fit the shape.
    """
    s = np.broadcast_to(_scales(grid, shape, bits), shape)
    return dequantize(codes, s if kept is None else s[kept])


def _candidates(w, transforms, group_size):
    quantizers = [t for t in transforms if isinstance(t, FakeQuantize)]
    axes = [None, 0] + [t.axis for t in quantizers if t.axis is not None]
    sizes = [group_size] + [t.group_size for t in quantizers]
    a = np.abs(w)
    for axis in axes:
        over = None if axis is None else tuple(i for i in range(w.ndim) if i != axis % w.ndim)
        yield "max", np.asarray(np.max(a, axis=over, initial=np.float32(0), keepdims=axis is not None))
    for size in sizes:
        if size is not None and w.size and (w.size // len(w)) % size == 0:
            yield "group_max", a.reshape(len(w), -1, size).max(axis=2)
    for quantizer in quantizers:
        if quantizer.scale is not None:
            yield "scale", np.array(quantizer.scale)


def _scales(grid, shape, bits):
    """Return the scales in float64, in a shape that broadcasts to `shape`."""
    if "scale" in grid:
        return np.asarray(grid["scale"], np.float64)
    if "group_max" in grid:
        largest = np.asarray(grid["group_max"], np.float64)
        size = int(np.prod(shape)) // max(largest.size, 1)
        largest = np.repeat(largest, size, axis=1).reshape(shape)
    else:
        largest = np.asarray(grid["max"], np.float64)
    return np.where(largest == 0, 1.0, np.maximum(largest / largest_code(bits), _TINY))
