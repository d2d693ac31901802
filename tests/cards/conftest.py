"""Cards come from the catalogue: a new exercise is tested without a line being written here."""

import pytest
from question_card import all_cards, read_card

from minicompress.kit.catalog import read_catalog


@pytest.fixture(params=all_cards(), ids="-".join)
def card(request):
    """Each card, in each language."""
    return read_card(*request.param)


@pytest.fixture(params=list(read_catalog()))
def pair(request):
    """The English and the Chinese card of each exercise."""
    return read_card(request.param, "en"), read_card(request.param, "zh")
