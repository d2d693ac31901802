"""Answers to quantization/low_power_shift that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(w, x, bits):
    if type(bits) is bool or not isinstance(bits, (int, np.integer)) or bits < 2 or bits > 6:
        raise ValueError("bits")
    if np.isnan(w).any() or np.isinf(w).any():
        raise ValueError("w")
    if not np.issubdtype(x.dtype, np.integer) or x.shape[-1] != w.shape[-1]:
        raise ValueError("x")


@right
def one_weight_at_a_time(w, x, bits):
    refuse_bad(w, x, bits)
    count = 2 ** (int(bits) - 1) - 1
    largest = max(abs(float(value)) for value in w.flat)
    high = round(math.log2(largest)) if largest > 0 else 0
    low = high - count + 1
    q = np.zeros(w.shape, dtype=np.int64)
    for index, value in np.ndenumerate(w):
        if value != 0 and abs(float(value)) >= 2.0 ** (low - 1):
            p = min(max(round(math.log2(abs(float(value)))), low), high)
            q[index] = (p - low + 1) * (1 if value > 0 else -1)
    y = np.zeros((x.shape[0], w.shape[0]), dtype=np.int64)
    for n, o, i in np.ndindex(len(x), *w.shape):
        if q[o, i] > 0:
            y[n, o] += int(x[n, i]) << int(q[o, i] - 1)
        elif q[o, i] < 0:
            y[n, o] -= int(x[n, i]) << int(-q[o, i] - 1)
    return q, low, y


@right
def one_exponent_at_a_time(w, x, bits):
    """Compare with the boundaries; every exponent has a mask, and a product with a mask is a sum."""
    refuse_bad(w, x, bits)
    size = np.abs(w.astype(np.float64))
    mantissa, exponent = np.frexp(size.max())
    high = int(exponent) - (mantissa < np.sqrt(0.5)) if size.max() else 0
    low = int(high) - 2 ** (int(bits) - 1) + 2
    q = np.zeros(w.shape, np.int32)
    y = np.zeros((len(x), len(w)), np.int64)
    for k, p in enumerate(range(low, int(high) + 1), start=1):
        q[size >= (2.0 ** (p - 0.5) if k > 1 else 2.0 ** (p - 1))] = k
    q *= np.where(w < 0, -1, 1)
    for k in range(1, int(high) - low + 2):
        plus, minus = (q == k).astype(np.int64), (q == -k).astype(np.int64)
        y += (x.astype(np.int64) @ (plus - minus).T) << (k - 1)
    return q, low, y


@right
def multiplies_by_the_powers(w, x, bits):
    """The logarithms in floats, the matrix product in integers."""
    refuse_bad(w, x, bits)
    with np.errstate(divide="ignore"):
        logarithm = np.rint(np.log2(np.abs(w, dtype=np.float64)))
    high = int(np.max(logarithm)) if np.any(w) else 0
    low = high - (1 << (int(bits) - 1)) + 2
    k = np.clip(logarithm, low, high) - low + 1
    k[np.abs(w) < np.ldexp(1.0, low - 1)] = 0
    powers = np.sign(w) * np.floor(np.exp2(k - 1))
    return (np.sign(w) * k).astype(int), low, x.astype(np.int64) @ powers.astype(np.int64).T


LOG, CLIP = "p = np.rint(np.log2(size.clip(smallest))).clip(low)", "size.clip(smallest)"
SHIFTED = "y = (sign * ({}[:, None, :] << shift)).sum(axis=2)"
EQUIVALENT_MUTANTS = {
    f"{LOG} -> p = np.floor(np.log2({CLIP}) + 0.5).clip(low)": "no logarithm lies at a half in the stub",
    f"{LOG} -> {LOG.replace(CLIP, 'size')}": "log2 of 0 is -inf, with a warning, and clipped to low",
    f"{SHIFTED.format('x.astype(np.int64)')} -> {SHIFTED.format('x')}": "shift is int64, and so is what it shifts",
}
