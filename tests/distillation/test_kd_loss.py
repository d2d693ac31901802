"""The soft loss: hand-worked, by naive loops, against PyTorch, and its gradient against differences."""

import functools
import math

import numpy as np
import pytest

from minicompress.distillation import LOGITS, Term, kd_loss, knowledge_distillation
from minicompress.kit.grading.stand_ins import StandInNetwork, StandInOptimizer
from minicompress.nn import soft_cross_entropy, softmax_cross_entropy
from minicompress.nn.gradient_check import check_loss_gradient


def logits(rng, n=5, classes=4, spread=2.0):
    return rng.normal(0, spread, (n, classes)), rng.normal(0, spread, (n, classes))


def naive(z_s, z_t, T):
    """One sample and one class at a time."""
    total = 0.0
    for row_s, row_t in zip(z_s, z_t, strict=True):
        sum_s, sum_t = (math.fsum(math.exp(z / T) for z in row) for row in (row_s, row_t))
        for s, t in zip(row_s, row_t, strict=True):
            p_s, p_t = math.exp(s / T) / sum_s, math.exp(t / T) / sum_t
            total += p_t * math.log(p_t / p_s)
    return T * T * total / len(z_s)


def test_worked_by_hand():
    # T = 2: z_t / 2 = (ln 3, 0), p_t = (3/4, 1/4); p_s = (1/2, 1/2). KL = 3/4 ln(3/2) + 1/4 ln(1/2), times 4.
    # dz_s = T (p_s - p_t) = 2 (-1/4, 1/4).
    loss, dz_s = kd_loss(np.array([[1.0, 1.0]]), np.array([[2 * math.log(3), 0.0]]), 2)
    assert loss == pytest.approx(3 * math.log(1.5) - math.log(2))
    np.testing.assert_allclose(dz_s, [[-0.5, 0.5]])


@pytest.mark.parametrize("T", [0.5, 1, 4, 30])
def test_agrees_with_naive_loops_and_the_gradient_with_differences(rng, T):
    z_s, z_t = logits(rng)
    assert kd_loss(z_s, z_t, T)[0] == pytest.approx(naive(z_s, z_t, T), rel=1e-10)
    check_loss_gradient(kd_loss, z_s, z_t, rng=rng, temperature=T)
    check_loss_gradient(kd_loss, z_s, z_t, rng=rng, temperature=T, labels=np.array([0, 3, 1, 2, 2]), alpha=0.3)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_value_and_gradient_are_those_of_pytorch(rng, alpha):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    F, T = torch.nn.functional, 3.0
    (z_s, z_t), labels = logits(rng), np.array([3, 0, 0, 2, 1])
    student = torch.tensor(z_s, requires_grad=True)
    log_p_s, p_t = F.log_softmax(student / T, dim=1), F.softmax(torch.tensor(z_t) / T, dim=1)
    soft = F.kl_div(log_p_s, p_t, reduction="batchmean") * T * T
    expected = alpha * soft + (1 - alpha) * F.cross_entropy(student, torch.tensor(labels))
    expected.backward()
    loss, dz_s = kd_loss(z_s, z_t, T, labels=labels, alpha=alpha)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dz_s, student.grad.numpy(), atol=1e-14)


def test_is_zero_for_logits_that_differ_by_a_constant_and_positive_for_others(rng):
    z_s, z_t = logits(rng)
    loss, dz_s = kd_loss(z_t + np.arange(5)[:, None] * 10, z_t, 2.5)
    assert loss == pytest.approx(0, abs=1e-13)
    np.testing.assert_allclose(dz_s, 0, atol=1e-14)
    assert kd_loss(z_s, z_t, 2.5)[0] > 0


def test_differs_from_the_cross_entropy_of_the_trainer_by_the_teachers_entropy_alone(rng):
    (z_s, z_t), T = logits(rng), 4.0
    p_t = np.exp(z_t / T) / np.exp(z_t / T).sum(axis=1, keepdims=True)
    cross_entropy, dlogits = soft_cross_entropy(z_s / T, p_t)
    entropy = -(p_t * np.log(p_t)).sum(axis=1).mean()
    loss, dz_s = kd_loss(z_s, z_t, T)
    assert loss == pytest.approx(T**2 * (cross_entropy - entropy))
    np.testing.assert_allclose(dz_s, T * dlogits, atol=1e-14)


