"""One transform for all weights, one for each, one for some layers: each weight gets its own, or nothing changes."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import Binarize, FakeQuantize, attach_quantizers
from minicompress.quantization.mixed import uniform_bits
from minicompress.quantization.voltage import RandomBitErrors


@pytest.fixture
def model(rng):
    inner = nn.Residual(nn.Linear(5, 5, rng=rng), nn.ReLU(), nn.Linear(5, 5, rng=rng))
    return nn.Sequential(nn.Linear(6, 5, rng=rng), nn.ReLU(), inner, nn.Linear(5, 3, rng=rng))


def attached(model):
    return [[repr(t) for t in parameter.transforms] for parameter in model.weight_parameters()]


@pytest.mark.parametrize("method", [FakeQuantize(4, axis=0), lambda: FakeQuantize(4, axis=0), uniform_bits(4)])
def test_one_method_for_all_gives_each_weight_a_transform_of_its_own(model, method):
    attach_quantizers(model, method)
    transforms = [t for parameter in model.weight_parameters() for t in parameter.transforms]
    assert [t.bits for t in transforms] == [4] * 4
    assert len({id(t) for t in transforms}) == 4
    assert method not in transforms


def test_the_network_trains_through_what_is_attached_and_is_baked_at_once(model, rng):
    attach_quantizers(model, FakeQuantize(3))
    x, y = rng.normal(size=(20, 6)).astype(np.float32), rng.integers(0, 3, 20)
    nn.fit(model, x, y, optimizer=nn.SGD(model.parameters(), 0.1), epochs=2, batch_size=5, rng=rng)
    model.bake()
    assert attached(model) == [[]] * 4
    assert all(np.unique(w).size <= 7 for layer in model.layers for w in layer.weights)


def test_a_list_has_one_method_for_each_weight_and_none_leaves_it(model):
    attach_quantizers(model, [uniform_bits(8), None, FakeQuantize(2), Binarize])
    assert attached(model) == [
        ["FakeQuantize(8)"],
        [],
        ["FakeQuantize(2)"],
        ["Binarize(scaled=False, axis=None, rng=None)"],
    ]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [([0, -1], [1, 0, 0, 1]), ([2], [0, 1, 1, 0]), (["2.body.2"], [0, 0, 1, 0]), (("3", np.int8(0), 0), [1, 0, 0, 1])],
)
def test_layers_by_index_and_by_name(model, layers, expected):
    attach_quantizers(model, FakeQuantize(4), layers=layers)
    assert [len(transforms) for transforms in attached(model)] == expected


def test_weights_draw_from_one_generator_and_not_all_the_same_numbers(model):
    attach_quantizers(model, RandomBitErrors(8, 0.5, rng=np.random.default_rng(0)), layers=["2"])
    one, other = (parameter.transforms[0] for parameter in model.weight_parameters()[1:3])
    assert one.rng is other.rng
    w = np.ones((5, 5), np.float32)
    assert not np.array_equal(one.forward(w), other.forward(w))


@pytest.mark.parametrize(
    ("methods", "layers", "text"),
    [
        (4, None, "methods must be a WeightTransform such as FakeQuantize"),
        ([FakeQuantize(4)] * 3 + ["4"], None, "methods must be a WeightTransform"),
        (lambda: 4, None, "methods must be a WeightTransform"),
        ([FakeQuantize(4)] * 3, None, "methods must be 4, one for each weight array, got 3"),
        (FakeQuantize(4), 0, "layers must be a list of indices or names"),
        (FakeQuantize(4), [1], r"layers must be layers with weights, those of 0.weight, 2.body.0.weight"),
        (FakeQuantize(4), [0, 4], "layers must be an integer from -4 to 3"),
        (FakeQuantize(4), ["2.body.7"], "layers must be layers with weights"),
        (FakeQuantize(4), [True], "layers must be an integer"),
    ],
)
def test_what_is_no_method_and_no_layer_is_named_and_nothing_attached(model, methods, layers, text):
    with pytest.raises(ValueError, match=f"attach_quantizers: {text}"):
        attach_quantizers(model, methods, layers=layers)
    assert attached(model) == [[]] * 4
