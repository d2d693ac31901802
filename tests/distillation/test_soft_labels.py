"""Softened answers: distributions at every temperature, for logits of every size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress.distillation import soft_labels

LOGITS = hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=6), elements=st.floats(-1e308, 1e308))


def test_worked_by_hand():
    # [2, 0] / 2 = [1, 0]: e / (e + 1) = 0.731059
    np.testing.assert_allclose(soft_labels(np.array([[2.0, 0.0]]), 2), [[0.7310585786, 0.2689414214]])
    # ln 8, ln 1 at T = 3: 8^(1/3) = 2 against 1
    np.testing.assert_allclose(soft_labels(np.log([8.0, 1.0]), 3), [2 / 3, 1 / 3])


@given(LOGITS, st.floats(5e-324, 1e308))
def test_rows_are_distributions_in_the_order_of_the_logits(z, temperature):
    p = soft_labels(z, temperature)

    assert np.isfinite(p).all()
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)
    largest = np.take_along_axis(p, z.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    np.testing.assert_array_equal(largest, p.max(axis=-1))


@given(hnp.arrays(np.float64, (3, 4), elements=st.floats(-50, 50)), st.floats(-1000, 1000))
def test_adding_a_constant_to_all_logits_changes_nothing(z, shift):
    np.testing.assert_allclose(soft_labels(z + shift, 2.5), soft_labels(z, 2.5), atol=1e-12)


def test_high_temperatures_tend_to_uniform_and_low_ones_to_one_hot():
    z = np.array([3.0, -1.0, 1.0, 0.0])

    np.testing.assert_allclose(soft_labels(z, 1e9), 0.25, atol=1e-8)
    np.testing.assert_allclose(soft_labels(z, 1e-9), [1, 0, 0, 0], atol=1e-8)


def test_a_temperature_that_float32_cannot_hold_still_gives_a_distribution():
    z = np.array([[1.0, 2.0, 2.0]], np.float32)

    np.testing.assert_array_equal(soft_labels(z, 1e-300), [[0, 0.5, 0.5]])
    np.testing.assert_allclose(soft_labels(z, 1e300), 1 / 3, rtol=1e-6)


def test_keeps_float32_and_takes_integers_as_float64():
    assert soft_labels(np.zeros((2, 3), np.float32), 4).dtype == np.float32
    assert soft_labels([[1, 2]], 4).dtype == np.float64


def test_an_impossible_class_gets_no_probability():
    np.testing.assert_allclose(soft_labels([0.0, -np.inf, 0.0], 3), [0.5, 0, 0.5])


def test_an_empty_batch_gives_an_empty_result():
    assert soft_labels(np.zeros((0, 10), np.float32), 4).shape == (0, 10)


@pytest.mark.parametrize("temperature", [0, -1.0, np.nan, np.inf, "4", None, True])
def test_a_bad_temperature_is_named(temperature):
    with pytest.raises(ValueError, match="soft_labels: temperature must be a finite number > 0"):
        soft_labels(np.zeros((1, 2)), temperature)


@pytest.mark.parametrize("logits", [[np.nan, 1.0], [np.inf, 1.0], [-np.inf, -np.inf]])
def test_logits_without_a_finite_maximum_are_refused(logits):
    with pytest.raises(ValueError, match="soft_labels: logits must be finite"):
        soft_labels(logits, 4)


@pytest.mark.parametrize("logits", [3.0, np.zeros((2, 0))])
def test_logits_without_classes_are_refused(logits):
    with pytest.raises(ValueError, match="soft_labels: logits must have shape"):
        soft_labels(logits, 4)
