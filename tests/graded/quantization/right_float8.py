"""Answers to quantization/float8 that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


@right
def integer_arithmetic_on_the_bits_of_float32(x, kind, saturate):
    if kind == "e4m3":
        bias, m, largest = 7, 3, 0x7E
    elif kind == "e5m2":
        bias, m, largest = 15, 2, 0x7B
    else:
        raise ValueError(kind)
    u = np.ascontiguousarray(x).view(np.uint32).astype(np.int64).reshape(x.shape)
    sign, a = u >> 31, u & 0x7FFFFFFF
    exponent = (a >> 23) - 127 + bias
    drop = 23 - m + np.clip(1 - exponent, 0, m + 2)
    n = (np.maximum(exponent, 1) << 23) + (a & 0x7FFFFF)
    q = (n + (1 << (drop - 1)) - 1 + (n >> drop & 1)) >> drop
    q[q > largest] = largest if saturate else largest + 1
    q[a > 0x7F800000] = 0x7F
    q = (q | sign << 7).astype(np.uint8)
    table = [_value(code, bias, m, largest) for code in range(256)]
    return q, np.array(table, np.float32)[q]


def _value(code, bias, m, largest):
    sign = -1.0 if code & 128 else 1.0
    code &= 127
    if code > largest:
        return math.copysign(math.inf if code == 0x7C else math.nan, sign)
    exponent, fraction = code >> m, code & ((1 << m) - 1)
    return sign * math.ldexp(fraction + (1 << m if exponent else 0), max(exponent, 1) - bias - m)


@right
def one_number_at_a_time(x, kind, saturate):
    if kind not in {"e4m3", "e5m2"}:
        raise ValueError("kind")
    m, least, largest = (3, -6, 448.0) if kind == "e4m3" else (2, -14, 57344.0)
    q, y = np.empty(x.shape, np.uint8), np.empty(x.shape, np.float32)
    for index, value in np.ndenumerate(x):
        sign, size = math.copysign(1.0, value), abs(float(value))
        if size < math.inf:
            exponent = max(math.frexp(size)[1] - 1, least)
            step = 2.0 ** (exponent - m)
            size = round(size / step) * step  # Python rounds a half to even
        if size > largest:
            size = largest if saturate else math.inf if kind == "e5m2" else math.nan
        if math.isnan(size):
            code = 0x7F
        elif size == math.inf:
            code = 0x7C
        else:
            exponent = max(math.frexp(size)[1] - 1, least) if size else least
            code = int(size / 2.0 ** (exponent - m)) + (exponent - least) * 2**m
        q[index], y[index] = code + (128 if sign < 0 else 0), math.copysign(size, sign)
    return q, y


@right
def nearest_of_all_by_distance(x, kind, saturate):
    if kind not in ("e4m3", "e5m2"):
        raise ValueError("kind must be e4m3 or e5m2")
    bits, largest = (3, 126) if kind == "e4m3" else (2, 123)
    steps = np.concatenate([np.arange(2**bits), *[np.arange(2**bits, 2 ** (bits + 1)) * 2.0**k for k in range(40)]])
    grid = steps[: largest + 2] * 2.0 ** (-9 if kind == "e4m3" else -16)
    size = np.minimum(np.where(np.isnan(x), 0, np.abs(x)), 1e6).astype(np.float64)
    odd = np.arange(largest + 2) % 2
    distance = np.abs(size[..., None] - grid)
    nearest = distance == distance.min(axis=-1, keepdims=True)
    q = np.argmax(nearest * (2 - odd), axis=-1)
    y = grid[q]
    over = q > largest
    q = np.where(over, largest + (not saturate), q)
    y = np.where(over, grid[largest] if saturate else (np.inf if kind == "e5m2" else np.nan), y)
    q, y = np.where(np.isnan(x), 127, q), np.where(np.isnan(x), np.nan, y)
    minus = np.signbit(x)
    return np.where(minus, q | 128, q).astype(np.uint8), np.copysign(y, np.where(minus, -1, 1)).astype(np.float32)


VALUES = "values = digits * 2.0 ** (np.maximum(exponent, 1) - bias - m)"
EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "x is of float32",
    "habit: clips numbers beyond 1e15": "from 65536 on all finite numbers are too large alike",
    "code = np.arange(128) -> code = np.arange(129)": "one more tie lies beyond the largest number in any case",
    f"{VALUES} -> values = digits * 2.0 ** (np.maximum(1, exponent) - bias - m)": "symmetric",
}
