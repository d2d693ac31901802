"""Access to all weights of a model: the master weights, and the weights that the network computes with.

    layer.weights                       the float32 masters: write into these
    seen = fk(...f2(f1(master)))        after masks and quantizers: count zeros, measure errors and store these

A Parameter has the transforms f1, ..., fk (`parameter.py`).
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential

__all__ = ["check_layers", "check_sequential", "each_weight", "master_weights", "seen_weights", "weight_parameters"]


def each_weight(model):
    """Yield (name, w, parameter) for each weight array of a model, in the order of `model.layers` and `layer.weights`.

    `name` is the index and the class of the layer, such as "3.Linear"; `w` is the master array, which may be written
    into; `parameter` is its Parameter, or None if the layer has only `.weights` and no `weight_parameters()`.
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
    """Return the list of the weight Parameters of a model; layers that have only `.weights` have none."""
    return [parameter for _, _, parameter in each_weight(model) if parameter is not None]


def master_weights(model):
    """Return the list of the master arrays of a model's weights; writing into them acts at the next forward."""
    return [w for _, w, _ in each_weight(model)]


def seen_weights(model):
    """Return the list of a model's weight arrays as the network sees them, after masks and quantizers."""
    return [w if parameter is None else parameter.effective() for _, w, parameter in each_weight(model)]


def check_layers(owner, model, argument="model"):
    """Raise ValueError unless `model` has a list `.layers`."""
    if not np.iterable(getattr(model, "layers", None)):
        arguments.reject(owner, argument, "a model, such as a Sequential", model)


def check_sequential(owner, model, argument="model"):
    """Raise ValueError unless `model` is a Sequential."""
    if not isinstance(model, Sequential):
        arguments.reject(owner, argument, "a Sequential", model)
