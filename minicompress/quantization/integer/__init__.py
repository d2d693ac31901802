"""Inference in integers alone. Read in this order:

arithmetic.py    the accumulator, and its rescaling by an integer multiplier and a shift
grid.py          the numbers that codes stand for
layers.py        the layers, from codes to codes
model.py         a trained network becomes an integer network
file.py          the file of such a network

>>> FixedPointScale(0.3)(10).tolist()
3
"""

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
