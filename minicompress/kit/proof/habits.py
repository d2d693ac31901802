"""Careless habits which, added to a right answer, a grader must notice in every exercise.

Mutants change one place of the solution's text. A habit changes how the whole solution treats its numbers, as many
real answers do: it hands back an argument where nothing changed, converts dtypes, or loses precision on the way in. A
habit that no check notices means that the checks hold too few tiny, huge or close numbers; or the stub leaves open what
the habit does, and then the file of right answers says so, as for a mutant: EQUIVALENT_MUTANTS["habit: ..."] = "why".

A habit that nothing can show in, such as a float's width where only whole numbers come back, is left out.
"""

import functools

import numpy as np

__all__ = ["HABITS", "with_habit"]

TINY, HUGE = 1e-15, 1e15


def _hand_back(result, arguments):
    """Return the argument, or a reshaped view of it, in place of an equal result."""
    for argument in arguments:
        same = argument.dtype == result.dtype and argument.size == result.size > 0
        if same and np.array_equal(argument.ravel(), result.ravel(), equal_nan=argument.dtype.kind == "f"):
            return argument if argument.shape == result.shape else argument.reshape(result.shape)
    return result


def _other_integers(result, _):
    wider = {1: 2, 2: 4, 4: 8, 8: 4}
    return result.astype(f"{result.dtype.kind}{wider[result.itemsize]}") if result.dtype.kind in "iu" else result


def _float64(result, _):
    return result.astype(np.float64) if result.dtype == np.float32 else result


def _round_to(dtype):
    def rounded(argument):
        with np.errstate(all="ignore"):
            return argument.astype(dtype).astype(argument.dtype)

    return lambda argument: rounded(argument) if argument.dtype.itemsize > np.dtype(dtype).itemsize else argument


def _without_tiny(argument):
    return np.where((np.abs(argument) < TINY) & (argument != 0), 0, argument).astype(argument.dtype)


def _without_huge(argument):
    return np.where(np.isfinite(argument), np.clip(argument, -HUGE, HUGE), argument).astype(argument.dtype)


OF_RESULTS = {
    "hands back an argument where nothing changed": _hand_back,
    "returns integers of another width": _other_integers,
    "returns float64 for float32": _float64,
}
OF_ARGUMENTS = {
    "rounds its arguments to float16": _round_to(np.float16),
    "rounds its arguments to float32": _round_to(np.float32),
    "takes numbers below 1e-15 for zero": _without_tiny,
    "clips numbers beyond 1e15": _without_huge,
}
HABITS = (*OF_RESULTS, *OF_ARGUMENTS)


def with_habit(habit, function):
    """(function with the habit, seen): `seen()` says whether it ever had an array that it concerns."""
    concerned = []

    def change_result(result, arguments):
        changed = OF_RESULTS[habit](result, arguments)
        if changed is not result or habit == HABITS[0]:
            concerned.append(True)
        return changed

    def change_argument(argument):
        if argument.dtype.kind != "f" or type(argument) is not np.ndarray:
            return argument
        concerned.append(True)
        changed = OF_ARGUMENTS[habit](argument)
        # An argument that keeps its values stays the very array: it may have to be changed in place.
        return argument if np.array_equal(changed, argument, equal_nan=True) else changed

    @functools.wraps(function)
    def careless(*args):
        if habit in OF_ARGUMENTS:
            return function(*(_map_arrays(arg, change_argument) for arg in args))
        arguments = []
        for arg in args:
            _map_arrays(arg, lambda array: arguments.append(array) or array)
        return _map_arrays(function(*args), lambda array: change_result(array, arguments))

    return careless, lambda: bool(concerned)


def _map_arrays(value, change):
    """A value with `change` applied to the arrays in it; lists, tuples and dicts are made anew."""
    if isinstance(value, np.ndarray):
        return change(value)
    if type(value) in (list, tuple):
        return type(value)(_map_arrays(item, change) for item in value)
    if type(value) is dict:
        return {key: _map_arrays(item, change) for key, item in value.items()}
    return value
