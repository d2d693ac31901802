"""The picture of the orders study: one panel per number of images, one row per order and control.

The networks of three neurons are omitted: at 80% accuracy and less they would compress the scale of all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minicompress.figures.intervals import Interval, IntervalPanel, intervals_figure
from minicompress.study.summary import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["LABELS", "figure"]

_GROUPS = {
    "three steps": ("dpq", "dqp", "pdq", "qdp", "pqd", "qpd"),
    "the teacher throughout": ("throughout", "at_once"),
    "no teacher": ("tpq", "pqt", "qpt"),
    "alone": ("alone_p", "alone_q"),
}
LABELS = {
    "dpq": "distil, prune, quantize",
    "dqp": "distil, quantize, prune",
    "pdq": "prune, distil, quantize",
    "qdp": "quantize, distil, prune",
    "pqd": "prune, quantize, distil",
    "qpd": "quantize, prune, distil",
    "throughout": "distil, and in both steps after it",
    "at_once": "all at once",
    "tpq": "train, prune, quantize",
    "pqt": "prune, quantize, train",
    "qpt": "quantize, prune, train",
    "alone_p": "pruned only",
    "alone_q": "quantized only",
}


def figure(summaries: Sequence[Summary], title: str) -> Figure:
    """Return the matplotlib Figure of the summaries."""
    by_cell = {(s.arm, s.setting): s for s in summaries}
    (teacher,) = (s for s in summaries if s.arm == "teacher")
    settings = sorted({s.setting for s in summaries}, reverse=True)
    return intervals_figure([_panel(by_cell, images, teacher) for images in settings], title=title)


def _panel(by_cell, images, teacher):
    rows = [
        Interval(LABELS[arm], group, by_cell[arm, images].accuracies) for group, arms in _GROUPS.items() for arm in arms
    ]
    reference = (f"teacher, {teacher.medians['size_bytes']:,.0f} bytes", teacher.accuracy)
    return IntervalPanel(f"{images:,.0f} training images", tuple(rows), reference)
