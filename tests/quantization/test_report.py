"""The quantization report: errors worked by hand, bytes counted as it says."""

import copy
import math
from types import SimpleNamespace

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import FakeQuantize, quantization, quantization_report


def model(*weights):
    return SimpleNamespace(layers=[SimpleNamespace(weights=[w]) for w in weights])


def test_error_and_bytes_worked_by_hand():
    # 3 bits: s = 0.25; [0.75, 0.5, -0.0625] -> [0.75, 0.5, 0]: MSE = 0.0625^2 / 3
    w = np.array([[0.75, 0.5, -0.0625]], np.float32)

    report = quantization_report(model(w), 3)

    (row,) = report.rows
    assert row.mse == pytest.approx(0.0625**2 / 3)
    assert row.sqnr_db == pytest.approx(10 * math.log10((0.75**2 + 0.5**2 + 0.0625**2) / 0.0625**2))
    assert row.levels == 3
    assert (row.float_bytes, row.size_bytes) == (12, 2 + 4)  # 9 bits in two bytes, and the scale
    assert "3-bit codes" in report.counted_as
    np.testing.assert_array_equal(w, np.array([[0.75, 0.5, -0.0625]], np.float32))


def test_bits_and_a_quantized_copy_report_the_same_error():
    before = model(np.random.default_rng(0).normal(size=(30, 20)).astype(np.float32), np.ones((2, 2), np.float32))
    after = copy.deepcopy(before)
    quantization(after, 4)

    by_bits, by_model = quantization_report(before, 4), quantization_report(before, after)

    assert [(r.mse, r.sqnr_db, r.levels) for r in by_bits.rows] == [(r.mse, r.sqnr_db, r.levels) for r in by_model.rows]
    assert by_bits.rows[0].levels == 14  # of the 15 codes the largest magnitude uses one end only
    assert by_bits.rows[1].mse == 0
    assert by_bits.rows[1].sqnr_db == math.inf
    assert by_model.rows[0].size_bytes == 14 * 4 + 600 * 4 // 8  # 14 values, 4 bits an index


def test_a_model_that_was_not_quantized_is_not_called_smaller():
    before = model(np.random.default_rng(0).normal(size=(30, 20)).astype(np.float32))

    assert quantization_report(before, before).size_bytes == 2400


def test_each_bit_more_is_worth_about_six_decibels():
    before = model(np.random.default_rng(0).uniform(-1, 1, size=20_000).astype(np.float32))

    db = [quantization_report(before, bits).rows[0].sqnr_db for bits in (6, 7, 8)]

    np.testing.assert_allclose(np.diff(db), 6.02, atol=0.3)


def test_report_prints_rows_total_and_how_bytes_were_counted():
    text = str(quantization_report(model(np.ones((2, 3), np.float32)), 8))

    header, row, total, counted = text.splitlines()
    assert len(header) == len(row) == len(total)
    assert total.split() == ["total", "24", "10", f"{80 / 6:.2f}"]
    assert counted.startswith("bytes: 8-bit codes")


def test_an_all_zero_and_an_empty_layer_do_not_crash():
    report = quantization_report(model(np.zeros((2, 2), np.float32), np.zeros((0, 2), np.float32)), 8)

    assert [row.sqnr_db for row in report.rows] == [math.inf, math.inf]


def test_models_that_differ_in_shape_are_refused():
    with pytest.raises(ValueError, match="quantization_report: weights after must have shapes"):
        quantization_report(model(np.ones((2, 3))), model(np.ones((3, 2))))
    with pytest.raises(ValueError, match="quantized must be an integer from 2 to 16"):
        quantization_report(model(np.ones((2, 3))), 1)


def test_the_report_is_of_what_the_network_sees(rng):
    before = nn.Sequential(nn.Linear(20, 10, rng=rng), nn.Linear(10, 3, rng=rng))
    after = before.copy()
    for parameter in after.weight_parameters():
        parameter.transforms.append(FakeQuantize(4))

    seen, by_bits = quantization_report(before, after), quantization_report(before, 4)

    assert [row.mse for row in seen.rows] == [row.mse for row in by_bits.rows]
    assert seen.rows[0].levels <= 15


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_named(bad):
    for after in (4, model(np.ones((1, 2)))):
        with pytest.raises(ValueError, match="quantization_report: weights must be finite"):
            quantization_report(model(np.array([[1.0, bad]])), after)


@pytest.mark.parametrize("factor", [2.0**-600, 2.0**600])
def test_decibels_do_not_depend_on_the_unit(factor):
    w = np.random.default_rng(0).normal(size=(3, 50))
    db = quantization_report(model(w), 4).rows[0].sqnr_db
    assert quantization_report(model(factor * w), 4).rows[0].sqnr_db == pytest.approx(db)
