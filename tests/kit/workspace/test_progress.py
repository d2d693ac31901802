"""Nothing that a learner has done is lost: progress, hints, files that are put back, whatever happens in between."""

import json
import re
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from kit_command import DISTILLATION, PRUNING, QUANTIZATION, environment, solution

from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.course import next_exercise, plan
from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.grading.grade import grade_function
from minicompress.kit.places import Workspace, find_workspace
from minicompress.kit.stubs import read_stub
from minicompress.kit.workspace import progress as progress_room
from minicompress.kit.workspace.progress import Progress, Record, back_up

FIRST, SECOND, *_ = (exercise.id for exercise in plan(read_catalog()))
HALF = "import numpy as np\ndef weight_pruning(model, threshold):\n    return 0.0\n"


def saved(workspace):
    return json.loads((workspace / ".minicompress" / "progress.json").read_text(encoding="utf-8"))


def write(workspace, text, exercise=PRUNING):
    (workspace / "exercises" / f"{exercise}.py").write_text(text, encoding="utf-8")


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


def test_a_check_is_noted_and_a_solved_exercise_brings_the_next(command, workspace):
    write(workspace, solution(FIRST), FIRST)
    status, printed, _ = command("check", FIRST)
    assert status == 0
    assert f"minicompress show {SECOND}" in printed
    record = saved(workspace)["exercises"][FIRST]
    assert record["attempts"] == 1
    assert record["best"] == record["points"] > 0
    assert SECOND in command("next")[1]


def test_checking_fresh_stubs_fails_kindly_and_is_no_attempt(command, workspace):
    status, printed, _ = command("check", PRUNING, DISTILLATION)
    assert status == 1
    assert printed.count("Not written yet") == 2
    assert all(record["attempts"] == 0 for record in saved(workspace)["exercises"].values())


@pytest.mark.parametrize("exercise", read_catalog().values(), ids=lambda exercise: exercise.id)
def test_every_check_of_a_fresh_stub_says_that_it_is_not_written(exercise, laid_out):
    stub = load_function(laid_out / "exercises" / f"{exercise.id}.py", exercise.slug)
    result = ExerciseResult(exercise, checks=grade_function(exercise, stub, with_diagnosis=False))
    assert result.untouched
    assert result.earned == 0


def test_the_course_goes_from_easy_to_hard_and_brings_first_what_an_exercise_needs():
    def entry(name, level, asked, *needs):
        return SimpleNamespace(id=name, level=level, asked=asked, needs=needs, minutes=10)

    entries = [entry("a", 1, 1, "c"), entry("b", 1, 3), entry("c", 2, 2), entry("d", 1, 2)]
    catalog = {e.id: e for e in entries}

    def after(*solved):
        progress = SimpleNamespace(path="all", of=lambda name: Record(solved_at="now" if name in solved else None))
        following = next_exercise(catalog, progress)
        return following and following.id

    assert [e.id for e in plan(catalog)] == ["b", "d", "c", "a"]
    assert [after(), after("b"), after("b", "d"), after("b", "c", "d")] == ["b", "d", "c", "a"]
    assert after("a", "b", "c", "d") is None


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


# --- hints ------------------------------------------------------------------------------------------------------------


def test_each_hint_is_the_next_and_the_last_repeats(command, workspace):
    hints = find_exercise(PRUNING).hints["en"]
    for level in (1, 2, 3, 3):
        status, printed, _ = command("hint", PRUNING)
        assert status == 0
        assert f"Hint {level} of 3" in printed
        assert hints[level - 1][:40] in printed
    assert saved(workspace)["exercises"][PRUNING]["hints"] == 3


def test_a_level_is_shown_when_it_is_asked_for(command, workspace):
    assert "Hint 2 of 3" in command("hint", PRUNING, "--level", 2)[1]
    assert "Hint 1 of 3" in command("hint", PRUNING, "--level", 1)[1]
    assert saved(workspace)["exercises"][PRUNING]["hints"] == 2
    assert command("hint", PRUNING, "--level", 4)[0] == 2


def test_without_a_name_the_hint_is_for_the_next_exercise(command):
    assert f"minicompress hint {FIRST}" in command("hint")[1]


# --- reset and init ---------------------------------------------------------------------------------------------------


def backups(workspace):
    return sorted((workspace / ".minicompress" / "backups").rglob("*.py"))


def test_reset_puts_the_stub_back_and_keeps_the_learners_text(command, workspace):
    write(workspace, "my work: 剪枝\n")
    status, printed, _ = command("reset", PRUNING)
    assert status == 0
    assert (workspace / "exercises" / f"{PRUNING}.py").read_text(encoding="utf-8") == read_stub(find_exercise(PRUNING))
    (kept,) = backups(workspace)
    assert kept.read_text(encoding="utf-8") == "my work: 剪枝\n"
    assert kept.parent.relative_to(workspace).as_posix() == ".minicompress/backups/pruning"
    assert re.fullmatch(r"weight_pruning\.\d{8}-\d{6}\.py", kept.name)
    assert kept.name in "".join(printed.split())


