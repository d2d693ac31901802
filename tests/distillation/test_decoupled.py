"""The decoupled loss: hand-worked, by naive loops, against PyTorch, and where it becomes the coupled one."""

import functools
import math

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import CACHED, LABELS, LOGITS, Term, decoupled_kd, distil, kd_loss
from minicompress.nn.gradient_check import check_loss_gradient

LABELS_OF_FIVE = np.array([3, 0, 0, 2, 1])


def logits(rng, n=5, classes=4, spread=2.0):
    return rng.normal(0, spread, (n, classes)), rng.normal(0, spread, (n, classes))


def naive(z_s, z_t, labels, T, alpha, beta):
    """One sample and one class at a time, with q as p / (1 - b)."""
    total = 0.0
    for row_s, row_t, y in zip(z_s, z_t, labels, strict=True):
        p_s, p_t = ([math.exp(z / T) for z in row] for row in (row_s, row_t))
        p_s, p_t = [e / math.fsum(p_s) for e in p_s], [e / math.fsum(p_t) for e in p_t]
        b_s, b_t = p_s[y], p_t[y]
        total += alpha * (b_t * math.log(b_t / b_s) + (1 - b_t) * math.log((1 - b_t) / (1 - b_s)))
        for c in range(len(p_s)):
            if c != y:
                q_s, q_t = p_s[c] / (1 - b_s), p_t[c] / (1 - b_t)
                total += beta * q_t * math.log(q_t / q_s)
    return T * T * total / len(z_s)


def test_worked_by_hand():
    # T = 2, label 0. z_t / 2 = (ln 2, ln 3/2, ln 1/2): p_t = (1/2, 3/8, 1/8), b_t = 1/2, q_t = (3/4, 1/4).
    # z_s = 0: p_s = 1/3 each, b_s = 1/3, q_s = (1/2, 1/2).
    # TCKD = 1/2 ln(3/2) + 1/2 ln(3/4); NCKD = 3/4 ln(3/2) + 1/4 ln(1/2).
    # dz_s = 2 (alpha (1/3 - 1/2) (1, -1/2, -1/2) + beta (0, -1/4, 1/4)), alpha 3, beta 2.
    z_t = 2 * np.log([[2.0, 1.5, 0.5]])
    loss, dz_s = decoupled_kd(np.zeros((1, 3)), z_t, np.array([0]), temperature=2, alpha=3, beta=2)
    target = 0.5 * math.log(1.5) + 0.5 * math.log(0.75)
    non_target = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert loss == pytest.approx(4 * (3 * target + 2 * non_target))
    np.testing.assert_allclose(dz_s, [[-1, -0.5, 1.5]], atol=1e-15)


@pytest.mark.parametrize(("T", "alpha", "beta"), [(0.5, 1, 8), (1, 0, 1), (4, 1, 0), (30, 0.3, 2)])
def test_agrees_with_naive_loops_and_the_gradient_with_differences(rng, T, alpha, beta):
    z_s, z_t = logits(rng)
    options = {"temperature": T, "alpha": alpha, "beta": beta}
    expected = naive(z_s, z_t, LABELS_OF_FIVE, T, alpha, beta)
    assert decoupled_kd(z_s, z_t, LABELS_OF_FIVE, **options)[0] == pytest.approx(expected, rel=1e-9)
    check_loss_gradient(decoupled_kd, z_s, z_t, rng=rng, labels=LABELS_OF_FIVE, **options)


def test_value_and_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    F, T, alpha, beta = torch.nn.functional, 3.0, 1.0, 8.0
    z_s, z_t = logits(rng)
    student, teacher, labels = torch.tensor(z_s, requires_grad=True), torch.tensor(z_t), torch.tensor(LABELS_OF_FIVE)
    at_label = F.one_hot(labels, 4).bool()

    def two(z):
        b = F.softmax(z / T, dim=1)[at_label]
        return torch.stack([b, 1 - b], dim=1)

    def others(z):
        return (z / T).masked_fill(at_label, -1e9)

    target = F.kl_div(two(student).log(), two(teacher), reduction="batchmean")
    non_target = F.kl_div(F.log_softmax(others(student), 1), F.softmax(others(teacher), 1), reduction="batchmean")
    expected = T**2 * (alpha * target + beta * non_target)
    expected.backward()
    loss, dz_s = decoupled_kd(z_s, z_t, LABELS_OF_FIVE, temperature=T, alpha=alpha, beta=beta)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dz_s, student.grad.numpy(), atol=1e-13)


def test_target_class_and_others_weigh_1_and_8_if_nothing_is_said(rng):
    z_s, z_t = logits(rng)
    loss = decoupled_kd(z_s, z_t, LABELS_OF_FIVE, temperature=4.0)[0]
    assert loss == pytest.approx(naive(z_s, z_t, LABELS_OF_FIVE, 4.0, alpha=1, beta=8))


@pytest.mark.parametrize("T", [1.0, 4.0])
def test_is_the_coupled_loss_where_beta_is_the_teachers_doubt(rng, T):
    z_s, z_t = logits(rng)
    for i, y in enumerate(LABELS_OF_FIVE):
        one = slice(i, i + 1)
        doubt = 1 - nn.softmax(z_t[one] / T)[0, y]
        options = {"temperature": T, "alpha": 0.7, "beta": 0.7 * doubt}
        loss, dz_s = decoupled_kd(z_s[one], z_t[one], LABELS_OF_FIVE[one], **options)
        coupled, gradient = kd_loss(z_s[one], z_t[one], T)
        assert loss == pytest.approx(0.7 * coupled)
        np.testing.assert_allclose(dz_s, 0.7 * gradient, atol=1e-14)


