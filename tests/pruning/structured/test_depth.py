"""Removing whole residual blocks: the shallower model computes what the old one does with those bodies at zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.pruning import layer_pruning
from minicompress.pruning.structured import block_influence, remove_blocks


def block(width, rng):
    return nn.Residual(nn.Linear(width, 5, rng=rng), nn.ReLU(), nn.Linear(5, width, rng=rng))


def network(rng, blocks=4):
    """Blocks between a stem and a head, and one in the middle whose shortcut changes the width."""
    wider = nn.Residual(nn.Linear(3, 4, rng=rng), shortcut=nn.Linear(3, 4, rng=rng))
    layers = [nn.Linear(6, 3, rng=rng), *(block(3, rng) for _ in range(blocks // 2)), wider]
    layers += [block(4, rng) for _ in range(blocks - blocks // 2)]
    return nn.Sequential(*layers, nn.Linear(4, 2, rng=rng), input_shape=(6,)).astype(np.float64)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6), gone=st.sets(st.sampled_from([1, 2, 4, 5])))
def test_without_a_block_the_model_computes_what_it_did_with_a_body_of_zeros(seed, gone):
    rng = np.random.default_rng(seed)
    model = network(rng)
    zeroed = model.copy()
    for index in gone:
        for parameter in zeroed.layers[index].body.layers[-1].parameters():
            parameter.value[...] = 0
    x = rng.normal(size=(5, 6))
    shallower = remove_blocks(model, gone)
    np.testing.assert_allclose(shallower.forward(x), zeroed.forward(x), rtol=1e-12, atol=1e-12)
    assert len(shallower) == len(model) - len(gone)
    assert shallower.input_shape == (6,)


def test_influence_is_that_of_slow_loops(rng):
    model = network(rng)
    x = rng.normal(size=(5, 6))
    influences = block_influence(model, x)
    assert list(influences) == [1, 2, 4, 5]
    for index, influence in influences.items():
        before, behind = (nn.Sequential(model.layers[:stop]).forward(x) for stop in (index, index + 1))
        cosines = [a @ b / np.sqrt(a @ a) / np.sqrt(b @ b) for a, b in zip(before, behind, strict=True)]
        assert influence == pytest.approx(1 - np.mean(cosines))


def test_images_are_flattened_and_zeros_have_no_direction(rng):
    model = nn.Sequential(nn.Residual(nn.Conv2d(2, 2, 3, padding=1, rng=rng)))
    x = rng.normal(size=(2, 2, 4, 4)).astype(np.float32)
    x[1] = 0
    y = model.forward(x)[0].ravel()
    cosine = x[0].ravel() @ y / np.linalg.norm(x[0]) / np.linalg.norm(y)
    assert block_influence(model, x) == {0: pytest.approx(1 - cosine / 2, rel=1e-5)}


def test_the_least_influential_go_and_the_old_model_stays(rng):
    model = network(rng)
    for index in (2, 4):
        for parameter in model.layers[index].body.layers[-1].parameters():
            parameter.value *= 1e-6 if index == 2 else 1e-3
    before = model.state_dict()
    x = rng.normal(size=(8, 6))
    shallower = layer_pruning(model, 2, x=x)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    expected = [array for name, array in before.items() if not name.startswith(("2.", "4."))]
    for array, other in zip(shallower.state_dict().values(), expected, strict=True):
        np.testing.assert_array_equal(array, other)
    nn.check_gradients(shallower, x, rng=rng)


def test_of_equal_blocks_the_earlier_stays(rng):
    model = nn.Sequential(*(block(3, rng) for _ in range(3)))
    kept = layer_pruning(model, 2, x=np.ones((1, 3)), importance=lambda model, x: {0: 1.0, 1: 1.0, 2: 1.0})
    np.testing.assert_array_equal(kept.layers[0].weights[0], model.layers[0].weights[0])


@pytest.mark.parametrize("count", [-1, 5, 1.0, True])
def test_a_count_that_is_none_is_refused(rng, count):
    with pytest.raises(ValueError, match=r"layer_pruning: count must be an integer from 0 to 4, got"):
        layer_pruning(network(rng), count, x=np.ones((2, 6)))


@pytest.mark.parametrize("indices", [[0], [3], [1, 1], [9]])
def test_only_identity_blocks_can_be_removed(rng, indices):
    with pytest.raises(ValueError, match=r"remove_blocks: indices must be different ones among \[1, 2, 4, 5\]"):
        remove_blocks(network(rng), indices)


def test_a_tie_does_not_hang_on_a_last_bit(rng):
    # Every block adds a multiple of x, so no direction changes; how 1 - cos rounds is another matter.
    def scaling(factor):
        body = nn.Linear(3, 3, rng=rng)
        body.weight.value[...], body.bias.value[...] = factor * np.eye(3), 0
        return nn.Residual(body)

    turning = block(3, rng)
    blocks = [scaling(f) for f in (0.3, 1.7, 0.01)] + [turning] + [scaling(f) for f in (1 / 3, 0.77)]
    model, x = nn.Sequential(*blocks), rng.normal(size=(50, 3)).astype(np.float32)
    for count, left in ((1, [0, 1, 2, 3, 4]), (3, [0, 1, 3]), (5, [3])):
        expected = [model.layers[i].body.layers[0].weight.value.tolist() for i in left]
        kept = [layer.body.layers[0].weight.value.tolist() for layer in layer_pruning(model, count, x=x).layers]
        assert kept == expected


def test_scores_of_ones_own_may_be_small(rng):
    model = network(rng)
    scores = {1: 3e-9, 2: 1e-9, 4: 2e-9, 5: 4e-9}
    shallower = layer_pruning(model, 2, x=np.ones((1, 6)), importance=lambda model, x: scores)
    expected = remove_blocks(model, [2, 4])
    np.testing.assert_array_equal(shallower.forward(np.ones((2, 6))), expected.forward(np.ones((2, 6))))


@pytest.mark.parametrize("factor", [2.0**-600, 2.0**600])
def test_an_influence_does_not_depend_on_the_unit(factor, rng):
    model = nn.Sequential(block(3, rng)).astype(np.float64)
    for parameter in model.layers[0].parameters()[1::2]:
        parameter.value[...] = 0
    x = rng.normal(size=(5, 3))
    assert block_influence(model, factor * x) == pytest.approx(block_influence(model, x))


@pytest.mark.parametrize("x", [np.zeros((0, 6)), [[np.nan] * 6], "x", None], ids=["empty", "NaN", "text", "None"])
def test_inputs_without_a_direction_are_named(x, rng):
    with pytest.raises(ValueError, match="block_influence: x must be"):
        layer_pruning(network(rng), 1, x=x)


@pytest.mark.parametrize("score", [np.nan, np.inf, None, "1"])
def test_scores_that_do_not_rank_are_named(score, rng):
    with pytest.raises(ValueError, match="layer_pruning: importance of block 2 must be a finite number"):
        layer_pruning(network(rng), 1, x=None, importance=lambda model, x: {1: 0.5, 2: score})
    with pytest.raises(ValueError, match="layer_pruning: importance must be a function that returns"):
        layer_pruning(network(rng), 1, x=None, importance=lambda model, x: [0.5])
