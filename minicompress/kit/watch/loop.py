"""`minicompress watch`: grade at every save, say the verdict, move on when solved.

Two threads put what happens into one queue, file events and keys; this file takes it out, one thing at a time:

    saved    an exercise's file has new content: grade it, show the verdict
    key      h hint, c card (the question), a answers, l list, n next, r grade again, q quit

Editors write in many ways: in place, in pieces, through a temporary file and a rename, twice. So an event only says
"look": the content decides. What was graded is not graded again until it differs, and a file that has vanished gets a
moment to come back.
"""

import contextlib
import hashlib
import os
import queue
import time

from minicompress.kit.cards import read_card
from minicompress.kit.course import next_exercise
from minicompress.kit.language import say
from minicompress.kit.places import short
from minicompress.kit.workspace.saving import save

__all__ = ["Watch", "file_events"]

SETTLE_SECONDS = 0.05  # pieces of one save arrive within this time
VANISHED_SECONDS = 0.5  # a rename puts the file back well within this time


class Watch:
    """The state of a watch: which exercise it is at, and what of it was graded last."""

    def __init__(self, workspace, catalog, progress, screen, grade, exercise):
        self.workspace, self.catalog, self.progress = workspace, catalog, progress
        self.screen, self.grade, self.exercise = screen, grade, exercise
        self.graded = {}  # {exercise id: digest of the content that was graded}
        self.events = queue.Queue()

    def run(self):
        """Handle events until `q`; Ctrl-C is for the caller."""
        self.check(self.exercise)
        while True:
            kind, what = self.events.get()
            if kind == "key" and what.lower() == "q":
                return
            if kind == "key":
                self.press(what.lower())
            else:
                self.look_at(self._latest_of_burst(what))

    def _latest_of_burst(self, exercise):
        """The exercise that was saved last, once no more file events come; keys are kept."""
        keys = []
        with contextlib.suppress(queue.Empty):
            while True:
                kind, what = self.events.get(timeout=SETTLE_SECONDS)
                if kind == "key":
                    keys.append((kind, what))
                else:
                    exercise = what
        for event in keys:
            self.events.put(event)
        return exercise

    def look_at(self, exercise):
        """Grade the exercise if its file differs from what was graded."""
        digest = self._digest(exercise)
        if digest is None:
            self.screen.line(say("watch_vanished", file=short(self.workspace.file(exercise.id))))
        elif digest != self.graded.get(exercise.id):
            self.check(exercise)

    def check(self, exercise):
        """Grade, show, and move on if it is solved."""
        self.exercise = exercise
        self.graded[exercise.id] = self._digest(exercise)
        self.screen.clear()
        self.screen.grading(exercise)
        result = self.grade(exercise)
        self.progress.note_result(result)
        save(self.progress)
        self.screen.clear()
        if result.untouched:
            self.screen.following(exercise, short(self.workspace.file(exercise.id)))
        else:
            self.screen.exercise_result(result, one_at_a_time=True)
        if result.status == "passed":
            self.move_on()
        self.screen.keys()

    def move_on(self):
        """Go to the next unsolved exercise, if there is one, and say what it is."""
        following = next_exercise(self.catalog, self.progress)
        self.exercise = following or self.exercise
        self.screen.following(following, following and short(self.workspace.file(following.id)))

    def press(self, key):
        """Run the action of a key; other keys do nothing."""
        shows = {"h": self.hint, "c": self.card, "a": self.answers, "l": self.list}
        if key in shows:
            shows[key]()
            self.screen.keys()
        elif key == "n":
            self.skip()
        elif key == "r":
            self.check(self.exercise)

    def hint(self):
        """The next hint."""
        record, levels = self.progress.of(self.exercise.id), len(self.exercise.hints["en"])
        record.hints = min(record.hints + 1, levels)
        self.progress.touch(self.exercise.id)
        save(self.progress)
        self.screen.line()
        self.screen.hint(self.exercise, record.hints, levels, command=False)

    def card(self):
        """The question."""
        self._part_of_card(0)

    def answers(self):
        """The rest of the card: the answers."""
        self._part_of_card(1)

    def _part_of_card(self, part):
        self.progress.touch(self.exercise.id)
        save(self.progress)
        self.screen.clear()
        self.screen.card(read_card(self.exercise)[part], paged=False)  # a pager and `watch` would share the keys

    def list(self):
        """All exercises."""
        self.screen.clear()
        self.screen.status(self.catalog, self.progress, self.exercise)

    def skip(self):
        """Go to the exercise after this one, in the catalogue's order, and show its verdict."""
        ids = list(self.catalog)
        after = ids[(ids.index(self.exercise.id) + 1) % len(ids)]
        self.check(self.catalog[after])

    def _digest(self, exercise):
        """A hash of the file's content; None if it is gone for longer than a save takes.

        An empty file is waited for too: most often an editor has emptied it and is about to write.
        """
        deadline = time.monotonic() + VANISHED_SECONDS
        while True:
            try:
                written = self.workspace.file(exercise.id).read_bytes()
            except OSError:  # gone, or locked by an editor on Windows
                written = None
            if written or time.monotonic() > deadline:
                return None if written is None else hashlib.sha256(written).hexdigest()
            time.sleep(SETTLE_SECONDS)


@contextlib.contextmanager
def file_events(workspace, catalog, put):
    """Call put(("saved", exercise)) when an exercise's file may have new content."""
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers import Observer

    files = {os.path.realpath(workspace.file(exercise.id)): exercise for exercise in catalog.values()}

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event):
            if event.event_type in ("opened", "closed_no_write"):  # reading a file is not an event: grading reads it
                return
            for name in filter(None, (event.src_path, getattr(event, "dest_path", ""))):
                exercise = files.get(os.path.realpath(name))
                if exercise:
                    put(("saved", exercise))

    observer = Observer()
    observer.schedule(Handler(), os.path.realpath(workspace.exercises), recursive=True)
    observer.start()
    try:
        yield
    finally:
        observer.stop()
        observer.join(timeout=2)
