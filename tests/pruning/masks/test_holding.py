"""Masks that come from anywhere are put on a model, and hold."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import Mask, global_masks, hold_masks, weight_pruning
from minicompress.quantization import FakeQuantize


@pytest.fixture
def model(rng):
    return nn.zoo.mlp([6, 5, 3], rng=rng)


def weights(model):
    return [w for layer in model.layers for w in layer.weights]


def masks_of(model, keep=0.5, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.random(w.shape) < keep for w in weights(model)]


def test_weights_are_zero_where_the_masks_are_and_the_rest_is_untouched(model):
    before, masks = model.copy(), masks_of(model)
    returned = hold_masks(model, masks)

    for w, original, m in zip(weights(model), weights(before), masks, strict=True):
        np.testing.assert_array_equal(w, m * original)
    assert returned == sum(np.count_nonzero(~m) for m in masks) / sum(m.size for m in masks)
    for one, other in zip(model.parameters(), before.parameters(), strict=True):
        if one.value.ndim == 1:
            np.testing.assert_array_equal(one.value, other.value)


def test_masks_hold_through_training(model, rng):
    masks = global_masks(model, 0.7)
    hold_masks(model, masks)
    optimizer = nn.AdamW(model.parameters(), 0.05, weight_decay=0.1)
    x, labels = rng.normal(size=(8, 6)).astype(np.float32), rng.integers(0, 3, 8)
    for _ in range(5):
        optimizer.zero_grad()
        _, dlogits = nn.softmax_cross_entropy(model.forward(x, training=True), labels)
        model.backward(dlogits)
        optimizer.step()
    for w, m in zip(weights(model), masks, strict=True):
        np.testing.assert_array_equal(w != 0, m)


def test_a_kept_weight_that_is_zero_may_grow(model):
    model.layers[1].weights[0][0, 0] = 0
    hold_masks(model, [np.ones(w.shape, bool) for w in weights(model)])
    parameter = model.layers[1].weight
    parameter.backward(np.ones(parameter.shape, np.float32))
    assert parameter.grad[0, 0] == 1


def test_an_earlier_mask_stays_in_force_and_one_mask_is_left(model):
    first, second = masks_of(model, seed=1), masks_of(model, seed=2)
    hold_masks(model, first)
    hold_masks(model, second)
    for layer, a, b in zip((model.layers[1], model.layers[3]), first, second, strict=True):
        (mask,) = layer.weight.transforms
        np.testing.assert_array_equal(mask.m, a & b)


def test_the_mask_stands_before_a_quantizer(model):
    for layer in (model.layers[1], model.layers[3]):
        layer.weight.transforms.append(FakeQuantize(4))
    hold_masks(model, masks_of(model))
    assert [type(t) for t in model.layers[1].weight.transforms] == [Mask, FakeQuantize]


def test_threshold_pruning_afterwards_keeps_what_is_held(model):
    masks = masks_of(model)
    hold_masks(model, masks)
    weight_pruning(model, 0.1)
    assert all(not np.any(w[~m]) for w, m in zip(weights(model), masks, strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda masks: masks[:1], r"hold_masks: masks must be a list of 2, one for each weight array, got 1"),
        (lambda masks: None, r"hold_masks: masks must be a list of 2, .*got None"),
        (lambda masks: [masks[0], masks[1].T], r"hold_masks: every mask must have shape \(3, 5\), got shape \(5, 3\)"),
        (lambda masks: [masks[0], masks[1] * 1.0], r"hold_masks: every mask must be a boolean array, got .*float64"),
    ],
)
def test_bad_masks_are_refused_and_nothing_is_changed(model, change, message):
    before = model.copy()
    with pytest.raises(ValueError, match=message):
        hold_masks(model, change(masks_of(model)))
    for w, original in zip(weights(model), weights(before), strict=True):
        np.testing.assert_array_equal(w, original)
    assert all(not p.transforms for p in model.parameters())
