"""A verdict in a notebook is shown once, as a line, HTML or Markdown, and an answer cannot inject anything."""

import re
import sys
from types import ModuleType, SimpleNamespace

import pytest
from functions_to_check import half
from kit_command import PRUNING, points

from minicompress import kit


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what is graded here is no one's progress


def test_the_repr_is_one_line_without_hints(capsys):
    result = kit.check(PRUNING, half)
    assert re.fullmatch(r"<Verdict: pruning/weight_pruning, failed, \d+ of \d+ points>", repr(result))
    hints = [hint for texts in result.exercise.hints.values() for hint in texts]
    for text in (repr(result), repr(result.exercise), result._repr_html_(), result._repr_markdown_()):
        assert [hint for hint in hints if hint[:25] in text] == []


def test_html_and_markdown_say_what_the_terminal_says(capsys):
    result = kit.check(PRUNING, half)
    printed = " ".join(capsys.readouterr().out.split())
    assert " ".join(result.text().split()) == printed
    assert result._repr_markdown_() == f"````text\n{result.text()}````\n"
    page = result._repr_html_()
    assert (page.startswith("<pre"), page.count("<pre"), "<script" in page) == (True, 1, False)
    assert f"{points(PRUNING)} points" in page


def test_what_an_answer_returns_cannot_become_html(capsys):
    result = kit.check(PRUNING, lambda model, threshold: "<script>alert(1)</script>")
    result.checks[0].message = "<script>alert(1)</script>"
    assert "<script>" not in result._repr_html_()


@pytest.fixture
def notebook(monkeypatch):
    """A notebook's shell; what cells display is collected."""
    shell, displayed = SimpleNamespace(kernel=object(), execution_count=1), []
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    ipython.get_ipython = lambda: shell
    display.display = lambda bundle, raw: displayed.append(bundle)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return SimpleNamespace(shell=shell, displayed=displayed)


def test_a_cell_shows_the_verdict_once_whether_it_ends_with_it_or_not(notebook, capsys):
    result = kit.check(PRUNING, half)
    result._ipython_display_()  # what the notebook calls for the last line of a cell
    assert len(notebook.displayed) == 1
    assert set(notebook.displayed[0]) == {"text/html", "text/plain"}
    notebook.shell.execution_count = 2
    result._ipython_display_()
    assert len(notebook.displayed) == 2
    assert capsys.readouterr().out == ""


def test_in_ipython_on_a_terminal_the_verdict_is_printed(notebook, capsys):
    notebook.shell.kernel = None
    kit.check(PRUNING, half)
    assert f"of {points(PRUNING)} points" in capsys.readouterr().out
    assert notebook.displayed == []
