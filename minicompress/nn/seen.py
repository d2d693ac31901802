"""The weights that a network computes with: `layer.weights` after their masks and quantizers.

    layer.weights                       the float32 masters: write into these
    seen = fk(...f2(f1(master)))        what is multiplied: count zeros, measure errors and store these

The transforms hang on the Parameters: `parameter.py`.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential

__all__ = ["check_layers", "check_sequential", "each_weight", "master_weights", "seen_weights", "weight_parameters"]


def each_weight(model):
    """Yield (name, w, parameter) for each weight array of a model, in the order of `model.layers` and `layer.weights`.

    `name` is index and type of the layer, such as "3.Linear"; `w` the master, which may be written into; `parameter`
    its Parameter, or None in a layer without `weight_parameters()`, a stand-in that has `.weights` alone.
    """
    for i, layer in enumerate(model.layers):
        name = f"{i}.{type(layer).__name__}"
        if hasattr(layer, "weight_parameters"):
            for parameter in layer.weight_parameters():
                yield name, parameter.value, parameter
        else:
            for w in layer.weights:
                yield name, w, None


def weight_parameters(model):
    """Return the weight Parameters of a model, a list; stand-ins have none."""
    return [parameter for _, _, parameter in each_weight(model) if parameter is not None]


def master_weights(model):
    """Return the master arrays of a model's weights, a list; writing into them acts at the next forward."""
    return [w for _, w, _ in each_weight(model)]


def seen_weights(model):
    """Return the weight arrays of a model as the network sees them, a list; a stand-in's are its `.weights`."""
    return [w if parameter is None else parameter.effective() for _, w, parameter in each_weight(model)]


def check_layers(owner, model, argument="model"):
    """Raise ValueError unless `model` has `.layers`, a network or a stand-in for one."""
    if not np.iterable(getattr(model, "layers", None)):
        arguments.reject(owner, argument, "a model, such as a Sequential", model)


def check_sequential(owner, model, argument="model"):
    """Raise ValueError unless `model` is a Sequential, which can be copied and run."""
    if not isinstance(model, Sequential):
        arguments.reject(owner, argument, "a Sequential", model)
