"""Surgery: cuts channels out of a trained network; the result computes as if their readers' columns were zero.

    maker     w <- w[keep],     b <- b[keep]                    rows of the layer that makes the channel
    passer    gamma, beta, running mean and variance [keep]     batch norm; a depthwise convolution's filter
    reader    w <- w[:, keep]                                   columns of every layer that reads it

Behind a Flatten, channel j is the columns j h w ... (j + 1) h w - 1; behind a depthwise convolution of multiplier k,
the features j k ... (j + 1) k - 1. In a grouped convolution the columns are counted from the start of each group. Every
array gets smaller: parameters, MACs and bytes go down without any sparse format. The result equals the old model
with the readers' columns at zero, for any activation. Zeroing the maker's rows gives the same only if a zero stays zero
on the way to the readers: it does not with a sigmoid, nor with batch norm's beta.

Masks are cut together with their weights. Other transforms raise ValueError, because a scale or a codebook was chosen
for the whole array: call `parameter.bake()` first.

Left out: absorbing a removed channel's constant output into the reader's bias, as `slimming.py` does.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.parameter import Parameter
from minicompress.nn.seen import check_sequential
from minicompress.pruning.channels import coupled_channels, named_layers
from minicompress.pruning.masks.mask import Mask

__all__ = ["keep_channels"]


def keep_channels(model: Sequential, keep: Mapping[str, Sequence[int]]) -> Sequential:
    """Return a new, smaller model with only the given channels of the named groups; `model` does not change.

    Parameters
    ----------
    model : Sequential.
    keep : {name: indices}. The name of any maker in a group of `coupled_channels(model)`; the channels that stay, whole
        numbers in increasing order, at least one.

    Gradients start at zero. Make a new optimizer: the state of an old one has the old shapes.

    Raises
    ------
    ValueError : a name of no removable group, or two of the same; indices that do not exist; in front of a grouped
        convolution, not equally many in each of its groups; a transform other than a Mask on a weight that is cut.

    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> smaller = keep_channels(model, {"1": [0, 2, 5]})
    >>> [layer.weights[0].shape for layer in smaller.layers if layer.weights]
    [(3, 4), (3, 3)]
    """
    check_sequential("keep_channels", model)
    groups = {maker: group for group in coupled_channels(model) for maker in group.makers}
    if not hasattr(keep, "items"):
        arguments.reject("keep_channels", "keep", "a dict of a layer's name to indices", keep)
    for name in keep:
        if name not in groups:
            arguments.reject("keep_channels", "keep", f"for names among {', '.join(groups) or 'none at all'}", name)
    if len({id(groups[name]) for name in keep}) < len(keep):
        arguments.reject("keep_channels", "keep", "for each group at most one of its makers", list(keep))
    smaller = model.copy()
    layers = named_layers(smaller)
    for name, indices in keep.items():
        _cut(layers, groups[name], _check_indices(indices, groups[name]))
    return smaller


def _check_indices(keep, group):
    keep = np.asarray(keep)
    whole = keep.ndim == 1 and keep.size and np.issubdtype(keep.dtype, np.integer)
    if whole:
        keep = keep.astype(np.int64)  # differences and products of uint8 indices would wrap around
    if not whole or keep[0] < 0 or keep[-1] >= group.size or np.any(np.diff(keep) <= 0):
        expected = f"for {group.name} at least one increasing index from 0 to {group.size - 1}"
        arguments.reject("keep_channels", "keep", expected, keep.tolist())
    in_block = np.bincount(keep * group.blocks // group.size, minlength=group.blocks)
    if len(set(in_block.tolist())) > 1:
        expected = f"for {group.name} equally many in each of its {group.blocks} blocks"
        arguments.reject("keep_channels", "keep", expected, in_block.tolist())
    return keep


def _cut(layers, group, keep):
    for name in group.makers:
        _cut_outputs(layers[name], keep, group.size)
    for name in group.passers:
        _cut_passer(layers[name], keep, group.size)
    for name in group.readers:
        _cut_inputs(layers[name], keep, group.size)


def _cut_outputs(layer, keep, size):
    rows = _features(keep, len(layer.weight.value) // size)
    layer.weight = _cut_parameter(layer.weight, lambda w: w[rows])
    if layer.bias is not None:
        layer.bias = _cut_parameter(layer.bias, lambda b: b[rows])
    if isinstance(layer, nn.Conv2d):
        layer.out_channels = len(rows)
    else:
        layer.out_features = len(rows)


def _cut_passer(layer, keep, size):
    if isinstance(layer, nn.Conv2d):  # depthwise: one filter for each feature, or several
        _cut_outputs(layer, keep, size)
        layer.in_channels = layer.groups = len(keep) * (layer.in_channels // size)
        return
    features = _features(keep, layer.num_features // size)
    layer.gamma = _cut_parameter(layer.gamma, lambda a: a[features])
    layer.beta = _cut_parameter(layer.beta, lambda a: a[features])
    layer.running_mean, layer.running_var = layer.running_mean[features], layer.running_var[features]
    layer.num_features = len(features)


def _cut_inputs(layer, keep, size):
    if isinstance(layer, nn.Linear):
        columns = _features(keep, layer.in_features // size)
        layer.weight = _cut_parameter(layer.weight, lambda w: w[:, columns])
        layer.in_features = len(columns)
        return
    features = _features(keep, layer.in_channels // size)
    in_group = layer.in_channels // layer.groups
    # Equally many in each group, so the columns are a table with a row for each group, and each filter takes its own.
    columns = (features % in_group).reshape(layer.groups, -1)
    columns = np.repeat(columns, layer.out_channels // layer.groups, axis=0)[:, :, None, None]
    layer.weight = _cut_parameter(layer.weight, lambda w: np.take_along_axis(w, columns, axis=1))
    layer.in_channels = len(features)


def _features(keep, each):
    """The features of channels that have `each` in a row, as Flatten and depthwise convolutions lay them out."""
    return (keep[:, None] * each + np.arange(each)).ravel()


def _cut_parameter(parameter, cut):
    for transform in parameter.transforms:
        if type(transform) is not Mask:
            raise ValueError(f"keep_channels: a weight to cut must carry masks alone (bake() it), got {transform!r}")
    smaller = Parameter(cut(parameter.value))
    smaller.transforms = [Mask(cut(transform.m)) for transform in parameter.transforms]
    return smaller
