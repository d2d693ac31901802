"""The other right answers of an exercise, as text."""

import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.styles import right_styles


@pytest.mark.parametrize("exercise", read_catalog())
def test_every_exercise_has_styles_to_show(exercise):
    styles = right_styles(exercise)
    assert [name for name, _ in styles] == [answer.name for answer in right_answers(exercise)]
    for _, text in styles:
        compile(text, exercise, "exec")
