"""The dashboard, `status` and `next` say what is solved and what comes next."""

import json

from kit_command import solution
from learner import FIRST, SECOND, saved, write

from minicompress.kit.catalog import read_catalog


def test_a_check_is_noted_and_a_solved_exercise_brings_the_next(command, workspace):
    write(workspace, solution(FIRST), FIRST)
    status, printed, _ = command("check", FIRST)
    assert status == 0
    assert f"minicompress show {SECOND}" in printed
    record = saved(workspace)["exercises"][FIRST]
    assert record["attempts"] == 1
    assert record["best"] == record["points"] > 0
    assert SECOND in command("next")[1]


def test_the_status_as_json_tells_each_exercise_and_the_next(command, workspace):
    write(workspace, solution(FIRST), FIRST)
    command("check", FIRST)
    status, printed, _ = command("status", "--json")
    document = json.loads(printed)
    assert (status, document["schema"], document["next"]) == (0, 1, SECOND)
    assert list(document["exercises"]) == list(read_catalog())
    first, second = document["exercises"][FIRST], document["exercises"][SECOND]
    names = {"solved", "attempts", "best", "points", "solved_at", "hints", "gave_up", "seconds"}
    assert set(first) == set(second) == names
    assert (first["solved"], first["attempts"], first["best"]) == (True, 1, first["points"])
    assert (second["solved"], second["attempts"], second["hints"]) == (False, 0, 0)


def test_a_path_that_is_chosen_is_shown_and_kept(command):
    _, printed, _ = command("next", "--path", "two-hours")
    assert "two-hours" in printed
    assert json.loads(command("status", "--json")[1])["path"] == "two-hours"
