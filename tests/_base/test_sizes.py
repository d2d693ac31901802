"""Bytes are counted in one place: what chapters and files report of one array are the same hand-worked numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicompress import nn
from minicompress._base.sizes import array_bytes, bits_to_bytes, column_dtype, packed_bytes, row_start_bits, scale_bytes
from minicompress.deploy.storage import encode
from minicompress.pruning import compress_rows, size_ledgers
from minicompress.quantization import quantization, quantization_report
from minicompress.quantization.mixed.hybrid import method_sizes, uniform_bits
from minicompress.study.quantization.stored_weights import UniformCodes, store_and_read

BITS = 5
CODES, BIAS, SCALE = 10, 4 * 3, 4  # 15 weights of 5 bits: 75 bits, 9.4 bytes; 3 biases


@pytest.fixture
def model():
    """One layer of 5 inputs and 3 outputs; 6 of the 15 weights are not zero."""
    layer = nn.Linear(5, 3, rng=np.random.default_rng(0))
    layer.weight.value[...] = [[1, 0, 0, -2, 0], [0, 0, 0, 0, 0], [3, 4, 0, 5, -6]]
    return nn.Sequential(layer)


def test_quantized_weights_have_one_size_in_report_allocation_study_and_file(model):
    expected = CODES + SCALE
    assert quantization_report(model, BITS).size_bytes == expected
    assert quantization_report(model, BITS, axis=0).size_bytes == CODES + 3 * SCALE
    assert method_sizes(model, [uniform_bits(BITS)]).tolist() == [[expected]]
    assert store_and_read(model, [UniformCodes(BITS)])[1] == expected + BIAS
    quantization(model, BITS)
    shape = 2 * 4  # int32 numbers, which a file holds besides
    assert encode(model, bits=BITS).size_bytes == expected + BIAS + shape


def test_a_table_of_levels_is_counted_as_entries_and_indices(model):
    # 7 values occur: 7 float32 and 15 indices of 3 bits, 45 bits; 28 + 6
    assert quantization_report(model, model).size_bytes == 34


def test_sparse_weights_have_one_size_in_chapter_and_file(model):
    w = model.layers[0].weight.value
    expected = 6 * 4 + 6 * 2 + 4 * 4  # values, columns, row starts
    assert compress_rows(w).size_bytes == expected
    assert size_ledgers(w)["csr"].size_bytes == expected + 2 * 4
    assert size_ledgers(w)["bitmask"].size_bytes == 6 * 4 + 2 + 2 * 4
    assert encode(model, sparse=True).size_bytes == expected + 2 * 4 + BIAS


def test_columns_are_wide_only_where_16_bits_do_not_reach():
    assert [column_dtype(n) for n in (1, 65_536, 65_537)] == [np.uint16, np.uint16, np.uint32]
    wide = np.zeros((1, 65_537), np.float32)
    wide[0, -1] = 1
    assert compress_rows(wide).size_bytes == 4 + 4 + 2 * 4
    assert size_ledgers(wide)["csr"].size_bytes == 4 + 4 + 2 * 4 + 2 * 4


def test_the_parts_are_hand_worked():
    assert [bits_to_bytes(n) for n in (0, 1, 8, 9)] == [0, 1, 1, 2]
    assert (packed_bytes(3, 3), scale_bytes(3), row_start_bits(2)) == (2, 12, 96)
    assert array_bytes(iter([np.zeros(3, np.int8), np.zeros(2), SimpleNamespace(nbytes=5)])) == 24
