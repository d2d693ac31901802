"""Encodings of a model as named arrays, and their size in bytes.

                 for each weight array of n numbers, k of them not zero, r rows, b bits, g scales
    dense        float32 values                                             4n
    quantized    packed codes, float32 max|w| for each scale                ceil(n b / 8) + 4g
    sparse       kept float32 values, uint16 columns, int32 row starts      4k + 2k + 4(r + 1)
    both         kept codes, columns, row starts, max|w|                    ceil(k b / 8) + 2k + 4(r + 1) + 4g

All encodings except the first also store the array's shape in int32, so that `decode` can check it.

Biases, batch norm and its running statistics stay float32 and are counted. Every encoding is lossless:
`decode(encode(model), model)` has exactly the weights that the network saw, or `encode` raises ValueError. A mask or a
quantizer alone does not make a model smaller; the encoding does.

Sparse means compressed sparse rows, with an array seen as a matrix of shape (first axis, the rest). Its indices are why
90% zeros do not give a tenth of the size: a kept float32 takes 6 bytes instead of 4, a kept 8-bit code 3 instead of 1.

`grids.py` finds which weights of an array share a scale: all, those of an output channel, or a group.

Left out: relative indices, codebooks and Huffman codes (Han et al. 2016, arXiv:1510.00149). The architecture is stored
only on request; otherwise `decode` needs a model.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress import nn
from minicompress._base.archives import read_arrays
from minicompress._base.arguments import reject, whole_number
from minicompress._base.files import replace_atomically
from minicompress._base.sizes import array_bytes, column_dtype
from minicompress.deploy.grids import GRID_PARTS, codes_and_grid, largest_code, values_of
from minicompress.nn.architecture import build, describe
from minicompress.quantization import pack_bits, unpack_bits

__all__ = ["Encoded", "decode", "encode", "read"]

_FORMAT = "minicompress.encoded"


@dataclass(frozen=True)
class Encoded:
    """A model as named arrays.

    Attributes
    ----------
    arrays : dict of name -> array, as they are stored.
    bits : bits of a quantized weight, or 0 for float32.
    sparse : whether weights are stored as compressed sparse rows.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> encoded = encode(model, sparse=True)
    >>> encoded.encoding, encoded.bits
    ('sparse float32', 0)
    """

    arrays: dict
    bits: int = 0
    sparse: bool = False

    @property
    def size_bytes(self):
        """The bytes of the arrays. A file has names and headers too: `write` returns its size."""
        return array_bytes(self.arrays.values())

    @property
    def encoding(self):
        """The format in a few words, such as "sparse float32" or "dense 8-bit"."""
        return f"{'sparse' if self.sparse else 'dense'} {f'{self.bits}-bit' if self.bits else 'float32'}"

    @property
    def counted_as(self):
        """One sentence on what the bytes are."""
        values = f"{self.bits}-bit codes" if self.bits else "float32 values"
        scales = [array.ndim for name, array in self.arrays.items() if name.split(".")[-1] in GRID_PARTS]
        shared = "per array, channel or group" if any(scales) else "per array"
        scale = f", float32 max|w| {shared}" if self.bits else ""
        if self.sparse:
            columns = "uint32" if any(array.dtype == np.uint32 for array in self.arrays.values()) else "uint16"
            return f"{values} of the nonzero weights, {columns} columns, int32 row starts{scale}; float32 biases"
        return f"{values} of all weights{scale}; float32 biases"

    def write(self, path):
        """Write an uncompressed .npz, atomically, and return the file's size in bytes."""
        with replace_atomically(path) as temporary, open(temporary, "wb") as file:
            np.savez(file, **{_FORMAT: np.array([self.bits, self.sparse], np.uint8)}, **self.arrays)
        return Path(path).stat().st_size


