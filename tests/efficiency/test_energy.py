"""Simulated energy: the fit at its published points, the sum by hand, what each knob changes and what it leaves."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.efficiency import PUBLISHED_PJ, add_pj, inference_energy, multiply_pj, read_pj


@pytest.fixture
def model(rng):
    return nn.Sequential(nn.Linear(4, 3, rng=rng), nn.ReLU(), nn.Linear(3, 2, rng=rng), input_shape=(4,))


def test_fit_meets_the_published_figures_of_32_and_8_bits():
    assert multiply_pj(32) == pytest.approx(PUBLISHED_PJ["int32 multiply"], abs=1e-3)
    assert multiply_pj(8) == pytest.approx(0.2, abs=1e-3)
    assert add_pj(32) == pytest.approx(PUBLISHED_PJ["int32 add"])
    assert add_pj(8) == pytest.approx(0.025)
    assert (read_pj(32, "sram"), read_pj(32, "dram"), read_pj(8, "dram")) == (5, 640, 160)


def test_float_inference_by_hand(model):
    # 12 + 6 MACs of 3.7 + 0.9; 18 weights of 5 pJ; activations 4 + 3 and 3 + 2, of 5 pJ
    report = inference_energy(model)
    assert [(row.name, row.macs, row.weight_bits) for row in report.rows] == [("0.Linear", 12, 32), ("2.Linear", 6, 32)]
    assert report.total_pj == pytest.approx(18 * 4.6 + 18 * 5 + 12 * 5)
    assert report.rows[1].total_pj == pytest.approx(6 * 4.6 + 6 * 5 + 5 * 5)


def test_integer_inference_by_hand_with_bits_of_its_own_for_each_layer(model):
    # layer 0: 4-bit weights, 8-bit activations: multiplier of 8 bits; layer 2: 8 and 8. Sums of 32 bits.
    report = inference_energy(model, weight_bits=[4, 8], activation_bits=8, memory="dram")
    assert [row.compute_pj for row in report.rows] == pytest.approx([12 * (multiply_pj(8) + 0.1), 6 * (0.2 + 0.1)])
    assert [row.weights_pj for row in report.rows] == pytest.approx([12 * 4 * 20, 6 * 8 * 20])
    assert [row.activations_pj for row in report.rows] == pytest.approx([7 * 8 * 5 / 32, 5 * 8 * 5 / 32])


def test_a_float_on_either_side_makes_a_float_product(model):
    for options in ({"weight_bits": 4}, {"activation_bits": 8}):
        assert inference_energy(model, **options).rows[0].compute_pj == pytest.approx(12 * 4.6)


def test_shift_replaces_the_multiplier_alone(model):
    plain = inference_energy(model, weight_bits=4, activation_bits=8)
    shift = inference_energy(model, weight_bits=4, activation_bits=8, shift=True)
    assert shift.rows[0].compute_pj == pytest.approx(12 * (0.025 + 0.1))
    assert shift.rows[0].compute_pj < plain.rows[0].compute_pj
    assert shift.rows[0].weights_pj == plain.rows[0].weights_pj


def test_voltage_scales_the_reading_of_weights_by_its_square_and_nothing_else(model):
    full, low = (inference_energy(model, weight_bits=8, activation_bits=8, voltage=v) for v in (1.0, 0.8))
    for one, other in zip(full.rows, low.rows, strict=True):
        assert other.weights_pj == pytest.approx(0.64 * one.weights_pj)
        assert (other.compute_pj, other.activations_pj) == (one.compute_pj, one.activations_pj)


def test_precision_and_voltage_are_two_knobs_and_multiply(model):
    def weights(bits, voltage):
        return sum(r.weights_pj for r in inference_energy(model, weight_bits=bits, voltage=voltage).rows)

    assert weights(8, 0.875) == pytest.approx(weights(32, 1.0) * 8 / 32 * 0.875**2)


def test_convolutions_count_their_own_macs_and_the_table_says_simulated():
    report = inference_energy(nn.zoo.lenet5(rng=np.random.default_rng(0)), weight_bits=8, activation_bits=8)
    assert [row.macs for row in report.rows] == [288_000, 1_600_000, 400_000, 5_000]
    lines = str(report).splitlines()
    assert " ".join(lines[0].split()) == "layer MACs bits compute pJ weights pJ activations pJ total pJ"
    assert lines[-2].split()[0:2] == ["total", "2,293,000"]
    assert lines[-2].split()[-1] == f"{report.total_pj:,.0f}"
    assert lines[-1].startswith("simulated: 45 nm, multiplications, weights once from sram at 1 Vmin")


def test_bad_arguments_are_named(model, rng):
    with pytest.raises(ValueError, match="multiply_pj: bits must be an integer from 1 to 32"):
        multiply_pj(0)
    with pytest.raises(ValueError, match="add_pj: bits must be an integer from 1 to 32"):
        add_pj(33)
    with pytest.raises(ValueError, match="read_pj: memory must be one of 'sram', 'dram'"):
        inference_energy(model, memory="disk")
    with pytest.raises(ValueError, match="read_pj: bits must be"):
        read_pj(-1, "sram")
    with pytest.raises(ValueError, match="weight_bits must be one number, or 2 for the layers with weights"):
        inference_energy(model, weight_bits=[8])
    with pytest.raises(ValueError, match="weight_bits must be an integer from 1 to 32"):
        inference_energy(model, weight_bits=33)
    with pytest.raises(ValueError, match="activation_bits must be an integer from 1 to 32"):
        inference_energy(model, activation_bits=0)
    with pytest.raises(ValueError, match="shift must be False where weights or activations are float32"):
        inference_energy(model, weight_bits=4, shift=True)
    with pytest.raises(ValueError, match="relative_energy: voltage must be"):
        inference_energy(model, voltage=0)
    with pytest.raises(ValueError, match="input_shape must be given"):
        inference_energy(nn.Sequential(nn.Linear(2, 2, rng=rng)))


def test_bits_may_be_an_array_of_narrow_integers(model):
    narrow = inference_energy(model, weight_bits=np.array([8, 4], np.int8), activation_bits=np.uint8(8))
    assert narrow.rows == inference_energy(model, weight_bits=[8, 4], activation_bits=8).rows


@pytest.mark.parametrize("shape", [5, "5"])
def test_a_shape_that_is_none_is_named(model, shape):
    with pytest.raises(ValueError, match="inference_energy: input_shape must be the shape of a sample"):
        inference_energy(model, input_shape=shape)


@pytest.mark.parametrize("memory", ["flash", None, ["sram"], {}])
def test_a_memory_that_is_none_is_named(memory):
    with pytest.raises(ValueError, match="read_pj: memory must be one of 'sram', 'dram'"):
        read_pj(8, memory)