def test_several_resets_within_a_second_keep_every_text(command, workspace, monkeypatch):
    monkeypatch.setattr(progress_room.time, "strftime", lambda form: "20260101-000000")
    for text in ("one", "two", "three"):
        write(workspace, text)
        command("reset", PRUNING)
    stem = "weight_pruning.20260101-000000"
    names = {f"{stem}.py": "one", f"{stem}-2.py": "two", f"{stem}-3.py": "three"}
    assert {path.name: path.read_text() for path in backups(workspace)} == names


def test_reset_keeps_bytes_that_are_no_text(command, workspace):
    file = workspace / "exercises" / f"{PRUNING}.py"
    file.write_bytes(b"\xff\x00work\r\n")
    command("reset", PRUNING)
    assert backups(workspace)[0].read_bytes() == b"\xff\x00work\r\n"


def test_reset_of_a_stub_or_a_missing_file_backs_nothing_up(command, workspace):
    assert "is already the stub" in " ".join(command("reset", PRUNING)[1].split())
    (workspace / "exercises" / f"{PRUNING}.py").unlink()
    assert command("reset", PRUNING)[0] == 0
    assert (workspace / "exercises" / f"{PRUNING}.py").is_file()
    assert backups(workspace) == []


def test_reset_needs_a_name(command):
    status, printed, _ = command("reset")
    assert (status, printed) == (2, "")


def test_a_backup_that_cannot_be_written_leaves_the_file_as_it_is(command, workspace):
    write(workspace, "my work\n")
    (workspace / ".minicompress" / "backups").write_text("in the way")
    with pytest.raises(OSError):
        back_up(Workspace(workspace), PRUNING)
    assert command("reset", PRUNING)[0] != 0
    assert (workspace / "exercises" / f"{PRUNING}.py").read_text() == "my work\n"


def test_init_lays_out_stubs_and_cards_in_an_empty_folder(command, tmp_path):
    status, printed, _ = command("init", tmp_path / "new" / "course")
    assert status == 0
    laid = sorted(path.relative_to(tmp_path / "new" / "course").as_posix() for path in (tmp_path / "new").rglob("*.*"))
    expected = [f"exercises/{e}{ending}" for e in read_catalog() for ending in (".py", ".md", ".zh.md")]
    assert [name for name in laid if name != ".minicompress"] == sorted(expected)
    assert f"{len(expected)} files" in printed
    assert find_workspace(tmp_path / "new" / "course" / "exercises" / "pruning").root == tmp_path / "new" / "course"


def test_a_second_init_keeps_edited_files_and_puts_back_missing_ones(command, workspace):
    write(workspace, "my work\n")
    (workspace / "exercises" / f"{DISTILLATION}.py").unlink()
    _, printed, _ = command("init")
    assert "1 file created" in " ".join(printed.split())
    assert (workspace / "exercises" / f"{PRUNING}.py").read_text() == "my work\n"
    assert (workspace / "exercises" / f"{DISTILLATION}.py").is_file()


@pytest.mark.parametrize("blocked", ["", "exercises", "exercises/pruning"])
def test_init_where_a_file_is_in_the_way_says_so(command, tmp_path, blocked):
    target = tmp_path / "target"
    (target / blocked).parent.mkdir(parents=True, exist_ok=True)
    (target / blocked).write_text("a file")
    status, _, error = command("init", target)
    assert status == 2
    assert "target" in error
    assert "Traceback" not in error


# --- compare ----------------------------------------------------------------------------------------------------------


def test_the_solution_is_shown_only_after_solving_or_giving_up(command, workspace):
    write(workspace, HALF)
    status, printed, _ = command("compare", PRUNING)
    assert status == 1
    assert "count_nonzero" not in printed
    status, printed, _ = command("compare", PRUNING, "--give-up")
    assert status == 0
    assert "+            zeros += np.count_nonzero(w == 0)" in printed
    assert "-    return 0.0" in printed
    assert saved(workspace)["exercises"][PRUNING]["gave_up"] is True
    assert "count_nonzero" in command("compare", PRUNING)[1]


def test_after_solving_the_solution_is_shown_without_giving_up(command, workspace):
    write(workspace, solution(PRUNING) + "# mine\n")
    command("check", PRUNING)
    status, printed, _ = command("compare", PRUNING)
    assert status == 0
    assert "-# mine" in printed
    assert saved(workspace)["exercises"][PRUNING]["gave_up"] is False


def test_a_file_that_is_the_solution_has_no_difference(command, workspace):
    write(workspace, solution(PRUNING))
    assert "identical to the solution" in command("compare", PRUNING, "--give-up")[1]


def test_a_missing_file_cannot_be_compared(command, workspace):
    (workspace / "exercises" / f"{PRUNING}.py").unlink()
    status, printed, error = command("compare", PRUNING, "--give-up")
    assert (status, printed) == (2, "")
    assert "No file" in error


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
