"""The code on a card runs and prints what the card shows; and it does not give the solution away."""

import ast
import contextlib
import importlib.util
import io
import re

import pytest
from question_card import all_cards, read_card

from minicompress.kit.places import content
from minicompress.kit.stubs import read_stub


def _python_blocks():
    """Each python block with the output block that follows it."""
    for exercise_id, language in all_cards():
        blocks = read_card(exercise_id, language).blocks()
        for index, (block, following) in enumerate(zip(blocks, [*blocks[1:], None], strict=True)):
            if block.kind == "python":
                shown = following.text if following is not None and following.kind == "output" else None
                yield pytest.param(block.text, shown, id=f"{exercise_id}-{language}-{index}")


@pytest.mark.parametrize(("source", "shown"), list(_python_blocks()))
def test_code_prints_what_the_card_shows(source, shown):
    _skip_without_imports(source)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<card>", "exec"), {"__name__": "card"})
    assert shown is not None, "code on a card prints something, and the card shows it in an ```output block"
    assert out.getvalue() == shown


def test_output_follows_code(card):
    kinds = [block.kind for block in card.blocks()]
    assert all(before == "python" for before, kind in zip(["", *kinds], kinds, strict=False) if kind == "output")


def test_card_does_not_give_the_solution_away(card):
    secret = _statements(_read_solution(card)) - _statements(read_stub(card.exercise))
    assert secret
    shown = set().union(*(_statements(block.text) for block in card.blocks() if block.kind == "python"))
    assert secret & shown == set()
    text = _squeeze(card.text)
    assert [line for line in secret if len(line) >= 15 and "\n" not in line and _squeeze(line) in text] == []


def _skip_without_imports(source):
    """Skip where a block needs what is not installed: PyTorch, or a part of it that has moved away."""
    for node in ast.walk(ast.parse(source)):
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            if not _is_installed(module):
                pytest.skip(f"the card's code needs {module}")


def _is_installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its parent is missing
        return False


def _read_solution(card):
    return content().solution(card.exercise.id).read_text(encoding="utf-8")


def _statements(source):
    """All simple statements, and the first lines of compound ones, as normalized text."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    return {ast.unparse(node).split("\n")[0] for node in nodes}


def _squeeze(text):
    return re.sub(r"\s+", "", text)
