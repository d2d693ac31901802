"""Find other arguments for which the result would be right: T = 1, |w|, two arguments exchanged.

An argument that is ignored, taken by another name, or changed before use shows in this way, however the answer is
written: the reference, called with the changed arguments, returns just what the answer returned.
"""

import copy
import time
from dataclasses import dataclass, field

import numpy as np

from minicompress.kit.grading.comparison.observation import Structure
from minicompress.kit.grading.diagnosis.patterns.case import as_array, entries_near, information, near, seen
from minicompress.kit.grading.diagnosis.patterns.changes import changes, is_odd

__all__ = ["OtherArguments"]

CPU_SECONDS = 0.25
ENOUGH = 21.0  # bits by which the results must differ, similar calls included; some sixty changes are tried
ENOUGH_ALONE = 40.0  # where no similar call can be asked
RTOL = 2e-5


@dataclass
class _Evidence:
    """How many similar calls a change explains, of other checks and of this one."""

    others: int = 0
    others_not: int = 0
    agreeing: int = 0
    disagreeing: int = 0
    contradictions: int = 0  # right calls that the change would spoil
    bits: float = 0.0

    def count(self, explained, of_another_check, bits):
        """One more call that goes wrong."""
        self.bits += bits * explained
        self.agreeing += explained
        self.disagreeing += not explained
        self.others += explained and of_another_check
        self.others_not += not explained and of_another_check

    def is_enough(self, difference, discrete, odd):
        """Whether the change is believed, for a result that differs by `difference` bits from the expected one."""
        if self.contradictions or (odd and self.disagreeing):
            return False
        if self.agreeing == self.disagreeing == 0:
            return not (odd or discrete) and difference >= ENOUGH_ALONE
        if self.agreeing < 3 or self.bits + difference < (2 if discrete else 1) * ENOUGH:
            return False
        if self.others >= self.others_not:
            return True
        # It holds for calls like this one alone, perhaps since another part of the result hides it elsewhere.
        return not discrete and difference >= 20 and self.agreeing >= 8 and self.disagreeing == self.others_not


@dataclass
class OtherArguments:
    """What the solution of a `FailingCall` returns for its arguments, one or two of them changed."""

    call: object
    _results: list = field(default=None, init=False)

    def observe(self, got, expected):
        """What is said of the first change after which all that is `expected` becomes all that was `got`, or None."""
        wanted, right = _numbers(got), _numbers(expected)
        if wanted is None or not all(np.isfinite(row[2]).all() for row in wanted if isinstance(row[2], np.ndarray)):
            return None
        wrong = _wrong_rows(wanted, right)
        if not wrong or not any(row[2].any() for row in wrong):
            return None  # that it is 0 has too many reasons
        return self._first(lambda found: found, wanted, right)

    def observe_leaf(self, case):
        """The same of one leaf, where the others are not what the change would make of them."""
        if case.expected.size == 0 or not np.isfinite(case.got).all() or not case.got.any():
            return None

        def leaf(found):
            return [row for row in found or () if row[0] == case.path and isinstance(row[2], np.ndarray)] or None

        parts = [("", case.got_as_it_was), ("", case.expected_as_it_was)]
        got, expected = ([(case.path, *_numbers([part])[0][1:])] for part in parts)
        return self._first(leaf, got, expected)

    def _first(self, part, got, expected):
        """The first change that explains the similar calls too, or without any, this call beyond chance."""
        difference = _difference(got, expected)
        discrete = all(row[1] for row in _wrong_rows(got, expected))
        for text, change, result in self._all():
            if not _equal(got, part(result)):
                continue
            evidence = self._evidence(text, change, part)
            if evidence.is_enough(difference, discrete, is_odd(text, self.call.names)):
                return seen("what_if", change=text)
        return None

    def _evidence(self, text, change, part):
        """What the similar calls say. Where the answer is right, the change must leave the result as it is."""
        evidence = _Evidence()
        for args, _, got, expected, of_another_check in self.call.similar():
            got, right = part(_numbers(got)), part(_numbers(expected))
            difference = _difference(got, right)
            result = part(self._after(text, change, args))
            if difference:
                evidence.count(result is not None and _equal(got, result), of_another_check, difference)
            elif result is not None and not _equal(right, result):
                evidence.contradictions += 1
        return evidence

    def _all(self):
        if self._results is None:
            self._results = []
            deadline = time.process_time() + CPU_SECONDS
            for text, change in changes(self.call.make(), self.call.names):
                if time.process_time() > deadline:
                    break
                result = self._after(text, change, self.call.make())
                if result is not None:
                    self._results.append((text, change, result))
        return self._results

    def _after(self, text, change, args):
        args, at_the_edge = copy.deepcopy(list(args)), text.endswith((" = 0", " = 1"))
        try:
            with np.errstate(all="ignore"):
                change(args)
        except Exception:  # a change that this argument does not allow
            return None
        outcome = self.call.solution(tuple(args))
        if outcome.error is not None and at_the_edge:  # such as eps = 0, which a check of arguments refuses
            outcome = self.call.reference(copy.deepcopy(tuple(args)))
        return None if outcome.error is not None else _numbers(self.call.leaves_of(outcome))


def _numbers(found):
    """What is returned as [(path, float64 array)], None where it holds anything else."""
    rows = []
    for path, value in found:
        if isinstance(value, Structure):
            rows.append((path, value.kind, value.length))
            continue
        array = as_array(value)
        if array is None:
            return None
        rows.append((path, array.dtype.kind in "iub", array.astype(np.float64)))
    return rows


def _wrong_rows(got, expected):
    """The rows of got that are arrays and not as expected."""
    if expected is None or len(got) != len(expected):
        return [row for row in got if isinstance(row[2], np.ndarray)]
    pairs = [(one, other) for one, other in zip(got, expected, strict=True) if isinstance(one[2], np.ndarray)]
    return [one for one, other in pairs if not isinstance(other[2], np.ndarray) or not near(one[2], other[2], RTOL)]


def _difference(got, expected):
    """Bits in which two results differ."""
    if got is None or expected is None or len(got) != len(expected):
        return 0.0
    total = 0.0
    for (_, _, one), (_, discrete, other) in zip(got, expected, strict=True):
        if not isinstance(other, np.ndarray) or not isinstance(one, np.ndarray):
            continue
        if one.shape != other.shape:
            total += information(one)
            continue
        differs = ~entries_near(one, other, RTOL)
        total += 2.0 * differs.sum() if discrete else information(one[differs]) + 1.0 * differs.sum()
    return total


def _equal(got, result):
    if got is None or result is None or len(got) != len(result):
        return False
    for (path, kind, one), (other_path, other_kind, other) in zip(got, result, strict=True):
        if path != other_path:
            return False
        if isinstance(one, np.ndarray) != isinstance(other, np.ndarray):
            return False
        if not isinstance(one, np.ndarray):
            if (kind, one) != (other_kind, other):
                return False
        elif not near(one, other, 0.0 if kind and other_kind else RTOL):
            return False
    return True
