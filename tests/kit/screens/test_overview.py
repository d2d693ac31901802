"""The overview shows what is solved, what was given up and what comes next, at any width."""

import os
import re

import pytest
from kit_command import PRUNING, solution, write_submission
from terminals import ESCAPE, HALF, cells, in_a_terminal

from minicompress.kit.catalog import read_catalog
from minicompress.kit.course import plan
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process import runner
from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.grading.recording import CheckResult


def test_the_dashboard_says_what_is_solved_what_is_next_why_and_which_file_to_open(command, workspace):
    solved, following, *_ = plan(read_catalog())
    write_submission(workspace / "exercises", {solved.id: solution(solved.id)})
    command("check", solved.id)
    _, printed, _ = command()
    text = " ".join(printed.split())
    assert f"1 of {len(read_catalog())} exercises solved, " in text
    of_chapter = sum(e.chapter == solved.chapter for e in read_catalog().values())
    assert re.search(rf"{solved.chapter} [✓▸·]+ 1 of {of_chapter}", text)
    assert re.search(rf"✓ {solved.slug} .* (\d+)/\1 +1 +0 *\n", command("status")[1])
    assert f"Next: {following.id} {following.titles['en']}" in text
    assert following.reasons["en"] in text
    assert os.path.join("exercises", following.chapter, f"{following.slug}.py") in text
    assert f"minicompress check {following.id}" in text


def test_when_all_is_solved_the_dashboard_says_so(command, monkeypatch):
    def all_pass(exercises, folder, *, check_limit):  # that the solutions do, test_check_contract.py tests
        for exercise in exercises:
            checks = [CheckResult(c.name, c.title, c.points, passed=True) for c in load_checks(exercise.id)]
            yield ExerciseResult(exercise, "passed", checks)

    monkeypatch.setattr(runner, "grade_files", all_pass)
    assert command("check")[0] == 0
    for words in ((), ("next",)):
        assert "All exercises are solved." in command(*words)[1]
    status, _, error = command("hint")
    assert (status, "name the one you mean" in error) == (2, True)


def test_a_folder_without_exercises_says_how_to_begin(tmp_path, monkeypatch, capsys):
    from minicompress.kit.cli.command_line import main
    from minicompress.kit.cli.commands import here, overview

    for module in (here, overview):
        monkeypatch.setattr(module, "find_workspace", lambda: None)
    assert main([]) == 0
    assert "minicompress init" in capsys.readouterr().out
    assert main(["status"]) == 2
    assert "minicompress init" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize("width", [40, 80])
def test_in_a_terminal_the_dashboard_is_coloured_and_fits(workspace, width):
    status, shown = in_a_terminal([], workspace, width)
    assert status == 0
    assert "\x1b[" in shown
    plain = ESCAPE.sub("", shown).replace("\r", "")
    assert "pruning" in plain
    assert max(map(cells, plain.splitlines())) <= width


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_every_title_is_in_sight_cut_if_it_must_be(command, monkeypatch, width, language):
    monkeypatch.setenv("COLUMNS", str(width))
    _, printed, _ = command("status", "--lang", language)
    lines = {line.split()[1]: line for line in printed.splitlines() if len(line.split()) > 2}
    for exercise in read_catalog().values():
        assert exercise.titles[language][:6] in lines[exercise.slug]


def test_an_exercise_that_was_given_up_is_seen_until_it_is_solved(command, workspace):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    command("compare", PRUNING, "--give-up")
    for words in ((), ("status",)):
        assert "○ 1 given up" in command(*words)[1]
    assert "○ weight_pruning" in command("status")[1]
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    command("check", PRUNING)
    assert "given up" not in command("status")[1]
