"""The own time of a process is what it computes and what it sleeps, not what others take from it."""

import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from minicompress.kit.grading.child_process import own_time
from minicompress.kit.grading.child_process.own_time import OwnTime


class Process:
    """A process whose times and state the test sets."""

    def __init__(self):
        self.used, self.state, self.gone = 0.0, psutil.STATUS_RUNNING, False

    def cpu_times(self):
        if self.gone:
            raise psutil.NoSuchProcess(0)
        return SimpleNamespace(user=self.used, system=0.0)

    def status(self):
        if self.gone:
            raise psutil.NoSuchProcess(0)
        return self.state


@pytest.fixture
def scene(monkeypatch):
    """(process, clock, OwnTime of the process); `clock[0]` is the wall clock."""
    process, clock = Process(), [100.0]
    monkeypatch.setattr(own_time.psutil, "Process", lambda pid: process)
    monkeypatch.setattr(own_time.time, "monotonic", lambda: clock[0])
    return process, clock, OwnTime(1)


def test_computing_counts_by_the_processor(scene):
    process, clock, own = scene
    process.used, clock[0] = 2.0, 102.5
    assert own.seconds() == 2.0


def test_waiting_for_a_processor_does_not_count(scene):
    process, clock, own = scene
    process.used, clock[0] = 0.5, 105.0
    assert own.seconds() == 0.5


def test_sleeping_counts_by_the_wall_clock(scene):
    process, clock, own = scene
    process.state = psutil.STATUS_SLEEPING
    for clock[0] in (101.0, 102.0):
        seconds = own.seconds()
    assert seconds == 2.0


def test_what_never_seems_to_use_time_is_stopped_in_the_end(scene):
    _, clock, own = scene
    clock[0] = 100.0 + 60 * own_time.BACKSTOP
    assert own.seconds() == 60


def test_it_counts_from_the_last_restart(scene):
    process, _, own = scene
    process.used = 3.0
    own.restart()
    process.used = 3.5
    assert own.seconds() == 0.5


def test_a_process_that_has_ended_takes_no_more_time(scene):
    process, _, own = scene
    process.gone = True
    assert own.seconds() == 0


@pytest.mark.parametrize("work", ["while True: pass", "import time; time.sleep(600)"], ids=["computes", "sleeps"])
def test_a_real_process_that_computes_or_sleeps_comes_to_half_a_second(work):
    child = subprocess.Popen([sys.executable, "-c", work])
    try:
        own = OwnTime(child.pid)
        while own.seconds() < 0.5:
            time.sleep(0.02)
    finally:
        child.kill()
        child.wait()