def encode(
    model: nn.Sequential,
    *,
    bits: int | None = None,
    sparse: bool = False,
    group_size: int | None = None,
    architecture: bool = False,
) -> Encoded:
    """Return the model as the network sees it (masks and quantizers applied) in one of the four encodings.

    Parameters
    ----------
    model : a Sequential in float32; it does not change.
    bits : integer from 2 to 16, for weights that were rounded to this many bits by `quantization(model, bits)` or by
        `FakeQuantize(bits)`, baked or not, with a scale per array, output channel or group; None stores float32.
    sparse : store only the nonzero weights. Off by default, because it takes more bytes until a third of the float32
        weights, or two thirds of the 8-bit weights, are zero.
    group_size : for baked weights with one scale per group, how many weights in a row share a scale. A FakeQuantize
        that is not baked has this number itself.
    architecture : store the description of the layers too, a few hundred bytes, so that `decode` needs no model. Off
        by default, so that sizes count only the arrays.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError : weights that this encoding would change (not float32, or not on a grid of `bits` bits); with
        `architecture`, a layer whose class is not registered.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> from minicompress.quantization import quantization
    >>> _ = quantization(model, 4)
    >>> encode(model).size_bytes, encode(model, bits=4).size_bytes
    (92, 53)
    """
    bits = 0 if bits is None else whole_number("encode", "bits", bits, low=2, high=16)
    group_size = None if group_size is None else whole_number("encode", "group_size", group_size, low=1)
    _check_model("encode", model)
    arrays = {"architecture": _describe_model(model)} if architecture else {}
    for name, array, parameter in _state(model):
        if array.dtype != np.float32:
            raise ValueError(f"encode: {name} must be float32 to be stored as such, got {array.dtype}")
        if parameter is None:
            arrays[name] = array
            continue
        for part, stored in _encode_weight(name, array, bits, sparse, parameter.transforms, group_size):
            arrays[f"{name}.{part}"] = stored
    return Encoded(arrays, bits, bool(sparse))


def decode(encoded, model: nn.Sequential | None = None) -> nn.Sequential:
    """Return a new model, without transforms, that has the weights of `encoded`.

    `model` is a model of the same architecture; it does not change. It is not needed if `encoded` has the architecture.

    Raises ValueError if `encoded` does not fit the architecture, or has arrays that `encode` does not write.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> twin = decode(encode(model, architecture=True))
    >>> bool((twin.layers[1].weights[0] == model.layers[1].weights[0]).all())
    True
    """
    if not isinstance(encoded, Encoded):
        reject("decode", "encoded", "an Encoded, such as encode and read return", encoded)
    bits = whole_number("decode", "encoded.bits", encoded.bits, low=2, high=16) if encoded.bits else 0
    arrays = {name: np.asarray(array) for name, array in encoded.arrays.items()}
    description = arrays.pop("architecture", None)
    twin = _build_model(description) if model is None else _check_model("decode", model).copy()
    for parameter in twin.parameters():
        parameter.transforms = []
    state = {}
    try:
        for name, array, parameter in _state(twin):
            state[name] = _take(arrays, name) if parameter is None else _decode_weight(name, array.shape, arrays, bits)
        twin.load_state_dict(state)
    except ValueError as error:
        raise ValueError(f"decode: encoded must fit the architecture of the model ({error})") from error
    unused = [key for key in arrays if not any(key == name or key.startswith(f"{name}.") for name in state)]
    if unused:
        raise ValueError(f"decode: encoded must hold the arrays of the model alone, got {', '.join(unused)} too")
    return twin


def read(path) -> Encoded:
    """Return the `Encoded` in a file that `Encoded.write` wrote. ValueError if the file is not an encoded model.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "model.npz"
    >>> encode(model).write(path) == path.stat().st_size, read(path).encoding
    (True, 'dense float32')
    >>> folder.cleanup()
    """
    try:
        arrays = read_arrays(path)
        bits, sparse = (int(number) for number in arrays.pop(_FORMAT))
        if sparse not in (0, 1) or (bits and not 2 <= bits <= 16):
            raise ValueError(f"it says {bits} bits, sparse {sparse}")
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(f"read: {path} must be a file written by Encoded.write, but it is not ({error})") from error
    return Encoded(arrays, bits, bool(sparse))


def _check_model(owner, model):
    if not isinstance(model, nn.Sequential):
        reject(owner, "model", "a Sequential", model)
    return model


def _describe_model(model):
    description = {"input_shape": model.input_shape, "layers": [describe(layer) for layer in model.layers]}
    return np.frombuffer(json.dumps(description).encode(), np.uint8)


