"""Known answers are marked in their files, kept in the order of the file, and share a diagnosis where they should."""

import numpy as np
import pytest
from kit_command import PRUNING

from minicompress.kit.grading.diagnosis import answers
from minicompress.kit.grading.diagnosis.answers import IDLE, equivalent_mutants, right, same_mistake, wrong
from minicompress.kit.language import choose_language


def test_another_writing_of_a_mistake_shares_the_diagnosis_of_the_first():
    @wrong(en="It squares w.", zh="它把 w 平方了。")
    def squares(w):
        return w * w

    @same_mistake(squares)
    def squares_by_power(w):
        return w**2

    first, second = squares.answer, squares_by_power.answer
    assert (first.name, first.diagnosis_of, second.name, second.diagnosis_of) == (
        "squares",
        "squares",
        "squares_by_power",
        "squares",
    )
    assert first.diagnosis == second.diagnosis == "It squares w."
    choose_language("zh")
    assert second.diagnosis == "它把 w 平方了。"
    assert second.function(3) == squares(3) == 9


def test_wrong_and_right_answers_come_from_their_own_files_in_order():
    wrong_ones, right_ones = answers.wrong_answers(PRUNING), answers.right_answers(PRUNING)
    assert all(isinstance(one, answers.Wrong) for one in wrong_ones)
    assert all(isinstance(one, answers.Right) for one in right_ones)
    assert {one.diagnosis_of for one in wrong_ones} <= {one.name for one in wrong_ones}
    lines = [one.function.__code__.co_firstlineno for one in right_ones]
    assert lines == sorted(lines)
    assert len(right_ones) >= 2


@pytest.mark.parametrize(("version", "expected"), [("1.26.4", {"a": "so", "b": "widens"}), ("2.1.0", {"a": "so"})])
def test_some_mutants_are_equivalent_under_one_numpy_alone(monkeypatch, version, expected):
    @right
    def module():
        pass

    module.EQUIVALENT_MUTANTS = {"a": "so"}
    module.EQUIVALENT_UNDER_NUMPY = {1: {"b": "widens"}}
    monkeypatch.setattr(answers, "load_module", lambda path, exercise_id: module)
    monkeypatch.setattr(np, "__version__", version)
    assert equivalent_mutants(PRUNING) == expected


def test_idle_answers_return_nothing_zero_or_refuse():
    assert IDLE["return None"](1, k=2) is None
    assert IDLE["return 0.0"](1, k=2) == 0.0
    with pytest.raises(ValueError, match="refused"):
        IDLE["raise ValueError"](1)
