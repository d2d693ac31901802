"""`init` brings up to date what nobody has touched, and never touches what the learner has begun."""

import shutil
from pathlib import Path

import pytest
from kit_command import DISTILLATION, PRUNING, QUANTIZATION

from minicompress.kit import places, stubs
from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.commands import files
from minicompress.kit.places import Content, content
from minicompress.kit.workspace import exercise_files


@pytest.fixture
def later(monkeypatch):
    """The project after an update: the stub and the card of two exercises have changed."""
    read = stubs.read_stub

    def changed(exercise):
        return read(exercise) + ("# a new line of the stub\n" if exercise.id in (PRUNING, QUANTIZATION) else "")

    def update():
        monkeypatch.setattr(exercise_files, "read_stub", changed)

    return update


def file(workspace, exercise):
    return workspace / "exercises" / f"{exercise}.py"


def test_an_untouched_stub_is_updated_and_one_that_was_begun_is_kept_and_named(command, workspace, later):
    file(workspace, PRUNING).write_text("my work\n")
    later()
    status, printed, _ = command("init")
    assert status == 0
    assert file(workspace, PRUNING).read_text() == "my work\n"
    assert file(workspace, QUANTIZATION).read_text(encoding="utf-8").endswith("# a new line of the stub\n")
    text = " ".join(printed.split())
    assert "Updated 1 file that you had not edited" in text
    assert f": {PRUNING}." in text
    assert QUANTIZATION not in text
    new = workspace / ".minicompress" / "new_stubs" / f"{PRUNING}.py"
    assert new.read_text(encoding="utf-8").endswith("# a new line of the stub\n")


def test_a_change_is_told_again_until_the_file_is_that_stub(command, workspace, later):
    file(workspace, PRUNING).write_text("my work\n")
    later()
    for _ in range(2):
        assert "have changed since you started" in " ".join(command("init")[1].split())
    new = workspace / ".minicompress" / "new_stubs" / f"{PRUNING}.py"
    shutil.copy(new, file(workspace, PRUNING))
    command("init")
    file(workspace, PRUNING).write_text("my work on the new stub\n")
    assert "have changed" not in command("init")[1]


def test_without_an_update_nothing_is_said_or_written(command, workspace):
    file(workspace, PRUNING).write_text("my work\n")
    before = {path: path.read_bytes() for path in (workspace / "exercises").rglob("*.*")}
    printed = " ".join(command("init")[1].split())
    assert {path: path.read_bytes() for path in (workspace / "exercises").rglob("*.*")} == before
    assert ("touched" in printed, "have changed" in printed) == (False, False)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"no manifest\n", None])
def test_without_a_readable_manifest_every_file_stays(command, workspace, later, damage):
    manifest = workspace / "exercises" / "MANIFEST"
    manifest.unlink() if damage is None else manifest.write_bytes(damage)
    file(workspace, PRUNING).write_text("my work\n")
    stub = file(workspace, QUANTIZATION).read_bytes()
    later()
    assert command("init")[0] == 0
    assert file(workspace, PRUNING).read_text() == "my work\n"
    assert file(workspace, QUANTIZATION).read_bytes() == stub


def test_a_card_is_updated_and_one_with_notes_is_kept(command, workspace, tmp_path, monkeypatch):
    old = content()
    newer = tmp_path / "newer"
    shutil.copytree(old.exercises, newer)
    for exercise in (PRUNING, QUANTIZATION):
        with (newer / f"{exercise}.md").open("a") as card:
            card.write("A new follow-up.\n")
    notes = workspace / "exercises" / f"{PRUNING}.md"
    notes.write_text("my notes\n")
    monkeypatch.setattr(exercise_files, "content", lambda: Content(newer, old.solutions, old.graded, False))
    command("init")
    assert notes.read_text() == "my notes\n"
    assert (workspace / "exercises" / f"{QUANTIZATION}.md").read_text(encoding="utf-8").endswith("A new follow-up.\n")


# --- a clone ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone in which the learner has begun to work in `exercises/`."""
    own = content()
    root = tmp_path / "clone"
    shutil.copytree(own.exercises, root / "exercises")
    for exercise in read_catalog().values():
        (root / "exercises" / f"{exercise.id}.py").write_text(stubs.read_stub(exercise), encoding="utf-8")
    (root / "exercises" / f"{DISTILLATION}.py").write_text("my work\n")
    (root / ".minicompress").mkdir()
    (root / ".minicompress" / "progress.json").write_text('{"schema": 1, "path": "all", "exercises": {}}')
    as_clone = Content(root / "exercises", own.solutions, own.graded, True)
    for module in (places, exercise_files, files):
        monkeypatch.setattr(module, "content", lambda: as_clone)
    monkeypatch.chdir(root)
    return root


def test_a_folder_beside_the_clone_takes_the_work_that_was_begun_along(command, clone, monkeypatch):
    monkeypatch.chdir(clone)
    status, printed, _ = command("init", "workspace")
    assert status == 0
    assert "Copied 1 answer started in exercises" in " ".join(printed.split())
    ours = clone / "workspace"
    assert file(ours, DISTILLATION).read_text() == "my work\n"
    assert file(ours, PRUNING).read_bytes() == file(clone, PRUNING).read_bytes()
    assert (ours / ".minicompress" / "progress.json").read_bytes() == (
        clone / ".minicompress" / "progress.json"
    ).read_bytes()
    file(clone, DISTILLATION).write_text("another\n")
    command("init", "workspace")
    assert file(ours, DISTILLATION).read_text() == "my work\n"


def test_in_the_clone_itself_init_names_a_better_place_and_leaves_git_nothing_to_see(command, clone, monkeypatch):
    monkeypatch.chdir(clone)
    before = sorted(path for path in clone.rglob("*") if ".minicompress" not in path.parts)
    printed = " ".join(command("init")[1].split())
    assert "minicompress init workspace" in printed
    assert sorted(path for path in clone.rglob("*") if ".minicompress" not in path.parts) == before


def test_git_ignores_what_the_commands_write_in_a_clone():
    ignored = (Path(__file__).parents[3] / ".gitignore").read_text().split()
    folders = {".minicompress/", "/workspace/", "/minicompress-demo/", "/minicompress-study/"}
    assert folders | {"minicompress-check.png"} <= set(ignored)
