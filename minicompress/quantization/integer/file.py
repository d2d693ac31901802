"""File of an integer network: an .npz with the integers that it runs on.

    "integer model"        JSON, as bytes: format version, the grids of input and logits, and for each layer its class
                           and the numbers beside its arrays (zero points, ends, stride, the name of its rescaling)
    "0.q_w", "0.q_b"       codes (int8) and biases (int32)
    "0.m0", "0.n"          multipliers (int32) and shifts (int8); or "0.m", float32, of a `FloatScale`

The format has no pickle: reading a file runs no code from it. Writing is atomic, and the whole file is checked before a
model is built. Left out: rescaling classes of the user.
"""

import json

import numpy as np

from minicompress._base.archives import read_arrays
from minicompress._base.files import replace_atomically
from minicompress.quantization.integer import layers as integer_layers
from minicompress.quantization.integer.arithmetic import FixedPointScale, FloatScale, TwiceRoundedScale
from minicompress.quantization.integer.grid import AffineGrid

__all__ = ["load", "save"]

_FORMAT = "minicompress integer model 1"
_LAYERS = {name: getattr(integer_layers, name) for name in integer_layers.__all__}
_SCALES = {scale.__name__: scale for scale in (FixedPointScale, TwiceRoundedScale, FloatScale)}


def save(model, path):
    """Write an IntegerModel to `path`, with any ending, atomically.

    Raises ValueError, before writing, for a layer or a rescaling that is not one of the library's.
    """
    layers, arrays = [], {}
    for i, layer in enumerate(model.layers):
        name, rescale = type(layer).__name__, getattr(layer, "rescale", None)
        if _LAYERS.get(name) is not type(layer) or type(rescale) not in (type(None), *_SCALES.values()):
            raise ValueError(f"save: model must consist of the library's layers and rescalings, got {layer!r}")
        layers.append({"layer": name, "config": layer.config()})
        arrays |= {f"{i}.{part}": array for part, array in layer.arrays().items()}
    grids = {name: vars(getattr(model, name)) for name in ("x_grid", "y_grid")}
    text = json.dumps({"format": _FORMAT, **grids, "layers": layers})
    with replace_atomically(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **{"integer model": np.frombuffer(text.encode(), np.uint8)}, **arrays)


def load(path):
    """Return the layers, the input's AffineGrid and the output's AffineGrid of a file that `save` wrote.

    Raises FileNotFoundError, or ValueError that names the file and what is wrong with it.
    """
    try:
        arrays = read_arrays(path)
        description = _read_description(arrays)
        layers = [_layer(i, layer, arrays) for i, layer in enumerate(description["layers"])]
        if arrays:
            raise ValueError(f"arrays of no layer: {', '.join(arrays)}")
        return layers, AffineGrid(**description["x_grid"]), AffineGrid(**description["y_grid"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"IntegerModel.load: {path}: {error}") from None


def _read_description(arrays):
    try:
        description = json.loads(arrays.pop("integer model").tobytes())
        if description["format"] == _FORMAT:
            return description
    except (KeyError, TypeError, ValueError):
        pass
    raise ValueError(f"not a file of the format {_FORMAT!r}")


def _layer(i, description, arrays):
    """The layer i from its description and its arrays, which are taken out of `arrays`."""
    kind, config = _LAYERS[description["layer"]], dict(description["config"])
    own = {name.split(".", 1)[1]: arrays.pop(name) for name in list(arrays) if name.startswith(f"{i}.")}
    if "rescale" not in config:
        if own:
            raise ValueError(f"{kind.__name__} must have no arrays, got {', '.join(own)}")
        return kind(**config)
    config["rescale"] = _SCALES[config["rescale"]].from_arrays(own)
    return kind(own["q_w"], own["q_b"], **config)
