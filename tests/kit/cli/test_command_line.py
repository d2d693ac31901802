"""The command runs in a process of its own, and says by its exit status and one sentence what went wrong."""

import subprocess
import sys

import pytest
from kit_command import PRUNING, environment

from minicompress.kit.catalog import UnknownExercise, read_catalog
from minicompress.kit.cli.commands import COMMANDS, CannotDo


def test_python_dash_m_is_the_command(workspace):
    command = [sys.executable, "-m", "minicompress"]
    fine = subprocess.run([*command, "status"], cwd=workspace, env=environment(), capture_output=True, encoding="utf-8")
    assert (fine.returncode, fine.stderr) == (0, "")
    assert f"0 of {len(read_catalog())} exercises solved" in fine.stdout
    typo = subprocess.run([*command, "stauts"], cwd=workspace, env=environment(), capture_output=True, encoding="utf-8")
    assert (typo.returncode, typo.stdout) == (2, "")
    assert "Did you mean `minicompress status`?" in typo.stderr


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "Interrupted."),
        (OSError(28, "No space left on device"), 2, "No space left on device"),
        (CannotDo("not here"), 2, "not here"),
        (UnknownExercise("x", PRUNING), 2, f"Did you mean `{PRUNING}`?"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_goes_wrong_in_a_command_is_a_sentence_and_an_exit_status(command, monkeypatch, error, status, said):
    def fail(arguments):
        raise error

    monkeypatch.setitem(COMMANDS, "status", fail)
    found = command("status")
    assert found[:2] == (status, "")
    assert said in found[2]
    assert "Traceback" not in found[2]


def test_a_defect_of_the_program_itself_is_not_hidden(command, monkeypatch):
    monkeypatch.setitem(COMMANDS, "status", lambda arguments: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        command("status")
