"""Channel groups: the channels that must be removed together, and the arrays that have a part of each.

    y = w x + b          a Linear or Conv2d makes new channels, rows of w and b; their readers have columns for them
    y = f(x)             activation, pooling, batch norm, depthwise convolution: the channels pass through; a depthwise
                         convolution of multiplier k makes k features of each channel, which are removed with it
    y = body(x) + x      channel j of both summands is one channel: the layers that make it are coupled

The model is walked once, and each array is entered in the group of the channels that it makes, passes on or reads. An
addition joins two groups into one. A Flatten turns one channel into h w features, so a reader behind it has h w columns
per channel.

A group is fixed, and not listed, if the network's input or its logits are part of it: in a residual network that can be
every block of a stage. A depthwise convolution of the network's input makes new channels, in blocks.

Sources: Li et al. 2017 (arXiv:1608.08710), figures 1 and 4, for the two cases; Fang et al. 2023 (arXiv:2301.12900,
"DepGraph"), for groups found from the graph.

Left out: concatenation, and any layer whose channels are not known here; such a model raises ValueError.
"""

import math
from dataclasses import dataclass, field

from minicompress import nn
from minicompress.nn.containers import Sequential
from minicompress.nn.layer import Layer
from minicompress.nn.seen import check_sequential

__all__ = ["ChannelGroup", "coupled_channels", "named_layers"]

_PASSING = (nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Flatten, nn.Dropout, nn.MaxPool2d, nn.AvgPool2d, nn.GlobalAvgPool2d)


@dataclass
class ChannelGroup:
    """Channels that can only be removed together from several layers, which are named as in "3" or "4.body.0".

    Attributes
    ----------
    size : int, the number of channels; None for an input that no layer has read yet.
    makers : Linear and Conv2d layers whose outputs they are.
    passers : batch norms and depthwise convolutions that they pass through.
    readers : Linear and Conv2d layers whose inputs they are.
    blocks : int, the number of equal blocks of grouped convolutions; all blocks must keep equally many channels.

    >>> group = ChannelGroup(8, makers=["1"], readers=["3"])
    >>> group.name, group.size
    ('1', 8)
    """

    size: int | None
    makers: list = field(default_factory=list)
    passers: list = field(default_factory=list)
    readers: list = field(default_factory=list)
    blocks: int = 1

    @property
    def name(self) -> str:
        """The name of the first maker."""
        return self.makers[0]


def coupled_channels(model: Sequential) -> list[ChannelGroup]:
    """Return a ChannelGroup for each set of channels of a Sequential that may be removed, in order of execution.

    Raises ValueError for a layer whose channels are not known, and for an addition of channels that do not match.

    >>> import numpy as np
    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> [(group.makers, group.readers, group.size) for group in coupled_channels(model)]
    [(['1'], ['3'], 8)]
    """
    check_sequential("coupled_channels", model)
    walk = _Walk()
    source = walk.open(None)
    logits, _ = walk.sequence(model.layers, "", source, None)
    fixed = {id(walk.find(end)) for end in (source, logits, *walk.fixed)}
    return [group for group in walk.groups if walk.find(group) is group and id(group) not in fixed]


def named_layers(model: Sequential) -> dict[str, Layer]:
    """Return {name: layer} of a Sequential, the inner layers of a Residual as "4.body.0" and "4.shortcut.0"."""
    named = {}
    for index, layer in enumerate(model.layers):
        named[str(index)] = layer
        if isinstance(layer, nn.Residual):
            for branch in ("body", "shortcut"):
                inner = named_layers(getattr(layer, branch))
                named |= {f"{index}.{branch}.{name}": value for name, value in inner.items()}
    return named


class _Walk:
    """Groups as a union-find structure: a group that was joined points to the group that it is now part of.

    What flows from layer to layer is a group and its width: how many features there are, size or a multiple of it.
    """

    def __init__(self):
        self.groups, self.fixed = [], []
        self.joined = {}

    def open(self, size, maker=None):
        group = ChannelGroup(size, [] if maker is None else [maker])
        self.groups.append(group)
        return group

    def find(self, group):
        while id(group) in self.joined:
            group = self.joined[id(group)]
        return group

    def sequence(self, layers, prefix, group, width):
        """Enter every layer; return the group of what comes out, and its width."""
        for index, layer in enumerate(layers):
            group, width = self.layer(layer, f"{prefix}{index}", self.find(group), width)
        return self.find(group), width

    def layer(self, layer, name, group, width):
        if isinstance(layer, nn.Residual):
            body = self.sequence(layer.body.layers, f"{name}.body.", group, width)
            return self.join(body, self.sequence(layer.shortcut.layers, f"{name}.shortcut.", group, width), name)
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            group.passers.append(name)
        elif _is_depthwise(layer) and (group is not self.groups[0] or layer.in_channels == layer.out_channels):
            group.passers.append(name)
            width = layer.out_channels
        elif isinstance(layer, (nn.Linear, nn.Conv2d)):
            return self.read(layer, name, group, width)
        elif not isinstance(layer, _PASSING):
            raise ValueError(f"coupled_channels: layer {name} must be one whose channels are known, got {layer!r}")
        return group, width

    def read(self, layer, name, group, width):
        group.readers.append(name)
        self.cut_into(group, getattr(layer, "groups", 1))
        made = self.open(layer.out_channels if isinstance(layer, nn.Conv2d) else layer.out_features, name)
        made.blocks = getattr(layer, "groups", 1)
        return made, made.size

    def cut_into(self, group, blocks):
        group.blocks = math.lcm(group.blocks, blocks)
        if group.size is not None and group.size % group.blocks:
            self.fixed.append(group)  # a channel of several features would lie in two blocks

    def join(self, body, shortcut, name):
        one, other = self.find(body[0]), self.find(shortcut[0])
        widths = {width for width in (body[1], shortcut[1]) if width is not None}
        if len(widths) > 1:
            raise ValueError(
                f"coupled_channels: {name} must add equally many channels, got {body[1]} and {shortcut[1]}"
            )
        width = widths.pop() if widths else None
        if one is other:
            return one, width
        first, second = sorted((one, other), key=lambda group: next(i for i, g in enumerate(self.groups) if g is group))
        sizes = [group.size for group in (first, second) if group.size]
        for names, more in zip(_members(first), _members(second), strict=True):
            names += more
        # Where one side has several features for each channel, so has the other: the fewer and wider channels.
        first.size = math.gcd(*sizes) if sizes else None
        self.joined[id(second)] = first
        self.cut_into(first, second.blocks)
        return first, width


def _members(group):
    return group.makers, group.passers, group.readers


def _is_depthwise(layer):
    return isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels > 1
