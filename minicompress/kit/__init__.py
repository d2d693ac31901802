"""The exercise kit: catalogue, grader, cards and the command `minicompress`.

In a notebook:

    >>> import minicompress.kit
    >>> minicompress.kit.check("pruning/weight_pruning", my_function)   # doctest: +SKIP

Read in this order:

    places.py  catalog.py  course.py    where the files are, what exercises there are, in which order to solve them
    stubs.py  cards.py  styles.py       the stub made from a solution, the question card, the other right answers
    grading/                            how an answer is checked, and its mistake named
    proof/                              how the graders are verified: `minicompress verify`
    workspace/  watch/                  the learner's folder and progress; grading at every save
    cli/  screens/                      the commands, and what they print
    language.py  messages/              every sentence in English and Chinese, by key
    development/                        what a new exercise or study lacks: `minicompress dev`

`pytest_plugin.py` runs the same checks as plain pytest, `standard_output.py` prints on any console. `kit` imports none
of the numeric rooms when it loads, so that the command answers at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from minicompress.kit.screens.notebook import Verdict

__all__ = ["check"]


def check(exercise: str, function: Callable) -> Verdict:
    """Grade `function` as the answer to `exercise` ("chapter/slug"), show the verdict and return it.

    It runs in this process, without limits of time and memory; the command `minicompress check` has both. As there, the
    attempt is noted in the progress, if the current folder lies in a workspace (`minicompress init`) or in a clone.

    Raises
    ------
    ValueError
        No exercise has that name, or `function` cannot be called.
    """
    from minicompress.kit.catalog import find_exercise
    from minicompress.kit.grading.grade import grade_function
    from minicompress.kit.places import workspace_above
    from minicompress.kit.screens.notebook import Verdict, show_verdict
    from minicompress.kit.workspace.saving import open_progress, save

    if not callable(function):
        raise ValueError(f"check: function must be callable, got {function!r}")
    exercise = find_exercise(exercise)
    checks = grade_function(exercise, function)
    verdict = Verdict(exercise, "passed" if all(result.passed for result in checks) else "failed", checks)
    workspace = workspace_above()
    if workspace:
        progress = open_progress(workspace)
        progress.note_result(verdict)
        save(progress)
    show_verdict(verdict)
    return verdict
