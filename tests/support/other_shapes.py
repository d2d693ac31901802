"""Shapes that a gradient must not have."""


def other_shapes(shape):
    """Shapes that NumPy would broadcast to `shape` or from it, and one of the same size."""
    yield ()
    yield (1,)
    yield (1, *shape)
    yield shape[1:]
    yield shape[:-1]
    yield (*shape, 1)
    yield (2 * shape[0], *shape[1:])
    for axis, length in enumerate(shape):
        if length > 1:
            yield (*shape[:axis], 1, *shape[axis + 1 :])
    if len(set(shape)) > 1:
        yield shape[::-1]
