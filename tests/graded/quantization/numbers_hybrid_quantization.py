"""The computed numbers of the card quantization/hybrid_quantization, in the order of its tables, row by row."""

import numpy as np

from minicompress import nn
from minicompress.quantization import exact_allocation
from minicompress.quantization.mixed import (
    greedy_allocation,
    method_sizes,
    squared_errors,
    uniform_allocation,
    uniform_bits,
)

GIVEN = {
    "2.13": "the PyTorch version the code was run on",
}
BITS = (2, 3, 4, 5, 6, 8)


def numbers():
    rng = np.random.default_rng(0)
    table = {}
    model = nn.zoo.lenet5(rng=rng)
    methods = [uniform_bits(bits) for bits in BITS]
    costs, sizes = squared_errors(model, methods), method_sizes(model, methods)
    for bits in (3, 4, 6):
        budget = int(sizes[:, BITS.index(bits)].sum()) + 5000
        exact, uniform = (f(costs, sizes, budget) for f in (exact_allocation, uniform_allocation))
        table[f"budget {bits}"] = f"{budget:,}"
        table[f"widths {bits}"] = " / ".join(str(BITS[j]) for j in exact.choices)
        table[f"excess {bits}"] = f"{uniform.cost / exact.cost - 1:.0%}"
    excess = gaps(rng)
    return table | {
        "greedy not optimal": f"{np.mean(excess > 0):.0%}",
        "mean excess": f"{excess.mean():.1%} / {excess.max():.0%}",
        "choices": f"{4**12:,}",
        "states": f"{largest_front(rng):,}",
    }


def random_problem(rng, layers=12, methods=4):
    counts = rng.integers(10, 400, (layers, 1))
    costs = -np.sort(-rng.exponential(size=(layers, methods)), axis=1) * rng.uniform(0.2, 5, (layers, 1))
    sizes = -(-counts * np.array([2, 3, 4, 8]) // 8)
    return costs, sizes, int(sizes[:, 0].sum() + 0.35 * (sizes[:, -1] - sizes[:, 0]).sum())


def gaps(rng, problems=200):
    """Excess of the greedy cost over the exact one, as a share of it."""
    excess = []
    for _ in range(problems):
        problem = random_problem(rng)
        excess.append(greedy_allocation(*problem).cost / exact_allocation(*problem).cost - 1)
    return np.round(excess, 12)


def largest_front(rng):
    """Sizes that 12 layers can add up to within the budget: no more states than these are kept."""
    _, sizes, budget = random_problem(rng)
    reached = {0}
    for layer in sizes.tolist():
        reached = {used + size for used in reached for size in layer if used + size <= budget}
    return len(reached)
