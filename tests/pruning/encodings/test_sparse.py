"""Compressed sparse rows: nothing is lost, products agree with the dense matrix, and the bytes are the encoder's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress import nn
from minicompress.deploy import encode
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.pruning import compress_rows


def pruned(rows, columns, *, kept, seed, dtype=np.float64):
    """Small whole numbers, so that every order of summation gives the same sum."""
    rng = np.random.default_rng(seed)
    return (rng.integers(-9, 10, (rows, columns)) * (rng.random((rows, columns)) < kept)).astype(dtype)


matrices = st.builds(
    pruned,
    st.integers(0, 6),
    st.integers(0, 7),
    kept=st.sampled_from([0.0, 0.2, 0.6, 1.0]),
    seed=st.integers(0, 999),
    dtype=st.sampled_from([np.float32, np.float64]),
)


@settings(max_examples=80, deadline=None)
@given(w=matrices)
def test_nothing_is_lost_and_every_product_agrees_with_the_dense_one(w):
    csr = compress_rows(w)
    np.testing.assert_array_equal(csr.dense(), w)
    assert csr.dense().dtype == w.dtype
    rng = np.random.default_rng(0)
    x, batch, dy = (rng.integers(-5, 6, shape).astype(w.dtype) for shape in [w.shape[1], (3, w.shape[1]), len(w)])
    np.testing.assert_array_equal(csr.matvec(x), w @ x)
    np.testing.assert_array_equal(csr.matmul(batch), batch @ w.T)
    np.testing.assert_array_equal(csr.transposed_matvec(dy), w.T @ dy)
    assert csr.matvec(x).dtype == csr.matmul(batch).dtype == csr.transposed_matvec(dy).dtype == w.dtype


@settings(max_examples=40, deadline=None)
@given(w=matrices)
def test_arrays_are_those_of_the_exercise_solution_and_of_every_right_answer(w):
    x = np.random.default_rng(1).integers(-5, 6, w.shape[1]).astype(w.dtype)
    names = {}
    exec(content().solution("pruning/sparse_matvec").read_text(encoding="utf-8"), names)
    csr = compress_rows(w)
    for answer in [names["sparse_matvec"], *(known.function for known in right_answers("pruning/sparse_matvec"))]:
        if w.size:
            for got, expected in zip(answer(w, x), (csr.values, csr.columns, csr.row_starts, w @ x), strict=True):
                np.testing.assert_array_equal(got, expected)


def test_what_is_not_stored_is_not_multiplied():
    csr = compress_rows(np.array([[1.0, 0], [0, 0], [2, -0.0]]))
    np.testing.assert_array_equal(csr.matvec([3, np.inf]), [3, 0, 6])
    assert csr.values.size == 2


def test_an_empty_row_between_full_ones_gives_zero():
    csr = compress_rows(np.array([[1.0, 2], [0, 0], [0, 0], [3, 4], [0, 0]]))
    assert csr.row_starts.tolist() == [0, 2, 2, 2, 4, 4]
    np.testing.assert_array_equal(csr.matmul(np.ones((1, 2))), [[3, 0, 0, 7, 0]])


def test_bytes_are_those_that_the_encoder_writes_but_for_shape_and_bias(rng):
    layer = nn.Linear(30, 20, rng=rng)
    layer.weight.value[np.abs(layer.weight.value) < 0.2] = 0
    csr = compress_rows(layer.weight.value)
    shape, bias = 2 * 4, 20 * 4
    assert encode(nn.Sequential(layer), sparse=True).size_bytes == csr.size_bytes + shape + bias


def test_columns_take_two_bytes_up_to_65536_and_four_beyond():
    assert compress_rows(np.ones((1, 65536), np.int8)).columns.dtype == np.uint16
    wide = compress_rows(np.ones((1, 65537), np.int8))
    assert wide.columns.dtype == np.uint32
    assert wide.columns[-1] == 65536


def test_lists_are_taken_as_arrays():
    csr = compress_rows([[0, 2], [3, 0], [0, 0]])
    assert csr.matvec([5, 7]).tolist() == [14, 15, 0]
    assert csr.matmul([[5, 7]]).tolist() == [[14, 15, 0]]
    assert csr.transposed_matvec([5, 7, 9]).tolist() == [21, 10]


def test_what_does_not_fit_is_refused():
    for bad in (np.ones((2, 2, 2)), np.ones(3), np.array([["a"]]), np.ones((2, 2)) * 1j):
        with pytest.raises(ValueError, match="compress_rows: w must be a matrix of numbers"):
            compress_rows(bad)
    csr = compress_rows(np.eye(3)[:2])
    with pytest.raises(ValueError, match=r"CSR.matvec: x must have shape \(3,\)"):
        csr.matvec(np.ones(2))
    with pytest.raises(ValueError, match=r"CSR.matmul: x must be of shape \(batch, 3\)"):
        csr.matmul(np.ones(3))
    with pytest.raises(ValueError, match=r"transposed_matvec: dy must have shape \(2,\)"):
        csr.transposed_matvec(np.ones(3))


def test_scipy_has_the_same_three_arrays():
    sparse = pytest.importorskip("scipy.sparse", reason="SciPy is the oracle")
    w = pruned(7, 9, kept=0.3, seed=3)
    ours, theirs = compress_rows(w), sparse.csr_array(w)
    np.testing.assert_array_equal(ours.values, theirs.data)
    np.testing.assert_array_equal(ours.columns, theirs.indices)
    np.testing.assert_array_equal(ours.row_starts, theirs.indptr)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, bool])
@pytest.mark.parametrize("x_dtype", [np.int8, np.uint8, np.int32, np.float32])
def test_products_of_narrow_integers_do_not_wrap(dtype, x_dtype, rng):
    w = rng.integers(90, 127, (3, 7)).astype(dtype)
    w[:, ::2] = 0
    x, dy = (rng.integers(90, 127, shape).astype(x_dtype) for shape in ((2, 7), 3))
    wide = w.astype(np.int64)
    csr = compress_rows(w)
    np.testing.assert_array_equal(csr.matmul(x), x.astype(np.int64) @ wide.T)
    np.testing.assert_array_equal(csr.matvec(x[0]), wide @ x[0].astype(np.int64))
    np.testing.assert_array_equal(csr.transposed_matvec(dy), wide.T @ dy.astype(np.int64))


@pytest.mark.parametrize("x", [["a", "b"], [None, 1], None, [[1], [1, 2]]], ids=repr)
def test_what_is_no_number_is_named(x):
    csr = compress_rows(np.eye(2))
    for multiply in (csr.matvec, csr.matmul, csr.transposed_matvec):
        with pytest.raises(ValueError, match=rf"^CSR.{multiply.__name__}: (x|dy) must be"):
            multiply(x)
    with pytest.raises(ValueError, match="compress_rows: w must be a matrix of numbers"):
        compress_rows(x)
