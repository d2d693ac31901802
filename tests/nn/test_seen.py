"""The weights that a network computes with, and those of stand-ins without Parameters."""

from types import SimpleNamespace

import numpy as np

from minicompress import nn
from minicompress.nn.parameter import WeightTransform
from minicompress.nn.seen import each_weight, master_weights, seen_weights, weight_parameters


class Half(WeightTransform):
    def forward(self, w):
        return w / 2


def test_weights_are_those_behind_the_transforms_also_inside_a_residual(rng):
    model = nn.Sequential(nn.Residual(nn.Linear(3, 3, rng=rng)), nn.Flatten(), nn.Linear(3, 2, rng=rng))
    model.weight_parameters()[0].transforms.append(Half())
    first, second = (w for layer in model.layers for w in layer.weights)
    seen = seen_weights(model)
    np.testing.assert_array_equal(seen[0], first / 2)
    np.testing.assert_array_equal(seen[1], second)


def test_a_stand_in_gives_its_arrays():
    w = np.ones((2, 3))
    (seen,) = seen_weights(SimpleNamespace(layers=[SimpleNamespace(weights=[w]), SimpleNamespace(weights=[])]))
    assert seen is w


def test_every_weight_has_its_name_its_master_and_its_parameter(rng):
    bare = np.ones((2, 3))
    model = nn.Sequential(nn.Residual(nn.Linear(3, 3, rng=rng)), nn.Flatten(), nn.Linear(3, 2, rng=rng))
    first, second = model.weight_parameters()
    mixed = SimpleNamespace(layers=[*model.layers, SimpleNamespace(weights=[bare])])
    first.transforms.append(Half())

    names, masters, parameters = zip(*each_weight(mixed), strict=True)

    assert names == ("0.Residual", "2.Linear", "3.SimpleNamespace")
    assert all(w is master for w, master in zip(masters, (first.value, second.value, bare), strict=True))
    assert parameters == (first, second, None)
    assert weight_parameters(mixed) == [first, second]
    assert [w.shape for w in master_weights(mixed)] == [(3, 3), (2, 3), (2, 3)]
