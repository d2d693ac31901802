"""Structure, then weights: the arrays shrink, and exactly the budget is left in them."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import hybrid_pruning, pruning_report, structure_pruning


def magnitudes(model):
    return np.concatenate([np.abs(w).ravel() for layer in model.layers for w in layer.weights])


@pytest.mark.parametrize("make", [nn.zoo.lenet_300_100, nn.zoo.lenet5])
def test_exactly_the_budget_is_left_in_smaller_arrays(make, rng):
    model = make(rng=rng)
    before = model.state_dict()
    pruned = hybrid_pruning(model, channel_share=0.5, budget=5000)
    smaller = structure_pruning(model, 0.5)
    assert pruning_report(pruned).kept == 5000
    assert pruning_report(pruned).weights == pruning_report(smaller).weights
    kept = magnitudes(pruned) > 0
    assert magnitudes(smaller)[kept].min() >= magnitudes(smaller)[~kept].max()
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_both_ends_are_weight_pruning_and_structure_pruning(rng):
    model = nn.zoo.mlp([6, 8, 4], rng=rng)
    alone = hybrid_pruning(model, channel_share=0, budget=20)
    assert [w.shape for layer in alone.layers for w in layer.weights] == [(8, 6), (4, 8)]
    assert pruning_report(alone).kept == 20
    structured, expected = hybrid_pruning(model, channel_share=0.5, budget=1000), structure_pruning(model, 0.5)
    for one, other in zip(structured.state_dict().values(), expected.state_dict().values(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_zeros_hold_through_a_step(rng):
    model = hybrid_pruning(nn.zoo.mlp([6, 8, 4], rng=rng), channel_share=0.25, budget=10)
    optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9)
    model.forward(rng.normal(size=(5, 6)), training=True)
    model.backward(rng.normal(size=(5, 4)))
    optimizer.step()
    assert pruning_report(model).kept <= 10


@pytest.mark.parametrize("budget", [-1, 0.5, True])
def test_a_budget_that_is_none_is_refused(rng, budget):
    with pytest.raises(ValueError, match=r"hybrid_pruning: budget must be an integer >= 0, got"):
        hybrid_pruning(nn.zoo.mlp([6, 8, 4], rng=rng), channel_share=0.5, budget=budget)


def test_nan_has_no_rank(rng):
    model = nn.zoo.mlp([5, 6, 3], rng=rng)
    model.layers[-1].weight.value[0, 0] = np.nan
    with pytest.raises(ValueError, match="hybrid_pruning: model must have weights without NaN"):
        hybrid_pruning(model, channel_share=0, budget=10)
