"""Every number on a card was computed, here and now, or stands in a list that says where it is from."""

import functools
import re

import pytest
from question_card import NUMBERS, SOURCES, numbers_of

from minicompress.kit.catalog import read_catalog

# Decimals, numbers with a thousands separator, percentages. Small whole numbers ("three", "8 bits") are words here.
COMPUTED_LOOKING = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)+%?(?![\w])|(?<![\w.,])\d+%")


@functools.cache
def computed(exercise_id):
    """Numbers of an exercise, computed once, and only if a test of it runs."""
    return numbers_of(exercise_id).numbers()


def test_table_holds_exactly_the_computed_numbers_in_order(card):
    cells = [cell for row in card.tables(NUMBERS) for cell in row[1:]]
    assert cells == list(computed(card.exercise.id).values())


@pytest.mark.parametrize("exercise_id", read_catalog())
def test_numbers_are_text_and_the_same_twice(exercise_id):
    numbers = computed(exercise_id)
    assert all(isinstance(text, str) for text in numbers.values())
    assert numbers_of(exercise_id).numbers() == numbers


def test_every_number_in_the_prose_is_computed_or_given_with_a_reason(card):
    known = " ".join([*computed(card.exercise.id).values(), *(b.text for b in card.blocks() if b.kind == "output")])
    known = set(COMPUTED_LOOKING.findall(known)) | set(numbers_of(card.exercise.id).GIVEN)
    sections = [card.prose(s) for s in range(len(card.sections)) if s != SOURCES]
    prose = "\n".join(line for text in sections for line in text.splitlines() if not line.startswith("## "))
    assert set(COMPUTED_LOOKING.findall(prose)) - known == set()


def test_no_number_is_given_that_no_card_uses(card):
    given = numbers_of(card.exercise.id).GIVEN
    assert all(reason.strip() for reason in given.values())
    assert set(given) <= set(COMPUTED_LOOKING.findall(card.prose()))
