"""Pruning: which weights can go, and how do they stay gone?

Read `weight.py` first (magnitude pruning of single weights), then `mask.py` (what keeps them at zero while the rest is
fine-tuned), then `report.py` (how many are really zero). Sparsity is everywhere the fraction of zeros, in [0, 1].

How many, and where: `magnitude.py` (an exact share of one array), `allocation.py` (one sparsity for the network, by
layer, over all weights, or by deviation), `sensitivity.py` (which layer can lose how much), `holding.py` (puts the
masks on), `schedule.py` (when, and how far each time). Masks that let weights come back: `regrowth.py`. From which
weights to train what is left: `lottery.py`. How alike two prunings are: `mask_algebra.py`.

Whole neurons and filters: `structure.py`, which asks `channels.py` (which channels belong together), `importance.py`
(which matter least) and `surgery.py` (take them out for real). Whole residual blocks: `depth.py`.
Channels that training itself gives up: `slimming.py`. Both kinds together: `hybrid.py`.

Zeros that pay: `patterns.py` (N:M, which hardware skips), `sparse.py` (rows without their zeros, multiplied),
`compact.py` (which encoding is the smallest). What the loss says about a weight or a channel: `saliency.py`.
"""

from minicompress.pruning.allocation import deviation_masks, global_masks, local_masks
from minicompress.pruning.channels import ChannelGroup, coupled_channels
from minicompress.pruning.compact import RelativeIndices, SizeLedger, relative_indices, size_ledgers
from minicompress.pruning.depth import block_influence, layer_pruning, remove_blocks
from minicompress.pruning.holding import hold_masks
from minicompress.pruning.hybrid import hybrid_pruning
from minicompress.pruning.importance import (
    batch_norm_scale,
    l1_norm,
    l2_norm,
    mean_activation,
    nonzero_activation,
    random_importance,
)
from minicompress.pruning.lottery import LotteryRound, lottery_rounds, prune_survivors, ticket
from minicompress.pruning.magnitude import magnitude_mask
from minicompress.pruning.mask import Mask
from minicompress.pruning.mask_algebra import (
    chance_jaccard,
    complement,
    density,
    intersection,
    jaccard,
    shuffled,
    union,
)
from minicompress.pruning.patterns import PackedNM, n_m_mask, n_m_sparsity, pack_n_m
from minicompress.pruning.regrowth import DynamicMask
from minicompress.pruning.report import LayerSparsity, PruningReport, pruning_report, sparsity
from minicompress.pruning.saliency import obd_saliency, taylor_importance, taylor_saliency
from minicompress.pruning.schedule import gradual, iterative, one_shot, sparsity_at
from minicompress.pruning.sensitivity import sensitivity_scan, tolerated_sparsities
from minicompress.pruning.slimming import L1Penalty, network_slimming, penalize_scales
from minicompress.pruning.sparse import CSR, compress_rows
from minicompress.pruning.structure import structure_pruning
from minicompress.pruning.surgery import keep_channels
from minicompress.pruning.weight import weight_pruning

__all__ = [
    "CSR",
    "ChannelGroup",
    "DynamicMask",
    "L1Penalty",
    "LayerSparsity",
    "LotteryRound",
    "Mask",
    "PackedNM",
    "PruningReport",
    "RelativeIndices",
    "SizeLedger",
    "batch_norm_scale",
    "block_influence",
    "chance_jaccard",
    "complement",
    "compress_rows",
    "coupled_channels",
    "density",
    "deviation_masks",
    "global_masks",
    "gradual",
    "hold_masks",
    "hybrid_pruning",
    "intersection",
    "iterative",
    "jaccard",
    "keep_channels",
    "l1_norm",
    "l2_norm",
    "layer_pruning",
    "local_masks",
    "lottery_rounds",
    "magnitude_mask",
    "mean_activation",
    "n_m_mask",
    "n_m_sparsity",
    "network_slimming",
    "nonzero_activation",
    "obd_saliency",
    "one_shot",
    "pack_n_m",
    "penalize_scales",
    "prune_survivors",
    "pruning_report",
    "random_importance",
    "relative_indices",
    "remove_blocks",
    "sensitivity_scan",
    "shuffled",
    "size_ledgers",
    "sparsity",
    "sparsity_at",
    "structure_pruning",
    "taylor_importance",
    "taylor_saliency",
    "ticket",
    "tolerated_sparsities",
    "union",
    "weight_pruning",
]
