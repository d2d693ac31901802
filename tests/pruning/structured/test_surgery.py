"""Removing channels for real: the smaller model computes what the old one does with those channels unread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.pruning import Mask, coupled_channels, keep_channels, structure_pruning, weight_pruning
from minicompress.pruning.channels import named_layers
from minicompress.pruning.criteria import l1_norm, l2_norm, mean_activation, nonzero_activation, random_importance
from minicompress.pruning.structured.structure import strongest


def conv(inputs, outputs, rng, **options):
    return nn.Conv2d(inputs, outputs, 3, padding=1, rng=rng, **options)


def plain_cnn(rng):
    layers = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.Sigmoid(), nn.MaxPool2d(2), conv(4, 6, rng, bias=False), nn.Tanh()]
    return [
        *layers,
        nn.Flatten(),
        nn.BatchNorm1d(6 * 9),
        nn.Linear(6 * 9, 5, rng=rng),
        nn.ReLU(),
        nn.Linear(5, 3, rng=rng),
    ]


def depthwise_separable(rng):
    first = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.ReLU(), conv(4, 4, rng, groups=4), nn.BatchNorm2d(4), nn.ReLU()]
    return [*first, nn.Conv2d(4, 6, 1, rng=rng), nn.GlobalAvgPool2d(), nn.Flatten(), nn.Linear(6, 3, rng=rng)]


def multiplied(rng):
    """Depthwise convolutions with a multiplier: alone, then in one branch of two, then one that keeps the number."""
    widen = nn.Residual(conv(4, 8, rng), nn.BatchNorm2d(8), shortcut=conv(4, 8, rng, groups=4))
    first = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.ReLU(), widen, nn.ReLU(), nn.Conv2d(8, 3, 1, rng=rng)]
    second = [conv(3, 9, rng, groups=3), nn.BatchNorm2d(9), nn.ReLU(), conv(9, 9, rng, groups=9), nn.MaxPool2d(2)]
    return [*first, *second, nn.Flatten(), nn.Linear(9 * 9, 3, rng=rng)]


def grouped(rng):
    layers = [conv(1, 8, rng), nn.ReLU(), conv(8, 12, rng, groups=2), nn.ReLU(), conv(12, 6, rng, groups=3)]
    return [*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6 * 9, 3, rng=rng)]


def residual(rng):
    def block(c):
        return [conv(c, 5, rng), nn.BatchNorm2d(5), nn.ReLU(), conv(5, c, rng), nn.BatchNorm2d(c)]

    down = nn.Residual(
        conv(4, 6, rng, stride=2), nn.ReLU(), conv(6, 6, rng), shortcut=nn.Conv2d(4, 6, 1, stride=2, rng=rng)
    )
    stem = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.ReLU(), nn.Residual(*block(4)), nn.ReLU(), nn.Residual(*block(4))]
    return [*stem, down, nn.ReLU(), nn.Flatten(), nn.Linear(6 * 9, 3, rng=rng)]


ARCHITECTURES = {
    "plain": plain_cnn,
    "depthwise": depthwise_separable,
    "multiplied": multiplied,
    "grouped": grouped,
    "residual": residual,
    "mlp": lambda rng: nn.zoo.mlp([36, 7, 5, 3], rng=rng).layers,
}


def made(kind, rng):
    """A model in float64 with biases, batch norm and running statistics that are anything but zeros and ones."""
    model = nn.Sequential(ARCHITECTURES[kind](rng), input_shape=(1, 6, 6)).astype(np.float64)
    for name, array in model.arrays().items():
        if "weight" not in name:
            array[...] = rng.uniform(0.5, 1.5, array.shape) * (1 if "var" in name else rng.choice([-1, 1], array.shape))
    return model


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
    model = made(kind, rng)
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
    model = made(kind, rng)
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
    model = made(kind, rng)
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


# --- which channels go together ---------------------------------------------------------------------------------------


def layout(model):
    return [(g.size, g.makers, g.passers, g.readers) for g in coupled_channels(model)]


def test_groups_of_an_mlp_are_its_hidden_layers(rng):
    assert layout(nn.zoo.lenet_300_100(rng=rng)) == [(300, ["1"], [], ["3"]), (100, ["3"], [], ["5"])]


def test_a_residual_stage_is_one_group_and_each_block_has_one_of_its_own(rng):
    readers = ["3.body.0", "5.body.0", "6.body.0", "6.shortcut.0"]
    assert layout(made("residual", rng)) == [
        (4, ["0", "3.body.3", "5.body.3"], ["1", "3.body.4", "5.body.4"], readers),
        (5, ["3.body.0"], ["3.body.1"], ["3.body.3"]),
        (5, ["5.body.0"], ["5.body.1"], ["5.body.3"]),
        (6, ["6.body.0"], [], ["6.body.2"]),
        (6, ["6.body.2", "6.shortcut.0"], [], ["9"]),
    ]


def test_a_stage_that_adds_to_the_input_or_to_the_logits_is_fixed(rng):
    body = [nn.Linear(4, 6, rng=rng), nn.ReLU(), nn.Linear(6, 4, rng=rng)]
    model = nn.Sequential(nn.Residual(*body), nn.Linear(4, 3, rng=rng), nn.Residual(nn.Linear(3, 3, rng=rng)))
    assert layout(model) == [(6, ["0.body.0"], [], ["0.body.2"])]


def test_grouped_convolutions_ask_for_equally_many_in_each_block(rng):
    assert [(g.size, g.blocks) for g in coupled_channels(made("grouped", rng))] == [(8, 2), (12, 6), (6, 3)]
    with pytest.raises(ValueError, match=r"keep_channels: keep must be for 0 equally many in each of its 2 blocks"):
        keep_channels(made("grouped", rng), {"0": [0, 1, 4]})


def test_an_addition_joins_the_blocks_of_both_sides(rng):
    both = nn.Residual(conv(8, 12, rng, groups=2), shortcut=conv(8, 12, rng, groups=4))
    model = nn.Sequential(conv(1, 8, rng), both, conv(12, 3, rng, groups=3), nn.Flatten(), nn.Linear(27, 2, rng=rng))
    assert [(g.size, g.blocks) for g in coupled_channels(model)] == [(8, 4), (12, 12), (3, 3)]
    either = nn.Residual(conv(8, 12, rng), shortcut=conv(8, 12, rng, groups=4))
    model = nn.Sequential(conv(1, 8, rng), either, nn.Flatten(), nn.Linear(108, 2, rng=rng))
    assert [(g.size, g.blocks) for g in coupled_channels(model)] == [(8, 4), (12, 4)]


def test_a_depthwise_multiplier_makes_features_that_go_with_their_channel(rng):
    model = made("multiplied", rng)
    assert layout(model) == [
        (4, ["0", "3.body.0"], ["1", "3.shortcut.0", "3.body.1"], ["3.body.0", "5"]),
        (3, ["5"], ["6", "7", "9"], ["12"]),
    ]
    smaller = structure_pruning(model, 0.5)
    assert [smaller.layers[i].out_channels for i in (0, 5, 6, 9)] == [2, 2, 6, 6]
    assert smaller.layers[3].shortcut.layers[0].weight.shape == (4, 1, 3, 3)
    assert smaller.layers[3].body.layers[0].weight.shape == (4, 2, 3, 3)


def test_a_depthwise_multiplier_on_the_input_can_only_lose_equally_many_of_each_channel(rng):
    model = nn.Sequential(conv(3, 9, rng, groups=3), nn.ReLU(), nn.Flatten(), nn.Linear(9 * 36, 2, rng=rng))
    assert [(g.size, g.blocks) for g in coupled_channels(model)] == [(9, 3)]
    assert structure_pruning(model, 0.4).layers[0].weight.shape == (6, 1, 3, 3)


def test_channels_that_blocks_hold_fast_are_named(rng):
    model = nn.Sequential(conv(1, 8, rng), conv(8, 8, rng, groups=4), nn.Flatten(), nn.Linear(8 * 36, 2, rng=rng))
    with pytest.warns(UserWarning, match=r"structure_pruning: all 8 channels of [01] stay: .* into 4 blocks of 2"):
        assert structure_pruning(model, 0.4).layers[0].out_channels == 8


def test_channels_that_straddle_blocks_are_not_offered(rng):
    # Four channels of three features each, read in three blocks of four: no channel lies in one block.
    layers = [conv(1, 4, rng), conv(4, 12, rng, groups=4), conv(12, 6, rng, groups=3), nn.Flatten()]
    model = nn.Sequential(*layers, nn.Linear(6 * 36, 2, rng=rng))
    assert [group.name for group in coupled_channels(model)] == ["2"]


def test_a_layer_that_is_not_known_and_channels_that_do_not_add_up_are_refused(rng):
    class Shuffle(nn.Layer):
        pass

    with pytest.raises(
        ValueError, match=r"coupled_channels: layer 1 must be one whose channels are known, got Shuffle"
    ):
        structure_pruning(nn.Sequential(nn.Linear(2, 3, rng=rng), Shuffle(), nn.Linear(3, 2, rng=rng)), 0.5)
    unequal = nn.Residual(nn.Linear(3, 4, rng=rng))
    with pytest.raises(ValueError, match=r"coupled_channels: 1 must add equally many channels, got 4 and 3"):
        coupled_channels(nn.Sequential(nn.Linear(2, 3, rng=rng), unequal, nn.Linear(4, 2, rng=rng)))


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
        keep_channels(made("residual", rng), {"0": [0], "3.body.3": [1]})


# --- which go ---------------------------------------------------------------------------------------------------------


def test_scores_are_those_of_slow_loops(rng):
    model = made("residual", rng)
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


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint64])
def test_indices_of_any_whole_dtype_cut_the_same_channels(rng, dtype):
    layers = [nn.Conv2d(1, 20, 3, padding=1, rng=rng), nn.ReLU(), nn.Flatten(), nn.Linear(980, 5, rng=rng)]
    model = nn.Sequential(*layers)
    x = rng.normal(size=(2, 1, 7, 7))
    expected = keep_channels(model, {"0": np.array([0, 5, 10, 19])}).forward(x)
    np.testing.assert_array_equal(keep_channels(model, {"0": np.array([0, 5, 10, 19], dtype)}).forward(x), expected)
    with pytest.raises(ValueError, match="at least one increasing index"):
        keep_channels(model, {"0": np.array([10, 5], dtype)})
