"""The weights that a network computes with: `layer.weights` after their masks and quantizers.

    layer.weights                       the float32 masters: write into these
    seen = fk(...f2(f1(master)))        what is multiplied: count zeros, measure errors and store these

Next: `parameter.py`, where the transforms hang.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential

__all__ = ["check_layers", "check_sequential", "seen_weights"]


def seen_weights(model):
    """Return the weight arrays of a model as the network sees them, in the order of `layer.weights`.

    Layers without `weight_parameters()`, stand-ins that have `.weights` alone, give these as they are.
    """
    seen = []
    for layer in model.layers:
        if hasattr(layer, "weight_parameters"):
            seen += [parameter.effective() for parameter in layer.weight_parameters()]
        else:
            seen += layer.weights
    return seen


def check_layers(owner, model, argument="model"):
    """Raise ValueError unless `model` has `.layers`, a network or a stand-in for one."""
    if not np.iterable(getattr(model, "layers", None)):
        arguments.reject(owner, argument, "a model, such as a Sequential", model)


def check_sequential(owner, model, argument="model"):
    """Raise ValueError unless `model` is a Sequential, which can be copied and run."""
    if not isinstance(model, Sequential):
        arguments.reject(owner, argument, "a Sequential", model)
