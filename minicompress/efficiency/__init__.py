"""Efficiency: the energy of one inference. `energy.py` computes picojoules from published numbers; nothing is measured.

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
