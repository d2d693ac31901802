"""Answers to quantization/group_quantize that are right, in other styles than the solution's."""

import numbers

import numpy as np

from minicompress.kit.grading import right


@right
def one_group_at_a_time(w, bits, group_size):
    if not isinstance(bits, numbers.Integral) or bits < 2 or bits > 8:
        raise ValueError("bits")
    if len(w.shape) != 2 or not np.isfinite(np.sum(np.abs(w), dtype=np.float64)):
        raise ValueError("w")
    if not isinstance(group_size, numbers.Integral) or group_size <= 0 or w.shape[1] % int(group_size):
        raise ValueError("group_size")
    group_size = int(group_size)
    m = (1 << (int(bits) - 1)) - 1
    codes, scales = np.empty(w.shape, np.int8), []
    for row, out in zip(w, codes, strict=True):
        for start in range(0, len(row), group_size):
            group = row[start : start + group_size].astype(np.float64)
            s = np.float16(max(group.max(), -group.min()) / m) or np.float16(1)
            scales.append(s)
            out[start : start + group_size] = [min(m, max(-m, round(value / float(s)))) for value in group.tolist()]
    s = np.array(scales, np.float16).reshape(len(w), -1)
    return codes, s, float(bits) + 16.0 * s.size / w.size


@right
def repeats_the_scales(w, bits, group_size):
    if not isinstance(bits, (int, np.integer)) or bits not in range(2, 9):
        raise ValueError("bits")
    if w.ndim != 2 or np.isnan(w).any() or np.isinf(w).any():
        raise ValueError("w")
    divisors = [d for d in range(1, w.shape[1] + 1) if w.shape[1] % d == 0]
    if isinstance(group_size, float) or group_size not in divisors:
        raise ValueError("group_size")
    group_size = int(group_size)
    m = 2.0 ** (int(bits) - 1) - 1
    starts = np.arange(0, w.shape[1], group_size)
    s = (np.maximum.reduceat(np.abs(w.astype(np.float64)), starts, axis=1) / m).astype(np.float16)
    s = np.where(s > 0, s, np.float16(1))
    q = np.rint(w / np.repeat(s, group_size, axis=1).astype(np.float64))
    q[q > m], q[q < -m] = m, -m
    return q.astype(np.int8), s, (int(bits) * group_size + 16) / group_size


@right
def groups_are_channels_of_a_taller_matrix(w, bits, group_size):
    if type(bits) is float or bits not in tuple(range(2, 9)):
        raise ValueError("bits")
    if w.ndim != 2 or not all(np.isfinite(value) for value in w.flat):
        raise ValueError("w")
    out, inputs = w.shape
    if type(group_size) is not int and not isinstance(group_size, np.integer):
        raise ValueError("group_size")
    group_size = int(group_size)
    if group_size < 1 or divmod(inputs, group_size)[1] > 0:
        raise ValueError("group_size")
    m = np.float32(2 ** (int(bits) - 1) - 1)
    tall = np.asarray(w, dtype=np.float32).reshape(-1, group_size)
    s = np.float16(np.abs(tall).max(axis=1, keepdims=True) / m)
    s[s == 0] = 1
    q = np.around(tall / s.astype(np.float32)).clip(-m, m).astype(np.int8)
    return q.reshape(out, inputs), s.reshape(out, -1), 16 / group_size + int(bits)


BITS = "if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:"
SIZE = "if not isinstance(group_size, (int, np.integer)) or group_size < 1 or w.shape[1] % int(group_size) != 0:"
GROUPS = "groups = w.reshape(w.shape[0], -1, group_size)"
SCALES = "s = (largest / m).astype(np.float16)"
CODES = "q = np.clip(np.round(groups / s[:, :, None]), -m, m)"
RETURNED = "return (q.astype(np.int8).reshape(w.shape), s, bits + 16 / group_size)"
REFUSED_ANYWAY = "NumPy's reshape raises a ValueError of its own, which says less"
EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "w is float32 or float64, q int8 and s float16",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "below half of 2^-24 the scale is 1.0 and all codes are 0",
    "habit: clips numbers beyond 1e15": "no scale may exceed 65504, so no weight 8.4e6",
    f"swapped: {BITS} | if w.ndim != 2 or not np.isfinite(w).all():": "both raise ValueError",
    f"{SIZE} -> {SIZE.replace(' or w.shape[1] % int(group_size) != 0', '')}": REFUSED_ANYWAY,
    f"{SIZE} -> if not isinstance(group_size, (int, np.integer)):": REFUSED_ANYWAY,
    f"{GROUPS} -> {GROUPS.replace('-1', '-2')}": "NumPy takes any negative number for the length that is left",
    f"{SCALES} -> {SCALES.replace('/ m)', '/ (m + 1e-08))')}": "no max|w| / m lies near the middle of two float16",
    f"{CODES} -> {CODES.replace('s[:, :, None]', '(s[:, :, None] + 1e-08)')}": "in float16, 1e-8 is lost beside 2^-24",
    f"{CODES} -> q = np.clip(-m, np.round(groups / s[:, :, None]), m)": "min(max(a, b), m) is symmetric in a and b",
    f"{RETURNED} -> {RETURNED.replace('group_size)', '(group_size + 1e-08))')}": "effective is accepted within 1e-6",
}
EQUIVALENT_UNDER_NUMPY = {
    1: {
        "m = 2 ** (int(bits) - 1) - 1 -> m = 2 ** (bits - 1) - 1": (
            "NumPy 1 computes np.uint8(8) - 1 in int64; NumPy 2 stays in uint8, where -m is positive"
        ),
        f"{SIZE} -> {SIZE.replace('int(group_size)', 'group_size')}": (
            "NumPy 1 computes 150 % np.int8(50) in int64; NumPy 2 raises, 150 is no int8"
        ),
    }
}
