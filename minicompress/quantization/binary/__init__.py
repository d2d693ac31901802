"""Binary and ternary weights. Read in this order:

binarize.py            signs, and a scale for them
straight_through.py    training through a sign
popcount.py            products of packed bits
ternary.py             a third value, 0

>>> import numpy as np
>>> q, alpha = binarize(np.array([0.5, -1.5]))
>>> q.tolist(), alpha.tolist()
([1, -1], [1.0])
"""

from minicompress.quantization.binary.binarize import binarize, relative_error
from minicompress.quantization.binary.popcount import PackedSigns, pack_signs, popcount
from minicompress.quantization.binary.straight_through import Binarize, BinaryActivation
from minicompress.quantization.binary.ternary import Ternarize, best_threshold, ternarize

__all__ = [
    "Binarize",
    "BinaryActivation",
    "PackedSigns",
    "Ternarize",
    "best_threshold",
    "binarize",
    "pack_signs",
    "popcount",
    "relative_error",
    "ternarize",
]
