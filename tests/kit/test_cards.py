"""A card is read in two parts, and the lines of Chinese paragraphs are joined."""

import re

import pytest

from minicompress.kit.cards import join_chinese_lines, read_card
from minicompress.kit.catalog import read_catalog
from minicompress.kit.language import choose_language
from minicompress.kit.places import content

CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("exercise", read_catalog().values(), ids=lambda exercise: exercise.id)
def test_the_question_comes_alone_and_gives_no_answer_away(exercise, language):
    choose_language(language)
    question, answers = read_card(exercise)
    first = {"en": "## The question", "zh": "## 题目"}[language]
    then = {"en": "## 30 seconds", "zh": "## 30 秒回答"}[language]
    assert [line for line in question.splitlines() if line.startswith("## ")] == [first]
    assert answers.startswith(f"{then}\n")
    assert f"minicompress check {exercise.id}" in question


@pytest.mark.parametrize("exercise", read_catalog())
def test_the_lines_of_a_chinese_card_are_joined_without_blanks_and_nothing_else_is(exercise):
    markdown = content().card(exercise, "zh").read_text(encoding="utf-8")
    joined = join_chinese_lines(markdown)
    assert "".join(joined.split()) == "".join(markdown.split())
    assert re.findall("(?ms)^```.*?^```", joined) == re.findall("(?ms)^```.*?^```", markdown)
    for start in ("#", "- ", "|", "1. "):
        lines = [[line for line in text.splitlines() if line.startswith(start)] for text in (joined, markdown)]
        assert len(lines[0]) == len(lines[1])
    text = "".join(re.split("(?ms)(^```.*?^```)", joined)[::2])
    assert re.findall(rf"{CHINESE}\n {{0,3}}{CHINESE}", re.sub("(?m)^#.*$", "", text)) == []


def test_english_cards_are_left_as_they_are():
    for exercise in read_catalog():
        markdown = content().card(exercise, "en").read_text(encoding="utf-8")
        assert join_chinese_lines(markdown) == markdown
