"""Hints come one after the other, and the solution is shown once an exercise is solved or given up."""

from kit_command import PRUNING, solution
from learner import FIRST, saved, write

from minicompress.kit.catalog import find_exercise

HALF = "import numpy as np\ndef weight_pruning(model, threshold):\n    return 0.0\n"


def test_each_hint_is_the_next_and_the_last_repeats(command, workspace):
    hints = find_exercise(PRUNING).hints["en"]
    for level in (1, 2, 3, 3):
        status, printed, _ = command("hint", PRUNING)
        assert status == 0
        assert f"Hint {level} of 3" in printed
        assert hints[level - 1][:40] in printed
    assert saved(workspace)["exercises"][PRUNING]["hints"] == 3


def test_a_level_is_shown_when_it_is_asked_for(command, workspace):
    assert "Hint 2 of 3" in command("hint", PRUNING, "--level", 2)[1]
    assert "Hint 1 of 3" in command("hint", PRUNING, "--level", 1)[1]
    assert saved(workspace)["exercises"][PRUNING]["hints"] == 2
    assert command("hint", PRUNING, "--level", 4)[0] == 2


def test_without_a_name_the_hint_is_for_the_next_exercise(command):
    assert f"minicompress hint {FIRST}" in command("hint")[1]


def test_the_solution_is_shown_only_after_solving_or_giving_up(command, workspace):
    write(workspace, HALF)
    status, printed, _ = command("compare", PRUNING)
    assert status == 1
    assert "count_nonzero" not in printed
    status, printed, _ = command("compare", PRUNING, "--give-up")
    assert status == 0
    assert "+            zeros += np.count_nonzero(w == 0)" in printed
    assert "-    return 0.0" in printed
    assert saved(workspace)["exercises"][PRUNING]["gave_up"] is True
    assert "count_nonzero" in command("compare", PRUNING)[1]


def test_after_solving_the_solution_is_shown_without_giving_up(command, workspace):
    write(workspace, solution(PRUNING) + "# mine\n")
    command("check", PRUNING)
    status, printed, _ = command("compare", PRUNING)
    assert status == 0
    assert "-# mine" in printed
    assert saved(workspace)["exercises"][PRUNING]["gave_up"] is False


def test_a_file_that_is_the_solution_has_no_difference(command, workspace):
    write(workspace, solution(PRUNING))
    assert "identical to the solution" in command("compare", PRUNING, "--give-up")[1]


def test_a_missing_file_cannot_be_compared(command, workspace):
    (workspace / "exercises" / f"{PRUNING}.py").unlink()
    status, printed, error = command("compare", PRUNING, "--give-up")
    assert (status, printed) == (2, "")
    assert "No file" in error
