"""The learner's progress: `.minicompress/progress.json` of the workspace, written whole or not at all.

A file that cannot be read is set aside under another name, never overwritten: it may hold weeks of work. Several
processes may write at once, such as `watch` beside `check`: each adds what it has done to what the file says by then.
"""

import contextlib
import json
import math
import os
import time
from dataclasses import asdict, dataclass, fields, replace

from minicompress._base.files import write_text
from minicompress.kit.course import PATHS
from minicompress.kit.workspace.locks import locked_folder

__all__ = ["Progress", "Record", "back_up"]


@dataclass
class Record:
    """One exercise's history."""

    attempts: int = 0  # graded runs of a file that was written
    best: int = 0  # most points earned
    points: int = 0  # points to be had, as of the last run
    solved_at: str | None = None  # local time, ISO 8601
    hints: int = 0  # levels seen
    gave_up: bool = False  # saw the solution before solving
    seconds: float = 0.0  # spent on it: between two commands that concern it, pauses left out
    touched_at: float = 0.0  # when a command last concerned it, seconds since the epoch

    @property
    def solved(self):
        """Whether all points were earned once."""
        return self.solved_at is not None


PAUSE_SECONDS = 30 * 60  # a longer gap between two commands is a pause, not work


class Progress:
    """The records of one workspace."""

    def __init__(self, workspace):
        self.file = workspace.state / "progress.json"
        self.set_aside = None  # where an unreadable file went
        self.trouble = None  # the OSError because of which the file could not even be opened
        try:
            self._take(*self._read())
        except OSError as error:
            self._take("all", {})
            self.trouble = error

    def _take(self, path, records):
        """Begin from what the file says."""
        self.path, self.records = path, records  # path: of `course.PATHS`
        self._path_before, self._before = path, {name: replace(record) for name, record in records.items()}

    def of(self, exercise_id):
        """The record of an exercise, a blank one at first."""
        return self.records.setdefault(exercise_id, Record())

    def touch(self, exercise_id):
        """Note that the learner is at this exercise now; the time since the last command counts, unless it was long."""
        record, now = self.of(exercise_id), time.time()
        if record.touched_at and 0 < now - record.touched_at < PAUSE_SECONDS:
            record.seconds += now - record.touched_at
        record.touched_at = now

    def choose_path(self, name):
        """Follow another path from now on."""
        self.path = name

    def note_result(self, result):
        """Take in a graded result. A stub that nobody has touched, or a file that is not there, is not an attempt."""
        if result.untouched or result.status == "missing":
            return
        self.touch(result.exercise.id)
        record = self.of(result.exercise.id)
        record.points = result.points
        record.attempts += 1
        record.best = max(record.best, result.earned)
        if result.status == "passed" and not record.solved:
            record.solved_at = time.strftime("%Y-%m-%dT%H:%M:%S")

    def save(self):
        """Add what was done since the file was read to what it says now, and write it. OSError if that cannot be."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with locked_folder(self.file.parent):
            path, records = self._read()
            for name, mine in self.records.items():
                records[name] = _merge(records.get(name, Record()), self._before.get(name, Record()), mine)
            path = self.path if self.path != self._path_before else path
            exercises = {name: asdict(record) for name, record in sorted(records.items())}
            document = {"schema": 1, "path": path, "exercises": exercises}
            write_text(self.file, json.dumps(document, indent=2) + "\n")
        self._take(path, records)

    def _read(self):
        try:
            content = _content(self.file)
        except FileNotFoundError:
            return "all", {}
        try:
            document = json.loads(content.decode("utf-8"))
            records = {name: _record(row) for name, row in document["exercises"].items()}
            return document.get("path") if document.get("path") in PATHS else "all", records
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            aside = _unused_path(self.file.parent, "progress.unreadable-{}.json")
            with contextlib.suppress(FileNotFoundError):  # another process has just set it aside
                self.file.replace(aside)
                self.set_aside = aside
            return "all", {}


def _content(file):
    """The file's bytes; empty if something else is in its place: a folder, a pipe, a link to itself."""
    if os.path.lexists(file) and not os.path.isfile(file):
        return b""
    return file.read_bytes()


def _merge(now, before, mine):
    """`now`, as the file says, with what was done between `before` and `mine`."""
    solved = [record.solved_at for record in (now, mine) if record.solved_at]
    # The time in which another process has been at work on the same exercise counts once.
    shared = max(0.0, min(now.touched_at, mine.touched_at) - before.touched_at) if before.touched_at else 0.0
    return Record(
        attempts=now.attempts + max(0, mine.attempts - before.attempts),
        best=max(now.best, mine.best),
        points=mine.points if mine.points != before.points else now.points,
        solved_at=min(solved, default=None),
        hints=max(now.hints, mine.hints),
        gave_up=now.gave_up or mine.gave_up,
        seconds=now.seconds + max(0.0, mine.seconds - before.seconds - shared),
        touched_at=max(now.touched_at, mine.touched_at),
    )


def _record(row):
    """One exercise's Record from the file; TypeError for a value that a Record cannot hold."""
    defaults = {field.name: field.default for field in fields(Record)}
    known = {name: value for name, value in row.items() if name in defaults}
    if not all(_can_be(value, defaults[name]) for name, value in known.items()):
        raise TypeError(row)
    return Record(**known)


LARGEST = 10**12  # of counts and of seconds since the epoch; what is beyond was not written here


def _can_be(value, default):
    """Whether a field with this default may have this value."""
    if default is None:
        return value is None or (isinstance(value, str) and len(value) < 40)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    kinds = (int, float) if isinstance(default, float) else int
    return isinstance(value, kinds) and 0 <= value <= LARGEST and math.isfinite(value)


def back_up(workspace, exercise_id):
    """Copy the learner's file into `.minicompress/backups/`, with the time in its name; return the copy's path."""
    source = workspace.file(exercise_id)
    folder = workspace.state / "backups" / exercise_id.rsplit("/", 1)[0]
    folder.mkdir(parents=True, exist_ok=True)
    target = _unused_path(folder, f"{source.stem}.{{}}.py")
    target.write_bytes(source.read_bytes())
    return target


def _unused_path(folder, pattern):
    """A path in `folder` that is not taken, with the time in its name; twice within a second, a number too."""
    now, number = time.strftime("%Y%m%d-%H%M%S"), 1
    while (path := folder / pattern.format(now if number == 1 else f"{now}-{number}")).exists():
        number += 1
    return path
