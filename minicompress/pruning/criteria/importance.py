"""Importance of channels: scores of neurons and filters; the lowest are removed first.

    l1, l2         |w_j|, over all weights that make channel j           no data (Li et al. 2017, arXiv:1608.08710)
    mean           mean |x_j| of what the next layer reads               data
    nonzero        1 - APoZ, the share of x_j that is not zero           data (Hu et al. 2016, arXiv:1607.03250)
    scale          |gamma_j| of its batch norm                           no data (Liu et al. 2017, arXiv:1708.06519)
    random         the baseline: a criterion that does not beat it measures nothing

The norm of the weights does not show what follows: a large filter whose batch norm has gamma near 0 does nothing, and a
ReLU can be dead however large its weights are. The input of the next layer shows both.

Each criterion here is a function of a model and a `ChannelGroup` that returns `size` numbers, larger for what matters
more. Where several layers make one channel (residual blocks), norms and means run over all of them together.
"""

from collections.abc import Callable

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_sequential
from minicompress.pruning.channels import ChannelGroup, named_layers

__all__ = [
    "batch_norm_scale",
    "l1_norm",
    "l2_norm",
    "layer_inputs",
    "mean_activation",
    "nonzero_activation",
    "random_importance",
]


def l1_norm(model: Sequential, group: ChannelGroup) -> np.ndarray:
    """Return the sum of |w| over the weights that make each channel, shape (size,). Biases do not count.

    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> group = ChannelGroup(8, makers=["1"], readers=["3"])
    >>> l1_norm(model, group).shape
    (8,)
    """
    return sum(np.abs(w).sum(axis=1) for w in _weights_by_channel("l1_norm", model, group))


def l2_norm(model: Sequential, group: ChannelGroup) -> np.ndarray:
    """Return the root of the sum of w^2 over the weights that make each channel, shape (size,).

    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> group = ChannelGroup(8, makers=["1"], readers=["3"])
    >>> l2_norm(model, group).shape
    (8,)
    """
    rows = list(_weights_by_channel("l2_norm", model, group))
    # In units of the largest weight: squares of float64 numbers may be too large or too small for a float.
    unit = max(float(np.max(np.abs(w), initial=0)) for w in rows) or 1.0
    return unit * np.sqrt(sum(np.square(w / unit).sum(axis=1) for w in rows))


def batch_norm_scale(model: Sequential, group: ChannelGroup) -> np.ndarray:
    """Return |gamma| of each channel, shape (size,); the mean over the batch norms it passes, if there are several.

    Unlike norms of weights it can be compared across layers, because batch norm gives every channel the same spread
    before gamma scales it. It means little unless training has pushed gamma down (`pruning/structured/slimming.py`).

    Raises ValueError for a group that passes no batch norm.

    >>> rng = np.random.default_rng(0)
    >>> model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3, rng=rng))
    >>> model.layers[1].gamma.value[...] = np.arange(8)
    >>> batch_norm_scale(model, ChannelGroup(8, makers=["0"], passers=["1"], readers=["3"])).tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    """
    layers = _layers("batch_norm_scale", model, group)
    norms = [layers[name] for name in group.passers if hasattr(layers[name], "gamma")]
    if not norms:
        raise ValueError(f"batch_norm_scale: the channels of {group.name} must pass a batch norm, got none")
    scales = [np.abs(norm.gamma.value.astype(np.float64)).reshape(group.size, -1).mean(axis=1) for norm in norms]
    return np.mean(scales, axis=0)


def random_importance(*, rng: np.random.Generator) -> Callable:
    """Return a criterion that scores every channel at random, uniform in [0, 1).

    >>> importance = random_importance(rng=np.random.default_rng(0))
    >>> importance(None, ChannelGroup(8)).shape
    (8,)
    """
    rng = arguments.generator("random_importance", "rng", rng)
    return lambda model, group: rng.random(group.size)


def mean_activation(x: np.ndarray) -> Callable:
    """Return a criterion: the mean |activation| of each channel for a batch x, as its readers see it.

    Raises ValueError for an x that is empty or not finite.

    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> group = ChannelGroup(8, makers=["1"], readers=["3"])
    >>> mean_activation(np.ones((5, 4)))(model, group).shape
    (8,)
    """
    x = _batch("mean_activation", x)
    return lambda model, group: np.mean(
        [np.abs(seen).mean(axis=(0, 2)) for seen in _read_activations(model, group, x)], axis=0
    )


def nonzero_activation(x: np.ndarray) -> Callable:
    """Return a criterion: the fraction of activations of each channel that are not zero, 1 - APoZ, for a batch x.

    Differs from the paper: counted behind the pooling, where the next layer reads, and not right behind the ReLU.
    Raises ValueError for an x that is empty or not finite.

    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> group = ChannelGroup(8, makers=["1"], readers=["3"])
    >>> nonzero_activation(np.ones((5, 4)))(model, group).shape
    (8,)
    """
    x = _batch("nonzero_activation", x)
    return lambda model, group: np.mean(
        [(seen != 0).mean(axis=(0, 2)) for seen in _read_activations(model, group, x)], axis=0
    )


def layer_inputs(model: Sequential, x: np.ndarray) -> dict[str, np.ndarray]:
    """Return {name: input} of every layer in inference mode for a batch x, with the names of `named_layers`.

    >>> model = nn.zoo.mlp([4, 8, 3], rng=np.random.default_rng(0))
    >>> {name: h.shape for name, h in layer_inputs(model, np.ones((5, 4))).items()}
    {'0': (5, 4), '1': (5, 4), '2': (5, 8), '3': (5, 8)}
    """
    inputs = {}
    _record(model.copy(), "", np.asarray(x), inputs)
    return inputs


def _batch(owner, x):
    x = arguments.array(owner, "x", x, finite=True)
    if not x.size:
        arguments.reject(owner, "x", "a batch of one input or more", f"shape {x.shape}")
    return x


def _layers(owner, model, group):
    check_sequential(owner, model)
    if not isinstance(group, ChannelGroup):
        arguments.reject(owner, "group", "a ChannelGroup, as `coupled_channels` returns them", group)
    return named_layers(model)


def _weights_by_channel(owner, model, group):
    """The weights of each maker as the network sees them, one row for each channel, in float64."""
    layers = _layers(owner, model, group)
    for name in group.makers:
        yield layers[name].weight.effective().reshape(group.size, -1).astype(np.float64)


def _read_activations(model, group, x):
    """What each reader of the group gets for x, as (n, size, values of a channel)."""
    inputs = layer_inputs(model, x)
    return [inputs[name].reshape(len(x), group.size, -1).astype(np.float64) for name in group.readers]


def _record(sequential, prefix, x, inputs):
    """Run in inference mode, keeping the input of every layer by its name."""
    for index, layer in enumerate(sequential.layers):
        name = f"{prefix}{index}"
        inputs[name] = x
        if isinstance(layer, nn.Residual):
            x = sum(_record(getattr(layer, branch), f"{name}.{branch}.", x, inputs) for branch in ("body", "shortcut"))
        else:
            x = layer.forward(x)
    return x
