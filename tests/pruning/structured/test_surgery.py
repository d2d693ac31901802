"""Removing channels for real: the smaller model computes what the old one does with those channels unread."""

import numpy as np
import pytest
from channel_models import ARCHITECTURES, build_model
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.pruning import Mask, coupled_channels, keep_channels, structure_pruning, weight_pruning
from minicompress.pruning.channels import named_layers


def with_readers_at_zero(model, group, keep):
    """The old model, in which nobody reads the channels that go: one column at a time."""
    masked = model.copy()
    layers = named_layers(masked)
    gone = set(range(group.size)) - set(keep)
    for name in group.readers:
        layer = layers[name]
        w = layer.weight.value
        if isinstance(layer, nn.Linear):
            each = layer.in_features // group.size
            for j in gone:
                w[:, j * each : (j + 1) * each] = 0
            continue
        for o in range(layer.out_channels):
            first, each = o // (layer.out_channels // layer.groups) * w.shape[1], layer.in_channels // group.size
            for column in range(w.shape[1]):
                if (first + column) // each in gone:
                    w[o, column] = 0
    return masked


def depthwise(model):
    convolutions = {name: layer for name, layer in named_layers(model).items() if isinstance(layer, nn.Conv2d)}
    return [name for name, layer in convolutions.items() if layer.groups == layer.in_channels > 1]


def balanced(group, rng):
    """A random choice of channels that keeps equally many in each block."""
    each = group.size // group.blocks
    count = int(rng.integers(1, each + 1))
    return np.concatenate([b * each + np.sort(rng.permutation(each)[:count]) for b in range(group.blocks)])


@pytest.mark.parametrize("kind", ARCHITECTURES)
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_the_smaller_model_computes_what_the_masked_one_does(kind, seed):
    rng = np.random.default_rng(seed)
    model = build_model(kind, rng)
    groups = coupled_channels(model)
    keep = {group.name: balanced(group, rng) for group in groups}
    masked = model
    for group in groups:
        masked = with_readers_at_zero(masked, group, keep[group.name])
    x = rng.normal(size=(3, 1, 6, 6))
    smaller = keep_channels(model, keep)
    np.testing.assert_allclose(smaller.forward(x), masked.forward(x), rtol=1e-9, atol=1e-9)
    if min(map(len, keep.values())) == 1 or depthwise(model) != depthwise(smaller):
        return  # of one channel, or of one in each block, a convolution is an ordinary or a depthwise one afterwards
    for group, after in zip(groups, coupled_channels(smaller), strict=True):
        assert (after.makers, after.passers, after.readers) == (group.makers, group.passers, group.readers)
        assert after.size == len(keep[group.name])
    if sum(map(len, keep.values())) < sum(group.size for group in groups):
        assert smaller.summary().parameters < model.summary().parameters


@pytest.mark.parametrize("kind", ["depthwise", "multiplied", "residual", "mlp"])
def test_zeroing_everything_that_makes_a_channel_is_the_same_where_a_zero_stays_zero(kind, rng):
    model = build_model(kind, rng)
    for group in coupled_channels(model):
        keep = balanced(group, rng)
        masked = model.copy()
        gone = np.setdiff1d(np.arange(group.size), keep)
        for name in group.makers + group.passers:
            for key, array in named_layers(masked)[name].arrays().items():
                if key != "running_var":
                    array.reshape(group.size, -1)[gone] = 0
        x = rng.normal(size=(3, 1, 6, 6))
        np.testing.assert_allclose(keep_channels(model, {group.name: keep}).forward(x), masked.forward(x), atol=1e-9)


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_the_smaller_model_trains_saves_and_leaves_the_old_one_alone(kind, rng, tmp_path):
    model = build_model(kind, rng)
    before = model.state_dict()
    smaller = structure_pruning(model, 0.5)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    x = rng.normal(size=(4, 1, 6, 6))
    nn.check_gradients(smaller, x, rng=rng)
    smaller.save(tmp_path / "smaller.npz")
    again = nn.load(tmp_path / "smaller.npz")
    np.testing.assert_allclose(again.forward(x), smaller.forward(x))
    assert smaller.summary().macs < model.summary().macs


