"""Network slimming: the penalty's gradient, one ranking for the network, and constants that are not lost."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import coupled_channels, network_slimming, structure_pruning
from minicompress.pruning.channels import named_layers
from minicompress.pruning.criteria import batch_norm_scale
from minicompress.pruning.structured import L1Penalty, penalize_scales
from minicompress.pruning.structured.slimming import smallest_go


def cnn(rng):
    """No padding; a reader without bias; sigmoid and tanh, which do not map 0 to 0 or are not linear."""
    first = [nn.Conv2d(2, 6, 3, rng=rng), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(6, 5, 2, bias=False, rng=rng), nn.BatchNorm2d(5), nn.Sigmoid(), nn.Flatten()]
    third = [nn.Linear(5 * 2 * 2, 7, rng=rng), nn.BatchNorm1d(7), nn.Tanh()]
    return nn.Sequential(*first, *second, *third, nn.Linear(7, 3, rng=rng))


def residual(rng):
    """Two stages of one group each, whose channels pass several batch norms, and a block's inner group."""
    stem = [nn.Conv2d(2, 4, 2, rng=rng), nn.BatchNorm2d(4)]
    inner = [nn.Conv2d(4, 5, 1, rng=rng), nn.BatchNorm2d(5), nn.ReLU()]
    block = nn.Residual(*inner, nn.Conv2d(5, 4, 1, rng=rng), nn.BatchNorm2d(4))
    return nn.Sequential(*stem, block, nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3, rng=rng))


def randomized(model, rng):
    """Every array at random, as after training; variances positive."""
    for name, array in model.arrays().items():
        array[...] = rng.uniform(0.5, 2, array.shape) if "var" in name else rng.normal(size=array.shape)
    return model


def norms(model):
    return [layer for layer in named_layers(model).values() if hasattr(layer, "gamma")]


MODELS = {"cnn": (cnn, (2, 8, 8)), "residual": (residual, (2, 7, 7))}


def made(kind, rng):
    make, shape = MODELS[kind]
    return randomized(make(rng).astype(np.float64), rng), lambda n: rng.normal(size=(n, *shape))


