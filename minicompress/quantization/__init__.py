"""Quantization: how few bits does a weight need? Read in this order:

    uniform.py  fake_quantize.py  report.py    the symmetric quantizer, training through the rounding, error and bytes
    affine.py  granularity.py  packing.py      a zero point; a scale for each channel or group; codes without gaps
    floats.py                                  shorter floats instead: float16, bfloat16, FP8
    binary.py  straight_through.py  popcount.py  ternary.py    down to one bit and three values
    folding.py                                 batch norm goes into the layer in front of it, before ranges are chosen

A scale `s` is the width of one step, in the weight's unit: w = q * s.
"""

from minicompress.quantization.affine import affine_dequantize, affine_parameters, affine_quantize, code_range
from minicompress.quantization.binary import binarize, relative_error
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
from minicompress.quantization.packing import pack_bits, packed_bytes, unpack_bits
from minicompress.quantization.popcount import PackedSigns, pack_signs, popcount
from minicompress.quantization.report import LayerError, QuantizationReport, quantization_report
from minicompress.quantization.straight_through import Binarize, BinaryActivation
from minicompress.quantization.ternary import Ternarize, best_threshold, ternarize
from minicompress.quantization.uniform import dequantize, quantization, quantize, symmetric_scale

__all__ = [
    "BFLOAT16",
    "FLOAT8_E4M3",
    "FLOAT8_E5M2",
    "FLOAT16",
    "Binarize",
    "BinaryActivation",
    "FakeQuantize",
    "FloatFormat",
    "FrozenBatchNorm1d",
    "FrozenBatchNorm2d",
    "LayerError",
    "PackedSigns",
    "QuantizationReport",
    "Ternarize",
    "affine_dequantize",
    "affine_parameters",
    "affine_quantize",
    "best_threshold",
    "binarize",
    "block_range",
    "cast_weights",
    "code_range",
    "decode_float",
    "dequantize",
    "effective_bits",
    "encode_float",
    "fold_batchnorm",
    "folded_arrays",
    "freeze_batchnorm",
    "pack_bits",
    "pack_signs",
    "packed_bytes",
    "popcount",
    "quantization",
    "quantization_report",
    "quantize",
    "relative_error",
    "round_to_float",
    "scale_count",
    "symmetric_scale",
    "symmetric_scales",
    "ternarize",
    "unpack_bits",
]
