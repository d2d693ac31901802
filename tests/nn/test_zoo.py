import numpy as np
import pytest

from minicompress import nn


@pytest.mark.parametrize(
    ("make", "parameters", "weights", "macs"),
    [
        (nn.zoo.lenet_300_100, 266_610, 784 * 300 + 300 * 100 + 100 * 10, 266_200),
        # conv1: 20 * 25 weights at 24 * 24 positions; conv2: 50 * 20 * 25 at 8 * 8
        (nn.zoo.lenet5, 431_080, 430_500, 500 * 576 + 25_000 * 64 + 400_000 + 5_000),
    ],
)
def test_zoo_has_the_published_sizes(make, parameters, weights, macs, rng):
    model = make(rng=rng)
    assert sum(parameter.size for parameter in model.parameters()) == parameters
    assert sum(weight.size for layer in model.layers for weight in layer.weights) == weights
    summary = model.summary()
    assert summary.parameters == parameters
    assert summary.macs == macs == model.macs((1, 28, 28))
    assert model.forward(np.zeros((2, 1, 28, 28), np.float32)).shape == (2, 10)


def test_only_relu_of_lenet5_follows_the_500_unit_layer(rng):
    kinds = [type(layer).__name__ for layer in nn.zoo.lenet5(rng=rng)]
    assert kinds == ["Conv2d", "MaxPool2d", "Conv2d", "MaxPool2d", "Flatten", "Linear", "ReLU", "Linear"]


def test_zoo_starts_with_biases_at_zero_and_the_same_weights_for_the_same_seed():
    one, two = (nn.zoo.lenet_300_100(rng=np.random.default_rng(4)).state_dict() for _ in range(2))
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name])
        assert array.dtype == np.float32
        assert name.endswith("weight") == bool(array.any())


def test_mlp_has_relu_between_its_layers_and_none_at_the_end(rng):
    model = nn.zoo.mlp([5, 4, 3], rng=rng)
    assert repr(model) == "Sequential(Flatten(), Linear(5, 4), ReLU(), Linear(4, 3))"
    assert model.summary().parameters == 5 * 4 + 4 + 4 * 3 + 3
    for sizes in ([5], [5, 0]):
        with pytest.raises(ValueError, match="mlp: sizes must be"):
            nn.zoo.mlp(sizes, rng=rng)
