"""Answers to quantization/quantization that are right, in other styles than the solution's."""

import numbers

import numpy as np

from minicompress.kit.grading import right


@right
def one_weight_at_a_time(model, bits):
    if isinstance(bits, (bool, np.bool_)) or not isinstance(bits, numbers.Integral) or bits < 2 or bits > 16:
        raise ValueError(f"bits must be an integer from 2 to 16, got {bits}")
    for layer in model.layers:
        for w in layer.weights:
            for value in w.flat:
                if value != value or abs(value) == float("inf"):
                    raise ValueError("weights must be finite")
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        for w in layer.weights:
            peak = max(abs(float(value)) for value in w.flat)
            s = peak / m if peak > 0 else 1.0
            for index, value in np.ndenumerate(w):
                w[index] = s * min(m, max(-m, round(float(value) / s)))
            scales.append(s)
    return scales


@right
def in_float32_throughout(model, bits):
    if type(bits) is bool or not isinstance(bits, (int, np.integer)) or bits not in range(2, 17):
        raise ValueError("bits must be an integer from 2 to 16")
    weights = [w for layer in model.layers for w in layer.weights]
    if any(not np.all(np.isfinite(w)) for w in weights):
        raise ValueError("weights must be finite")
    top = (1 << (int(bits) - 1)) - 1
    scales = []
    for w in weights:
        peak = np.abs(w).max()
        s = peak / w.dtype.type(top) if peak != 0 else w.dtype.type(1)
        codes = np.rint(w / s).astype(np.int32)
        np.clip(codes, -top, top, out=codes)
        w[...] = codes * s
        scales.append(float(s))
    return scales


@right
def multiplies_instead_of_dividing(model, bits):
    if isinstance(bits, bool) or not np.issubdtype(type(bits), np.integer) or not 2 <= int(bits) <= 16:
        raise ValueError("bits must be an integer from 2 to 16")
    arrays = []
    for layer in model.layers:
        arrays.extend(layer.weights)
    if not np.isfinite([np.sum(np.abs(w), dtype=np.float64) for w in arrays]).all():
        raise ValueError("weights must be finite")
    m = np.float64(2 ** (int(bits) - 1) - 1)
    peaks = [np.float64(np.max(np.abs(w))) for w in arrays]
    for w, peak in zip(arrays, peaks, strict=True):
        if peak:
            np.copyto(w, np.rint(w.astype(np.float64) * (m / peak)) * (peak / m), casting="same_kind")
    return [float(peak / m) if peak else 1.0 for peak in peaks]


@right
def numbers_of_the_formula_in_a_table(model, bits):
    if not (type(bits) is int or isinstance(bits, np.integer)) or int(bits) < 2 or int(bits) > 16:
        raise ValueError("bits")
    m = (1 << int(bits)) // 2 - 1
    arrays = [w for layer in model.layers for w in layer.weights]
    if (
        np.isnan([w.min() for w in arrays]).any()
        or np.isinf([w.min() for w in arrays] + [w.max() for w in arrays]).any()
    ):
        raise ValueError("weights")
    scales = [float(max(w.max(), -w.min())) / m or 1.0 for w in arrays]
    for w, s in zip(arrays, scales, strict=True):
        grid = s * np.arange(-m, m + 1, dtype=np.float64)
        w[...] = grid[np.rint(w.astype(np.float64) / s).astype(int) + m]
    return scales


SCALE = "s = largest / m if largest else 1.0"
CODES = "q = np.clip(np.round(w / s), -m, m)"
EQUIVALENT_MUTANTS = {
    "largest = float(np.max(np.abs(w))) -> largest = np.max(np.abs(w))": "a scale that is a float32 number is a number",
    f"{SCALE} -> {SCALE.replace('m if', '(m + 1e-08) if')}": "m is 1 or more: the scale changes by 1e-8 of itself",
    f"{CODES} -> q = np.clip(-m, np.round(w / s), m)": "min(max(a, b), m) is symmetric in a and b",
    f"{CODES} -> q = np.round(w / s)": "s = max|w| / m keeps |w / s| at m up to rounding",
}
EQUIVALENT_UNDER_NUMPY = {
    1: {
        "m = 2 ** (int(bits) - 1) - 1 -> m = 2 ** (bits - 1) - 1": (
            "NumPy 1 computes np.int8(8) - 1 in int64; NumPy 2 stays in int8, where 2 ** 7 overflows"
        )
    }
}
