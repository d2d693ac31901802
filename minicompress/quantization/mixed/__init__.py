"""Mixed precision: bits for each layer under a budget, and methods mixed in one network."""

from minicompress.quantization.mixed.bit_allocation import (
    Allocation,
    exact_allocation,
    greedy_allocation,
    uniform_allocation,
)
from minicompress.quantization.mixed.hybrid import (
    Method,
    compare_allocations,
    measured_costs,
    method_sizes,
    squared_errors,
    uniform_bits,
)

__all__ = [
    "Allocation",
    "Method",
    "compare_allocations",
    "exact_allocation",
    "greedy_allocation",
    "measured_costs",
    "method_sizes",
    "squared_errors",
    "uniform_allocation",
    "uniform_bits",
]
