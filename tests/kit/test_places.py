"""The learner's folder is found from any folder below it."""

import pytest

from minicompress.kit.places import Workspace, no_file, short, workspace_above


def test_a_workspace_is_found_from_below_and_not_beside_it(tmp_path):
    root = (tmp_path / "mine").resolve()
    (root / ".minicompress").mkdir(parents=True)
    (root / "exercises" / "pruning").mkdir(parents=True)
    assert workspace_above(root / "exercises" / "pruning") == Workspace(root)
    assert workspace_above(tmp_path) is None


def test_a_path_is_shown_from_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(short(tmp_path / "a.py")) == "a.py"
    assert short(tmp_path.parent / "b.py") == tmp_path.parent / "b.py"


@pytest.mark.parametrize(("folder", "sentence"), [(False, "No file a.py."), (True, "a.py is not a file.")])
def test_what_is_in_the_place_of_a_file_is_told(tmp_path, monkeypatch, folder, sentence):
    monkeypatch.chdir(tmp_path)
    if folder:
        (tmp_path / "a.py").mkdir()
    assert no_file(tmp_path / "a.py") == sentence
