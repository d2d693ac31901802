"""One answer is graded in this process: every check is run, and what failed is explained on request."""

import pytest
from functions_to_check import load
from kit_command import PRUNING

from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.grading.diagnosis.answers import wrong_answers
from minicompress.kit.grading.grade import grade_function


@pytest.mark.parametrize("exercise", read_catalog().values(), ids=lambda exercise: exercise.id)
def test_every_check_of_a_fresh_stub_says_that_it_is_not_written(exercise, laid_out):
    stub = load_function(laid_out / "exercises" / f"{exercise.id}.py", exercise.slug)
    result = ExerciseResult(exercise, checks=grade_function(exercise, stub, with_diagnosis=False))
    assert result.untouched
    assert result.earned == 0


def test_what_failed_is_explained_and_only_on_request():
    exercise, wrong = find_exercise(PRUNING), wrong_answers(PRUNING)[0]
    plain = grade_function(exercise, wrong.function, with_diagnosis=False)
    assert [result.diagnosis for result in plain] == [None] * len(plain)
    explained = grade_function(exercise, load(PRUNING))
    assert all(result.passed and result.diagnosis is None for result in explained)
    failed = [result for result in grade_function(exercise, wrong.function) if not result.passed]
    assert failed[0].diagnosis.endswith(wrong.diagnosis)


def test_a_lack_of_memory_while_explaining_keeps_the_results(monkeypatch):
    def fail(*arguments):
        raise MemoryError

    monkeypatch.setattr("minicompress.kit.grading.diagnosis.diagnose.diagnose", fail)
    results = grade_function(find_exercise(PRUNING), lambda model, threshold: 0.5)
    assert [result.passed for result in results].count(False) > 0