@pytest.mark.parametrize("kind", MODELS)
def test_where_gamma_is_zero_no_output_changes(kind, rng):
    model, draw = made(kind, rng)
    for group in coupled_channels(model):
        for name in group.passers:
            layer = named_layers(model)[name]
            layer.gamma.value[: group.size // 2 * layer.num_features // group.size] = 0
    channels = sum(group.size for group in coupled_channels(model))
    zeros = sum(group.size // 2 for group in coupled_channels(model))
    x = draw(9)
    before = model.state_dict()
    smaller = network_slimming(model, zeros / channels + 1e-9, x=draw(3))
    assert [g.size for g in coupled_channels(smaller)] == [g.size - g.size // 2 for g in coupled_channels(model)]
    np.testing.assert_allclose(smaller.forward(x), model.forward(x), rtol=1e-9, atol=1e-12)
    # without the constants the outputs are others
    lost = structure_pruning(model, 0.5, importance=batch_norm_scale)
    assert np.abs(lost.forward(x) - model.forward(x)).max() > 0.1
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_constant_is_what_the_readers_columns_made_on_average(rng):
    # gamma is not zero: the mean of what the reader computes is kept, and only the mean
    model = randomized(
        nn.Sequential(nn.Linear(4, 6, rng=rng), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3, rng=rng)), rng
    )
    x = rng.normal(size=(50, 4)).astype(np.float32)
    smaller = network_slimming(model, 0.5, x=x)
    stay = np.sort(np.argsort(-np.abs(model.layers[1].gamma.value), kind="stable")[:3])
    np.testing.assert_array_equal(smaller.layers[0].weight.value, model.layers[0].weight.value[stay])
    np.testing.assert_array_equal(smaller.layers[1].beta.value, model.layers[1].beta.value[stay])
    np.testing.assert_array_equal(smaller.layers[3].weight.value, model.layers[3].weight.value[:, stay])
    np.testing.assert_allclose(smaller.forward(x).mean(axis=0), model.forward(x).mean(axis=0), rtol=1e-4, atol=1e-5)
    assert np.abs(smaller.forward(x) - model.forward(x)).max() > 0.01


def test_padding_is_the_exception_at_the_border_alone(rng):
    reader = nn.Conv2d(4, 3, 3, padding=1, rng=rng)
    model = randomized(nn.Sequential(nn.Conv2d(1, 4, 1, rng=rng), nn.BatchNorm2d(4), nn.ReLU(), reader), rng)
    model.layers[1].gamma.value[1:3] = 0
    model.layers[1].beta.value[1:3] = [0.5, 2.0]
    x = rng.normal(size=(2, 1, 6, 7)).astype(np.float32)
    difference = np.abs(network_slimming(model, 0.5, x=x).forward(x) - model.forward(x))
    assert difference[:, :, 1:-1, 1:-1].max() < 1e-5
    assert difference[:, :, 0].min() > 1e-3


def test_a_case_worked_by_hand(rng):
    # gamma = 0, channel 1 is relu(3) = 3 whatever x is; the reader weighs it with 5: b = 1 + 15
    model = nn.Sequential(nn.Linear(1, 2, rng=rng), nn.BatchNorm1d(2, eps=1e-12), nn.ReLU(), nn.Linear(2, 1, rng=rng))
    first, norm, _, last = model.layers
    first.weight.value[...] = [[1], [1]]
    norm.gamma.value[...], norm.beta.value[...] = [1, 0], [0, 3]
    last.weight.value[...], last.bias.value[...] = [[2, 5]], [1]
    smaller = network_slimming(model, 0.5, x=np.zeros((1, 1)))
    assert smaller.layers[3].weight.value.tolist() == [[2]]
    assert smaller.layers[3].bias.value.tolist() == [16]
    assert smaller.forward(np.array([[4.0]])).item() == model.forward(np.array([[4.0]])).item() == 24


def test_one_ranking_for_all_layers_of_which_each_keeps_a_channel():
    scores = [np.array([0.1, 0.9, 0.2]), np.array([0.05, 0.06]), np.array([0.2, 0.3, 0.2, 0.0])]
    # 4 of 9 go: 0, 0.05, 0.06, 0.1; the second layer keeps its 0.06
    kept = smallest_go(scores, 4 / 9)
    assert [k.astype(int).tolist() for k in kept] == [[0, 1, 1], [0, 1], [1, 1, 1, 0]]
    # 6 of 9: of the three 0.2 that are left the later go
    assert [k.astype(int).tolist() for k in smallest_go(scores, 6 / 9)] == [[0, 1, 1], [0, 1], [0, 1, 0, 0]]
    assert all(k.all() for k in smallest_go(scores, 0))
    assert [int(k.sum()) for k in smallest_go(scores, 0.999)] == [1, 1, 1]
    assert [k.tolist() for k in smallest_go([np.zeros(3), np.zeros(2)], 0.99)] == [[True, False, False], [True, False]]


def test_scale_is_the_mean_over_the_norms_that_a_channel_passes(rng):
    model, _ = made("residual", rng)
    groups = {group.name: group for group in coupled_channels(model)}
    stem, side = model.layers[1].gamma, model.layers[2].body.layers[4].gamma
    expected = (np.abs(stem.value) + np.abs(side.value)) / 2
    np.testing.assert_allclose(batch_norm_scale(model, groups["0"]), expected)
    behind_flatten = nn.Sequential(
        nn.Conv2d(1, 2, 1, rng=rng), nn.Flatten(), nn.BatchNorm1d(8), nn.Linear(8, 2, rng=rng)
    )
    behind_flatten.layers[2].gamma.value[...] = [1, -2, 3, -4, 0, 0, 0, 2]
    (group,) = coupled_channels(behind_flatten)
    assert batch_norm_scale(behind_flatten, group).tolist() == [2.5, 0.5]
    (group,) = coupled_channels(nn.zoo.mlp([3, 4, 2], rng=rng))
    with pytest.raises(ValueError, match="batch_norm_scale: the channels of 1 must pass a batch norm"):
        batch_norm_scale(nn.zoo.mlp([3, 4, 2], rng=rng), group)


def step(model, x, labels):
    """Gradients of one backward in training mode."""
    model.zero_grad()
    model.backward(nn.softmax_cross_entropy(model.forward(x, training=True), labels)[1])
    return {name: p.grad.copy() for name, p in model.named_parameters().items()}


def test_the_penalty_adds_its_subgradient_to_every_scale_and_to_nothing_else(rng):
    model, draw = made("residual", rng)
    model.layers[1].gamma.value[:2] = [0.0, -0.5]
    x, labels = draw(5), np.arange(5) % 3
    plain = step(model.copy(), x, labels)
    penalize_scales(model, 0.25)
    penalize_scales(model, 0.125)  # in place of the earlier one
    np.testing.assert_array_equal(model.copy().forward(x), model.forward(x))
    for name, gradient in step(model, x, labels).items():
        added = 0.125 * np.sign(model.named_parameters()[name].value) if "gamma" in name else 0
        np.testing.assert_allclose(gradient, plain[name] + added, rtol=1e-12, atol=1e-14)
    penalize_scales(model, 0)
    assert not any(p.transforms for p in model.parameters())


def test_the_penalty_is_pytorchs_gradient_of_the_l1_norm():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    w = np.random.default_rng(1).normal(size=8).astype(np.float32)
    w[3] = 0
    tensor = torch.from_numpy(w.copy()).requires_grad_()
    (3 * tensor).sum().add(0.01 * tensor.abs().sum()).backward()
    penalty = L1Penalty(0.01)
    penalty.forward(w)
    np.testing.assert_allclose(penalty.backward(np.full(8, 3, np.float32)), tensor.grad.numpy(), rtol=1e-6)


def test_training_under_the_penalty_gives_up_channels_that_are_not_needed():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 6)).astype(np.float32)
    labels = (x[:, 0] + x[:, 1] > 0).astype(np.int64)

    def trained(strength, weight_decay=0.0):
        rng = np.random.default_rng(3)
        model = nn.Sequential(nn.Linear(6, 16, rng=rng), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2, rng=rng))
        if strength:
            penalize_scales(model, strength)
        optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=weight_decay)
        nn.fit(model, x, labels, optimizer=optimizer, epochs=30, batch_size=50, rng=rng)
        return model

    def near_zero(model):
        return int((np.abs(model.layers[1].gamma.value) < 0.01 * np.abs(model.layers[1].gamma.value).max()).sum())

    slim = trained(0.01)
    assert near_zero(slim) >= 8
    assert near_zero(trained(0)) == 0
    assert near_zero(trained(0, weight_decay=0.01)) == 0  # L2 makes them small together
    smaller = network_slimming(slim, 0.5, x=x)
    assert smaller.layers[0].out_features == 8
    assert nn.accuracy(smaller, x, labels) >= nn.accuracy(slim, x, labels) - 0.01 > 0.95
    assert not any(p.transforms for p in smaller.parameters())


