"""The computed numbers of the card quantization/bit_packing, in the order of its tables, row by row."""

import numpy as np

from minicompress.quantization import pack_bits
from minicompress.quantization.packing import packed_bytes

GIVEN = {
    "2.13": "the PyTorch version the differences were measured on",
}

WEIGHTS = 266_200  # of LeNet-300-100


def numbers():
    table = {}
    for bits in (2, 3, 4, 5, 6, 8):
        table[f"{bits}: packed"] = f"{pack_bits(np.zeros(WEIGHTS, np.uint8), bits).size:,}"
        table[f"{bits}: whole codes in a byte"] = f"{-(-WEIGHTS // (8 // bits)):,}"
        table[f"{bits}: whole codes in a word"] = f"{4 * -(-WEIGHTS // (32 // bits)):,}"
        table[f"{bits}: straddle"] = f"{straddling(bits):.1%}"
    return table | {
        "bytes of float32": f"{4 * WEIGHTS:,}",
        "3-bit codes, a byte each / packed, against float32": (
            f"{4 * WEIGHTS / WEIGHTS:.2f}x / {4 * WEIGHTS / packed_bytes(WEIGHTS, 3):.2f}x"
        ),
        "2.667 codes a byte at 3 bits": f"{8 / 3:.3f} / {8 // 3}",
    }


def straddling(bits):
    """Share of the codes whose bits lie in two bytes."""
    first = np.arange(8) * bits
    return np.mean(first // 8 != (first + bits - 1) // 8)
