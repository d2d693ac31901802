"""The files of a new exercise, with TODO wherever something is still to be written.

`minicompress dev exercise` writes those that do not exist yet. Nothing in them passes: the solution is its own stub,
the checks fail, and `exercise_lacks.py` counts each TODO. CONTRIBUTING.md says what belongs in which file.
"""

import ast
import contextlib

from minicompress.kit.places import content
from minicompress.kit.stubs import make_stub

__all__ = ["CARD_HEADINGS", "CATALOG_ENTRY", "agreement_tests", "exercise_files"]

CARD_HEADINGS = {
    "en": (
        "The question",
        "30 seconds",
        "Two minutes",
        "The trap",
        "Follow-ups",
        "In PyTorch",
        "The numbers",
        "Sources",
    ),
    "zh": ("题目", "30 秒回答", "2 分钟回答", "陷阱", "追问", "PyTorch 写法", "数字", "出处"),
}

CATALOG_ENTRY = """[[exercise]]
slug = "{slug}"
level = 1
minutes = 10
asked = 1
title = {{ en = "TODO", zh = "TODO" }}
reason = {{ en = "TODO", zh = "TODO" }}
[exercise.hints]
en = ["TODO", "TODO", "TODO"]
zh = ["TODO", "TODO", "TODO"]
"""

SOLUTION = '''"""Exercise {id}: TODO.

Question card: exercises/{id}.md (中文：{slug}.zh.md)
Check it with: minicompress check {id}
"""

import numpy as np


def {slug}(x):
    """TODO: what it returns, in one sentence.

    x
        TODO: shape, type, and which values it may hold.

    Raises ValueError if TODO.

    中文：TODO
    """
    ### BEGIN SOLUTION
    raise NotImplementedError("TODO: {slug}")
    ### END SOLUTION
'''

CHECKS = '''"""Graded checks of {id}."""

import numpy as np

from minicompress.kit.grading import graded


def reference(x):
    """TODO: slow, and plainly what the exercise says."""
    raise NotImplementedError("TODO: reference of {slug}")


@graded(1, en="TODO", zh="TODO")
def test_hand_worked_case(submission):
    submission.agrees_with(reference, lambda: (np.array([1.0, -2.0]),))
'''

WRONG = '''"""Wrong answers to {id}, each with the misconception behind it.

TODO: at least eight mistakes with `@wrong(en=..., zh=...)`, and each once more, written differently, with
`@same_mistake(the_first)`.
"""

from minicompress.kit.grading import same_mistake, wrong  # noqa: F401
'''

RIGHT = '''"""Answers to {id} that are right, in other styles than the solution's. TODO: at least two, with `@right`."""

from minicompress.kit.grading import right  # noqa: F401

EQUIVALENT_MUTANTS = {{}}
'''

NUMBERS = '''"""The computed numbers of the card {id}, in the order of its tables, row by row."""

GIVEN = {{}}


def numbers():
    raise NotImplementedError("TODO: the numbers of the card {slug}")
'''

AGREEMENT = '''"""The solution of {id} and the library compute the same."""

import pytest

from minicompress.kit.places import content


def test_solution_and_library_agree_on_{slug}():
    names = {{}}
    exec(content().solution("{id}").read_text(encoding="utf-8"), names)
    pytest.fail("TODO: on random inputs, compare names[{slug!r}] with the library's function")
'''


def exercise_files(exercise_id):
    """Return {path: text} of the files that an exercise has in the clone; its catalogue entry is added by hand."""
    slug = exercise_id.split("/")[1]
    where, names = content(), {"id": exercise_id, "slug": slug}
    solution = where.solution(exercise_id)
    graded = {"test": CHECKS, "wrong": WRONG, "right": RIGHT, "numbers": NUMBERS}
    files = {solution: SOLUTION.format(**names)}
    with contextlib.suppress(ValueError):  # a solution that has no marked region yet has no stub
        text = _text(solution) if solution.is_file() else files[solution]
        files[where.exercises / f"{exercise_id}.py"] = make_stub(text, owner=solution.name)
    files |= {where.card(exercise_id, language): _card(exercise_id, language) for language in CARD_HEADINGS}
    files |= {where.graded_file(exercise_id, kind): text.format(**names) for kind, text in graded.items()}
    agreement = where.graded.parent / "agreement" / f"test_{slug}.py"
    if agreement.is_file() or not agreement_tests(exercise_id):
        files[agreement] = AGREEMENT.format(**names)
    return files


def agreement_tests(exercise_id):
    """Return the test files that hold a solution against the library: in `tests/agreement`, or beside the module.

    Such a file loads a solution, and has the exercise's whole id as a string; slugs alone are words like "hints".
    """
    tests = content().graded.parent
    rooms = ("agreement", "nn", "pruning", "quantization", "distillation", "deploy", "efficiency")
    files = [path for room in rooms for path in sorted((tests / room).rglob("test_*.py"))]
    return [path for path in files if f'"{exercise_id}"' in _text(path) and _loads_solution(_text(path), exercise_id)]


def _loads_solution(source, exercise_id):
    """Whether the code has the id as a string, outside of docstrings, and calls `solution`."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return False
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", None)) for node in nodes if isinstance(node, ast.Call)
    }
    return "solution" in called and any(isinstance(node, ast.Constant) and node.value == exercise_id for node in nodes)


def _text(path):
    return path.read_text(encoding="utf-8")


def _card(exercise_id, language):
    slug = exercise_id.split("/")[1]
    title = f"# TODO（`{exercise_id}`）" if language == "zh" else f"# TODO (`{exercise_id}`)"
    other = f"English: [{slug}.md]({slug}.md)" if language == "zh" else f"中文：[{slug}.zh.md]({slug}.zh.md)"
    file, command = f"`exercises/{exercise_id}.py`", f"`minicompress check {exercise_id}`"
    task = f"写在 {file} 里，然后运行 {command}。" if language == "zh" else f"Write it in {file}, then {command}."
    first, *others = CARD_HEADINGS[language]
    sections = [f"## {first}\n\nTODO\n\n{task}\n{other}", *(f"## {heading}\n\nTODO" for heading in others)]
    return "\n\n".join([title, *sections]) + "\n"