def test_what_cannot_be_slimmed_is_refused_and_stays_as_it_was(rng):
    model, draw = made("cnn", rng)
    penalize_scales(model, 0.1)
    before, x = model.state_dict(), draw(2)
    for share in (-0.1, 1, 1.5, np.nan):
        with pytest.raises(ValueError, match="network_slimming: share must be"):
            network_slimming(model, share, x=x)
    with pytest.raises(ValueError, match="network_slimming: x must be a batch of one input or more"):
        network_slimming(model, 0.5, x=x[:0])
    mlp = nn.zoo.mlp([3, 4, 2], rng=rng)
    with pytest.raises(
        ValueError, match="network_slimming: model must be one with removable channels that pass a batch"
    ):
        network_slimming(mlp, 0.5, x=np.ones((1, 3)))
    with pytest.raises(ValueError, match="penalize_scales: model must be one with batch norm"):
        penalize_scales(mlp, 0.1)
    for strength in (-1, np.inf, "much"):
        with pytest.raises(ValueError, match="penalize_scales: strength must be"):
            penalize_scales(model, strength)

    class Unknown(nn.Layer):
        pass

    with pytest.raises(ValueError, match="coupled_channels: layer 1 must be one whose channels are known"):
        network_slimming(nn.Sequential(nn.Linear(2, 2, rng=rng), Unknown()), 0.5, x=np.ones((1, 2)))
    reader = [nn.Conv2d(4, 4, 1, groups=2, rng=rng), nn.Conv2d(4, 3, 1, rng=rng), nn.BatchNorm2d(3)]
    grouped = nn.Sequential(nn.Conv2d(1, 4, 1, rng=rng), nn.BatchNorm2d(4), *reader, nn.Conv2d(3, 2, 1, rng=rng))
    with pytest.raises(ValueError, match="network_slimming: model must be one without grouped convolutions"):
        network_slimming(grouped, 0.5, x=np.ones((1, 1, 2, 2)))
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert all(norm.gamma.transforms[0].strength == 0.1 for norm in norms(model))


