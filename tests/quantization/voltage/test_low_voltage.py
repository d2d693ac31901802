"""Low voltage: the fit against the published points, cells that stay weak, bits that flip, what the network sees."""

import copy
import math
from statistics import NormalDist

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import LowVoltage, affine_dequantize, affine_parameters, affine_quantize
from minicompress.quantization.voltage import (
    VOLTAGE_POINTS,
    CriticalVoltages,
    FixedPoint,
    RandomBitErrors,
    bit_error_rate,
    flip_bits,
    relative_energy,
    voltage_of,
)

EXERCISE = "quantization/low_voltage"
SEEN = [point for point in VOLTAGE_POINTS if point.bit_error_rate > 0]
V = np.array([point.voltage for point in SEEN])
P = np.array([point.bit_error_rate for point in SEEN])


def test_fit_lies_within_a_quarter_of_every_published_point_over_five_decades():
    fitted = np.array([bit_error_rate(v) for v in V])
    assert np.abs(fitted / P - 1).max() < 0.25
    assert math.log10(P.max() / P.min()) > 5


def test_coefficients_are_those_of_the_line_through_the_published_points():
    slope, intercept = np.polyfit(V, [NormalDist().inv_cdf(p) for p in P], 1)
    assert (round(intercept, 2), round(slope, 2)) == (12.77, -18.10)
    assert bit_error_rate(0.8) == pytest.approx(NormalDist().cdf(12.77 - 18.10 * 0.8), rel=1e-9)


def test_a_pure_exponential_is_more_than_twice_off():
    line = np.polyfit(V, np.log(P), 1)
    ratio = np.exp(np.abs(np.polyval(line, V) - np.log(P)))
    assert 2.8 < ratio.max() < 3


def test_published_energies_are_squares_of_the_voltage_and_rare_errors_are_counts_of_cells():
    for point in VOLTAGE_POINTS:
        assert relative_energy(point.voltage) == pytest.approx(point.energy, rel=1e-8)
    cells = 32 * 512 * 64
    assert [p * cells for p in P[:2]] == pytest.approx([2, 72], rel=1e-4)
    assert bit_error_rate(1.0) * cells < 0.1


def test_voltage_of_is_the_inverse_and_errors_fall_with_the_voltage():
    rates = [1e-6, 0.001, 0.01, 0.3, 0.5, 0.9]
    assert [bit_error_rate(voltage_of(p)) for p in rates] == pytest.approx(rates, rel=1e-6)
    assert np.all(np.diff([bit_error_rate(v) for v in np.linspace(0.3, 1.2, 50)]) < 0)


def test_share_of_failing_cells_is_the_rate_of_the_fit(rng):
    cells = CriticalVoltages((500, 100), 8, rng=rng)
    for voltage in (0.875, 0.8, 0.75, 0.6):
        p = bit_error_rate(voltage)
        deviation = math.sqrt(p * (1 - p) / cells.values.size)
        assert abs(cells.failing(voltage).mean() - p) < 4 * deviation


def test_cells_that_fail_fail_at_every_lower_voltage_and_at_every_reading(rng):
    cells = CriticalVoltages((40, 30), 4, rng=rng)
    higher = cells.failing(0.9)
    for voltage in (0.85, 0.8, 0.7, 0.5):
        lower = cells.failing(voltage)
        assert (lower | ~higher).all()
        assert lower.sum() > higher.sum()
        np.testing.assert_array_equal(cells.failing(voltage), lower)
        higher = lower


def test_a_cell_holds_exactly_at_its_critical_voltage(rng):
    cells = CriticalVoltages((1,), 2, rng=rng)
    cells.values[...] = [[0.75, 0.8125]]
    assert cells.failing(0.75).tolist() == [[False, True]]
    assert cells.failing(np.nextafter(np.float32(0.75), np.float32(0))).tolist() == [[True, True]]


