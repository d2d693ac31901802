"""Checks that no layer, Parameter or transform is used twice in a network, which would give wrong results silently.

    layer       its second forward overwrites what the first forward kept for backward
    Parameter   an optimizer over `model.parameters()` would update it twice per step, and it would be counted twice
    transform   its backward belongs to its last forward, which was for another Parameter

So weights cannot be tied. `Sequential` checks at every forward, because its layers may be replaced.
"""

__all__ = ["refuse_shared", "refuse_shared_transforms", "within"]


def within(layer):
    """Yield the layer and all layers inside it, in order of execution."""
    yield layer
    for child in layer.children():
        yield from within(child)


def refuse_shared(owner, layer):
    """Raise ValueError if a layer object or a Parameter occurs twice in `layer`."""
    twice = _first_twice(within(layer))
    if twice is not None:
        raise ValueError(
            f"{owner}: every layer must be an object of its own, got {twice!r} twice; make a second one with "
            "layer.copy()"
        )
    named = layer.named_parameters()
    twice = _first_twice(named.values())
    if twice is not None:
        names = " and ".join(name for name, parameter in named.items() if parameter is twice)
        raise ValueError(f"{owner}: every layer must have Parameters of its own, got one Parameter as {names}")


def refuse_shared_transforms(owner, layer):
    """Raise ValueError if a transform object occurs twice in `layer`, which would mix up the gradients."""
    chains = {name: parameter.transforms for name, parameter in layer.named_parameters().items()}
    twice = _first_twice(transform for chain in chains.values() for transform in chain)
    if twice is not None:
        names = " and ".join(name for name, chain in chains.items() for transform in chain if transform is twice)
        raise ValueError(
            f"{owner}: every Parameter must have transforms of its own, got one {type(twice).__name__} on {names}"
        )


def _first_twice(things):
    seen = set()
    for thing in things:
        if id(thing) in seen:
            return thing
        seen.add(id(thing))
    return None
