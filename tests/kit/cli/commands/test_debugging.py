"""`check ID --debug CHECK` finds the check that is meant, and says what cannot be debugged."""

import json

import pytest
from debugged import debug, wrong
from kit_command import PRUNING, QUANTIZATION
from learner import write


def test_without_a_name_the_first_check_that_fails_is_debugged_and_nothing_is_counted(workspace):
    write(workspace, wrong())
    done = debug(PRUNING, "--debug", cwd=workspace)
    assert "test_hand_worked_case" in done.stdout
    assert not (workspace / ".minicompress" / "progress.json").exists()


def test_the_verdict_names_the_command(command, workspace):
    write(workspace, wrong())
    printed = " ".join(command("check", PRUNING)[1].split())
    assert f"minicompress check {PRUNING} --debug test_hand_worked_case" in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((PRUNING, "--debug", "hand_workt_case"), "Did you mean `test_hand_worked_case`?"),
        ((PRUNING, "--debug", "xyzzy"), "test_extremes"),
        ((PRUNING, "--debug", "99"), "test_extremes"),
        ((PRUNING, QUANTIZATION, "--debug"), "one exercise"),
        (("--debug",), "one exercise"),
    ],
)
def test_what_cannot_be_debugged_is_said(command, workspace, words, said):
    status, printed, error = command("check", *words)
    assert (status, printed) == (2, "")
    assert said in error


def test_a_syntax_error_and_a_missing_file_are_said(command, workspace):
    write(workspace, "def weight_pruning(:\n")
    status, printed, _ = command("check", PRUNING, "--debug", "1")
    assert (status, "Syntax error" in printed) == (1, True)
    (workspace / "exercises" / f"{PRUNING}.py").unlink()
    assert command("check", PRUNING, "--debug", "1")[0] == 2


def test_the_json_file_of_check_is_written_while_debugging_too(command, workspace):
    write(workspace, wrong())
    command("check", PRUNING, "--debug", "1", "--json", workspace / "r.json")
    assert json.loads((workspace / "r.json").read_text())["schema"] == 1
