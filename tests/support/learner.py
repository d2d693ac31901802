"""What a learner does in a workspace: write an answer, and be noted in the progress."""

import json

from kit_command import PRUNING

from minicompress.kit.catalog import read_catalog
from minicompress.kit.course import plan

FIRST, SECOND, *_ = (exercise.id for exercise in plan(read_catalog()))


def saved(workspace):
    return json.loads((workspace / ".minicompress" / "progress.json").read_text(encoding="utf-8"))


def write(workspace, text, exercise=PRUNING):
    (workspace / "exercises" / f"{exercise}.py").write_text(text, encoding="utf-8")
