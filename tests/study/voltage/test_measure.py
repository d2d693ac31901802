"""The voltage study on a few images: the same chips at all voltages, energies by hand, a picture with three panels."""

import numpy as np
import pytest
from small_voltage import VOLTAGES

from minicompress.quantization.voltage import VOLTAGE_POINTS, VoltageSweep, bit_error_rate
from minicompress.study import engine, find_study
from minicompress.study.shelf import Shelf
from minicompress.study.voltage import measure as voltage

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


def test_every_arm_is_measured_at_every_voltage_which_are_the_published_ones_in_full(run):
    assert set(run[2]) == {(arm, v) for arm in ("plain", "robust", "clipped", "randbet") for v in VOLTAGES}
    assert find_study("voltage").arms["plain"] == tuple(point.voltage for point in VOLTAGE_POINTS)


def test_without_failing_cells_all_chips_are_alike_and_with_many_they_are_not(run):
    for (_, v), row in run[2].items():
        assert row["worst"] <= row["accuracy"] <= row["best"]
        if v == VOLTAGES[0]:
            assert row["worst"] == row["best"] == row["without_errors"] > 0.3
    assert any(row["worst"] < row["best"] for (_, v), row in run[2].items() if v == 0.75)
    assert run[2]["plain", 0.75]["accuracy"] < run[2]["plain", 1.2]["accuracy"]


def test_energies_and_rates_are_those_of_the_voltage(run):
    for (_, v), row in run[2].items():
        assert row["weights_pj"] == pytest.approx(20_424 * 5 / 4 * v**2, abs=1)
        assert row["bit_error_rate"] == bit_error_rate(v)
        rest = row["energy_pj"] - row["weights_pj"]
        assert rest == pytest.approx(97_024 * 0.3 + 5 / 4 * 3758, rel=1e-3)
        assert row["size_bytes"] == 20_424 + 4 * (8 + 98 + 8)


def test_all_voltages_and_arms_of_a_seed_have_the_same_chips(tmp_path, monkeypatch):
    drawn = []
    critical = voltage.voltage_sweep.__globals__["CriticalVoltages"]

    def draw(*arguments, **options):
        drawn.append(critical(*arguments, **options))
        return drawn[-1]

    monkeypatch.setitem(voltage.voltage_sweep.__globals__, "CriticalVoltages", draw)
    study, shelf = find_study("voltage", quick=True), Shelf(tmp_path, "s")
    for arm, v in (("plain", 1.2), ("plain", 0.75), ("robust", 0.75)):
        study.measure(engine.Cell(arm, v, 0), shelf)
    first, second, third = (drawn[i : i + 8] for i in (0, 8, 16))  # two chips, four arrays each
    assert len(drawn) == 24
    for one, other, another in zip(first, second, third, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.values, another.values)
    assert not np.array_equal(first[0].values, first[4].values)


def test_the_test_set_decides_nothing(run, tmp_path, monkeypatch):
    x, y, x_test, y_test = voltage.data.load("mnist")
    monkeypatch.setattr(voltage.data, "load", lambda name: (x, y, x_test, (y_test + 1) % 10))
    study, shelf = find_study("voltage", quick=True), Shelf(tmp_path, "s")
    measured = study.measure(engine.Cell("randbet", 1.2, 0), shelf)
    assert measured["accuracy"] <= 1 - run[2]["randbet", 1.2]["accuracy"]


def test_a_cell_is_the_median_of_its_chips_from_the_worst_to_the_best(tmp_path, monkeypatch):
    swept = VoltageSweep(np.ones(1), np.zeros(1), np.ones(1), np.array([[0.5, 0.9, 0.25]]), 0.95)
    monkeypatch.setattr(voltage, "voltage_sweep", lambda *arguments, **options: swept)
    row = find_study("voltage", quick=True).measure(engine.Cell("plain", 1.0, 0), Shelf(tmp_path, "s"))
    assert [row[key] for key in ("worst", "accuracy", "best", "without_errors")] == [0.25, 0.5, 0.9, 0.95]
