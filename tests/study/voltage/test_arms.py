"""Weights stay within the limit where they are trained with it."""

import numpy as np

from minicompress import nn


def test_the_limit_holds_where_it_is_trained_with(run):
    shelf = {path.name.rpartition("-")[0].rpartition("-")[2]: path for path in run[1].glob("*.npz")}
    assert set(shelf) == {"start", "floats", "plain", "robust", "clipped", "randbet"}
    for arm, path in shelf.items():
        largest = max(np.abs(p.value).max() for p in nn.load(path).weight_parameters())
        assert (largest <= np.float32(0.25)) == (arm in ("clipped", "randbet"))
