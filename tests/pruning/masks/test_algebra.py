"""Masks of a whole network obey the laws of sets, and their overlap is told from chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.pruning import hold_masks, sparsity
from minicompress.pruning.masks import (
    chance_mask_jaccard,
    mask_complement,
    mask_density,
    mask_intersection,
    mask_jaccard,
    mask_union,
    shuffle_masks,
)

SHAPES = [(3, 4), (0, 2), (2, 1, 2, 2), (1,)]


def draw(seed, share):
    rng = np.random.default_rng(seed)
    return [rng.random(shape) < share for shape in SHAPES]


three_networks = st.lists(st.tuples(st.integers(0, 999), st.floats(0, 1)), min_size=3, max_size=3).map(
    lambda drawn: [draw(*one) for one in drawn]
)


def as_sets(masks):
    return {(i, *where) for i, m in enumerate(masks) for where in zip(*np.nonzero(m), strict=True)}


def assert_same(ones, others):
    for one, other in zip(ones, others, strict=True):
        assert one.dtype == bool
        np.testing.assert_array_equal(one, other)


@settings(max_examples=60, deadline=None)
@given(three_networks)
def test_the_laws_of_sets_hold(masks):
    a, b, c = masks
    assert as_sets(mask_union(a, b)) == as_sets(a) | as_sets(b)
    assert as_sets(mask_intersection(a, b)) == as_sets(a) & as_sets(b)
    assert_same(
        mask_complement(mask_union(a, b)), mask_intersection(mask_complement(a), mask_complement(b))
    )  # De Morgan
    assert_same(mask_complement(mask_intersection(a, b)), mask_union(mask_complement(a), mask_complement(b)))
    assert_same(mask_complement(mask_complement(a)), a)
    assert_same(mask_intersection(a, mask_union(b, c)), mask_union(mask_intersection(a, b), mask_intersection(a, c)))
    assert_same(mask_union(a, mask_intersection(a, b)), a)


@settings(max_examples=60, deadline=None)
@given(three_networks)
def test_numbers_agree_with_those_of_sets(masks):
    a, b, _ = masks
    total = sum(m.size for m in a)
    assert mask_density(a) == len(as_sets(a)) / total
    assert mask_density(a) + mask_density(mask_complement(a)) == pytest.approx(1)
    # inclusion and exclusion
    assert mask_density(mask_union(a, b)) + mask_density(mask_intersection(a, b)) == pytest.approx(
        mask_density(a) + mask_density(b)
    )
    either = as_sets(a) | as_sets(b)
    assert mask_jaccard(a, b) == mask_jaccard(b, a) == (len(as_sets(a) & as_sets(b)) / len(either) if either else 1.0)
    assert mask_jaccard(a, a) == 1.0
    assert chance_mask_jaccard(a, b) == chance_mask_jaccard(b, a)
    assert 0 <= chance_mask_jaccard(a, b) <= 1


def test_overlap_worked_by_hand():
    one = [np.array([True, True, False, False]), np.array([[True, False]])]
    other = [np.array([True, False, True, False]), np.array([[True, True]])]
    # both: 1 + 1, either: 3 + 2; by chance both 2 * 2 / 4 + 1 * 2 / 2 = 2, either 2 + 2 + 1 + 2 - 2 = 5
    assert mask_jaccard(one, other) == 2 / 5
    assert chance_mask_jaccard(one, other) == 2 / 5
    half = [np.arange(10) < 5]
    assert chance_mask_jaccard(half, half) == pytest.approx(1 / 3)
    assert mask_jaccard(half, mask_complement(half)) == 0.0


def test_chance_is_what_random_masks_give_on_average(rng):
    one, other = (
        [rng.random((20, 20)) < 0.1, rng.random(300) < 0.6],
        [rng.random((20, 20)) < 0.3, rng.random(300) < 0.5],
    )
    drawn = [mask_jaccard(shuffle_masks(one, rng=rng), other) for _ in range(400)]
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert chance_mask_jaccard(one, other) == pytest.approx(np.mean(drawn), abs=5 * error + 2e-4)
    # one density for the whole network would say something else
    flat = [np.concatenate([m.ravel() for m in masks]) for masks in (one, other)]
    assert abs(chance_mask_jaccard([flat[0]], [flat[1]]) - np.mean(drawn)) > 20 * error


def test_shuffled_masks_keep_each_layers_count_and_move(rng):
    masks = [rng.random((30, 20)) < 0.2, rng.random((4, 5, 3, 3)) < 0.7]
    moved = shuffle_masks(masks, rng=rng)
    assert [m.sum() for m in moved] == [m.sum() for m in masks]
    assert [m.shape for m in moved] == [m.shape for m in masks]
    assert all((m != n).any() for m, n in zip(masks, moved, strict=True))
    assert mask_jaccard(masks, moved) == pytest.approx(chance_mask_jaccard(masks, moved), abs=0.1)
    assert_same(shuffle_masks(masks, rng=np.random.default_rng(3)), shuffle_masks(masks, rng=np.random.default_rng(3)))


def test_density_is_what_a_model_that_holds_the_masks_has_left(rng):
    model = nn.zoo.mlp([6, 5, 3], rng=rng)
    masks = [rng.random(p.shape) < 0.4 for p in model.weight_parameters()]
    assert hold_masks(model, masks) == pytest.approx(1 - mask_density(masks))


def test_nothing_kept_and_no_weights():
    nothing = [np.zeros(3, bool)]
    assert (mask_density(nothing), mask_jaccard(nothing, nothing), chance_mask_jaccard(nothing, nothing)) == (
        0.0,
        1.0,
        1.0,
    )
    assert (mask_density([]), mask_jaccard([], [])) == (1.0, 1.0)
    assert sparsity(nn.Sequential()) == 1 - mask_density([])


def test_masks_that_do_not_match_are_refused(rng):
    m = [np.ones((2, 3), bool)]
    for operation in (mask_union, mask_intersection, mask_jaccard, chance_mask_jaccard):
        with pytest.raises(ValueError, match=rf"{operation.__name__}: every mask of other must have shape \(2, 3\)"):
            operation(m, [np.ones((3, 2), bool)])
        with pytest.raises(ValueError, match=rf"{operation.__name__}: other must be a list of 1 masks"):
            operation(m, m * 2)
        with pytest.raises(ValueError, match=rf"{operation.__name__}: one must be a list of boolean arrays, got dtype"):
            operation([np.ones((2, 3))], m)
    for operation in (mask_complement, mask_density):
        with pytest.raises(ValueError, match=rf"{operation.__name__}: masks must be a list of boolean arrays"):
            operation(m[0])
        with pytest.raises(ValueError, match=rf"{operation.__name__}: masks must be a list of boolean arrays"):
            operation([[True, False]])
    with pytest.raises(ValueError, match=r"shuffle_masks: rng must be a numpy\.random\.Generator"):
        shuffle_masks(m, rng=0)
