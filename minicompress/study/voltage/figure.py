"""The picture of the voltage study: accuracy, bit error rate and energy against voltage.

left     accuracy of each arm: the median over chips and seeds; the band spans all chips of all seeds
right    above: share of bits that flip, published points and the fitted curve, log scale
         below: energy of reading the weights and of the whole inference, relative to Vmin
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minicompress.figures.curves import STYLES, Band, draw_band
from minicompress.figures.plots import error_axis, new_figure
from minicompress.quantization.voltage import VOLTAGE_POINTS, bit_error_rate
from minicompress.study.summary import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LABELS", "figure"]

LABELS = {
    "plain": "8 bits, symmetric and signed",
    "robust": "8 bits, robust codes",
    "clipped": "robust codes, weights clipped in training",
    "randbet": "clipped, trained with random bit errors",
}
_FONT_SIZE = 10.5
_X = "voltage of the weights' memory (Vmin)"


def figure(summaries: Sequence[Summary], title: str) -> Figure:
    """Return the matplotlib Figure of the summaries."""
    arms = {}
    for summary in summaries:
        arms.setdefault(summary.arm, []).append(summary)
    drawing = new_figure(title, width=10.67, height=5.4)
    grid = drawing.add_gridspec(2, 2, width_ratios=(1.5, 1))
    accuracy = drawing.add_subplot(grid[:, 0])
    rates = drawing.add_subplot(grid[0, 1], sharex=accuracy)
    energies = drawing.add_subplot(grid[1, 1], sharex=accuracy)
    _draw_accuracies(accuracy, arms)
    _draw_rates(rates)
    _draw_energies(energies, next(iter(arms.values())))
    for axes in drawing.axes:
        axes.tick_params(labelsize=_FONT_SIZE - 1)
        axes.grid(True, color="#dddddd", linewidth=0.7)
        axes.set_axisbelow(True)
        axes.legend(fontsize=_FONT_SIZE - 1.5, framealpha=0.9)
    return drawing


def _draw_accuracies(axes, arms):
    errors = []
    for style, (arm, label) in zip(STYLES, LABELS.items(), strict=False):
        points = sorted(arms[arm], key=lambda summary: summary.setting)
        columns = [[s.setting for s in points], [s.least["worst"] for s in points]]
        columns += [[s.accuracy for s in points], [s.greatest["best"] for s in points]]
        band = Band(label, *map(tuple, columns))
        draw_band(axes, band, style, axis="voltage").set_label(label)
        errors += [max(1 - a, 1e-4) for a in (*band.low, *band.high)]
    error_axis(axes, errors)
    axes.set_xlim(max(band.x) + 0.01, min(band.x) - 0.01)
    axes.set_xlabel(_X, fontsize=_FONT_SIZE)


def _draw_rates(axes):
    voltages = [0.74 + 0.002 * i for i in range(131)]
    axes.plot(voltages, [bit_error_rate(v) for v in voltages], color="#000000", linewidth=1.3, label="fitted")
    measured = [point for point in VOLTAGE_POINTS if point.bit_error_rate > 0]
    x, y = [point.voltage for point in measured], [point.bit_error_rate for point in measured]
    axes.plot(x, y, "o", color="#D55E00", markersize=6, label="published, 14 nm SRAM")
    axes.set_yscale("log")
    axes.set_ylim(1e-7, 1)
    axes.set_ylabel("share of bits that flip", fontsize=_FONT_SIZE)
    axes.tick_params(labelbottom=False)


def _draw_energies(axes, points):
    points = sorted(points, key=lambda summary: summary.setting)
    voltages = [summary.setting for summary in points]
    names = {"weights_pj": "reading weights", "energy_pj": "whole inference"}
    for (key, name), (colour, marker, line) in zip(names.items(), STYLES, strict=False):
        values = [summary.medians[key] / points[-1].medians[key] for summary in points]
        axes.plot(voltages, values, color=colour, marker=marker, linestyle=line, markersize=5, label=name)
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("energy, relative", fontsize=_FONT_SIZE)
    axes.set_xlabel(_X, fontsize=_FONT_SIZE)
