"""Structure pruning: which channels go, how many, and what is refused."""

import numpy as np
import pytest
from channel_models import conv

from minicompress import nn
from minicompress.pruning import structure_pruning
from minicompress.pruning.structured.structure import strongest


def test_channels_that_blocks_hold_fast_are_named(rng):
    model = nn.Sequential(conv(1, 8, rng), conv(8, 8, rng, groups=4), nn.Flatten(), nn.Linear(8 * 36, 2, rng=rng))
    with pytest.warns(UserWarning, match=r"structure_pruning: all 8 channels of [01] stay: .* into 4 blocks of 2"):
        assert structure_pruning(model, 0.4).layers[0].out_channels == 8


def test_of_equal_scores_the_lower_index_stays():
    assert strongest([1.0, 2.0, 1.0, 2.0, 1.0], 3).tolist() == [0, 1, 3]


def test_the_number_that_goes_is_rounded_down(rng):
    smaller = structure_pruning(nn.zoo.mlp([4, 7, 3, 2], rng=rng), 0.25)
    assert [layer.out_features for layer in smaller.layers if isinstance(layer, nn.Linear)] == [6, 3, 2]


def test_share_of_parameters_left_is_about_the_square_of_the_channels_kept(rng):
    model = nn.zoo.mlp([4, 200, 200, 200, 2], rng=rng)
    smaller = structure_pruning(model, 0.5)
    assert [layer.out_features for layer in smaller.layers if isinstance(layer, nn.Linear)] == [100, 100, 100, 2]
    assert smaller.summary().parameters / model.summary().parameters == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("sparsity", [-0.1, 1.0, 1.5, float("nan"), "half", True])
def test_a_sparsity_that_is_none_is_refused(rng, sparsity):
    with pytest.raises(ValueError, match=r"structure_pruning: sparsity must be a finite number >= 0 and < 1, got"):
        structure_pruning(nn.zoo.mlp([4, 6, 2], rng=rng), sparsity)


def test_a_model_without_hidden_channels_and_scores_of_another_shape_are_refused(rng):
    with pytest.raises(ValueError, match=r"structure_pruning: model must have channels between input and logits"):
        structure_pruning(nn.zoo.mlp([4, 2], rng=rng), 0.5)
    model = nn.zoo.mlp([4, 6, 2], rng=rng)
    with pytest.raises(ValueError, match=r"structure_pruning: importance must have shape \(6,\), got shape \(4,\)"):
        structure_pruning(model, 0.5, importance=lambda model, group: np.ones(4))
    with pytest.raises(ValueError, match="structure_pruning: importance must be finite for 1"):
        structure_pruning(model, 0.5, importance=lambda model, group: np.full(6, np.nan))
