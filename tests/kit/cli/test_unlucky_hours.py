"""What stands in the way is said in a sentence: folders, links, damaged files, places that cannot be written."""

import json
import os

import pytest
from kit_command import PRUNING, environment, run, solution, write_submission

from minicompress.kit.cli.command_line import main

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def in_the_way(path, what):
    """Put something at `path` that is no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if what == "a folder":
        path.mkdir()
    elif what == "a link to itself":
        path.symlink_to(path.name)
    elif what == "a link to nothing":
        path.symlink_to("nowhere")
    else:
        os.mkfifo(path)


THINGS = ["a folder", "a link to itself", "a link to nothing", "a pipe"]


@LINKS
@pytest.mark.parametrize("what", THINGS)
@pytest.mark.parametrize("words", ["check", "check --debug 1", "compare --give-up", "status", "hint"])
def test_something_in_place_of_the_answer_is_said_to_be_no_file(workspace, what, words):
    in_the_way(workspace / "exercises" / f"{PRUNING}.py", what)
    command, *options = words.split()
    result = run(command, *([] if command == "status" else [PRUNING]), *options, cwd=workspace, timeout=60)
    assert "Traceback" not in result.stderr
    if command in ("check", "compare"):
        assert "weight_pruning.py is not a file." in " ".join((result.stdout + result.stderr).split())
        assert result.returncode != 0
    else:
        assert result.returncode == 0


@LINKS
@pytest.mark.parametrize("what", THINGS)
def test_something_in_place_of_the_progress_is_set_aside(workspace, what):
    in_the_way(workspace / ".minicompress" / "progress.json", what)
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    result = run("check", PRUNING, cwd=workspace, timeout=60)
    assert "Traceback" not in result.stderr
    assert result.returncode == 0
    assert json.loads((workspace / ".minicompress" / "progress.json").read_text())["exercises"][PRUNING]["solved_at"]


def one(**record):
    return json.dumps({"schema": 1, "exercises": {PRUNING: record}})


ABSURD = {
    "attempts without end": one(attempts=10**400),
    "fewer than none": one(attempts=-3),
    "seconds for ever": one().replace("{}", '{"seconds": 1e999}'),
    "seconds that are no number": one().replace("{}", '{"seconds": NaN}'),
    "digits without end": one().replace("{}", '{"seconds": ' + "9" * 5000 + "}"),
    "truth for a number": one(attempts=True),
    "a number for truth": one(gave_up=1),
    "a date as long as a book": one(solved_at="x" * 10**6),
    "nested without end": "[" * 200_000,
    "an exercise of an exercise": '{"schema": 1, "exercises": {"a": ' + '{"a": ' * 50_000,
    "a date as a list": one(solved_at=["2026"]),
    "touched before time": one(touched_at=-1e300),
}


@pytest.mark.parametrize("name", ABSURD)
@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["check", PRUNING], []], ids=" ".join)
def test_an_absurd_progress_file_is_set_aside(command, workspace, name, words):
    file = workspace / ".minicompress" / "progress.json"
    file.write_text(ABSURD[name])
    status, printed, error = command(*words)
    assert status in (0, 1)
    assert "could not be read" in error
    assert printed
    (kept,) = file.parent.glob("progress.unreadable-*")
    assert kept.read_text() == ABSURD[name]


@pytest.mark.parametrize("words", ["hint", "show", "check", "next --path two-hours", "compare --give-up"])
def test_a_progress_that_cannot_be_saved_is_said_and_keeps_nothing_back(command, workspace, words):
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    (workspace / ".minicompress").rmdir()
    (workspace / ".minicompress").write_text("a file in the way")
    (workspace / "exercises" / "chapters.toml").write_text("")
    name, *options = words.split()
    status, printed, error = command(name, *([] if name == "next" else [PRUNING]), *options)
    assert status == 0
    assert len(printed) > 20
    assert "nothing is recorded" in error
    assert error.count("\n") == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser writes everywhere")
def test_in_a_read_only_workspace_a_hint_is_shown(command, workspace):
    (workspace / ".minicompress").chmod(0o555)
    status, printed, error = command("hint", PRUNING)
    (workspace / ".minicompress").chmod(0o755)
    assert (status, "Hint 1 of 3" in printed, "not counted" in error) == (0, True, True)


# --- data and places of the commands that train -----------------------------------------------------------------------


@pytest.fixture
def damaged(monkeypatch):
    from minicompress import data
    from minicompress.data import datasets

    def load(*arguments, **options):
        raise datasets.DataError("load: train-images.gz: its gzip data is damaged")

    for module in (data, datasets):
        monkeypatch.setattr(module, "load", load)


@pytest.mark.parametrize("words", [["demo"], ["study", "pruning"], ["bench", "training"]])
def test_damaged_data_is_said_in_a_sentence(damaged, tmp_path, monkeypatch, capsys, words):
    monkeypatch.chdir(tmp_path)
    assert main(["--lang", "en", *words, "--quick"]) == 2
    error = capsys.readouterr().err
    assert "its gzip data is damaged" in error
    assert "cannot be written" not in error


@pytest.mark.parametrize(
    "words",
    [
        ["demo", "--out", "file/out"],
        ["study", "pruning", "--out", "file/out"],
        ["bench", "training", "--json", "file/out/r.json"],
    ],
)
def test_a_place_that_cannot_be_written_is_said_before_the_work(tmp_path, monkeypatch, capsys, words):
    from minicompress import data
    from minicompress.data import datasets

    for module in (data, datasets):
        monkeypatch.setattr(module, "load", lambda *a, **k: pytest.fail("the work has begun"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way")
    assert main(["--lang", "en", *words]) == 2
    assert "cannot be written" in capsys.readouterr().err


# --- an odd environment ----------------------------------------------------------------------------------------------


def test_an_environment_without_encoding_still_works(workspace):
    result = run("status", cwd=workspace, env=environment(PYTHONIOENCODING=None, LC_ALL="C", PYTHONUTF8="0"))
    assert (result.returncode, "Traceback" in result.stderr) == (0, False)
