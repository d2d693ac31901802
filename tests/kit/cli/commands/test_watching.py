"""`watch` grades at every save until a key or Ctrl-C ends it, and leaves the terminal as it was."""

import contextlib
import os

import pytest
from kit_command import PRUNING, solution
from learner import write

from minicompress.kit.catalog import find_exercise
from minicompress.kit.cli.commands import watching
from minicompress.kit.places import Workspace


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are a Unix thing")
def test_on_a_terminal_a_key_ends_it_and_the_terminal_is_as_before(workspace):
    import pty
    import subprocess
    import sys
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    command = [sys.executable, "-m", "minicompress", "watch", PRUNING]
    child = subprocess.Popen(command, cwd=workspace, stdin=theirs, stdout=theirs, stderr=theirs)
    seen = b""
    with contextlib.suppress(OSError):
        while b"quit" not in seen:
            seen += os.read(ours, 4096)
    os.write(ours, b"q")
    assert child.wait(timeout=30) == 0
    assert termios.tcgetattr(theirs) == before
    assert PRUNING.encode() in seen


def test_the_grader_of_watch_grades_the_file_in_the_workspace(workspace):
    grade = watching._grader(Workspace(workspace))
    write(workspace, solution(PRUNING))
    assert grade(find_exercise(PRUNING)).status == "passed"
    write(workspace, solution(PRUNING).replace("np.abs(w)", "w"))
    assert grade(find_exercise(PRUNING)).status == "failed"


def test_ctrl_c_ends_it_with_status_0_and_a_word(command, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(watching.Watch, "run", interrupt)
    status, printed, error = command("watch", PRUNING)
    assert (status, error) == (0, "")
    assert "Stopped watching." in printed
