"""The smallest call that fails is found by dropping and simplifying, in the same way each time and within a budget."""

import copy

import numpy as np
import pytest

from minicompress.kit.grading.diagnosis.shrinking import shrink


def test_a_negative_number_is_all_that_is_left_of_a_batch():
    rng = np.random.default_rng(0)
    x, w = rng.normal(0, 3, (7, 5)), rng.normal(0, 1, (4, 5))

    def fails(args):
        x, w = args
        return x.shape[1] == w.shape[1] and (x < 0).any()

    x_left, w_left = shrink(fails, (x, w))
    np.testing.assert_array_equal(x_left, [[-1.0]])
    np.testing.assert_array_equal(w_left, [[0.0]])


def test_lengths_that_arguments_share_shrink_together():
    def fails(args):
        x, labels, lists = args
        return len(x) == len(labels) == len(lists[0]) and len(labels) >= 2

    x, labels, lists = shrink(fails, (np.ones((6, 3)), np.arange(6), [list(range(6)), "name"]))
    assert x.shape == (2, 1)
    assert labels.tolist() == [0, 0]
    assert lists == [[0, 0]]


def test_axes_of_one_length_are_told_apart_where_they_must():
    # Both axes have 4 entries; only the rows may go.
    (w,) = shrink(lambda args: args[0].shape[1] == 4, (np.full((4, 4), 0.37),))
    assert w.shape == (1, 4)


def test_numbers_become_as_simple_as_they_may():
    def fails(args):
        T, bits, rate, x = args
        return T > 1.5 and bits >= 3 and rate != 0 and 0.45 < x[0] < 0.8

    T, bits, rate, x = shrink(fails, (3.7182, 11, 0.123456, np.array([0.61421356, 9.87])))
    assert (T, bits, rate) == (2.0, 3, 1.0)
    assert x.tolist() == [0.6]
    assert [type(value) for value in (T, bits, rate)] == [float, int, float]


def test_a_narrow_dtype_stays_where_it_matters_and_goes_where_not():
    narrow = np.array([-128, 100], np.int8)
    (kept,) = shrink(lambda args: args[0].dtype == np.int8 and args[0].min() < 0, (narrow,))
    assert kept.dtype == np.int8
    assert kept.tolist() == [-1]
    (widened,) = shrink(lambda args: args[0].min() < 0, (narrow,))
    assert widened.dtype == np.int64


def test_infinity_and_nan_stay_if_they_are_what_fails():
    (x,) = shrink(lambda args: not np.isfinite(args[0]).all(), (np.array([1.25, np.inf, 7.0]),))
    assert x.tolist() == [np.inf]


def test_the_arguments_are_not_touched_and_each_call_gets_its_own():
    x = np.arange(6.0)
    before, seen = x.copy(), []

    def fails(args):
        seen.append(id(args[0]))
        args[0][...] = -1  # an answer that works in place
        return True

    shrink(fails, (x,))
    np.testing.assert_array_equal(x, before)
    assert id(x) not in seen


def test_the_same_call_shrinks_to_the_same():
    rng = np.random.default_rng(1)
    args = (rng.normal(0, 2, (5, 6)), 4)
    found = [shrink(lambda args: np.abs(args[0]).max() > 1 and args[1] > 1, copy.deepcopy(args)) for _ in range(2)]
    np.testing.assert_array_equal(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]


def test_calls_are_counted():
    calls = []

    def fails(args):
        calls.append(1)
        return args[0].sum() > 1e-9

    shrink(fails, (np.random.default_rng(2).random((20, 20)),), calls=10)
    assert len(calls) == 10


def test_no_time_means_no_result():
    assert shrink(lambda args: True, (np.ones(3),), seconds=-1) is None


@pytest.mark.parametrize("other", [object(), {"a": 1}, np.array([None]), np.ma.masked_array([1.0]), {1}])
def test_what_is_not_plain_is_left_alone(other):
    assert shrink(lambda args: True, (np.ones(3), other)) is None
    assert shrink(lambda args: True, ([np.ones(3), other],)) is None


def test_what_does_not_fail_is_not_shrunk():
    assert shrink(lambda args: False, (np.ones(3),)) is None


def test_what_cannot_be_simplified_gives_nothing():
    assert shrink(lambda args: len(args[0]) == 2, (np.array([0.0, 0.0]),)) is None


def test_an_exception_while_comparing_is_no_failure():
    def fails(args):
        if len(args[0]) < 3:
            raise IndexError
        return True

    (x,) = shrink(fails, (np.ones(5),))
    assert len(x) == 3
