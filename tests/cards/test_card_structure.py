"""Every card has the same shape, names its exercise, and can be read in a terminal of 80 columns."""

import io
import re

import pytest
from question_card import (
    FOLLOW_UPS,
    HEADINGS,
    LONG,
    PYTORCH,
    QUESTION,
    SOURCES,
    TRAP,
    display_width,
)

from minicompress.kit.development.card_lacks import CODE_COLUMNS, LINES, PROSE_COLUMNS, WORDS, count_words
from minicompress.kit.places import content


def test_title_is_the_catalogues_with_the_id(card):
    opening, closing = ("（", "）") if card.language == "zh" else (" (", ")")
    assert card.title == f"{card.exercise.titles[card.language]}{opening}`{card.exercise.id}`{closing}"


def test_sections_stand_in_the_fixed_order(card):
    assert tuple(card.headings) == HEADINGS[card.language]
    assert [section.splitlines()[0] for section in card.sections] == [f"## {name}" for name in card.headings]


def test_question_says_which_file_to_open_and_how_to_check_it(card):
    question, exercise = card.sections[QUESTION], card.exercise
    assert f"`exercises/{exercise.id}.py`" in question
    assert f"`minicompress check {exercise.id}`" in question
    other = content().card(exercise.id, "en" if card.language == "zh" else "zh").name
    assert f"[{other}]({other})" in question


def test_every_check_command_in_the_card_names_this_exercise(card):
    assert set(re.findall(r"minicompress check ([\w/]+)", card.text)) == {card.exercise.id}


def test_every_file_that_the_card_names_exists(card):
    root = content().exercises.parent
    paths = re.findall(r"`((?:exercises|minicompress|solutions|tests)/[\w/]+\.\w+)`", card.text)
    assert any(path.startswith("minicompress/") for path in paths), "the card names no module of the library"
    # The learner's own file is not looked for: it is theirs to move or delete.
    assert not [p for p in paths if not p.startswith("exercises/") and not (root / p).is_file()]


def test_there_are_three_follow_ups_each_with_an_answer(card):
    _, *follow_ups = re.split(r"^### ", card.sections[FOLLOW_UPS], flags=re.MULTILINE)
    assert len(follow_ups) == 3
    for follow_up in follow_ups:
        question, _, answer = follow_up.partition("\n")
        assert question.endswith(("?", "？"))
        assert len(answer.strip()) > 100


def test_two_minutes_show_a_formula_the_trap_and_pytorch_show_what_their_code_prints(card):
    assert "text" in [block.kind for block in card.blocks(LONG)]
    for section in (TRAP, PYTORCH):
        assert [block.kind for block in card.blocks(section)][:2] == ["python", "output"]
    assert "import torch" in card.blocks(PYTORCH)[0].text


def test_blocks_are_code_its_output_or_formulas(card):
    assert {block.kind for block in card.blocks()} <= {"python", "output", "text"}
    assert card.text.count("```") == 2 * len(card.blocks()), "a fence is not closed or has no kind"


def test_code_and_formulas_fit_into_a_terminal_of_80_columns(card):
    lines = [line for block in card.blocks() for line in block.text.splitlines()]
    assert not [line for line in lines if display_width(line) > CODE_COLUMNS]


def test_prose_is_wrapped(card):
    lines = [line for line in card.prose().splitlines() if not line.startswith(("|", "-", "  ["))]
    assert not [line for line in lines if display_width(line) > PROSE_COLUMNS[card.language]]


def test_answers_can_be_said_in_their_time(card):
    for section, limits in WORDS.items():
        _, _, answer = card.sections[section].partition("\n")
        assert count_words(answer, card.language) <= limits[card.language]


def test_card_is_neither_a_stub_nor_a_chapter(card):
    assert LINES[0] <= len(card.text.splitlines()) <= LINES[1]
    assert not re.search(r"TODO|FIXME|XXX|\?\?\?|Lorem", card.text)


def test_formulas_are_plain_unicode_not_latex(card):
    assert not re.search(r"\$|\\[a-z(\[]", card.prose())


def test_sources_give_year_and_link(card):
    sources = card.sections[SOURCES]
    assert re.search(r"\b(19|20)\d\d\b", sources)
    for arxiv_id in card.arxiv_ids:
        assert f"(https://arxiv.org/abs/{arxiv_id})" in sources


def test_terminal_shows_headings_code_and_table(card):
    markdown = pytest.importorskip("rich.markdown", reason="rich renders cards in the terminal")
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=80, color_system=None).print(markdown.Markdown(card.text))
    shown = out.getvalue()
    for block in card.blocks():
        for line in block.text.splitlines():
            assert line in shown
    assert all(heading in shown for heading in card.headings)
    assert "|---" not in shown, "a table was not understood"
