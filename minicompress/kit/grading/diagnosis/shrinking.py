"""The smallest call that still goes wrong: rows and columns are dropped, numbers made simple, as long as it does.

`shrink(fails, arguments)` tries one simplification after the other and keeps each with which `fails` still holds, as
property-based testing does. Lengths that several arguments share shrink together, since a call fits together.
"""

import copy
import math
import time
from dataclasses import dataclass

import numpy as np

__all__ = ["shrink", "without_index"]

CALLS = 1000
CPU_SECONDS = 0.4


def shrink(fails, arguments, *, calls=CALLS, seconds=CPU_SECONDS):
    """The simplest arguments found for which `fails(arguments)` holds, a tuple; None if they cannot be simplified.

    `fails` gets copies. It is called at most `calls` times and no more after `seconds` of CPU time. None too where the
    arguments hold anything but arrays, numbers, text, None, and lists and tuples of these, or where `fails` is not true
    of the arguments themselves.
    """
    arguments = tuple(arguments)
    if not all(_is_plain(argument) for argument in arguments):
        return None
    attempt = _Attempt(fails, calls, time.process_time() + seconds)
    if not attempt.fails(arguments):
        return None
    simplest, rounds_without_gain = arguments, 0
    while rounds_without_gain == 0 and not attempt.spent:
        rounds_without_gain = 1
        for simplifications in (_halves, _fewer, _simpler_arrays, _simpler_numbers, _simpler_entries):
            smaller = _descend(simplest, simplifications, attempt)
            if smaller is not None:
                simplest, rounds_without_gain = smaller, 0
    return None if simplest is arguments else simplest


@dataclass
class _Attempt:
    """Calls of `fails`, counted."""

    predicate: object
    calls_left: int
    deadline: float

    @property
    def spent(self):
        return self.calls_left <= 0 or time.process_time() > self.deadline

    def fails(self, arguments):
        if self.spent:
            return False
        self.calls_left -= 1
        try:
            return bool(self.predicate(copy.deepcopy(arguments)))
        except Exception:  # whatever cannot be compared does not fail in the same way
            return False


def _descend(arguments, simplifications, attempt):
    """Take simplifications as long as one of them still fails; None if none does."""
    found = None
    while True:
        current = arguments if found is None else found
        smaller = next((c for c in simplifications(current) if not attempt.spent and attempt.fails(c)), None)
        if smaller is None:
            return found
        found = smaller


def _is_plain(value):
    if isinstance(value, (list, tuple)):
        return type(value) in (list, tuple) and all(_is_plain(item) for item in value)
    if isinstance(value, np.ndarray):
        return type(value) is np.ndarray and value.dtype.kind in "fiub"
    return value is None or isinstance(value, (bool, int, float, str, np.bool_, np.integer, np.floating))


# --- sizes ----------------------------------------------------------------------------------------------------------


def lengths(value):
    """All lengths of axes and lists in an argument."""
    if isinstance(value, np.ndarray):
        return set(value.shape)
    if isinstance(value, (list, tuple)):
        return {len(value)}.union(*(lengths(item) for item in value))
    return set()


def _take(value, length, kept):
    """The entries `kept` of every axis, and of every list, that has this length."""
    if isinstance(value, np.ndarray):
        for axis in range(value.ndim):
            if value.shape[axis] == length:
                value = np.take(value, kept, axis)
        return value
    if isinstance(value, (list, tuple)):
        items = [_take(item, length, kept) for item in value]
        return type(value)(items[i] for i in kept) if len(items) == length else type(value)(items)
    return value


def without_index(arguments, length, index):
    """The arguments without entry `index` of every axis of this length."""
    kept = [i for i in range(length) if i != index]
    return tuple(_take(argument, length, kept) for argument in arguments)


def _all_lengths(arguments):
    return sorted((n for n in set().union(*(lengths(a) for a in arguments)) if n > 1), reverse=True)


