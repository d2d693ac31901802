"""Report of a quantized model: the error of its weights, and the bytes that it saves.

    MSE  = mean (w - w')^2                            in the weight's unit, squared
    SQNR = 10 log10( mean w^2 / MSE )   in dB         infinite if nothing changed

Every further bit halves the step and so quarters the MSE: about 6 dB per bit. Bytes are counted in one of two ways, and
the report says which: with `bits`, ceil(n * bits / 8) for the packed codes and 4 per scale; with a quantized model, a
table of the values that occur (4 bytes each) and ceil(log2(levels)) bits per weight, or dense float32 if that is less.

Left out: biases, which stay float32, and the overhead of a file; `minicompress/deploy/storage.py` writes real ones.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, whole_number
from minicompress._base.sizes import FLOAT_BYTES, bits_to_bytes, packed_bytes, scale_bytes
from minicompress._base.tables import table_lines
from minicompress.nn.seen import check_layers, each_weight, seen_weights
from minicompress.quantization.granularity import scale_count, symmetric_scales
from minicompress.quantization.uniform import dequantize, quantize

__all__ = ["LayerError", "QuantizationReport", "quantization_report"]


@dataclass(frozen=True)
class LayerError:
    """One weight array before and after.

    `mse` is in squared units of the weight, `sqnr_db` in decibels, `levels` counts the distinct values afterwards
    (-0.0 and 0.0 are one), `float_bytes` is the array as dense float32, `size_bytes` is counted as the report says.
    `effective_bits` are bits for each weight, with its share of whatever else is stored.
    """

    name: str
    shape: tuple
    mse: float
    sqnr_db: float
    levels: int
    float_bytes: int
    size_bytes: int

    @property
    def effective_bits(self):
        """Bits of a weight, 8 * size_bytes / weights; NaN where there are none."""
        return _effective_bits(self)


@dataclass(frozen=True)
class QuantizationReport:
    """One row for each weight array, and how `size_bytes` was counted; `str` gives a table."""

    rows: tuple
    counted_as: str

    @property
    def float_bytes(self):
        """Bytes of all weights as dense float32."""
        return sum(row.float_bytes for row in self.rows)

    @property
    def size_bytes(self):
        """Bytes of all weights, counted as `counted_as` says."""
        return sum(row.size_bytes for row in self.rows)

    @property
    def effective_bits(self):
        """Bits of a weight, 8 * size_bytes / weights; NaN where there are none."""
        return _effective_bits(self)

    def __str__(self):
        table = [("layer", "shape", "MSE", "SQNR dB", "levels", "float32 bytes", "bytes", "bits/weight")]
        for row in self.rows:
            error = f"{row.mse:.3g}", f"{row.sqnr_db:.2f}", f"{row.levels:,}"
            table.append((row.name, "x".join(map(str, row.shape)), *error, *_sizes(row)))
        table.append(("total", "", "", "", "", *_sizes(self)))
        return "\n".join([*table_lines(table), f"bytes: {self.counted_as}"])


def _sizes(of):
    return f"{of.float_bytes:,}", f"{of.size_bytes:,}", f"{of.effective_bits:.2f}"


def _effective_bits(of):
    return 32 * of.size_bytes / of.float_bytes if of.float_bytes else math.nan


def quantization_report(
    before, quantized, *, axis: int | None = None, group_size: int | None = None
) -> QuantizationReport:
    """Return how the weights of `before` differ from those of a quantized model, or from what `bits` makes of them.

    Weights are taken as the network sees them, through masks and quantizers.

    Parameters
    ----------
    before : model (`.layers`, each with `.weights`); it does not change.
    quantized : the same model after quantization (a copy), or a number of bits, an integer from 2 to 16.
    axis, group_size : with bits, which weights share a scale, see `granularity.py`: axis=0 for a scale for each output
        channel, group_size=g for one for each g consecutive weights of a row. One scale for each array by default.

    Returns
    -------
    QuantizationReport

    Raises
    ------
    ValueError : bits out of range, two models whose weights differ in number or shape, an axis or a group size that
        does not fit every array or is given with a model; weights with NaN or infinity.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> report = quantization_report(model, 4)
    >>> report.float_bytes, report.size_bytes
    (72, 17)
    """
    check_layers("quantization_report", before, "before")
    named = _named_weights(before)
    sharing = {"axis": axis, "group_size": group_size}
    if hasattr(quantized, "layers"):
        after = [w for _, w in _named_weights(quantized)]
        _check_alike(named, after, sharing)
        counted_as, count = "a table of the float32 values that occur, ceil(log2(levels)) bits a weight", _table_bytes
    else:
        bits = whole_number("quantization_report", "quantized", quantized, low=2, high=16)
        after = [_round_trip(w, bits, sharing) for _, w in named]
        counted_as = f"{bits}-bit codes, packed, and one float32 scale for each {_shared_by(axis, group_size)}"
        count = functools.partial(_packed_bytes, bits=bits, sharing=sharing)
    rows = tuple(_row(name, w, w2, count) for (name, w), w2 in zip(named, after, strict=True))
    return QuantizationReport(rows, counted_as)


def _named_weights(model):
    names = [name for name, _, _ in each_weight(model)]
    weights = [array("quantization_report", "weights", w, finite=True) for w in seen_weights(model)]
    return list(zip(names, weights, strict=True))


def _check_alike(named, after, sharing):
    if any(value is not None for value in sharing.values()):
        raise ValueError(f"quantization_report: axis and group_size must come with bits, not with a model: {sharing}")
    shapes, shapes_after = [w.shape for _, w in named], [w.shape for w in after]
    if shapes != shapes_after:
        raise ValueError(f"quantization_report: weights after must have shapes {shapes}, got {shapes_after}")


def _shared_by(axis, group_size):
    if group_size is not None:
        return f"{group_size} weights of a row"
    return "array" if axis is None else "output channel" if axis == 0 else f"index along axis {axis}"


def _round_trip(w, bits, sharing):
    s = symmetric_scales(w, bits, **sharing)
    return dequantize(quantize(w, s, bits), s, w.dtype)


def _packed_bytes(w, bits, sharing):
    return packed_bytes(w.size, bits) + scale_bytes(scale_count(w.shape, **sharing))


def _table_bytes(w):
    levels = _levels(w)
    index_bits = max(1, math.ceil(math.log2(levels))) if levels else 0
    return min(FLOAT_BYTES * w.size, scale_bytes(levels) + bits_to_bytes(w.size * index_bits))


def _levels(w):
    return np.unique(w).size  # unique compares, so -0.0 and 0.0 are one


def _row(name, w, w2, count):
    w64, w264 = w.astype(np.float64), w2.astype(np.float64)
    # In units of the largest: squares of float64 numbers may be too large or too small for a float.
    unit = max(float(np.max(np.abs(a), initial=0)) for a in (w64, w264)) or 1.0
    mse, power = (float(np.mean((a / unit) ** 2)) if w.size else 0.0 for a in (w64 / 2 - w264 / 2, w64 / 2))
    sqnr_db = math.inf if mse == 0 else 10 * math.log10(power / mse) if power else -math.inf
    return LayerError(name, w.shape, 4 * mse * unit * unit, sqnr_db, _levels(w2), FLOAT_BYTES * w.size, count(w2))
