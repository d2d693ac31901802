"""The progress counts attempts and solutions, and is never lost, whatever happens to its file."""

import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from kit_command import DISTILLATION, PRUNING, QUANTIZATION, environment
from learner import saved

from minicompress.kit.places import Workspace
from minicompress.kit.workspace import progress as progress_room
from minicompress.kit.workspace.progress import Progress, Record

# --- what counts ------------------------------------------------------------------------------------------------------


def note(progress, status, earned, untouched=False):
    exercise = SimpleNamespace(id=PRUNING)
    progress.note_result(
        SimpleNamespace(exercise=exercise, status=status, earned=earned, points=10, untouched=untouched)
    )


def test_attempts_are_counted_and_the_best_result_is_kept(workspace):
    progress = Progress(Workspace(workspace))
    for earned in (3, 7, 5):
        note(progress, "failed", earned)
    record = progress.of(PRUNING)
    assert (record.attempts, record.best, record.points, record.solved) == (3, 7, 10, False)


def test_what_was_solved_once_stays_solved_from_then_on(workspace):
    progress = Progress(Workspace(workspace))
    note(progress, "passed", 10)
    first = progress.of(PRUNING).solved_at
    note(progress, "failed", 2)
    note(progress, "passed", 10)
    assert progress.of(PRUNING).solved_at == first
    assert (progress.of(PRUNING).best, progress.of(PRUNING).attempts) == (10, 3)


def test_a_stub_that_nobody_touched_and_a_missing_file_are_no_attempt(workspace):
    progress = Progress(Workspace(workspace))
    note(progress, "failed", 0, untouched=True)
    note(progress, "missing", 0)
    assert progress.of(PRUNING) == Record()


@pytest.mark.parametrize("status", ["error", "timeout"])
def test_a_file_that_cannot_be_graded_is_an_attempt(workspace, status):
    progress = Progress(Workspace(workspace))
    note(progress, status, 0)
    assert progress.of(PRUNING).attempts == 1


def test_progress_survives_a_round_trip_through_the_file(workspace):
    progress = Progress(Workspace(workspace))
    note(progress, "passed", 10)
    progress.of(QUANTIZATION).hints = 2
    progress.save()
    again = Progress(Workspace(workspace))
    assert again.records == progress.records
    assert again.set_aside is None


def test_checking_fresh_stubs_fails_kindly_and_is_no_attempt(command, workspace):
    status, printed, _ = command("check", PRUNING, DISTILLATION)
    assert status == 1
    assert printed.count("Not written yet") == 2
    assert all(record["attempts"] == 0 for record in saved(workspace)["exercises"].values())


# --- files that cannot be read ----------------------------------------------------------------------------------------

UNREADABLE = {
    "empty": b"",
    "truncated": b'{"schema": 1, "exercises": {"pruning/weight_pru',
    "another program's": b'{"version": 3, "data": []}',
    "a list": b"[1, 2]",
    "a number": b"7",
    "no text": b"\xff\xfe\x00\x01 weeks of work",
    "exercises as a list": b'{"schema": 1, "exercises": []}',
    "a record as text": b'{"schema": 1, "exercises": {"pruning/weight_pruning": "done"}}',
    "text where numbers belong": b'{"schema": 1, "exercises": {"pruning/weight_pruning": {"attempts": "many"}}}',
    "one wrong kind among right ones": b'{"schema": 1, "exercises": {"a/b": {"attempts": 2, "best": "x"}}}',
    "null where numbers belong": b'{"schema": 1, "exercises": {"pruning/weight_pruning": {"best": null}}}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_progress_file_that_cannot_be_read_is_set_aside_and_never_lost(command, workspace, name):
    file = workspace / ".minicompress" / "progress.json"
    file.write_bytes(UNREADABLE[name])
    status, _, error = command("hint", PRUNING)
    assert status == 0
    assert "could not be read" in error
    assert saved(workspace)["exercises"][PRUNING]["hints"] == 1
    (kept,) = file.parent.glob("progress.unreadable-*.json")
    assert kept.read_bytes() == UNREADABLE[name]
    assert kept.name in "".join(error.split())
    assert "could not be read" not in command("status")[2]


def test_two_unreadable_files_within_a_second_are_both_kept(workspace, monkeypatch):
    monkeypatch.setattr(progress_room.time, "strftime", lambda form: "20260101-000000")
    file = workspace / ".minicompress" / "progress.json"
    for text in ("first", "second"):
        file.write_text(text)
        assert Progress(Workspace(workspace)).set_aside
    assert sorted(path.read_text() for path in file.parent.glob("progress.unreadable*")) == ["first", "second"]


def test_fields_of_a_later_version_do_not_make_the_file_unreadable(workspace):
    file = workspace / ".minicompress" / "progress.json"
    file.write_text('{"schema": 1, "exercises": {"a/b": {"attempts": 4, "stars": 5}}, "more": 1}')
    progress = Progress(Workspace(workspace))
    assert (progress.of("a/b"), progress.set_aside) == (Record(attempts=4), None)


def test_the_progress_file_is_whole_whenever_two_processes_write_it_at_once(workspace):
    code = (
        "import pathlib, sys; from minicompress.kit.places import Workspace; "
        "from minicompress.kit.workspace.progress import Progress\n"
        "for i in range(150):\n"
        "    p = Progress(Workspace(pathlib.Path('.'))); assert p.set_aside is None\n"
        "    p.of(f'chapter/{sys.argv[1] * (1 + i % 40)}').attempts += 1; p.save()\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, name], cwd=workspace, env=environment()) for name in "ab"]
    while any(writer.poll() is None for writer in writers):
        if (workspace / ".minicompress" / "progress.json").exists():
            assert saved(workspace)["schema"] == 1
        time.sleep(0.01)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(path.name for path in (workspace / ".minicompress").iterdir()) == ["progress.json"]


def test_what_another_process_noted_meanwhile_is_not_lost(tmp_path):
    workspace = Workspace(tmp_path)
    checking, hinting = Progress(workspace), Progress(workspace)
    hinting.of("a").hints = 2
    hinting.touch("a")
    hinting.save()
    checking.of("b").attempts = 1
    checking.touch("b")
    checking.save()
    after = Progress(workspace)
    assert (after.of("a").hints, after.of("b").attempts) == (2, 1)


def test_seconds_may_be_written_as_an_integer(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.state.mkdir()
    text = '{"schema": 1, "exercises": {"a": {"attempts": 3, "seconds": 60}}}'
    (workspace.state / "progress.json").write_text(text, encoding="utf-8")
    progress = Progress(workspace)
    assert progress.set_aside is None
    assert progress.of("a").seconds == 60
