"""Everything is said in English and in Chinese, and the language that is asked for is the one that is spoken."""

import ast
import re
import string

import pytest

from minicompress.kit import language
from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.command_line import main
from minicompress.kit.cli.commands import COMMANDS
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.comparison.difference import Tolerance
from minicompress.kit.grading.diagnosis.answers import wrong_answers
from minicompress.kit.language import LANGUAGES, MESSAGE_FILES, choose_language, read_messages, row, say
from minicompress.kit.places import PACKAGE, content
from minicompress.kit.screens.demo import in_words

MESSAGES = read_messages()
EXERCISES = list(read_catalog().values())
HAN = re.compile("[\u4e00-\u9fff]")
EXERCISE_IDS = [exercise.id for exercise in EXERCISES]


PUNCTUATION = {"row"}

# Of formats and networks: the same in every language.
NAMES = {"arm_float32", "arm_float16", "arm_bfloat16", "arm_lenet5_float32"}


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("key", MESSAGES)
def test_a_message_has_both_languages_with_the_same_placeholders(key):
    texts = MESSAGES[key]
    assert set(texts) == set(LANGUAGES)
    assert placeholders(texts["en"]) == placeholders(texts["zh"])
    assert texts["en"].isascii()
    if key in NAMES:
        assert texts["zh"] == texts["en"]
    elif key not in PUNCTUATION:
        assert HAN.search(texts["zh"])


def keys_in_the_code():
    """Keys that the code names: plain strings, and those that `say(f"prefix_{...}")` builds."""
    plain, prefixes = set(), set()
    for path in (PACKAGE / "kit").rglob("*.py"):
        if "bundled" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain.add(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                first = node.args[0]
                if isinstance(first, ast.JoinedStr):
                    prefixes.add(first.values[0].value)
    return plain, prefixes


def keys_that_are_said():
    """Keys that stand as the first argument of `say` itself, spelled out."""
    for path in (PACKAGE / "kit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in MESSAGES:
                        yield part.value
                if isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value


def test_every_key_that_the_code_says_exists():
    assert set(keys_that_are_said()) - set(MESSAGES) == set()
    built = {f"help_{name}" for name in COMMANDS if name != "dashboard"}
    built |= {f"child_{how}" for how in ("timeout", "crash", "memory", "output")}
    assert built - set(MESSAGES) == set()


def test_every_file_of_messages_is_read():
    assert sorted(MESSAGE_FILES) == sorted(path.stem for path in (PACKAGE / "kit" / "messages").iterdir())


def test_a_key_in_two_files_is_refused_and_an_unknown_one_is_named(monkeypatch):
    monkeypatch.setattr(language, "MESSAGE_FILES", ("verify", "demo", "verify"))
    with pytest.raises(ValueError, match=r"messages/verify.toml: also in another file: \['verify_accepted'"):
        read_messages()
    with pytest.raises(KeyError, match="never_said"):
        say("never_said")


def test_every_key_of_the_files_is_used():
    plain, prefixes = keys_in_the_code()
    unused = {key for key in MESSAGES if key not in plain and not key.startswith(tuple(prefixes))}
    assert unused == set()


@pytest.mark.parametrize("exercise", EXERCISES, ids=EXERCISE_IDS)
def test_the_catalogue_is_written_in_both_languages_with_three_hints_each(exercise):
    for texts in (exercise.titles, exercise.reasons):
        assert set(texts) == set(LANGUAGES)
        assert texts["en"].strip()
        assert HAN.search(texts["zh"])
    assert [len(exercise.hints[name]) for name in LANGUAGES] == [3, 3]
    assert all(hint.strip() for hint in exercise.hints["en"])
    assert all(HAN.search(hint) for hint in exercise.hints["zh"])


@pytest.mark.parametrize("exercise", EXERCISES, ids=EXERCISE_IDS)
def test_titles_of_checks_and_diagnoses_are_written_in_both_languages(exercise):
    texts = [check.titles for check in load_checks(exercise.id)]
    texts += [answer.diagnoses for answer in wrong_answers(exercise.id)]
    for text in texts:
        assert set(text) == set(LANGUAGES)
        assert text["en"].isascii() or not HAN.search(text["en"])
        assert HAN.search(text["zh"])


@pytest.mark.parametrize("exercise", EXERCISES, ids=EXERCISE_IDS)
def test_both_cards_and_a_chinese_docstring_are_there(exercise):
    assert HAN.search(content().card(exercise.id, "zh").read_text(encoding="utf-8"))
    assert content().card(exercise.id, "en").is_file()
    assert "中文：" in content().solution(exercise.id).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("chosen", "variable", "locale", "spoken"),
    [
        ("zh", "en", "en_US.UTF-8", "zh"),
        ("en", "zh", "zh_CN.UTF-8", "en"),
        (None, "zh", "en_US.UTF-8", "zh"),
        (None, "ZH_CN", "en_US.UTF-8", "zh"),
        (None, "en", "zh_CN.UTF-8", "en"),
        (None, "fr", "zh_CN.UTF-8", "en"),
        (None, "", "zh_CN.UTF-8", "zh"),
        (None, "", "zh_TW", "zh"),
        (None, "", "de_DE.UTF-8", "en"),
        (None, "", "C", "en"),
    ],
)
def test_the_option_goes_before_the_variable_and_the_variable_before_the_locale(
    monkeypatch, chosen, variable, locale, spoken
):
    monkeypatch.setenv("MINICOMPRESS_LANG", variable)
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "fr_FR.UTF-8")
    monkeypatch.setenv("LC_ALL", locale)
    choose_language(chosen)
    assert language.language() == spoken


