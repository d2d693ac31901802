"""What is packed comes back as what the network saw, and every byte is counted."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.quantization import Binarize, FakeQuantize, PowerOfTwo, Ternarize, quantize_activations
from minicompress.quantization.formats import BFLOAT16, FLOAT16, round_to_float
from minicompress.study.quantization.stored_weights import (
    FloatCodes,
    Floats,
    ScaledSigns,
    ShiftCodes,
    UniformCodes,
    store_and_read,
)

W = np.random.default_rng(0).normal(size=(5, 3, 3, 1)).astype(np.float32) * np.float32([[[[0.01]]]] + 4 * [[[[1]]]])
CODES = {
    "uniform": (UniformCodes(3), FakeQuantize(3).forward, -(-45 * 3 // 8) + 4),
    "uniform, channels": (UniformCodes(8, 0), FakeQuantize(8, axis=0).forward, 45 + 4 * 5),
    "2 bits, channels": (UniformCodes(2, 0), FakeQuantize(2, axis=0).forward, 12 + 4 * 5),
    "shifts": (ShiftCodes(4), PowerOfTwo(4).forward, 23 + 1),
    "float16": (FloatCodes(FLOAT16), lambda w: round_to_float(w, FLOAT16), 90),
    "bfloat16": (FloatCodes(BFLOAT16), lambda w: round_to_float(w, BFLOAT16), 90),
    "float32": (Floats(), lambda w: w, 180),
}


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("w", [W, np.zeros_like(W)], ids=["normal", "zeros"])
def test_weights_come_back_as_the_network_saw_them_in_the_bytes_of_the_formula(name, w):
    code, seen, size_bytes = CODES[name]
    arrays = code.write(w)

    np.testing.assert_array_equal(code.read(arrays, w.shape), seen(w))
    assert code.read(arrays, w.shape).dtype == np.float32
    assert sum(array.nbytes for array in arrays) == size_bytes
    if code.transform() is not None:
        np.testing.assert_array_equal(code.transform().forward(w), seen(w))


@pytest.mark.parametrize(
    ("bits", "transform", "size_bytes"), [(1, Binarize(scaled=True, axis=0), 6), (2, Ternarize(), 12)]
)
def test_signs_come_back_exactly_also_when_channels_were_stretched(bits, transform, size_bytes):
    w = transform.forward(W) * np.float32([0.5, -3, 1, 7, 0.1]).reshape(5, 1, 1, 1)
    code = ScaledSigns(bits, lambda: transform)
    arrays = code.write(w)

    np.testing.assert_array_equal(code.read(arrays, w.shape), w)
    assert sum(array.nbytes for array in arrays) == size_bytes + 4 * 5
    with pytest.raises(ValueError, match="ScaledSigns: w must have one magnitude per channel"):
        code.write(W)


def test_a_network_is_read_back_with_biases_and_limits_counted_and_stays_as_it_was():
    rng = np.random.default_rng(1)
    model = quantize_activations(nn.zoo.mlp([6, 4, 3], rng=rng), rng.normal(size=(10, 6)).astype(np.float32))
    first, second = model.weight_parameters()
    first.transforms, before = [FakeQuantize(4)], first.value.copy()
    read, size_bytes = store_and_read(model, [UniformCodes(4), Floats()])

    assert size_bytes == (12 + 4) + 4 * 12 + 4 * (4 + 3) + 2 * 2 * 4
    np.testing.assert_array_equal(read.weight_parameters()[0].value, first.effective())
    np.testing.assert_array_equal(read.weight_parameters()[1].value, second.value)
    assert read.weight_parameters()[0].transforms == []
    np.testing.assert_array_equal(first.value, before)
    assert len(first.transforms) == 1
