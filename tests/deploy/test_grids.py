"""The grid of quantized weights is found from their float values, or it is said that there is none."""

import numpy as np
import pytest

from minicompress.deploy.grids import codes_and_grid, values_of
from minicompress.quantization import dequantize, quantize, symmetric_scales


@pytest.mark.parametrize(
    ("sharing", "part"), [({}, "max"), ({"axis": 0}, "max"), ({"group_size": 4}, "group_max")], ids=str
)
def test_weights_come_back_bit_by_bit(sharing, part):
    w = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    s = symmetric_scales(w, 4, **sharing)
    w = dequantize(quantize(w, s, 4), s)
    codes, grid = codes_and_grid(w, 4, [], sharing.get("group_size"))
    assert list(grid) == [part]
    np.testing.assert_array_equal(values_of(codes, grid, w.shape, 4), w)


def test_weights_on_no_grid_are_told():
    assert codes_and_grid(np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32), 4, []) is None
