"""Pruning: which weights can go, and how do they stay gone?

Read `weight.py` first (magnitude pruning of single weights), then `mask.py` (what keeps them at zero while the rest is
fine-tuned), then `report.py` (how many are really zero). Sparsity is everywhere the fraction of zeros, in [0, 1].
"""

from minicompress.pruning.mask import Mask
from minicompress.pruning.report import LayerSparsity, PruningReport, pruning_report, sparsity
from minicompress.pruning.weight import weight_pruning

__all__ = ["LayerSparsity", "Mask", "PruningReport", "pruning_report", "sparsity", "weight_pruning"]
