"""What is loaded when? The command answers at once because nothing heavy is loaded before it is needed."""

import json
import subprocess
import sys

import pytest
from kit_command import PRUNING, environment, write_submission

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process import runner

HEAVY = {"numpy", "numba", "matplotlib", "rich", "pytest", "pooch", "psutil", "scipy"}


def loaded_by(code, cwd):
    """The top-level and our own modules that this code leaves loaded in a new process."""
    report = "; import sys, json; print('\\n' + json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code + report], cwd=cwd, env=environment(), capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    names = json.loads(result.stdout.splitlines()[-1])
    return {name for name in names if "." not in name or name.startswith("minicompress.")}


def test_importing_the_package_loads_nothing_else(tmp_path):
    loaded = loaded_by("import minicompress", tmp_path)
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("minicompress")} == {"minicompress"}


def test_importing_the_kit_loads_none_of_the_numeric_rooms(tmp_path):
    assert loaded_by("import minicompress.kit", tmp_path) & HEAVY == set()


@pytest.mark.parametrize("words", [[], ["status"], ["next"], ["show", PRUNING], ["hint", PRUNING]], ids=" ".join)
def test_the_dashboard_and_the_cards_load_no_numpy(workspace, words):
    loaded = loaded_by(f"from minicompress.kit.cli.command_line import main; assert main({words!r}) == 0", workspace)
    assert loaded & (HEAVY - {"rich"}) == set()


def test_help_and_typos_load_not_even_rich(workspace):
    code = "from minicompress.kit.cli.command_line import main; assert [main(['--help']), main(['chekc'])] == [0, 2]"
    assert loaded_by(code, workspace) & HEAVY == set()


def test_a_verdict_loads_neither_numba_nor_matplotlib_nor_the_framework(tmp_path):
    spy = "import sys\ndef weight_pruning(model, threshold):\n    raise ValueError(sorted(sys.modules))\n"
    source = spy.replace("sorted(sys.modules)", "' '.join(sorted(m for m in sys.modules if m in UNWANTED)) or 'none'")
    unwanted = sorted((HEAVY - {"numpy", "psutil"}) | {f"minicompress.{room}" for room in ("nn", "pruning", "data")})
    folder = write_submission(tmp_path, {PRUNING: f"UNWANTED = {unwanted}\n{source}"})
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder)
    assert "It raised ValueError: none" in result.checks[0].message


def test_a_verdict_is_not_swayed_by_the_users_pytest_settings_and_plugins(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option -p no_such_plugin")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('loaded')\n")
    monkeypatch.chdir(tmp_path)
    folder = write_submission(tmp_path, {PRUNING: "def weight_pruning(model, threshold):\n    return None\n"})
    (result,) = runner.grade_files([find_exercise(PRUNING)], folder)
    assert "It returned None" in result.checks[0].message
