"""Tests here run the command in this process, in English unless they ask for another language."""

import pytest

from minicompress.kit.language import choose_language


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("MINICOMPRESS_LANG", "en")
    choose_language(None)
    yield
    choose_language(None)
