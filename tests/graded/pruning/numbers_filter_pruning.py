"""The computed numbers of the card pruning/filter_pruning, in the order of its tables, row by row."""

import numpy as np

from minicompress.nn import zoo
from minicompress.pruning import coupled_channels, keep_channels
from minicompress.pruning.criteria import l1_norm
from minicompress.pruning.structured.structure import strongest

GIVEN = {}


def numbers():
    model = zoo.lenet5(rng=np.random.default_rng(0))
    convolutions = [group for group in coupled_channels(model) if group.size < 500]  # the third is the linear layer's
    keep = {group.name: strongest(l1_norm(model, group), group.size // 2) for group in convolutions}
    before, after = model.summary(), keep_channels(model, keep).summary()
    table = {}
    for old, new in zip(before.rows, after.rows, strict=True):
        if old.parameters:
            table |= row(old.name, old, new)
    return table | row("total", before, after)


def row(name, old, new):
    return {
        f"{name}: parameters": f"{old.parameters:,}",
        f"{name}: parameters after": f"{new.parameters:,}",
        f"{name}: MACs": f"{old.macs:,}",
        f"{name}: MACs after": f"{new.macs:,}",
        f"{name}: MACs left": f"{new.macs / old.macs:.0%}",
    }
