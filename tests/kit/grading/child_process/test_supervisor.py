"""The parent hears a child's events, and ends a child that hangs, crashes, floods or takes all memory."""

import threading

from kit_command import PRUNING, write_submission

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process import runner, supervisor


def test_a_submission_that_fills_real_memory_is_stopped_from_outside(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "MEMORY_WATCH_BYTES", 250 << 20)
    source = "import time\nimport numpy as np\nhog = np.ones(50 << 20)\ntime.sleep(60)\n"
    (result,) = runner.grade_files([find_exercise(PRUNING)], write_submission(tmp_path, {PRUNING: source}))
    assert (result.status, "It used more than" in result.trouble) == ("error", True)


def supervised(monkeypatch, lines, *, cancelled=None):
    """(ending, events) of a child that runs these lines after it has read its request."""
    said = "import json, sys, time\nrequest = json.loads(sys.stdin.readline())\n"
    said += "def send(event, token=request['token'], **values):\n"
    said += "    print('\\n' + json.dumps({'token': token, 'event': event, **values}), flush=True)\n"
    monkeypatch.setattr(supervisor, "CHILD", (said + lines).replace("{", "{{").replace("}", "}}"))
    events = []
    return supervisor.supervise({"job": "x"}, events.append, cancelled), events


def test_events_with_the_token_are_heard_and_all_other_lines_are_not(monkeypatch):
    lines = "send('begin', name='first', limit=20)\nprint('half a line', end='')\nsend('result', name='a')\n"
    lines += "send('result', token='guessed', name='forged')\nprint('[1]\\n{')\nsend('end')\ntime.sleep(60)"
    ending, events = supervised(monkeypatch, lines)
    assert (ending.how, ending.during) == ("end", "first")
    assert [event["name"] for event in events] == ["a"]


def test_a_child_that_ends_without_saying_so_has_crashed_though_its_status_is_0(monkeypatch):
    lines = "send('begin', name='second', limit=20)\nsend('result', name='a')\nsys.stderr.write('the end')"
    ending, events = supervised(monkeypatch, lines)
    assert (ending.how, ending.during, ending.exit_status, ending.stderr) == ("crash", "second", 0, "the end")
    assert [event["name"] for event in events] == ["a"]


def test_a_child_is_stopped_at_the_limit_of_what_it_has_begun(monkeypatch):
    ending, _ = supervised(monkeypatch, "send('begin', name='slow', limit=0.3)\ntime.sleep(60)")
    assert (ending.how, ending.during) == ("timeout", "slow")


def test_a_child_that_floods_standard_error_is_stopped_and_the_last_words_are_kept(monkeypatch):
    monkeypatch.setattr(supervisor, "OUTPUT_WATCH_BYTES", 100_000)
    lines = "send('begin', name='loud', limit=20)\nwhile True: sys.stderr.write('x' * 1000)"
    ending, _ = supervised(monkeypatch, lines)
    assert ending.how == "output"
    assert len(ending.stderr) <= supervisor.STDERR_KEPT_BYTES


def test_a_child_is_stopped_when_the_grading_is_cancelled(monkeypatch):
    cancelled = threading.Event()
    cancelled.set()
    ending, _ = supervised(monkeypatch, "time.sleep(60)", cancelled=cancelled)
    assert (ending.how, ending.during) == ("cancelled", "start")
