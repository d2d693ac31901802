"""Where the wrong entries are and what values they have, by the arguments, the expected values or the axes."""

from math import lgamma, log

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import seen
from minicompress.kit.grading.diagnosis.patterns.quantities import as_text
from minicompress.kit.language import say

__all__ = ["describe_wrong_entries", "find_wrong_places"]


def find_wrong_places(case):
    """The wrong entries are those of one kind: where an argument is negative, in the last row, where it was clipped."""
    if not case.same_shape or case.expected.ndim == 0:
        return None
    wrong, size, count = case.wrong, case.expected.size, int(case.wrong.sum())
    if size < 4 or count == 0 or count == size:
        return None
    chances = (lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)) / log(2)
    if not (case.expected[~wrong] != 0).any() and not case.is_truth:
        return None  # all that is right is 0
    place = _place(case, wrong, chances)
    if place is None:
        return None
    relation = _relation(case, wrong)
    if relation:
        return seen("right_but_for_there", where=place, count=count, size=size, relation=relation)
    return seen("right_but_for", where=place, count=count, size=size)


def describe_wrong_entries(case):
    """Only some entries are wrong, and what is there follows one rule."""
    if not case.same_shape or case.expected.ndim == 0 or case.nearly_right:
        return None
    wrong, count = case.wrong, int(case.wrong.sum())
    if count < 2 or (count < 3 and not case.lenient) or np.unique(case.expected[wrong]).size < 2:
        return None
    relation = _relation(case, wrong)
    if not relation:
        return None
    if wrong.all():
        return seen("all_entries", relation=relation)
    return seen("wrong_entries", count=count, size=wrong.size, relation=relation)


def _place(case, wrong, chances):
    """The first kind of place that holds just the wrong entries; the rarer they are by chance, the more are tried."""
    for text, where in _places(case, case.lenient or chances >= 5, case.lenient or chances >= 10):
        if where.shape == wrong.shape and np.array_equal(where, wrong):
            return text
    # A rule of the values that holds for a few entries more, where the mistake happens not to show.
    for text, where in _places(case, case.lenient or chances >= 5, case.lenient or chances >= 10, broadly=False):
        if where.shape != wrong.shape:
            continue
        inside, outside = int((where & wrong).sum()), int((~where).sum())
        if inside == wrong.sum() and inside >= 3 and inside >= 0.6 * where.sum() and outside >= 6:
            return say("pattern_place_within", where=text, count=int(where.sum()))
    return None


def _places(case, by_expected, by_argument, broadly=True):
    """(text, where it holds); `broadly`: by the axes, and by arguments that run along one axis, too."""
    if by_expected:
        yield from _value_places("expected", case.expected)
    for name, value in case.arguments if by_argument else ():
        for form in _broadcast_to(value, case.expected.shape):
            along_an_axis = broadly and case.lenient and value.size > 4 and name.isidentifier()
            if form.shape == value.shape or along_an_axis:
                yield from _value_places(name, form)
    if broadly and by_expected:
        yield from _index_places(case.expected.shape)


def _broadcast_to(value, shape):
    if value.shape == shape:
        yield value
    elif value.T.shape == shape:
        yield value.T
    elif value.ndim == 1:
        for axis, n in enumerate(shape):
            if n == value.size and n > 1:
                laid = value.reshape([-1 if k == axis else 1 for k in range(len(shape))])
                yield np.broadcast_to(laid, shape)


def where(text):
    return say("pattern_place_where", condition=text)


def _value_places(name, x):
    if x.size < 2:
        return
    finite = x[np.isfinite(x)]
    with np.errstate(all="ignore"):
        yield where(f"isnan({name})"), np.isnan(x)
        yield where(f"isinf({name})"), np.isinf(x)
        if finite.size == 0 or np.unique(x).size == 1:
            return
        yield where(f"{name} == 0"), x == 0
        if set(np.unique(x)) <= {0.0, 1.0}:
            yield where(f"{name} == 1"), x == 1
            return
        yield where(f"{name} < 0"), x < 0
        yield where(f"{name} > 0"), x > 0
        low, high = finite.min(), finite.max()
        if (x == high).sum() > 1 or (x == low).sum() > 1:  # clipped, perhaps; a single largest entry says nothing
            yield where(f"{name} == max({name})"), x == high
            yield where(f"{name} == min({name})"), x == low
            yield where(f"{name} == min({name}) or max({name})"), (x == high) | (x == low)
            yield where(f"abs({name}) == max(abs({name}))"), np.abs(x) == np.abs(finite).max()
        yield where(f"{name} > 1"), x > 1
        yield where(f"abs({name}) > 1"), np.abs(x) > 1
        yield where(f"abs({name}) < 1"), np.abs(x) < 1
        fraction = np.abs(x - np.trunc(x))
        yield say("pattern_place_half", name=name), fraction == 0.5
        yield say("pattern_place_tie", name=name), _ties(x)
        yield say("pattern_place_tie", name=f"abs({name})"), _ties(np.abs(x))
        if x.ndim == 2:
            for axis in (0, 1):
                extreme = x.max(axis=axis, keepdims=True)
                yield where(f"{name} == max({name}, axis={axis})"), x == extreme
                yield where(f"{name} == min({name}, axis={axis})"), x == x.min(axis=axis, keepdims=True)


