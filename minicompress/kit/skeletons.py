"""The files of a new exercise or study, with TODO wherever something is still to be written.

`minicompress dev` writes those that do not exist yet. Nothing in them passes: the solution is its own stub, the checks
fail, and `completeness.py` counts each TODO. CONTRIBUTING.md says what belongs in which file.
"""

import contextlib
import re

from minicompress.kit.places import content
from minicompress.kit.stubs import make_stub

__all__ = ["CARD_HEADINGS", "CATALOG_ENTRY", "agreement_tests", "exercise_files", "study_files"]

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
        TODO: shape, type, and what may stand in it.

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

WRONG = '''"""Answers to {id} that are wrong, each with the misconception behind it.

TODO: at least eight mistakes with `@wrong(en=..., zh=...)`, and each once more, written differently, with
`@same_mistake(the_first)`.
"""

from minicompress.kit.grading import same_mistake, wrong  # noqa: F401
'''

RIGHT = '''"""Answers to {id} that are right, in other styles than the solution's. TODO: at least two, with `@right`."""

from minicompress.kit.grading import right  # noqa: F401

EQUIVALENT_MUTANTS = {{}}
'''

NUMBERS = '''"""The computed numbers of the card {id}, as they stand in its tables, row by row."""

GIVEN = {{}}


def numbers():
    raise NotImplementedError("TODO: the numbers of the card {slug}")
'''

AGREEMENT = '''"""The solution of {id} and the library compute the same."""

import pytest


def test_solution_and_library_agree_on_{slug}():
    pytest.fail("TODO: compare solutions/{id}.py with minicompress")
'''

MEASURE = '''"""TODO: what this study measures; its arms, its source, what it leaves out."""

from dataclasses import asdict, dataclass

from minicompress.study.engine import Study
from minicompress.study.{name}.arms import ARMS
from minicompress.study.{name}.figure import figure

__all__ = ["study"]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Everything that the numbers depend on, beside seed and versions. TODO."""

    settings: tuple = (1, 2)


FULL, QUICK = Configuration(), Configuration()


def study(*, quick=False):
    """Return the study, or its miniature."""
    configuration = QUICK if quick else FULL
    return Study(
        name="{name}",
        setting="TODO",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(configuration),
        arms=dict.fromkeys(ARMS, configuration.settings),
        measure=_measure,
        figure=figure,
        title="TODO",
    )


def _measure(cell, shelf):
    raise NotImplementedError("TODO: measure one cell, an arm at a setting with a seed")
'''

ARMS = '''"""The arms of the study {name}: ARMS is {{name: function}}. TODO."""

ARMS = {{}}
'''

FIGURE = '''"""The picture of the study {name}. TODO: what each panel shows."""


def figure(summaries, title):
    """Return the matplotlib Figure of the summaries."""
    raise NotImplementedError("TODO: the picture of {name}")
'''

STUDY_TEST = '''"""The study {name} on a few images."""

import pytest


def test_the_miniature_measures_every_arm():
    pytest.fail("TODO: run engine.run(find_study({name!r}, quick=True), ...), as tests/study/voltage does")
'''

ARMS_TEST = '''"""The arms of the study {name}."""

import pytest


def test_each_arm_does_what_its_name_says():
    pytest.fail("TODO: the network of each arm of {name}, as tests/study/voltage does")
'''

FIGURE_TEST = '''"""The picture of the study {name}."""

import pytest


def test_the_picture_has_its_panels():
    pytest.fail("TODO: titles and lines of the picture of {name}, as tests/study/voltage does")
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
    """Return the test files that hold a solution against the library: beside the module, or in `tests/agreement`."""
    tests, slug = content().graded.parent, exercise_id.split("/")[1]
    found = [path for path in (tests / "agreement").glob("test_*.py") if re.search(rf"\b{slug}\b", _text(path))]
    rooms = [tests / room for room in ("nn", "pruning", "quantization", "distillation", "deploy", "efficiency")]
    return found + [path for room in rooms for path in room.rglob("test_*.py") if f'"{exercise_id}"' in _text(path)]


def _text(path):
    return path.read_text(encoding="utf-8")


def study_files(name):
    """Return {path: text} of the files that a study has, without the record and the picture of its full run."""
    root = content().solutions.parent
    room, tests = root / "minicompress" / "study" / name, root / "tests" / "study" / name
    files = {
        room / "__init__.py": '"""The study {name}: TODO."""\n',
        room / "measure.py": MEASURE,
        room / "figure.py": FIGURE,
        tests / "test_measure.py": STUDY_TEST,
        tests / "test_figure.py": FIGURE_TEST,
    }
    measure, arms = room / "measure.py", room / "arms.py"
    if arms.is_file() or not measure.is_file():  # a small study may keep its arms in measure.py
        files |= {arms: ARMS, tests / "test_arms.py": ARMS_TEST}
    return {path: text.format(name=name) for path, text in files.items()}


def _card(exercise_id, language):
    slug = exercise_id.split("/")[1]
    title = f"# TODO（`{exercise_id}`）" if language == "zh" else f"# TODO (`{exercise_id}`)"
    other = f"English: [{slug}.md]({slug}.md)" if language == "zh" else f"中文：[{slug}.zh.md]({slug}.zh.md)"
    file, command = f"`exercises/{exercise_id}.py`", f"`minicompress check {exercise_id}`"
    task = f"写在 {file} 里，然后运行 {command}。" if language == "zh" else f"Write it in {file}, then {command}."
    first, *others = CARD_HEADINGS[language]
    sections = [f"## {first}\n\nTODO\n\n{task}\n{other}", *(f"## {heading}\n\nTODO" for heading in others)]
    return "\n\n".join([title, *sections]) + "\n"
