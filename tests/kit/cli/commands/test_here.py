"""What the commands share: the workspace of the current folder, the exercise that is meant, each name once."""

from types import SimpleNamespace

import pytest
from kit_command import PRUNING, QUANTIZATION
from learner import FIRST, SECOND

from minicompress.kit.catalog import find_exercises, read_catalog
from minicompress.kit.cli.commands import here
from minicompress.kit.cli.commands.here import CannotDo, choose_exercise, find_named, open_progress, workspace_here


def named(exercise=None):
    return SimpleNamespace(exercise=exercise)


def solve(workspace, *exercises):
    progress = open_progress(workspace)
    for exercise in exercises:
        progress.of(exercise).solved_at = "2026-01-01T00:00:00"
    progress.save()


def test_the_workspace_is_found_from_a_folder_inside_it_and_missed_elsewhere(workspace, monkeypatch):
    monkeypatch.chdir(workspace / "exercises" / "pruning")
    assert workspace_here().root.samefile(workspace)
    monkeypatch.setattr(here, "find_workspace", lambda: None)
    with pytest.raises(CannotDo, match="minicompress init"):
        workspace_here()


def test_without_a_name_the_first_unsolved_exercise_of_the_course_is_meant(workspace):
    assert choose_exercise(named(), workspace_here()).id == FIRST
    solve(workspace_here(), FIRST)
    assert choose_exercise(named(), workspace_here()).id == SECOND


def test_of_a_chapter_the_first_unsolved_exercise_is_meant(workspace):
    first, second, *_ = (exercise.id for exercise in find_exercises("pruning"))
    assert choose_exercise(named("pruning"), workspace_here()).id == first
    solve(workspace_here(), first)
    assert choose_exercise(named("pruning"), workspace_here()).id == second
    assert choose_exercise(named(first), workspace_here()).id == first
    assert choose_exercise(named("pruning"), None).id == first


def test_when_all_is_solved_a_name_is_asked_for(workspace):
    solve(workspace_here(), *read_catalog())
    with pytest.raises(CannotDo, match="name the one you mean"):
        choose_exercise(named(), workspace_here())


def test_each_named_exercise_comes_once_in_the_order_of_the_names_and_no_name_means_all():
    found = find_named([QUANTIZATION, PRUNING, "quantization/quantization.py"])
    assert [exercise.id for exercise in found] == [QUANTIZATION, PRUNING]
    assert [exercise.id for exercise in find_named([])] == list(read_catalog())
