"""What the first cards of distillation say in words holds: small experiments behind reasons and advice."""

import numpy as np

from minicompress.distillation import soft_labels

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
