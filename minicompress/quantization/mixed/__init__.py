"""Mixed precision: `bit_allocation.py` chooses a method per layer under a budget; `hybrid.py` measures costs and sizes.

>>> exact_allocation(costs=[[5.0, 1.0], [3.0, 2.0]], sizes=[[1, 4], [1, 2]], budget=5).choices
(1, 0)
"""

from minicompress.quantization.mixed.bit_allocation import (
    Allocation,
    exact_allocation,
    greedy_allocation,
    uniform_allocation,
)
from minicompress.quantization.mixed.hybrid import (
    StorageMethod,
    compare_allocations,
    measure_costs,
    method_sizes,
    squared_errors,
    uniform_bits,
)

__all__ = [
    "Allocation",
    "StorageMethod",
    "compare_allocations",
    "exact_allocation",
    "greedy_allocation",
    "measure_costs",
    "method_sizes",
    "squared_errors",
    "uniform_allocation",
    "uniform_bits",
]
