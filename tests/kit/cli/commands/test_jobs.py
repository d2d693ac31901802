"""The commands that load the numeric rooms hand their arguments to a screen and return its status."""

import importlib

import pytest

from minicompress.kit.cli.commands import COMMANDS


@pytest.mark.parametrize("name", ["demo", "study", "bench"])
def test_the_screen_gets_the_arguments_and_its_status_is_returned(name, monkeypatch):
    screen, given, asked = importlib.import_module(f"minicompress.kit.screens.{name}"), [], object()
    monkeypatch.setattr(screen, f"run_{name}", lambda arguments: given.append(arguments) or 7)
    assert COMMANDS[name](asked) == 7
    assert given == [asked]


@pytest.mark.parametrize(
    ("name", "words"), [("demo", ["--seed", "4"]), ("study", ["pruning"]), ("bench", ["training"])]
)
def test_the_words_of_the_command_line_reach_the_screen(name, words, command, monkeypatch):
    screen, given = importlib.import_module(f"minicompress.kit.screens.{name}"), []
    monkeypatch.setattr(screen, f"run_{name}", lambda arguments: given.append(vars(arguments)) or 3)
    status, _, _ = command(name, *words, "--quick")
    assert status == 3
    assert given[0]["quick"] is True
    assert words[-1] in map(str, given[0].values())
