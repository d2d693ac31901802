"""How many bytes does a compressed model need, if they are really written down?

                 for each weight array of n numbers, k of them not zero, r rows, b bits
    dense        float32 values                                             4n
    quantized    packed codes, float32 max|w|                               ceil(n b / 8) + 4
    sparse       kept float32 values, uint16 columns, int32 row starts      4k + 2k + 4(r + 1)
    both         kept codes, columns, row starts, max|w|                    ceil(k b / 8) + 2k + 4(r + 1) + 4

and, in all but the first, the array's shape in int32, so that no other shape is decoded by mistake.

Everything else (biases, batch norm with its running statistics) stays float32 and is counted. Every encoding is
lossless: `decode(encode(model), model)` has exactly the weights that the network saw, or `encode` raises ValueError. So
a mask or a quantizer alone makes nothing smaller here; only an encoding does, by the bytes of the arrays that it holds.

Sparse means compressed sparse rows, with an array seen as a matrix of shape (first axis, the rest). Its indices are why
90% zeros are not a tenth of the size: 6 bytes for each kept float32 against 4 dense, 3 for each kept 8-bit code.

A quantized array is stored with max|w| instead of the scale s = max|w| / m: max|w| is a float32 exactly, s is not.

Left out: relative indices, codebooks and Huffman codes (Han et al. 2016, arXiv:1510.00149), and the architecture, which
the reader must know: `decode` takes a model of it.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress.archives import read_arrays
from minicompress.arguments import whole_number
from minicompress.files import replace_atomically
from minicompress.quantization import dequantize, pack_bits, quantize, symmetric_scale, unpack_bits

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
    """

    arrays: dict
    bits: int = 0
    sparse: bool = False

    @property
    def size_bytes(self):
        """Sum of the arrays' bytes. A file adds names and headers to that: `write` returns its size."""
        return sum(array.nbytes for array in self.arrays.values())

    @property
    def encoding(self):
        """The format in a few words, such as "sparse float32" or "dense 8-bit"."""
        return f"{'sparse' if self.sparse else 'dense'} {f'{self.bits}-bit' if self.bits else 'float32'}"

    @property
    def counted_as(self):
        """One sentence on what the bytes are."""
        values = f"{self.bits}-bit codes" if self.bits else "float32 values"
        scale = ", float32 max|w| per array" if self.bits else ""
        if self.sparse:
            columns = "uint32" if any(array.dtype == np.uint32 for array in self.arrays.values()) else "uint16"
            return f"{values} of the nonzero weights, {columns} columns, int32 row starts{scale}; float32 biases"
        return f"{values} of all weights{scale}; float32 biases"

    def write(self, path):
        """Write an uncompressed .npz (whole or not at all) and return the file's size in bytes."""
        with replace_atomically(path) as temporary, open(temporary, "wb") as file:
            np.savez(file, **{_FORMAT: np.array([self.bits, self.sparse], np.uint8)}, **self.arrays)
        return Path(path).stat().st_size


def encode(model, *, bits=None, sparse=False):
    """Return the model as the network sees it (masks and quantizers applied) in one of the four encodings.

    Parameters
    ----------
    model : a model of `minicompress.nn` in float32.
    bits : integer from 2 to 16, for weights that lie on the grid of `quantization(model, bits)`; None stores float32.
    sparse : store only the nonzero weights. Off by default, because it costs bytes until a third of the float32 weights
        are zero, and two thirds of 8-bit ones.

    Returns
    -------
    Encoded

    Raises
    ------
    ValueError : weights that this encoding would change (not float32, or not on the `bits` grid).
    """
    bits = 0 if bits is None else whole_number("encode", "bits", bits, low=2, high=16)
    arrays = {}
    for name, array, is_weight in _state(model):
        if array.dtype != np.float32:
            raise ValueError(f"encode: {name} must be float32 to be stored as such, got {array.dtype}")
        if is_weight:
            arrays.update({f"{name}.{part}": stored for part, stored in _encode_weight(name, array, bits, sparse)})
        else:
            arrays[name] = array
    return Encoded(arrays, bits, bool(sparse))


