"""Run the checks on one answer, in this process, and record what it did.

Left out: the explanation of failures (`grade.py`, which calls `diagnosis/`).
"""

from dataclasses import dataclass

from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.comparison.observation import Trace
from minicompress.kit.grading.submission import OutputLimitReached, Submission
from minicompress.kit.language import say

__all__ = ["CheckResult", "Tapes", "record", "run_check"]


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
    asserted: bool = False  # the diagnosis explains all that failed, for certain
    call: object = None  # the latest `KeptCall`, where there is one: if it failed, the one that did
    printed: str = ""  # the last lines that the answer printed in the call that failed

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
    submission.tape, submission.check, submission.kept_call = [], check.name, None
    result = CheckResult(check.name, check.title, check.points, True)
    try:
        check.function(submission)
        result.call = submission.kept_call
    except CheckFailed as failure:
        result.passed, result.message = False, str(failure)
        result.arrays, result.call = _as_lists(failure.arrays), submission.kept_call
    except OutputLimitReached:
        result.passed, result.message = False, say("printed_too_much")
    except MemoryError:
        result.passed, result.message = False, say("out_of_memory")
    if not result.passed and submission.tape:
        result.printed = _last_lines(submission.tape[-1].printed)
    return result


PRINTED_LINES, PRINTED_CHARACTERS = 10, 2000


def _last_lines(printed):
    return "\n".join(printed.splitlines()[-PRINTED_LINES:])[-PRINTED_CHARACTERS:]


ENTRIES_FOR_A_PICTURE = 4096  # a larger array does not fit a picture, and is too much to send between processes


def _as_lists(arrays):
    if arrays is None or arrays[0].size > ENTRIES_FOR_A_PICTURE:
        return None
    return dict(zip(("got", "expected", "wrong"), (array.tolist() for array in arrays), strict=True))


class Tapes:
    """What an answer did, check by check."""

    def __init__(self, by_check):
        self.by_check = by_check  # {check name: [Outcome, ...]}
        self.traces = {name: Trace(outcomes) for name, outcomes in by_check.items()}


def record(exercise, function, known=False, expectations=None):
    """Run every check on `function`; return the results and the tapes.

    `known`: it is one of the project's own answers. `expectations`: a dict that answers graded one after the other
    share, so that the reference runs once for all of them.
    """
    submission = Submission(function, exercise.slug, watch_random_state=not known, expectations=expectations)
    results, tapes = [], {}
    for check in load_checks(exercise.id):
        results.append(run_check(check, submission))
        tapes[check.name] = submission.tape
    return results, Tapes(tapes)
