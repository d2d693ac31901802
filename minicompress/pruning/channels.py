"""Which channels must be removed together, and which arrays hold a part of each?

    y = w x + b          a Linear or Conv2d makes new channels: rows of w, b; whoever reads them has columns of theirs
    y = f(x)             activation, pooling, batch norm, depthwise convolution: the channels pass through
    y = body(x) + x      channel j of both summands is one channel: their makers are coupled

So the model is walked once, and each array is entered in the group of the channels that it makes, passes on or reads.
An addition joins two groups into one. Through a Flatten one channel becomes h w features, so a reader behind it has h w
columns for each.

A group is fixed, and not listed, if the network's input or its logits are part of it: in a residual network that can be
every block of a stage. Source: Li et al. 2017 (arXiv:1608.08710), figures 1 and 4, for the two cases; Fang et al. 2023
(arXiv:2301.12900, "DepGraph"), for groups found from the graph.

Left out: concatenation, and any layer whose channels are not known here; such a model is refused.
Next: `surgery.py`, which cuts a group.
"""

import math
from dataclasses import dataclass, field

from minicompress import nn

__all__ = ["ChannelGroup", "coupled_channels", "named_layers"]

_PASSING = (nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Flatten, nn.Dropout, nn.MaxPool2d, nn.AvgPool2d, nn.GlobalAvgPool2d)


@dataclass
class ChannelGroup:
    """Channels that live and die together in several layers, which are named as in "3" or "4.body.0".

    Attributes
    ----------
    size : int, the number of channels, or None for those of an input that nothing has read yet.
    makers : Linear and Conv2d layers whose outputs they are.
    passers : batch norms and depthwise convolutions that they pass through.
    readers : Linear and Conv2d layers whose inputs they are.
    blocks : int. Grouped convolutions cut the channels into so many equal blocks; each must keep equally many.
    """

    size: int | None
    makers: list = field(default_factory=list)
    passers: list = field(default_factory=list)
    readers: list = field(default_factory=list)
    blocks: int = 1

    @property
    def name(self):
        """The name of its first maker."""
        return self.makers[0]


def coupled_channels(model):
    """Return a ChannelGroup for each set of channels of a Sequential that may be removed, in order of execution.

    Raises ValueError for a layer whose channels are not known, and for an addition of channels that do not match.
    """
    walk = _Walk()
    source = walk.open(None)
    logits = walk.sequence(model.layers, "", source)
    fixed = {id(walk.find(end)) for end in (source, logits)}
    return [group for group in walk.groups if walk.find(group) is group and id(group) not in fixed]


def named_layers(model):
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
    """Groups as a union-find structure: what was joined points to the group that it is now part of."""

    def __init__(self):
        self.groups = []
        self.joined = {}

    def open(self, size, maker=None):
        group = ChannelGroup(size, [] if maker is None else [maker])
        self.groups.append(group)
        return group

    def find(self, group):
        while id(group) in self.joined:
            group = self.joined[id(group)]
        return group

    def sequence(self, layers, prefix, group):
        """Enter every layer; return the group of what comes out."""
        for index, layer in enumerate(layers):
            group = self.layer(layer, f"{prefix}{index}", self.find(group))
        return self.find(group)

    def layer(self, layer, name, group):
        if isinstance(layer, nn.Residual):
            body = self.sequence(layer.body.layers, f"{name}.body.", group)
            return self.join(body, self.sequence(layer.shortcut.layers, f"{name}.shortcut.", group), name)
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)) or _is_depthwise(layer):
            group.passers.append(name)
        elif isinstance(layer, (nn.Linear, nn.Conv2d)):
            return self.read(layer, name, group)
        elif not isinstance(layer, _PASSING):
            raise ValueError(f"coupled_channels: layer {name} must be one whose channels are known, got {layer!r}")
        return group

    def read(self, layer, name, group):
        group.readers.append(name)
        groups = getattr(layer, "groups", 1)
        group.blocks = math.lcm(group.blocks, groups)
        made = self.open(layer.out_channels if isinstance(layer, nn.Conv2d) else layer.out_features, name)
        made.blocks = groups
        return made

    def join(self, one, other, name):
        one, other = self.find(one), self.find(other)
        if one is other:
            return one
        if None not in (one.size, other.size) and one.size != other.size:
            raise ValueError(
                f"coupled_channels: {name} must add equally many channels, got {one.size} and {other.size}"
            )
        first, second = sorted((one, other), key=lambda group: next(i for i, g in enumerate(self.groups) if g is group))
        first.size = first.size or second.size
        for names, more in zip(_members(first), _members(second), strict=True):
            names += more
        first.blocks = math.lcm(first.blocks, second.blocks)
        self.joined[id(second)] = first
        return first


def _members(group):
    return group.makers, group.passers, group.readers


def _is_depthwise(layer):
    return isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels == layer.out_channels > 1
