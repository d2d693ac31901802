"""The dashboard, `status` and `next` say what is solved and what comes next."""

from kit_command import solution
from learner import FIRST, SECOND, saved, write


def test_a_check_is_noted_and_a_solved_exercise_brings_the_next(command, workspace):
    write(workspace, solution(FIRST), FIRST)
    status, printed, _ = command("check", FIRST)
    assert status == 0
    assert f"minicompress show {SECOND}" in printed
    record = saved(workspace)["exercises"][FIRST]
    assert record["attempts"] == 1
    assert record["best"] == record["points"] > 0
    assert SECOND in command("next")[1]
