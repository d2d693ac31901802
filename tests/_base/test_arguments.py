"""Checks of arguments return what is right and say what is wrong: owner, argument, expected, got."""

import numpy as np
import pytest

from minicompress._base import arguments


def test_values_that_are_right_come_back_as_pythons_own():
    assert type(arguments.number("f", "x", np.float32(0.5))) is float
    assert type(arguments.whole_number("f", "n", np.int8(3))) is int
    assert arguments.shape("f", "shape", [np.int64(2), 3]) == (2, 3)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            lambda: arguments.number("f", "x", 1, low=0, high=1, open_high=True),
            "f: x must be a finite number >= 0 and < 1",
        ),
        (lambda: arguments.number("f", "x", float("nan")), "f: x must be a finite number, got nan"),
        (lambda: arguments.number("f", "x", True), "f: x must be a finite number, got True"),
        (lambda: arguments.whole_number("f", "n", 2.0, low=1), "f: n must be an integer >= 1, got 2.0"),
        (lambda: arguments.array("f", "w", ["a"]), "f: w must be an array of numbers, got '<U1"),
        (lambda: arguments.array("f", "w", [np.inf], finite=True), "f: w must be finite, got NaN or infinity"),
        (lambda: arguments.positive("f", "s", [1, 0]), r"f: s must be finite and > 0, got \[1, 0\]"),
        (lambda: arguments.one_of("f", "mode", "c", ("a", "b")), "f: mode must be one of 'a', 'b', got 'c'"),
        (lambda: arguments.generator("f", "rng", 0), "f: rng must be a numpy.random.Generator"),
        (lambda: arguments.float_dtype("f", "dtype", np.int8), "f: dtype must be a dtype of floats"),
        (lambda: arguments.same_shape("f", "b", np.ones(2), (3,)), r"f: b must have shape \(3,\), got shape \(2,\)"),
    ],
)
def test_values_that_are_wrong_are_named(check, message):
    with pytest.raises(ValueError, match=message):
        check()


def test_a_long_value_is_cut():
    with pytest.raises(ValueError) as caught:
        arguments.reject("f", "x", "short", "a" * 500)
    assert len(str(caught.value)) < 200
