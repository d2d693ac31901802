"""How tests use the kit: the command as a learner runs it, and submissions laid out in a folder."""

import os
import subprocess
import sys

from minicompress.kit.catalog import read_catalog
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.places import content

PRUNING, QUANTIZATION, DISTILLATION = (
    "pruning/weight_pruning",
    "quantization/quantization",
    "distillation/knowledge_distillation",
)


def solution(exercise_id):
    """The solution's source."""
    return content().solution(exercise_id).read_text(encoding="utf-8")


def solutions():
    """{id: source} of all solutions."""
    return {exercise_id: solution(exercise_id) for exercise_id in read_catalog()}


def points(exercise_id):
    """Points to be had."""
    return sum(check.points for check in load_checks(exercise_id))


def write_submission(folder, sources):
    """Write {id: text or bytes} as `folder/<chapter>/<slug>.py`; return the folder."""
    for exercise_id, source in sources.items():
        path = folder / f"{exercise_id}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source if isinstance(source, bytes) else source.encode("utf-8"))
    return folder


def environment(**changes):
    """The user's environment, with English, UTF-8 and a fixed width; a change to None removes the variable."""
    fixed = {"MINICOMPRESS_LANG": "en", "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", "OPENBLAS_NUM_THREADS": "1"}
    merged = {**os.environ, **fixed, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def run(*words, cwd, env=None, timeout=240):
    """`minicompress WORDS` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "minicompress", *map(str, words)],
        cwd=cwd,
        env=env or environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )
