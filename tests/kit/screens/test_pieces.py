"""The pieces of every screen fit the terminal, its encoding, and a pipe that may be closed."""

import os
import re
import subprocess
import sys

import pytest
from kit_command import PRUNING, environment, points, run, solution, write_submission
from terminals import COMMANDS, HALF, ON_A_TERMINAL, in_a_terminal


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_no_color_is_respected_in_a_terminal(workspace):
    status, shown = in_a_terminal(["status"], workspace, 80, NO_COLOR="1")
    assert status == 0
    assert re.search(r"\x1b\[[0-9;]*3[0-7]m", shown) is None


def test_a_console_without_unicode_shows_plain_marks(workspace):
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    plain = environment(PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    result = run("check", PRUNING, cwd=workspace, env=plain)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.isascii()
    assert f"+ pruning/weight_pruning  {points(PRUNING)} of {points(PRUNING)} points" in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
def test_a_pipe_that_is_closed_early_leaves_no_traceback(workspace):
    line = f'"{sys.executable}" -m minicompress show {PRUNING} | head -n 1'
    result = subprocess.run(line, shell=True, cwd=workspace, env=environment(), capture_output=True, encoding="utf-8")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("# Weight pruning")


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
def test_a_reader_that_is_gone_before_the_first_word_leaves_no_traceback(workspace):
    line = f'"{sys.executable}" -m minicompress show {PRUNING} | true'
    result = subprocess.run(line, shell=True, cwd=workspace, env=environment(), capture_output=True, encoding="utf-8")
    assert result.stderr == ""


@ON_A_TERMINAL
def test_while_an_answer_hangs_the_terminal_says_what_is_being_graded(workspace):
    write_submission(workspace / "exercises", {PRUNING: "import time\ntime.sleep(0.5)\n" + HALF})
    _, shown = in_a_terminal(["check", PRUNING], workspace, 80)
    word = f"grading {PRUNING} ..."
    assert shown.index(word) < shown.index("0 of")
    assert "\x1b[2K" in shown[shown.index(word) : shown.index("0 of")]


def test_in_a_pipe_nothing_is_said_while_it_lasts(command, workspace):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    assert "grading" not in command("check", PRUNING)[1]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_in_a_pipe_ends_in_blanks(command, workspace, words):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    _, printed, _ = command(*words)
    assert [line for line in printed.splitlines() if line != line.rstrip()] == []
