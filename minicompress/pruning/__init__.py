"""Pruning: which weights a network can do without, and how they stay at zero. Read in this order:

    weight.py       magnitude pruning of single weights
    report.py       how many weights are zero, layer by layer, and what that saves
    masks/          hold pruned weights at zero during fine-tuning; N:M masks; masks that let weights come back
    ranking.py      the order of weights and scores, and the rule for ties
    criteria/       how many weights to prune in which layer, and which matter least
    schedule.py     when to prune, and how far each time
    lottery.py      lottery tickets: from which weights to train the pruned network
    channels.py     which channels must be removed together
    structured/     remove whole neurons, filters and residual blocks, so that arrays shrink
    hybrid.py       structured pruning first, then single weights
    encodings/      sizes of sparse encodings, and products of sparse matrices

Sparsity is the share of the weights that are zero, in [0, 1]; only the parameter `sparsity` of `structure_pruning` is a
share of channels. This package exports the names for a first use; import the others from their subpackage:
`from minicompress.pruning.masks import mask_jaccard`.

>>> import numpy as np
>>> from minicompress import nn
>>> from minicompress.pruning import local_masks, hold_masks, pruning_report
>>> model = nn.zoo.lenet_300_100(rng=np.random.default_rng(0))
>>> hold_masks(model, local_masks(model, 0.9))
0.9
>>> print(pruning_report(model))
layer       shape  weights    kept  sparsity     MACs  kept MACs
1.Linear  300x784  235,200  23,520    90.00%  235,200     23,520
3.Linear  100x300   30,000   3,000    90.00%   30,000      3,000
5.Linear   10x100    1,000     100    90.00%    1,000        100
total              266,200  26,620    90.00%  266,200     26,620
266,610 parameters; float32: 1,066,440 bytes dense, 163,036 in sparse rows
"""

from minicompress.pruning.channels import coupled_channels
from minicompress.pruning.criteria.allocation import global_masks, local_masks
from minicompress.pruning.criteria.saliency import taylor_saliency
from minicompress.pruning.criteria.sensitivity import sensitivity_scan
from minicompress.pruning.encodings.compact import size_ledgers
from minicompress.pruning.encodings.sparse import CSR, compress_rows
from minicompress.pruning.hybrid import hybrid_pruning
from minicompress.pruning.lottery import lottery_rounds, lottery_ticket
from minicompress.pruning.masks.holding import hold_masks
from minicompress.pruning.masks.magnitude import magnitude_mask
from minicompress.pruning.masks.mask import Mask
from minicompress.pruning.masks.patterns import n_m_mask, n_m_sparsity
from minicompress.pruning.masks.regrowth import DynamicMask
from minicompress.pruning.report import pruning_report, sparsity
from minicompress.pruning.schedule import gradual, iterative, one_shot
from minicompress.pruning.structured.depth import layer_pruning
from minicompress.pruning.structured.slimming import network_slimming
from minicompress.pruning.structured.structure import structure_pruning
from minicompress.pruning.structured.surgery import keep_channels
from minicompress.pruning.weight import weight_pruning

__all__ = [
    "CSR",
    "DynamicMask",
    "Mask",
    "compress_rows",
    "coupled_channels",
    "global_masks",
    "gradual",
    "hold_masks",
    "hybrid_pruning",
    "iterative",
    "keep_channels",
    "layer_pruning",
    "local_masks",
    "lottery_rounds",
    "lottery_ticket",
    "magnitude_mask",
    "n_m_mask",
    "n_m_sparsity",
    "network_slimming",
    "one_shot",
    "pruning_report",
    "sensitivity_scan",
    "size_ledgers",
    "sparsity",
    "structure_pruning",
    "taylor_saliency",
    "weight_pruning",
]
