"""Grade one answer, in this process: run every check, then explain the failures.

A failed check is diagnosed by elimination: every known wrong answer runs through the same checks; one that did, call by
call, exactly what the learner's answer did explains the failure. Among several, the one that agrees on most checks.
"""

import contextlib
from dataclasses import dataclass

from minicompress.kit.grading.answers import IDLE, wrong_answers
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.comparison import CheckFailed
from minicompress.kit.grading.observation import Trace
from minicompress.kit.grading.submission import OutputLimitReached, Submission
from minicompress.kit.language import say

__all__ = ["CheckResult", "Tapes", "diagnose", "grade_function", "run_check"]


@dataclass
class CheckResult:
    """The verdict of one check."""

    name: str
    title: str
    points: int
    passed: bool
    message: str = ""
    diagnosis: str | None = None
    arrays: dict | None = None  # {"got", "expected", "wrong"} as nested lists, for pictures

    def as_json(self):
        """What the contract of `check --json` lists for a check."""
        return {
            "name": self.name,
            "points": self.points,
            "passed": self.passed,
            "message": self.message,
            "diagnosis": self.diagnosis,
        }


def run_check(check, submission):
    """Run one check; the calls it made are on `submission.tape`."""
    submission.tape = []
    result = CheckResult(check.name, check.title, check.points, True)
    try:
        check.function(submission)
    except CheckFailed as failure:
        result.passed, result.message = False, str(failure)
        result.arrays = _as_lists(failure.arrays)
    except OutputLimitReached:
        result.passed, result.message = False, say("printed_too_much")
    except MemoryError:
        result.passed, result.message = False, say("out_of_memory")
    return result


ENTRIES_FOR_A_PICTURE = 4096  # a larger array is no picture, and too much to send between processes


def _as_lists(arrays):
    if arrays is None or arrays[0].size > ENTRIES_FOR_A_PICTURE:
        return None
    return dict(zip(("got", "expected", "wrong"), (array.tolist() for array in arrays), strict=True))


class Tapes:
    """What an answer did, check by check."""

    def __init__(self, by_check):
        self.by_check = by_check  # {check name: [Outcome, ...]}
        self.traces = {name: Trace(outcomes) for name, outcomes in by_check.items()}

    def agree_on(self, other, name):
        """Whether two answers did the same in one check."""
        return self.traces[name].agrees_with(other.traces[name])

    def agreement(self, other):
        """In how many checks two answers did the same."""
        return sum(self.agree_on(other, name) for name in self.traces)


def record(exercise, function, known=False):
    """Run every check on `function`; return the results and the tapes. `known`: one of the project's own answers."""
    submission = Submission(function, exercise.slug, watch_random_state=not known)
    results, tapes = [], {}
    for check in load_checks(exercise.id):
        results.append(run_check(check, submission))
        tapes[check.name] = submission.tape
    return results, Tapes(tapes)


_wrong_tapes = {}


def tapes_of_wrong_answers(exercise):
    """[(Wrong, Tapes, names of failed checks), ...]: what each known wrong answer does, found once in a process."""
    if exercise.id not in _wrong_tapes:
        rows = [(answer, record(exercise, answer.function, known=True)) for answer in wrong_answers(exercise.id)]
        _wrong_tapes[exercise.id] = [
            (answer, tapes, {result.name for result in results if not result.passed})
            for answer, (results, tapes) in rows
        ]
    return _wrong_tapes[exercise.id]


_idle_tapes = {}


def does_nothing(exercise, tapes, failed):
    """Whether an answer failed most checks, and all of them just as an answer does that does nothing."""
    if exercise.id not in _idle_tapes:
        _idle_tapes[exercise.id] = [record(exercise, answer, known=True)[1] for answer in IDLE.values()]
    idle_answers = _idle_tapes[exercise.id]
    most = 2 * len(failed) > len(tapes.by_check)
    return most and any(all(tapes.agree_on(idle, name) for name in failed) for idle in idle_answers)


def ranked(exercise, tapes):
    """The known wrong answers as (Wrong, Tapes, failed checks), the likeliest first, the file's order among equals."""
    return sorted(tapes_of_wrong_answers(exercise), key=lambda row: -tapes.agreement(row[1]))


def diagnose(exercise, results, tapes):
    """Fill in `diagnosis` for every failed check that a known wrong answer explains."""
    failed = [result for result in results if not result.passed and _can_be_diagnosed(tapes, result.name)]
    if not failed or does_nothing(exercise, tapes, [result.name for result in failed]):
        return
    rows = ranked(exercise, tapes)
    for result in failed:
        # One that passes the check has the right numbers there: it does not explain what is wrong, such as a dtype.
        explains = (a for a, known, fails in rows if result.name in fails and tapes.agree_on(known, result.name))
        result.diagnosis = next((answer.diagnosis for answer in explains), None)


def _can_be_diagnosed(tapes, name):
    tape = tapes.by_check.get(name, [])
    return bool(tape) and not isinstance(tape[-1].error, NotImplementedError)


def grade_function(exercise, function, *, with_diagnosis=True):
    """Results of every check for a function, in this process and without limits of time and memory."""
    results, tapes = record(exercise, function)
    if with_diagnosis:
        with contextlib.suppress(MemoryError):
            diagnose(exercise, results, tapes)
    return results
