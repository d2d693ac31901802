"""Attach quantizers to the weights of a network.

    Parameter.transforms: ..., transform          the network sees the weight through it from now on

    attach_quantizers(model, FakeQuantize(4))                 4 bits for all weights: each gets a copy of its own
    attach_quantizers(model, FakeQuantize(8), layers=[0, -1])              or for the weights of some layers
    attach_quantizers(model, [uniform_bits(8), None, uniform_bits(4)])     or one method for each weight array

Then train, and call `model.bake()`. A transform keeps what its backward needs, so every weight gets its own; random
generators are shared, because copies would draw the same numbers for all weights.
"""

import copy

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.nn.parameter import WeightTransform
from minicompress.nn.seen import check_sequential

__all__ = ["attach_quantizers"]


def attach_quantizers(model: nn.Sequential, methods, *, layers=None) -> None:
    """Append to each weight, in place, the transform of its method; train or `model.bake()` afterwards.

    Parameters
    ----------
    model : Sequential, changed in place.
    methods : one method for all weights, or a list with one per weight array of the layers, in order. A method is a
        WeightTransform, of which each weight gets a copy; a function without arguments that returns a WeightTransform;
        a `StorageMethod` of `mixed/hybrid.py`; or None, which does not change the weight.
    layers : a list of layers with weights, by their index in `model.layers`, such as [0, -1], or by name, such as
        "3.body.0" inside a Residual; all by default.

    Raises ValueError, with nothing changed, for a list of another length, for what is not a method, and for a
    layer without weights.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> from minicompress.quantization import FakeQuantize
    >>> attach_quantizers(model, FakeQuantize(4))
    >>> model.weight_parameters()[0].transforms
    [FakeQuantize(4)]
    """
    check_sequential("attach_quantizers", model)
    parameters = model.weight_parameters() if layers is None else _choose_weights(model, layers)
    methods = list(methods) if isinstance(methods, (list, tuple)) else [methods] * len(parameters)
    if len(methods) != len(parameters):
        arguments.reject("attach_quantizers", "methods", f"{len(parameters)}, one for each weight array", len(methods))
    for parameter, transforms in [(p, make_transforms(method)) for p, method in zip(parameters, methods, strict=True)]:
        parameter.transforms += transforms


def make_transforms(method):
    """Return a list with a new transform of the method, for one weight; an empty list for None."""
    make = getattr(method, "transform", method)
    if make is None:
        return []
    if isinstance(make, WeightTransform):
        generators = (value for value in vars(make).values() if isinstance(value, np.random.Generator))
        return [copy.deepcopy(make, {id(generator): generator for generator in generators})]
    transform = make() if callable(make) else make
    if not isinstance(transform, WeightTransform):
        expected = "a WeightTransform such as FakeQuantize(4), a function that makes one, a StorageMethod or None"
        arguments.reject("attach_quantizers", "methods", expected, method)
    return [transform]


def _choose_weights(model, layers):
    """Return the weights of the layers, each once, in order of execution."""
    weights = {id(parameter) for parameter in model.weight_parameters()}
    named = {name: p for name, p in model.named_parameters().items() if id(p) in weights}
    if not np.iterable(layers) or isinstance(layers, str):
        arguments.reject("attach_quantizers", "layers", "a list of indices or names of layers", layers)
    chosen = set()
    for layer in layers:
        count = len(model.layers)
        if not isinstance(layer, str):
            layer = arguments.whole_number("attach_quantizers", "layers", layer, low=-count, high=count - 1) % count
        own = {name for name in named if name.startswith(f"{layer}.")}
        if not own:
            arguments.reject("attach_quantizers", "layers", f"layers with weights, those of {', '.join(named)}", layer)
        chosen |= own
    return [parameter for name, parameter in named.items() if name in chosen]
