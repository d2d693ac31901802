"""Descriptions of layers and transforms as JSON: the class and the arguments of its constructor, without arrays.

    describe(layer) = {"layer": class name, "config": layer.config()}                        build is its inverse
    describe_transform(t) = {"transform": class name, "config": t.config(), "arrays": names}       build_transform

`build` looks names up in a register of classes, so that a file can name only registered layers and transforms, never
arbitrary code. A class outside `minicompress.nn` is registered when its package is imported; the description contains
the package, so that `build` can import it.

Left out: arrays (`storage.py` keeps them beside the description) and the state of random generators.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import re
from typing import TypeVar

from minicompress._base import arguments
from minicompress.nn.layer import Layer
from minicompress.nn.parameter import WeightTransform

__all__ = ["build", "build_transform", "describe", "describe_transform", "register"]

_KINDS = {}
Kind = TypeVar("Kind", bound=type)  # the decorated class


def register(kind: Kind) -> Kind:
    """Class decorator: let `save` and `load` know a class of Layer or WeightTransform by its name.

    Raises ValueError if another class has the name already.

    >>> @register
    ... class DoctestLayer(Layer):
    ...     pass
    >>> describe(DoctestLayer())
    {'layer': 'DoctestLayer', 'config': {}}
    >>> _ = _KINDS.pop('DoctestLayer')
    """
    if not isinstance(kind, type) or not issubclass(kind, (Layer, WeightTransform)):
        arguments.reject("register", "kind", "a class of Layer or WeightTransform", kind)
    known = _KINDS.get(kind.__name__, kind)
    if (known.__module__, known.__qualname__) != (kind.__module__, kind.__qualname__):
        what = "transform" if issubclass(kind, WeightTransform) else "layer"
        raise ValueError(f"register: the {what} name {kind.__name__!r} is taken by {known.__module__}")
    _KINDS[kind.__name__] = kind
    return kind


def describe(layer):
    """Return the description of a layer, a dict of JSON values. ValueError if its class is not registered."""
    name = type(layer).__name__
    if _KINDS.get(name) is not type(layer):
        raise ValueError(f"describe: the layer class {name!r} must be registered first, with nn.register")
    return {"layer": name, "config": layer.config()} | _room(layer)


def build(description, *, rng):
    """Return a new layer from its description; `rng` draws its first weights and its dropout masks.

    Raises ValueError for an unknown layer and for a configuration that its constructor refuses.
    """
    try:
        name, config = description["layer"], dict(description["config"])
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"build: a layer's description must hold 'layer' and 'config', got {description!r}") from None
    kind = _kind("layer", name, description)
    try:
        if hasattr(kind, "from_config"):
            return kind.from_config(config, rng=rng)
        if "rng" in inspect.signature(kind).parameters:
            config["rng"] = rng
        return kind(**config)
    except (TypeError, KeyError) as error:
        raise ValueError(f"build: {name} does not take {config!r} ({error})") from None


def describe_transform(transform, where):
    """Return the description of a transform, a dict of JSON values; ValueError if it cannot be described.

    `where` is the name of its Parameter, for the message.
    """
    name = type(transform).__name__
    try:
        if _KINDS.get(name) is not type(transform):
            raise ValueError("its class is not registered with nn.register")
        description = {"transform": name, "config": transform.config(), "arrays": sorted(transform.arrays())}
        description |= _room(transform)
        json.dumps(description)
    except (NotImplementedError, TypeError, ValueError) as error:
        reason = "it has no config()" if isinstance(error, NotImplementedError) else error
        advice = "bake() writes what the network sees into the weights and drops it"
        raise ValueError(f"save: the transform {name} on {where} cannot be stored: {reason}; {advice}") from None
    return description


def build_transform(description, arrays, *, rng):
    """Return a transform from its description and its arrays; `rng` goes to transforms that draw random numbers.

    Raises ValueError for an unknown transform and for a configuration that it refuses.
    """
    try:
        name, config = description["transform"], dict(description["config"])
    except (TypeError, KeyError, ValueError):
        what = "a transform's description must hold 'transform' and 'config'"
        raise ValueError(f"build: {what}, got {description!r}") from None
    kind = _kind("transform", name, description)
    try:
        return kind.from_config(config, arrays, rng=rng)
    except (TypeError, KeyError) as error:
        raise ValueError(f"build: {name} does not take {config!r} ({error})") from None


def _room(thing):
    """Return the package of this project, other than `minicompress.nn`, that registers the class, or nothing."""
    package, _, module = type(thing).__module__.partition(".")
    room = f"{package}.{module.partition('.')[0]}"
    return {"room": room} if package == "minicompress" and room != "minicompress.nn" else {}


def _kind(what, name, description):
    room = description.get("room")
    if name not in _KINDS and isinstance(room, str) and re.fullmatch(r"minicompress\.[a-z_]+", room):
        with contextlib.suppress(ImportError):
            importlib.import_module(room)
    known = {key: kind for key, kind in _KINDS.items() if issubclass(kind, WeightTransform) == (what == "transform")}
    if name not in known:
        advice = "import the module that registers it"
        raise ValueError(f"build: unknown {what} {name!r} (known: {', '.join(sorted(known))}); {advice}")
    return known[name]
