"""Codes of stored weights: patterns of bits by hand, the error of a round trip, what one flipped bit costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress.quantization.voltage import FixedPoint

SCHEMES = [
    FixedPoint(4),
    FixedPoint(8, symmetric=True),
    FixedPoint(8, signed=True),
    FixedPoint(5, symmetric=True, signed=True, rounding="floor"),
    FixedPoint(12, rounding="floor"),
]


def test_robust_codes_by_hand():
    # m = 7, half = (3 - -1.2) / 2 = 2.1, centre = 0.9, s = 0.3: v = (w - 0.9) / 0.3 = -7 7 -3 0.33 2.9, code = v + 7
    codes, grid = FixedPoint(4).encode(np.array([-1.2, 3.0, 0.0, 1.0, 1.77]))
    assert codes.tolist() == [0, 14, 4, 7, 10]
    assert codes.dtype == np.uint8
    assert grid == pytest.approx((0.9, 0.3))
    np.testing.assert_allclose(FixedPoint(4).decode(codes, grid, np.float64), [-1.2, 3.0, 0.0, 0.9, 1.8], atol=1e-12)


def test_two_s_complement_by_hand():
    # symmetric: s = 3.5 / 7 = 0.5, v = -7 -1 0 1 6.6, floored: 6; two's complement of 4 bits: 9 15 0 1 6
    scheme = FixedPoint(4, symmetric=True, signed=True, rounding="floor")
    codes, grid = scheme.encode(np.array([-3.5, -0.5, 0.0, 0.5, 3.3]))
    assert [f"{code:04b}" for code in codes] == ["1001", "1111", "0000", "0001", "0110"]
    np.testing.assert_allclose(scheme.decode(codes, grid), [-3.5, -0.5, 0, 0.5, 3.0])


@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
@given(values=st.lists(st.floats(-1e6, 1e6), max_size=12))
def test_a_round_trip_moves_no_weight_by_more_than_its_rounding(scheme, values):
    w = np.array(values)
    codes, (centre, s) = scheme.encode(w)
    assert (codes < 2**scheme.bits).all()
    error = scheme.decode(codes, (centre, s), np.float64) - w
    slack = 1e-9 * max([abs(v) for v in values], default=0) + 1e-300
    if scheme.rounding == "nearest":
        assert (np.abs(error) <= s / 2 + slack).all()
    else:
        assert (error <= slack).all()
        assert (error >= -s - slack).all()


@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
def test_every_pattern_of_bits_decodes_one_step_apart_and_the_top_bit_is_half_of_the_range(scheme):
    patterns = np.arange(2**scheme.bits).astype(np.uint16)
    w = scheme.decode(patterns, (0.25, 0.5), np.float64)
    np.testing.assert_allclose(np.diff(np.sort(w)), 0.5)
    top = scheme.decode(patterns ^ np.uint16(2 ** (scheme.bits - 1)), (0.25, 0.5), np.float64)
    np.testing.assert_allclose(np.abs(top - w), 0.5 * 2 ** (scheme.bits - 1))


@pytest.mark.parametrize("bits", [4, 8])
def test_the_same_flips_do_the_same_harm_to_unsigned_codes_and_to_two_s_complement(bits):
    w = np.random.default_rng(0).normal(size=200)
    moved = []
    for scheme in (FixedPoint(bits), FixedPoint(bits, signed=True)):
        codes, grid = scheme.encode(w)
        flipped = codes[:, None] ^ np.left_shift(1, np.arange(bits)).astype(codes.dtype)
        moved.append(np.abs(scheme.decode(flipped, grid, np.float64) - scheme.decode(codes, grid, np.float64)[:, None]))
    np.testing.assert_allclose(*moved)
    np.testing.assert_allclose(moved[0], grid[1] * 2.0 ** np.arange(bits) * np.ones((200, 1)))


def test_constant_arrays_zeros_and_empty_ones_survive():
    for w in (np.zeros((2, 3)), np.full(4, -1.5), np.zeros((0, 2)), np.full(3, 1e-320)):
        codes, grid = FixedPoint(8).encode(w)
        np.testing.assert_allclose(FixedPoint(8).decode(codes, grid, np.float64), w)


def test_wide_codes_take_two_bytes_and_the_largest_floats_do_not_overflow():
    w = np.array([-1.7e308, 0.3e308, 1.7e308])
    codes, grid = FixedPoint(16).encode(w)
    assert codes.dtype == np.uint16
    np.testing.assert_allclose(FixedPoint(16).decode(codes, grid, np.float64), w, rtol=1e-3)


def test_bad_arguments_are_named():
    for bits in (1, 17, 8.0, True):
        with pytest.raises(ValueError, match="FixedPoint: bits must be an integer from 2 to 16"):
            FixedPoint(bits)
    with pytest.raises(ValueError, match="FixedPoint: rounding must be one of 'nearest', 'floor'"):
        FixedPoint(8, rounding="up")
    with pytest.raises(
        ValueError, match=r"FixedPoint: w must be finite, got NaN or infinity in an array of shape \(2,\)"
    ):
        FixedPoint(8).encode(np.array([0, np.nan]))


@pytest.mark.parametrize("narrow", [np.int8, np.uint8])
def test_bits_of_narrow_integers_do_not_wrap(narrow, rng):
    w = rng.normal(size=20)
    codes, grid = FixedPoint(narrow(8)).encode(w)
    np.testing.assert_array_equal(codes, FixedPoint(8).encode(w)[0])
    np.testing.assert_array_equal(FixedPoint(narrow(8)).decode(codes, grid), FixedPoint(8).decode(codes, grid))


@pytest.mark.parametrize(
    ("codes", "grid", "text"),
    [
        ([256], (0.0, 0.5), "codes must be integers from 0 to 255"),
        ([-1], (0.0, 0.5), "codes must be integers from 0 to 255"),
        ([0.5], (0.0, 0.5), "codes must be integers from 0 to 255"),
        (None, (0.0, 0.5), "codes must be integers from 0 to 255"),
        ([1], (0.0, 0.0), "s must be finite and > 0"),
        ([1], (np.nan, 0.5), "centre must be a finite number"),
        ([1], 0.5, "grid must be"),
    ],
)
def test_codes_and_grids_that_are_none_are_named(codes, grid, text):
    with pytest.raises(ValueError, match=f"FixedPoint: {text}"):
        FixedPoint(8).decode(codes, grid)


@pytest.mark.parametrize("w", [["a"], [None], None, [[1.0], [1.0, 2.0]]], ids=repr)
def test_weights_that_are_no_numbers_are_named(w):
    with pytest.raises(ValueError, match="FixedPoint: w must be an array of numbers"):
        FixedPoint(8).encode(w)
