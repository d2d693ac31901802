"""Losses at temperatures and logits near the ends of float64: finite and right, or refused; never a warning."""

import functools

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import (
    attention_transfer,
    cache_top_k,
    decoupled_kd,
    kd_loss,
    knowledge_distillation,
    logit_matching,
    soft_labels,
    top_k_loss,
)

RNG = np.random.default_rng(11)
Z_S, Z_T, LABELS = 3 * RNG.standard_normal((5, 4)), 3 * RNG.standard_normal((5, 4)), np.array([0, 3, 1, 2, 2])
LOW, HIGH = [5e-324, 1e-308, 1e-300, 1e-155, 1e-20], [1e7, 1e20, 1e100, 1e154, 1e155, 1e200, 1e308]


def decoupled(z_s, z_t, T):
    return decoupled_kd(z_s, z_t, LABELS, temperature=T)


def top_2(z_s, z_t, T):
    return top_k_loss(z_s, cache_top_k(z_t, 2, T), T)


def top_all(z_s, z_t, T):
    return top_k_loss(z_s, cache_top_k(z_t, 4, T), T)


LOSSES = [kd_loss, decoupled, top_2, top_all]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("T", LOW)
def test_at_low_temperatures_the_loss_is_the_gap_of_the_winners(loss, T):
    value, dz_s = loss(Z_S, Z_T, T)
    assert np.isfinite(value)
    assert np.isfinite(dz_s).all()
    if loss in (kd_loss, top_2, top_all):
        # T^2 KL -> T sum over samples of max z_s - z_s[the teacher's winner]
        winner = Z_T.argmax(axis=1)
        gap = Z_S.max(axis=1) - Z_S[np.arange(5), winner]
        assert value == pytest.approx(T * gap.mean(), rel=1e-12)
        onehot = [np.eye(4)[z.argmax(axis=1)] for z in (Z_S, Z_T)]
        np.testing.assert_allclose(dz_s, T / 5 * (onehot[0] - onehot[1]), rtol=1e-12)


@pytest.mark.parametrize("T", HIGH)
def test_at_high_temperatures_the_soft_loss_is_its_limit(T):
    loss, dz_s = kd_loss(Z_S, Z_T, T)
    expected, gradient = logit_matching(Z_S, Z_T)
    assert loss == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(dz_s, gradient, rtol=1e-5, atol=1e-7)
    mixed, _ = kd_loss(Z_S, Z_T, T, labels=LABELS, alpha=0.5)
    assert mixed == pytest.approx(0.5 * expected + 0.5 * nn.softmax_cross_entropy(Z_S, LABELS)[0])


def test_the_soft_loss_nears_its_limit_without_a_step():
    expected = logit_matching(Z_S, Z_T)[0]
    for T in np.geomspace(1e2, 1e9, 60):
        assert abs(kd_loss(Z_S, Z_T, T)[0] - expected) < expected * (20 / T + 3e-5)


@pytest.mark.parametrize("loss", LOSSES[1:])
@pytest.mark.parametrize("T", HIGH)
def test_other_losses_at_high_temperatures_are_finite_or_refused(loss, T):
    try:
        value, dz_s = loss(Z_S, Z_T, T)
    except ValueError as error:
        assert "temperature must be smaller for these logits, or the loss overflows" in str(error)  # noqa: PT017
        assert T >= 1e154
    else:
        assert np.isfinite(value)
        assert np.isfinite(dz_s).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_moderate_temperatures_are_as_the_formula_says(loss):
    for T in (0.3, 1.0, 7.0):
        value, dz_s = loss(Z_S, Z_T, T)
        nn.check_loss_gradient(functools.partial(lambda z, t, T: loss(z, t, T), T=T), Z_S, Z_T, rng=RNG)
        if loss in (kd_loss, top_all):
            p_s, p_t = soft_labels(Z_S, T), soft_labels(Z_T, T)
            assert value == pytest.approx(T**2 / 5 * np.sum(p_t * np.log(p_t / p_s)), rel=1e-6)
            np.testing.assert_allclose(dz_s, T / 5 * (p_s - p_t), atol=1e-7 * T)


@pytest.mark.parametrize("T", [*LOW, *HIGH])
def test_training_at_such_temperatures_is_finite_or_an_error(T):
    student, teacher = (nn.zoo.mlp([4, 3], rng=np.random.default_rng(seed)) for seed in (0, 1))
    x = np.random.default_rng(2).standard_normal((6, 4)).astype(np.float32)
    optimizer = nn.SGD(student.parameters(), 0.01)
    try:
        loss = knowledge_distillation(student, teacher, nn.soft_cross_entropy, [(x, None)], optimizer, T)
    except ValueError as error:
        assert "temperature" in str(error)  # noqa: PT017
        np.testing.assert_array_equal(student.predict(x), nn.zoo.mlp([4, 3], rng=np.random.default_rng(0)).predict(x))
    else:
        assert np.isfinite(loss)
        assert np.isfinite(student.predict(x)).all()


@pytest.mark.parametrize("size", [1e-120, 1e-81, 1e-30, 1e60, 1e120])
def test_attention_does_not_hang_on_the_size_of_activations(size):
    rng = np.random.default_rng(3)
    A_s, A_t = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((2, 6, 4, 5))
    expected, gradient = attention_transfer(A_s, A_t)
    loss, dh_s = attention_transfer(size * A_s, A_t / size)
    assert loss == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(dh_s * size, gradient, rtol=1e-6)
