"""Quantization: weights and activations in few bits. Read in this order:

    uniform.py  fake_quantize.py  attach.py  report.py    the symmetric quantizer, and training with rounding
    affine.py  granularity.py  packing.py    a zero point; a scale per channel or group; codes packed without gaps
    formats/        shorter floats, and powers of two, whose products are shifts
    activations/    ranges from training data, the layer that uses them, and folding of batch norm
    binary/         weights of one bit, and of three values
    integer/        inference in integers alone, from multiplier to network
    mixed/          bits per layer under a budget; several methods in one network
    voltage/        memory at low voltage: bits flip, and networks are trained for it

A scale `s` is the width of one step, in the weight's unit: w = q * s. This package exports the names for a first use;
import the others from their subpackage: `from minicompress.quantization.formats import encode_float`. A first use:

    >>> import numpy as np
    >>> from minicompress.quantization import dequantize, quantize, symmetric_scale
    >>> w = np.array([0.7, -0.31, 0.02])
    >>> s = symmetric_scale(w, 4)
    >>> quantize(w, s, 4).tolist(), dequantize(quantize(w, s, 4), s, np.float64).round(2).tolist()
    ([7, -3, 0], [0.7, -0.3, 0.0])
"""

from minicompress.quantization.activations.calibration import MinMaxObserver
from minicompress.quantization.activations.clipping import EntropyObserver, PercentileObserver
from minicompress.quantization.activations.folding import fold_batchnorm
from minicompress.quantization.activations.quantizer import ActivationQuantizer, quantize_activations
from minicompress.quantization.affine import affine_dequantize, affine_parameters, affine_quantize
from minicompress.quantization.attach import attach_quantizers
from minicompress.quantization.binary.straight_through import Binarize
from minicompress.quantization.binary.ternary import Ternarize
from minicompress.quantization.fake_quantize import FakeQuantize
from minicompress.quantization.formats.floats import cast_weights
from minicompress.quantization.formats.power_of_two import PowerOfTwo
from minicompress.quantization.granularity import effective_bits, symmetric_scales
from minicompress.quantization.integer.model import IntegerModel, to_integers
from minicompress.quantization.mixed.bit_allocation import exact_allocation
from minicompress.quantization.packing import pack_bits, unpack_bits
from minicompress.quantization.report import quantization_report
from minicompress.quantization.uniform import dequantize, quantization, quantize, symmetric_scale
from minicompress.quantization.voltage.low_voltage import LowVoltage

__all__ = [
    "ActivationQuantizer",
    "Binarize",
    "EntropyObserver",
    "FakeQuantize",
    "IntegerModel",
    "LowVoltage",
    "MinMaxObserver",
    "PercentileObserver",
    "PowerOfTwo",
    "Ternarize",
    "affine_dequantize",
    "affine_parameters",
    "affine_quantize",
    "attach_quantizers",
    "cast_weights",
    "dequantize",
    "effective_bits",
    "exact_allocation",
    "fold_batchnorm",
    "pack_bits",
    "quantization",
    "quantization_report",
    "quantize",
    "quantize_activations",
    "symmetric_scale",
    "symmetric_scales",
    "to_integers",
    "unpack_bits",
]
