"""The parent hears a child's events, and ends a child that hangs, crashes, floods or takes all memory."""

from kit_command import PRUNING, write_submission

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process import runner, supervisor


def test_a_submission_that_fills_real_memory_is_stopped_from_outside(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "MEMORY_WATCH_BYTES", 250 << 20)
    source = "import time\nimport numpy as np\nhog = np.ones(50 << 20)\ntime.sleep(60)\n"
    (result,) = runner.grade_files([find_exercise(PRUNING)], write_submission(tmp_path, {PRUNING: source}))
    assert (result.status, "It used more than" in result.trouble) == ("error", True)
