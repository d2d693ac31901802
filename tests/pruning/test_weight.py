"""Magnitude pruning: the contract of `weight_pruning`, on models of ours and on plain stand-ins."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from minicompress.nn.parameter import Parameter
from minicompress.pruning import sparsity, weight_pruning
from minicompress.pruning.structured import L1Penalty


class Layer:
    """The least that pruning needs of a layer of ours: one weight Parameter."""

    def __init__(self, w):
        self.weight = Parameter(w)

    def weight_parameters(self):
        return [self.weight]

    @property
    def weights(self):
        return [self.weight.value]


def stand_in(*layers):
    return SimpleNamespace(layers=[SimpleNamespace(weights=list(weights)) for weights in layers])


def naive(w, threshold):
    out = w.copy()
    for index in np.ndindex(*w.shape):
        if abs(w[index]) < threshold:
            out[index] = 0
    return out


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_prunes_in_place_exactly_what_a_naive_loop_prunes(dtype):
    w = np.random.default_rng(0).normal(size=(5, 7, 3)).astype(dtype)
    expected = naive(w, 0.5)

    got = weight_pruning(stand_in([w]), 0.5)

    np.testing.assert_array_equal(w, expected)
    assert w.dtype == dtype
    assert type(got) is float
    assert got == np.mean(expected == 0)


def test_a_weight_equal_to_the_threshold_stays():
    w = np.array([[0.5, -0.5, 0.25], [-0.25, 0.75, -0.0]], np.float32)

    got = weight_pruning(stand_in([w]), 0.5)

    np.testing.assert_array_equal(w, [[0.5, -0.5, 0], [0, 0.75, 0]])
    assert got == 3 / 6


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.7])
def test_a_decimal_threshold_is_equal_to_the_float32_weight_that_is_written_alike(threshold):
    w = np.array([threshold, -threshold], np.float32)

    assert weight_pruning(stand_in([w]), threshold) == 0.0
    assert weight_pruning(stand_in([w]), np.float64(threshold)) == 0.0


def test_sparsity_is_over_all_layers_by_weight_not_a_mean_of_layers():
    small, large = np.full((2, 2), 0.1), np.full((3, 4), 2.0)

    assert weight_pruning(stand_in([small], [], [large]), 1.0) == 4 / 16


def test_threshold_zero_prunes_nothing_and_counts_zeros_that_were_there():
    w = np.array([0.0, -0.0, 1e-30, -3.0])

    assert weight_pruning(stand_in([w]), 0) == 0.5
    np.testing.assert_array_equal(w, [0, 0, 1e-30, -3])


@pytest.mark.parametrize("threshold", [np.inf, 1e300])
def test_a_threshold_beyond_float32_prunes_everything_without_a_warning(threshold):
    w = np.array([3e38, -1.0], np.float32)

    assert weight_pruning(stand_in([w]), threshold) == 1.0


def test_a_model_without_weights_is_not_sparse():
    assert weight_pruning(stand_in(), 1.0) == 0.0
    assert weight_pruning(stand_in([], []), 1.0) == 0.0
    assert weight_pruning(stand_in([np.zeros((0, 3))]), 1.0) == 0.0


@pytest.mark.parametrize("threshold", [-0.1, np.nan, -np.inf, "0.5", None, True, [0.5]])
def test_a_bad_threshold_is_named_and_nothing_is_changed(threshold):
    layer = Layer(np.array([0.1, 1.0]))

    with pytest.raises(ValueError, match="weight_pruning: threshold must be a number >= 0"):
        weight_pruning(SimpleNamespace(layers=[layer]), threshold)

    np.testing.assert_array_equal(layer.weight.value, [0.1, 1.0])
    assert layer.weight.transforms == []


def test_a_read_only_array_in_a_later_layer_leaves_the_earlier_ones_alone():
    first, second = np.array([0.1]), np.array([0.1])
    second.flags.writeable = False

    with pytest.raises(ValueError, match="writable"):
        weight_pruning(stand_in([first], [second]), 1.0)
    with pytest.raises(ValueError, match="NumPy arrays"):
        weight_pruning(stand_in([first], [[0.1]]), 1.0)

    assert first[0] == 0.1


def test_views_are_pruned_through_to_their_base():
    base = np.arange(12.0).reshape(3, 4)

    weight_pruning(stand_in([base.T[::2]]), 7.0)

    np.testing.assert_array_equal(base[:, 0], [0, 0, 8])
    np.testing.assert_array_equal(base[:, 1], [1, 5, 9])


def test_hold_attaches_one_mask_of_the_zeros_before_other_transforms():
    layer = Layer(np.array([0.1, 0.0, -2.0]))
    other = L1Penalty(0.1)  # shows the weights as they are
    layer.weight.transforms = [other]
    model = SimpleNamespace(layers=[layer])

    weight_pruning(model, 1.0)

    mask, after = layer.weight.transforms
    np.testing.assert_array_equal(mask.m, [False, False, True])
    assert after is other


def test_pruning_again_composes_and_never_stacks_masks():
    layer = Layer(np.array([0.1, 0.6, -2.0, 3.0]))
    model = SimpleNamespace(layers=[layer])

    assert weight_pruning(model, 0.5) == 0.25
    assert weight_pruning(model, 1.0) == 0.5
    assert weight_pruning(model, 0.2) == 0.5

    (mask,) = layer.weight.transforms
    np.testing.assert_array_equal(mask.m, [False, False, True, True])


def test_a_held_weight_that_was_overwritten_stays_pruned():
    layer = Layer(np.array([0.1, 2.0]))
    model = SimpleNamespace(layers=[layer])
    weight_pruning(model, 0.5)
    layer.weight.value[...] = 9.0

    assert weight_pruning(model, 0.5) == 0.5
    np.testing.assert_array_equal(layer.weight.value, [0.0, 9.0])


def test_without_hold_no_mask_is_attached():
    layer = Layer(np.array([0.1, 2.0]))

    assert weight_pruning(SimpleNamespace(layers=[layer]), 0.5, hold=False) == 0.5
    assert layer.weight.transforms == []
    assert sparsity(SimpleNamespace(layers=[layer])) == 0.5


def test_bake_lets_pruned_weights_live_again():
    layer = Layer(np.array([0.1, 2.0]))
    weight_pruning(SimpleNamespace(layers=[layer]), 0.5)

    layer.weight.bake()
    layer.weight.value[0] = 7.0

    np.testing.assert_array_equal(layer.weight.forward(), [7.0, 2.0])


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int64, np.uint8])
def test_integer_weights_do_not_wrap(dtype):
    w = np.array([np.iinfo(dtype).min, -3, 0, 5, np.iinfo(dtype).max]).astype(dtype)
    expected = [0 if abs(int(x)) < 4 else int(x) for x in w]
    weight_pruning(stand_in([w]), 4)
    assert w.tolist() == expected


def test_nan_is_named_and_nothing_changed():
    first, second = np.array([0.1, 2.0]), np.array([np.nan, 0.1])
    for threshold in (1, math.inf):
        with pytest.raises(ValueError, match="weight_pruning: weights must be numbers without NaN"):
            weight_pruning(stand_in([first], [second]), threshold)
    assert first.tolist() == [0.1, 2.0]
