"""Answers to quantization/per_channel that are right, in other styles than the solution's."""

import numbers

import numpy as np

from minicompress.kit.grading import right


@right
def one_channel_at_a_time(w, bits):
    if not isinstance(bits, numbers.Integral) or bits < 2 or bits > 8:
        raise ValueError("bits")
    if len(w.shape) < 2 or not np.isfinite(np.sum(np.abs(w), dtype=np.float64)):
        raise ValueError("w")
    m = (1 << (int(bits) - 1)) - 1
    codes, scales = [], []
    for channel in w:
        s = float(np.abs(channel).max()) / m or 1.0
        scales.append(s)
        codes.append(np.rint(channel.astype(np.float64) / s))
    return np.stack(codes).astype(np.int8), np.array(scales)


@right
def keeps_axes_in_float32(w, bits):
    if not isinstance(bits, (int, np.integer)) or bits not in range(2, 9):
        raise ValueError("bits")
    if w.ndim in (0, 1) or np.isnan(w).any() or np.isinf(w).any():
        raise ValueError("w")
    top = np.float32(2 ** (int(bits) - 1) - 1)
    axes = tuple(range(1, w.ndim))
    s = np.maximum(w.max(axis=axes, keepdims=True), -w.min(axis=axes, keepdims=True)).astype(np.float32) / top
    s[s == 0] = 1
    q = np.clip(np.around(w.astype(np.float32) / s), -top, top)
    return q.astype(np.int8), s.reshape(-1)


@right
def moves_outputs_last_and_multiplies(w, bits):
    if type(bits) is float or bits not in tuple(range(2, 9)):
        raise ValueError("bits")
    if not all(np.isfinite(value) for value in w.flat) or w.ndim < 2:
        raise ValueError("w")
    m = 2.0 ** (int(bits) - 1) - 1
    last = np.moveaxis(w.astype(np.float64), 0, -1)
    peak = np.abs(last.reshape(-1, last.shape[-1])).max(axis=0)
    inverse = np.divide(m, peak, out=np.ones_like(peak), where=peak > 0)
    q = np.rint(last * inverse)
    return np.ascontiguousarray(np.moveaxis(q, -1, 0)).astype(np.int8), 1 / inverse


BITS = "if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:"
SCALES = "s = np.where(largest == 0, 1.0, largest / m)"
EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the scales open",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    f"swapped: {BITS} | if w.ndim < 2 or not np.isfinite(w).all():": "both raise ValueError",
    "channels = w.reshape(w.shape[0], -1) -> channels = w.reshape(w.shape[0], -2)": (
        "NumPy takes any negative number for the length that is left"
    ),
    f"{SCALES} -> {SCALES.replace('/ m)', '/ (m + 1e-08))')}": "m is 1 or more: a scale changes by 1e-8 of itself",
    "m = 2 ** (int(bits) - 1) - 1 -> m = 2 ** (bits - 1) - 1": "np.int8(8) gives 127 too: 128 wraps to -128, and back",
}
