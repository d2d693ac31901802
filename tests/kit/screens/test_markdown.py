"""A card on a terminal fits, and its code is complete."""

import io
import re

import pytest
from rich.console import Console
from terminals import ESCAPE, cells

from minicompress.kit.catalog import read_catalog
from minicompress.kit.places import content
from minicompress.kit.screens import Screen
from minicompress.kit.screens.markdown import DrawnMarkdown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("exercise", read_catalog())
def test_a_card_in_a_terminal_fits_and_loses_no_code(exercise, width, language):
    screen = Screen(Console(file=io.StringIO(), width=width, force_terminal=True))
    markdown = content().card(exercise, language).read_text(encoding="utf-8")
    screen.card(markdown)
    shown = ESCAPE.sub("", screen.console.file.getvalue())
    assert max(map(cells, shown.splitlines())) <= width
    shown = "".join(shown.split())
    for block in re.findall(r"```python\n(.*?)```", markdown, flags=re.DOTALL):
        assert "".join(block.split()) in shown


def test_a_long_line_of_code_is_folded_and_nothing_of_it_is_cut_off():
    line = "y = " + " + ".join(f"x{i}" for i in range(30))
    console = Console(file=io.StringIO(), width=40)
    console.print(DrawnMarkdown(f"Text.\n\n```python\n{line}\n```\n"))
    shown = console.file.getvalue()
    assert max(map(cells, shown.splitlines())) <= 40
    assert "".join(line.split()) in "".join(shown.split())


def test_a_block_of_code_has_a_space_around_it():
    console = Console(file=io.StringIO(), width=30)
    console.print(DrawnMarkdown("```python\nx = 1\n```\n"))
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert lines[lines.index(" x = 1") - 1] == lines[lines.index(" x = 1") + 1] == ""
