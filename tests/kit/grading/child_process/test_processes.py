"""What an answer starts ends with its grading: done, timed out, crashed, interrupted, or when the grader is killed."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from kit_command import PRUNING, environment, solution, write_submission

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process import runner

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sessions and signals of the Unix kind")

PATIENCE_SECONDS = 30
SPIN = "while True: pass"


def answer(lines, top=""):
    """`weight_pruning` that first does this, in the first check alone, and then answers rightly."""
    once = "\n".join(f"        {line}" for line in lines.splitlines())
    head = f"import multiprocessing, os, subprocess, sys, time\n{top}\n\nBEGUN = []\n"
    begin = f"    if not BEGUN:\n        BEGUN.append(1)\n{once}\n"
    return head + solution(PRUNING).replace("    ### BEGIN SOLUTION\n", begin, 1)


NOTE = """
def note(pid=None):
    with open({file!r}, "a") as lines:
        lines.write(f"{{pid or os.getpid()}}\\n")

def spin(_):
    note()
    while True: pass
"""
POOL = "pool = multiprocessing.get_context('fork').Pool(3)\npool.map_async(spin, range(3), 1)\n" + (
    "while len(open({file!r}).readlines()) < 4: time.sleep(0.01)"
)
STARTS = {
    "a pool of spinning processes": POOL,
    "a process": f"note(subprocess.Popen([sys.executable, '-c', {SPIN!r}]).pid)",
    "a process in a session of its own": (
        f"note(subprocess.Popen([sys.executable, '-c', {SPIN!r}], start_new_session=True).pid)"
    ),
    "a process whose parent is gone": (
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: spin(0)\n    os._exit(0)\n"
        "while len(open({file!r}).readlines()) < 2: time.sleep(0.01)"
    ),
}
THEN = {"answers": "pass", "hangs": SPIN, "crashes": "os._exit(3)", "raises": "raise RuntimeError('no')"}


def written(folder, lines):
    """The submission's folder, and the file in which it notes its processes."""
    file = str(folder / "pids")
    top = NOTE.format(file=file)
    source = answer("note()\n" + lines.format(file=file), top)
    return write_submission(folder / "exercises", {PRUNING: source}), folder / "pids"


def alive(file):
    """The noted processes that still run; at least two must have been noted."""
    pids = [int(line) for line in file.read_text().split()]
    assert len(pids) >= 2
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def wait_until_gone(file):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while alive(file) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = alive(file)
    for pid in left:  # not even a failed test leaves them
        psutil.Process(pid).kill()
    assert left == []


POOLED = "a pool of spinning processes"
CASES = [(start, "answers") for start in STARTS] + [(POOLED, then) for then in THEN] + [("a process", "crashes")]


@pytest.mark.parametrize(("start", "then"), dict.fromkeys(CASES))
def test_what_an_answer_starts_is_ended_with_it(tmp_path, monkeypatch, start, then):
    monkeypatch.setattr(runner, "LATER_CHECK_LIMIT_SECONDS", 0.2)
    if start == "a process whose parent is gone" and not sys.platform.startswith("linux"):
        pytest.skip("only Linux gives orphans to a nearer ancestor")
    folder, file = written(tmp_path, f"{STARTS[start]}\n{THEN[then]}")
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder, check_limit=5.0 if then == "hangs" else 20.0)
    wait_until_gone(file)
    status = {"answers": "passed", "hangs": "timeout", "crashes": "error", "raises": "failed"}[then]
    assert result.status == status, [check.message for check in result.checks]


HOLDS_THE_LOCK = "sum(iter(int, 1))"  # one call of C that never returns: no other thread of the answer can run


@pytest.mark.parametrize(
    ("how", "loop"),
    [("SIGKILL", SPIN), ("SIGKILL", HOLDS_THE_LOCK), ("SIGTERM", SPIN), ("SIGINT", SPIN), ("SIGHUP", SPIN)],
)
def test_what_an_answer_starts_is_ended_when_the_grader_is(tmp_path, how, loop):
    folder, file = written(tmp_path, f"{STARTS[POOLED]}\n{loop}")
    command = [sys.executable, "-m", "minicompress", "check", PRUNING, "--submission", str(folder), "--time-limit=600"]
    grader = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (file.exists() and len(file.read_text().split()) >= 4) and time.monotonic() < deadline:
        time.sleep(0.05)
    grader.send_signal(getattr(signal, how))
    grader.wait(timeout=PATIENCE_SECONDS)
    wait_until_gone(file)


def test_an_answer_that_closes_every_channel_and_hangs_is_ended_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "LATER_CHECK_LIMIT_SECONDS", 0.2)
    folder = write_submission(tmp_path, {PRUNING: answer("os.closerange(1, 200)\nwhile True: pass")})
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder, check_limit=1.0)
    assert result.status == "timeout"


def test_an_answer_that_reads_its_input_meets_its_end(tmp_path):
    source = answer("import io\nassert sys.stdin.read() == '' and os.read(0, 10) == b''")
    (result,) = runner.grade_files([find_exercise(PRUNING)], write_submission(tmp_path, {PRUNING: source}))
    assert result.status == "passed"
