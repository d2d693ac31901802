"""The known answers of an exercise: wrong ones with what is wrong, right ones in other styles.

    @wrong(en="Compares w, not |w|: ...", zh="比较的是 w 而不是 |w|：...")
    def compares_without_abs(model, threshold): ...

    @same_mistake(compares_without_abs)         # the same mistake, written differently
    def compares_without_abs_in_a_loop(model, threshold): ...

    @right
    def one_weight_at_a_time(model, threshold): ...

Each wrong answer is a misconception that real people have. It must lose points, and be told its own diagnosis first.
"""

import functools
from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.checks import load_module
from minicompress.kit.language import pick
from minicompress.kit.places import content

__all__ = [
    "IDLE",
    "Right",
    "Wrong",
    "equivalent_mutants",
    "right",
    "right_answers",
    "same_mistake",
    "wrong",
    "wrong_answers",
]


@dataclass(frozen=True)
class Wrong:
    """A wrong answer; writings of the same mistake share `diagnosis_of`, the name of the first of them."""

    name: str
    diagnosis_of: str
    diagnoses: dict  # by language
    function: object

    @property
    def diagnosis(self):
        """The sentence that explains the mistake, in the language in force."""
        return pick(self.diagnoses)


@dataclass(frozen=True)
class Right:
    """A right answer in another style than the solution's."""

    name: str
    function: object


def wrong(*, en, zh):
    """Mark a function as a wrong answer, with one sentence on the misconception."""

    def mark(function):
        function.answer = Wrong(function.__name__, function.__name__, {"en": en, "zh": zh}, function)
        return function

    return mark


def same_mistake(first):
    """Mark a function as another writing of the mistake that `first` makes."""

    def mark(function):
        function.answer = Wrong(function.__name__, first.__name__, first.answer.diagnoses, function)
        return function

    return mark


def right(function):
    """Mark a function as a right answer."""
    function.answer = Right(function.__name__, function)
    return function


@functools.cache
def wrong_answers(exercise_id):
    """All wrong answers of an exercise, in the order of their file."""
    return [answer for answer in _answers(exercise_id, "wrong") if isinstance(answer, Wrong)]


@functools.cache
def right_answers(exercise_id):
    """All right answers of an exercise, in the order of their file."""
    return [answer for answer in _answers(exercise_id, "right") if isinstance(answer, Right)]


def equivalent_mutants(exercise_id):
    """{mutant: reason} for mutants of the solution that are right answers too, from the file of right answers.

    EQUIVALENT_MUTANTS there are so everywhere, EQUIVALENT_UNDER_NUMPY[1] only under NumPy 1: it widens narrow integers
    that meet a Python int, where NumPy 2 overflows.
    """
    module = load_module(content().graded_file(exercise_id, "right"), exercise_id)
    numpy = int(np.__version__.partition(".")[0])
    return getattr(module, "EQUIVALENT_MUTANTS", {}) | getattr(module, "EQUIVALENT_UNDER_NUMPY", {}).get(numpy, {})


def _nothing(*args, **kwargs):
    return None


def _zero(*args, **kwargs):
    return 0.0


def _refuse(*args, **kwargs):
    raise ValueError("refused")


# Answers that do nothing: from one that fails as they do, no misconception can be read.
IDLE = {"return None": _nothing, "return 0.0": _zero, "raise ValueError": _refuse}


def _answers(exercise_id, kind):
    module = load_module(content().graded_file(exercise_id, kind), exercise_id)
    return [value.answer for value in vars(module).values() if hasattr(value, "answer")]