def test_the_parts_do_not_see_each_other(rng):
    z_s, z_t = logits(rng)
    at_label = LABELS_OF_FIVE[:, None] == np.arange(4)
    non_target = functools.partial(decoupled_kd, labels=LABELS_OF_FIVE, temperature=2, alpha=0, beta=1)
    moved = np.where(at_label, z_s + 7, z_s)  # another b_s, the same q_s
    assert non_target(moved, z_t)[0] == pytest.approx(non_target(z_s, z_t)[0])
    assert not non_target(z_s, z_t)[1][at_label].any()
    loss, dz_s = decoupled_kd(np.where(at_label, z_s, z_t), z_t, LABELS_OF_FIVE, temperature=2, alpha=0, beta=1)
    assert loss == pytest.approx(0, abs=1e-14)
    np.testing.assert_allclose(dz_s, 0, atol=1e-15)


def test_two_classes_have_a_target_part_alone(rng):
    (z_s, z_t), labels = logits(rng, classes=2), np.array([0, 1, 1, 0, 1])
    loss, dz_s = decoupled_kd(z_s, z_t, labels, temperature=3, beta=100)
    coupled, gradient = kd_loss(z_s, z_t, 3)
    assert loss == pytest.approx(coupled)
    np.testing.assert_allclose(dz_s, gradient, atol=1e-14)


def test_a_teacher_whose_doubt_rounds_to_zero_still_compares_the_others():
    # p_t = (1, 0, 0) in floats, q_t = (3/4, 1/4); q_s = (1/2, 1/2).
    z_t = np.array([[4000.0, math.log(3), 0.0]])
    loss, dz_s = decoupled_kd(np.array([[4000.0, 0, 0]]), z_t, np.array([0]), temperature=1, alpha=1, beta=1)
    assert loss == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))
    np.testing.assert_allclose(dz_s, [[0, -0.25, 0.25]], atol=1e-15)


def test_a_student_that_finds_the_label_impossible_gets_a_finite_loss():
    loss, dz_s = decoupled_kd(
        np.array([[-4000.0, 0, 0]]), np.array([[4000.0, 0, 0]]), np.array([0]), temperature=1, alpha=1
    )
    assert loss == pytest.approx(4000 + math.log(2))
    np.testing.assert_allclose(dz_s, [[-1, 0.5, 0.5]])


def test_the_gradient_has_the_students_dtype_and_nothing_is_changed(rng):
    z_s, z_t = (z.astype(np.float32) for z in logits(rng))
    before = z_s.copy(), z_t.copy()
    loss, dz_s = decoupled_kd(z_s, z_t, LABELS_OF_FIVE, temperature=4)
    assert isinstance(loss, float)
    assert dz_s.dtype == np.float32
    assert np.array_equal(z_s, before[0])
    assert np.array_equal(z_t, before[1])


def test_teaches_a_network_as_a_term_on_cached_logits_and_labels(rng):
    layers = nn.Linear(5, 6, rng=rng), nn.Tanh(), nn.Linear(6, 4, rng=rng)
    student = nn.Sequential(layers, input_shape=(5,))
    x, z_t = rng.normal(size=(5, 5)), logits(rng)[1]
    loss = functools.partial(decoupled_kd, temperature=2.0, beta=2.0)
    terms = [Term("dkd", loss, student=LOGITS, target=(CACHED, LABELS))]
    optimizer = nn.SGD(student.parameters(), 0.05)
    first, *_, last = (distil(student, None, terms, [(x, LABELS_OF_FIVE, z_t)], optimizer) for _ in range(30))
    assert last["dkd"] < 0.5 * first["dkd"]


@pytest.mark.parametrize(
    ("z_s", "z_t", "labels", "options", "text"),
    [
        (np.ones((2, 3)), np.ones((2, 4)), [0, 1], {}, r"z_t must have the shape of z_s, \(2, 3\), got shape \(2, 4\)"),
        (np.ones((2, 1)), np.ones((2, 1)), [0, 0], {}, "z_s must have at least 2 classes, got 1"),
        (np.ones((1, 2)), np.array([[1.0, np.inf]]), [0], {}, "z_t must be finite"),
        (np.ones((1, 2)), np.ones((1, 2)), [2], {}, "labels must lie from 0 to 1"),
        (np.ones((1, 2)), np.ones((1, 2)), [0.0], {}, "labels must be integers"),
        (np.ones((1, 2)), np.ones((1, 2)), [0, 1], {}, r"labels must have shape \(1,\)"),
        (np.ones((1, 2)), np.ones((1, 2)), [0], {"temperature": 0}, "temperature must be a finite number > 0"),
        (np.ones((1, 2)), np.ones((1, 2)), [0], {"alpha": -1}, "alpha must be a finite number >= 0"),
        (np.ones((1, 2)), np.ones((1, 2)), [0], {"beta": np.nan}, "beta must be a finite number >= 0"),
    ],
)
def test_what_cannot_be_split_is_refused(z_s, z_t, labels, options, text):
    with pytest.raises(ValueError, match=text):
        decoupled_kd(z_s, z_t, np.array(labels), **{"temperature": 4.0, **options})
