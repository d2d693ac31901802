"""The right values in the wrong place or shape: transposed, reversed, shifted, sorted, not yet summed."""

import itertools
from collections import Counter

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import information, near, seen

__all__ = ["another_shape", "find_rearrangement", "same_values"]


def _enough(case):
    return np.unique(case.expected).size >= 3


def find_rearrangement(case):
    """Transposed, reversed, shifted by one or sorted."""
    if not _enough(case) or case.nearly_right:
        return None
    for key, values, candidate in _arrangements(case.expected):
        if candidate.shape == case.got.shape and case.is_got(candidate):
            return seen(key, **values)
    return None


def _arrangements(x):
    for axes in itertools.permutations(range(x.ndim)) if 2 <= x.ndim <= 4 else ():
        if axes != tuple(range(x.ndim)):
            text = "expected.T" if axes == tuple(range(x.ndim))[::-1] else f"expected.transpose{axes}"
            yield "transposed", {"formula": text}, x.transpose(axes)
    for axis in range(x.ndim):
        yield "reversed", {"axis": axis}, np.flip(x, axis)
    if x.ndim > 1:
        yield "reversed_throughout", {}, np.flip(x)
    for axis in range(x.ndim):
        if x.shape[axis] > 2:
            yield "shifted", {"axis": axis}, np.roll(x, 1, axis)
            yield "shifted_back", {"axis": axis}, np.roll(x, -1, axis)
    for axis in range(x.ndim):
        yield "sorted", {"axis": axis}, np.sort(x, axis)
    if x.ndim > 1:
        yield "read_by_columns", {}, x.reshape(-1, order="F").reshape(x.shape)
        yield "read_by_columns", {}, x.reshape(-1).reshape(x.shape, order="F")
    yield from _zero_filled_shifts(x)


def _zero_filled_shifts(x):
    """Shifted by one along each axis; the entry that is pushed out is lost, and 0 fills the gap."""
    for axis in range(x.ndim):
        n = x.shape[axis]
        if n > 3:
            lost = np.roll(x, 1, axis)
            np.moveaxis(lost, axis, 0)[0] = 0
            yield "moved", {"axis": axis}, lost
            lost = np.roll(x, -1, axis)
            np.moveaxis(lost, axis, 0)[-1] = 0
            yield "moved_back", {"axis": axis}, lost


def same_values(case):
    """The expected values in another order: of whole rows, within each row, or throughout."""
    if case.nearly_right or np.unique(case.expected).size < 6 or case.got.size != case.expected.size:
        return None
    if not near(np.sort(case.got, None), np.sort(case.expected, None), case.rtol):
        return None
    if case.same_shape and case.got.ndim > 1:
        for axis in range(case.got.ndim):
            if near(np.sort(case.got, axis), np.sort(case.expected, axis), case.rtol):
                return seen("same_values_axis", axis=axis)
    return seen("same_values") if case.same_shape else seen("same_values_shape")


def another_shape(case):
    """What the expected values have to do with an array of another shape."""
    got, expected = case.got, case.expected
    if case.same_shape or not got.size or not expected.size:
        return None
    if got.size == expected.size:
        if _enough(case) and got.ndim == expected.ndim:
            sentence = find_rearrangement(case)
            if sentence:
                return sentence
        if near(got.ravel(), expected.ravel(), case.rtol):
            key = "same_values_axes" if got.squeeze().shape == expected.squeeze().shape else "reshaped"
            return seen(key, got=got.shape, expected=expected.shape)
    return _shorter_or_longer(case) or _find_reduction(case) or _find_surplus_values(case)


def _find_reduction(case):
    for big, small, key in (
        (case.got, case.expected, "not_yet_reduced"),
        (case.expected, case.got, "reduced"),
    ):
        rtol = case.rtol or 1e-9
        if small.size == 1 and (np.abs(big - small.flat[0]) <= rtol * np.abs(small.flat[0])).any():
            continue  # it is one of them; the others are too small to count
        if information(big) < 12:
            continue
        for axis in [None, *range(big.ndim)]:
            if axis is None and big.ndim < 2:
                continue
            for name in ("sum", "mean", "max", "min") if information(big) > 60 else ("sum", "mean"):
                reduced = np.asarray(getattr(np, name)(big, axis=axis))
                if near(reduced.reshape(-1), small.reshape(-1), rtol):
                    return seen(key, formula=f"{name}({'' if axis is None else f'axis={axis}'})")
        try:
            repeated = np.broadcast_to(small, big.shape)
        except ValueError:
            continue
        if small.size > 1 and near(big, np.array(repeated), rtol):
            return seen("repeated" if big is case.got else "not_repeated")
    return None


def _shorter_or_longer(case):
    """Entries are missing along one axis, or there are extra ones."""
    got, expected = case.got, case.expected
    if got.ndim != expected.ndim:
        return None
    axes = [axis for axis in range(got.ndim) if got.shape[axis] != expected.shape[axis]]
    if len(axes) != 1:
        return None
    axis = axes[0]
    short, long, key = (got, expected, "missing") if got.size < expected.size else (expected, got, "extra")
    count = long.shape[axis] - short.shape[axis]
    if np.unique(short).size < 2 or np.unique(long).size < 3:
        return None
    if near(short, np.take(long, range(short.shape[axis]), axis), case.rtol):
        return seen("missing_last" if key == "missing" else "extra_last", count=count, axis=axis)
    if near(short, np.take(long, range(count, long.shape[axis]), axis), case.rtol):
        return seen("missing_first" if key == "missing" else "extra_first", count=count, axis=axis)
    kept = _subsequence(np.moveaxis(short, axis, 0), np.moveaxis(long, axis, 0), case.rtol)
    if kept is None:
        return None
    others = [i for i in range(long.shape[axis]) if i not in kept]
    return seen(f"{key}_inside", axis=axis, which=", ".join(map(str, others)))


def _subsequence(short, long, rtol):
    kept, start = [], 0
    for row in short:
        position = next((i for i in range(start, len(long)) if near(row, long[i], rtol)), None)
        if position is None:
            return None
        kept.append(position)
        start = position + 1
    return kept


def _find_surplus_values(case):
    """Lists of numbers that hold more than the expected values, or fewer."""
    if case.got.ndim != 1 or case.expected.ndim != 1 or not case.discrete:
        return None
    got, expected = Counter(case.got.tolist()), Counter(case.expected.tolist())
    more, less = got - expected, expected - got
    if more and not less:
        return seen("more_values", which=_list_values(more))
    if less and not more:
        return seen("fewer_values", which=_list_values(less))
    return None


def _list_values(values):
    return ", ".join(f"{value:g}" for value in sorted(values.elements())[:6])
