"""The computed numbers of the card pruning/residual_coupling, in the order of its tables, row by row."""

import numpy as np

from minicompress import nn
from minicompress.pruning import coupled_channels, keep_channels
from minicompress.pruning.criteria import l2_norm
from minicompress.pruning.structured.structure import strongest

GIVEN = {}


def numbers():
    model = resnet20(np.random.default_rng(0))
    groups = coupled_channels(model)
    inner = [group for group in groups if len(group.makers) == 1]
    stages = [group for group in groups if len(group.makers) > 1]
    dense = model.summary()
    table = {
        "groups of one layer": f"{len(inner)}",
        "groups of a stage": f"{len(stages)}",
        "convolutions in each": " / ".join(str(len(group.makers)) for group in stages),
    }
    for name, cut in {"nothing": [], "inner": inner, "stages": stages, "all": inner + stages}.items():
        summary = keep_channels(model, {g.name: strongest(l2_norm(model, g), g.size // 2) for g in cut}).summary()
        table[f"{name}: parameters"] = f"{summary.parameters:,}"
        table[f"{name}: of dense"] = f"{summary.parameters / dense.parameters:.1%}"
        table[f"{name}: MACs"] = f"{summary.macs:,}"
        table[f"{name}: MACs of dense"] = f"{summary.macs / dense.macs:.1%}"
    return table


def resnet20(rng):
    """The network of He et al. 2015 for 32 x 32 images, three stages of three blocks, with projections between."""

    def conv(inputs, outputs, stride=1, kernel=3):
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False, rng=rng)
        return [convolution, nn.BatchNorm2d(outputs)]

    layers, inputs = [*conv(3, 16), nn.ReLU()], 16
    for width in (16, 32, 64):
        for _ in range(3):
            stride = 1 if inputs == width else 2
            shortcut = None if inputs == width else conv(inputs, width, stride, 1)
            body = [*conv(inputs, width, stride), nn.ReLU(), *conv(width, width)]
            layers += [nn.Residual(*body, shortcut=shortcut), nn.ReLU()]
            inputs = width
    layers += [nn.GlobalAvgPool2d(), nn.Flatten(), nn.Linear(64, 10, rng=rng)]
    return nn.Sequential(layers, input_shape=(3, 32, 32))
