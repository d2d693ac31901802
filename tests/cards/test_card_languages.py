"""The English and the Chinese card say the same: same sections, code, numbers and sources, each in its own language."""

import re

from question_card import FOLLOW_UPS, HEADINGS, NUMBERS, is_chinese

NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
CODE = re.compile(r"`[^`]*`")


def test_code_output_and_formulas_are_identical_but_for_comments(pair):
    english, chinese = pair
    for section in range(len(HEADINGS["en"])):
        blocks = [[(b.kind, b.without_comments) for b in card.blocks(section)] for card in pair]
        assert blocks[0] == blocks[1], f"section {english.headings[section]} / {chinese.headings[section]}"


def test_tables_have_the_same_values(pair):
    values = [[row[1:] for row in card.tables(NUMBERS)] for card in pair]
    assert values[0]
    assert values[0] == values[1]


def test_each_section_names_the_same_numbers(pair):
    """But for single digits, which one language may write as a word."""
    for section in range(len(HEADINGS["en"])):
        found = [{n for n in NUMBER.findall(card.prose(section)) if len(n) > 1} for card in pair]
        assert found[0] == found[1], pair[0].headings[section]


def test_inline_code_is_the_same(pair):
    """Names of functions, files and formulas in backticks, each as often as it likes."""
    found = [{code for code in CODE.findall(card.prose())} for card in pair]
    assert found[0] == found[1]


def test_follow_ups_are_equally_many(pair):
    assert len({card.sections[FOLLOW_UPS].count("\n### ") for card in pair}) == 1


def test_links_and_papers_are_the_same(pair):
    english, chinese = pair
    assert english.links == chinese.links
    assert english.arxiv_ids == chinese.arxiv_ids
    assert english.links


def test_english_card_has_no_chinese_but_the_link(pair):
    english, _ = pair
    assert {c for c in english.text if is_chinese(c)} <= set("中文")


def test_chinese_card_is_mostly_chinese(pair):
    _, chinese = pair
    for section in chinese.sections[:-1]:  # titles of papers stand in the last one
        text = CODE.sub("", re.sub(r"```.*?```|\[[^\]]*\]\([^)]*\)", "", section, flags=re.DOTALL))
        paragraphs = [p for p in text.split("\n\n") if len(p) > 40 and not p.startswith("|")]
        for paragraph in paragraphs:
            characters = sum(map(is_chinese, paragraph))
            words = len(re.findall(r"[A-Za-z]{2,}", paragraph))
            assert characters > 4 * words, paragraph
