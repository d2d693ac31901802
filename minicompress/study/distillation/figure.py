"""The picture of the distillation study: the points that each method gains over hard labels, one panel per task.

A gain is the accuracy of a student minus that of the control of the same seed and size. Both have the same first
weights and the same batches, so most of what is due to the seed cancels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from minicompress.figures.intervals import Interval, IntervalPanel, intervals_figure
from minicompress.study.summary import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LABELS", "figure", "gains"]

LABELS = {
    "smoothed": "smoothed labels",
    "guessed": "the teacher's best guesses",
    "soft_1": "soft labels, T = 1",
    "soft_2": "soft labels, T = 2",
    "soft_4": "soft labels, T = 4",
    "soft_8": "soft labels, T = 8",
    "soft_20": "soft labels, T = 20",
    "match": "logit matching",
    "top_2": "two largest and the rest, T = 4",
    "ensemble": "three teachers, T = 4",
    "mixed": "labels and soft labels, T = 4",
    "self": "labels and its equal, T = 4",
    "decoupled": "labels and DKD, T = 4",
    "hint": "labels and a hint",
    "relational": "labels and distances",
    "angles": "labels and angles",
}
_PANELS = {"few": "MNIST, one image in ten", "all": "MNIST, all images", "fashion": "Fashion-MNIST subset"}


def figure(summaries: Sequence[Summary], title: str) -> Figure:
    """Return the matplotlib Figure of the summaries."""
    by_cell = {(s.arm, s.setting): s for s in summaries}
    widths = list(dict.fromkeys(s.setting for s in summaries if s.arm == "few.hard"))
    panels = []
    for task, name in _PANELS.items():
        (teacher,) = (s for s in summaries if s.arm == f"{task}.teacher")
        rows = [
            Interval(label, f"{width} hidden neurons", gains(by_cell, task, method, width))
            for method, label in LABELS.items()
            for width in widths
        ]
        panels.append(IntervalPanel(f"{name}\nteacher {teacher.accuracy:.1%}", tuple(rows), ("labels alone", 0.0)))
    return intervals_figure(panels, title=title, label="points over labels alone")


def gains(by_cell: Mapping[tuple[str, float], Summary], task: str, method: str, width: float) -> tuple[float, ...]:
    """Return a method's accuracy minus the control's, in [-1, 1], one per seed.

    `by_cell` is {(arm, setting): Summary}.
    """
    student, control = by_cell[f"{task}.{method}", width], by_cell[f"{task}.hard", width]
    return tuple(a - b for a, b in zip(student.accuracies, control.accuracies, strict=True))
