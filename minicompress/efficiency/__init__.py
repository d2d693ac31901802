"""Efficiency: what does an inference cost? `energy.py` counts picojoules, simulated from published numbers."""

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
