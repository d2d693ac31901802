"""Every screen is readable in a narrow terminal, a wide one, a pipe, without colour and without Unicode."""

import io
import subprocess
import sys

import pytest
from kit_command import PRUNING, environment, run, solution, write_submission
from terminals import COMMANDS, ESCAPE, HALF, ON_A_TERMINAL, cells, in_a_terminal

from minicompress.kit.grading.diagnosis.answers import right_answers


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(command, workspace, monkeypatch, words, width, language):
    monkeypatch.setenv("COLUMNS", str(width))
    write_submission(workspace / "exercises", {PRUNING: HALF})
    _, printed, _ = command("--lang", language, *words)
    assert printed.strip()
    assert [line for line in printed.splitlines() if cells(line) > width] == []


def test_an_error_on_a_narrow_terminal_breaks_between_words(monkeypatch):
    from minicompress.kit.cli.command_line import main

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    said = []
    for width in ("400", "40"):
        monkeypatch.setenv("COLUMNS", width)
        monkeypatch.setattr(sys, "stderr", Terminal())
        assert main(["--lang", "en", "chek"]) == 2
        said.append(ESCAPE.sub("", sys.stderr.getvalue()))
    assert max(map(cells, said[1].splitlines())) <= 40
    assert said[0].split() == said[1].split()


def test_in_a_pipe_there_are_no_escapes(command):
    for words in ((), ("show", PRUNING), ("hint", PRUNING)):
        assert "\x1b" not in command(*words)[1]


@pytest.mark.parametrize(("language", "ending"), [("en", ".md"), ("zh", ".zh.md")])
def test_question_and_answers_in_a_pipe_are_the_card_itself(command, workspace, language, ending):
    _, question, _ = command("--lang", language, "show", PRUNING)
    _, answers, _ = command("show", PRUNING, "--answer", "--lang", language)
    card = (workspace / "exercises" / f"{PRUNING}{ending}").read_text(encoding="utf-8")
    assert question + answers == card
    assert len(question.splitlines()) < 20


@pytest.mark.parametrize("words", [("--lang", "zh", "status"), ("status",), ("--lang=zh", "chekc")], ids=" ".join)
def test_a_console_without_chinese_characters_gets_english_and_the_reason(workspace, words):
    spoken = environment(PYTHONIOENCODING="ascii", MINICOMPRESS_LANG="zh")
    result = run(*words, cwd=workspace, env=spoken)
    assert "encoding (ascii) has no Chinese characters" in result.stderr
    assert "?????" not in result.stdout + result.stderr
    assert ("exercises solved" in result.stdout) or "No command" in result.stderr.replace("no", "No")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp936"])
def test_a_console_with_chinese_characters_gets_them(workspace, encoding):
    command = [sys.executable, "-m", "minicompress", "--lang", "zh", "status"]
    spoken = environment(PYTHONIOENCODING=encoding)
    result = subprocess.run(command, cwd=workspace, env=spoken, capture_output=True, stdin=subprocess.DEVNULL)
    assert result.stderr == b""
    assert "道题中已解决" in result.stdout.decode(encoding)


@pytest.fixture
def pager(tmp_path):
    """A pager that marks what goes through it."""
    program = tmp_path / "pager"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint('PAGED')\nprint(sys.stdin.read())\n")
    program.chmod(0o755)
    return {"PAGER": str(program)}


@ON_A_TERMINAL
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_question_is_shown_and_the_answers_are_paged(workspace, pager, language):
    _, question = in_a_terminal(["show", PRUNING, "--lang", language], workspace, 80, **pager)
    _, answers = in_a_terminal(["show", PRUNING, "--lang", language, "--answer"], workspace, 80, **pager)
    assert ("PAGED" in question, "PAGED" in answers) == (False, True)
    question, answers = (" ".join(ESCAPE.sub("", text).split()) for text in (question, answers))
    assert f"minicompress show {PRUNING} --answer" in question
    assert ("boolean mask for each" in answers) or language == "zh"
    assert "boolean mask for each" not in question


def test_the_comparison_in_a_pipe_is_the_text_itself_without_markers_and_padding(command, workspace, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    write_submission(workspace / "exercises", {PRUNING: HALF})
    _, printed, _ = command("compare", PRUNING, "--give-up")
    assert "SOLUTION" not in printed
    longest = max(solution(PRUNING).splitlines(), key=len)
    assert f"+{longest}" in printed.splitlines()
    assert [line for line in printed.splitlines() if line != line.rstrip()] == []


def test_the_styles_are_right_answers_as_text(command, workspace):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    status, printed, _ = command("compare", PRUNING, "--styles")
    assert (status, "def " in printed) == (1, False)
    status, printed, _ = command("compare", PRUNING, "--styles", "--give-up")
    assert status == 0
    for answer in right_answers(PRUNING):
        assert answer.name.replace("_", " ") in printed
        assert f"def {answer.name}(" in printed
    assert "@right" not in printed
