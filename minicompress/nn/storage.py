"""`save(model, path)` and `load(path)` of a network; `model_file.py` describes the format.

`load` returns a new model: layers from their descriptions, in the dtypes of the file's arrays, then the state and the
transforms. `Sequential.load` reads a file into an existing model.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import build
from minicompress.nn.containers import Sequential
from minicompress.nn.model_file import build_chains, put_on, read_model_file, write

__all__ = ["load", "save"]


def save(model: Sequential, path: str | Path) -> None:
    """Write a Sequential with its transforms to `path`, which may have any ending, atomically.

    Raises ValueError, before writing, if the class of a layer is not registered, or if a transform or an observer
    cannot be stored; the message names it.

    >>> import tempfile
    >>> from minicompress import nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(nn.zoo.mlp([4, 2], rng=np.random.default_rng(0)), f"{folder}/model.npz")
    """
    if not isinstance(model, Sequential):
        arguments.reject("save", "model", "a Sequential", model)
    write(model, path)


def load(path: str | Path, *, rng: np.random.Generator | None = None) -> Sequential:
    """Return a new Sequential with its transforms from a file that `save` wrote.

    `rng` goes to layers and transforms that draw random numbers, such as dropout; None: a generator with seed 0.
    Raises FileNotFoundError, or ValueError that names the file and what is wrong with it.

    >>> import tempfile
    >>> from minicompress import nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(nn.zoo.mlp([4, 2], rng=np.random.default_rng(0)), f"{folder}/model.npz")
    ...     print(load(f"{folder}/model.npz"))
    Sequential(Flatten(), Linear(4, 2))
    """
    architecture, state = read_model_file(path)
    rng = np.random.default_rng(0) if rng is None else arguments.generator("load", "rng", rng)
    try:
        layers = [build(layer, rng=rng) for layer in architecture["layers"]]
        model = Sequential(layers, input_shape=architecture["input_shape"])
        chains = build_chains(architecture, state, rng)
        model = _in_dtypes(model, state)
        model.load_state_dict(state)
        put_on(model, chains, architecture)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"load: {path}: {error}") from None
    return model


def _in_dtypes(model, state):
    """Return the model with every array in the dtype of the array in the file."""
    dtypes = {array.dtype for array in state.values()}
    if len(dtypes) == 1:
        return model.astype(dtypes.pop())
    for name, array in state.items():
        _set_dtype(model, name.split("."), array.dtype)
    return model


def _set_dtype(model, path, dtype):
    """Set the dtype of one array, named by a path such as 3, body, 0, weight; an unknown path is ignored."""
    holder = model
    for step in path[:-1]:
        if isinstance(holder, Sequential):
            holder = holder.layers[int(step)] if step.isdigit() and int(step) < len(holder.layers) else None
        else:
            holder = getattr(holder, step, None)
    held = getattr(holder, path[-1], None)
    if isinstance(held, np.ndarray):
        setattr(holder, path[-1], held.astype(dtype))
    elif hasattr(held, "value"):
        held.value = held.value.astype(dtype)
