"""Where an answer hangs is read while its frames are at rest: by a thread with the interpreter's lock if possible."""

import subprocess
import sys

import pytest

PROGRAM = """
import faulthandler, time
from minicompress.kit.grading.child_process.whereabouts import Whereabouts

{before}
whereabouts = Whereabouts()

def work():
    until = time.monotonic() + {work_seconds}
    while time.monotonic() < until:
        {busy}

whereabouts.expect_within({limit_seconds})
work()
whereabouts.arrived()
time.sleep({rest_seconds})
"""


def dumps(*, work_seconds, limit_seconds, rest_seconds=0.0, busy="pass", before=""):
    """What a process writes to standard error that does this work with a limit."""
    values = {"work_seconds": work_seconds, "limit_seconds": limit_seconds, "rest_seconds": rest_seconds}
    program = PROGRAM.format(**values, busy=busy, before=before)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_work_that_takes_too_long_is_shown_once_with_its_function():
    shown = dumps(work_seconds=2.0, limit_seconds=1.0)
    assert shown.count("in work") == 1


@pytest.mark.parametrize("busy", ["pass", "try: raise ValueError\n        except BaseException: pass"])
def test_python_code_is_read_by_the_thread_that_holds_the_lock(busy):
    shown = dumps(
        work_seconds=1.0,
        limit_seconds=1.0,
        busy=busy,
        before="faulthandler.dump_traceback_later = lambda *a, **k: None",
    )
    assert shown.count("in work") == 1
    assert "in _watch" in shown


def test_code_that_keeps_the_lock_is_read_by_faulthandler():
    # About two seconds in C, within one call, for an interpreter that sums 20 to 100 million integers a second.
    shown = dumps(work_seconds=0.01, limit_seconds=0.5, busy="sum(range(10**8))")
    assert shown.startswith("Timeout (")
    assert "in work" in shown


def test_work_in_time_is_not_shown():
    assert dumps(work_seconds=0.01, limit_seconds=1.0, rest_seconds=1.2) == ""
