"""The picture shows accuracy, published and fitted error rates, and energies relative to Vmin."""

import pytest
from small_voltage import VOLTAGES

from minicompress.quantization.voltage import VOLTAGE_POINTS
from minicompress.study import find_study
from minicompress.study.voltage import measure as voltage


def test_the_picture_shows_accuracy_rates_and_energies(run):
    figure = find_study("voltage", quick=True).figure(run[0].summaries, "a title")
    accuracy, rates, energies = figure.axes

    assert [line.get_label() for line in accuracy.lines] == list(voltage.figure.__globals__["LABELS"].values())
    points = {(x, y) for x, y in zip(*rates.lines[1].get_data(), strict=True)}
    assert points == {(p.voltage, p.bit_error_rate) for p in VOLTAGE_POINTS if p.bit_error_rate}
    assert energies.lines[0].get_ydata() == pytest.approx([(v / 1.2) ** 2 for v in sorted(VOLTAGES)], rel=1e-4)
    assert all(axes.xaxis_inverted() for axes in figure.axes)
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")
