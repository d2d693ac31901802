"""A dynamic mask prunes and takes back: the master trains on unseen."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import DynamicMask, Mask, sparsity


def test_forward_masks_and_backward_reaches_every_weight():
    mask = DynamicMask([[1, 0], [0, 2]], 0.1, 0.2)
    w = np.array([[1, 2], [3, -4]], np.float32)
    np.testing.assert_array_equal(mask.forward(w), [[1, 0], [0, -4]])
    passed = mask.backward(w)
    np.testing.assert_array_equal(passed, w)
    assert passed is not w
    assert mask.forward(w).dtype == passed.dtype == np.float32


def test_where_nothing_is_masked_it_passes_the_gradient_check(rng):
    nn.check_transform(DynamicMask(np.ones((4, 6)), 0.1, 0.2), rng.normal(size=(4, 6)), rng=rng)


def test_hysteresis_worked_by_hand():
    # a = 1, b = 2       |w|: below a goes, from b on comes, between stays what it was
    mask = DynamicMask([1, 1, 1, 0, 0, 0, 0], 1, 2)
    value = np.array([0.9, -1.0, 1.9, -0.9, 1.0, -1.99, -2.0])
    mask.project(value)
    assert mask.m.astype(int).tolist() == [0, 1, 1, 0, 0, 0, 1]
    np.testing.assert_array_equal(value, [0.9, -1.0, 1.9, -0.9, 1.0, -1.99, -2.0])  # the master is not touched
    mask.project(np.array([1.5] * 7))
    assert mask.m.astype(int).tolist() == [0, 1, 1, 0, 0, 0, 1]
    mask.project(np.array([2.5] * 7))
    assert mask.m.all()


def test_a_single_threshold_flickers_where_two_do_not():
    def changes(a, b):
        mask, count = DynamicMask([1], a, b), 0
        for w in (0.97, 1.03) * 10:
            before = mask.m
            mask.project(np.array([w]))
            count += int((mask.m != before).sum())
        return count

    assert changes(1.0, 1.0) == 20
    assert changes(0.9, 1.1) == 0


def train(layer, steps, sign):
    """Descend on L = sign * sum of y for x = 1: dL/dw is `sign` for every weight, seen or not."""
    optimizer = nn.SGD(layer.parameters(), 0.25)
    for _ in range(steps):
        optimizer.zero_grad()
        layer.backward(np.full_like(layer.forward(np.ones((1, 2), np.float32)), sign))
        optimizer.step()


@pytest.mark.parametrize("kind", ["dynamic", "fixed"])
def test_a_pruned_weight_comes_back_when_its_master_grows_and_under_a_fixed_mask_never(kind, rng):
    layer = nn.Linear(2, 1, bias=False, rng=rng)
    layer.weight.value[...] = [[1.5, 0.5]]
    m = np.array([[True, False]])
    layer.weight.transforms = [DynamicMask(m, 0.5, 1.0) if kind == "dynamic" else Mask(m)]
    x = np.ones((1, 2), np.float32)
    train(layer, 1, -1.0)  # both masters move up by 0.25; 0.75 is not yet b
    assert layer.forward(x).item() == 1.75
    train(layer, 1, -1.0)
    assert layer.forward(x).item() == (2.0 + 1.0 if kind == "dynamic" else 2.0)
    train(layer, 4, 1.0)  # 2.0 - 1 = 1 and 1.0 - 1 = 0, which a = 0.5 prunes again
    assert layer.forward(x).item() == 1.0


def test_baking_makes_the_zeros_real(rng):
    layer = nn.Linear(4, 3, rng=rng)
    layer.weight.value[...] = np.arange(1, 13).reshape(3, 4)
    layer.weight.transforms = [DynamicMask(np.arange(12).reshape(3, 4) % 3, 0, 100)]
    model = nn.Sequential(layer)
    assert sparsity(model) == 4 / 12  # what the network sees
    assert np.count_nonzero(layer.weights[0]) == 12
    layer.weight.bake()
    assert sparsity(model) == 4 / 12
    assert np.count_nonzero(layer.weights[0]) == 8


def test_the_mask_is_chosen_with_a_probability_that_falls():
    asked = []

    def sigma(t):
        asked.append(t)
        return 1 / (1 + 0.05 * t)

    def changes(mask):
        made = []
        for t in range(400):
            before = mask.m
            mask.project(np.array([2.0 if t % 2 else 0.0]))
            made.append((mask.m != before).any())
        return np.array(made)

    mask = DynamicMask([1], 1, 1, probability=sigma, rng=np.random.default_rng(0))
    made = changes(mask)
    assert asked == list(range(400))
    assert made[0]  # sigma(0) = 1
    assert made[:100].sum() > 2 * made[300:].sum() > 0
    assert changes(DynamicMask([1], 1, 1)).all()
    never = DynamicMask([1], 1, 1, probability=lambda t: 0.0, rng=np.random.default_rng(0))
    assert not changes(never).any()
    again = DynamicMask([1], 1, 1, probability=sigma, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(changes(again), made)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((1,), -1, 1), "DynamicMask: a must be"),
        (((1,), 2, 1), "DynamicMask: b must be a finite number >= 2"),
        (((1,), 0, np.nan), "DynamicMask: b must be"),
    ],
)
def test_thresholds_out_of_order_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DynamicMask(*arguments)


def test_a_probability_needs_a_generator_and_must_be_one(rng):
    with pytest.raises(ValueError, match=r"DynamicMask: rng must be a numpy\.random\.Generator"):
        DynamicMask([1], 0, 1, probability=lambda t: 0.5)
    for wrong in (1.5, -0.5):
        mask = DynamicMask([1], 1, 1, probability=lambda t, wrong=wrong: wrong, rng=rng)
        with pytest.raises(ValueError, match="DynamicMask: probability must be"):
            mask.project(np.zeros(1))
        assert mask.m.all()
    assert repr(DynamicMask([1, 0, 1], 0, 1)) == "DynamicMask(keeps 2 of 3)"


def test_a_mask_of_another_shape_is_refused():
    mask = DynamicMask([[1, 0]], 0, 1)
    for use in (mask.forward, mask.project):
        with pytest.raises(ValueError, match=r"DynamicMask: w must have shape \(1, 2\), got shape \(2, 2\)"):
            use(np.ones((2, 2)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_masked_is_zero_whatever_stands_there(bad):
    seen = DynamicMask([True, False], 0, 1).forward(np.array([2.0, bad]))
    assert seen.tolist() == [2, 0]


def test_weights_without_a_magnitude_and_masks_that_are_none_are_named():
    with pytest.raises(ValueError, match="DynamicMask: w must be free of NaN"):
        DynamicMask([True, False], 0, 1).project(np.array([1.0, np.nan]))
    for m in ([np.nan, 1.0], ["a", "b"], None, [[True], [True, False]]):
        with pytest.raises(ValueError, match="DynamicMask: m must be"):
            DynamicMask(m, 0, 1)
    with pytest.raises(ValueError, match="DynamicMask: probability must be a function"):
        DynamicMask([True], 0, 1, probability=0.5, rng=np.random.default_rng(0))