def test_without_any_setting_english_is_spoken(monkeypatch):
    for name in ("MINICOMPRESS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(language.locale, "getlocale", lambda: (None, None))
    assert language.language() == "en"
    monkeypatch.setattr(language.locale, "getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert language.language() == "zh"


def test_an_unknown_language_is_refused(capsys):
    with pytest.raises(ValueError, match=r"choose_language: name must be one of \('en', 'zh'\), got 'fr'"):
        choose_language("fr")
    assert main(["--lang", "fr", "status"]) == 2
    printed, error = capsys.readouterr()
    assert printed == ""
    assert "fr" in error


@pytest.mark.parametrize("words", [("--lang", "zh", "status"), ("status", "--lang=zh")])
def test_the_option_may_stand_before_or_behind_the_command(command, words):
    status, printed, _ = command(*words)
    assert status == 0
    assert f"{len(EXERCISES)} 道题中已解决 0 道" in printed


def test_a_failed_check_is_explained_in_chinese(command):
    _, printed, _ = command("--lang", "zh", "check", "weight_pruning")
    assert "尚未作答" in printed
    assert "points" not in printed


def test_values_are_filled_in():
    choose_language("en")
    assert say("points_of", earned=3, points=10) == "3 of 10 points"
    choose_language("zh")
    assert say("points_of", earned=3, points=10) == "3 / 10 分"


def test_a_number_brings_the_word_that_goes_with_it():
    choose_language("en")
    assert say("init_updated", count=1) == "Updated 1 file that you had not edited."
    assert say("init_updated", count=2).startswith("Updated 2 files that")
    assert say("check_summary", passed=0, count=1, earned=1, points=1) == "0 of 1 exercise passed, 1 of 1 point."


COUNTED = r"\{(?:count|points|minutes|seeds|made|kept|wrong|right|mutant|cores|problems|size)\}"


@pytest.mark.parametrize("key", MESSAGES)
def test_no_english_plural_stands_behind_a_bare_number(key):
    assert re.findall(rf"{COUNTED} [a-z]+s\b(?! than)", MESSAGES[key]["en"]) == []


HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff](?:[,;:?!] ?(?=[\u4e00-\u9fff`{])|[,;:?!]$)|[\u4e00-\u9fff]\(|\([\u4e00-\u9fff]|。 "
)


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_chinese_is_punctuated_in_full_width(key):
    assert HALF_WIDTH.findall(MESSAGES[key]["zh"]) == []


@pytest.mark.parametrize(
    "words",
    [(), ("status",), ("next",), ("hint",), ("check", "weight_pruning"), ("next", "--path", "one-week")],
    ids=" ".join,
)
def test_what_is_put_together_is_punctuated_in_full_width_too(command, workspace, words):
    (workspace / "exercises" / "pruning" / "weight_pruning.py").write_text(
        "def weight_pruning(m, t):\n    return None\n"
    )
    _, printed, error = command("--lang", "zh", *words)
    assert HALF_WIDTH.findall(printed + error) == []


def test_sentences_and_rows_that_are_put_together_are_chinese(command):
    _, _, error = command("--lang", "zh", "check", "weight_prunning")
    assert "题目。你是不是" in error
    choose_language("zh")
    assert row("行", "3: x") == "行：3: x"
    assert str(Tolerance(rtol=1e-9)) == "1e-09 * |期望值|"
    assert in_words("float32 values of all weights; float32 biases") == "全部权重的 float32 值；float32 偏置"
    assert in_words("uint32 columns, float32 max|w| per array, channel or group") == (
        "uint32 列号，每个数组、通道或组一个 float32 的 max|w|"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reset",), "缺少参数：ID"),
        (("hint", "--level", "x"), "--level 必须是整数，收到 'x'"),
        (("hint", "--level", "7"), "--level 必须是 1, 2, 3 之一，收到"),
        (("check", "--json"), "--json 需要一个值"),
        (("show", "a", "b"), "无法识别的参数：b"),
        (("check", "--time-limit", "x"), "--time-limit 必须是数，收到 'x'"),
        (("check", "--verbose=1"), "--verbose 不带值"),
    ],
)
def test_what_argparse_refuses_is_said_in_chinese(command, words, said):
    status, _, error = command("--lang", "zh", *words)
    assert (status, said in error) == (2, True), error
    assert command(*words)[0] == 2


def test_hours_are_told_where_minutes_would_be_many(command):
    assert "about 10 hours" in command("next", "--path", "one-week")[1]
    assert "about 2 hours" in command("next", "--path", "two-hours")[1]
