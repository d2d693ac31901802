"""`watch`: grades at every save, in whatever way an editor saves, and moves on when an exercise is solved."""

import os
import queue
import threading
import time
from types import SimpleNamespace

import pytest

from minicompress.kit.cards import read_card
from minicompress.kit.catalog import read_catalog
from minicompress.kit.places import Workspace
from minicompress.kit.watch.loop import Watch, file_events
from minicompress.kit.workspace.progress import Progress

FIRST, SECOND = list(read_catalog().values())[:2]


class Recorder:
    """A screen that keeps the names of what was shown."""

    def __init__(self):
        self.shown = []

    def __getattr__(self, name):
        return lambda *arguments, **options: self.shown.append(name)


class Loop:
    """A watch in a thread, over a workspace with two exercises; grading is by the file's text."""

    def __init__(self, folder):
        self.workspace = Workspace(folder)
        for exercise in (FIRST, SECOND):
            self.workspace.file(exercise.id).parent.mkdir(parents=True, exist_ok=True)
            self.workspace.file(exercise.id).write_text("begun", encoding="utf-8")
        self.catalog = {e.id: e for e in (FIRST, SECOND)}
        self.graded = []
        self.screen = Recorder()
        self.watch = Watch(
            self.workspace, self.catalog, Progress(self.workspace), self.screen, self.grade, self.catalog[FIRST.id]
        )
        self.thread = threading.Thread(target=self.watch.run, daemon=True)

    def grade(self, exercise):
        try:
            text = self.workspace.file(exercise.id).read_text(encoding="utf-8")
        except FileNotFoundError:
            text = "missing"
        self.graded.append((exercise.id, text))
        status = "passed" if text == "right" else "failed"
        return SimpleNamespace(exercise=exercise, status=status, untouched=False, points=1, earned=int(text == "right"))

    def wait_for(self, *graded):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.graded != list(graded):
            time.sleep(0.02)
        time.sleep(0.3)  # and nothing more comes
        assert self.graded == list(graded)

    def press(self, key):
        self.watch.events.put(("key", key))


@pytest.fixture
def loop(tmp_path):
    running = Loop(tmp_path)
    with file_events(running.workspace, running.catalog, running.watch.events.put):
        running.thread.start()
        running.wait_for((FIRST.id, "begun"))
        yield running
        running.press("q")
        running.thread.join(timeout=10)
        assert not running.thread.is_alive()


def test_a_save_in_place_is_graded_once(loop):
    loop.workspace.file(FIRST.id).write_text("better", encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "better"))


def test_a_save_through_a_temporary_file_is_graded_once(loop):
    path = loop.workspace.file(FIRST.id)
    temporary = path.with_suffix(".tmp")
    temporary.write_text("better", encoding="utf-8")
    os.replace(temporary, path)
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "better"))


def test_a_file_that_is_removed_and_written_anew_is_graded_once(loop):
    path = loop.workspace.file(FIRST.id)
    path.unlink()
    time.sleep(0.15)
    path.write_text("better", encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "better"))


def test_a_file_that_stays_away_is_waited_for(loop):
    path = loop.workspace.file(FIRST.id)
    path.unlink()
    deadline = time.monotonic() + 20
    while "line" not in loop.screen.shown and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "line" in loop.screen.shown
    path.write_text("back", encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "back"))


def test_two_saves_at_once_are_graded_as_the_last_one(loop):
    for text in ("one", "two", "three"):
        loop.workspace.file(FIRST.id).write_text(text, encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "three"))


def test_a_save_without_a_change_is_not_graded(loop):
    loop.workspace.file(FIRST.id).write_text("begun", encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"))


def test_solving_moves_on_to_the_next_and_saving_another_goes_there(loop):
    loop.workspace.file(FIRST.id).write_text("right", encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "right"))
    assert "following" in loop.screen.shown
    assert loop.watch.exercise.id == SECOND.id
    loop.workspace.file(SECOND.id).write_text("new", encoding="utf-8")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "right"), (SECOND.id, "new"))
    assert Progress(loop.workspace).of(FIRST.id).solved


def test_keys_show_hint_card_and_list_grade_again_and_go_to_the_next(loop):
    for key, shown in (("h", "hint"), ("c", "card"), ("L", "status"), ("x", None)):
        loop.screen.shown.clear()
        loop.press(key)
        time.sleep(0.3)
        assert (shown in loop.screen.shown) if shown else loop.screen.shown == []
    loop.press("r")
    loop.press("n")
    loop.wait_for((FIRST.id, "begun"), (FIRST.id, "begun"), (SECOND.id, "begun"))
    assert Progress(loop.workspace).of(FIRST.id).hints == 1


def test_one_key_shows_the_question_and_another_the_answers(tmp_path, monkeypatch):
    loop, drawn = Loop(tmp_path), []
    monkeypatch.setattr(loop.screen, "card", lambda markdown, paged: drawn.append((markdown, paged)), raising=False)
    for key in "ca":
        loop.watch.press(key)
    question, answers = read_card(loop.watch.exercise)
    assert drawn == [(question, False), (answers, False)]  # a pager would take the keys


def test_a_file_that_is_no_exercise_is_no_event(tmp_path):
    events = queue.Queue()
    workspace = Workspace(tmp_path)
    folder = workspace.exercises / FIRST.chapter
    folder.mkdir(parents=True)
    with file_events(workspace, {FIRST.id: FIRST}, events.put):
        (folder / "notes.py").write_text("x = 1", encoding="utf-8")
        (folder / f"{FIRST.slug}.md").write_text("a card", encoding="utf-8")
        time.sleep(0.3)
        assert events.empty()
        workspace.file(FIRST.id).write_text("y = 2", encoding="utf-8")
        assert events.get(timeout=20) == ("saved", FIRST)