def decode(encoded, model):
    """Return a copy of `model`, without transforms, that has the weights of `encoded`; `model` stays as it is.

    Raises ValueError if `encoded` does not fit the architecture of `model`.
    """
    twin = model.copy()
    for parameter in twin.parameters():
        parameter.transforms = []
    state = {}
    with _explain_misfit():
        for name, array, is_weight in _state(twin):
            state[name] = _decode_weight(name, array.shape, encoded) if is_weight else encoded.arrays[name]
    unused = [key for key in encoded.arrays if not any(key == name or key.startswith(f"{name}.") for name in state)]
    if unused:
        raise ValueError(f"decode: encoded must hold the arrays of the model alone, got {', '.join(unused)} too")
    twin.load_state_dict(state)
    return twin


def read(path):
    """Return the `Encoded` in a file that `Encoded.write` wrote. ValueError names a file that is none."""
    try:
        arrays = read_arrays(path)
        bits, sparse = arrays.pop(_FORMAT)
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(f"read: {path} must be a file written by Encoded.write, but it is not ({error})") from error
    return Encoded(arrays, int(bits), bool(sparse))


def _state(model):
    """Yield (name, array as the network sees it, whether it is a weight) for all that makes up the model."""
    parameters = model.named_parameters()
    weights = {id(parameter) for parameter in model.weight_parameters()}
    for name, array in model.arrays().items():
        parameter = parameters.get(name)
        seen = array.copy() if parameter is None else parameter.effective()
        yield name, seen, id(parameter) in weights


def _encode_weight(name, w, bits, sparse):
    """Yield (part, array) of one weight array."""
    if not bits and not sparse:
        yield "values", w
        return
    yield "shape", np.array(w.shape, np.int32)
    rows = w.reshape(len(w), -1)
    kept = rows != 0
    if sparse:
        columns = np.nonzero(kept)[1]
        yield "columns", columns.astype(_column_dtype(rows))
        yield "row_starts", np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    values = rows[kept] if sparse else rows.ravel()
    if bits:
        max_w = np.max(np.abs(w), initial=np.float32(0))
        codes = _exact_codes(name, values, max_w, bits)
        yield "max", np.array(max_w)
        yield "codes", pack_bits(codes.astype(np.int32) + _largest_code(bits), bits)
    else:
        yield "values", values


def _decode_weight(name, shape, encoded):
    part = {key[len(name) + 1 :]: array for key, array in encoded.arrays.items() if key.startswith(f"{name}.")}
    stored_shape = tuple(part["shape"]) if "shape" in part else part["values"].shape
    if stored_shape != shape:
        raise ValueError(f"{name} has shape {stored_shape}, not {shape}")
    rows = np.zeros((shape[0], int(np.prod(shape[1:]))), np.float32)
    count = len(part["columns"]) if encoded.sparse else rows.size
    if encoded.bits:
        codes = unpack_bits(part["codes"], encoded.bits, count).astype(np.int32) - _largest_code(encoded.bits)
        values = _values(codes, part["max"], encoded.bits)
    else:
        values = part["values"]
    if not encoded.sparse:
        return values.reshape(shape)
    row = np.repeat(np.arange(len(rows)), np.diff(part["row_starts"]))
    rows[row, part["columns"]] = values
    return rows.reshape(shape)


def _column_dtype(rows):
    return np.uint16 if rows.shape[1] <= 2**16 else np.uint32


def _exact_codes(name, values, max_w, bits):
    """Return codes that `_values` turns into exactly these values, or raise ValueError."""
    codes = quantize(values, symmetric_scale(max_w, bits), bits)
    if not np.array_equal(_values(codes, max_w, bits), values):
        raise ValueError(
            f"encode: {name} must lie on the {bits}-bit grid to be stored without loss; "
            f"call quantization(model, {bits}) first"
        )
    return codes


def _largest_code(bits):
    return 2 ** (bits - 1) - 1


def _values(codes, max_w, bits):
    return dequantize(codes, symmetric_scale(max_w, bits), np.float32)


@contextlib.contextmanager
def _explain_misfit():
    try:
        yield
    except (KeyError, ValueError, IndexError) as error:
        raise ValueError(f"decode: encoded must fit the architecture of the model ({error})") from error