def test_flipped_bits_by_hand_and_against_a_naive_loop(rng):
    # 5 = 0101: bit 0 fails -> 0100; bits 1 and 3 fail -> 1111; none -> 0101
    failing = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]], bool)
    assert flip_bits(np.array([5, 5, 5], np.uint8), failing).tolist() == [4, 15, 5]
    codes, failing = rng.integers(0, 2**12, (6, 5)).astype(np.uint16), rng.random((6, 5, 12)) < 0.3
    read = flip_bits(codes, failing)
    assert read.dtype == np.uint16
    for index, code in np.ndenumerate(codes):
        assert read[index] == sum(((int(code) >> j & 1) ^ int(failing[(*index, j)])) << j for j in range(12))
    np.testing.assert_array_equal(flip_bits(read, failing), codes)


@pytest.mark.parametrize("bits", [4, 8, 12])
def test_the_exercise_s_answers_agree_with_the_library(bits, rng):
    w = rng.normal(0.1, 1, (6, 5))
    s, z = affine_parameters(w.min(), w.max(), bits)
    codes, cells = affine_quantize(w, s, z, bits), CriticalVoltages(w.shape, bits, rng=rng)
    names = {}
    exec(content().solution(EXERCISE).read_text(encoding="utf-8"), names)
    for voltage in (1.0, 0.8, 0.7):
        seen = affine_dequantize(cells.read(codes, voltage), s, z, np.float64)
        for answer in [names["low_voltage"], *(known.function for known in right_answers(EXERCISE))]:
            theirs, rate, energy = answer(codes, bits, s, z, cells.values, np.float32(voltage))
            np.testing.assert_allclose(theirs, seen, rtol=1e-6, atol=1e-6)
            assert rate == pytest.approx(cells.failing(voltage).mean())
            assert energy == pytest.approx(bits / 8 * relative_energy(voltage), rel=1e-6)


def test_flip_bits_refuses_what_is_no_stored_code():
    with pytest.raises(ValueError, match="flip_bits: codes must be unsigned integers, got dtype"):
        flip_bits(np.array([1.0]), np.zeros((1, 4), bool))
    with pytest.raises(ValueError, match=r"flip_bits: failing must be bool of shape \(1,\) \+ \(bits,\)"):
        flip_bits(np.array([1], np.uint8), np.zeros((2, 4), bool))
    with pytest.raises(ValueError, match="flip_bits: failing must be bool"):
        flip_bits(np.array([1], np.uint8), np.zeros((1, 4)))
    with pytest.raises(ValueError, match="flip_bits: failing must be at most 8 bits wide"):
        flip_bits(np.array([1], np.uint8), np.zeros((1, 9), bool))


def test_random_errors_have_the_rate_and_are_fresh_each_time_and_rate_0_is_quantization(rng):
    w = rng.normal(size=(200, 50)).astype(np.float32)
    transform = RandomBitErrors(8, 0.01, rng=rng)
    codes, grid = transform.scheme.encode(w)
    once, twice = transform.forward(w), transform.forward(w)
    assert np.any(once != twice)
    flipped = codes ^ np.rint((once.astype(np.float64) - grid[0]) / grid[1] + 127).astype(np.uint8)
    assert np.unpackbits(flipped).mean() == pytest.approx(0.01, abs=0.002)
    transform.rate = 0.0
    np.testing.assert_array_equal(transform.forward(w), transform.scheme.decode(codes, grid))
    assert once.dtype == np.float32


def test_every_bit_flips_at_rate_1(rng):
    w = rng.normal(size=30)
    scheme = FixedPoint(4)
    codes, grid = scheme.encode(w)
    seen = RandomBitErrors(scheme, 1.0, rng=rng).forward(w)
    np.testing.assert_allclose(seen, scheme.decode(15 - codes, grid, np.float64))


def test_a_chip_shows_the_same_weights_each_time_and_worse_ones_at_a_lower_voltage(rng):
    w = rng.normal(size=(30, 20)).astype(np.float32)
    transform = LowVoltage(8, CriticalVoltages(w.shape, 8, rng=rng))
    clean = transform.forward(w)
    errors = []
    for voltage in (0.85, 0.8, 0.75):
        transform.voltage = voltage
        seen = transform.forward(w)
        np.testing.assert_array_equal(seen, transform.forward(w))
        errors.append(np.count_nonzero(seen != clean))
    assert 0 < errors[0] < errors[1] < errors[2]


