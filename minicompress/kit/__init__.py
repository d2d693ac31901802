"""The exercise kit: catalogue, grader, cards and the command `minicompress`.

In a notebook:

    >>> import minicompress.kit
    >>> minicompress.kit.check("pruning/weight_pruning", my_function)   # doctest: +SKIP

`kit` imports none of the numeric rooms when it loads, so that the command answers at once.
"""

__all__ = ["check"]


def check(exercise, function):
    """Grade `function` as the answer to `exercise` ("chapter/slug"), print the verdict and return it.

    It runs in this process, without limits of time and memory; the command `minicompress check` has both.

    Raises
    ------
    ValueError
        No exercise has that name, or `function` cannot be called.
    """
    from minicompress.kit import screens
    from minicompress.kit.catalog import find_exercise
    from minicompress.kit.grading.grade import grade_function
    from minicompress.kit.grading.runner import ExerciseResult

    if not callable(function):
        raise ValueError(f"check: function must be callable, got {function!r}")
    exercise = find_exercise(exercise)
    checks = grade_function(exercise, function)
    passed = all(result.passed for result in checks)
    result = ExerciseResult(exercise, "passed" if passed else "failed", checks)
    screens.Screen().exercise_result(result)
    return result
