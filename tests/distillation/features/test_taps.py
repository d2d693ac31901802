"""A tapped network computes what the network computes, and its gradients are those of the sum of all terms."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import Tapped


def network(rng, hidden=6, classes=3):
    layers = nn.Linear(5, hidden, rng=rng), nn.Tanh(), nn.Linear(hidden, 4, rng=rng), nn.Tanh()
    return nn.Sequential(*layers, nn.Linear(4, classes, rng=rng), input_shape=(5,)).astype(np.float64)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("taps", [(), (0,), (1, 3), (3, 1, 1), (-1,), (4, 0, -5)])
def test_tapping_changes_nothing_and_returns_what_the_layers_return(rng, taps):
    model, x = network(rng), rng.normal(size=(7, 5))
    logits, tapped = Tapped(model, taps).forward(x)
    np.testing.assert_array_equal(logits, model.forward(x))
    for tap, h in zip(taps, tapped, strict=True):
        np.testing.assert_array_equal(h, nn.Sequential(model.layers[: tap % 5 + 1]).forward(x))


@pytest.mark.parametrize("taps", [(1,), (3, 1), (1, 1), (4, 1)])
@pytest.mark.parametrize("with_logits", [True, False])
def test_gradients_meet_as_numerical_ones_do(rng, taps, with_logits):
    model, x = network(rng), rng.normal(size=(4, 5))
    tapped = Tapped(model, taps)
    logits, activations = tapped.forward(x)
    weights = [rng.normal(size=h.shape) for h in activations]
    of_logits = rng.normal(size=logits.shape) if with_logits else None

    def loss():
        logits, activations = tapped.forward(x)
        total = sum(float(np.sum(w * h)) for w, h in zip(weights, activations, strict=True))
        return total + (float(np.sum(of_logits * logits)) if with_logits else 0.0)

    loss()
    tapped.backward(of_logits, weights)
    for parameter in model.parameters():
        value, step = parameter.value, 1e-6
        for index in np.ndindex(value.shape):
            kept = value[index]
            value[index] = kept + step
            above = loss()
            value[index] = kept - step
            below = loss()
            value[index] = kept
            assert parameter.grad[index] == pytest.approx((above - below) / (2 * step), abs=1e-7)


def test_places_without_a_loss_take_no_gradient(rng):
    model, x = network(rng), rng.normal(size=(4, 5))
    tapped = Tapped(model, (1, 3))
    _, (h, _) = tapped.forward(x)
    tapped.backward(None, [np.ones_like(h), None])
    moved = [bool(np.any(parameter.grad)) for parameter in model.parameters()]
    assert moved == [True, True, False, False, False, False]


@pytest.mark.parametrize("tap", [5, -6, "1", 1.0, None, True])
def test_a_tap_that_does_not_exist_is_refused(rng, tap):
    with pytest.raises(ValueError, match=r"tap must be the index of one of 5 layers \(0 Linear, 1 Tanh"):
        Tapped(network(rng), [tap])
