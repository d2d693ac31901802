"""Answers to quantization/low_voltage that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(codes, bits, critical, voltage):
    if type(bits) is bool or not isinstance(bits, (int, np.integer)) or bits < 2 or bits > 16:
        raise ValueError("bits")
    if not np.issubdtype(codes.dtype, np.integer) or np.any(codes < 0) or np.any(codes > 2 ** int(bits) - 1):
        raise ValueError("codes")
    if list(critical.shape) != [*codes.shape, int(bits)]:
        raise ValueError("critical")
    if not np.isfinite(voltage) or voltage <= 0:
        raise ValueError("voltage")


@right
def text_of_bits(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    w, flips = np.empty(codes.shape, np.float64), 0
    for index, code in np.ndenumerate(codes):
        text = list(format(int(code), f"0{int(bits)}b"))[::-1]
        for j, vc in enumerate(critical[index]):
            if vc > voltage:
                text[j] = "1" if text[j] == "0" else "0"
                flips += 1
        w[index] = (int("".join(text[::-1]), 2) - int(z)) * s
    return w, flips / critical.size, int(bits) * voltage * voltage / 8


@right
def adds_what_each_flip_changes(codes, bits, s, z, critical, voltage):
    """A flip of bit j adds 2^j where it was 0 and takes 2^j where it was 1: no integer arithmetic at all."""
    refuse_bad(codes, bits, critical, voltage)
    j = np.arange(int(bits))
    stored = np.floor(codes[..., None] / 2.0**j) % 2
    fails = np.less(voltage, critical).astype(float)
    read = codes + np.sum(fails * (1 - 2 * stored) * 2.0**j, axis=-1)
    return np.float32(s) * (read - float(z)), np.count_nonzero(fails) / fails.size, voltage**2 * (int(bits) / 8)


@right
def one_bit_plane_at_a_time(codes, bits, s, z, critical, voltage):
    refuse_bad(codes, bits, critical, voltage)
    read, flips = codes.astype(np.uint32), 0
    for j in range(int(bits)):
        plane = ~(critical[..., j] <= voltage)
        read = np.where(plane, read ^ np.uint32(1 << j), read)
        flips += int(plane.sum())
    w = s * read.astype(np.float64) - s * int(z)
    return w, flips / (codes.size * int(bits)), (voltage * np.sqrt(bits / 8)) ** 2


EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "codes are integers, and critical has another size than w",
}
COMPARED = "if codes.dtype.kind not in 'iu' or codes.min() < 0 or codes.max() >= 2 ** int(bits):"
EQUIVALENT_UNDER_NUMPY = {
    1: {
        f"{COMPARED} -> {COMPARED.replace('int(bits)', 'bits')}": (
            "NumPy 1 computes 2 ** np.int8(8) in int64; NumPy 2 stays in int8, where it overflows"
        )
    }
}
