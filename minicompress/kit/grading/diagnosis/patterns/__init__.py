"""Describe a difference that no known mistake explains.

`observe` states one exact observation about what an answer returned and what it should have: a factor and the argument
that it equals, a transpose, the places that are wrong. It never says what the mistake is.

    observe(16 * expected, expected, [("T", 4.0)])    ->  "Every entry is 16 times the expected one; here T^2 = 16."

The observers are in `factors`, `formulas`, `arrangements`, `masks`, `places`, `rounding`, `lists`, `parts`;
`other_arguments` finds other arguments for which the result would be right; `confirmation` tells an observation from
chance by `similar_calls`.
"""

import numpy as np

from minicompress.kit.grading.comparison.observation import leaves
from minicompress.kit.grading.diagnosis.patterns.arrangements import another_shape, find_rearrangement, same_values
from minicompress.kit.grading.diagnosis.patterns.case import Case
from minicompress.kit.grading.diagnosis.patterns.confirmation import as_one, confirm, pairs
from minicompress.kit.grading.diagnosis.patterns.factors import (
    argument_as_factor_or_offset,
    constant_factor,
    constant_offset,
    factor_by_axis,
    offset_by_axis,
)
from minicompress.kit.grading.diagnosis.patterns.formulas import (
    a_quantity,
    affine,
    an_argument,
    constant_result,
    function_of_expected,
)
from minicompress.kit.grading.diagnosis.patterns.lists import find_list_difference
from minicompress.kit.grading.diagnosis.patterns.masks import bits, mask
from minicompress.kit.grading.diagnosis.patterns.other_arguments import OtherArguments
from minicompress.kit.grading.diagnosis.patterns.parts import weights_of_parts
from minicompress.kit.grading.diagnosis.patterns.places import describe_wrong_entries, find_wrong_places
from minicompress.kit.grading.diagnosis.patterns.rounding import narrow_floats, not_finite, off_by_one
from minicompress.kit.grading.diagnosis.patterns.similar_calls import FailingCall, plain_arguments
from minicompress.kit.language import say

__all__ = ["FailingCall", "observe", "observe_failing_call"]

_BEFORE = (constant_factor, find_rearrangement, mask, constant_offset, bits)
_AFTER = (
    weights_of_parts,
    argument_as_factor_or_offset,
    an_argument,
    a_quantity,
    function_of_expected,
    affine,
    not_finite,
    off_by_one,
    find_wrong_places,
    factor_by_axis,
    offset_by_axis,
    same_values,
    narrow_floats,
    describe_wrong_entries,
    constant_result,
)


def observe(got, expected, arguments, *, tolerance=None, call=None):
    """One sentence on how `got` differs from `expected`, or None; never raises.

    `got` and `expected` are numbers, arrays, or tuples, lists and dictionaries of them. `arguments` is a list of
    (name, value); all but numbers and arrays are ignored. `tolerance` tells which entries are right. `call`, a
    `FailingCall`, lets the answer be tried on similar arguments.
    """
    try:
        with np.errstate(all="ignore"):
            found = _observe(leaves(got), leaves(expected), plain_arguments(arguments), tolerance, call)
        return found or _of_lists(got, expected)
    except Exception:  # an observation is an extra: a value that cannot be read has none
        return None


def observe_failing_call(call, got, expected, tolerance=None):
    """The same for a `FailingCall` and the two Outcomes `got` and `expected` of its arguments."""
    try:
        arguments = call.named(call.make())
        with np.errstate(all="ignore"):
            found = _observe(call.leaves_of(got), call.leaves_of(expected), arguments, tolerance, call)
        return found or (_of_lists(got.returned, expected.returned) if call.part == "returned" else None)
    except Exception:
        return None


def _of_lists(got, expected):
    found = find_list_difference(got, expected)
    return _at(*found) if found else None


def _observe(got, expected, arguments, tolerance, call):
    parts = pairs(as_one(got), as_one(expected))
    if parts is None:
        return None
    args = call.make() if call else None
    cases = [Case(one, other, arguments, tolerance, False, path, args, call) for path, one, other in parts]
    wrong = [case for case in cases if not case.is_right]
    several = len(cases) > 1
    for case in wrong:
        found = _look(_BEFORE, case)
        if found:
            return _at(case.path if several else "", found)
    others = OtherArguments(call) if call else None
    found = others.observe(got, expected) if others else None
    if found:
        return _at("", found)
    for case in wrong:
        found = (others.observe_leaf(case) if others else None) or _look(_AFTER, case)
        if found:
            return _at(case.path if several else "", found)
    return None


def _look(observers, case):
    if not case.got.size or not case.expected.size:
        return None
    if not case.same_shape:
        observers = (another_shape,) if observers is _BEFORE else ()
    for observer in observers:
        if case.call and case.call.spent:
            return None
        found = confirm(observer, case)
        if found:
            return found
    return None


def _at(path, found):
    return say("pattern_at", path=path, sentence=found.text) if path else found.text
