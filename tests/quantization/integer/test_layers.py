"""Integer layers by hand, and what they refuse."""

import numpy as np
import pytest

from minicompress.quantization.integer import (
    FixedPointScale,
    IntegerFlatten,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
)

GOOD = {"z_x": 1, "z_y": -2, "rescale": FixedPointScale(0.5), "low": -128, "high": 127}


def linear(**changed):
    return IntegerLinear(np.array([[2, -1]], np.int8), np.array([4], np.int32), **{**GOOD, **changed})


def test_linear_by_hand():
    # acc = 2 (3 - 1) - (5 - 1) + 4 = 4; q_y = -2 + 4 / 2
    np.testing.assert_array_equal(linear().forward(np.array([[3, 5]], np.int8)), [[0]])


def test_outputs_end_at_low_and_high():
    np.testing.assert_array_equal(linear(low=-1).forward(np.array([[-50, 50]], np.int8)), [[-1]])
    np.testing.assert_array_equal(linear(high=5).forward(np.array([[50, -50]], np.int8)), [[5]])


def test_padding_of_max_pooling_never_wins():
    q = np.full((1, 1, 2, 2), -128, np.int8)
    np.testing.assert_array_equal(IntegerMaxPool2d((2, 2), (2, 2), (1, 1)).forward(q), np.full((1, 1, 2, 2), -128))


def test_relu_ends_at_the_zero_point_and_flatten_keeps_codes():
    np.testing.assert_array_equal(IntegerReLU(-3).forward(np.array([-5, 2], np.int8)), [-3, 2])
    assert IntegerFlatten().forward(np.zeros((0, 3, 2, 2), np.int8)).shape == (0, 12)


def test_sums_that_could_leave_32_bits_are_refused():
    w = np.full((1, 70_000), 127, np.int8)
    with pytest.raises(ValueError, match="IntegerLinear: sums must fit into 32 bits"):
        IntegerLinear(w, np.zeros(1, np.int32), **GOOD)


def test_sums_in_a_narrow_type_are_refused():
    with pytest.raises(ValueError, match="IntegerLinear: dtype must be"):
        linear().forward(np.array([[3, 5]], np.int8), np.int16)
