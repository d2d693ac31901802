"""Inference in integers alone: the arithmetic, the layers, the network, and its file."""

from minicompress.quantization.integer.arithmetic import (
    FixedPointScale,
    FloatScale,
    TwiceRoundedScale,
    fixed_point_multiplier,
    quantize_bias,
    saturate,
)
from minicompress.quantization.integer.grid import AffineGrid
from minicompress.quantization.integer.layers import (
    IntegerConv2d,
    IntegerFlatten,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
)
from minicompress.quantization.integer.model import IntegerModel, to_integers

__all__ = [
    "AffineGrid",
    "FixedPointScale",
    "FloatScale",
    "IntegerConv2d",
    "IntegerFlatten",
    "IntegerLinear",
    "IntegerMaxPool2d",
    "IntegerModel",
    "IntegerReLU",
    "TwiceRoundedScale",
    "fixed_point_multiplier",
    "quantize_bias",
    "saturate",
    "to_integers",
]
