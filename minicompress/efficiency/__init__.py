"""Efficiency: what one inference costs. `energy.py` counts picojoules, simulated from published numbers.

>>> round(multiply_pj(8) + add_pj(32), 2), PUBLISHED_PJ["float32 multiply"]
(0.3, 3.7)
"""

from minicompress.efficiency.energy import (
    PUBLISHED_PJ,
    EnergyReport,
    LayerEnergy,
    add_pj,
    inference_energy,
    multiply_pj,
    read_pj,
)

__all__ = ["PUBLISHED_PJ", "EnergyReport", "LayerEnergy", "add_pj", "inference_energy", "multiply_pj", "read_pj"]
