"""What has the learner done so far? `.minicompress/progress.json` of the workspace says, written whole or not at all.

A file that cannot be read is set aside under another name, never overwritten: it may hold weeks of work.
"""

import json
import time
from dataclasses import asdict, dataclass, fields

from minicompress.files import write_text
from minicompress.kit.course import PATHS

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
        self.path, self.records = self._read()  # path: of `course.PATHS`
        self.changed = set()  # ids, and "path": what this process knows better than the file

    def of(self, exercise_id):
        """The record of an exercise, a blank one at first."""
        return self.records.setdefault(exercise_id, Record())

    def touch(self, exercise_id):
        """Note that the learner is at this exercise now; the time since the last command counts, unless it was long."""
        record, now = self.of(exercise_id), time.time()
        if record.touched_at and 0 < now - record.touched_at < PAUSE_SECONDS:
            record.seconds += now - record.touched_at
        record.touched_at = now
        self.changed.add(exercise_id)

    def choose_path(self, name):
        """Follow another path from now on."""
        self.path = name
        self.changed.add("path")

    def note_result(self, result):
        """Take in a graded result. A stub that nobody has touched, or a file that is not there, is no attempt."""
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
        """Write the file. What another process wrote meanwhile stays, where this one changed nothing."""
        path, records = self._read()
        self.path = self.path if "path" in self.changed else path
        self.records |= {name: record for name, record in records.items() if name not in self.changed}
        exercises = {name: asdict(record) for name, record in sorted(self.records.items())}
        document = {"schema": 1, "path": self.path, "exercises": exercises}
        write_text(self.file, json.dumps(document, indent=2) + "\n")

    def _read(self):
        try:
            content = self.file.read_bytes()
        except FileNotFoundError:
            return "all", {}
        try:
            document = json.loads(content.decode("utf-8"))
            records = {name: _record(row) for name, row in document["exercises"].items()}
            return document.get("path") if document.get("path") in PATHS else "all", records
        except (ValueError, KeyError, TypeError, AttributeError):
            self.set_aside = _unused(self.file.parent, "progress.unreadable-{}.json")
            self.file.replace(self.set_aside)
            return "all", {}


def _record(row):
    """One exercise's Record from the file; TypeError where a value is of another kind than it must be."""
    kinds = {field.name: _kinds(field.default) for field in fields(Record)}
    known = {name: value for name, value in row.items() if name in kinds}
    if not all(isinstance(value, kinds[name]) for name, value in known.items()):
        raise TypeError(row)
    return Record(**known)


def _kinds(default):
    """Types that a value may have whose default is this one."""
    if default is None:
        return (str, type(None))
    return (int, float) if isinstance(default, float) else type(default)


def back_up(workspace, exercise_id):
    """Copy the learner's file into `.minicompress/backups/`, with the time in its name; return the copy's path."""
    source = workspace.file(exercise_id)
    folder = workspace.state / "backups" / exercise_id.rsplit("/", 1)[0]
    folder.mkdir(parents=True, exist_ok=True)
    target = _unused(folder, f"{source.stem}.{{}}.py")
    target.write_bytes(source.read_bytes())
    return target


def _unused(folder, pattern):
    """A path in `folder` that is not taken, with the time in its name; twice within a second, a number too."""
    now, number = time.strftime("%Y%m%d-%H%M%S"), 1
    while (path := folder / pattern.format(now if number == 1 else f"{now}-{number}")).exists():
        number += 1
    return path
