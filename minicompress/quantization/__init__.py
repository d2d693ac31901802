"""Quantization: how few bits does a weight need?

Read `uniform.py` first (the symmetric uniform quantizer, after training), then `fake_quantize.py` (training through
the rounding), then `report.py` (error, levels, bytes). `affine.py` adds a zero point, for ranges that are not
symmetric; `packing.py` stores the codes without gaps. A scale `s` is the width of one step, in the weight's unit:
w = q * s.
"""

from minicompress.quantization.affine import affine_dequantize, affine_parameters, affine_quantize, code_range
from minicompress.quantization.fake_quantize import FakeQuantize
from minicompress.quantization.packing import pack_bits, packed_bytes, unpack_bits
from minicompress.quantization.report import LayerError, QuantizationReport, quantization_report
from minicompress.quantization.uniform import dequantize, quantization, quantize, symmetric_scale

__all__ = [
    "FakeQuantize",
    "LayerError",
    "QuantizationReport",
    "affine_dequantize",
    "affine_parameters",
    "affine_quantize",
    "code_range",
    "dequantize",
    "pack_bits",
    "packed_bytes",
    "quantization",
    "quantization_report",
    "quantize",
    "symmetric_scale",
    "unpack_bits",
]
