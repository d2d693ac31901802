"""The mask of exact sparsity: the count is kept whatever the weights, and solution and library are one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import magnitude_mask

FEW_MAGNITUDES = st.sampled_from([0.0, -0.0, 0.25, -0.25, 1.0, float("inf")])
SPARSITIES = st.floats(0, 1)


def arrays(elements):
    shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
    return hnp.arrays(np.float32, shapes, elements=elements)


def answers():
    names = {}
    exec(content().solution("pruning/magnitude_mask").read_text(encoding="utf-8"), names)
    return [names["magnitude_mask"]] + [answer.function for answer in right_answers("pruning/magnitude_mask")]


@given(arrays(FEW_MAGNITUDES | st.floats(-2, 2, width=32)), SPARSITIES)
def test_count_is_exact_and_what_is_kept_is_no_smaller_than_what_goes(w, sparsity):
    before = w.copy()
    mask = magnitude_mask(w, sparsity)

    assert mask.shape == w.shape
    assert mask.dtype == bool
    assert np.count_nonzero(~mask) == round(sparsity * w.size)
    if mask.any() and not mask.all():
        assert np.abs(w[mask]).min() >= np.abs(w[~mask]).max()
    np.testing.assert_array_equal(w, before)


@given(arrays(FEW_MAGNITUDES), SPARSITIES)
def test_of_equal_magnitudes_the_first_in_c_order_are_pruned(w, sparsity):
    keeps = magnitude_mask(w, sparsity).ravel()
    magnitudes = np.abs(w).ravel()
    for magnitude in np.unique(magnitudes):
        of_this = keeps[magnitudes == magnitude].astype(int)
        assert np.all(np.diff(of_this) >= 0), "a later one was pruned before an earlier one"


@given(arrays(FEW_MAGNITUDES), SPARSITIES, SPARSITIES)
def test_masks_of_growing_sparsity_are_nested(w, one, other):
    less, more = sorted((one, other))
    assert not np.any(magnitude_mask(w, more) & ~magnitude_mask(w, less))


@settings(deadline=None)
@given(arrays(FEW_MAGNITUDES), SPARSITIES)
def test_solution_and_right_answers_agree_with_the_library(w, sparsity):
    for answer in answers():
        np.testing.assert_array_equal(answer(w, sparsity), magnitude_mask(w, sparsity))


def test_solution_agrees_with_the_library_on_a_real_layer(rng):
    solution, *_ = answers()
    for layer in nn.zoo.lenet5(rng=rng).layers:
        for w in layer.weights:
            for sparsity in (0.0, 0.3, 0.9, 1.0):
                np.testing.assert_array_equal(solution(w, sparsity), magnitude_mask(w, sparsity))


def test_hand_worked_ties_and_halves():
    w = np.array([[0.5, -0.25], [0.25, -0.25]], np.float32)
    np.testing.assert_array_equal(magnitude_mask(w, 0.5), [[True, False], [False, True]])
    np.testing.assert_array_equal(magnitude_mask(w.T, 0.5), [[True, False], [False, True]])
    np.testing.assert_array_equal(magnitude_mask(w, 0.625), [[True, False], [False, True]])  # 2.5 -> 2
    np.testing.assert_array_equal(magnitude_mask(w, 0.875), [[False, False], [False, False]])  # 3.5 -> 4
    np.testing.assert_array_equal(magnitude_mask(np.arange(100.0), 0.29), np.arange(100) >= 29)


@pytest.mark.parametrize("sparsity", [-0.1, 1.1, np.nan, np.inf, "0.5", True, None])
def test_a_sparsity_that_is_no_share_is_refused(sparsity):
    with pytest.raises(ValueError, match=r"magnitude_mask: sparsity must be .*>= 0 and <= 1, got"):
        magnitude_mask(np.ones((2, 3)), sparsity)


@pytest.mark.parametrize("w", [np.array([1.0, np.nan]), np.array([1, 2]), [0.5, 1.0], None])
def test_weights_that_have_no_rank_are_refused(w):
    with pytest.raises(ValueError, match=r"magnitude_mask: w must be an array of floats without NaN, got"):
        magnitude_mask(w, 0.5)


@settings(deadline=None)  # the first example imports PyTorch
@given(st.integers(1, 40), SPARSITIES)
def test_pytorch_prunes_as_many_and_without_ties_the_same(size, sparsity):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here")
    from torch.nn.utils import prune

    w = np.random.default_rng(size).permutation(np.arange(1, size + 1)).astype(np.float32)
    theirs = prune.L1Unstructured(amount=sparsity).compute_mask(torch.from_numpy(w), torch.ones(size))
    np.testing.assert_array_equal(magnitude_mask(w, sparsity), theirs.numpy() != 0)
