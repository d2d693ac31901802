"""Pruning: which weights a network can do without, and how they stay at zero. Read in this order:

    weight.py       magnitude pruning of single weights
    report.py       how many weights are zero, layer by layer, and what that saves
    masks/          what holds them at zero while the rest is fine-tuned; N:M; masks that let weights come back
    ranking.py      how weights and scores are put in order, and the rule for ties
    criteria/       how many, and where: by layer, over all weights, by what the loss says
    schedule.py     when and how far each time
    lottery.py      from which weights to train what is left
    channels.py     which channels have to go together
    structured/     whole neurons, filters and residual blocks are removed, and the arrays shrink
    hybrid.py       structure first, then single weights
    encodings/      which encoding of the zeros is the smallest, and how a sparse matrix is multiplied

Sparsity is the share of the weights that are zero, in [0, 1]; `structure_pruning` alone takes a share of channels by
that name. Here are the names that a first use needs; the others are imported from their room:
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
