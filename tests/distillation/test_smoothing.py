"""Label smoothing: the targets, where the loss is least, and that it is distillation from a uniform teacher."""

import math

import numpy as np
import pytest

from minicompress.distillation import best_gap, kd_loss, smoothed_labels, smoothed_loss_floor
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.nn import soft_cross_entropy, softmax_cross_entropy


def test_targets_worked_by_hand():
    # C = 4, eps = 0.2: 0.2 / 4 = 0.05 for each class, and 0.8 more for the label
    expected = [[0.05, 0.05, 0.85, 0.05], [0.85, 0.05, 0.05, 0.05]]
    np.testing.assert_allclose(smoothed_labels([2, 0], 4, 0.2), expected)


def test_gap_and_floor_worked_by_hand():
    # C = 4, eps = 0.2: log(0.85 / 0.05) = log 17. C = 2, eps = 1: (1/2, 1/2), gap 0, floor log 2.
    assert best_gap(4, 0.2) == pytest.approx(math.log(17))
    assert smoothed_loss_floor(4, 0.2) == pytest.approx(-0.85 * math.log(0.85) - 0.15 * math.log(0.05))
    assert best_gap(2, 1) == 0
    assert smoothed_loss_floor(2, 1) == pytest.approx(math.log(2))


def test_no_smoothing_is_one_hot_with_an_infinite_gap_and_a_floor_of_zero():
    np.testing.assert_array_equal(smoothed_labels(np.array([1, 0]), 3, 0), [[0, 1, 0], [1, 0, 0]])
    assert best_gap(3, 0) == math.inf
    assert smoothed_loss_floor(3, 0) == 0
    assert smoothed_loss_floor(3, 5e-324) == 0  # a third of it is 0, which has no logarithm


@pytest.mark.parametrize("eps", [0, 0.1, 0.9, 1])
def test_the_targets_give_the_loss_with_label_smoothing(rng, eps):
    z, labels = rng.normal(0, 3, (6, 5)), rng.integers(0, 5, 6)
    expected, dz = softmax_cross_entropy(z, labels, label_smoothing=eps)
    loss, dz_soft = soft_cross_entropy(z, smoothed_labels(labels, 5, eps))
    assert loss == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(dz_soft, dz, atol=1e-15)


@pytest.mark.parametrize("eps", [0.1, 0.5, 1])
def test_smoothing_is_distillation_from_a_teacher_that_knows_nothing(rng, eps):
    z, labels = rng.normal(0, 3, (6, 5)), rng.integers(0, 5, 6)
    uniform = np.full_like(z, 7.0)
    smoothed, dz = softmax_cross_entropy(z, labels, label_smoothing=eps)
    distilled, dz_s = kd_loss(z, uniform, 1, labels=labels, alpha=eps)
    assert smoothed == pytest.approx(distilled + eps * math.log(5), rel=1e-12)
    np.testing.assert_allclose(dz_s, dz, atol=1e-15)


@pytest.mark.parametrize(("classes", "eps"), [(2, 0.3), (10, 0.1), (1000, 0.1), (3, 1)])
def test_the_loss_is_least_at_the_gap_and_has_the_floor_there(classes, eps):
    labels = np.array([1])

    def at(gap):
        return softmax_cross_entropy(gap * np.eye(classes)[labels], labels, label_smoothing=eps)

    gap = best_gap(classes, eps)
    loss, dz = at(gap)
    assert loss == pytest.approx(smoothed_loss_floor(classes, eps), rel=1e-12)
    np.testing.assert_allclose(dz, 0, atol=1e-14)
    assert min(at(gap - 0.01)[0], at(gap + 0.01)[0]) > loss


def test_value_and_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    z, labels = rng.normal(0, 2, (5, 4)), np.array([3, 0, 0, 2, 1])
    tensor = torch.tensor(z, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(tensor, torch.tensor(labels), label_smoothing=0.3)
    expected.backward()
    loss, dz = soft_cross_entropy(z, smoothed_labels(labels, 4, 0.3))
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dz, tensor.grad.numpy(), atol=1e-14)


@pytest.mark.parametrize(
    ("labels", "classes", "eps", "text"),
    [
        ([0, 3], 3, 0.1, "smoothed_labels: labels must lie from 0 to 2"),
        ([0, -1], 3, 0.1, "labels must lie from 0 to 2"),
        ([0.0, 1.0], 3, 0.1, "labels must be integers"),
        ([[0, 1]], 3, 0.1, "labels must have shape"),
        (np.zeros(0, int), 3, 0.1, "with n >= 1"),
        ([0], 1, 0.1, "classes must be an integer >= 2"),
        ([0], 3, 1.1, "eps must be"),
        ([0], 3, -0.1, "eps must be"),
        ([0], 3, math.nan, "eps must be"),
    ],
)
def test_labels_classes_and_shares_that_do_not_fit_are_refused(labels, classes, eps, text):
    with pytest.raises(ValueError, match=text):
        smoothed_labels(labels, classes, eps)


@pytest.mark.parametrize("function", [best_gap, smoothed_loss_floor])
def test_gap_and_floor_refuse_what_is_out_of_range(function):
    with pytest.raises(ValueError, match=f"{function.__name__}: classes must be an integer >= 2"):
        function(1, 0.1)
    with pytest.raises(ValueError, match=f"{function.__name__}: eps must be"):
        function(3, 2)


@pytest.mark.parametrize("eps", [0, 0.1, 0.7, 1])
def test_the_exercise_and_its_right_answers_are_the_librarys(eps, rng):
    z, labels, names = rng.normal(0, 3, (6, 5)), rng.integers(0, 5, 6), {}
    exec(content().solution("distillation/label_smoothing").read_text(encoding="utf-8"), names)
    expected, gradient = soft_cross_entropy(z, smoothed_labels(labels, 5, eps))
    others = [answer.function for answer in right_answers("distillation/label_smoothing")]
    for answer in [names["label_smoothing"], *others]:
        loss, dz = answer(z, labels, eps)
        assert loss == pytest.approx(expected, rel=1e-5)
        np.testing.assert_allclose(dz, gradient, atol=1e-6)
