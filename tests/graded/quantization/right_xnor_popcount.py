"""Answers to quantization/xnor_popcount that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(x, w_words):
    if w_words.dtype != np.uint8 or w_words.shape[1] != (x.shape[1] + 7) // 8:
        raise ValueError("words")


@right
def one_python_integer_for_each_row(x, w_words):
    refuse_bad(x, w_words)
    n, ins = x.shape
    every = (1 << ins) - 1
    w_rows = [int.from_bytes(row.tobytes(), "little") & every for row in w_words]
    y = np.empty((n, len(w_rows)), np.int64)
    for i in range(n):
        bits = sum(1 << k for k in range(ins) if x[i, k] >= 0)
        y[i] = [ins - 2 * bin(bits ^ row).count("1") for row in w_rows]
    return y


@right
def xnor_with_the_tail_masked(x, w_words):
    refuse_bad(x, w_words)
    ins = x.shape[1]
    agree = ~(np.packbits(~(x < 0), axis=1, bitorder="little")[:, None, :] ^ w_words[None])
    if ins % 8:
        agree[:, :, -1] &= (1 << ins % 8) - 1
    counted = np.unpackbits(agree, axis=2).sum(axis=2, dtype=np.int64)
    return 2 * counted - ins


@right
def adds_bits_up_in_pairs(x, w_words):
    refuse_bad(x, w_words)
    ins = x.shape[1]
    x_bits = np.zeros((len(x), 8 * w_words.shape[1]), np.uint8)
    x_bits[:, :ins] = x >= 0
    places = np.arange(8, dtype=np.uint8)
    x_words = (x_bits.reshape(len(x), -1, 8) << places).sum(axis=2).astype(np.uint8)
    used = (np.arange(8 * w_words.shape[1]).reshape(-1, 8) < ins) @ (1 << np.arange(8))
    v = ((x_words[:, None] ^ w_words) & used).astype(np.int32)
    v = v - ((v >> 1) & 0x55)
    v = (v & 0x33) + ((v >> 2) & 0x33)
    v = (v + (v >> 4)) & 0x0F
    return ins - 2 * v.sum(axis=2)


EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "no argument holds signed integers",
    "habit: clips numbers beyond 1e15": "the sign stays",
    "habit: returns integers of another width": "the stub leaves the width open",
    "ones = np.array([bin(byte).count('1') for byte in range(256)]) "
    "-> ones = np.array([bin(byte).count('1') for byte in range(257)])": "no byte looks up the 257th entry",
}
