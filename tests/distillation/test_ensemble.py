"""Several teachers: the mean of probabilities, and why it is that one."""

import numpy as np
import pytest

from minicompress.distillation import ensemble_logits, ensemble_soft_labels, kd_loss, soft_labels


def test_worked_by_hand():
    # T = 2: (2 ln 3, 0) -> (3/4, 1/4), (0, 0) -> (1/2, 1/2); weights 1 and 3: (3/4 + 3/2) / 4 = 9/16
    teachers = [np.array([[2 * np.log(3), 0]]), np.zeros((1, 2))]
    np.testing.assert_allclose(ensemble_soft_labels(teachers, 2, weights=[1, 3]), [[9 / 16, 7 / 16]])
    np.testing.assert_allclose(ensemble_soft_labels(teachers, 2), [[5 / 8, 3 / 8]])


def test_its_soft_loss_has_the_gradient_of_the_mean_of_the_teachers_losses(rng):
    z_s, *teachers = rng.normal(0, 3, (4, 5, 6))
    weights, T = np.array([0.5, 0.2, 0.3]), 3.0
    mean = sum(w * kd_loss(z_s, z_t, T)[1] for w, z_t in zip(weights, teachers, strict=True))
    np.testing.assert_allclose(kd_loss(z_s, ensemble_logits(teachers, T, weights=weights), T)[1], mean, atol=1e-13)


def test_is_neither_the_mean_of_logits_nor_softened_after_averaging(rng):
    teachers, T = rng.normal(0, 3, (3, 4, 5)), 4.0
    p = ensemble_soft_labels(teachers, T)
    assert np.abs(p - soft_labels(teachers.mean(axis=0), T)).max() > 0.01
    assert np.abs(p - soft_labels(np.log(ensemble_soft_labels(teachers, 1)), T)).max() > 0.01


def test_one_teacher_is_itself_and_a_weight_of_zero_leaves_one_out(rng):
    one, other = rng.normal(size=(2, 3, 4))
    np.testing.assert_allclose(ensemble_soft_labels([one], 2), soft_labels(one, 2))
    np.testing.assert_allclose(ensemble_soft_labels([one, other], 2, weights=[5, 0]), soft_labels(one, 2))


def test_a_class_that_all_find_impossible_keeps_a_finite_logit():
    z = ensemble_logits([np.array([[0.0, -5000]])], 1)
    assert np.isfinite(z).all()
    np.testing.assert_allclose(soft_labels(z, 1), [[1, 0]], atol=1e-300)


@pytest.mark.parametrize(
    ("logits", "weights", "text"),
    [
        ([], None, "at least one teacher"),
        ([np.ones((2, 3)), np.ones((2, 4))], None, "logits of every teacher must have shape"),
        ([np.ones((2, 3))], [1, 1], "weights must have shape"),
        ([np.ones((2, 3))] * 2, [1, -1], "weights must be finite, >= 0 and not all 0"),
        ([np.ones((2, 3))] * 2, [0, 0], "weights must be finite"),
        ([np.ones((2, 3))] * 2, [1, np.nan], "weights must be finite"),
    ],
)
def test_teachers_and_weights_that_do_not_fit_are_refused(logits, weights, text):
    with pytest.raises(ValueError, match=text):
        ensemble_soft_labels(logits, 2, weights=weights)
