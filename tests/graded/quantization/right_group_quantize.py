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
    if group_size <= 0 or w.shape[1] % group_size:
        raise ValueError("group_size")
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
    if group_size not in [d for d in range(1, w.shape[1] + 1) if w.shape[1] % d == 0]:
        raise ValueError("group_size")
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
    if group_size < 1 or divmod(inputs, group_size)[1] > 0:
        raise ValueError("group_size")
    m = np.float32(2 ** (int(bits) - 1) - 1)
    tall = np.asarray(w, dtype=np.float32).reshape(-1, group_size)
    s = np.float16(np.abs(tall).max(axis=1, keepdims=True) / m)
    s[s == 0] = 1
    q = np.around(tall / s.astype(np.float32)).clip(-m, m).astype(np.int8)
    return q.reshape(out, inputs), s.reshape(out, -1), bits + 16 / group_size


BITS = "if not isinstance(bits, (int, np.integer)) or not 2 <= bits <= 8:"
SIZE = "if group_size < 1 or w.shape[1] % group_size != 0:"
GROUPS = "groups = w.reshape(w.shape[0], -1, group_size)"
CODES = "np.round(groups / s[:, :, None])"
REFUSED_ANYWAY = "NumPy's reshape raises a ValueError of its own, which says less"
EQUIVALENT_MUTANTS = {
    f"swapped: {BITS} | if w.ndim != 2 or not np.isfinite(w).all():": "both raise ValueError",
    f"dropped: {SIZE}": REFUSED_ANYWAY,
    f"{SIZE} -> if group_size < 1:": REFUSED_ANYWAY,
    "dropped: raise ValueError(f'group_quantize: group_size must divide {w.shape[1]} inputs, got {group_size}')": (
        REFUSED_ANYWAY
    ),
    "m = 2 ** (int(bits) - 1) - 1 -> m = 2 ** (bits - 1) - 1": "only NumPy's narrow integer types would overflow",
    f"{GROUPS} -> {GROUPS.replace('-1', '-2')}": "NumPy takes any negative number for the length that is left",
    f"q = np.clip({CODES}, -m, m) -> q = np.clip(-m, {CODES}, m)": "min(max(a, b), m) is symmetric in a and b",
}
