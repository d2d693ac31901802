"""Ternary weights: worked by hand, the best scale and threshold by exhaustion, and where 0.7 comes from."""

import functools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization.binary import best_threshold, binarize, relative_error, ternarize

WEIGHTS = hnp.arrays(
    np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.integers(-8, 8).map(lambda i: i / 4)
)


@functools.cache
def answers():
    """The solution of the exercise and every right answer."""
    names = {}
    exec(content().solution("quantization/ternary_quantization").read_text(encoding="utf-8"), names)
    known = right_answers("quantization/ternary_quantization")
    return [names["ternary_quantization"], *(answer.function for answer in known)]


def test_worked_by_hand():
    # mean |w| = (0.5 + 2 + 1 + 0 + 1.5) / 5 = 1; above 0.7: 2, 1, 1.5, with mean 1.5
    q, alpha = ternarize(np.array([0.5, -2, 1, 0, 1.5], np.float32))
    assert q.tolist() == [0, -1, 1, 0, 1]
    assert q.dtype == np.int8
    assert alpha == 1.5
    assert type(alpha) is float


def test_a_weight_at_the_threshold_is_zero_and_zero_is_always_zero():
    q, alpha = ternarize(np.array([1.0, -1, 1]), factor=1)
    assert (q.tolist(), alpha) == ([0, 0, 0], 0)
    assert ternarize(np.array([1.0, -1, 0]), factor=0)[0].tolist() == [1, -1, 0]
    q, alpha = ternarize(np.zeros((2, 3)))
    assert not q.any()
    assert alpha == 0


@settings(max_examples=60, deadline=None)
@given(w=WEIGHTS, factor=st.sampled_from([0, 0.5, 0.7, 1, 1.5]))
def test_exercise_answers_say_the_same(w, factor):
    size = np.abs(w)
    assume((np.abs(size - factor * size.mean()) > 1e-9).all() or not w.any())  # ties have graded checks of their own
    q, alpha = ternarize(w, factor=factor)
    for answer in answers():
        other_q, other_alpha = answer(w, factor)
        np.testing.assert_array_equal(other_q, q)
        assert other_alpha == pytest.approx(alpha, rel=1e-6)


def test_sums_are_taken_in_float64_and_lists_are_arrays():
    w = np.random.default_rng(0).normal(size=10_001).astype(np.float32)
    q, alpha = ternarize(w)
    assert alpha == np.abs(w[q != 0]).mean(dtype=np.float64)
    assert alpha != float(np.abs(w[q != 0]).mean())
    assert ternarize([4.0, -4, 1])[1] == 4
    assert type(best_threshold([4.0, -4, 1])) is float
    assert best_threshold([4.0, -4, 1]) == 1


@settings(max_examples=60, deadline=None)
@given(w=WEIGHTS)
def test_no_other_three_values_of_these_codes_leave_less(w):
    if w.any():
        q, alpha = ternarize(w)
        best = relative_error(w, alpha * q)
        for other in (0.9 * alpha, 1.1 * alpha, np.abs(w).max(), np.abs(w).mean()):
            assert relative_error(w, other * q) >= best - 1e-12


@settings(max_examples=60, deadline=None)
@given(w=WEIGHTS)
def test_best_threshold_leaves_no_more_than_any_other(w):
    def left(threshold):
        kept = np.abs(w) > threshold
        alpha = np.abs(w)[kept].mean() if kept.any() else 0
        return np.sum((w - alpha * np.sign(w) * kept) ** 2)

    best = best_threshold(w)
    assert best in {0.0, *np.abs(w).ravel()}
    for threshold in {0.0, *np.abs(w).ravel()}:
        assert left(best) <= left(threshold) + 1e-9


@pytest.mark.parametrize(
    ("draw", "multiple"),
    [("uniform", 2 / 3), ("normal", 0.7668), ("exponential", 1.0)],
)
def test_best_multiple_of_the_mean_depends_on_the_distribution(draw, multiple):
    w = getattr(np.random.default_rng(0), draw)(size=200_000)
    assert best_threshold(w) / np.abs(w).mean() == pytest.approx(multiple, abs=0.02)


def test_the_minimum_for_normal_weights_is_where_its_derivative_vanishes():
    # kept(t) = 2 phi(t)^2 / (1 - Phi(t)); its logarithm is stationary where 2 t = phi(t) / (1 - Phi(t))
    def tail(t):
        return 0.5 * math.erfc(t / math.sqrt(2))

    def phi(t):
        return math.exp(-t * t / 2) / math.sqrt(2 * math.pi)

    t = 0.7668 * math.sqrt(2 / math.pi)
    assert 2 * t == pytest.approx(phi(t) / tail(t), abs=1e-3)
    w = np.random.default_rng(1).normal(size=400_000)
    for factor in (0.5, 0.7, 0.7668, 1):
        t = factor * math.sqrt(2 / math.pi)
        q, alpha = ternarize(w, factor=factor)
        assert relative_error(w, alpha * q) == pytest.approx(1 - 2 * phi(t) ** 2 / tail(t), abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(w=WEIGHTS)
def test_at_its_best_threshold_it_never_leaves_more_than_a_sign(w):
    if w.any():
        factor = best_threshold(w) / np.abs(w).mean()
        q, alpha = ternarize(w, factor=factor * (1 + 1e-12))
        errors = [relative_error(w, np.multiply(*binarize(w))), relative_error(w, alpha * q)]
        assert errors[1] <= errors[0] + 1e-9


def test_pytorch_computes_the_same_scale():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    w = np.random.default_rng(3).normal(size=(7, 9)).astype(np.float32)
    t = torch.from_numpy(w)
    kept = t.abs() > 0.7 * t.abs().mean()
    q, alpha = ternarize(w)
    np.testing.assert_array_equal(q, (t.sign() * kept).numpy())
    assert alpha == pytest.approx(t.abs()[kept].mean().item(), rel=1e-6)


@pytest.mark.parametrize("w", [np.zeros((0, 2)), np.array([1, -2]), np.array([np.nan, 1.0]), np.array([np.inf])])
def test_bad_weights_are_named(w):
    for function in (ternarize, best_threshold):
        with pytest.raises(ValueError, match=f"{function.__name__}: w must be"):
            function(w)


@pytest.mark.parametrize("factor", [-0.1, np.nan, np.inf, "0.7", True])
def test_a_bad_factor_is_named(factor):
    with pytest.raises(ValueError, match="ternarize: factor must be a finite number >= 0"):
        ternarize(np.ones(3), factor=factor)


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**1000])
def test_thresholds_of_the_smallest_and_largest_floats(factor):
    w = np.random.default_rng(0).normal(size=400)
    assert best_threshold(factor * w) == factor * best_threshold(w)
    (q, alpha), (scaled_q, scaled) = ternarize(w), ternarize(factor * w)
    np.testing.assert_array_equal(scaled_q, q)
    assert scaled == factor * alpha
    q, alpha = ternarize(np.full(4, 1.7e308))
    assert (q.tolist(), alpha) == ([1] * 4, 1.7e308)


@pytest.mark.parametrize("factor", [-0.1, np.nan, np.inf, "0.7", None, True])
def test_a_factor_that_is_none_is_named(factor):
    with pytest.raises(ValueError, match="ternarize: factor must be"):
        ternarize([1.0], factor=factor)
