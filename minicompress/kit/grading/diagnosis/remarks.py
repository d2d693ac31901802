"""Remarks on a failed check that no known mistake explains: a pattern, and the smallest call that fails.

Both are found by trying: the answer and the solution are called with similar arguments, ever simpler ones. The solution
decides what is right, and, by refusing them, which arguments are not valid.
`patterns/` looks at a difference, `shrinking.py` at the call.
"""

import copy
import functools
import inspect
import time
from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.comparison.compare import CheckFailed, argument_leaves
from minicompress.kit.grading.comparison.observation import Outcome, same_leaves
from minicompress.kit.grading.comparison.wording import describe_call, name_of, show
from minicompress.kit.grading.diagnosis.patterns import FailingCall, observe_failing_call
from minicompress.kit.grading.diagnosis.shrinking import shrink
from minicompress.kit.grading.submission import OutputLimitReached, observe_call
from minicompress.kit.language import row, say
from minicompress.kit.places import content

__all__ = ["remarks"]

MOST = 2  # observations, and smallest calls, of an exercise; more would take time and say the same again
CPU_SECONDS = 1.5


def remarks(exercise, results, function):
    """Yield (check name, rows of text) for the first failed checks of which something can be said.

    Checks with a diagnosis that is certain need no more.
    """
    solution = _solution(exercise.id)
    began, said = time.process_time(), {"label_observation": [], "label_smallest": []}
    for result in results:
        wanted = {label for label, texts in said.items() if len(texts) < MOST}
        if not wanted or time.process_time() - began > CPU_SECONDS:
            return
        if result.passed or result.asserted or result.call is None:
            continue
        try:
            others = tuple(other.call.make for other in results if other.call and other is not result)
            found = _Failure(exercise.slug, function, solution, result.call, others).found(wanted)
        except Exception:  # remarks are an extra: what cannot be looked at has none
            continue
        new = {label: text for label, text in found.items() if text not in said[label]}
        for label, text in new.items():
            said[label].append(text)
        if new:
            yield result.name, "\n".join(row(say(label), text) for label, text in new.items())


@functools.cache
def _solution(exercise_id):
    return load_function(content().solution(exercise_id), exercise_id.split("/")[1])


@dataclass(frozen=True)
class _Failure:
    """One call that an answer got wrong."""

    name: str
    function: object
    solution: object
    call: object  # a KeptCall
    others: tuple = ()  # what makes the arguments of the calls of other checks

    def found(self, wanted):
        """{label: text} of what is wanted and can be said: what is observed, and the smallest call that fails."""
        got, expected = self._answer(self.call.make()), self._expected(self.call.make())
        kind = self._kind(got, expected)
        texts = {}
        if kind is not None and "label_observation" in wanted and got.error is None:
            texts["label_observation"] = self._observation(got, expected, kind)
        if kind is not None and "label_smallest" in wanted:
            texts["label_smallest"] = self._smallest(kind)
        return {label: text for label, text in texts.items() if text}

    def _answer(self, args):
        try:
            return observe_call(self.function, args, names_of=self.solution, watch=True)
        except (CheckFailed, OutputLimitReached, MemoryError) as error:
            return Outcome(error=error)

    def _expected(self, args):
        return observe_call(self.solution, args, names_of=self.solution)

    def _kind(self, got, expected):
        """In which way a call fails: by which error, or where, and whether by numbers that are not finite."""
        unheard = (CheckFailed, OutputLimitReached, MemoryError, NotImplementedError)
        if expected.error is not None or isinstance(got.error, unheard):
            return None
        if got.error is not None:
            return type(got.error).__name__
        for part, tolerance in (("returned", self.call.tolerance), ("argument", self.call.tolerance_of_arguments)):
            pairs = _leaves(got, part), _leaves(expected, part)
            if len(pairs[0]) != len(pairs[1]):
                return part
            for (_, one), (path, other) in zip(*pairs, strict=True):
                how = _how_wrong(one, other, tolerance)
                if how:
                    return part, path, how
        return None

    def _observation(self, got, expected, kind):
        part = kind[0] if isinstance(kind, tuple) else kind
        args = self.call.make()
        names = list(inspect.signature(self.solution).parameters)
        if part == "argument" and same_leaves(_leaves(expected, part), argument_leaves(names[: len(args)], args)):
            return None  # it should not have been changed; the check says so
        call = FailingCall(self.call.make, names, self._answer, self._reference, self._expected, part, self.others)
        tolerance = self.call.tolerance if part == "returned" else self.call.tolerance_of_arguments
        return observe_failing_call(call, got, expected, tolerance)

    def _reference(self, args):
        return observe_call(self.call.reference, args, names_of=self.solution)

    def _smallest(self, kind):
        """The smallest call that fails in the same way, and what comes of it."""
        args = shrink(lambda args: self._kind(*self._both(args)) == kind, self.call.make())
        if args is None:
            return None
        text = describe_call(self.name, args)
        got, expected = self._both(args)
        if "<" in text:
            return None
        if got.error is not None:
            return say("smallest_raises", call=text, error=name_of(got.error))
        one, other = self._shown(got, expected, kind)
        return say("smallest_gives", call=text, got=one, expected=other)

    def _both(self, args):
        expected = self._expected(copy.deepcopy(args))
        return (self._answer(args), expected) if expected.error is None else (Outcome(), expected)

    def _shown(self, got, expected, kind):
        """Both results as text; the part that differs alone where the whole is long."""
        if kind[0] != "argument":
            texts = show(_round_floats(got.returned)), show(_round_floats(expected.returned))
            if not isinstance(kind, tuple) or (max(map(len, texts)) <= 80 and texts[0] != texts[1]):
                return texts
        part, path, _ = kind
        leaves = (dict(_leaves(outcome, part)) for outcome in (got, expected))
        return tuple(f"{path} = {show(found.get(path))}" if path else show(found.get(path)) for found in leaves)


def _round_floats(value):
    """The same with six digits of every Python float."""
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(_round_floats(item) for item in value)
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _leaves(outcome, part):
    return outcome.returned_leaves if part == "returned" else outcome.argument_leaves


def _how_wrong(got, expected, tolerance):
    """'form', 'not finite' or 'numbers' where two leaves differ, else ''."""
    numeric = [isinstance(leaf, (np.ndarray, np.generic, bool, int, float)) for leaf in (got, expected)]
    if not all(numeric):
        return "form" if any(numeric) or got != expected else ""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or got.dtype.kind not in "fiub":
        return "form"
    if np.asarray(tolerance.accepts(got, expected)).all():
        return ""
    finite = np.isfinite(got.astype(np.float64)) | ~np.isfinite(expected.astype(np.float64))
    return "numbers" if finite.all() else "not finite"
