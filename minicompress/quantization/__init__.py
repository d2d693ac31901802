"""Quantization: how few bits does a weight need?

Read `uniform.py` first (the symmetric uniform quantizer, after training), then `fake_quantize.py` (training through
the rounding), then `report.py` (error, levels, bytes). A scale `s` is the width of one step, in the weight's unit:
w = q * s.
"""

from minicompress.quantization.fake_quantize import FakeQuantize
from minicompress.quantization.report import LayerError, QuantizationReport, quantization_report
from minicompress.quantization.uniform import dequantize, quantization, quantize, symmetric_scale

__all__ = [
    "FakeQuantize",
    "LayerError",
    "QuantizationReport",
    "dequantize",
    "quantization",
    "quantization_report",
    "quantize",
    "symmetric_scale",
]
