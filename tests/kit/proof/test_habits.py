"""Each careless habit changes what it should, nothing else, and says whether it had anything to change."""

import numpy as np
import pytest

from minicompress.kit.proof.habits import HABITS, with_habit


def careless(habit, function, *args):
    """(result, whether the habit was concerned)."""
    name = next(name for name in HABITS if habit in name)
    answer, seen = with_habit(name, function)
    return answer(*args), seen()


def test_every_habit_leaves_numbers_that_it_does_not_concern():
    for habit in HABITS:
        assert careless(habit, lambda x, text: x + 1, 2.0, "text") == (3.0, False)


def test_an_argument_is_handed_back_where_the_result_equals_it():
    x = np.arange(3.0)
    assert careless("hands back", np.copy, x)[0] is x
    assert np.shares_memory(careless("hands back", lambda dy: dy.sum(axis=0), x[None])[0], x)
    assert not np.shares_memory(careless("hands back", lambda a: a + 1, x)[0], x)
    (inside,), seen = careless("hands back", lambda a: [a[0].copy()], [x])
    assert inside is x
    assert seen


def test_a_result_of_another_dtype_is_not_handed_back():
    x = np.arange(3.0)
    assert careless("hands back", lambda a: a.astype(np.float32), x)[0].dtype == np.float32


@pytest.mark.parametrize(("dtype", "wider"), [("int8", "int16"), ("uint8", "uint16"), ("int64", "int32")])
def test_integers_come_back_in_another_width_of_their_kind(dtype, wider):
    result, seen = careless("another width", lambda x: x, np.ones(2, dtype))
    assert (result.dtype, seen) == (np.dtype(wider), True)
    assert careless("another width", lambda x: x, np.ones(2))[1] is False


def test_float64_comes_back_for_float32():
    assert careless("float64 for", lambda x: x, np.ones(2, np.float32))[0].dtype == np.float64
    assert careless("float64 for", lambda x: x, np.ones(2))[1] is False


def test_arguments_lose_what_float16_and_float32_cannot_hold_and_keep_their_dtype():
    x = np.array([1.0, 1.0 + 2.0**-30, 1e300])
    for habit, expected in (("float32", [1, 1, np.inf]), ("float16", [1, 1, np.inf])):
        result = careless(f"to {habit}", np.copy, x)[0]
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, expected)
    assert careless("to float32", lambda a: a, x[:2].astype(np.float32))[0][1] == 1
    assert careless("to float16", np.copy, np.array([0.1], np.float32))[0][0] != np.float32(0.1)


def test_tiny_numbers_vanish_and_huge_ones_are_clipped():
    x = np.array([1e-30, -1e-16, 1e-14, 0.0, 1e30, -np.inf, np.nan])
    np.testing.assert_array_equal(careless("below 1e-15", np.copy, x)[0], [0, 0, 1e-14, 0, 1e30, -np.inf, np.nan])
    np.testing.assert_array_equal(
        careless("beyond 1e15", np.copy, x)[0], [1e-30, -1e-16, 1e-14, 0, 1e15, -np.inf, np.nan]
    )


def test_an_argument_that_loses_nothing_is_the_very_array_and_can_be_changed_in_place():
    x = np.ones(2)

    def change(a):
        a[0] = 7

    careless("to float32", change, x)
    assert x[0] == 7
