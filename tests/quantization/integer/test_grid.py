"""The grid of a layer's input or output: codes, and the numbers that they stand for."""

import numpy as np
import pytest

from minicompress.quantization.integer import AffineGrid


def test_codes_and_numbers_by_hand():
    grid = AffineGrid(s=0.5, z=-3)
    np.testing.assert_array_equal(grid.codes(np.array([0.0, 1.0, 1000.0])), [-3, -1, 127])
    np.testing.assert_array_equal(grid.numbers(np.array([-3, -1])), [0, 1])


@pytest.mark.parametrize(("signed", "dtype"), [(True, np.int8), (False, np.uint8)])
def test_codes_have_the_type_of_the_grid(signed, dtype):
    assert AffineGrid(0.5, 3, bits=4, signed=signed).codes(np.zeros(2)).dtype == dtype


def test_fields_are_pythons_own_numbers():
    grid = AffineGrid(np.float32(0.5), np.int8(3), np.int64(8), np.bool_(True))
    assert [type(value) for value in vars(grid).values()] == [float, int, int, bool]
