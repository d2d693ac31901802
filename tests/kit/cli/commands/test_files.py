"""Exercise files are written and put back, and no text of the learner's is lost."""

import re

import pytest
from kit_command import DISTILLATION, PRUNING
from learner import write

from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.places import Workspace, find_workspace
from minicompress.kit.stubs import read_stub
from minicompress.kit.workspace import progress as progress_room
from minicompress.kit.workspace.progress import back_up


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