def _ties(x):
    _, index, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (counts[index.reshape(-1)] > 1).reshape(x.shape)


def _index_places(shape):
    positions = np.indices(shape, sparse=False)
    for axis, n in enumerate(shape):
        if n < 2:
            continue
        i = positions[axis]
        yield say("pattern_place_last", axis=axis), i == n - 1
        yield say("pattern_place_first", axis=axis), i == 0
        if n > 2:
            yield say("pattern_place_not_first", axis=axis), i != 0
            yield say("pattern_place_not_last", axis=axis), i != n - 1
            yield say("pattern_place_ends", axis=axis), (i == 0) | (i == n - 1)
        if n > 3:
            yield say("pattern_place_odd", axis=axis), i % 2 == 1
            yield say("pattern_place_even", axis=axis), (i % 2 == 0)
            for k in range(1, n - 1):
                yield say("pattern_place_index", axis=axis, index=k), i == k
            for k in range(2, n - 1):
                yield say("pattern_place_from", axis=axis, index=k), i >= k
    if len(shape) == 2 and shape[0] == shape[1] > 1:
        yield say("pattern_place_diagonal"), positions[0] == positions[1]
        yield say("pattern_place_off_diagonal"), positions[0] != positions[1]
        yield say("pattern_place_above"), positions[0] < positions[1]
        yield say("pattern_place_below"), positions[0] > positions[1]
    if len(shape) == 4:
        borders = np.zeros(shape, bool)
        for axis in (2, 3):
            borders |= (positions[axis] == 0) | (positions[axis] == shape[axis] - 1)
        yield say("pattern_place_border"), borders


def _relation(case, wrong):
    """What got is at the wrong entries, as a formula in `expected` and the arguments, or ''."""
    got, expected = case.got[wrong], case.expected[wrong]
    if np.isnan(got).all():
        return "got = NaN"
    if np.isinf(got).all():
        return "got = inf" if (got > 0).all() else "got = -inf" if (got < 0).all() else "got = +-inf"
    if not np.isfinite(got).all():
        return ""
    if (got == got[0]).all() and (got.size > 1 or got[0] == 0) and np.unique(expected).size > 1:
        return f"got = {as_text(got[0])}"
    if not np.isfinite(expected).all():
        return ""
    if (expected == 0).all():
        return _of_an_argument(case, wrong)
    close = 1e-4 if case.rtol else 0.0
    with np.errstate(all="ignore"):
        if np.allclose(got, -expected, rtol=close, atol=0):
            return "got = -expected"
        offset = got - expected
        if got.size > 1 and np.allclose(offset, offset[0], rtol=close, atol=0):
            sign = "+" if offset[0] > 0 else "-"
            return f"got = expected {sign} {as_text(abs(offset[0]))}"
        factor = got / expected
        if got.size > 2 and np.unique(expected).size > 1 and np.allclose(factor, factor[0], rtol=close, atol=0):
            return f"got = {as_text(factor[0])} * expected"
        if case.discrete and got.size > 2 and (np.abs(offset) == 1).all():
            return "got = expected +- 1"
    return _of_an_argument(case, wrong)


def _of_an_argument(case, wrong):
    got = case.got[wrong]
    for name, value in case.arguments:
        if value.shape == case.expected.shape:
            for text, form in ((name, value), (f"-{name}", -value), (f"abs({name})", np.abs(value))):
                if np.allclose(got, form[wrong], rtol=1e-6 if case.rtol else 0, atol=0):
                    return f"got = {text}"
    return ""
