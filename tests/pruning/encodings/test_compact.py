"""Sparse encodings: relative indices lose nothing, and the ledgers count what would really be written."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.deploy import encode
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import compress_rows, size_ledgers
from minicompress.pruning.encodings import SizeLedger, relative_indices


def solution():
    names = {}
    exec(content().solution("pruning/sparse_storage").read_text(encoding="utf-8"), names)
    return names["sparse_storage"]


def pruned(shape, kept, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(1, 9, shape) * (rng.random(shape) < kept).astype(np.float32)


arrays = st.builds(
    pruned,
    st.sampled_from([(1, 1), (3, 7), (2, 200), (90, 5), (4, 3, 2, 2), (0, 4)]),
    st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]),
    st.integers(0, 999),
)


def write_bits(w, value_bits, index_bits):
    """The relative encoding as a string of bits, written place by place."""
    bits, zeros, length = "", 0, 0
    for number in w.ravel().tolist():
        if number == 0 and zeros < 2**index_bits - 1:
            zeros += 1
            continue
        bits += f"{zeros:0{index_bits}b}" + "v" * value_bits
        zeros = 0
        if number != 0:
            length = len(bits)
    return bits[:length]


@settings(max_examples=60, deadline=None)
@given(w=arrays, index_bits=st.integers(1, 8))
def test_relative_indices_lose_nothing(w, index_bits):
    entries = relative_indices(w, index_bits)
    np.testing.assert_array_equal(entries.dense(), w)
    assert entries.dense().dtype == w.dtype
    if entries.gaps.size:
        assert entries.gaps.max() < 2**index_bits
        assert entries.values[-1] != 0
    fillers = entries.values == 0
    assert (entries.gaps[fillers] == 2**index_bits - 1).all()


@settings(max_examples=60, deadline=None)
@given(w=arrays, value_bits=st.sampled_from([1, 3, 8, 32]), index_bits=st.integers(1, 8))
def test_ledgers_count_what_is_written(w, value_bits, index_bits):
    ledgers = size_ledgers(w, value_bits, index_bits=index_bits)
    k, shape = np.count_nonzero(w), 4 * w.ndim
    assert ledgers["dense"].size_bytes == len(range(0, w.size * value_bits, 8))
    written = len(write_bits(w, value_bits, index_bits))
    assert ledgers["relative"].size_bytes == shape + 4 + len(range(0, written, 8))
    mask, values = np.packbits(w.ravel() != 0).nbytes, np.packbits(np.zeros(k * value_bits, bool)).nbytes
    assert ledgers["bitmask"].size_bytes == shape + mask + values
    starts = compress_rows(w.reshape(len(w), int(np.prod(w.shape[1:])))).row_starts.nbytes
    assert ledgers["csr"].size_bytes == shape + starts + 2 * k + values


@settings(max_examples=40, deadline=None)
@given(w=arrays, value_bits=st.integers(1, 32))
def test_ledgers_agree_with_the_exercise_solution_and_every_right_answer(w, value_bits):
    expected = tuple(ledger.size_bytes for ledger in size_ledgers(w, value_bits).values())
    for answer in [solution(), *(known.function for known in right_answers("pruning/sparse_storage"))]:
        assert tuple(answer(w, value_bits)) == expected


def test_every_bit_stands_under_what_it_is_spent_on():
    w = np.zeros((2, 20))
    w.ravel()[[3, 38]] = 5  # 34 zeros between: one filler of 13 bits
    assert size_ledgers(w, 8) == {
        "dense": SizeLedger(values=40 * 8),
        "csr": SizeLedger(values=2 * 8, indices=2 * 16, pointers=3 * 32, header=2 * 32),
        "relative": SizeLedger(values=2 * 8, indices=2 * 5, filler=13, header=3 * 32),
        "bitmask": SizeLedger(values=2 * 8, indices=40, header=2 * 32),
    }


def test_columns_take_16_bits_up_to_65536_of_them_and_32_beyond():
    for shape, bits in [((300, 784), 16), ((1, 65536), 16), ((1, 65537), 32), ((65537, 1), 16)]:
        w = np.zeros(shape, np.float32)
        w[-1, -1] = 1
        assert size_ledgers(w)["csr"].indices == bits


def test_a_gap_of_exactly_the_reach_needs_a_filler_and_one_less_does_not():
    for zeros, fillers in [(30, 0), (31, 0), (32, 1), (63, 1), (64, 2)]:
        w = np.zeros((1, 100))
        w[0, zeros] = 7
        entries = relative_indices(w)
        assert entries.values.tolist() == [0] * fillers + [7]
        assert entries.gaps.tolist() == [31] * fillers + [zeros % 32]


def test_csr_ledger_is_what_the_encoder_stores_of_a_weight(rng):
    layer = nn.Linear(40, 25, bias=False, rng=rng)
    layer.weight.value[np.abs(layer.weight.value) < 0.3] = 0
    encoded = encode(nn.Sequential(layer), sparse=True)
    assert size_ledgers(layer.weight.value)["csr"].size_bytes == encoded.size_bytes


@pytest.mark.parametrize("s", [0.5, 0.9, 0.98])
def test_fillers_at_random_places_are_as_many_as_the_formula_says(s):
    w = pruned((400, 500), 1 - s, seed=1)
    k = np.count_nonzero(w)
    assert relative_indices(w).gaps.size == pytest.approx(k / (1 - s**32), rel=0.03)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="size_ledgers: w must be an array with two axes or more"):
        size_ledgers(np.ones(5))
    with pytest.raises(ValueError, match="value_bits must be an integer from 1 to 64"):
        size_ledgers(np.ones((2, 2)), 0)
    with pytest.raises(ValueError, match="index_bits must be an integer from 1 to 8"):
        relative_indices(np.ones((2, 2)), 9)


@pytest.mark.parametrize("narrow", [np.uint8, np.int8])
def test_numpys_narrow_integers_do_for_bits(narrow, rng):
    w = rng.normal(size=(40, 50)) * (rng.random((40, 50)) < 0.2)
    assert size_ledgers(w, narrow(32), index_bits=narrow(5)) == size_ledgers(w, 32, index_bits=5)
    assert relative_indices(w, narrow(8)).index_bits == 8
    np.testing.assert_array_equal(relative_indices(w, narrow(8)).dense(), w)


@pytest.mark.parametrize("w", [[["a"]], [[None]], [[1], [1, 2]]], ids=repr)
def test_what_is_no_number_is_named(w):
    with pytest.raises(ValueError, match="size_ledgers: w must be an array"):
        size_ledgers(w)
    with pytest.raises(ValueError, match="relative_indices: w must be an array"):
        relative_indices(w)
