"""What is typed wrongly is answered with what was meant; what is asked for help is answered in both languages."""

import re

import pytest
from kit_command import PRUNING

import minicompress
from minicompress.kit.cli.commands import COMMANDS

NAMES = [name for name in COMMANDS if name != "dashboard"]


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (("chekc",), "minicompress check"),
        (("verfy",), "minicompress verify"),
        (("Status",), "minicompress status"),
        (("--lang", "en", "nxt"), "minicompress next"),
        (("check", "--submision", "x"), "`--submission`"),
        (("check", "--jsn=r.json"), "`--json`"),
        (("hint", PRUNING, "--levl", "2"), "`--level`"),
        (("--verson",), "`--version`"),
        (("check", "weight_prunning"), f"`{PRUNING}`"),
        (("show", "quant"), "`quantization/quantization`"),
        (("reset", "weight-pruning"), f"`{PRUNING}`"),
    ],
    ids=str,
)
def test_a_typo_suggests_the_nearest_with_status_2_and_nothing_on_standard_output(command, words, suggestion):
    status, printed, error = command(*words)
    assert (status, printed) == (2, "")
    assert f"Did you mean {suggestion}".replace("``", "`") in error.replace("`minicompress", "minicompress")


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("xyzzy",), "minicompress --help"),
        (("check", "xyzzy"), "minicompress status"),
        (("check", "--xyzzy"), "--xyzzy"),
        (("check", "--json"), "--json"),
        (("hint", "--level", "four"), "four"),
        (("show", PRUNING, "too", "many"), "too many"),
        (("check", "--subm", "x"), "--submission"),
        (("init", "a", "b"), "b"),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_said_with_status_2(command, words, word):
    status, printed, error = command(*words)
    assert (status, printed) == (2, "")
    assert word in error


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [*NAMES, None])
def test_help_is_there_for_every_command_in_both_languages(command, name, language):
    words = [name, "--help"] if name else ["--help"]
    status, printed, error = command("--lang", language, *words)
    assert (status, error) == (0, "")
    assert ("minicompress" in printed, "--lang" in printed) == (True, True)
    assert any("\u4e00" <= character <= "\u9fff" for character in printed) == (language == "zh")


def test_the_commands_for_contributors_are_a_group_of_their_own_in_the_help(command):
    _, printed, _ = command("--help")
    others, _, group = printed.partition("\nfor contributors:\n")
    listed = [line.split()[0] for line in group.partition("\n\n")[0].splitlines() if line[2] != " "]
    assert listed == ["stubs", "dev"]
    assert not re.search(r"^ +(stubs|dev) ", others, re.MULTILINE)


def test_the_help_names_every_command(command):
    _, printed, _ = command("--help")
    assert [name for name in NAMES if not re.search(rf"^ +{name}  ", printed, re.MULTILINE)] == []


def test_the_version_is_told(command):
    assert command("--version")[:2] == (0, f"minicompress {minicompress.__version__}\n")