def _build_model(description):
    if description is None:
        raise ValueError(
            "decode: model must be given, as encoded holds no architecture: encode(..., architecture=True)"
        )
    try:
        description = json.loads(description.tobytes())
        layers = [build(layer, rng=np.random.default_rng(0)) for layer in description["layers"]]
        return nn.Sequential(layers, input_shape=description["input_shape"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"decode: encoded must hold an architecture that can be built ({error})") from error


def _state(model):
    """Yield (name, array as the network sees it, Parameter of a weight or None) for all arrays of the model."""
    parameters = model.named_parameters()
    weights = {id(parameter) for parameter in model.weight_parameters()}
    for name, array in model.arrays().items():
        parameter = parameters.get(name)
        seen = array.copy() if parameter is None else parameter.effective()
        yield name, seen, parameter if id(parameter) in weights else None


def _encode_weight(name, w, bits, sparse, transforms, group_size):
    """Yield (part, array) of one weight array."""
    if not bits and not sparse:
        yield "values", w
        return
    yield "shape", np.array(w.shape, np.int32)
    rows = w.reshape(len(w), -1)
    kept = rows != 0
    if sparse:
        columns = np.nonzero(kept)[1]
        yield "columns", columns.astype(column_dtype(rows.shape[1]))
        yield "row_starts", np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    if not bits:
        yield "values", rows[kept]
        return
    codes, grid = _exact_codes(name, w, bits, transforms, group_size)
    yield from grid.items()
    codes = codes.reshape(rows.shape)[kept] if sparse else codes.ravel()
    yield "codes", pack_bits(codes.astype(np.int32) + largest_code(bits), bits)


def _decode_weight(name, shape, arrays, bits):
    part = {key[len(name) + 1 :]: array for key, array in arrays.items() if key.startswith(f"{name}.")}
    stored_shape = tuple(part["shape"].tolist()) if "shape" in part else np.shape(_take(part, "values", name))
    if stored_shape != shape:
        raise ValueError(f"{name} has shape {stored_shape}, not {shape}")
    kept = _kept_places(name, part, shape) if "columns" in part else None
    if bits:
        count = int(np.prod(shape)) if kept is None else int(np.count_nonzero(kept))
        codes = unpack_bits(_take(part, "codes", name), bits, count).astype(np.int32) - largest_code(bits)
        grid = {key: part[key] for key in GRID_PARTS if key in part} or {"max": _take(part, "max", name)}
        values = values_of(codes.reshape(shape) if kept is None else codes, grid, shape, bits, kept)
    else:
        values = _take(part, "values", name)
    if kept is None:
        return values
    w = np.zeros(shape, np.float32)
    if values.shape != (np.count_nonzero(kept),):
        raise ValueError(f"{name}.values are {values.size}, not one for each of {np.count_nonzero(kept)} columns")
    w[kept] = values
    return w


def _kept_places(name, part, shape):
    """Return a boolean array of `shape` that is True at the stored weights."""
    rows = np.zeros((shape[0], int(np.prod(shape[1:]))), bool)
    columns, starts = part["columns"], _take(part, "row_starts", name)
    counts = np.diff(starts)
    if starts.shape != (len(rows) + 1,) or starts[0] != 0 or starts[-1] != len(columns) or (counts < 0).any():
        raise ValueError(f"{name}.row_starts must rise from 0 to {len(columns)} in {len(rows) + 1} numbers")
    row = np.repeat(np.arange(len(rows)), counts)
    if (columns >= rows.shape[1]).any() or (np.diff(row * rows.shape[1] + columns.astype(np.int64)) <= 0).any():
        raise ValueError(f"{name}.columns must rise within each row and stay below {rows.shape[1]}")
    rows[row, columns] = True
    return rows.reshape(shape)


def _take(arrays, key, name=None):
    if key not in arrays:
        raise ValueError(f"there is no {key if name is None else f'{name}.{key}'}")
    return arrays[key]


def _exact_codes(name, w, bits, transforms, group_size):
    """Return codes and a grid that give back exactly these weights, or raise ValueError."""
    found = codes_and_grid(w, bits, transforms, group_size) if np.isfinite(w).all() else None
    if found is None:
        raise ValueError(
            f"encode: {name} must lie on the {bits}-bit grid of a scale for the array, for each output channel, or for "
            f"each group of `group_size`, to be stored without loss; it does not: bits=None stores it as it is, and "
            f"quantization(model, {bits}) or attach_quantizers(model, FakeQuantize({bits}, axis=0)) would round it"
        )
    return found
