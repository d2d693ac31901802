"""Scores of channels agree with slow loops; masks count; random scores need a generator."""

import numpy as np
import pytest
from channel_models import build_model

from minicompress import nn
from minicompress.pruning import Mask, coupled_channels, structure_pruning
from minicompress.pruning.channels import named_layers
from minicompress.pruning.criteria import l1_norm, l2_norm, mean_activation, nonzero_activation, random_importance

# --- which go ---------------------------------------------------------------------------------------------------------


def test_scores_are_those_of_slow_loops(rng):
    model = build_model("residual", rng)
    stage = coupled_channels(model)[0]
    x = rng.normal(size=(5, 1, 6, 6))
    layers = named_layers(model)
    for j in range(stage.size):
        rows = np.concatenate([layers[name].weight.value[j].ravel() for name in stage.makers])
        assert l1_norm(model, stage)[j] == pytest.approx(sum(abs(w) for w in rows))
        assert l2_norm(model, stage)[j] == pytest.approx(sum(w * w for w in rows) ** 0.5)
    last = coupled_channels(model)[-1]
    seen = nn.Sequential(model.layers[:-2]).forward(x)
    np.testing.assert_allclose(mean_activation(x)(model, last), np.abs(seen).mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(nonzero_activation(x)(model, last), (seen != 0).mean(axis=(0, 2, 3)))
    assert 0 < nonzero_activation(x)(model, last).mean() < 1


def test_a_mask_counts_in_the_norm(rng):
    model = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Linear(2, 1, rng=rng))
    model.layers[0].weight.value[...] = [[3, 4], [1, 1]]
    model.layers[0].weight.transforms = [Mask([[1, 0], [1, 1]])]
    (group,) = coupled_channels(model)
    np.testing.assert_allclose(l2_norm(model, group), [3, 2**0.5])


def test_random_importance_is_reproducible_and_needs_a_generator(rng):
    model = nn.zoo.mlp([4, 6, 2], rng=rng)
    one, other = (
        structure_pruning(model, 0.5, importance=random_importance(rng=np.random.default_rng(3))) for _ in "ab"
    )
    np.testing.assert_array_equal(one.layers[1].weight.value, other.layers[1].weight.value)
    with pytest.raises(ValueError, match=r"random_importance: rng must be a numpy\.random\.Generator"):
        random_importance(rng=3)
