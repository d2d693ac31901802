"""Answers to quantization/calibration_percentile that are right, in other styles than the solution's."""

import numbers

import numpy as np

from minicompress.kit.grading import right


@right
def sorts_and_interpolates_by_hand(batches, percentile, bits):
    if not isinstance(bits, numbers.Integral) or bits < 2 or bits > 16 or not (percentile > 0 and percentile <= 100):
        raise ValueError("options")
    values = []
    for batch in batches:
        values.extend(abs(float(value)) for value in batch.flat)
    if not values or any(value != value or value == float("inf") for value in values):
        raise ValueError("values")
    values.sort()
    place = (len(values) - 1) * percentile / 100
    i = int(place)
    T = values[i] if i + 1 == len(values) else values[i] * (i + 1 - place) + values[i + 1] * (place - i)
    m = (1 << (int(bits) - 1)) - 1
    s = T / m or 1.0
    return s, sum(round(value / s) > m for value in values) / len(values)


@right
def in_float32(batches, percentile, bits):
    flat = [np.asarray(batch, np.float32).ravel() for batch in batches]
    n = sum(part.size for part in flat)
    if n == 0 or not all(np.isfinite(part).all() for part in flat):
        raise ValueError("data")
    if not 0 < percentile <= 100:
        raise ValueError("percentile")
    if int(bits) != bits or not 2 <= bits <= 16:
        raise ValueError("bits")
    x = np.hstack(flat)
    limit = np.quantile(np.maximum(x, -x), percentile / 100)
    m = 2 ** (int(bits) - 1) - 1
    s = np.float32(limit / m) if limit else np.float32(1)
    codes = np.rint(x / s)
    return float(s), float(np.count_nonzero(np.abs(codes) > m) / n)


@right
def counts_batch_by_batch(batches, percentile, bits):
    if bits not in list(range(2, 17)) or percentile <= 0 or percentile > 100 or np.isnan(percentile):
        raise ValueError("options")
    if sum(np.size(batch) for batch in batches) == 0:
        raise ValueError("no data")
    for batch in batches:
        if not np.all(np.isfinite(batch)):
            raise ValueError("not finite")
    sizes = np.sort(np.concatenate([np.abs(batch).astype(np.float64).reshape(-1) for batch in batches]))
    T = float(np.interp((sizes.size - 1) * (percentile / 100), np.arange(sizes.size), sizes))
    m = 2 ** (int(bits) - 1) - 1
    s = 1.0 if T == 0 else T / m
    clipped = 0
    for batch in batches:
        clipped += int(np.sum(np.abs(batch) > (m + 0.5) * s))
    return s, clipped / sizes.size


CLIPPED = "return (s, float(np.mean(np.round(x / s) > m)))"
EQUIVALENT_MUTANTS = {
    "s = T / m if T > 0 else 1.0 -> s = T / (m + 1e-08) if T > 0 else 1.0": "m >= 1: below the tolerance of 1e-6",
    "habit: rounds its arguments to float32": "the stub accepts float32 throughout",
    "return (s, float(np.mean(np.round(x / s) > m))) -> return (s, float(np.mean(np.floor(x / s + 0.5) > m)))": (
        "no x / s lies at a half in the stub"
    ),
    "swapped: if x.size == 0 or not np.isfinite(x).all(): | if percentile <= 0 or bits not in range(2, 17):": (
        "only the order of two refusals"
    ),
    "T = float(np.percentile(x, percentile)) -> T = np.percentile(x, percentile)": "a NumPy float is a float",
    f"{CLIPPED} -> return (s, np.mean(np.round(x / s) > m))": "a NumPy float is a float",
}
EQUIVALENT_UNDER_NUMPY = {
    1: {
        "m = 2 ** (int(bits) - 1) - 1 -> m = 2 ** (bits - 1) - 1": (
            "NumPy 1 computes np.int8(8) - 1 in int64; NumPy 2 stays in int8, where 2 ** 7 overflows"
        )
    }
}
