"""No layer, Parameter or transform may be used twice in a network: each would be wrong in silence.

    layer       its second forward overwrites what the first one kept for backward
    Parameter   an optimizer over `model.parameters()` would step it twice, and every count would have it twice
    transform   as a layer: its backward belongs to its last forward, which was another Parameter's

So weights cannot be tied. `Sequential` asks at every forward, since layers may be exchanged later.
"""

__all__ = ["refuse_shared", "refuse_shared_transforms", "within"]


def within(layer):
    """Yield the layer and all layers inside it, in order of execution."""
    yield layer
    for child in layer.children():
        yield from within(child)


def refuse_shared(owner, layer):
    """Raise ValueError if a Layer, itself among them, has a layer object or a Parameter twice."""
    twice = _first_twice(within(layer))
    if twice is not None:
        raise ValueError(
            f"{owner}: the same layer object stands there twice; make a second one, such as layer.copy(), got "
            f"{twice!r} twice"
        )
    named = layer.named_parameters()
    twice = _first_twice(named.values())
    if twice is not None:
        names = " and ".join(name for name, parameter in named.items() if parameter is twice)
        raise ValueError(f"{owner}: every layer must have Parameters of its own, got one Parameter as {names}")


def refuse_shared_transforms(owner, layer):
    """Raise ValueError if a layer's chains have a transform object twice, which would mix up their gradients."""
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
