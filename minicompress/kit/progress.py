"""What has the learner done so far? `.minicompress/progress.json` of the workspace says, written whole or not at all.

A file that cannot be read is set aside under another name, never overwritten: it may hold weeks of work.
"""

import json
import time
from dataclasses import asdict, dataclass, fields

from minicompress.files import write_text

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

    @property
    def solved(self):
        """Whether all points were earned once."""
        return self.solved_at is not None


class Progress:
    """The records of one workspace."""

    def __init__(self, workspace):
        self.path = workspace.state / "progress.json"
        self.set_aside = None  # where an unreadable file went
        self.records = self._read()

    def of(self, exercise_id):
        """The record of an exercise, a blank one at first."""
        return self.records.setdefault(exercise_id, Record())

    def note_result(self, result):
        """Take in a graded result. A stub that nobody has touched, or a file that is not there, is no attempt."""
        if result.untouched or result.status == "missing":
            return
        record = self.of(result.exercise.id)
        record.points = result.points
        record.attempts += 1
        record.best = max(record.best, result.earned)
        if result.status == "passed" and not record.solved:
            record.solved_at = time.strftime("%Y-%m-%dT%H:%M:%S")

    def save(self):
        """Write the file."""
        exercises = {name: asdict(record) for name, record in sorted(self.records.items())}
        write_text(self.path, json.dumps({"schema": 1, "exercises": exercises}, indent=2) + "\n")

    def _read(self):
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            exercises = json.loads(text)["exercises"]
            known = {field.name for field in fields(Record)}
            return {name: Record(**{k: v for k, v in row.items() if k in known}) for name, row in exercises.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            self.set_aside = self.path.with_name(f"progress.unreadable-{_now()}.json")
            self.path.replace(self.set_aside)
            return {}


def back_up(workspace, exercise_id):
    """Copy the learner's file into `.minicompress/backups/`, with the time in its name; return the copy's path."""
    source = workspace.file(exercise_id)
    folder = workspace.state / "backups" / exercise_id.rsplit("/", 1)[0]
    stem, now = source.stem, _now()
    target, number = folder / f"{stem}.{now}.py", 2
    while target.exists():  # twice within a second
        target, number = folder / f"{stem}.{now}-{number}.py", number + 1
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    return target


def _now():
    return time.strftime("%Y%m%d-%H%M%S")
