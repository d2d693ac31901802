"""A graded check is a function with points and a title; a graded file is loaded once, in its order."""

import pytest
from kit_command import PRUNING

from minicompress.kit.grading import checks
from minicompress.kit.grading.checks import Check, graded, load_checks, load_module
from minicompress.kit.language import choose_language


def test_a_marked_function_stays_callable_and_tells_points_and_titles():
    @graded(3, en="ties stay", zh="并列保留")
    def test_ties(submission):
        return submission

    assert test_ties(5) == 5
    assert test_ties.graded == Check("test_ties", 3, {"en": "ties stay", "zh": "并列保留"}, test_ties)
    assert test_ties.graded.title == "ties stay"
    choose_language("zh")
    assert test_ties.graded.title == "并列保留"


def test_the_checks_of_an_exercise_come_in_the_order_of_their_file_and_once():
    lines = [check.function.__code__.co_firstlineno for check in load_checks(PRUNING)]
    assert lines == sorted(lines)
    assert all(check.name == check.function.__name__ and check.points > 0 for check in load_checks(PRUNING))
    assert load_checks(PRUNING) is load_checks(PRUNING)


def test_a_file_is_run_once_and_two_files_of_one_name_stay_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "right_f.py").write_text(f"where = {folder!r}\n")
    first = load_module(tmp_path / "a" / "right_f.py", "a/f")
    assert load_module(tmp_path / "a" / "right_f.py", "a/f") is first
    assert [first.where, load_module(tmp_path / "b" / "right_f.py", "b/f").where] == ["a", "b"]


def test_a_graded_file_without_checks_is_refused(tmp_path, monkeypatch):
    (tmp_path / "test_f.py").write_text("def test_without_points(submission): pass\n")
    monkeypatch.setattr(checks, "content", lambda: type("C", (), {"graded_file": lambda *_: tmp_path / "test_f.py"})())
    with pytest.raises(ValueError, match="chapter/f: its graded file holds no check"):
        load_checks("chapter/f")
