"""The mask holds pruned weights at zero through everything that training does to them."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import Mask, sparsity, weight_pruning

OPTIMIZERS = {
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9),
    "nesterov": lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda p: nn.Adam(p, 0.01, weight_decay=0.01),
    "adamw": lambda p: nn.AdamW(p, 0.01, weight_decay=0.1),
}


def small_net_and_batch():
    rng = np.random.default_rng(0)
    model = nn.zoo.mlp([12, 9, 5], rng=rng)
    return model, rng.normal(size=(20, 12)).astype(np.float32), rng.integers(0, 5, size=20)


def train(model, optimizer, x, labels, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        _, dlogits = nn.softmax_cross_entropy(model.forward(x, training=True), labels)
        model.backward(dlogits)
        optimizer.step()


def test_forward_and_backward_multiply_by_the_mask_and_keep_the_dtype():
    mask = Mask([[1, 0], [0, 2]])
    w = np.array([[1, 2], [3, -4]], np.float32)

    np.testing.assert_array_equal(mask.forward(w), [[1, 0], [0, -4]])
    np.testing.assert_array_equal(mask.backward(w), [[1, 0], [0, -4]])
    assert mask.forward(w).dtype == np.float32
    np.testing.assert_array_equal(w, [[1, 2], [3, -4]])


def test_project_zeroes_the_master_in_place_and_leaves_the_others_exactly():
    value = np.array([0.3, -1.0, 1e-40, 0.1], np.float32)
    kept = value[3]
    Mask([False, False, False, True]).project(value)

    np.testing.assert_array_equal(value, [0, 0, 0, kept])


def test_mask_passes_the_gradient_check():
    rng = np.random.default_rng(1)
    nn.check_transform(Mask(rng.random((4, 6)) < 0.5), rng.normal(size=(4, 6)), rng=rng)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_pruned_weights_stay_zero_through_old_momentum_and_weight_decay(name):
    model, x, labels = small_net_and_batch()
    optimizer = OPTIMIZERS[name](model.parameters())
    train(model, optimizer, x, labels, steps=10)  # velocities are from before the mask
    pruned = weight_pruning(model, 0.2)
    zeros = [w == 0 for w in model.layers[1].weights]
    before = model.layers[1].weights[0].copy()
    assert 0.2 < pruned < 0.8

    train(model, optimizer, x, labels, steps=10)

    np.testing.assert_array_equal(model.layers[1].weights[0] == 0, zeros[0])
    assert sparsity(model) == pruned
    assert (model.layers[1].weights[0] != before)[~zeros[0]].all()


def test_without_the_mask_momentum_revives_what_was_pruned():
    model, x, labels = small_net_and_batch()
    optimizer = OPTIMIZERS["momentum"](model.parameters())
    train(model, optimizer, x, labels, steps=10)
    weight_pruning(model, 0.2, hold=False)

    train(model, optimizer, x, labels, steps=1)

    assert sparsity(model) < 0.05


def test_a_mask_travels_with_a_copy_and_the_copies_are_independent():
    model, _, _ = small_net_and_batch()
    weight_pruning(model, 0.2)
    twin = model.copy()

    weight_pruning(twin, 10.0)

    assert sparsity(twin) == 1.0
    assert sparsity(model) < 0.8
    assert model.layers[1].weight.transforms[0].m.any()


def test_convolutions_and_residual_bodies_are_pruned_and_held():
    rng = np.random.default_rng(2)
    body = nn.Conv2d(3, 3, 3, padding=1, rng=rng)
    model = nn.Sequential(nn.Conv2d(1, 3, 3, rng=rng), nn.Residual(body), nn.Flatten(), nn.Linear(48, 4, rng=rng))

    weight_pruning(model, 0.3)

    assert [type(t) for p in model.weight_parameters() for t in p.transforms] == [Mask] * 3
    assert (body.weight.value == 0).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_pruned_is_zero_whatever_stands_there(bad):
    mask, w = Mask([True, False]), np.array([2.0, bad], np.float32)
    assert mask.forward(w).tolist() == [2, 0]
    assert mask.backward(w).tolist() == [2, 0]
    mask.project(w)
    assert w.tolist() == [2, 0]


@pytest.mark.parametrize("m", [[np.nan, 1.0], ["a", "b"], None, [[True], [True, False]]], ids=repr)
def test_a_mask_that_is_none_is_named(m):
    with pytest.raises(ValueError, match="Mask: m must be"):
        Mask(m)


def test_a_weight_of_another_shape_is_refused_instead_of_broadcast():
    mask = Mask(np.ones((1, 3)))
    for use in (mask.forward, mask.project):
        with pytest.raises(ValueError, match=r"Mask: w must have shape \(1, 3\), got shape \(2, 3\)"):
            use(np.ones((2, 3)))
