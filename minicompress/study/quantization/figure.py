"""The picture of the quantization study: accuracy against bits, bytes and picojoules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minicompress.figures.curves import Band, Panel, curves_figure
from minicompress.study.summary import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LABELS", "figure"]

LABELS = {
    "ptq_tensor": "PTQ, one scale an array",
    "ptq_channel": "PTQ, a scale for each channel",
    "qat_tensor": "QAT, one scale an array",
    "qat_channel": "QAT, a scale for each channel",
    "float16": "float16",
    "binary_middle": "binary between 8-bit ends",
    "binary": "binary",
    "power_of_two": "powers of two, 4 bits",
    "ternary": "ternary",
    "hybrid_bits": "hybrid, exact allocation",
}
_BY_BITS = ("ptq_tensor", "ptq_channel", "qat_tensor", "qat_channel", "ternary", "binary")
_KINDS = ("float16", "qat_channel", "hybrid_bits", "power_of_two", "binary_middle", "ternary", "binary")


def figure(summaries: Sequence[Summary], title: str) -> Figure:
    """Return the matplotlib Figure of the summaries."""
    arms = {}
    for summary in summaries:
        arms.setdefault(summary.arm, []).append(summary)
    (float32,) = arms["float32"]
    panels = (
        ("PTQ and QAT", "bits", _BY_BITS),
        ("kinds, by bytes", "bytes", _KINDS),
        ("kinds, by energy", "picojoules", _KINDS[1:]),  # without float16, which computes in float32: ten times as much
    )
    return curves_figure(
        [
            Panel(name, axis, tuple(_band(arms[arm], axis) for arm in kinds), float32.accuracy)
            for name, axis, kinds in panels
        ],
        title=title,
        columns=3,
    )


def _band(points, axis):
    key = {"bits": "bits", "bytes": "size_bytes", "picojoules": "energy_pj"}[axis]
    points = sorted(points, key=lambda summary: summary.setting)
    return Band(
        LABELS[points[0].arm],
        x=tuple(summary.setting if key == "bits" else summary.medians[key] for summary in points),
        low=tuple(summary.low for summary in points),
        median=tuple(summary.accuracy for summary in points),
        high=tuple(summary.high for summary in points),
    )
