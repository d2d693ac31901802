"""Mistakes that would train in silence are refused before the first step."""

import numpy as np
import pytest
from two_clouds import fit, small_mlp, two_clouds

from minicompress import nn


def test_optimizer_of_another_model_is_refused():
    x, y = two_clouds()
    model = small_mlp()
    with pytest.raises(ValueError, match="fit: optimizer must be over this model's parameters"):
        fit(model.copy(), x, y, optimizer=nn.SGD(model.parameters(), 0.1))


def test_a_model_with_nan_or_infinity_is_refused_by_the_name_of_the_array():
    x, y = two_clouds()
    for value in (np.nan, np.inf):
        model = small_mlp()
        model.layers[3].weight.value[1, 2] = value
        with pytest.raises(ValueError, match=r"fit: model must have finite .* NaN or infinity in 3\.weight"):
            fit(model, x, y)
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Residual(nn.Linear(2, 2, rng=np.random.default_rng(0))))
    model.layers[0].running_var[1] = np.nan  # training does not look at it, inference does
    with pytest.raises(ValueError, match=r"NaN or infinity in 0\.running_var"):
        fit(model, x, y)
