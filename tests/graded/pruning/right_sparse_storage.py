"""Answers to pruning/sparse_storage that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def checked(w, value_bits):
    if len(w.shape) < 2 or value_bits < 1 or value_bits > 32:
        raise ValueError("arguments")
    return int(value_bits)


@right
def walks_through_memory(w, value_bits):
    value_bits = checked(w, value_bits)
    k = entries = zeros = 0
    for number in w.flat:
        if number:
            entries += 1 + zeros // 32
            k, zeros = k + 1, 0
        else:
            zeros += 1
    n, shape, values = w.size, 4 * len(w.shape), math.ceil(k * value_bits / 8)
    csr = shape + (w.shape[0] + 1) * 4 + k * 2 + values
    relative = shape + 4 + math.ceil(entries * (5 + value_bits) / 8)
    return math.ceil(n * value_bits / 8), csr, relative, shape + math.ceil(n / 8) + values


@right
def makes_the_arrays_and_asks_for_their_bytes(w, value_bits):
    value_bits = checked(w, value_bits)

    def packed(count):
        return np.packbits(np.zeros(count, bool)).nbytes

    mask = np.ravel(w) != 0
    shape = np.array(w.shape, np.int32).nbytes
    k = int(mask.sum())
    row_starts, columns = np.zeros(len(w) + 1, np.int32), np.zeros(k, np.uint16)
    places = np.concatenate([[-1], np.nonzero(mask)[0]])
    fillers = sum((b - a - 1) >> 5 for a, b in zip(places[:-1].tolist(), places[1:].tolist(), strict=True))
    values = packed(k * value_bits)
    return (
        packed(mask.size * value_bits),
        shape + row_starts.nbytes + columns.nbytes + values,
        shape + np.int32(0).nbytes + packed((k + fillers) * (value_bits + 5)),
        shape + np.packbits(mask).nbytes + values,
    )


@right
def steps_of_thirty_two(w, value_bits):
    value_bits = checked(w, value_bits)
    places, entries, here = np.flatnonzero(w), 0, 0
    for place in places.tolist():
        while place - here >= 32:
            entries, here = entries + 1, here + 32
        entries, here = entries + 1, place + 1
    k, header = np.int64(places.size), 4 * w.ndim
    values = (k * value_bits + 7) // 8
    csr = header + 4 + 4 * len(w) + values + 2 * k
    relative = header + 4 + (entries * (value_bits + 5) + 7) // 8
    return (w.size * value_bits + 7) // 8, csr, relative, header + (w.size + 7) // 8 + values


EQUIVALENT_MUTANTS = {
    "swapped: if w.ndim < 2 or not 1 <= value_bits <= 32: | value_bits = int(value_bits)": "of an integer, the same",
    "habit: clips numbers beyond 1e15": "a number that is clipped stays what it is to the sizes: not zero",
}
WIDE = "NumPy 1 multiplies a narrow integer and an int in int64; NumPy 2 stays in the narrow type, and overflows"
EQUIVALENT_UNDER_NUMPY = {
    1: {"dropped: value_bits = int(value_bits)": WIDE, "value_bits = int(value_bits) -> value_bits = value_bits": WIDE},
}
