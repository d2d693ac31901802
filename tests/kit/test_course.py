"""Paths through the exercises: what is asked most, as far as the time allows, needs first, the easy before the hard."""

from types import SimpleNamespace

import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.course import PATHS, next_exercise, plan
from minicompress.kit.places import Workspace
from minicompress.kit.workspace.progress import PAUSE_SECONDS, Progress, Record


def exercise(name, *, asked=1, minutes=10, level=1, needs=()):
    return SimpleNamespace(id=name, asked=asked, minutes=minutes, level=level, needs=needs)


def catalog(*exercises):
    return {e.id: e for e in exercises}


def ids(exercises):
    return [e.id for e in exercises]


def test_what_is_asked_most_is_taken_while_the_minutes_last():
    short = catalog(
        exercise("a", asked=1, minutes=60), exercise("b", asked=9, minutes=60), exercise("c", asked=5, minutes=60)
    )
    assert ids(plan(short, "two-hours")) == ["b", "c"]
    assert ids(plan(short, "all")) == ["b", "c", "a"]


def test_one_that_does_not_fit_leaves_room_for_a_shorter_one():
    assert ids(plan(catalog(exercise("long", asked=9, minutes=121), exercise("short", minutes=5)), "two-hours")) == [
        "short"
    ]


def test_needs_come_along_and_come_first():
    chained = catalog(
        exercise("top", asked=9, needs=("middle",)), exercise("middle", needs=("base",)), exercise("base")
    )
    assert ids(plan(chained, "two-hours")) == ["base", "middle", "top"]


def test_the_easy_comes_before_the_hard_and_the_frequent_before_the_rare():
    mixed = catalog(exercise("hard", asked=9, level=3), exercise("rare", asked=1), exercise("frequent", asked=2))
    assert ids(plan(mixed, "all")) == ["frequent", "rare", "hard"]


def test_next_follows_the_path_and_then_goes_on_with_all(tmp_path):
    two = catalog(exercise("long", asked=1, minutes=130), exercise("asked", asked=9, level=3))
    progress = Progress(Workspace(tmp_path))
    progress.path = "two-hours"
    assert next_exercise(two, progress).id == "asked"
    progress.of("asked").solved_at = "2026-01-01T00:00:00"
    assert next_exercise(two, progress).id == "long"
    progress.of("long").solved_at = "2026-01-01T00:00:00"
    assert next_exercise(two, progress) is None


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_the_catalogue_holds_each_exercise_after_its_needs(path):
    seen = set()
    for e in plan(read_catalog(), path):
        assert set(e.needs) <= seen
        seen.add(e.id)
    if path == "all":
        assert seen == set(read_catalog())


def test_a_path_is_kept(tmp_path):
    progress = Progress(Workspace(tmp_path))
    progress.choose_path("one-week")
    progress.save()
    assert Progress(Workspace(tmp_path)).path == "one-week"


def test_time_counts_between_commands_but_not_over_a_pause(tmp_path, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("minicompress.kit.workspace.progress.time.time", lambda: now[0])
    progress = Progress(Workspace(tmp_path))
    progress.touch("a")
    now[0] += 90
    progress.touch("a")
    assert progress.of("a").seconds == 90
    now[0] += PAUSE_SECONDS + 1
    progress.touch("a")
    assert progress.of("a").seconds == 90
    progress.save()
    assert Progress(Workspace(tmp_path)).of("a").seconds == 90


def test_the_course_goes_from_easy_to_hard_and_brings_first_what_an_exercise_needs():
    def entry(name, level, asked, *needs):
        return SimpleNamespace(id=name, level=level, asked=asked, needs=needs, minutes=10)

    entries = [entry("a", 1, 1, "c"), entry("b", 1, 3), entry("c", 2, 2), entry("d", 1, 2)]
    catalog = {e.id: e for e in entries}

    def after(*solved):
        progress = SimpleNamespace(path="all", of=lambda name: Record(solved_at="now" if name in solved else None))
        following = next_exercise(catalog, progress)
        return following and following.id

    assert [e.id for e in plan(catalog)] == ["b", "d", "c", "a"]
    assert [after(), after("b"), after("b", "d"), after("b", "c", "d")] == ["b", "d", "c", "a"]
    assert after("a", "b", "c", "d") is None
