"""What stands in a network twice is refused: a layer, a Parameter, a transform."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import FakeQuantize


def linear(seed=0):
    return nn.Linear(4, 4, rng=np.random.default_rng(seed))


def twice_in_residual(layer):
    return nn.Residual(layer, nn.ReLU(), shortcut=layer)


def beside_a_residual(layer):
    return nn.Sequential(layer, nn.Residual(layer))


def in_two_residuals(layer):
    return nn.Sequential(nn.Residual(layer), nn.Residual(nn.ReLU(), layer))


def a_residual_twice(layer):
    residual = nn.Residual(layer)
    return nn.Sequential(residual, residual)


def in_a_nested_residual(layer):
    return nn.Residual(nn.Residual(layer), layer)


WAYS = [twice_in_residual, beside_a_residual, in_two_residuals, a_residual_twice, in_a_nested_residual]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", [linear, nn.Tanh])
def test_a_layer_twice_is_refused_wherever_it_stands(way, make):
    with pytest.raises(ValueError, match=r"every layer must be an object of its own, got .* twice; make a second one"):
        way(make())


def test_copies_are_fine():
    layer = linear()
    model = nn.Sequential(
        layer, nn.Residual(layer.copy(), shortcut=layer.copy()), nn.Residual(nn.Residual(layer.copy()))
    )
    assert model.backward(model.forward(np.ones((2, 4)))).shape == (2, 4)


def test_a_layer_put_in_twice_later_is_refused_at_the_next_forward():
    model = nn.Sequential(linear(0), nn.Residual(linear(1)))
    model.layers.append(model.layers[1].body.layers[0])
    with pytest.raises(ValueError, match="every layer must be an object of its own"):
        model.forward(np.ones((2, 4)))


def tied():
    model = nn.Sequential(linear(0), nn.ReLU(), nn.Residual(linear(1)))
    model.layers[2].body.layers[0].weight = model.layers[0].weight
    return model


def test_a_parameter_of_two_layers_is_refused_by_all_that_would_count_or_step_it_twice(tmp_path):
    model, x, y = tied(), np.ones((4, 4), np.float32), np.array([0, 1, 2, 3])
    optimizer = nn.SGD([p for p in dict.fromkeys(model.parameters())], 0.1)
    uses = [
        lambda: model.forward(x),
        lambda: nn.Sequential(*model.layers),
        lambda: nn.fit(model, x, y, optimizer=optimizer, epochs=1, rng=np.random.default_rng(0)),
        lambda: model.save(tmp_path / "tied.npz"),
        lambda: model.summary((4,)),
    ]
    for use in uses:
        with pytest.raises(ValueError, match=r"Parameters of its own, got one Parameter as 0\.weight and 2\.body"):
            use()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", [nn.SGD, nn.Adam, nn.AdamW])
def test_a_parameter_given_twice_to_an_optimizer_is_refused(make):
    layer = linear()
    with pytest.raises(ValueError, match="parameters must be different ones, got the same Parameter twice"):
        make([*layer.parameters(), layer.weight], 0.1)


@pytest.mark.parametrize("chains", [([0], [0]), ([0, 1], [1]), ([0, 0], [])])
def test_a_transform_of_two_parameters_is_refused_where_its_gradients_would_mix(chains):
    transforms = [FakeQuantize(4, scale=0.1), FakeQuantize(3, scale=0.2)]
    model = nn.Sequential(linear(0), linear(1))
    for layer, chain in zip(model.layers, chains, strict=True):
        layer.weight.transforms = [transforms[i] for i in chain]
    logits = model.forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"must have transforms of its own, got one FakeQuantize on 0\.weight and"):
        model.backward(logits)
