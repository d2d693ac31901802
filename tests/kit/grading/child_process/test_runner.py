"""A check that hangs costs its process and its own points; the others are graded, and the line that hung is named."""

import pytest
from kit_command import PRUNING, write_submission
from odd_answers import body, then_right

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process import runner


def test_after_one_endless_loop_later_checks_get_less_time(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "LATER_CHECK_LIMIT_SECONDS", 0.2)
    folder = write_submission(tmp_path, {PRUNING: then_right("while threshold == 0: pass")})
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder, check_limit=0.6)
    said = [check.message.partition(":")[0] for check in result.checks if not check.passed]
    assert said == ["It did not return within 0.6 s", "It did not return within 0.2 s"]


def test_a_loop_in_a_folder_with_chinese_characters_and_spaces_still_names_its_line(tmp_path):
    folder = write_submission(tmp_path / "我的 答案 ü", {PRUNING: "import os\nwhile True: pass\n"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "IMPORT_LIMIT_SECONDS", 1.0)
        (result,) = runner.grade_files([find_exercise(PRUNING)], folder, check_limit=1.0)
    assert result.status == "timeout"
    assert "line: 2: while True: pass" in result.trouble


def test_a_diagnosis_that_took_too_long_is_said_to_be_missing(tmp_path, monkeypatch):
    """The answer makes the search endless, as a machine that is far too busy might."""
    endless = "def search(*_):\n    while True:\n        pass\n\ndiagnose.diagnose = search"
    source = body("return 0.25", top=f"from minicompress.kit.grading.diagnosis import diagnose\n{endless}")
    folder = write_submission(tmp_path, {PRUNING: source})
    monkeypatch.setattr(runner, "IMPORT_LIMIT_SECONDS", 1.0)
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder, check_limit=1.0)
    failed = [check for check in result.checks if not check.passed]
    assert failed
    assert all(check.diagnosis is None for check in failed)
    assert all("skipped: " in check.message.splitlines()[-1] for check in failed)