@pytest.mark.parametrize("kind", ["random", "chip"])
def test_gradients_pass_straight_through(kind, rng):
    w = rng.normal(size=(6, 5))
    transform = RandomBitErrors(4, 0.1, rng=rng)
    if kind == "chip":
        transform = LowVoltage(FixedPoint(4, signed=True), CriticalVoltages(w.shape, 4, rng=rng), 0.8)
    before = w.copy()
    nn.check_transform(transform, w, rng=rng)
    np.testing.assert_array_equal(w, before)
    dy = rng.normal(size=w.shape)
    assert transform.backward(dy) is not dy


def test_the_same_seed_draws_the_same_chip_and_errors():
    chips = [CriticalVoltages((3, 4), 8, rng=np.random.default_rng(5)).values for _ in range(2)]
    np.testing.assert_array_equal(*chips)
    w = np.random.default_rng(1).normal(size=(9, 9))
    first = RandomBitErrors(8, 0.2, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(copy.deepcopy(first).forward(w), first.forward(w))


def test_bad_arguments_are_named(rng):
    for voltage in (0, -0.5, math.nan, math.inf, "1"):
        for function in (bit_error_rate, relative_energy):
            with pytest.raises(ValueError, match=f"{function.__name__}: voltage must be a finite number > 0"):
                function(voltage)
    for rate in (0, 1, -0.1, math.nan):
        with pytest.raises(ValueError, match="voltage_of: rate must be a finite number > 0 and < 1"):
            voltage_of(rate)
    with pytest.raises(ValueError, match="RandomBitErrors: rate must be a finite number >= 0 and <= 1"):
        RandomBitErrors(8, 1.5, rng=rng)
    with pytest.raises(ValueError, match=r"RandomBitErrors: rng must be a numpy\.random\.Generator"):
        RandomBitErrors(8, 0.5, rng=3)
    with pytest.raises(ValueError, match="CriticalVoltages: rng must be"):
        CriticalVoltages((2,), 8, rng=None)
    with pytest.raises(ValueError, match="FixedPoint: bits must be"):
        CriticalVoltages((2,), 1, rng=rng)
    with pytest.raises(ValueError, match="LowVoltage: critical must be CriticalVoltages, got 'float'"):
        LowVoltage(8, 0.7)
    with pytest.raises(ValueError, match=r"LowVoltage: critical must have shape \(2, 3, 8\), got shape \(3, 2, 8\)"):
        LowVoltage(8, CriticalVoltages((3, 2), 8, rng=rng)).forward(np.ones((2, 3)))


class Drawing(np.random.Generator):
    """A generator whose every draw is the number u, as far as the dtype that is asked for can draw it."""

    def __init__(self, u):
        super().__init__(np.random.PCG64(0))
        self.u = u

    def random(self, size, dtype=np.float64):
        steps = 2**24 if dtype == np.float32 else 2**53
        return np.full(size, int(self.u * steps) / steps, dtype)


@pytest.mark.parametrize("rate", [1e-3, 1e-6, 1e-8, 1e-12])
def test_a_bit_flips_with_the_rate_asked_for_and_no_more_often(rate):
    w = np.linspace(-1, 1, 9)
    clean = RandomBitErrors(8, 0.0, rng=Drawing(0)).forward(w)
    np.testing.assert_array_equal(RandomBitErrors(8, rate, rng=Drawing(1.5 * rate)).forward(w), clean)
    assert not np.array_equal(RandomBitErrors(8, rate, rng=Drawing(0.5 * rate)).forward(w), clean)


@pytest.mark.parametrize("shape", [5, "5", (2, -1), (2.0,), None], ids=repr)
def test_a_shape_of_cells_that_is_none_is_named(shape):
    with pytest.raises(ValueError, match="CriticalVoltages: shape must be"):
        CriticalVoltages(shape, 8, rng=np.random.default_rng(0))
