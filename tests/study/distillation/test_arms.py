"""The lesson of each arm: the terms of the loss, their weights, and where features are taken."""

import numpy as np
import pytest
from small_distillation import FEW, terms_of

from minicompress import nn
from minicompress.distillation import (
    CACHED,
    LABELS,
    angle_relations,
    cache_top_k,
    decoupled_kd,
    kd_loss,
)
from minicompress.study.distillation.arms import student


def test_the_terms_say_what_the_names_say():
    c, z_s, z_t = FEW, np.array([[1.0, 0, -1]]), np.array([[0.0, 2, 1]])
    for method, temperature in [("soft_1", 1.0), ("soft_20", 20.0)]:
        (term,) = terms_of(method, 20, c, 0)
        assert term.loss(z_s, z_t)[0] == kd_loss(z_s, z_t, temperature)[0]
        assert term.weight == 1
    soft, hard = terms_of("mixed", 20, c, 0)
    assert soft.loss(z_s, z_t)[0] == kd_loss(z_s, z_t, 4.0)[0]
    assert (soft.weight, hard.weight, soft.target, hard.target) == (0.5, 0.5, CACHED, LABELS)
    for method in ("hint", "relational", "angles", "attention", "decoupled"):
        hard, feature = terms_of(method, 20, c, 0)
        assert (hard.target, hard.weight) == (LABELS, 1)
        assert feature.weight == getattr(c, f"{method}_weight")
    assert [term.target for term in terms_of("hard", 20, c, 0)] == [LABELS]


def test_losses_on_labels_and_logits_are_those_of_their_names():
    z_s, z_t, label = np.array([[1.0, 0, -1]]), np.array([[0.0, 2, 1]]), np.array([2])
    (smoothed,) = terms_of("smoothed", 20, FEW, 0)
    assert smoothed.loss(z_s, label)[0] == nn.softmax_cross_entropy(z_s, label, label_smoothing=0.1)[0]
    (guessed,) = terms_of("guessed", 20, FEW, 0)
    assert (guessed.loss, guessed.target) == (nn.softmax_cross_entropy, CACHED)
    decoupled = terms_of("decoupled", 20, FEW, 0)[1]
    expected = decoupled_kd(z_s, z_t, label, temperature=4.0, alpha=1.0, beta=FEW.decoupled_beta)[0]
    assert decoupled.loss(z_s, z_t, label)[0] == expected
    assert decoupled.target == (CACHED, LABELS)
    (top,) = terms_of("top_2", 20, FEW, 0)
    assert top.loss(z_s, cache_top_k(z_t, 3, 4.0))[0] == pytest.approx(kd_loss(z_s, z_t, 4.0)[0], rel=1e-3)
    same, own = terms_of("self", 20, FEW, 0), terms_of("mixed", 20, FEW, 0)
    assert [(t.name, t.weight, t.target) for t in same] == [(t.name, t.weight, t.target) for t in own]


def test_angles_are_those_of_the_first_samples_of_a_batch(rng):
    h_s, h_t = rng.normal(size=(50, 4)), rng.normal(size=(50, 6))
    value, dh_s = terms_of("angles", 20, FEW, 0)[1].loss(h_s, h_t)
    expected, gradient = angle_relations(h_s[:32], h_t[:32])
    assert value == expected
    np.testing.assert_array_equal(dh_s[:32], gradient)
    assert not dh_s[32:].any()


def test_features_are_taken_behind_the_last_relu_of_both():
    teacher = nn.zoo.lenet_300_100(rng=np.random.default_rng(0))
    pupil = student("few", 20, rng=np.random.default_rng(0))
    for method in ("hint", "relational"):
        term = terms_of(method, 20, FEW, 0)[1]
        assert isinstance(pupil.layers[term.student], nn.ReLU)
        assert isinstance(teacher.layers[term.target], nn.ReLU)
        assert term.target == len(teacher.layers) - 2
    maps = student("maps", 4, rng=np.random.default_rng(0))
    term = terms_of("attention", 4, FEW, 0)[1]
    assert isinstance(maps.layers[term.student], nn.ReLU)
    assert isinstance(maps.layers[term.student + 1], nn.Flatten)
