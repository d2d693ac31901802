"""A failed check shows the misconception, what happened, the call, got, expected and what was printed."""

import io
import re

from kit_command import PRUNING, solution, write_submission
from rich.console import Console

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.grading.recording import CheckResult
from minicompress.kit.screens import Screen


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
