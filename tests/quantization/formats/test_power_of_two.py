"""Powers of two and their sums: the rounding by hand and by search, products by shifts, the levels of the paper."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import PowerOfTwo
from minicompress.quantization.formats import (
    AdditivePowersOfTwo,
    apot_levels,
    nearest_level,
    power_of_two_codes,
    power_of_two_values,
    shift_product,
)

EXERCISE = "quantization/low_power_shift"


def test_codes_by_hand_and_where_the_two_rules_differ():
    # 3 bits, max|w| = 1.45: log2 = 0.54 rounds to 1, so 2 1 1/2; the nearer power is 1, so 1 1/2 1/4
    w = np.array([1.45, -0.72, 0.3, 0.24, 0.0])
    q, low = power_of_two_codes(w, 3)
    assert (q.tolist(), low) == ([3, -2, 1, 0, 0], -1)
    assert power_of_two_values(q, low).tolist() == [2, -1, 0.5, 0, 0]
    q, low = power_of_two_codes(w, 3, rounding="value")
    assert (q.tolist(), low) == ([3, -2, 1, 1, 0], -2)
    assert power_of_two_values(q, low).tolist() == [1, -0.5, 0.25, 0.25, 0]


def test_exactly_half_of_the_smallest_power_stays():
    q, low = power_of_two_codes(np.array([1.0, 0.125, -0.125, np.nextafter(0.125, 0)]), 3)
    assert (q.tolist(), low) == ([3, 1, -1, 0], -2)


@pytest.mark.parametrize("rounding", ["log", "value"])
@settings(max_examples=80, deadline=None)
@given(bits=st.integers(2, 6), values=st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=8))
def test_no_other_code_is_nearer_in_the_measure_of_the_rule(rounding, bits, values):
    w = np.array(values)
    q, low = power_of_two_codes(w, bits, rounding=rounding)
    top = 2 ** (bits - 1) - 1
    powers = [2.0 ** (low + k) for k in range(top)]
    distance = {"log": lambda a, b: abs(math.log2(a / b)), "value": lambda a, b: abs(a - b)}[rounding]
    for value, got in zip(np.abs(w), np.abs(power_of_two_values(q, low, np.float64)), strict=True):
        if value < powers[0] / 2:
            assert got == 0
        else:
            assert distance(value, got) <= min(distance(value, p) for p in powers) + 1e-12
    assert np.abs(q).max() == (top if w.any() else 0)
    assert (np.sign(q) * w >= 0).all()


def test_value_rule_is_that_of_incremental_network_quantization():
    # Zhou et al. 2017: n1 = floor(log2(4 s / 3)) with s = max|w|; 0.75 2^n is the border
    for s, n1 in [(1.0, 0), (1.49, 0), (1.5, 1), (0.75, 0), (0.74, -1), (6.0, 3)]:
        q, low = power_of_two_codes(np.array([s]), 4, rounding="value")
        assert low + q[0] - 1 == n1


@settings(max_examples=60, deadline=None)
@given(bits=st.integers(2, 6), seed=st.integers(0, 999))
def test_the_exercise_s_answers_agree_with_the_library_and_shifts_with_multiplication(bits, seed):
    rng = np.random.default_rng(seed)
    w = (rng.normal(size=(4, 6)) * np.exp(rng.normal(0, 3, (4, 6)))).astype(np.float32)
    w[rng.random(w.shape) < 0.2] = 0
    x = rng.integers(-128, 128, (3, 6)).astype(np.int8)
    q, low = power_of_two_codes(w, bits)
    y = shift_product(x, q)
    exact = x.astype(object) @ np.array([[int(np.sign(v)) * 2 ** abs(int(v)) // 2 for v in row] for row in q]).T
    assert y.tolist() == exact.tolist()
    np.testing.assert_allclose(y * 2.0**low, x.astype(float) @ power_of_two_values(q, low, np.float64).T)
    names = {}
    exec(content().solution(EXERCISE).read_text(encoding="utf-8"), names)
    for answer in [names["low_power_shift"], *(known.function for known in right_answers(EXERCISE))]:
        theirs = answer(w, x, bits)
        assert (theirs[0].tolist(), theirs[1], theirs[2].tolist()) == (q.tolist(), low, y.tolist())


def test_zeros_scale_free_and_tiny_weights():
    assert power_of_two_codes(np.zeros((2, 2)), 4)[0].tolist() == [[0, 0], [0, 0]]
    assert power_of_two_codes(np.zeros((2, 2)), 4)[1] == -6
    assert power_of_two_codes(np.zeros((0, 3)), 4)[0].shape == (0, 3)
    w = np.random.default_rng(0).normal(size=50)
    q, low = power_of_two_codes(w, 4)
    for shift in (-900, -3, 10):
        scaled, scaled_low = power_of_two_codes(w * 2.0**shift, 4)
        np.testing.assert_array_equal(scaled, q)
        assert scaled_low == low + shift


def test_more_bits_add_powers_near_zero_only():
    w = np.random.default_rng(0).normal(size=20_000)

    def error(bits):
        return np.mean((w - power_of_two_values(*power_of_two_codes(w, bits, rounding="value"), np.float64)) ** 2)

    assert error(4) < 0.5 * error(3)
    assert error(6) > 0.99 * error(4)
    apot = [np.mean((w - AdditivePowersOfTwo(bits).forward(w)) ** 2) for bits in (3, 5, 7)]
    assert apot[1] < 0.2 * error(6)
    assert apot[2] < 0.2 * apot[1]


def test_levels_of_additive_powers_by_hand():
    # k = 2, n = 2: p_0 from 0 1 1/4 1/16, p_1 from 0 1/2 1/8 1/32; the largest sum is 3/2
    sums = sorted({a + b for a in (0, 1, 1 / 4, 1 / 16) for b in (0, 1 / 2, 1 / 8, 1 / 32)})
    expected = [-s / 1.5 for s in reversed(sums[1:])] + [s / 1.5 for s in sums]
    np.testing.assert_allclose(apot_levels(5), expected)
    np.testing.assert_allclose(apot_levels(3), [-1, -0.5, -0.25, 0, 0.25, 0.5, 1])  # one term: plain powers of two
    np.testing.assert_allclose(apot_levels(4, base=1), np.arange(-7, 8) / 7)  # k = 1: the uniform grid
    assert len(apot_levels(7)) == 2**7 - 1


def test_nearest_level_is_the_nearest(rng):
    levels, w = apot_levels(5), rng.uniform(-1.2, 1.2, (20, 10))
    best = levels[np.abs(w[..., None] - levels).argmin(axis=-1)]
    np.testing.assert_array_equal(nearest_level(w, levels), best)
    assert nearest_level([0.25, -0.25], np.array([-0.5, 0, 0.5])).tolist() == [0, -0.5]


@pytest.mark.parametrize(
    "transform", [PowerOfTwo(4), PowerOfTwo(3, rounding="value"), AdditivePowersOfTwo(5)], ids=repr
)
def test_transforms_show_their_levels_and_pass_gradients_straight_through(transform, rng):
    w = rng.normal(size=(6, 5)).astype(np.float32)
    seen = transform.forward(w)
    assert seen.dtype == np.float32
    assert len(np.unique(np.abs(seen))) <= 16
    np.testing.assert_array_equal(transform.forward(seen), seen)
    nn.check_transform(transform, w, rng=rng)
    np.testing.assert_array_equal(transform.forward(np.zeros((2, 2), np.float32)), np.zeros((2, 2)))


def test_torch_ldexp_gives_the_same_products():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    rng = np.random.default_rng(3)
    w, x = rng.normal(size=(5, 7)), rng.integers(-128, 128, (4, 7))
    q, _ = power_of_two_codes(w, 4)
    t = torch.from_numpy(q.astype(np.int64))
    powers = torch.ldexp(torch.sign(t).double(), (t.abs() - 1).clamp(min=0))
    assert (torch.from_numpy(x).double() @ powers.T).tolist() == shift_product(x, q).astype(float).tolist()
    assert torch.bitwise_left_shift(torch.tensor([-3]), torch.tensor([2])).item() == -12


def test_bad_arguments_are_named():
    for bits in (1, 7, 4.0, True):
        with pytest.raises(ValueError, match="power_of_two_codes: bits must be an integer from 2 to 6"):
            power_of_two_codes(np.ones(2), bits)
    with pytest.raises(ValueError, match="power_of_two_codes: rounding must be one of 'log', 'value'"):
        power_of_two_codes(np.ones(2), 4, rounding="nearest")
    with pytest.raises(ValueError, match="power_of_two_codes: w must be finite"):
        power_of_two_codes(np.array([1, np.inf]), 4)
    with pytest.raises(ValueError, match="shift_product: x must be a matrix of integers"):
        shift_product(np.ones((2, 3)), np.ones((2, 3), int))
    with pytest.raises(ValueError, match="shift_product: q must be a matrix of integers"):
        shift_product(np.ones((2, 3), int), np.ones(3, int))
    with pytest.raises(ValueError, match=r"equally many columns, got \(2, 3\) and \(3, 2\)"):
        shift_product(np.ones((2, 3), int), np.ones((3, 2), int))
    with pytest.raises(ValueError, match="apot_levels: base must be a divisor of bits - 1 = 3, got 2"):
        apot_levels(4)
    with pytest.raises(ValueError, match="apot_levels: bits must be"):
        apot_levels(1)
    with pytest.raises(ValueError, match="PowerOfTwo: bits must be"):
        PowerOfTwo(7)
    with pytest.raises(ValueError, match="PowerOfTwo: rounding must be"):
        PowerOfTwo(4, rounding="up")


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint8])
def test_integer_weights_do_not_wrap(dtype):
    w = np.array([np.iinfo(dtype).min, 3, np.iinfo(dtype).max], dtype)
    q, low = power_of_two_codes(w, 6)
    expected, same = power_of_two_codes(w.astype(np.float64), 6)
    np.testing.assert_array_equal(q, expected)
    assert low == same


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("rounding", ["log", "value"])
def test_the_largest_float_becomes_the_largest_power_that_its_type_has(dtype, rounding):
    w = np.array([np.finfo(dtype).max, -1], dtype)
    seen = PowerOfTwo(4, rounding=rounding).forward(w)
    assert seen[0] == 2.0 ** (np.finfo(dtype).maxexp - 1)


def test_a_sum_that_could_leave_64_bits_is_refused():
    x, q = np.array([[2**31 - 1] * 2], np.int64), np.array([[31, 31]], np.int8)
    assert shift_product(x, q).item() == 2 * (2**31 - 1) << 30
    for wide, codes in (
        (np.array([[2**31 - 1] * 5]), np.array([[31] * 5])),
        (np.array([[2**62]]), np.array([[3]])),
        (np.array([[-(2**63)]]), np.array([[1]])),
        (np.array([[2**63]], np.uint64), np.array([[1]])),
    ):
        with pytest.raises(ValueError, match="shift_product: x must be so small that sums stay within 64 bits"):
            shift_product(wide, codes)
    assert shift_product(np.array([[2**62, 2**62]]), np.array([[0, 1]])).item() == 2**62  # a code of 0 adds nothing


@pytest.mark.parametrize("q", [[[32]], [[-100]], [[0.5]], [["a"]], None], ids=repr)
def test_codes_that_are_none_are_named(q):
    with pytest.raises(ValueError, match="shift_product: q must be"):
        shift_product([[1]], q)
    with pytest.raises(ValueError, match="power_of_two_values: q must be integers from -31 to 31"):
        power_of_two_values(q, 0)


def test_exponents_and_types_that_are_none_are_named():
    for low in (0.5, None, np.nan):
        with pytest.raises(ValueError, match="power_of_two_values: low must be an integer"):
            power_of_two_values([1], low)
    with pytest.raises(ValueError, match="power_of_two_values: dtype must be a type of floats"):
        power_of_two_values([1], 0, np.int8)
    for rounding in ("half", None, ["log"]):
        with pytest.raises(ValueError, match="rounding must be one of 'log', 'value'"):
            power_of_two_codes([1.0], 4, rounding=rounding)


@pytest.mark.parametrize("levels", [[1.0, 0.0], [], [[0.0, 1.0]], [np.nan], ["a"], None], ids=repr)
def test_levels_that_are_none_are_named(levels):
    with pytest.raises(ValueError, match="nearest_level: levels must be"):
        nearest_level([0.5], levels)


def test_nan_has_no_nearest_level_and_narrow_levels_do_not_wrap():
    with pytest.raises(ValueError, match="nearest_level: w must be free of NaN"):
        nearest_level([np.nan], [0.0, 1.0])
    with pytest.raises(ValueError, match=r"AdditivePowersOfTwo\(5, base=2\): w must be finite"):
        AdditivePowersOfTwo(5).forward(np.array([1.0, np.nan]))
    assert nearest_level([100.0], np.array([90, 110], np.int8)).tolist() == [90]
