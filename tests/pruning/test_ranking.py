"""Magnitudes that do not wrap, orders that do not hang on a dtype, and ties that do not hang on a last bit."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import global_masks, hybrid_pruning, magnitude_mask, n_m_mask, structure_pruning
from minicompress.pruning.lottery import prune_survivors
from minicompress.pruning.ranking import largest_first, magnitudes, with_ties
from minicompress.pruning.structured.slimming import smallest_go
from minicompress.pruning.structured.structure import strongest


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint64, bool])
def test_magnitudes_are_those_of_python(dtype):
    ends = (0, 1) if dtype is bool else (np.iinfo(dtype).min, -1 if np.iinfo(dtype).min else 1, 0, np.iinfo(dtype).max)
    w = np.array(ends, dtype)
    assert magnitudes(w).tolist() == [abs(int(x)) for x in w]


def test_floats_keep_their_type():
    assert magnitudes(np.array([-0.1, 2], np.float16)).dtype == np.float16


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.float64, bool])
def test_the_largest_come_first_and_of_equal_ones_the_earlier(dtype):
    x = np.array([[0, 1, 0, 1], [1, 1, 0, 1]], dtype)
    assert largest_first(x).tolist() == [[1, 3, 0, 2], [0, 1, 3, 2]]


def test_roundings_make_no_difference_and_anything_more_does():
    x = np.array([0.3, 0.1 + 0.2, 1.0, 0.3 * (1 - 1e-10), 0.300001])
    assert with_ties(x, relative=1e-9).tolist() == [x[3], x[3], 1.0, x[3], 0.300001]
    assert with_ties(np.array([1e-8, 0.0, -1e-8, 1e-3]), absolute=1e-6).tolist() == [-1e-8, -1e-8, -1e-8, 1e-3]
    assert with_ties([], relative=1e-9).size == 0
    assert with_ties([1.7e308, -1.7e308]).tolist() == [1.7e308, -1.7e308]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.float32])
def test_strongest_channels_by_scores_of_any_type(dtype):
    assert strongest(np.array([0, 3, 1, 3], dtype), 2).tolist() == [1, 3]
    assert strongest(np.array([0, 0, 0, 0], dtype), 2).tolist() == [0, 1]


def test_channels_with_the_same_weights_in_another_order_tie(rng):
    w = rng.normal(size=50)
    model = nn.Sequential(nn.Linear(50, 6, rng=rng), nn.ReLU(), nn.Linear(6, 2, rng=rng)).astype(np.float64)
    model.layers[0].weight.value[...] = [rng.permutation(w) for _ in range(6)]
    smaller = structure_pruning(model, 0.5)
    np.testing.assert_array_equal(smaller.layers[0].weight.value, model.layers[0].weight.value[:3])


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**900])
def test_norms_of_the_smallest_and_largest_floats_rank(factor, rng):
    model = nn.Sequential(nn.Linear(5, 6, rng=rng), nn.ReLU(), nn.Linear(6, 2, rng=rng)).astype(np.float64)
    expected = structure_pruning(model, 0.5).layers[0].weight.value * factor
    model.layers[0].weight.value[...] *= factor
    np.testing.assert_array_equal(structure_pruning(model, 0.5).layers[0].weight.value, expected)


def test_of_equal_weights_a_choice_keeps_the_first_and_a_share_prunes_the_first(rng):
    model = nn.zoo.mlp([4, 4, 4], rng=rng)
    for w in (w for layer in model.layers for w in layer.weights):
        w[...] = 0.5
    first = [True, True, False, False]
    assert n_m_mask(np.full((1, 4), 0.5), 2, 4).tolist() == [first]
    kept = hybrid_pruning(model, channel_share=0, budget=2).weight_parameters()[0].effective()[0]
    assert (kept != 0).tolist() == first
    assert strongest(np.full(4, 0.5), 2).tolist() == [0, 1]
    assert smallest_go([np.full(4, 0.5)], 0.5)[0].tolist() == first
    pruned = [not keeps for keeps in first]
    assert magnitude_mask(np.full(4, 0.5), 0.5).tolist() == pruned
    assert global_masks(model, 2 / 32)[0][0].tolist() == pruned
    assert prune_survivors(np.full(4, 0.5), np.ones(4, bool), 0.5).tolist() == pruned
