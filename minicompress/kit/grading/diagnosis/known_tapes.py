"""What the known wrong answers do in every check: computed once, kept on disk.

A diagnosis compares the learner's answer with all of them. Running them anew at every check would take longer than
grading does, seconds on a busy machine; so what they did is kept in the user's cache folder, under a name that holds a
hash of all files on which it depends. Where the folder cannot be used, they run.

    known_answers(exercise) -> [Known, ...]       idle_answers(exercise) -> [Known, ...]
"""

import contextlib
import functools
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress._base.archives import read_arrays
from minicompress._base.files import replace_atomically
from minicompress.kit.grading.comparison.observation import Trace
from minicompress.kit.grading.diagnosis.answers import IDLE, Wrong, wrong_answers
from minicompress.kit.grading.recording import record
from minicompress.kit.places import content

__all__ = ["IDLE_ANSWERS", "Known", "idle_answers", "known_answers", "observe"]

IDLE_ANSWERS = [Wrong(name, name, {"en": "", "zh": ""}, function) for name, function in IDLE.items()]


@dataclass(frozen=True)
class Known:
    """One of the project's own answers and what it did."""

    answer: Wrong
    traces: dict  # {check name: Trace}
    failed: frozenset  # names of the checks that it failed

    def did_the_same_as(self, other):
        """Whether two answers did the same in all checks."""
        return all(trace.agrees_with(other.traces[name]) for name, trace in self.traces.items())


def observe(exercise, answer, expectations):
    """Run the checks on a known answer; return its Known and its Tapes. `expectations`: see `recording.record`."""
    results, tapes = record(exercise, answer.function, known=True, expectations=expectations)
    failed = frozenset(result.name for result in results if not result.passed)
    return Known(answer, tapes.traces, failed), tapes


def known_answers(exercise):
    """Known wrong answers, in the order of their file."""
    return _of(exercise.id)[0]


def idle_answers(exercise):
    """Answers that do nothing."""
    return _of(exercise.id)[1]


@functools.cache
def _of(exercise_id):
    from minicompress.kit.catalog import find_exercise

    exercise = find_exercise(exercise_id)
    wrong = wrong_answers(exercise_id)
    path = _file(exercise)
    rows = _read(path, [*wrong, *IDLE_ANSWERS])
    if rows is None:
        expectations = {}
        rows = [observe(exercise, answer, expectations)[0] for answer in (*wrong, *IDLE_ANSWERS)]
        _write(path, rows)
    return rows[: len(wrong)], rows[len(wrong) :]


def _file(exercise):
    """Where the rows of an exercise are kept; None where there is no such folder."""
    with contextlib.suppress(ImportError, RuntimeError):  # RuntimeError: no home folder
        folder = os.environ.get("MINICOMPRESS_CACHE")
        if not folder:
            import platformdirs

            folder = platformdirs.user_cache_dir("minicompress")
        name = f"{exercise.id.replace('/', '-')}-{_hash(exercise.id)}.npz"
        return Path(folder).expanduser() / "known-answers" / name
    return None


def _hash(exercise_id):
    """Of everything on which the behaviour of known answers and its form depend."""
    graded = [content().graded_file(exercise_id, kind) for kind in ("test", "wrong")]
    sources = [*sorted(Path(__file__).parents[1].rglob("*.py")), *graded]
    versions = f"{sys.version_info[:2]} {np.__version__}"
    return hashlib.sha256(b"\0".join([versions.encode(), *(path.read_bytes() for path in sources)])).hexdigest()[:16]


def _write(path, rows):
    """Keep the rows; forget those of earlier versions of the same exercise."""
    if path is None:
        return
    traces = [trace for row in rows for trace in row.traces.values()]
    index = [
        {
            "name": row.answer.name,
            "failed": sorted(row.failed),
            "traces": {name: [trace.digest, trace.numbers.size] for name, trace in row.traces.items()},
        }
        for row in rows
    ]
    arrays = {
        "index": np.frombuffer(json.dumps(index).encode(), np.uint8),
        "numbers": np.concatenate([trace.numbers for trace in traces]),
        "whole": np.concatenate([trace.whole for trace in traces]),
    }
    with contextlib.suppress(OSError):  # a folder that cannot be written, a full disk
        earlier = list(path.parent.glob(f"{path.stem.rpartition('-')[0]}-*.npz"))
        with replace_atomically(path) as temporary:
            np.savez(temporary, **arrays)
        for file in earlier:
            file.unlink(missing_ok=True)


def _read(path, answers):
    """The rows of these answers from the file, or None if it is not there or not theirs."""
    try:
        arrays = read_arrays(path)
        index = json.loads(arrays["index"].tobytes())
        if [row["name"] for row in index] != [answer.name for answer in answers]:
            return None
        rows, start = [], 0
        for answer, row in zip(answers, index, strict=True):
            traces = {}
            for name, (digest, size) in row["traces"].items():
                part = slice(start, start + size)
                traces[name] = Trace.kept(digest, arrays["numbers"][part], arrays["whole"][part])
                start += size
            rows.append(Known(answer, traces, frozenset(row["failed"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return rows
