"""How is a network written down without its numbers? As the name of each layer's class and what its constructor takes.

    describe(layer) = {"layer": class name, "config": layer.config()}        build is its inverse

The names come from a register of classes, so that a file can only ever name layers and never arbitrary code.

Left out: arrays (`storage.py` keeps them beside the description) and the state of random generators.
"""

import inspect

__all__ = ["build", "describe", "register"]

_KINDS = {}


def register(kind):
    """Class decorator: let `save` and `load` know a Layer class by its name.

    Raises ValueError if another class has the name already.
    """
    known = _KINDS.get(kind.__name__, kind)
    if (known.__module__, known.__qualname__) != (kind.__module__, kind.__qualname__):
        raise ValueError(f"register: the layer name {kind.__name__!r} is taken by {known.__module__}")
    _KINDS[kind.__name__] = kind
    return kind


def describe(layer):
    """Return the JSON-able description of a layer. ValueError if its class is not registered."""
    name = type(layer).__name__
    if _KINDS.get(name) is not type(layer):
        raise ValueError(f"describe: the layer class {name!r} must be registered first, with nn.register")
    return {"layer": name, "config": layer.config()}


def build(description, *, rng):
    """Return a fresh layer from its description; `rng` draws its first weights and its dropout masks.

    Raises ValueError for an unknown layer and for a configuration that its constructor refuses.
    """
    try:
        name, config = description["layer"], dict(description["config"])
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"build: a layer's description must hold 'layer' and 'config', got {description!r}") from None
    if name not in _KINDS:
        raise ValueError(f"build: unknown layer {name!r} (known: {', '.join(sorted(_KINDS))})")
    kind = _KINDS[name]
    try:
        if hasattr(kind, "from_config"):
            return kind.from_config(config, rng=rng)
        if "rng" in inspect.signature(kind).parameters:
            config["rng"] = rng
        return kind(**config)
    except (TypeError, KeyError) as error:
        raise ValueError(f"build: {name} does not take {config!r} ({error})") from None
