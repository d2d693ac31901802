"""The packed product of signs: exact against the float product and against PyTorch, at every length around a word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization.binary import pack_signs, popcount
from minicompress.quantization.binary.binarize import sign
from minicompress.quantization.binary.popcount import PackedSigns, popcount_by_table

LENGTHS = st.sampled_from([0, 1, 2, 7, 8, 9, 63, 64, 65, 127, 128, 129, 300])


@settings(max_examples=60, deadline=None)
@given(n=LENGTHS, rows=st.integers(0, 4), outputs=st.integers(0, 4), seed=st.integers(0, 999))
def test_product_is_that_of_the_floats(n, rows, outputs, seed):
    rng = np.random.default_rng(seed)
    x, w = rng.integers(-2, 3, (rows, n)), rng.normal(size=(outputs, n))
    y = pack_signs(w).matmul(pack_signs(x))
    np.testing.assert_array_equal(y, sign(x.astype(np.float64)) @ sign(w).T)
    assert y.dtype == np.int64


@settings(max_examples=60, deadline=None)
@given(n=LENGTHS, rows=st.integers(0, 4), seed=st.integers(0, 999))
def test_packing_loses_nothing_and_leaves_the_spare_bits_at_zero(n, rows, seed):
    x = np.random.default_rng(seed).integers(-2, 3, (rows, n)).astype(np.float32)
    packed = pack_signs(x)
    np.testing.assert_array_equal(packed.unpack(), sign(x))
    assert packed.unpack().dtype == np.int8
    assert packed.words.shape == (rows, -(-n // 64))
    assert packed.size_bytes == 8 * packed.words.size
    assert popcount(packed.words).sum() == (x >= 0).sum()


def test_bits_stand_where_the_docstring_says():
    x = -np.ones((1, 130))
    x[0, [0, 5, 64, 129]] = 1
    assert pack_signs(x).words.tolist() == [[1 + 2**5, 1, 2]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_both_ways_to_count_agree_with_python(dtype):
    top = np.iinfo(dtype).max
    words = np.array([[0, 1, top], [top // 3, top - 1, 1 << (top.bit_length() - 1)]], dtype)
    expected = [[bin(word).count("1") for word in row] for row in words.tolist()]
    for count in (popcount, popcount_by_table):
        assert count(words).tolist() == expected
        assert count(words.T).tolist() == np.transpose(expected).tolist()
        assert count(words).dtype == np.uint8


def test_sums_that_are_negative_or_long_do_not_wrap_around():
    x = np.ones((1, 1000))
    assert pack_signs(-x).matmul(pack_signs(x)).tolist() == [[-1000]]
    assert pack_signs(x).matmul(pack_signs(x)).tolist() == [[1000]]


def answers():
    names = {}
    exec(content().solution("quantization/xnor_popcount").read_text(encoding="utf-8"), names)
    return [names["xnor_popcount"], *(answer.function for answer in right_answers("quantization/xnor_popcount"))]


@pytest.mark.parametrize("n", [1, 8, 13, 64, 70, 300])
def test_exercise_answers_compute_the_same_from_the_same_bits_eight_at_a_time(n):
    rng = np.random.default_rng(n)
    x, w = rng.normal(size=(4, n)), rng.normal(size=(3, n))
    w_words = pack_signs(w).words.view(np.uint8)[:, : -(-n // 8)]
    for answer in answers():
        np.testing.assert_array_equal(answer(x, w_words), pack_signs(w).matmul(pack_signs(x)))


def test_pytorch_multiplies_the_same_signs_to_the_same_numbers():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(6, 200)).astype(np.float32), rng.normal(size=(5, 200)).astype(np.float32)
    theirs = torch.where(torch.from_numpy(x) >= 0, 1.0, -1.0) @ torch.where(torch.from_numpy(w) >= 0, 1.0, -1.0).T
    np.testing.assert_array_equal(pack_signs(w).matmul(pack_signs(x)), theirs.numpy())


def test_lists_can_be_packed():
    assert pack_signs([[1, -1, 0]]).words.tolist() == [[0b101]]


def test_what_cannot_be_packed_or_multiplied_is_refused():
    with pytest.raises(ValueError, match="pack_signs: x must be a matrix"):
        pack_signs(np.ones(3))
    with pytest.raises(ValueError, match="pack_signs: x must be free of NaN"):
        pack_signs(np.array([[1.0, np.nan]]))
    with pytest.raises(ValueError, match=r"PackedSigns\.matmul: x must be PackedSigns with 3 signs a row, got 4"):
        pack_signs(np.ones((2, 3))).matmul(pack_signs(np.ones((2, 4))))
    with pytest.raises(ValueError, match=r"PackedSigns\.matmul: x must be PackedSigns"):
        PackedSigns(np.zeros((1, 1), np.uint64), 3).matmul(np.ones((2, 3)))


@pytest.mark.parametrize("words", [np.array([-1], np.int8), np.array([3], np.int64), [0.5], ["a"], None], ids=repr)
def test_words_with_a_sign_are_refused_whatever_the_numpy(words):
    with pytest.raises(ValueError, match="popcount: words must be an array of unsigned integers"):
        popcount(words)


@pytest.mark.parametrize("x", [[["a"]], [[None]], None, [[1], [1, 2]]], ids=repr)
def test_signs_of_what_is_no_number_are_refused(x):
    with pytest.raises(ValueError, match="pack_signs: x must be a matrix"):
        pack_signs(x)
