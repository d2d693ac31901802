"""The computed numbers of the card quantization/xnor_popcount, in the order of its tables, row by row."""

import numpy as np

from minicompress.quantization.binary import pack_signs

GIVEN = {
    "1,024": "the number of inputs that the table assumes",
    "0.0": "what padding with zeros means in floats",
    "2.0": "the NumPy version from which bitwise_count exists",
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    rng = np.random.default_rng(0)
    w = rng.normal(size=(1024, 1024)).astype(np.float32)
    packed = pack_signs(w)
    images, bytes_of_784 = pack_signs(np.ones((256, 784))), 256 * 784 // 8
    spare = images.words.shape[1] * 64 - 784
    sums = packed.matmul(pack_signs(rng.normal(size=(64, 1024))))
    return {
        "weights": f"{w.nbytes:,} / {packed.size_bytes:,} ({w.nbytes / packed.size_bytes:.0f}x)",
        "products": f"{w.shape[1]:,} / {packed.words.shape[1]}",
        "spread": f"{np.sqrt(1024):.1f} / {sums.std():.1f}",
        "parity": f"{np.unique(sums % 2).tolist()}",
        "spare bits": f"{-784 % 8} / {spare}",
        "bytes": f"{bytes_of_784:,} / {images.size_bytes:,}",
        "what XNOR adds": f"{unmasked_xnor(images) - 784}",
    }


def unmasked_xnor(packed):
    """2 popcount(XNOR) - n of a row with itself, spare bits counted."""
    row = packed.words[0].view(np.uint8)
    return 2 * int(np.unpackbits(~(row ^ row)).sum()) - packed.n