# --- surgery ----------------------------------------------------------------------------------------------------------


def test_a_case_worked_by_hand(rng):
    model = nn.Sequential(nn.Linear(2, 3, rng=rng), nn.ReLU(), nn.Linear(3, 2, rng=rng))
    model.layers[0].weight.value[...] = [[1, 2], [3, 4], [5, 6]]
    model.layers[0].bias.value[...] = [1, 2, 3]
    model.layers[2].weight.value[...] = [[1, 2, 3], [4, 5, 6]]
    smaller = keep_channels(model, {"0": [0, 2]})
    first, _, last = smaller.layers
    assert first.weight.value.tolist() == [[1, 2], [5, 6]]
    assert first.bias.value.tolist() == [1, 3]
    assert last.weight.value.tolist() == [[1, 3], [4, 6]]
    assert (first.out_features, last.in_features) == (2, 2)


def test_masks_are_cut_along_and_other_transforms_are_refused(rng):
    model = nn.Sequential(nn.Linear(4, 6, rng=rng), nn.ReLU(), nn.Linear(6, 2, rng=rng))
    weight_pruning(model, 0.2)
    smaller = keep_channels(model, {"0": [1, 4, 5]})
    for layer, expected in ((0, np.s_[[1, 4, 5]]), (2, np.s_[:, [1, 4, 5]])):
        (mask,) = smaller.layers[layer].weight.transforms
        np.testing.assert_array_equal(mask.m, model.layers[layer].weight.transforms[0].m[expected])

    class Doubled(Mask):
        pass

    model.layers[2].weight.transforms = [Doubled(np.ones((2, 6)))]
    with pytest.raises(ValueError, match=r"keep_channels: a weight to cut must carry masks alone \(bake\(\) it\)"):
        keep_channels(model, {"0": [1]})


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        ({"0": []}, "for 0 at least one increasing index from 0 to 5, got []"),
        ({"0": [2, 1]}, "for 0 at least one increasing index"),
        ({"0": [1, 1]}, "for 0 at least one increasing index"),
        ({"0": [-1, 1]}, "for 0 at least one increasing index"),
        ({"0": [6]}, "for 0 at least one increasing index"),
        ({"0": [0.0, 1.0]}, "for 0 at least one increasing index"),
        ({"0": [True] * 6}, "for 0 at least one increasing index"),
        ({"2": [0]}, "for names among 0, got '2'"),
        ([0, 1], "a dict of a layer's name to indices, got [0, 1]"),
    ],
)
def test_indices_that_are_none_are_refused(rng, keep, message):
    model = nn.Sequential(nn.Linear(4, 6, rng=rng), nn.ReLU(), nn.Linear(6, 2, rng=rng))
    with pytest.raises(ValueError) as raised:
        keep_channels(model, keep)
    assert str(raised.value).startswith(f"keep_channels: keep must be {message}")


def test_one_group_by_two_names_is_refused(rng):
    with pytest.raises(ValueError, match="for each group at most one of its makers"):
        keep_channels(build_model("residual", rng), {"0": [0], "3.body.3": [1]})


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint64])
def test_indices_of_any_whole_dtype_cut_the_same_channels(rng, dtype):
    layers = [nn.Conv2d(1, 20, 3, padding=1, rng=rng), nn.ReLU(), nn.Flatten(), nn.Linear(980, 5, rng=rng)]
    model = nn.Sequential(*layers)
    x = rng.normal(size=(2, 1, 7, 7))
    expected = keep_channels(model, {"0": np.array([0, 5, 10, 19])}).forward(x)
    np.testing.assert_array_equal(keep_channels(model, {"0": np.array([0, 5, 10, 19], dtype)}).forward(x), expected)
    with pytest.raises(ValueError, match="at least one increasing index"):
        keep_channels(model, {"0": np.array([10, 5], dtype)})
