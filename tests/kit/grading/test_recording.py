"""Every check is run on an answer; what it did and what it printed is kept, whatever ends a check."""

import numpy as np
import pytest
from functions_to_check import load
from kit_command import PRUNING, points

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.checks import Check
from minicompress.kit.grading.recording import record, run_check
from minicompress.kit.grading.submission import Submission


def run(answer, *, expected=2.0, after=None):
    """The result of one check that calls `answer(1.0)` and expects a number."""

    def function(submission):
        submission.agrees_with(lambda x: expected, lambda: (1.0,))
        if after:
            raise after

    submission = Submission(answer, "f")
    return run_check(Check("test_f", 4, {"en": "f", "zh": "f"}, function), submission), submission


def test_a_passed_check_has_no_message_and_the_points_and_title_of_the_check():
    result, submission = run(lambda x: 2.0)
    assert result.as_json() == {"name": "test_f", "points": 4, "passed": True, "message": "", "diagnosis": None}
    assert (result.title, result.printed, result.arrays, len(submission.tape)) == ("f", "", None, 1)


def test_a_failed_check_keeps_its_message_and_the_arrays_for_a_picture():
    result, _ = run(lambda x: np.array([1.0, 5.0]), expected=np.array([1.0, 2.0]))
    assert not result.passed
    assert "got: 5" in result.message
    assert result.arrays == {"got": [1.0, 5.0], "expected": [1.0, 2.0], "wrong": [False, True]}


def test_an_array_that_is_too_large_for_a_picture_is_not_kept():
    result, _ = run(lambda x: np.zeros(4097), expected=np.ones(4097))
    assert (result.passed, result.arrays) == (False, None)


def test_the_last_ten_lines_that_were_printed_are_kept_of_a_failed_check():
    def prints(x):
        for i in range(12):
            print(f"w is {i}")
        return x

    result, _ = run(prints)
    assert result.printed.splitlines() == [f"w is {i}" for i in range(2, 12)]


def test_a_lack_of_memory_fails_the_check_in_a_sentence():
    result, _ = run(lambda x: 2.0, after=MemoryError())
    assert (result.passed, "memory" in result.message) == (False, True)


@pytest.mark.parametrize("right", [True, False])
def test_every_check_of_an_exercise_is_recorded_with_its_tape(right):
    answer = load(PRUNING) if right else lambda model, threshold: 0.5
    results, tapes = record(find_exercise(PRUNING), answer)
    assert sum(result.points for result in results) == points(PRUNING)
    assert all(result.passed for result in results) == right
    assert list(tapes.by_check) == list(tapes.traces) == [result.name for result in results]
    assert all(tapes.by_check.values())
