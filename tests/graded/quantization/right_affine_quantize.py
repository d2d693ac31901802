"""Answers to quantization/affine_quantize that are right, in other styles than the solution's."""

import math
import numbers

import numpy as np

from minicompress.kit.grading import right


@right
def one_number_at_a_time(x, low, high, bits):
    if not isinstance(bits, numbers.Integral) or bits < 2 or bits > 8:
        raise ValueError("bits")
    if not (-math.inf < low <= high < math.inf):
        raise ValueError("range")
    top = (1 << int(bits)) - 1
    a, b = min(float(low), 0), max(float(high), 0)
    s = (b - a) / top or 1.0
    z = round(-a / s)
    codes = []
    for value in x.ravel().tolist():
        if not math.isfinite(value):
            raise ValueError("x")
        codes.append(min(top, max(0, round(value / s) + z)))
    return np.array(codes, np.uint8).reshape(x.shape), s, z


@right
def in_float32_throughout(x, low, high, bits):
    if not isinstance(bits, (int, np.integer)) or bits not in range(2, 9):
        raise ValueError("bits")
    values = np.append(np.asarray(x, np.float32), [np.float32(low), np.float32(high)])
    if np.isnan(values).any() or np.isinf(values).any() or low > high:
        raise ValueError("not finite")
    ends = np.array([low, high, 0], np.float32)
    a, b, levels = ends.min(), ends.max(), np.float32(2) ** np.float32(bits)
    s = np.float32(1) if a == b else (b - a) / (levels - 1)
    z = np.rint(-a / s)
    q = np.minimum(np.maximum(np.rint(x.astype(np.float32) / s), -z), levels - 1 - z) + z
    return q.astype(np.uint8), float(s), int(z)


@right
def looks_for_the_nearest_code(x, low, high, bits):
    if type(bits) is float or bits not in tuple(range(2, 9)):
        raise ValueError("bits")
    if not np.all(np.isfinite([low, high])) or not np.all(np.isfinite(x)) or high < low:
        raise ValueError("not finite")
    a, b = np.clip(np.float64(low), None, 0), np.clip(np.float64(high), 0, None)
    s = float(b - a) / (2.0 ** int(bits) - 1) if b - a else 1.0
    z = int(np.rint(-a / s))
    values = s * (np.arange(2 ** int(bits)) - z)
    distance = np.abs(np.clip(x.astype(np.float64), values[0], values[-1])[..., None] - values)
    near = distance <= distance.min(axis=-1, keepdims=True) + 1e-9 * s
    # Of two nearest codes take the one that lies an even number of steps from z.
    last = values.size - 1 - near[..., ::-1].argmax(axis=-1)
    first = near.argmax(axis=-1)
    inside = np.where((first - z) % 2 == 0, first, last)
    return inside.astype(np.uint8), s, z


BITS = "if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:"
ENDS = "if low > high or not np.isfinite([low, high]).all():"
VALUES = "if not np.isfinite(x).all():"
WIDEN = "a, b = (min(float(low), 0.0), max(float(high), 0.0))"
EITHER = "of two equal numbers either will do"
EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "x is of floats, q of uint8",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    f"swapped: {BITS} | {ENDS}": "both raise ValueError",
    f"swapped: {ENDS} | {VALUES}": "both raise ValueError",
    f"{WIDEN} -> {WIDEN.replace('float(low), 0.0', '0.0, float(low)')}": EITHER,
    f"{WIDEN} -> {WIDEN.replace('float(high), 0.0', '0.0, float(high)')}": EITHER,
    f"{WIDEN} -> {WIDEN.replace('float(high)', 'high')}": "an int8 minus a float is a float64",
    "q = np.clip(np.round(x / s) + z, 0, qmax) -> q = np.clip(0, np.round(x / s) + z, qmax)": (
        "min(max(a, b), qmax) is symmetric in a and b"
    ),
}
EQUIVALENT_UNDER_NUMPY = {
    1: {
        "qmax = 2 ** int(bits) - 1 -> qmax = 2 ** bits - 1": (
            "NumPy 1 computes 2 ** np.int8(8) in int64; NumPy 2 stays in int8, where it overflows"
        )
    }
}
