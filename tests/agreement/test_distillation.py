"""The exercises on logits against the library: solution and right answers are oracles of the modules, and they of them.

Graded checks use inputs that people can read; here they are random.
"""

import numpy as np
import pytest

from minicompress import distillation
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content


def answers(exercise_id):
    """The solution and the right answers, as functions."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]], *(answer.function for answer in right_answers(exercise_id))]


@pytest.mark.parametrize("shape", [(4,), (3, 7), (2, 3, 5), (6, 1)])
@pytest.mark.parametrize("temperature", [0.3, 1, 4.0, 50])
def test_soft_labels_are_the_librarys(shape, temperature, rng):
    z = rng.normal(0, 5, shape)
    for answer in answers("distillation/soft_labels"):
        np.testing.assert_allclose(answer(z, temperature), distillation.soft_labels(z, temperature), atol=1e-6)


@pytest.mark.parametrize("temperature", [0.7, 4.0, 20])
@pytest.mark.parametrize("alpha", [0, 0.3, 1.0])
def test_kd_loss_is_the_librarys(temperature, alpha, rng):
    z_s, z_t = rng.normal(0, 3, (2, 6, 5))
    labels = rng.integers(0, 5, 6)
    expected, dz_s = distillation.kd_loss(z_s, z_t, temperature, labels=labels, alpha=alpha)
    for answer in answers("distillation/kd_loss"):
        loss, gradient = answer(z_s, z_t, temperature, labels, alpha)
        single = gradient.dtype == np.float32  # one of the right answers computes in it
        assert loss == pytest.approx(expected, rel=1e-4 if single else 1e-12, abs=1e-9)
        np.testing.assert_allclose(gradient, dz_s, rtol=1e-7, atol=1e-5 if single else 1e-12)


@pytest.mark.parametrize(("temperature", "alpha", "beta"), [(0.7, 1, 8), (4.0, 0, 1), (20, 0.3, 0)])
@pytest.mark.parametrize("classes", [2, 5])
def test_decoupled_kd_is_the_librarys(temperature, alpha, beta, classes, rng):
    z_s, z_t = rng.normal(0, 3, (2, 6, classes))
    z_t[0, 1] = 4000  # a teacher that is sure, or sure and wrong
    labels = rng.integers(0, classes, 6)
    options = {"temperature": temperature, "alpha": alpha, "beta": beta}
    expected, dz_s = distillation.decoupled_kd(z_s, z_t, labels, **options)
    for answer in answers("distillation/decoupled_kd"):
        loss, gradient = answer(z_s, z_t, labels, temperature, alpha, beta)
        single = np.asarray(gradient).dtype == np.float32  # one of the right answers computes in it
        assert loss == pytest.approx(expected, rel=1e-5 if single else 1e-12, abs=1e-9)
        np.testing.assert_allclose(gradient, dz_s, rtol=1e-5 if single else 1e-7, atol=1e-5 if single else 1e-12)


def test_logit_matching_is_the_librarys(rng):
    z_s, z_t = rng.normal(0, 3, (2, 6, 5))
    expected, dz_s = distillation.logit_matching(z_s, z_t)
    for answer in answers("distillation/logit_matching"):
        loss, gradient = answer(z_s, z_t)
        assert loss == pytest.approx(expected, rel=1e-5)
        np.testing.assert_allclose(gradient, dz_s, atol=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 4.0, 20])
@pytest.mark.parametrize("weights", [[1, 1, 1], [0.2, 5, 0]])
def test_ensemble_teacher_is_the_librarys(temperature, weights, rng):
    logits, weights = rng.normal(0, 3, (3, 6, 5)), np.array(weights)
    expected = distillation.ensemble_soft_labels(logits, temperature, weights=weights)
    for answer in answers("distillation/ensemble_teacher"):
        np.testing.assert_allclose(answer(logits, temperature, weights), expected, atol=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 4.0, 20])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_cached_logits_is_the_librarys(temperature, k, rng):
    z_s, z_t = rng.normal(0, 3, (2, 6, 5))
    cached = distillation.cache_top_k(z_t, k, temperature)
    expected, dz_s = distillation.top_k_loss(z_s, cached, temperature)
    for answer in answers("distillation/cached_logits"):
        loss, gradient = answer(z_s, z_t, k, temperature)
        assert loss == pytest.approx(expected, rel=1e-4, abs=1e-5 * temperature)
        np.testing.assert_allclose(gradient, dz_s, atol=1e-6 * max(temperature, 1))
