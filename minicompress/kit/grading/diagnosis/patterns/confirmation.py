"""Confirm an observation by similar calls; what only one call shows may be chance.

An observer that may ask similar calls is `lenient` in each: it speaks of a single number, and of a small mask. What it
says counts if most of the similar calls that go wrong show the same, and of the quantities that a factor equals those
are named that it equals in all of them.
"""

import re
from dataclasses import replace

import numpy as np

from minicompress.kit.grading.comparison.observation import Structure
from minicompress.kit.grading.diagnosis.patterns.case import Case, as_array

__all__ = ["as_one", "confirm", "pairs"]

_PLAIN_NAME = re.compile(r"-?(1/)?(len\([\w.\[\]]+\)|[\w.\[\]]+)(\^2)?")  # T, 1/T^2, len(x); no sum, no product
BITS = 20  # of difference, in all calls together
BITS_ALONE = 60  # that one call must show where the similar calls do not


def confirm(observer, case):
    """Return what an observer sees in this call if similar calls show it too, or if it is beyond chance in this one."""
    if case.call is None:
        return observer(case)
    found = observer(replace(case, lenient=True))
    if found is None:
        return None
    agreeing, disagreeing, amounts, names = [case], 0, {found.amount}, set(found.names)
    for other in _similar_cases(case):
        there = observer(other) if other.same_shape == case.same_shape else None
        if found.agrees_with(there):
            agreeing.append(other)
            amounts.add(there.amount)
            names &= set(there.names)
        else:
            disagreeing += 1
    strict = observer(case)
    if len(amounts) == 1:  # where nothing varied, only the simplest names, and none for a factor of 2
        two = found.amount is not None and min(abs(found.amount - 2), abs(found.amount - 0.5)) < 1e-4
        names = set() if two else {name for name in names if _PLAIN_NAME.fullmatch(name)}
    found = _keep_names(found, names)
    return found if _is_sure(found, case, strict, agreeing, disagreeing, amounts) else None


def _similar_cases(case):
    """The cases of the same part of the result in similar calls, as far as it is wrong there."""
    for args, arguments, got, expected, _ in case.call.similar():
        for path, one, other in pairs(as_one(got), as_one(expected)) or ():
            if path == case.path:
                similar = Case(one, other, arguments, case.tolerance, True, path, args, case.call)
                if not similar.is_right:
                    yield similar


def _is_sure(found, case, strict, agreeing, disagreeing, amounts):
    if found.key == "quantity" and not found.names:
        return False
    if case.expected.size == 1 or (case.expected.size < 4 and case.information < 30):
        return _is_sure_of_few(found, agreeing, disagreeing, amounts)
    evidence = sum(other.evidence for other in agreeing)
    if len(agreeing) > 2 and disagreeing <= len(agreeing) / 4 and evidence >= BITS:
        return True
    return strict is not None and (disagreeing <= 2 * len(agreeing) or case.evidence >= BITS_ALONE)


def _is_sure_of_few(found, agreeing, disagreeing, amounts):
    """Of one or a few numbers: whether the similar calls, in which other numbers are expected, show the same."""
    different = len({tuple(other.expected.ravel()) for other in agreeing})
    generic = agreeing[0].information >= BITS
    named = bool(found.names) and (len(amounts) > 1 or generic)
    if disagreeing > len(agreeing) * (1 if named and generic else 0.25):
        return False
    if not named and found.amount is not None and not _is_plain(found.amount):
        return False
    return different >= 4 or (named and (different >= 2 or (generic and not disagreeing)))


def _is_plain(amount):
    """Whether a number is whole, or one over a whole one."""
    return abs(amount) < 1e4 and any(abs(x - round(x)) < 1e-6 and round(x) for x in (amount, 1 / amount))


def _keep_names(found, names):
    """The observation with the shortest of the names that are left."""
    kept = sorted((name for name in found.names if name in names), key=lambda name: ("count" in name, len(name)))
    return replace(found, names=tuple(kept[:1]))


def as_one(found):
    """The leaves of a list of numbers as one leaf, an array; all else as it is."""
    if len(found) < 3 or not isinstance(found[0][1], Structure) or found[0][1].kind != "list":
        return found
    numbers = [value for _, value in found[1:]]
    if found[0][1].length != len(numbers) or any(as_array(v) is None or np.ndim(v) for v in numbers):
        return found
    return [("", np.array(numbers))]


def pairs(got, expected):
    """[(path, got, expected)] of the leaves that can be compared; None where the two are built differently."""
    if len(got) != len(expected):
        return None
    found = []
    for (_, one), (path, other) in zip(got, expected, strict=True):
        if isinstance(other, Structure):
            if one != other:
                return None
            continue
        one, other = as_array(one), as_array(other)
        if one is not None and other is not None:
            found.append((path, one, other))
    return found