def answers(exercise_id):
    """The solution and every right answer."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]]] + [answer.function for answer in right_answers(exercise_id)]


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.95])
def test_the_exercise_says_of_arrays_what_the_library_does_to_a_model(share, rng):
    hidden = [layer for n, m in ((5, 8), (8, 6)) for layer in (nn.Linear(n, m, rng=rng), nn.BatchNorm1d(m), nn.ReLU())]
    model = randomized(nn.Sequential(*hidden, nn.Linear(6, 3, rng=rng)).astype(np.float64), rng)
    scales, shifts = ([getattr(norm, name).value for norm in norms(model)] for name in ("gamma", "beta"))
    for answer in answers("pruning/network_slimming"):
        gradients, keep, constants = answer(scales, shifts, 0.25, share)
        silent = model.copy()
        for norm, stays in zip(norms(silent), keep, strict=True):
            norm.gamma.value[~stays] = 0
        smaller = network_slimming(silent, share, x=np.ones((1, 5)))
        for reader, c, before in zip((3, 6), constants, (keep[1], slice(None)), strict=True):
            bias = model.layers[reader].bias.value + model.layers[reader].weight.value @ c
            np.testing.assert_allclose(smaller.layers[reader].bias.value, bias[before], rtol=1e-12)
        for norm, g, stays in zip(norms(smaller), scales, keep, strict=True):
            np.testing.assert_array_equal(norm.gamma.value, g[stays])
        penalized = model.copy()
        penalize_scales(penalized, 0.25)
        x, labels = np.random.default_rng(1).normal(size=(4, 5)), np.arange(4) % 3
        plain, pulled = step(model.copy(), x, labels), step(penalized, x, labels)
        for name, gradient in zip(("1.gamma", "4.gamma"), gradients, strict=True):
            np.testing.assert_allclose(pulled[name] - plain[name], gradient, rtol=1e-9)


@pytest.mark.parametrize("x", [None, np.full((2, 2, 8, 8), np.nan)], ids=["None", "NaN"])
def test_a_batch_that_would_spoil_the_biases_is_named(x, rng):
    with pytest.raises(ValueError, match="network_slimming: x must be a batch"):
        network_slimming(cnn(rng), 0.5, x=x)


def test_a_gamma_that_does_not_rank_is_named(rng):
    model = cnn(rng)
    next(layer for layer in model.layers if hasattr(layer, "gamma")).gamma.value[0] = np.nan
    with pytest.raises(ValueError, match="network_slimming: model must have finite gammas"):
        network_slimming(model, 0.5, x=np.ones((2, 2, 8, 8)))


def test_scores_of_narrow_types_do_not_wrap():
    scores = [np.array([0, 200, 3], np.uint8), np.array([1, 100], np.uint8)]
    assert [keep.tolist() for keep in smallest_go(scores, 0.6)] == [[False, True, False], [False, True]]
