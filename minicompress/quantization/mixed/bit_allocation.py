"""Bit allocation: a method for each layer under a budget for the whole network; exact, greedy, or the same for all.

    minimize  sum over l of cost[l, j_l]     so that     sum over l of size[l, j_l] <= budget

with one method j_l for each weight array l: a multiple-choice knapsack problem.

    exact      layer by layer: keep the partial allocations that no other beats in both size and cost, and extend each
               by every method of the next layer. A dropped one cannot be part of a better allocation
    greedy     start from the smallest; repeat the upgrade that fits and saves the most cost per byte. The bytes may
               then be missing for a larger upgrade that saves more
    uniform    the same method for all; the rest of the budget stays unused

The exact method keeps at most as many states as there are different sizes up to the budget, in practice few. Sizes may
be bytes or picojoules; they need not be integers.

Sources: Nemhauser and Ullmann 1969, "Discrete dynamic programming and capital allocation" (the exact method); Yao et
al. 2020, HAWQ-V3 (arXiv:2011.10680; the same problem as an integer program).
Left out: costs that depend on several layers at once.
"""

import functools
import operator
from dataclasses import dataclass

import numpy as np

from minicompress._base import arguments

__all__ = ["Allocation", "exact_allocation", "greedy_allocation", "uniform_allocation"]


@dataclass(frozen=True)
class Allocation:
    """The method of each weight array as an index, and the sums of cost and size.

    >>> Allocation(choices=(0, 1), cost=2.5, size=3)
    Allocation(choices=(0, 1), cost=2.5, size=3)
    """

    choices: tuple
    cost: float
    size: float


def exact_allocation(costs, sizes, budget: float) -> Allocation:
    """Return the Allocation of least cost within the budget; among equal costs, of least size.

    Parameters
    ----------
    costs : array (weight arrays, methods) of finite numbers, of any sign.
    sizes : array of the same shape, >= 0: bytes, or picojoules.
    budget : number, the largest sum of sizes.

    Raises
    ------
    ValueError : shapes that differ, no method, numbers not finite, negative sizes, a budget that nothing meets.

    >>> exact_allocation([[5.0, 1.0], [3.0, 2.0]], [[1, 4], [1, 2]], 5)
    Allocation(choices=(1, 0), cost=4.0, size=5)
    """
    costs, sizes, budget = _check_problem("exact_allocation", costs, sizes, budget)
    front = [(0, 0.0, ())]  # (size, cost, choices): the larger, the cheaper
    for layer_costs, layer_sizes in zip(costs, sizes, strict=True):
        steps = list(enumerate(zip(layer_costs, layer_sizes, strict=True)))
        grown = [(size + s, cost + c, (*choices, j)) for size, cost, choices in front for j, (c, s) in steps]
        front = _undominated(state for state in grown if state[0] <= budget)
    size, cost, choices = front[-1]
    return Allocation(choices, cost, size)


def greedy_allocation(costs, sizes, budget: float) -> Allocation:
    """Return the Allocation that upgrades by the most cost saved per unit of size, until nothing that fits saves any.

    Arguments and errors are those of `exact_allocation`. Never better than exact, and often worse.

    >>> greedy_allocation([[5.0, 1.0], [3.0, 2.0]], [[1, 4], [1, 2]], 3)
    Allocation(choices=(0, 1), cost=7.0, size=3)
    """
    costs, sizes, budget = _check_problem("greedy_allocation", costs, sizes, budget)
    choices = [min(range(len(s)), key=lambda j, s=s, c=c: (s[j], c[j])) for c, s in zip(costs, sizes, strict=True)]
    while upgrade := _best_upgrade(costs, sizes, budget, choices):
        layer, j = upgrade
        choices[layer] = j
    return _allocation(costs, sizes, choices)


def uniform_allocation(costs, sizes, budget: float) -> Allocation:
    """Return the Allocation of least cost that takes one method for all; ValueError if none fits the budget.

    >>> uniform_allocation([[5.0, 1.0], [3.0, 2.0]], [[1, 4], [1, 2]], 5)
    Allocation(choices=(0, 0), cost=8.0, size=2)
    """
    costs, sizes, budget = _check_problem("uniform_allocation", costs, sizes, budget)
    same = [_allocation(costs, sizes, [j] * len(costs)) for j in range(len(costs[0]) if costs else 1)]
    fitting = [allocation for allocation in same if allocation.size <= budget]
    if not fitting:
        smallest = min(allocation.size for allocation in same)
        arguments.reject("uniform_allocation", "budget", f"at least {smallest:,}", budget)
    return min(fitting, key=lambda allocation: (allocation.cost, allocation.size))


def _undominated(states):
    """Return the states, sorted by size, that are cheaper than every smaller one."""
    kept = []
    for state in sorted(states):
        if not kept or state[1] < kept[-1][1]:
            kept.append(state)
    return kept


def _best_upgrade(costs, sizes, budget, choices):
    """(layer, method) with the most cost saved per unit of size among those that fit, or None."""
    left = budget - _total(sizes[layer][j] for layer, j in enumerate(choices))
    best, best_rate = None, 0.0
    for layer, now in enumerate(choices):
        for j, (cost, size) in enumerate(zip(costs[layer], sizes[layer], strict=True)):
            saved, more = costs[layer][now] - cost, size - sizes[layer][now]
            if saved > 0 and 0 < more <= left and saved / more > best_rate:
                best, best_rate = (layer, j), saved / more
    return best


def _allocation(costs, sizes, choices):
    cost, size = (_total(table[layer][j] for layer, j in enumerate(choices)) for table in (costs, sizes))
    return Allocation(tuple(choices), cost, size)


def _total(numbers):
    """Return the sum, added one by one as the exact search does: since Python 3.12 `sum` rounds differently."""
    return functools.reduce(operator.add, numbers, 0)


def _check_problem(owner, costs, sizes, budget):
    """Return costs and sizes as lists of lists; ValueError unless the smallest allocation fits the budget."""
    costs = arguments.array(owner, "costs", costs, expected="an array of numbers (weight arrays, methods)")
    sizes = arguments.array(owner, "sizes", sizes)
    costs = costs.astype(np.float64)
    if costs.ndim != 2 or costs.shape[1] == 0:
        arguments.reject(owner, "costs", "of shape (weight arrays, methods)", costs.shape)
    arguments.same_shape(owner, "sizes", sizes, costs.shape)
    if not np.isfinite(costs).all() or not np.isfinite(sizes).all() or (sizes < 0).any():
        raise ValueError(f"{owner}: costs and sizes must be finite, and sizes not negative")
    arguments.number(owner, "budget", budget)
    smallest = _total(min(row) for row in sizes.tolist())
    if smallest > budget:
        arguments.reject(owner, "budget", f"at least {smallest:,}, the smallest allocation", budget)
    return costs.tolist(), sizes.tolist(), budget
