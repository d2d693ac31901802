"""Quantization: how few bits does a weight need? Read in this order:

    uniform.py  fake_quantize.py  attaching.py  report.py    the symmetric quantizer, training through the rounding
    affine.py  granularity.py  packing.py      a zero point; a scale for each channel or group; codes without gaps
    floats.py                                  shorter floats instead: float16, bfloat16, FP8
    calibration.py  histogram.py  clipping.py      ranges of activations from training data
    activations.py                             the layer that uses them
    binary.py  straight_through.py  popcount.py  ternary.py    down to one bit and three values
    folding.py                                 batch norm goes into the layer in front of it, before ranges are chosen
    power_of_two.py  energy.py                 a product is a shift; picojoules of an inference, simulated
    stored_bits.py  low_voltage.py  robust.py  the other knob, voltage: cells fail, bits flip, networks that bear it
    integer.py  integer_layers.py  integer_model.py    inference in integers alone, from multiplier to network
    integer_file.py                            such a network in a file
    bit_allocation.py  hybrid.py               bits for each layer under a budget; methods mixed in one network

A scale `s` is the width of one step, in the weight's unit: w = q * s.
"""

from minicompress.quantization.activations import (
    ActivationQuantizer,
    activation_quantizers,
    quantize_activations,
    saturation_ratios,
)
from minicompress.quantization.affine import affine_dequantize, affine_parameters, affine_quantize, code_range
from minicompress.quantization.attaching import attach
from minicompress.quantization.binary import binarize, relative_error
from minicompress.quantization.bit_allocation import Allocation, exact_allocation, greedy_allocation, uniform_allocation
from minicompress.quantization.calibration import MinMaxObserver, MovingAverageObserver, Observer, saturation_ratio
from minicompress.quantization.clipping import EntropyObserver, MSEObserver, PercentileObserver, entropy_threshold
from minicompress.quantization.energy import (
    PUBLISHED_PJ,
    EnergyReport,
    LayerEnergy,
    add_pj,
    inference_energy,
    multiply_pj,
    read_pj,
)
from minicompress.quantization.fake_quantize import FakeQuantize
from minicompress.quantization.floats import (
    BFLOAT16,
    FLOAT8_E4M3,
    FLOAT8_E5M2,
    FLOAT16,
    FloatFormat,
    cast_weights,
    decode_float,
    encode_float,
    round_to_float,
)
from minicompress.quantization.folding import (
    FrozenBatchNorm1d,
    FrozenBatchNorm2d,
    fold_batchnorm,
    folded_arrays,
    freeze_batchnorm,
)
from minicompress.quantization.granularity import block_range, effective_bits, scale_count, symmetric_scales
from minicompress.quantization.histogram import Histogram
from minicompress.quantization.hybrid import (
    Method,
    compare_allocations,
    measured_costs,
    method_sizes,
    squared_errors,
    uniform_bits,
)
from minicompress.quantization.integer import (
    FixedPointScale,
    FloatScale,
    TwiceRoundedScale,
    fixed_point,
    quantize_bias,
    saturate,
)
from minicompress.quantization.integer_layers import (
    IntegerConv2d,
    IntegerFlatten,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
)
from minicompress.quantization.integer_model import Grid, IntegerModel, to_integers
from minicompress.quantization.low_voltage import (
    VOLTAGE_POINTS,
    CriticalVoltages,
    LowVoltage,
    RandomBitErrors,
    VoltagePoint,
    bit_error_rate,
    flip_bits,
    relative_energy,
    voltage_of,
)
from minicompress.quantization.packing import pack_bits, packed_bytes, unpack_bits
from minicompress.quantization.popcount import PackedSigns, pack_signs, popcount
from minicompress.quantization.power_of_two import (
    AdditivePowersOfTwo,
    PowerOfTwo,
    apot_levels,
    nearest_level,
    power_of_two_codes,
    power_of_two_values,
    shift_product,
)
from minicompress.quantization.report import LayerError, QuantizationReport, quantization_report
from minicompress.quantization.robust import VoltageSweep, WeightClip, fit_with_bit_errors, voltage_sweep
from minicompress.quantization.stored_bits import FixedPoint
from minicompress.quantization.straight_through import Binarize, BinaryActivation
from minicompress.quantization.ternary import Ternarize, best_threshold, ternarize
from minicompress.quantization.uniform import dequantize, quantization, quantize, symmetric_scale

__all__ = [
    "BFLOAT16",
    "FLOAT8_E4M3",
    "FLOAT8_E5M2",
    "FLOAT16",
    "PUBLISHED_PJ",
    "VOLTAGE_POINTS",
    "ActivationQuantizer",
    "AdditivePowersOfTwo",
    "Allocation",
    "Binarize",
    "BinaryActivation",
    "CriticalVoltages",
    "EnergyReport",
    "EntropyObserver",
    "FakeQuantize",
    "FixedPoint",
    "FixedPointScale",
    "FloatFormat",
    "FloatScale",
    "FrozenBatchNorm1d",
    "FrozenBatchNorm2d",
    "Grid",
    "Histogram",
    "IntegerConv2d",
    "IntegerFlatten",
    "IntegerLinear",
    "IntegerMaxPool2d",
    "IntegerModel",
    "IntegerReLU",
    "LayerEnergy",
    "LayerError",
    "LowVoltage",
    "MSEObserver",
    "Method",
    "MinMaxObserver",
    "MovingAverageObserver",
    "Observer",
    "PackedSigns",
    "PercentileObserver",
    "PowerOfTwo",
    "QuantizationReport",
    "RandomBitErrors",
    "Ternarize",
    "TwiceRoundedScale",
    "VoltagePoint",
    "VoltageSweep",
    "WeightClip",
    "activation_quantizers",
    "add_pj",
    "affine_dequantize",
    "affine_parameters",
    "affine_quantize",
    "apot_levels",
    "attach",
    "best_threshold",
    "binarize",
    "bit_error_rate",
    "block_range",
    "cast_weights",
    "code_range",
    "compare_allocations",
    "decode_float",
    "dequantize",
    "effective_bits",
    "encode_float",
    "entropy_threshold",
    "exact_allocation",
    "fit_with_bit_errors",
    "fixed_point",
    "flip_bits",
    "fold_batchnorm",
    "folded_arrays",
    "freeze_batchnorm",
    "greedy_allocation",
    "inference_energy",
    "measured_costs",
    "method_sizes",
    "multiply_pj",
    "nearest_level",
    "pack_bits",
    "pack_signs",
    "packed_bytes",
    "popcount",
    "power_of_two_codes",
    "power_of_two_values",
    "quantization",
    "quantization_report",
    "quantize",
    "quantize_activations",
    "quantize_bias",
    "read_pj",
    "relative_energy",
    "relative_error",
    "round_to_float",
    "saturate",
    "saturation_ratio",
    "saturation_ratios",
    "scale_count",
    "shift_product",
    "squared_errors",
    "symmetric_scale",
    "symmetric_scales",
    "ternarize",
    "to_integers",
    "uniform_allocation",
    "uniform_bits",
    "unpack_bits",
    "voltage_of",
    "voltage_sweep",
]
