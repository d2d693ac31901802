"""What the exercises on structure say of plain arrays, the library does to a model: each is the oracle of the other."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.kit.grading.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import structure_pruning


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
