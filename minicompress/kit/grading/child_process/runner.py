"""Grade a learner's files, each exercise in a process of its own, and continue whatever happens in it.

A check that hangs or crashes costs its process; a new one grades the remaining checks. So one endless loop loses one
check, not the exercise, and never the other exercises.
"""

import concurrent.futures
import json
import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process.supervisor import supervise
from minicompress.kit.grading.recording import CheckResult
from minicompress.kit.language import language, row, say
from minicompress.kit.places import no_file

__all__ = ["ExerciseResult", "grade_files", "not_graded", "results_as_json"]

CHECK_LIMIT_SECONDS = 5.0  # a right answer takes milliseconds
LATER_CHECK_LIMIT_SECONDS = 1.0  # once one check has hung
IMPORT_LIMIT_SECONDS = 10.0


@dataclass(repr=False)
class ExerciseResult:
    """The verdict of one exercise, as the contract of `check --json` has it."""

    exercise: object
    status: str = "failed"  # passed | failed | missing | error | timeout
    checks: list = field(default_factory=list)
    trouble: str = ""  # why nothing, or not everything, could be graded

    @property
    def points(self):
        """Points to be had."""
        return sum(check.points for check in self.checks)

    @property
    def earned(self):
        """Points earned."""
        return sum(check.points for check in self.checks if check.passed)

    @property
    def untouched(self):
        """Whether every check met the stub's NotImplementedError."""
        return bool(self.checks) and all(check.message == say("not_written") for check in self.checks)

    def __repr__(self):
        points = f"{self.earned} of {self.points} points"
        return f"<{type(self).__name__}: {self.exercise.id}, {self.status}, {points}>"

    def as_json(self):
        """The exercise's entry of the JSON file."""
        checks = [check.as_json() for check in self.checks]
        return {"status": self.status, "points": self.points, "earned": self.earned, "checks": checks}


def not_graded(exercise, status, trouble):
    """The result of an exercise of which no check could be run: all are listed, none is passed."""
    checks = [CheckResult(c.name, c.title, c.points, False, trouble) for c in load_checks(exercise.id)]
    return ExerciseResult(exercise, status, checks, trouble)


def results_as_json(results):
    """The JSON document of `check --json`, as text."""
    exercises = {result.exercise.id: result.as_json() for result in results}
    return json.dumps({"schema": 1, "exercises": exercises}, ensure_ascii=False, indent=2) + "\n"


def grade_files(exercises, folder, *, check_limit=CHECK_LIMIT_SECONDS):
    """Grade `folder/<chapter>/<slug>.py` for each exercise; yield ExerciseResults in the order of `exercises`.

    Closing the generator early (Ctrl-C) ends the children that still run.
    """
    cancelled = threading.Event()
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
    try:
        gradings = [_Grading(e, Path(folder) / f"{e.id}.py", check_limit, cancelled) for e in exercises]
        pending = [executor.submit(grading.run) for grading in gradings]
        for future in pending:
            yield future.result()
    finally:
        cancelled.set()
        executor.shutdown(wait=True, cancel_futures=True)


class _Grading:
    """The grading of one file, over as many child processes as it takes."""

    def __init__(self, exercise, path, check_limit, cancelled):
        self.exercise, self.path, self.cancelled = exercise, Path(os.path.abspath(path)), cancelled
        self.limits = {"check_limit": check_limit, "import_limit": max(IMPORT_LIMIT_SECONDS, check_limit)}
        self.checks = load_checks(exercise.id)
        self.results = {}  # {check name: CheckResult}
        self.lost = {}  # {check name: how its child ended}
        self.not_loaded = None

    def run(self):
        if not self.path.is_file():
            return not_graded(self.exercise, "missing", no_file(self.path))
        while True:
            ending = supervise(self._request(), self._on_event, self.cancelled)
            if self.not_loaded:
                return not_graded(self.exercise, "error", self.not_loaded)
            if ending.how == "cancelled":
                return not_graded(self.exercise, "error", say("interrupted"))
            if ending.how != "end" and ending.during in ("diagnosis", "remarks"):
                self._note_missing_diagnoses()
            if ending.how == "end" or ending.during in ("diagnosis", "remarks"):
                return self._graded()
            if ending.during in ("start", "import"):
                status = "timeout" if ending.how == "timeout" else "error"
                return not_graded(self.exercise, status, self._explain(ending))
            self.lost[ending.during] = ending.how
            self.results[ending.during] = self._failed(ending.during, self._explain(ending))
            if ending.how == "timeout":
                self.limits["check_limit"] = min(self.limits["check_limit"], LATER_CHECK_LIMIT_SECONDS)

    def _request(self):
        return {
            "job": "grade",
            "exercise": self.exercise.id,
            "path": str(self.path),
            "skip": list(self.lost),
            "language": language(),
            **self.limits,
        }

    def _on_event(self, event):
        if event["event"] == "not_loaded":
            self.not_loaded = event["message"]
        elif event["event"] == "result":
            check = self._check(event["name"])
            self.results[check.name] = CheckResult(
                check.name,
                check.title,
                check.points,
                event["passed"],
                event["message"],
                event["diagnosis"],
                event["arrays"],
                event["printed"],
            )
        elif event["event"] == "diagnosis":
            self.results[event["name"]].diagnosis = event["text"]
        elif event["event"] == "remark":
            self.results[event["name"]].message += f"\n{event['text']}"

    def _check(self, name):
        return next(check for check in self.checks if check.name == name)

    def _note_missing_diagnoses(self):
        for result in self.results.values():
            if not result.passed and result.diagnosis is None:
                result.message += "\n" + row(say("diagnosis_not_looked_for"), say("diagnosis_out_of_time"))

    def _failed(self, name, message):
        check = self._check(name)
        return CheckResult(check.name, check.title, check.points, False, message)

    def _graded(self):
        checks = [self.results[check.name] for check in self.checks]
        if all(check.passed for check in checks):
            status = "passed"
        elif "timeout" in self.lost.values():
            status = "timeout"
        else:
            status = "error" if self.lost else "failed"
        return ExerciseResult(self.exercise, status, checks)

    def _explain(self, ending):
        """What became of the child, with the learner's line if the interpreter could still say it."""
        seconds = self.limits["import_limit" if ending.during in ("start", "import") else "check_limit"]
        text = say(f"child_{ending.how}", seconds=f"{seconds:g}", status=ending.exit_status)
        line = self._last_line(ending.stderr)
        return f"{text}\n{row(say('label_line'), line)}" if line else text

    def _last_line(self, stderr):
        # The interpreter's dump, the last thing on standard error, names the innermost frame first.
        dump = stderr[max(stderr.rfind("most recent call first"), 0) :]
        # A dump spells every character outside ASCII as an escape, a traceback does not.
        names = {str(self.path), str(self.path).encode("ascii", "backslashreplace").decode()}
        found = re.search(rf'File "(?:{"|".join(map(re.escape, names))})", line (\d+)', dump)
        if not found:
            return None
        number = int(found.group(1))
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return f"{number}: {lines[number - 1].strip()}" if number <= len(lines) else str(number)
