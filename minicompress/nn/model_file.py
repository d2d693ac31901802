"""Model files: an .npz with the architecture, the arrays of the state, and the transforms.

    "architecture"                JSON, as bytes: format version, input shape, class name and config of each layer
    "0.weight", "0.bias", ...     the arrays of `state_dict`, each in its dtype

A model with transforms on its weights, or with layers that have extra state, is written in format 2, which adds:

    architecture["transforms"]    {"0.weight": its transforms, each with class name, config and names of its arrays}
    "0.weight.transforms.0.m"     the array m of its first transform
    architecture["extra"]         {index of a layer in order of execution: its extra state}

A loaded network makes the same predictions and keeps its masks and quantizers in further training. A transform that
cannot be stored raises an error; `model.bake()` writes the effective weights into the masters and drops the transforms.

The format has no pickle: reading a file runs no code from it. Writing is atomic, and equal models give equal bytes. The
whole file is read and checked (checksums, names, shapes) before the model changes.

Left out: the state of optimizers and of random generators.
"""

import copy
import json

import numpy as np

from minicompress._base import arguments
from minicompress._base.archives import read_arrays
from minicompress._base.files import replace_atomically
from minicompress.nn.architecture import build_transform, describe, describe_transform
from minicompress.nn.sharing import refuse_shared, refuse_shared_transforms, within

__all__ = ["build_chains", "load_into", "put_on", "read_model_file", "write"]

# Format 1 is also that of older files.
_PLAIN, _WHOLE = "minicompress model 1", "minicompress model 2"


def write(model, path):
    """Write a Sequential with its transforms to `path`, which may have any ending, atomically.

    Raises ValueError, before writing, if the class of a layer is not registered, or if a transform or an observer
    cannot be stored; the message names it.
    """
    path = arguments.file_path("save", "path", path)
    refuse_shared("save", model)  # the file would hold the layer twice, and `load` would make two layers
    refuse_shared_transforms("save", model)
    architecture = {"format": _PLAIN, "input_shape": model.input_shape}
    architecture["layers"] = [describe(layer) for layer in model.layers]
    transforms, arrays = _describe_transforms(model)
    extra = {str(i): state for i, layer in enumerate(within(model)) if (state := layer.get_extra_state()) is not None}
    if transforms or extra:
        architecture |= {"format": _WHOLE, "transforms": transforms, "extra": extra}
    text = np.frombuffer(json.dumps(architecture).encode(), np.uint8)
    with replace_atomically(path) as temporary, temporary.open("wb") as file:
        np.savez(file, architecture=text, **model.arrays(), **arrays)


def load_into(model, path):
    """Read a file that `save` wrote into `model`, in place: its arrays, and its transforms in place of the model's.

    A file of format 1 leaves the model's transforms on, so that a masked network can be rewound to earlier weights.
    Raises ValueError, with nothing changed, if the file is damaged or does not fit the model.
    """
    architecture, state = read_model_file(path)
    before = model.snapshot()
    try:
        chains = build_chains(architecture, state, np.random.default_rng(0))
        model.load_state_dict(state)
        put_on(model, chains, architecture)
    except (ValueError, TypeError, KeyError) as error:
        before.restore()
        raise ValueError(f"load: {path}: {error}") from None


def read_model_file(path):
    """Return the architecture and {name: array}. ValueError if the file is damaged or was not written by `save`."""
    path = arguments.file_path("load", "path", path)
    try:
        arrays = read_arrays(path)
    except ValueError as error:
        raise ValueError(f"load: {path}: {error}") from None
    try:
        architecture = json.loads(arrays.pop("architecture").tobytes())
        needed = {_PLAIN: ("layers", "input_shape"), _WHOLE: ("layers", "input_shape", "transforms", "extra")}
        for entry in needed[architecture["format"]]:
            architecture[entry]
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"load: {path}: an .npz file, but not one that minicompress saved") from None
    return architecture, arrays


def build_chains(architecture, state, rng):
    """Return {name of Parameter: its transforms}, and remove the arrays of the transforms from `state`."""
    return {
        name: [
            build_transform(one, {key: state.pop(f"{name}.transforms.{i}.{key}") for key in one["arrays"]}, rng=rng)
            for i, one in enumerate(chain)
        ]
        for name, chain in architecture.get("transforms", {}).items()
    }


def put_on(model, chains, architecture):
    """Set the model's transforms and the extra state of its layers; ValueError or KeyError if they do not fit."""
    parameters = model.named_parameters()
    unknown = sorted(chains.keys() - parameters.keys())
    if unknown:
        raise ValueError(f"transforms of {', '.join(unknown)}, which the model does not have")
    if "transforms" in architecture:  # format 2: a Parameter that is not in `chains` has no transforms
        for name, parameter in parameters.items():
            parameter.transforms = chains.get(name, [])
            copy.deepcopy(parameter).forward()  # raises if a shape is wrong; on a copy, as random transforms draw
    layers = dict(enumerate(within(model)))
    for place, extra in architecture.get("extra", {}).items():
        layers[int(place)].set_extra_state(extra)


def _describe_transforms(model):
    """Return {name of Parameter: descriptions of its transforms}, and {name in the file: array}."""
    transforms, arrays = {}, {}
    for name, parameter in model.named_parameters().items():
        if parameter.transforms:
            transforms[name] = [describe_transform(transform, name) for transform in parameter.transforms]
        for i, transform in enumerate(parameter.transforms):
            arrays |= {f"{name}.transforms.{i}.{key}": array for key, array in transform.arrays().items()}
    return transforms, arrays
