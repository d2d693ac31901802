"""What the exercises on structure say of plain arrays, the library does to a model: each is the oracle of the other."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import coupled_channels, hybrid_pruning, keep_channels, layer_pruning, structure_pruning
from minicompress.pruning.criteria import l1_norm
from minicompress.pruning.structured import block_influence
from minicompress.pruning.structured.structure import strongest


def answers(exercise_id):
    """The solution and every right answer."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]]] + [answer.function for answer in right_answers(exercise_id)]


def arrays(layers):
    """Copies of the weights and of the biases of the layers that have them."""
    layers = [layer for layer in layers if layer.weight_parameters()]
    return [layer.weight.effective() for layer in layers], [layer.bias.effective() for layer in layers]


def assert_all_equal(ones, others):
    for one, other in zip(ones, others, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("sizes", [[5, 7, 3], [4, 9, 6, 2], [3, 2], [2, 5, 5, 5, 5, 1]])
@pytest.mark.parametrize("sparsity", [0, 0.25, 0.5, 0.75])
def test_removing_neurons_of_an_mlp(sizes, sparsity, rng):
    model = nn.zoo.mlp(sizes, rng=rng)
    for layer in model.layers:
        for parameter in layer.parameters():
            parameter.value[...] = rng.normal(size=parameter.shape)
    smaller = structure_pruning(model, sparsity) if len(sizes) > 2 else model
    weights, biases = arrays(smaller.layers)
    for answer in answers("pruning/structure_pruning"):
        new_weights, new_biases = answer(*arrays(model.layers), sparsity)
        assert_all_equal(new_weights, weights)
        assert_all_equal(new_biases, biases)


def block(layers):
    """What `filter_pruning` takes, from a convolution, its batch norm and the reader."""
    conv, bn, reader = layers[0], layers[1], layers[-1]
    vectors = bn.gamma.value, bn.beta.value, bn.running_mean, bn.running_var
    return conv.weight.value, conv.bias.value, vectors, reader.weight.value


@pytest.mark.parametrize("behind", ["convolution", "flatten"])
@pytest.mark.parametrize("keep", [1, 3, 6])
def test_removing_filters_of_a_convolution(behind, keep, rng):
    reader = {
        "convolution": [nn.Conv2d(6, 2, 3, rng=rng)],
        "flatten": [nn.Flatten(), nn.Linear(6 * 2 * 3, 4, rng=rng)],
    }[behind]
    layers = [nn.Conv2d(2, 6, 3, rng=rng), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), *reader]
    model = nn.Sequential(layers, input_shape=(2, 6, 8))
    for array in model.arrays().values():
        array[...] = rng.uniform(0.5, 1.5, array.shape)
    (group,) = coupled_channels(model)
    smaller = keep_channels(model, {"0": strongest(l1_norm(model, group), keep)})
    for answer in answers("pruning/filter_pruning"):
        w, b, bn, w_next = answer(*block(model.layers), keep)
        expected = block(smaller.layers)
        assert_all_equal([w, b, *bn, w_next], [*expected[:2], *expected[2], expected[3]])


def graph(layers, prefix="", source="x"):
    """A Sequential as the list that `residual_coupling` takes, with the library's names; and its output's name."""
    kinds = {nn.Linear: "linear", nn.Conv2d: "conv", nn.BatchNorm2d: "norm"}
    found = []
    for index, layer in enumerate(layers):
        name = f"{prefix}{index}"
        if isinstance(layer, nn.Residual):
            body, body_out = graph(layer.body.layers, f"{name}.body.", source)
            shortcut, shortcut_out = graph(layer.shortcut.layers, f"{name}.shortcut.", source)
            found += [*body, *shortcut, (name, "add", [body_out, shortcut_out])]
        else:
            depthwise = isinstance(layer, nn.Conv2d) and layer.groups > 1
            found.append((name, "depthwise" if depthwise else kinds.get(type(layer), "act"), [source]))
        source = name
    return found, source


def test_coupling_in_a_residual_network(rng):
    def conv(inputs, outputs, **options):
        return nn.Conv2d(inputs, outputs, 3, padding=1, rng=rng, **options)

    separable = nn.Residual(conv(4, 4, groups=4), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 1, rng=rng))
    side = [nn.Conv2d(4, 6, 1, rng=rng), nn.BatchNorm2d(6)]
    projected = nn.Residual(conv(4, 5), nn.ReLU(), conv(5, 6), shortcut=side)
    plain = nn.Residual(conv(6, 3), nn.BatchNorm2d(3), conv(3, 6))
    head = [nn.Linear(6, 4, rng=rng), nn.Residual(nn.Linear(4, 4, rng=rng))]
    stem = [nn.Residual(conv(3, 3)), conv(3, 4), nn.BatchNorm2d(4), nn.ReLU()]
    model = nn.Sequential(*stem, separable, projected, plain, nn.GlobalAvgPool2d(), nn.Flatten(), *head)
    assert model.output_shape((3, 8, 8)) == (4,)
    layers, _ = graph(model.layers)
    order = [name for name, _, _ in layers]
    expected = [
        tuple(sorted(names, key=order.index) for names in (group.makers, group.passers, group.readers))
        for group in coupled_channels(model)
    ]
    assert len(expected) == 4
    for answer in answers("pruning/residual_coupling"):
        assert answer(layers) == expected


@pytest.mark.parametrize("count", [0, 1, 3, 5])
def test_removing_residual_blocks(count, rng):
    model = nn.Sequential(
        nn.Residual(nn.Linear(4, h, rng=rng), nn.ReLU(), nn.Linear(h, 4, rng=rng)) for h in (3, 6, 2, 5, 4)
    ).astype(np.float64)
    for parameter in model.parameters():
        parameter.value[...] = rng.normal(size=parameter.shape)
    x = rng.normal(size=(7, 4))
    blocks = [tuple(array.copy() for array in layer.arrays().values()) for layer in model.layers]
    shallower = layer_pruning(model, count, x=x)
    for answer in answers("pruning/layer_pruning"):
        kept, influence = answer(blocks, x, count)
        np.testing.assert_allclose(influence, list(block_influence(model, x).values()), rtol=1e-4, atol=1e-6)
        assert_all_equal([model.layers[i].weights[0] for i in kept], [layer.weights[0] for layer in shallower.layers])


@pytest.mark.parametrize(("structure", "budget"), [(0, 30), (0.25, 25), (0.5, 9), (0.75, 100)])
def test_neurons_first_then_weights(structure, budget, rng):
    model = nn.zoo.mlp([5, 8, 3], rng=rng)
    (w1, w2), (b1, b2) = arrays(model.layers)
    pruned = hybrid_pruning(model, channel_share=structure, budget=budget)
    expected_weights, (expected_b1, expected_b2) = arrays(pruned.layers)
    for answer in answers("pruning/hybrid_pruning"):
        new_w1, new_b1, new_w2 = answer(w1, b1, w2, 8 - int(structure * 8), budget)
        assert_all_equal([new_w1, new_w2, new_b1, b2], [*expected_weights, expected_b1, expected_b2])
