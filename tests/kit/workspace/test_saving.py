"""No command fails because of the progress: what cannot be read or saved is said once, and the command continues."""

from kit_command import PRUNING
from learner import saved

from minicompress.kit.places import Workspace
from minicompress.kit.workspace.saving import open_progress, save


def test_what_is_saved_is_there_when_it_is_opened_again(workspace, capsys):
    progress = open_progress(Workspace(workspace))
    progress.of(PRUNING).hints = 2
    progress.touch(PRUNING)
    save(progress)
    assert saved(workspace)["exercises"][PRUNING]["hints"] == 2
    assert open_progress(Workspace(workspace)).of(PRUNING).hints == 2
    assert capsys.readouterr() == ("", "")


def test_an_unreadable_file_is_set_aside_and_named(workspace, capsys):
    (workspace / ".minicompress" / "progress.json").write_text("{")
    progress = open_progress(Workspace(workspace))
    assert progress.of(PRUNING).hints == 0
    assert progress.set_aside.name in "".join(capsys.readouterr().err.split())


def test_a_progress_that_cannot_be_saved_is_said_once(workspace, capsys, monkeypatch):
    progress = open_progress(Workspace(workspace))

    def fail():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress, "save", fail)
    for _ in range(2):
        save(progress)
    assert capsys.readouterr().err.count("No space left on device") == 1
    assert progress.trouble.errno == 28
