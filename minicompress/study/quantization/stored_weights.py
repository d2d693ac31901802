"""Packs the weights of a quantized network into bytes, counts the bytes, and reads the weights back.

    UniformCodes   codes of b bits, and a float32 max|w| for each scale                  ceil(n b / 8) + 4 scales
    ScaledSigns    1 bit (-1, +1) or 2 bits (-1, 0, +1), float32 alpha per channel       ceil(n b / 8) + 4 channels
    ShiftCodes     codes of b bits, and the smallest exponent                            ceil(n b / 8) + 1
    FloatCodes     float16 or bfloat16                                                   2n
    Floats         float32                                                               4n

Float32 biases and the two float32 limits of each activation quantizer are counted too. The study reports the accuracy
of the network read back from these arrays.

The arrays hold max|w| and not the scale s = max|w| / m: max|w| is exact in float32.
Left out: names and headers of a file, which for a network of 20,000 weights would be as large as the codes.
"""

from collections.abc import Callable, Sequence

import numpy as np

from minicompress._base.sizes import array_bytes
from minicompress.nn import Sequential, WeightTransform
from minicompress.quantization import (
    FakeQuantize,
    PowerOfTwo,
    dequantize,
    pack_bits,
    quantize,
    symmetric_scales,
    unpack_bits,
)
from minicompress.quantization.activations import activation_quantizers
from minicompress.quantization.formats import (
    FloatFormat,
    decode_float,
    encode_float,
    power_of_two_codes,
    power_of_two_values,
)
from minicompress.quantization.granularity import block_range

__all__ = ["FloatCodes", "Floats", "ScaledSigns", "ShiftCodes", "UniformCodes", "store_and_read"]


class Floats:
    """Float32 weights as they are, and the base of the other classes. `bits` is the number of bits per weight."""

    bits = 32

    def transform(self) -> WeightTransform | None:
        """Return a new WeightTransform that rounds as `write` and `read` do; None for floats."""

    def write(self, w: np.ndarray) -> list[np.ndarray]:
        """Return the arrays that store the float32 array `w`."""
        return [w]

    def read(self, arrays: Sequence[np.ndarray], shape: Sequence[int]) -> np.ndarray:
        """Return the float32 weights of this shape that `write` stored in `arrays`."""
        return arrays[0].reshape(shape)


class UniformCodes(Floats):
    """Symmetric codes of `bits` bits, one scale for the array or, with axis=0, for each output channel."""

    def __init__(self, bits: int, axis: int | None = None):
        self.bits, self.axis, self.m = bits, axis, 2 ** (bits - 1) - 1

    def transform(self) -> FakeQuantize:
        """Return a new `FakeQuantize`."""
        return FakeQuantize(self.bits, axis=self.axis)

    def write(self, w: np.ndarray) -> list[np.ndarray]:
        """Return the packed codes and max|w|."""
        low, high = block_range(w, axis=self.axis)
        q = quantize(w, symmetric_scales(w, self.bits, axis=self.axis), self.bits)
        return [pack_bits(q.astype(np.int16) + self.m, self.bits), np.maximum(-low, high)]

    def read(self, arrays: Sequence[np.ndarray], shape: Sequence[int]) -> np.ndarray:
        """Return the weights as `FakeQuantize` rounds them."""
        packed, max_w = arrays
        q = unpack_bits(packed, self.bits, int(np.prod(shape))).astype(np.int16) - self.m
        return dequantize(q.reshape(shape), symmetric_scales(max_w, self.bits, axis=self.axis))


class ScaledSigns(Floats):
    """Binary (bits=1) or ternary (bits=2) weights: each is +-alpha, or 0, with one alpha per output channel.

    `transform` is a function that returns the WeightTransform to train with.
    """

    def __init__(self, bits: int, transform: Callable[[], WeightTransform]):
        self.bits, self.transform = bits, transform

    def write(self, w: np.ndarray) -> list[np.ndarray]:
        """Return the packed codes and alpha. Raises ValueError if a weight has another value."""
        alpha = np.abs(w).reshape(len(w), -1).max(axis=1)
        q = np.sign(w).astype(np.int8)
        codes = (q > 0) if self.bits == 1 else q + 1
        arrays = [pack_bits(codes.astype(np.uint8), self.bits), alpha]
        if not np.array_equal(self.read(arrays, w.shape), w):
            raise ValueError(f"ScaledSigns: w must have one magnitude per channel for {self.bits} bits, got several")
        return arrays

    def read(self, arrays: Sequence[np.ndarray], shape: Sequence[int]) -> np.ndarray:
        """Return the weights."""
        packed, alpha = arrays
        q = unpack_bits(packed, self.bits, int(np.prod(shape))).reshape(shape).astype(np.float32)
        return (2 * q - 1 if self.bits == 1 else q - 1) * alpha.reshape(-1, *(1 for _ in shape[1:]))


class ShiftCodes(Floats):
    """Signed powers of two in codes of `bits` bits."""

    def __init__(self, bits: int):
        self.bits, self.largest = bits, 2 ** (bits - 1) - 1

    def transform(self) -> PowerOfTwo:
        """Return a new `PowerOfTwo`."""
        return PowerOfTwo(self.bits)

    def write(self, w: np.ndarray) -> list[np.ndarray]:
        """Return the packed codes and the smallest exponent."""
        q, low = power_of_two_codes(w, self.bits)
        return [pack_bits(q.astype(np.int16) + self.largest, self.bits), np.array(low, np.int8)]

    def read(self, arrays: Sequence[np.ndarray], shape: Sequence[int]) -> np.ndarray:
        """Return the weights as `PowerOfTwo` rounds them."""
        packed, low = arrays
        q = unpack_bits(packed, self.bits, int(np.prod(shape))).astype(np.int16) - self.largest
        return power_of_two_values(q.reshape(shape), int(low))


class FloatCodes(Floats):
    """Weights in a float format shorter than float32, a `FloatFormat`."""

    def __init__(self, format: FloatFormat):
        self.format, self.bits = format, format.bits

    def write(self, w: np.ndarray) -> list[np.ndarray]:
        """Return the codes."""
        return [encode_float(w, self.format)]

    def read(self, arrays: Sequence[np.ndarray], shape: Sequence[int]) -> np.ndarray:
        """Return the weights, rounded to the format."""
        return decode_float(arrays[0], self.format).reshape(shape)


def store_and_read(model: Sequential, codes: Sequence[Floats]) -> tuple[Sequential, int]:
    """Return (new model, size in bytes): the weights are packed with `codes` and read back into the new model.

    `codes` has an instance of one of the classes above for each weight array. It packs the float32 master weights, also
    where a transform is on them. The new model has no weight transforms.
    """
    twin, arrays = model.copy(), []
    for parameter, code in zip(twin.weight_parameters(), codes, strict=True):
        written = code.write(parameter.value)
        parameter.transforms = []
        parameter.value = code.read(written, parameter.shape)
        arrays += written
    weights = {id(parameter) for parameter in twin.weight_parameters()}
    arrays += [parameter.value for parameter in twin.parameters() if id(parameter) not in weights]
    arrays += [quantizer.limits for quantizer in activation_quantizers(twin)]
    return twin, array_bytes(arrays)
