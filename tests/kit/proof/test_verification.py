"""`verify` holds for every exercise of the project, and notices each kind of defect in a grader.

The defects are put, one at a time, into a small exercise of its own (x² + 1) whose grader is otherwise proven.
"""

import itertools
import os
import re
import signal
import subprocess
import sys

import pytest
from kit_command import environment

from minicompress.kit import places
from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.grading.child_process import supervisor
from minicompress.kit.proof import verification
from minicompress.kit.proof.mutation import mutants
from minicompress.kit.proof.verification import Verification, verify_exercises, verify_in_this_process

CATALOG = """
[[exercise]]
slug = "{slug}"
level = 1
minutes = 1
asked = 1
title = {{ en = "t", zh = "题" }}
reason = {{ en = "r", zh = "由" }}
[exercise.hints]
en = ["1", "2", "3"]
zh = ["一", "二", "三"]
"""
CHAPTERS = """
[[chapter]]
name = "toys"
title = { en = "t", zh = "题" }
"""
SOLUTION = """
def {slug}(x):
    ### BEGIN SOLUTION
    return x * x + 1
    ### END SOLUTION
"""
CHECKS = """
from minicompress.kit.grading import graded

def reference(x):
    return x ** 2 + 1

@graded(2, en="a small number", zh="小的数")
def test_small(submission):
    submission.agrees_with(reference, lambda: (2.0,))

@graded(1, en="a negative number", zh="负数")
def test_negative(submission):
    submission.agrees_with(reference, lambda: (-3.0,))
"""
WRONG = """
from minicompress.kit.grading import same_mistake, wrong

@wrong(en="It forgets the one.", zh="忘了加一。")
def forgets_the_one(x):
    return x * x

@same_mistake(forgets_the_one)
def forgets_the_one_again(x):
    return x ** 2

@wrong(en="It forgets the square.", zh="忘了平方。")
def forgets_the_square(x):
    return x + 1

@same_mistake(forgets_the_square)
def forgets_the_square_again(x):
    return 1 + x
"""
RIGHT = """
from minicompress.kit.grading import right

@right
def with_a_power(x):
    return x ** 2 + 1

@right
def the_other_way_round(x):
    return 1 + x * x

EQUIVALENT_MUTANTS = {{}}
"""
FILES = {
    "chapters": CHAPTERS,
    "catalog": CATALOG,
    "solution": SOLUTION,
    "checks": CHECKS,
    "wrong": WRONG,
    "right": RIGHT,
}
numbers = itertools.count()


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Lay out the small exercise, with changes {file: (old, new)} or {file: text}; return it."""

    def lay_out(**changes):
        slug = f"toy_{next(numbers)}"  # graded files are loaded once for each name
        where = {
            "chapters": tmp_path / "exercises" / "chapters.toml",
            "catalog": tmp_path / "exercises" / "toys" / "catalog.toml",
            "solution": tmp_path / "solutions" / "toys" / f"{slug}.py",
            "checks": tmp_path / "tests" / "graded" / "toys" / f"test_{slug}.py",
            "wrong": tmp_path / "tests" / "graded" / "toys" / f"wrong_{slug}.py",
            "right": tmp_path / "tests" / "graded" / "toys" / f"right_{slug}.py",
        }
        for name, path in where.items():
            change = changes.pop(name, ("", ""))
            assert isinstance(change, str) or change[0] in FILES[name]
            text = change if isinstance(change, str) else FILES[name].replace(*change)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(slug=slug) if "{slug}" in text or "{{" in text else text, encoding="utf-8")
        assert not changes
        return find_exercise(f"toys/{slug}")

    monkeypatch.setattr(places, "PACKAGE", tmp_path / "minicompress")
    monkeypatch.setattr(verification, "FEWEST_WRONG", 2)
    return lay_out


def prove(exercise):
    """(problems, survivors, {kind: how many held}) of an exercise, found in this process."""
    problems, survivors, held = [], [], {}

    def send(event, **values):
        if event == "problem":
            problems.append(values["text"])
        elif event == "survivor":
            survivors.append(values["mutant"])
        elif event in ("held", "equivalent"):
            kind = values.get("kind", event)
            held[kind] = held.get(kind, 0) + 1

    verify_in_this_process({"exercise": exercise.id, "skip": []}, send)
    return problems, survivors, held


def test_a_proven_grader_has_no_problem_and_everything_is_counted(toy):
    problems, survivors, held = prove(toy())
    assert (problems, survivors) == ([], [])
    assert held == {"stub": 1, "idle": 3, "solution": 1, "right": 2, "wrong": 4, "mutant": 10}


ONCE_RIGHT = '\n@wrong(en="It is wrong.", zh="错了。")\ndef is_right(x):\n    return x * x + 1\n'
DEFECTS = {
    "a wrong answer that is accepted": (
        {"wrong": WRONG + ONCE_RIGHT},
        "`is_right` is wrong and was accepted.",
    ),
    "a wrong answer that is told the diagnosis of another": (
        {"wrong": ("return x ** 2", "return 1 + x")},
        "`forgets_the_one_again` was first told the diagnosis of `forgets_the_square`",
    ),
    "a wrong answer that is told nothing": (
        {"wrong": ("return x ** 2", "return x ** 3")},
        "`forgets_the_one_again` was first told the diagnosis of `None` (in test_small).",
    ),
    "two mistakes that no check tells apart": (
        {"wrong": ("return x + 1", "return 0.0 + x * x")},
        "No check tells `forgets_the_one` from `forgets_the_square`.",
    ),
    "a right answer that is rejected": (
        {"right": ("return x ** 2 + 1", "return x ** 3 + 1")},
        "`with_a_power: test_small: It returned a wrong value.",
    ),
    "a solution that is rejected": ({"checks": ("x ** 2 + 1", "x ** 2 + 2")}, "`solution` is right and was rejected."),
    "a stub that earns points": (
        {"solution": ("### BEGIN", "if x == 2: return 5\n    ### BEGIN")},
        "The stub earns points.",
    ),
    "an answer that only refuses is accepted": (
        {"checks": re.sub(r"agrees_with\(reference", "rejects(ValueError", CHECKS)},
        "`raise ValueError` is wrong and was accepted.",
    ),
    "an answer that returns nothing is accepted": (
        {"checks": ("return x ** 2 + 1", "return None")},
        "`return None` is wrong and was accepted.",
    ),
    "too few right answers": (
        {"right": ("@right\ndef the", "def the")},
        "Only 1 right answer; at least 2 are needed.",
    ),
    "a mistake that is written once": (
        {"wrong": WRONG.partition("@same_mistake(forgets_the_square)")[0]},
        "The mistake `forgets_the_square` has only one version",
    ),
    "a diagnosis without Chinese": ({"wrong": ('zh="忘了平方。"', 'zh=" "')}, "A text is missing in one language"),
    "a title without English": ({"checks": ('en="a small number"', 'en=""')}, "A text is missing in one language"),
    "two mistakes with one diagnosis": (
        {"wrong": ('zh="忘了平方。"', 'zh="忘了加一。"')},
        "Two mistakes share a diagnosis in language zh.",
    ),
    "an equivalent mutant that is none": (
        {"right": ("= {{}}", '= {{"return x -> return y": "because"}}')},
        "Listed as an equivalent mutant, but no such mutant exists: return x -> return y",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_verify_notices(toy, defect):
    changes, sentence = DEFECTS[defect]
    problems, _, _ = prove(toy(**changes))
    assert any(sentence in problem for problem in problems), problems


def test_verify_notices_too_few_wrong_answers(toy, monkeypatch):
    monkeypatch.setattr(verification, "FEWEST_WRONG", 8)
    problems, _, _ = prove(toy())
    assert problems == ["Only 2 wrong answers; at least 8 are needed."]


BOUNDED = ("return x * x + 1", "return x * x + 1 if x < 9 else 0.0")
SURVIVOR = "return x * x + 1 if x < 9 else 0.0 -> return x * x + 1 if x <= 9 else 0.0"


def test_a_mutant_that_no_check_kills_survives(toy):
    problems, survivors, _ = prove(toy(solution=BOUNDED))
    assert problems == []
    assert SURVIVOR in survivors


def test_a_survivor_that_is_listed_with_a_reason_is_equivalent(toy):
    _, before, _ = prove(toy(solution=BOUNDED))
    _, after, held = prove(toy(solution=BOUNDED, right=("= {{}}", f'= {{{{"{SURVIVOR}": "never asked"}}}}')))
    assert held["equivalent"] == 1
    assert set(before) - set(after) == {SURVIVOR}


def test_a_survivor_that_is_listed_without_a_reason_still_survives(toy):
    _, survivors, held = prove(toy(solution=BOUNDED, right=("= {{}}", f'= {{{{"{SURVIVOR}": ""}}}}')))
    assert SURVIVOR in survivors
    assert "equivalent" not in held


# --- answers that cost their process ----------------------------------------------------------------------------------


@pytest.fixture
def in_children(tmp_path, monkeypatch):
    """Children see the small exercise too, and lose patience soon."""
    prelude = (
        "import pathlib; from minicompress.kit import places; from minicompress.kit.proof import verification; "
        f"places.PACKAGE = pathlib.Path({str(tmp_path / 'minicompress')!r}); "
        "verification.FEWEST_WRONG = 2; verification.ANSWER_LIMIT_SECONDS = 1.2; "
    )
    before, main = supervisor.CHILD.split("from minicompress", 1)
    monkeypatch.setattr(supervisor, "CHILD", before + prelude.replace("{", "{{") + "from minicompress" + main)


def test_a_mutant_that_hangs_counts_as_killed(toy, in_children):
    body = "n = 1.0\n    while n < x * x + 1:\n        n += 1\n    return n"
    exercise = toy(solution=("return x * x + 1", body))
    (result,) = verify_exercises([exercise])
    assert result.problems == []
    assert result.counts["wrong"] == 4
    assert result.survivors == ["n = 1.0 -> n = 2.0", "n = 1.0 -> n = 0.0"]  # the same for whole numbers above 1
    everything = list(mutants(places.content().solution(exercise.id).read_text(encoding="utf-8")))
    assert "dropped: n += 1" in [mutant.description for mutant in everything]
    assert result.killed == len(everything) - 2


def test_an_answer_that_ends_the_process_is_a_problem_and_the_next_exercise_is_judged(toy, in_children):
    crashing = toy(wrong=("return x + 1", "__import__('os')._exit(0)"))
    crashed, again = verify_exercises([crashing, crashing])
    assert crashed.problems[0].startswith("`wrong:forgets_the_square` did not return (crash).")
    assert again.problems[0].startswith("`wrong:forgets_the_square` did not return (crash).")


# --- the project's own graders ----------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_a_proof_at_once(tmp_path):
    command = [sys.executable, "-m", "minicompress", "verify"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(PYTHONUNBUFFERED="1"), **pipes)
    first = process.stdout.readline()  # one exercise is proven, others are begun
    process.send_signal(signal.SIGINT)
    printed, error = process.communicate(timeout=15)
    assert next(iter(read_catalog())) in first
    assert (process.returncode, error) == (130, "Interrupted.\n")
    assert "proven" not in printed


def test_a_problem_makes_the_proof_fail_too():
    assert Verification(None).holds
    assert not Verification(None, problems=["p"]).holds
    assert not Verification(None, survivors=["s"]).holds
