"""A card on a terminal fits, and its code is complete."""

import io
import re

import pytest
from rich.console import Console
from terminals import ESCAPE, cells

from minicompress.kit.catalog import read_catalog
from minicompress.kit.places import content
from minicompress.kit.screens import Screen


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
