"""Model files: a plain .npz with the architecture, the arrays of the state, and the transforms.

    "architecture"                JSON, as bytes: format version, input shape, and for each layer class name and config
    "0.weight", "0.bias", ...     the arrays of `state_dict`, each in its dtype

With transforms on its weights, or observers at work, the file has format 2:

    architecture["transforms"]    for "0.weight": its chain, for each transform class name, config and names of arrays
    "0.weight.transforms.0.m"     the array m of the first of them
    architecture["extra"]         what layers hold beyond arrays, by their place in the order of execution

So a loaded network predicts the same and keeps its masks and quantizers in further training. A transform that cannot be
stored is refused; `model.bake()` writes what the network sees into the weights instead.

No pickle: reading a file runs no code of the file's. Writing is atomic, and equal models make equal bytes. A file is
read whole and checked (its checksums, names, shapes) before anything of a model changes.

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

_PLAIN, _WHOLE = "minicompress model 1", "minicompress model 2"  # older files, and models without either, are plain


def write(model, path):
    """Write a Sequential, its transforms among it, to `path`, whatever its ending, atomically.

    Raises ValueError, before writing, if a layer's class is not registered, or a transform or an observer cannot be
    stored, naming it.
    """
    path = arguments.file_path("save", "path", path)
    refuse_shared("save", model)  # the file would hold it twice, and load two
    refuse_shared_transforms("save", model)
    architecture = {"format": _PLAIN, "input_shape": model.input_shape}
    architecture["layers"] = [describe(layer) for layer in model.layers]
    transforms, arrays = _described_transforms(model)
    extra = {str(i): state for i, layer in enumerate(within(model)) if (state := layer.get_extra_state()) is not None}
    if transforms or extra:
        architecture |= {"format": _WHOLE, "transforms": transforms, "extra": extra}
    text = np.frombuffer(json.dumps(architecture).encode(), np.uint8)
    with replace_atomically(path) as temporary, temporary.open("wb") as file:
        np.savez(file, architecture=text, **model.arrays(), **arrays)


def load_into(model, path):
    """Read a file that `save` wrote into `model`: its arrays, its transforms in place of the model's, or on ValueError
    nothing.

    A file without transforms leaves the model's transforms on: so a masked network can be rewound to earlier weights.
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
    """Return the architecture and the arrays by name. ValueError if the file is not whole or not ours."""
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
    """Build the transforms of each Parameter by its name, and take their arrays out of `state`."""
    return {
        name: [
            build_transform(one, {key: state.pop(f"{name}.transforms.{i}.{key}") for key in one["arrays"]}, rng=rng)
            for i, one in enumerate(chain)
        ]
        for name, chain in architecture.get("transforms", {}).items()
    }


def put_on(model, chains, architecture):
    """Give the model its transforms and its layers' extra state; raise ValueError, KeyError where they do not fit."""
    parameters = model.named_parameters()
    unknown = sorted(chains.keys() - parameters.keys())
    if unknown:
        raise ValueError(f"transforms of {', '.join(unknown)}, which the model does not have")
    if "transforms" in architecture:  # then the file says of every Parameter which it has
        for name, parameter in parameters.items():
            parameter.transforms = chains.get(name, [])
            copy.deepcopy(parameter).forward()  # refuses transforms of another shape; the copy's generator draws
    layers = dict(enumerate(within(model)))
    for place, extra in architecture.get("extra", {}).items():
        layers[int(place)].set_extra_state(extra)


def _described_transforms(model):
    """For each Parameter with transforms, their descriptions, and all their arrays by their names in the file."""
    transforms, arrays = {}, {}
    for name, parameter in model.named_parameters().items():
        if parameter.transforms:
            transforms[name] = [describe_transform(transform, name) for transform in parameter.transforms]
        for i, transform in enumerate(parameter.transforms):
            arrays |= {f"{name}.transforms.{i}.{key}": array for key, array in transform.arrays().items()}
    return transforms, arrays
