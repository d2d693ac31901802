"""A graded check is a pytest function with points and a title that takes one argument, the submission.

    @graded(2, en="a weight equal to the threshold stays", zh="等于阈值的权重保留")
    def test_weight_equal_to_the_threshold_stays(submission):
        submission.agrees_with(reference, lambda: (model_of([0.5, -0.5, 0.25]), 0.5))

Under pytest `submission` is a fixture; the grader calls the same function directly, so that a verdict needs no pytest.
"""

import functools
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

from minicompress.kit.language import pick
from minicompress.kit.places import content

__all__ = ["Check", "graded", "load_checks", "load_module"]


@dataclass(frozen=True)
class Check:
    """One graded check of an exercise."""

    name: str  # of the pytest function
    points: int
    titles: dict  # by language
    function: object

    @property
    def title(self):
        """Title in the language in force."""
        return pick(self.titles)


def graded(points, *, en, zh):
    """Mark a test function as a graded check worth `points`, with its title in both languages."""

    def mark(function):
        function.graded = Check(function.__name__, points, {"en": en, "zh": zh}, function)
        return function

    return mark


@functools.cache
def load_checks(exercise_id):
    """The checks of an exercise, in the order of their file."""
    module = load_module(content().graded_file(exercise_id, "test"), exercise_id)
    checks = [value.graded for value in vars(module).values() if hasattr(value, "graded")]
    if not checks:
        raise ValueError(f"{exercise_id}: its graded file holds no check")
    return checks


@functools.cache
def load_module(path, exercise_id):
    """Import one of the project's own graded files by its path, once."""
    path = Path(path)
    name = f"minicompress_graded.{exercise_id.replace('/', '.')}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