def _halves(arguments):
    cuts = [(n, list(kept)) for n in _all_lengths(arguments) if n > 3 for kept in (range(n // 2), range(n // 2, n))]
    yield from _cut(arguments, cuts)


def _fewer(arguments):
    cuts = [(n, [k for k in range(n) if k != index]) for n in _all_lengths(arguments) for index in reversed(range(n))]
    yield from _cut(arguments, cuts)


def _cut(arguments, cuts):
    """Each cut of one length everywhere, then each in one place alone."""
    size = _size(arguments)
    together = (tuple(_take(argument, n, kept) for argument in arguments) for n, kept in cuts)
    alone = (candidate for n, kept in cuts for candidate in _one_by_one(arguments, n, kept))
    for candidates in (together, alone):
        yield from (candidate for candidate in candidates if _size(candidate) < size)


def _size(value):
    """How many numbers there are."""
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(_size, value))
    return value.size if isinstance(value, np.ndarray) else 1


def _one_by_one(arguments, length, kept):
    """The same in one axis of one argument, or in the first or the last axes of all."""
    for axis in (0, -1):
        yield tuple(_take_axis(argument, length, axis, kept) for argument in arguments)
    for i, argument in enumerate(arguments):
        if isinstance(argument, np.ndarray):
            for axis, n in enumerate(argument.shape):
                if n == length:
                    yield (*arguments[:i], np.take(argument, kept, axis), *arguments[i + 1 :])
        elif isinstance(argument, (list, tuple)) and len(argument) == length:
            yield (*arguments[:i], type(argument)(argument[k] for k in kept), *arguments[i + 1 :])


def _take_axis(value, length, axis, kept):
    if isinstance(value, np.ndarray) and value.ndim and value.shape[axis] == length:
        return np.take(value, kept, axis)
    return value


# --- values ---------------------------------------------------------------------------------------------------------


def _burden(value):
    """How much there is to read in a number: 0 and 1 are simplest, then small whole ones, then short fractions."""
    value = float(value)
    if value in (0.0, 1.0):
        return 0.4 if math.copysign(1, value) < 0 else value / 2
    if not np.isfinite(value):
        return 1.5
    if value == round(value):
        return 1 + len(f"{abs(value):.0f}") + 0.5 * (value < 0) + 0.05 * min(abs(value), 10)
    return 5 + len(f"{abs(value):.10g}") + 0.5 * (value < 0)


def _simpler(value, whole):
    """Simpler numbers than this, the simplest first."""
    value = float(value)
    candidates = [0.0, 1.0, 2.0, 3.0, -1.0]
    if np.isfinite(value):
        candidates += [float(round(value)), -value if value < 0 else 0.0]
        candidates += [] if whole else [0.5, round(value * 2) / 2, round(value, 1), round(value, 2)]
    seen = dict.fromkeys(c for c in candidates if _burden(c) < _burden(value))
    return sorted(seen, key=_burden)


def _simpler_numbers(arguments):
    for i, argument in enumerate(arguments):
        if isinstance(argument, (bool, np.bool_)) or not isinstance(argument, (int, float, np.integer, np.floating)):
            continue
        kind = int if isinstance(argument, (int, np.integer)) else float
        if not isinstance(argument, (int, float)):
            yield (*arguments[:i], kind(argument), *arguments[i + 1 :])
        for value in _simpler(argument, kind is int):
            yield (*arguments[:i], kind(value), *arguments[i + 1 :])


def _simpler_arrays(arguments):
    """Whole arrays at once: rounded, or in the dtype that needs no name."""
    for i, argument in enumerate(arguments):
        for simpler in _simpler_forms(argument):
            yield (*arguments[:i], simpler, *arguments[i + 1 :])


def _simpler_forms(value):
    if isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            for simpler in _simpler_forms(item):
                yield type(value)((*value[:k], simpler, *value[k + 1 :]))
        return
    if not isinstance(value, np.ndarray) or value.dtype == bool or value.size == 0:
        return
    plain = np.dtype(np.float64 if value.dtype.kind == "f" else np.int64)
    if value.dtype != plain:
        yield value.astype(plain)
    if np.count_nonzero(value):
        yield np.zeros_like(value)
    if value.dtype.kind == "f" and np.isfinite(value).all():
        burden = sum(map(_burden, value.ravel()))
        for decimals in (0, 1):
            rounded = np.round(value, decimals) + 0.0
            if sum(map(_burden, rounded.ravel())) < burden:
                yield rounded


def _simpler_entries(arguments):
    for i, argument in enumerate(arguments):
        for simpler in _one_simpler_entry(argument):
            yield (*arguments[:i], simpler, *arguments[i + 1 :])


def _one_simpler_entry(value):
    if isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            for simpler in _one_simpler_entry(item):
                yield type(value)((*value[:k], simpler, *value[k + 1 :]))
    elif isinstance(value, np.ndarray) and value.dtype != bool and value.size <= 64:
        for index in np.ndindex(value.shape):
            for number in _simpler(value[index], value.dtype.kind != "f"):
                if value.dtype.kind == "f" or np.iinfo(value.dtype).min <= number <= np.iinfo(value.dtype).max:
                    changed = value.copy()
                    changed[index] = number
                    yield changed
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        for number in _simpler(value, isinstance(value, int)):
            yield type(value)(number)
