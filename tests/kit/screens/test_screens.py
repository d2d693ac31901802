"""Every screen is readable in a narrow terminal, a wide one, a pipe, without colour and without Unicode."""

import io
import os
import re
import subprocess
import sys
import unicodedata

import pytest
from kit_command import PRUNING, environment, points, run, solution, write_submission
from rich.console import Console

from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.course import plan
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process import runner
from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.grading.recording import CheckResult
from minicompress.kit.language import choose_language
from minicompress.kit.places import content
from minicompress.kit.screens import Screen

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
HALF = "def weight_pruning(model, threshold):\n    return 0.0\n"
COMMANDS = [
    (),
    ("status",),
    ("next",),
    ("hint", PRUNING),
    ("check", PRUNING),
    ("compare", PRUNING, "--give-up"),
    ("reset", PRUNING),
    ("--help",),
    ("check", "--help"),
]


def cells(line):
    """The columns that a line takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip())


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


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("exercise", read_catalog())
def test_a_card_in_a_terminal_fits_and_loses_no_code(exercise, width, language):
    screen = Screen(Console(file=io.StringIO(), width=width, force_terminal=True))
    markdown = content().card(exercise, language).read_text(encoding="utf-8")
    screen.card(markdown)
    shown = ESCAPE.sub("", screen.console.file.getvalue())
    assert max(map(cells, shown.splitlines())) <= width
    shown = "".join(shown.split())
    for block in re.findall(r"```python\n(.*?)```", markdown, flags=re.DOTALL):
        assert "".join(block.split()) in shown


def test_the_dashboard_says_what_is_solved_what_is_next_why_and_which_file_to_open(command, workspace):
    solved, following, *_ = plan(read_catalog())
    write_submission(workspace / "exercises", {solved.id: solution(solved.id)})
    command("check", solved.id)
    _, printed, _ = command()
    text = " ".join(printed.split())
    assert f"1 of {len(read_catalog())} exercises solved, " in text
    of_chapter = sum(e.chapter == solved.chapter for e in read_catalog().values())
    assert re.search(rf"{solved.chapter} [✓▸·]+ 1 of {of_chapter}", text)
    assert re.search(rf"✓ {solved.slug} .* (\d+)/\1 +1 +0 *\n", command("status")[1])
    assert f"Next: {following.id} {following.titles['en']}" in text
    assert following.reasons["en"] in text
    assert os.path.join("exercises", following.chapter, f"{following.slug}.py") in text
    assert f"minicompress check {following.id}" in text


def test_when_all_is_solved_the_dashboard_says_so(command, monkeypatch):
    def all_pass(exercises, folder, *, check_limit):  # that the solutions do, test_check_contract.py tests
        for exercise in exercises:
            checks = [CheckResult(c.name, c.title, c.points, passed=True) for c in load_checks(exercise.id)]
            yield ExerciseResult(exercise, "passed", checks)

    monkeypatch.setattr(runner, "grade_files", all_pass)
    assert command("check")[0] == 0
    for words in ((), ("next",)):
        assert "All exercises are solved." in command(*words)[1]
    status, _, error = command("hint")
    assert (status, "name the one you mean" in error) == (2, True)


def test_a_folder_without_exercises_says_how_to_begin(tmp_path, monkeypatch, capsys):
    from minicompress.kit.cli.command_line import main
    from minicompress.kit.cli.commands import here, overview

    for module in (here, overview):
        monkeypatch.setattr(module, "find_workspace", lambda: None)
    assert main([]) == 0
    assert "minicompress init" in capsys.readouterr().out
    assert main(["status"]) == 2
    assert "minicompress init" in capsys.readouterr().err


# --- a failed check ---------------------------------------------------------------------------------------------------


def drawn(result, width=100, **options):
    screen = Screen(Console(file=io.StringIO(), width=width, **options))
    screen.exercise_result(result)
    return screen.console.file.getvalue()


def failed(message, diagnosis=None, name="test_x"):
    return CheckResult(name, f"title of {name}", 2, False, message, diagnosis)


def test_the_diagnosis_leads_and_the_rows_follow():
    message = "It returned a wrong value.\ncall: f([0.5])\ngot: 1.0\nexpected: 2.0"
    lines = drawn(
        ExerciseResult(find_exercise(PRUNING), checks=[failed(message, "The mask is upside down.")])
    ).splitlines()
    texts = [" ".join(line.split()) for line in lines]
    assert texts[1:] == [
        "✗ 2 title of test_x",
        "The mask is upside down.",
        "It returned a wrong value.",
        "call f([0.5])",
        "got 1.0",
        "expected 2.0",
    ]


def test_a_diagnosis_that_was_given_is_not_given_again():
    checks = [failed("m", "Same mistake.", name) for name in ("test_a", "test_b")]
    printed = drawn(ExerciseResult(find_exercise(PRUNING), checks=checks))
    assert printed.count("Same mistake.") == 1
    assert "title of test_b  (as above)" in printed


def test_verbose_shows_every_failure_in_full():
    checks = [failed(f"m\ngot: {name}", "Same mistake.", name) for name in ("test_a", "test_b")]
    printed = drawn_verbosely(ExerciseResult(find_exercise(PRUNING), checks=checks))
    assert (printed.count("Same mistake."), "got  test_b" in printed, "as above" in printed) == (2, True, False)


def test_failures_that_only_begin_alike_are_all_shown():
    sentence = "It must raise ValueError here, but it returned."
    checks = [failed(f"{sentence}\ngot: {got}", name=f"test_{got}") for got in ("0.0303", "0.25")]
    checks += [failed(sentence, name="test_alike"), failed(sentence, "A misconception.", "test_other")]
    printed = drawn(ExerciseResult(find_exercise(PRUNING), checks=checks))
    assert "as above" not in printed
    assert "got  0.0303" in printed
    assert "got  0.25" in printed
    assert printed.count(sentence) == 4


def test_each_refusal_that_is_missing_is_explained_though_all_begin_alike(command, workspace):
    lax = solution("foundations/batchnorm_backward").replace("        raise ValueError", "        return None or str")
    assert "raise" not in lax.partition("### BEGIN SOLUTION")[2]
    write_submission(workspace / "exercises", {"foundations/batchnorm_backward": lax})
    _, printed, _ = command("check", "batchnorm_backward")
    missing = printed.count("It must raise ValueError here")
    assert missing >= 2
    assert printed.count(" call ") >= missing
    assert "(as above)" not in printed


def drawn_verbosely(result):
    screen = Screen(Console(file=io.StringIO(), width=100))
    screen.exercise_result(result, verbose=True)
    return screen.console.file.getvalue()


def test_check_takes_verbose(command, workspace):
    wrong = solution(PRUNING).replace("np.abs(w)", "w")
    assert wrong != solution(PRUNING)
    write_submission(workspace / "exercises", {PRUNING: wrong})
    short, full = command("check", PRUNING)[1], command("check", PRUNING, "--verbose")[1]
    assert "(as above)" in short
    assert "(as above)" not in full
    assert full.count("It returned a wrong value") > short.count("It returned a wrong value")


def test_in_watch_the_first_failure_that_has_a_diagnosis_is_explained():
    checks = [failed("first"), failed("second", "A misconception."), failed("third", "Another.")]
    screen = Screen(Console(file=io.StringIO(), width=100))
    screen.exercise_result(ExerciseResult(find_exercise(PRUNING), checks=checks), one_at_a_time=True)
    printed = screen.console.file.getvalue()
    assert ("A misconception." in printed, "first" in printed, "third" in printed) == (True, False, False)
    screen.exercise_result(ExerciseResult(find_exercise(PRUNING), checks=checks[:1]), one_at_a_time=True)
    assert "first" in screen.console.file.getvalue()


def with_output(text):
    check = failed("It returned None.\ncall: f(1)")
    check.printed = text
    return drawn(ExerciseResult(find_exercise(PRUNING), checks=[check]), width=60)


def test_the_last_lines_that_an_answer_printed_are_shown_with_the_failed_check():
    printed = with_output("".join(f"w is {i}\n" for i in range(30)))
    assert [int(n) for n in re.findall(r"w is (\d+)", printed)] == list(range(20, 30))
    assert "printed  …" in printed
    assert "printed  w is 1" in with_output("w is 1\n\n")
    assert "printed" not in with_output("\n")


def test_what_an_answer_printed_cannot_take_over_the_screen():
    printed = with_output("\x1b[2Jgone\rover\x07 [bold]x[/bold]\n" + "y" * 5000)
    assert not set("\x1b\r\x07") & set(printed)
    assert "[bold]x[/bold]" in printed
    assert 100 < printed.count("y") < 400


def test_square_brackets_and_markup_are_shown_as_they_are():
    printed = drawn(ExerciseResult(find_exercise(PRUNING), checks=[failed("It said [bold]w[0][/bold] :smile:")]))
    assert "[bold]w[0][/bold] :smile:" in printed


def test_the_caret_of_a_syntax_error_stands_under_its_column():
    trouble = "Syntax error in f.py:2: invalid syntax\n    return 1 +\n              ^"
    printed = drawn(ExerciseResult(find_exercise(PRUNING), "error", [failed(trouble)], trouble), width=30)
    source, caret = (line.rstrip() for line in printed.splitlines()[-2:])
    assert source.endswith("    return 1 +")
    assert caret.index("^") == source.index("return 1 +") + len("return 1 +")


def test_colour_is_used_in_a_terminal_and_not_where_no_color_is_set(monkeypatch):
    result = ExerciseResult(find_exercise(PRUNING), "passed", [CheckResult("t", "t", 1, True)])
    assert "\x1b[32m" in drawn(result, force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in drawn(result, force_terminal=True)


# --- real terminals and pipes -----------------------------------------------------------------------------------------


def in_a_terminal(words, cwd, width, **variables):
    """Run in a pseudo-terminal of this width; return (exit status, what it shows)."""
    import fcntl
    import pty
    import struct
    import termios

    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "minicompress", *words],
        cwd=cwd,
        env=environment(COLUMNS=None, LINES=None, TERM="xterm-256color", **variables),
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    shown = b""
    while True:
        try:
            chunk = os.read(mine, 4096)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(mine)
    return process.wait(), shown.decode("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize("width", [40, 80])
def test_in_a_terminal_the_dashboard_is_coloured_and_fits(workspace, width):
    status, shown = in_a_terminal([], workspace, width)
    assert status == 0
    assert "\x1b[" in shown
    plain = ESCAPE.sub("", shown).replace("\r", "")
    assert "pruning" in plain
    assert max(map(cells, plain.splitlines())) <= width


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_no_color_is_respected_in_a_terminal(workspace):
    status, shown = in_a_terminal(["status"], workspace, 80, NO_COLOR="1")
    assert status == 0
    assert re.search(r"\x1b\[[0-9;]*3[0-7]m", shown) is None


def test_a_console_without_unicode_shows_plain_marks(workspace):
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    plain = environment(PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    result = run("check", PRUNING, cwd=workspace, env=plain)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.isascii()
    assert f"+ pruning/weight_pruning  {points(PRUNING)} of {points(PRUNING)} points" in result.stdout


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


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
def test_a_pipe_that_is_closed_early_leaves_no_traceback(workspace):
    line = f'"{sys.executable}" -m minicompress show {PRUNING} | head -n 1'
    result = subprocess.run(line, shell=True, cwd=workspace, env=environment(), capture_output=True, encoding="utf-8")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("# Weight pruning")


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
def test_a_reader_that_is_gone_before_the_first_word_leaves_no_traceback(workspace):
    line = f'"{sys.executable}" -m minicompress show {PRUNING} | true'
    result = subprocess.run(line, shell=True, cwd=workspace, env=environment(), capture_output=True, encoding="utf-8")
    assert result.stderr == ""


# --- on a real terminal: the pager, and a word while it lasts ---------------------------------------------------------

ON_A_TERMINAL = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")


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


@ON_A_TERMINAL
def test_while_an_answer_hangs_the_terminal_says_what_is_being_graded(workspace):
    write_submission(workspace / "exercises", {PRUNING: "import time\ntime.sleep(0.5)\n" + HALF})
    _, shown = in_a_terminal(["check", PRUNING], workspace, 80)
    word = f"grading {PRUNING} ..."
    assert shown.index(word) < shown.index("0 of")
    assert "\x1b[2K" in shown[shown.index(word) : shown.index("0 of")]


def test_in_a_pipe_nothing_is_said_while_it_lasts(command, workspace):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    assert "grading" not in command("check", PRUNING)[1]


# --- the overview and the comparison ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_every_title_is_in_sight_cut_if_it_must_be(command, monkeypatch, width, language):
    monkeypatch.setenv("COLUMNS", str(width))
    _, printed, _ = command("status", "--lang", language)
    lines = {line.split()[1]: line for line in printed.splitlines() if len(line.split()) > 2}
    for exercise in read_catalog().values():
        assert exercise.titles[language][:6] in lines[exercise.slug]


def test_an_exercise_that_was_given_up_is_seen_until_it_is_solved(command, workspace):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    command("compare", PRUNING, "--give-up")
    for words in ((), ("status",)):
        assert "○ 1 given up" in command(*words)[1]
    assert "○ weight_pruning" in command("status")[1]
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    command("check", PRUNING)
    assert "given up" not in command("status")[1]


def test_the_comparison_in_a_pipe_is_the_text_itself_without_markers_and_padding(command, workspace, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    write_submission(workspace / "exercises", {PRUNING: HALF})
    _, printed, _ = command("compare", PRUNING, "--give-up")
    assert "SOLUTION" not in printed
    longest = max(solution(PRUNING).splitlines(), key=len)
    assert f"+{longest}" in printed.splitlines()
    assert [line for line in printed.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_line_in_a_pipe_ends_in_blanks(command, workspace, words):
    write_submission(workspace / "exercises", {PRUNING: HALF})
    _, printed, _ = command(*words)
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


def test_a_study_without_a_name_lists_the_studies(command):
    from minicompress.study import STUDIES

    for language in ("en", "zh"):
        status, printed, _ = command("--lang", language, "study")
        assert status == 0
        assert [name for name in STUDIES if f"minicompress study {name}" not in printed] == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [70, 80, 100])
def test_the_progress_of_the_demo_shows_the_validation_accuracy(width, language):
    from minicompress.kit.screens import demo as demo_screen
    from minicompress.kit.screens import pieces as screen_pieces

    choose_language(language)
    console = screen_pieces.Console(file=io.StringIO(), width=width, force_terminal=True)
    with demo_screen._progress(console) as report:
        for stage in ("data", "train", "prune", "student", "few"):
            report(stage, 0, 7, 1.0, "epoch 10 of 10, loss 0.0123, validation accuracy 98.76%")
    assert "98.76%" in ESCAPE.sub("", console.file.getvalue())
