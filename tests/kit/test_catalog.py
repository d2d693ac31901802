"""An exercise may be named by less than its id: a unique beginning, or its chapter for all exercises in it."""

import json

import pytest
from kit_command import PRUNING, QUANTIZATION, solution, write_submission

from minicompress.kit.catalog import UnknownExercise, find_exercise, find_exercises, read_catalog

CATALOG = read_catalog()
CHAPTERS = {exercise.chapter for exercise in CATALOG.values()}


def beginnings():
    """Every slug with its shortest beginning that no other slug, id or chapter has."""
    for exercise in CATALOG.values():
        others = [name for e in CATALOG.values() if e is not exercise for name in (e.slug, e.id)]
        for length in range(1, len(exercise.slug)):
            start = exercise.slug[:length]
            if not any(name.startswith(start) for name in [*others, *CHAPTERS]):
                yield start, exercise.id
                break


@pytest.mark.parametrize(("start", "exercise"), list(beginnings()))
def test_a_unique_beginning_is_enough(start, exercise):
    assert find_exercise(start).id == exercise
    assert find_exercise(f"{exercise.split('/')[0]}/{start}").id == exercise


@pytest.mark.parametrize("name", ["", "q", "pruning/", "quant", "s", "xyz"])
def test_what_begins_several_or_none_is_not_guessed(name):
    with pytest.raises(UnknownExercise):
        find_exercise(name)


def test_a_whole_slug_goes_before_the_beginning_of_another():
    assert find_exercise("hints").id == "distillation/hints"
    for exercise in CATALOG.values():
        assert find_exercise(exercise.slug) == exercise


@pytest.mark.parametrize("chapter", sorted(CHAPTERS))
def test_a_chapter_is_all_its_exercises(chapter):
    expected = [e for e in CATALOG.values() if e.chapter == chapter]
    for name in (f"{chapter}/", f"exercises/{chapter}/", f"./{chapter}/"):
        assert find_exercises(name) == expected
    alone = [e for e in expected if e.slug == chapter]  # quantization is an exercise, too
    assert find_exercises(chapter) == (alone or expected)


def test_check_grades_a_chapter_and_each_exercise_once(command, tmp_path):
    folder = write_submission(tmp_path / "s", {PRUNING: solution(PRUNING)})
    command("check", "foundations", "linear", "weight_p", "--submission", folder, "--json", tmp_path / "r.json")
    graded = list(json.loads((tmp_path / "r.json").read_text())["exercises"])
    assert graded == [*(e.id for e in CATALOG.values() if e.chapter == "foundations"), PRUNING]


def test_where_one_exercise_is_meant_a_chapter_is_its_first_unsolved(command, workspace):
    first, second = [e.id for e in CATALOG.values() if e.chapter == "pruning"][:2]
    assert f"minicompress hint {first}" in command("hint", "pruning")[1]
    write_submission(workspace / "exercises", {first: solution(first)})
    command("check", first)
    assert f"minicompress hint {second}" in command("hint", "pruning")[1]
    assert f"check {first}" in command("show", first)[1]
    assert f"minicompress check {QUANTIZATION}" in command("show", "quantization")[1]
