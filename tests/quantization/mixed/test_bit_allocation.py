"""Allocations under a budget, held against every allocation there is."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import exact_allocation
from minicompress.quantization.mixed import Allocation, greedy_allocation, uniform_allocation


def by_trying_all(costs, sizes, budget):
    """The least (cost, size) within the budget."""
    every = itertools.product(range(costs.shape[1]), repeat=len(costs))
    totals = [
        (sum(costs[i, j] for i, j in enumerate(choice)), sum(sizes[i, j] for i, j in enumerate(choice)))
        for choice in every
    ]
    return min(total for total in totals if total[1] <= budget)


@st.composite
def problems(draw):
    """Whole costs, so that sums are exact in any order, and a budget that something meets."""
    layers, methods = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    costs = draw(st.lists(st.integers(-5, 30), min_size=layers * methods, max_size=layers * methods))
    sizes = draw(st.lists(st.integers(0, 20), min_size=layers * methods, max_size=layers * methods))
    costs, sizes = np.array(costs).reshape(layers, methods), np.array(sizes).reshape(layers, methods)
    return costs, sizes, int(sizes.min(axis=1).sum()) + draw(st.integers(0, 40))


@given(problems())
def test_exact_is_the_best_of_all(problem):
    costs, sizes, budget = problem
    found = exact_allocation(costs, sizes, budget)
    assert (found.cost, found.size) == by_trying_all(costs, sizes, budget)
    assert found.cost == sum(costs[i, j] for i, j in enumerate(found.choices))
    assert found.size == sum(sizes[i, j] for i, j in enumerate(found.choices)) <= budget


@given(problems())
def test_greedy_keeps_the_budget_and_is_never_better(problem):
    costs, sizes, budget = problem
    found = greedy_allocation(costs, sizes, budget)
    assert found.size == sum(sizes[i, j] for i, j in enumerate(found.choices)) <= budget
    assert found.cost >= exact_allocation(costs, sizes, budget).cost


@given(problems())
def test_uniform_is_the_best_of_its_kind(problem):
    costs, sizes, budget = problem
    totals = [(c, s) for c, s in zip(costs.sum(axis=0), sizes.sum(axis=0), strict=True) if s <= budget]
    if not totals:
        with pytest.raises(ValueError, match="uniform_allocation: budget must be at least"):
            uniform_allocation(costs, sizes, budget)
        return
    found = uniform_allocation(costs, sizes, budget)
    assert (found.cost, found.size) == min(totals)
    assert len(set(found.choices)) == 1


def test_greedy_falls_short_where_its_first_step_takes_the_bytes_of_a_larger_one():
    # For one byte, 0 saves 5 (5 a byte); for ten bytes, 1 saves 40 (4 a byte). Ten bytes are there.
    costs, sizes = [[5, 0], [40, 0]], [[1, 2], [1, 11]]
    assert exact_allocation(costs, sizes, 12) == Allocation((0, 1), 5, 12)
    assert greedy_allocation(costs, sizes, 12) == Allocation((1, 0), 40, 3)
    assert uniform_allocation(costs, sizes, 12) == Allocation((0, 0), 45, 2)


def test_of_equal_costs_the_smaller_is_taken():
    assert exact_allocation([[3, 3, 2, 2]], [[1, 2, 9, 5]], 9).choices == (3,)


def test_budgets_may_be_picojoules(rng):
    costs, sizes = rng.random((6, 3)), rng.random((6, 3))
    found = exact_allocation(costs, sizes, 3.0)
    cost, size = by_trying_all(costs, sizes, 3.0)
    assert found.cost == pytest.approx(cost)
    assert found.size == pytest.approx(size)


def test_many_layers_are_no_trouble(rng):
    costs = -np.sort(-rng.random((60, 8)), axis=1)
    sizes = np.arange(1, 9) * rng.integers(1, 50, (60, 1))
    budget = int(sizes[:, 3].sum())
    exact, greedy = exact_allocation(costs, sizes, budget), greedy_allocation(costs, sizes, budget)
    assert exact.cost < greedy.cost < uniform_allocation(costs, sizes, budget).cost


@pytest.mark.parametrize("allocate", [exact_allocation, greedy_allocation, uniform_allocation])
@pytest.mark.parametrize(
    ("costs", "sizes", "budget", "text"),
    [
        ([[1, 2]], [[3, 4]], 2, "budget must be at least 3, the smallest allocation, got 2"),
        ([[1, 2]], [[3, 4]], np.nan, "budget must be a finite number"),
        ([1, 2], [3, 4], 9, r"costs must be of shape \(weight arrays, methods\)"),
        ([[]], [[]], 9, "costs must be of shape"),
        ([[1, 2]], [[3]], 9, "sizes must have shape"),
        ([[1, np.nan]], [[3, 4]], 9, "costs and sizes must be finite"),
        ([[1, 2]], [[3, -4]], 9, "sizes not negative"),
    ],
)
def test_bad_problems_are_refused(allocate, costs, sizes, budget, text):
    with pytest.raises(ValueError, match=f"{allocate.__name__}: .*{text}"):
        allocate(costs, sizes, budget)


def test_answers_to_the_exercise_find_the_exact_allocation(rng):
    names = {}
    exec(content().solution("quantization/hybrid_quantization").read_text(encoding="utf-8"), names)
    answers = [names["hybrid_quantization"], *(a.function for a in right_answers("quantization/hybrid_quantization"))]
    bits = [2, 3, 4, 8]
    for layers in (1, 3, 6):
        counts = rng.integers(1, 60, layers)
        costs = rng.random((layers, 4)) * counts[:, None]
        sizes = np.array([[-(-n * b // 8) for b in bits] for n in counts.tolist()])
        for budget in (sizes[:, 0].sum(), sizes[:, 1].sum() + 3, sizes[:, 3].sum()):
            expected = [bits[j] for j in exact_allocation(costs, sizes, budget).choices]
            for answer in answers:
                assert answer(costs, counts.tolist(), bits, int(budget)) == expected


@pytest.mark.parametrize("allocate", [exact_allocation, greedy_allocation])
def test_a_budget_of_just_the_smallest_sizes_is_kept_whatever_their_last_bits(allocate):
    for seed in range(100):
        rng = np.random.default_rng(seed)
        costs, sizes = rng.random((2, int(rng.integers(8, 20)), 3))
        budget = 0.0
        for row in sizes.tolist():
            budget += min(row)  # `sum` is more exact since Python 3.12
        assert allocate(costs, sizes, budget).size <= budget


@pytest.mark.parametrize("allocate", [exact_allocation, greedy_allocation, uniform_allocation])
@pytest.mark.parametrize("narrow", [np.int8, np.uint8])
def test_sizes_of_narrow_integers_do_not_wrap(allocate, narrow):
    costs, sizes = [[3, 1], [3, 1], [3, 1]], [[60, 100]] * 3
    expected = allocate(costs, sizes, 300)
    assert allocate(np.array(costs, narrow), np.array(sizes, narrow), 300) == expected
    assert expected.size == 300


@pytest.mark.parametrize("bad", [[["a", "b"]], [[None, 1]], None, [[1], [1, 2]]], ids=repr)
def test_costs_and_sizes_that_are_no_numbers_are_named(bad):
    for allocate in (exact_allocation, greedy_allocation, uniform_allocation):
        with pytest.raises(ValueError, match=f"{allocate.__name__}: costs must be"):
            allocate(bad, [[1, 2]], 5)
        with pytest.raises(ValueError, match=f"{allocate.__name__}: sizes must be"):
            allocate([[1, 2]], bad, 5)
