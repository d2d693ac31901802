"""A workspace that no test shares with another, and the command run in this process."""

import shutil
from pathlib import Path

import pytest
from kit_command import environment

from minicompress.kit.cli.command_line import main
from minicompress.kit.language import choose_language


@pytest.fixture(autouse=True, scope="module")
def _english():
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MINICOMPRESS_LANG", "COLUMNS"):
            patch.setenv(name, environment()[name])
        patch.delenv("NO_COLOR", raising=False)
        patch.delenv("FORCE_COLOR", raising=False)
        yield


@pytest.fixture(autouse=True)
def _language_of_the_environment():
    choose_language(None)
    yield
    choose_language(None)


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laid_out")
    assert main(["init", str(folder)]) == 0
    return folder


@pytest.fixture
def workspace(laid_out, tmp_path, monkeypatch):
    """A folder as `minicompress init` leaves it; it is the current folder."""
    folder = Path(shutil.copytree(laid_out, tmp_path / "workspace"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def command(workspace, capsys):
    """Run `minicompress WORDS` in the workspace, in this process; return (exit status, stdout, stderr)."""

    def run_here(*words):
        capsys.readouterr()
        status = main([str(word) for word in words])
        return status, *capsys.readouterr()

    return run_here
