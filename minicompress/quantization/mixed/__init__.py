"""Mixed precision: bits for each layer under a budget, and methods mixed in one network."""

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
