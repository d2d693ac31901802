"""Signs with a scale: worked by hand, the best scale, and the error that closed forms foretell."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization.binary import binarize, relative_error
from minicompress.quantization.binary.binarize import sign

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=4)
WEIGHTS = hnp.arrays(np.float32, SHAPES, elements=st.integers(-8, 8).map(lambda i: i / 4))  # zeros and ties abound


def test_worked_by_hand():
    # mean |w| = (3 + 1 + 0 + 2) / 4 = 1.5; by rows 2 and 1
    w = np.array([[3, -1], [0, -2]], np.float32)

    q, alpha = binarize(w)
    assert q.tolist() == [[1, -1], [1, -1]]
    assert alpha.tolist() == [[1.5]]
    _, by_channel = binarize(w, axis=0)
    assert by_channel.tolist() == [[2], [1]]
    assert (q.dtype, alpha.dtype) == (np.int8, np.float32)
    # 1.5^2 + 0.5^2 + 1.5^2 + 0.5^2 = 5 of 9 + 1 + 0 + 4 = 14
    assert relative_error(w, alpha * q) == pytest.approx(5 / 14)


def test_zero_of_either_sign_is_plus_one_and_nan_stays_nan():
    assert sign(np.array([0.0, -0.0, 1e-30, -1e-30])).tolist() == [1, 1, 1, -1]
    assert np.isnan(sign(np.array([np.nan])))
    assert sign(np.zeros(2, np.float32)).dtype == np.float32


@settings(max_examples=60, deadline=None)
@given(w=WEIGHTS, per_channel=st.booleans())
def test_library_and_exercise_answers_say_the_same(w, per_channel):
    names = {}
    exec(content().solution("quantization/binary_quantization").read_text(encoding="utf-8"), names)
    answers = [names["binary_quantization"]]
    answers += [answer.function for answer in right_answers("quantization/binary_quantization")]
    q, alpha = binarize(w, axis=0 if per_channel else None)
    for answer in answers:
        other_q, other_alpha = answer(w, per_channel)
        np.testing.assert_array_equal(other_q, q)
        np.testing.assert_allclose(other_alpha, alpha, rtol=1e-6)
        assert np.shape(other_alpha) == alpha.shape


def test_no_other_signs_and_no_other_scale_leave_less():
    w = np.random.default_rng(0).normal(size=6)
    q, alpha = binarize(w)
    best = relative_error(w, alpha * q)

    every = (2 * np.array(np.unravel_index(range(2**6), (2,) * 6)).T - 1) * 1.0
    for scale in np.linspace(0.1, 2, 39) * alpha:
        assert min(relative_error(w, scale * signs) for signs in every) >= best - 1e-12


def test_what_is_left_of_normal_weights_is_what_the_closed_forms_say():
    w = np.random.default_rng(0).normal(0, 0.05, 200_000)
    q, alpha = binarize(w)
    assert relative_error(w, alpha * q) == pytest.approx(1 - 2 / math.pi, abs=2e-3)

    # {0, b}: with b = mean of the weights above t, phi(t)^2 / (1 - Phi(t)) of the sum of squares is kept.
    for t in (0, 0.5, 0.612, 1):
        above = w > t * 0.05
        kept = math.exp(-t * t) / (2 * math.pi) / (0.5 * math.erfc(t / math.sqrt(2)))
        assert relative_error(w, above * w[above].mean()) == pytest.approx(1 - kept, abs=3e-3)


@settings(max_examples=60, deadline=None)
@given(w=WEIGHTS)
def test_a_scale_for_each_channel_never_leaves_more(w):
    if w.any():
        errors = [relative_error(w, np.multiply(*binarize(w, axis=axis)[::-1])) for axis in (None, 0)]
        assert errors[1] <= errors[0] + 1e-6


def test_pytorch_means_agree():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    w = np.random.default_rng(3).normal(size=(5, 3, 2, 2)).astype(np.float32)
    _, alpha = binarize(w, axis=0)
    theirs = torch.from_numpy(w).abs().mean(dim=(1, 2, 3), keepdim=True)
    np.testing.assert_allclose(alpha, theirs.numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("w", "expected"),
    [
        (np.zeros((0, 3)), "a nonempty array of floats"),
        (np.array([1, 2]), "a nonempty array of floats"),
        (np.array([1.0, np.nan]), "finite"),
        (np.array([-np.inf]), "finite"),
    ],
)
def test_bad_weights_are_named(w, expected):
    with pytest.raises(ValueError, match=f"binarize: w must be {expected}"):
        binarize(w)


def test_lists_are_arrays_and_the_error_is_a_float():
    q, alpha = binarize([3.0, -1])
    assert (q.tolist(), alpha.tolist()) == ([1, -1], [2])
    assert sign([-2.0, 0]).tolist() == [-1, 1]
    assert type(relative_error([3.0, -1], [2, -2])) is float
    assert relative_error([3.0, -1], [2, -2]) == 0.2


def test_a_number_has_no_channels_and_zeros_no_relative_error():
    assert binarize(np.float64(-3))[1] == 3
    with pytest.raises(ValueError, match="binarize: w must be an array with an axis of output channels"):
        binarize(np.float64(-3), axis=0)
    with pytest.raises(ValueError, match="relative_error: w must be an array that is not all zero"):
        relative_error(np.zeros(3), np.zeros(3))
    with pytest.raises(ValueError, match=r"relative_error: approximation must be of shape \(3,\)"):
        relative_error(np.ones(3), np.ones(4))


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**1000])
def test_errors_and_scales_of_the_smallest_and_largest_floats(factor, rng):
    w = rng.normal(size=(3, 400))
    for per_channel in (False, True):
        (q, alpha), (_, scaled) = (
            binarize(w, axis=0 if per_channel else None),
            binarize(factor * w, axis=0 if per_channel else None),
        )
        np.testing.assert_array_equal(scaled, factor * alpha)
        assert relative_error(factor * w, scaled * q) == pytest.approx(relative_error(w, alpha * q))
    q, alpha = binarize(np.full(4, 1.7e308))
    assert (alpha * q).tolist() == [1.7e308] * 4


@pytest.mark.parametrize("bad", [[np.nan], [np.inf], ["a"], None, [[1.0], [1.0, 2.0]]], ids=repr)
def test_what_is_no_number_is_named(bad):
    with pytest.raises(ValueError, match="binarize: w must be"):
        binarize(bad)
    with pytest.raises(ValueError, match="relative_error: w must be"):
        relative_error(bad, [1.0])
    with pytest.raises(ValueError, match="relative_error: approximation must be"):
        relative_error([1.0], bad)
