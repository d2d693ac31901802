"""Channel groups of every kind of network, and the models that are refused."""

import pytest
from channel_models import build_model, conv

from minicompress import nn
from minicompress.pruning import coupled_channels, keep_channels, structure_pruning

# --- which channels go together ---------------------------------------------------------------------------------------


def layout(model):
    return [(g.size, g.makers, g.passers, g.readers) for g in coupled_channels(model)]


def test_groups_of_an_mlp_are_its_hidden_layers(rng):
    assert layout(nn.zoo.lenet_300_100(rng=rng)) == [(300, ["1"], [], ["3"]), (100, ["3"], [], ["5"])]


def test_a_residual_stage_is_one_group_and_each_block_has_one_of_its_own(rng):
    readers = ["3.body.0", "5.body.0", "6.body.0", "6.shortcut.0"]
    assert layout(build_model("residual", rng)) == [
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
    assert [(g.size, g.blocks) for g in coupled_channels(build_model("grouped", rng))] == [(8, 2), (12, 6), (6, 3)]
    with pytest.raises(ValueError, match=r"keep_channels: keep must be for 0 equally many in each of its 2 blocks"):
        keep_channels(build_model("grouped", rng), {"0": [0, 1, 4]})


def test_an_addition_joins_the_blocks_of_both_sides(rng):
    both = nn.Residual(conv(8, 12, rng, groups=2), shortcut=conv(8, 12, rng, groups=4))
    model = nn.Sequential(conv(1, 8, rng), both, conv(12, 3, rng, groups=3), nn.Flatten(), nn.Linear(27, 2, rng=rng))
    assert [(g.size, g.blocks) for g in coupled_channels(model)] == [(8, 4), (12, 12), (3, 3)]
    either = nn.Residual(conv(8, 12, rng), shortcut=conv(8, 12, rng, groups=4))
    model = nn.Sequential(conv(1, 8, rng), either, nn.Flatten(), nn.Linear(108, 2, rng=rng))
    assert [(g.size, g.blocks) for g in coupled_channels(model)] == [(8, 4), (12, 4)]


def test_a_depthwise_multiplier_makes_features_that_go_with_their_channel(rng):
    model = build_model("multiplied", rng)
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
