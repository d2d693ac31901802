"""One answer is graded in this process: every check is run, and what failed is explained on request."""

import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.grading.grade import grade_function


@pytest.mark.parametrize("exercise", read_catalog().values(), ids=lambda exercise: exercise.id)
def test_every_check_of_a_fresh_stub_says_that_it_is_not_written(exercise, laid_out):
    stub = load_function(laid_out / "exercises" / f"{exercise.id}.py", exercise.slug)
    result = ExerciseResult(exercise, checks=grade_function(exercise, stub, with_diagnosis=False))
    assert result.untouched
    assert result.earned == 0
