"""What the first cards of distillation say in words holds: small experiments behind reasons and advice."""

import numpy as np

from minicompress.distillation import kd_loss, soft_labels

# --- soft_labels ------------------------------------------------------------------------------------------------------


def test_in_uint8_the_worst_class_wins_where_the_maximum_is_subtracted_from_integers():
    z = np.array([0, 5], np.uint8)
    wrapped = (z - z.max()).astype(float)
    assert wrapped[0] == 251
    assert np.exp(wrapped - wrapped.max()).argmax() == 0
    assert soft_labels(z, 1.0).argmax() == 1


def test_the_loss_hardly_depends_on_how_a_student_shares_out_the_wrong_classes_at_temperature_one():
    z = np.array([8.0, 4, 2, -1])
    changes = {}
    for T in (1, 4):
        p_t = soft_labels(z, T)
        shared_alike = np.array([p_t[0], *[p_t[1:].mean()] * 3])
        changes[T] = np.sum(p_t * np.log(p_t / shared_alike))  # KL of a student that finds all wrong classes alike
    assert changes[1] < 0.02 < 0.04 < changes[4]


# --- kd_loss ----------------------------------------------------------------------------------------------------------


def test_a_teacher_whose_logits_are_larger_gives_the_same_soft_labels_at_a_temperature_as_much_higher(rng):
    z_t = rng.normal(0, 3, (5, 4))
    np.testing.assert_allclose(soft_labels(4 * z_t, 4 * 2.5), soft_labels(z_t, 2.5), rtol=1e-12)


def test_with_t_squared_the_soft_gradient_roughly_keeps_its_size_and_without_it_does_not(rng):
    z_s, z_t = rng.normal(0, 2, (2, 50, 10))
    sizes = np.array([np.linalg.norm(kd_loss(z_s, z_t, T)[1]) for T in (2, 4, 8, 20)])
    without = sizes / np.array([2, 4, 8, 20]) ** 2
    assert sizes.max() / sizes.min() < 2
    assert without.max() / without.min() > 50


def test_a_teacher_that_follows_its_gradient_lowers_the_loss_of_a_student_that_learns_nothing(rng):
    z_s, z_t = rng.normal(0, 2, (2, 6, 4))
    towards_the_student = z_t + 0.1 * (z_s - z_t)
    assert kd_loss(z_s, towards_the_student, 4.0)[0] < kd_loss(z_s, z_t, 4.0)[0]


def test_a_student_that_is_free_reaches_the_teacher_by_either_direction_of_the_divergence(rng):
    p_t = soft_labels(rng.normal(0, 2, (1, 5)), 1.0)
    for reverse in (False, True):
        z = np.zeros((1, 5))
        for _ in range(3000):
            p = soft_labels(z, 1.0)
            gap = np.log(p / p_t)
            z -= p * (gap - np.sum(p * gap)) if reverse else p - p_t
        np.testing.assert_allclose(soft_labels(z, 1.0), p_t, atol=1e-3)


# --- knowledge_distillation -------------------------------------------------------------------------------------------


def test_the_reverse_divergence_punishes_a_dropped_class_less():
    p_t, p_s = np.array([0.45, 0.45, 0.1]), np.array([0.898, 0.002, 0.1])
    forward, reverse = np.sum(p_t * np.log(p_t / p_s)), np.sum(p_s * np.log(p_s / p_t))
    assert 0 < reverse < forward / 2


def test_at_high_temperature_the_gradient_is_the_difference_of_the_centred_logits(rng):
    z_s, z_t = rng.normal(0, 2, (2, 6, 4))
    difference = (z_s - z_t) - (z_s - z_t).mean(axis=1, keepdims=True)
    np.testing.assert_allclose(kd_loss(z_s, z_t, 1e4)[1], difference / 6 / 4, atol=1e-4)
