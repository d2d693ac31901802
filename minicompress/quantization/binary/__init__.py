"""One bit and three values: signs with a scale, training through them, and products of packed bits."""

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
