"""Tests here run the command in this process, in English unless they ask for another language."""

import pytest

from minicompress import data
from minicompress.kit.language import choose_language


@pytest.fixture(autouse=True, scope="module")
def _mnist_is_read_once(mnist):
    load = data.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", lambda name, **options: mnist if name == "mnist" else load(name, **options))
        yield


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("MINICOMPRESS_LANG", "en")
    choose_language(None)
    yield
    choose_language(None)
