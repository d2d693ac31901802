"""How is a network kept in a file? As a plain .npz: one array for its architecture, one for each array of its state.

    "architecture"                JSON, as bytes: format version, input shape, and for each layer class name and config
    "0.weight", "0.bias", ...     the arrays of `state_dict`, each in its dtype

No pickle: reading a file runs no code of the file's. Writing is atomic, and equal models make equal bytes. A file is
read whole and checked (its checksums, names, shapes) before anything of a model changes.

Left out: transforms; the masters are kept, so `bake()` first to keep what the network sees. Optimizer state.
"""

import json

import numpy as np

from minicompress.archives import read_arrays
from minicompress.files import replace_atomically
from minicompress.nn.architecture import build, describe
from minicompress.nn.containers import Sequential
from minicompress.nn.sharing import refuse_shared

__all__ = ["load", "load_into", "save"]

_FORMAT = "minicompress model 1"


def save(model, path):
    """Write the architecture and the arrays of a Sequential to `path`, whatever its ending, atomically.

    Raises ValueError, before writing, if a layer's class is not registered.
    """
    refuse_shared("save", model)  # the file would hold a shared Parameter twice, and load two
    layers = [describe(layer) for layer in model.layers]
    architecture = {"format": _FORMAT, "input_shape": model.input_shape, "layers": layers}
    text = np.frombuffer(json.dumps(architecture).encode(), np.uint8)
    with replace_atomically(path) as temporary, temporary.open("wb") as file:
        np.savez(file, architecture=text, **model.arrays())


def load(path, *, rng=None):
    """Return a new Sequential, architecture and arrays, from a file that `save` wrote.

    `rng` goes to layers that draw random numbers in training, such as dropout; None: a generator with seed 0.
    Raises FileNotFoundError, or ValueError naming the file and what is wrong with it.
    """
    architecture, state = _read(path)
    rng = np.random.default_rng(0) if rng is None else rng
    try:
        layers = [build(layer, rng=rng) for layer in architecture["layers"]]
        model = Sequential(layers, input_shape=architecture["input_shape"])
        model = _in_dtypes(model, state)
        model.load_state_dict(state)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"load: {path}: {error}") from None
    return model


def load_into(model, path):
    """Read the arrays of a file that `save` wrote into `model`: all of them, or on ValueError none."""
    _, state = _read(path)
    try:
        model.load_state_dict(state)
    except ValueError as error:
        raise ValueError(f"load: {path}: {error}") from None


def _in_dtypes(model, state):
    """The model in float64 if the file's arrays are."""
    dtypes = {array.dtype for array in state.values()}
    return model.astype(dtypes.pop()) if len(dtypes) == 1 else model


def _read(path):
    """Return the architecture and the arrays by name. ValueError if the file is not whole or not ours."""
    try:
        arrays = read_arrays(path)
    except ValueError as error:
        raise ValueError(f"load: {path}: {error}") from None
    try:
        architecture = json.loads(arrays.pop("architecture").tobytes())
        if architecture["format"] != _FORMAT:
            raise ValueError
        architecture["layers"], architecture["input_shape"]
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"load: {path}: an .npz file, but not one that minicompress saved") from None
    return architecture, arrays