def test_teaches_what_the_trainer_teaches(rng):
    w, b = rng.normal(size=(3, 4)), np.zeros(3)
    teacher = StandInNetwork(rng.normal(size=(3, 4)), b.copy())
    students = [StandInNetwork(w.copy(), b.copy()) for _ in range(2)]
    x, labels = rng.normal(size=(6, 4)), np.array([0, 1, 2, 2, 1, 0])
    one, other = (StandInOptimizer(student.parameters(), 0.1) for student in students)
    knowledge_distillation(students[0], teacher, soft_cross_entropy, [(x, labels)], one, 3.0, alpha=0.7)
    other.zero_grad()
    z_s = students[1].forward(x, training=True)
    students[1].backward(kd_loss(z_s, teacher.forward(x), 3.0, labels=labels, alpha=0.7)[1])
    other.step()
    np.testing.assert_allclose(students[0].w.value, students[1].w.value, atol=1e-12)


def test_alpha_runs_from_the_labels_alone_to_the_teacher_alone(rng):
    (z_s, z_t), labels = logits(rng), np.array([0, 1, 2, 3, 0])
    for expected, alpha in [(softmax_cross_entropy(z_s, labels), 0), (kd_loss(z_s, z_t, 4), 1)]:
        loss, dz_s = kd_loss(z_s, z_t, 4, labels=labels, alpha=alpha)
        assert loss == pytest.approx(expected[0])
        np.testing.assert_allclose(dz_s, expected[1], atol=1e-14)


def test_logits_in_the_thousands_give_finite_numbers():
    loss, dz_s = kd_loss(np.array([[0.0, 4000]]), np.array([[4000.0, 0]]), 2)
    assert loss == pytest.approx(4 * 2000)
    np.testing.assert_allclose(dz_s, [[-2, 2]])


def test_the_gradient_has_the_students_dtype_and_nothing_is_changed(rng):
    z_s, z_t = (z.astype(np.float32) for z in logits(rng))
    before = z_s.copy(), z_t.copy()
    loss, dz_s = kd_loss(z_s, z_t, 4)
    assert isinstance(loss, float)
    assert dz_s.dtype == np.float32
    assert kd_loss(z_s.astype(np.float16), z_t, 4)[1].dtype == np.float16
    assert kd_loss([[1, 2]], [[2, 0]], 4)[1].dtype == np.float64
    assert np.array_equal(z_s, before[0])
    assert np.array_equal(z_t, before[1])


def test_is_a_term():
    term = Term("soft", functools.partial(kd_loss, temperature=4.0), 0.9)
    assert (term.student, term.target) == (LOGITS, LOGITS)


@pytest.mark.parametrize(
    ("z_s", "z_t", "options", "text"),
    [
        (np.ones((2, 3)), np.ones((2, 4)), {}, r"z_t must have the shape of z_s, \(2, 3\), got shape \(2, 4\)"),
        (np.ones(3), np.ones(3), {}, r"z_s must have shape \(n, classes\)"),
        (np.ones((0, 3)), np.ones((0, 3)), {}, r"z_s must have shape \(n, classes\)"),
        (np.ones((1, 2)), np.array([[1.0, np.inf]]), {}, "z_t must be finite"),
        (np.array([[1.0, np.nan]]), np.ones((1, 2)), {}, "z_s must be finite"),
        (np.ones((1, 2)), np.ones((1, 2)), {"temperature": 0}, "temperature must be a finite number > 0"),
        (np.ones((1, 2)), np.ones((1, 2)), {"alpha": 1.5}, "alpha must be a finite number >= 0 and <= 1"),
        (np.ones((1, 2)), np.ones((1, 2)), {"alpha": 0.5}, "labels must be given if alpha < 1"),
        (np.ones((1, 2)), np.ones((1, 2)), {"labels": np.array([2])}, "kd_loss: labels must lie from 0 to 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(z_s, z_t, options, text):
    with pytest.raises(ValueError, match=text):
        kd_loss(z_s, z_t, **{"temperature": 4.0, **options})
