"""Inference in integers alone: the arithmetic, the layers, the network, and its file."""

from minicompress.quantization.integer.arithmetic import (
    FixedPointScale,
    FloatScale,
    TwiceRoundedScale,
    fixed_point,
    quantize_bias,
    saturate,
)
from minicompress.quantization.integer.grid import Grid
from minicompress.quantization.integer.layers import (
    IntegerConv2d,
    IntegerFlatten,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
)
from minicompress.quantization.integer.model import IntegerModel, to_integers

__all__ = [
    "FixedPointScale",
    "FloatScale",
    "Grid",
    "IntegerConv2d",
    "IntegerFlatten",
    "IntegerLinear",
    "IntegerMaxPool2d",
    "IntegerModel",
    "IntegerReLU",
    "TwiceRoundedScale",
    "fixed_point",
    "quantize_bias",
    "saturate",
    "to_integers",
]
