"""Masks of a whole network obey the laws of sets, and their overlap is told from chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.pruning import hold_masks, sparsity
from minicompress.pruning.masks import chance_jaccard, complement, density, intersection, jaccard, shuffled, union

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
    assert as_sets(union(a, b)) == as_sets(a) | as_sets(b)
    assert as_sets(intersection(a, b)) == as_sets(a) & as_sets(b)
    assert_same(complement(union(a, b)), intersection(complement(a), complement(b)))  # De Morgan
    assert_same(complement(intersection(a, b)), union(complement(a), complement(b)))
    assert_same(complement(complement(a)), a)
    assert_same(intersection(a, union(b, c)), union(intersection(a, b), intersection(a, c)))
    assert_same(union(a, intersection(a, b)), a)


@settings(max_examples=60, deadline=None)
@given(three_networks)
def test_numbers_agree_with_those_of_sets(masks):
    a, b, _ = masks
    total = sum(m.size for m in a)
    assert density(a) == len(as_sets(a)) / total
    assert density(a) + density(complement(a)) == pytest.approx(1)
    # inclusion and exclusion
    assert density(union(a, b)) + density(intersection(a, b)) == pytest.approx(density(a) + density(b))
    either = as_sets(a) | as_sets(b)
    assert jaccard(a, b) == jaccard(b, a) == (len(as_sets(a) & as_sets(b)) / len(either) if either else 1.0)
    assert jaccard(a, a) == 1.0
    assert chance_jaccard(a, b) == chance_jaccard(b, a)
    assert 0 <= chance_jaccard(a, b) <= 1


def test_overlap_worked_by_hand():
    one = [np.array([True, True, False, False]), np.array([[True, False]])]
    other = [np.array([True, False, True, False]), np.array([[True, True]])]
    # both: 1 + 1, either: 3 + 2; by chance both 2 * 2 / 4 + 1 * 2 / 2 = 2, either 2 + 2 + 1 + 2 - 2 = 5
    assert jaccard(one, other) == 2 / 5
    assert chance_jaccard(one, other) == 2 / 5
    half = [np.arange(10) < 5]
    assert chance_jaccard(half, half) == pytest.approx(1 / 3)
    assert jaccard(half, complement(half)) == 0.0


def test_chance_is_what_random_masks_give_on_average(rng):
    one, other = (
        [rng.random((20, 20)) < 0.1, rng.random(300) < 0.6],
        [rng.random((20, 20)) < 0.3, rng.random(300) < 0.5],
    )
    drawn = [jaccard(shuffled(one, rng=rng), other) for _ in range(400)]
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert chance_jaccard(one, other) == pytest.approx(np.mean(drawn), abs=5 * error + 2e-4)
    # one density for the whole network would say something else
    flat = [np.concatenate([m.ravel() for m in masks]) for masks in (one, other)]
    assert abs(chance_jaccard([flat[0]], [flat[1]]) - np.mean(drawn)) > 20 * error


def test_shuffled_masks_keep_each_layers_count_and_move(rng):
    masks = [rng.random((30, 20)) < 0.2, rng.random((4, 5, 3, 3)) < 0.7]
    moved = shuffled(masks, rng=rng)
    assert [m.sum() for m in moved] == [m.sum() for m in masks]
    assert [m.shape for m in moved] == [m.shape for m in masks]
    assert all((m != n).any() for m, n in zip(masks, moved, strict=True))
    assert jaccard(masks, moved) == pytest.approx(chance_jaccard(masks, moved), abs=0.1)
    assert_same(shuffled(masks, rng=np.random.default_rng(3)), shuffled(masks, rng=np.random.default_rng(3)))


def test_density_is_what_a_model_that_holds_the_masks_has_left(rng):
    model = nn.zoo.mlp([6, 5, 3], rng=rng)
    masks = [rng.random(p.shape) < 0.4 for p in model.weight_parameters()]
    assert hold_masks(model, masks) == pytest.approx(1 - density(masks))


def test_nothing_kept_and_no_weights():
    nothing = [np.zeros(3, bool)]
    assert (density(nothing), jaccard(nothing, nothing), chance_jaccard(nothing, nothing)) == (0.0, 1.0, 1.0)
    assert (density([]), jaccard([], [])) == (1.0, 1.0)
    assert sparsity(nn.Sequential()) == 1 - density([])


def test_masks_that_do_not_match_are_refused(rng):
    m = [np.ones((2, 3), bool)]
    for operation in (union, intersection, jaccard, chance_jaccard):
        with pytest.raises(ValueError, match=rf"{operation.__name__}: every mask of other must have shape \(2, 3\)"):
            operation(m, [np.ones((3, 2), bool)])
        with pytest.raises(ValueError, match=rf"{operation.__name__}: other must be a list of 1 masks"):
            operation(m, m * 2)
        with pytest.raises(ValueError, match=rf"{operation.__name__}: one must be a list of boolean arrays, got dtype"):
            operation([np.ones((2, 3))], m)
    for operation in (complement, density):
        with pytest.raises(ValueError, match=rf"{operation.__name__}: masks must be a list of boolean arrays"):
            operation(m[0])
        with pytest.raises(ValueError, match=rf"{operation.__name__}: masks must be a list of boolean arrays"):
            operation([[True, False]])
    with pytest.raises(ValueError, match=r"shuffled: rng must be a numpy\.random\.Generator"):
        shuffled(m, rng=0)
