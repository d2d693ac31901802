"""Structured pruning: whole neurons, filters and residual blocks are removed, and arrays shrink."""

from minicompress.pruning.structured.depth import block_influence, layer_pruning, remove_blocks
from minicompress.pruning.structured.slimming import L1Penalty, network_slimming, penalize_scales
from minicompress.pruning.structured.structure import structure_pruning
from minicompress.pruning.structured.surgery import keep_channels

__all__ = [
    "L1Penalty",
    "block_influence",
    "keep_channels",
    "layer_pruning",
    "network_slimming",
    "penalize_scales",
    "remove_blocks",
    "structure_pruning",
]
