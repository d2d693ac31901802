"""A skeleton has the card's headings, and is its own stub: nothing in it passes."""

import re

import question_card

from minicompress.kit.development import exercise_skeletons
from minicompress.kit.places import content
from minicompress.kit.stubs import make_stub


def test_the_headings_are_those_that_the_tests_of_cards_ask_for():
    assert exercise_skeletons.CARD_HEADINGS == question_card.HEADINGS


def test_the_stub_of_a_new_exercise_is_made_from_its_solution():
    files = {
        path.as_posix(): text for path, text in exercise_skeletons.exercise_files("pruning/soft_threshold").items()
    }
    (solution,) = (text for path, text in files.items() if path.endswith("solutions/pruning/soft_threshold.py"))
    (stub,) = (text for path, text in files.items() if path.endswith("exercises/pruning/soft_threshold.py"))
    assert stub == make_stub(solution)
    for path, text in files.items():
        compile(text, path, "exec") if path.endswith(".py") else None
    assert all("TODO" in text for text in files.values())


def test_the_entry_to_copy_from_the_page_for_contributors_has_the_keys_of_the_skeleton():
    page = (content().exercises.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (entry,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    shown, written = (_keys(text) for text in (entry, exercise_skeletons.CATALOG_ENTRY.format(slug="soft_threshold")))
    assert shown == written | {"needs"}


def test_every_file_that_the_page_for_contributors_names_exists():
    root = content().exercises.parent
    page = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"(?<![\w/])((?:minicompress|tests|exercises)/[\w/]+\.(?:py|toml))", page)
    own = ("CHAPTER", "NAME", "SLUG", "soft_threshold")
    assert len(named) > 10
    assert [path for path in named if not any(word in path for word in own) and not (root / path).is_file()] == []


def _keys(text):
    return set(re.findall(r"^(\w+) = ", text, re.MULTILINE))
