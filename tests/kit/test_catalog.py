"""An exercise may be named by less than its id: a unique beginning, or its chapter for all exercises in it."""

import json

import pytest
from kit_command import (
    DISTILLATION,
    PRUNING,
    QUANTIZATION,
    solution,
    write_submission,
)

from minicompress.kit import places
from minicompress.kit.catalog import (
    BadCatalog,
    UnknownExercise,
    find_exercise,
    find_exercises,
    read_catalog,
    read_chapters,
)
from minicompress.kit.places import content

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


def test_the_chapters_come_in_their_order_with_titles_in_both_languages():
    assert list(dict.fromkeys(exercise.chapter for exercise in CATALOG.values())) == list(read_chapters())
    assert read_chapters()["pruning"].titles == {"en": "Pruning", "zh": "剪枝"}


def test_every_folder_with_a_catalogue_is_a_chapter():
    folders = {path.parent.name for path in content().exercises.glob("*/catalog.toml")}
    assert folders == set(read_chapters())


CHAPTER = '[[chapter]]\nname = "toys"\ntitle = { en = "Toys", zh = "玩具" }\n'
ENTRY = """[[exercise]]
slug = "one"
level = 1
minutes = 5
asked = 1
title = { en = "t", zh = "题" }
reason = { en = "r", zh = "由" }
hints = { en = ["1"], zh = ["一"] }
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write chapters.toml and toys/catalog.toml of a small catalogue; None leaves one out."""
    exercises = tmp_path / "exercises"
    (tmp_path / "tests" / "graded").mkdir(parents=True)
    (exercises / "toys").mkdir(parents=True)
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "minicompress")

    def write(chapters=CHAPTER, catalog=ENTRY):
        (exercises / "chapters.toml").write_text(chapters, encoding="utf-8")
        if catalog is not None:
            (exercises / "toys" / "catalog.toml").write_text(catalog, encoding="utf-8")

    return write


def test_an_id_is_the_chapter_and_the_slug(files):
    files()
    assert list(read_catalog()) == ["toys/one"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"catalog": None}, r"toys.catalog\.toml: there is no such file"),
        ({"catalog": "# none yet\n"}, r"toys.catalog\.toml: no \[\[exercise\]\] in it"),
        ({"chapters": ""}, r"chapters\.toml: no \[\[chapter\]\] in it"),
        ({"chapters": CHAPTER + CHAPTER}, r"chapters\.toml: two \[\[chapter\]\] have name = 'toys'"),
        ({"chapters": CHAPTER.replace("zh", "fr")}, r"chapters\.toml: toys: title must have the languages en and zh"),
        ({"catalog": ENTRY + ENTRY}, r"toys.catalog\.toml: two \[\[exercise\]\] have slug = 'one'"),
        ({"catalog": ENTRY.replace("slug", "id")}, r"catalog\.toml: slug of \[\[exercise\]\] number 1 must be"),
        ({"catalog": ENTRY.replace('"one"', '"toys/one"')}, r"must be a Python name, got 'toys/one'"),
        ({"catalog": ENTRY.replace("minutes = 5\n", "")}, r"one: minutes must be of type int, got nothing"),
        ({"catalog": ENTRY.replace("5", '"5"')}, r"one: minutes must be of type int, got '5'"),
        ({"catalog": ENTRY.replace("asked", "aksed")}, r"one: asked must be of type int, got nothing"),
        ({"catalog": ENTRY + "titel = 3\n"}, r"one: unknown key 'titel'"),
        ({"catalog": ENTRY.replace(', zh = "由"', "")}, r"one: reason must have the languages en and zh"),
        ({"catalog": ENTRY + "needs = ["}, r"catalog\.toml: not valid TOML"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_file_and_key(files, changes, text, command):
    files(**changes)
    with pytest.raises(BadCatalog, match=text):
        read_catalog()
    status, _, error = command("status")
    assert (status, "Traceback" in error) == (2, False)
    assert "toml" in error


@pytest.mark.parametrize(
    "name",
    [
        "weight_pruning",
        "pruning/weight_pruning",
        r"pruning\weight_pruning",
        "pruning/weight_pruning.py",
        "exercises/pruning/weight_pruning.py",
        "./exercises/pruning/weight_pruning.py",
        r".\exercises\pruning\weight_pruning.py",
        "/somewhere/else/exercises/pruning/weight_pruning.py",
        "pruning/weight_pruning/",
    ],
)
def test_an_exercise_is_found_by_slug_id_and_path(name):
    assert find_exercise(name).id == PRUNING


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("weight_prunning", PRUNING),
        ("pruning/weigth_pruning", PRUNING),
        ("quant", QUANTIZATION),
        ("Quantization", QUANTIZATION),
        ("knowledge_distilation", DISTILLATION),
        ("xyz", None),
        ("", None),
    ],
)
def test_an_unknown_exercise_suggests_the_nearest(typo, meant):
    with pytest.raises(UnknownExercise) as caught:
        find_exercise(typo)
    assert (caught.value.name, caught.value.nearest) == (typo, meant)
    hint = f"; did you mean {meant!r}?" if meant else ""
    assert str(caught.value) == f"no exercise is called {typo!r}{hint}"


def test_every_entry_of_the_catalogue_needs_only_entries_before_it():
    seen = set()
    for exercise in read_catalog().values():
        assert set(exercise.needs) <= seen
        assert exercise.id == f"{exercise.chapter}/{exercise.slug}"
        assert exercise.level in (1, 2, 3)
        assert exercise.minutes > 0
        seen.add(exercise.id)
