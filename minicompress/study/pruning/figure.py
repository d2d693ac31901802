"""The picture of the pruning study: methods by the number of weights and by bytes, and pruning schedules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minicompress.figures.curves import Band, Panel, curves_figure
from minicompress.study.summary import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure"]

_METHODS = {
    "weight": "weights, one-shot",
    "hybrid": "neurons, then weights",
    "structure": "neurons",
    "random": "random weights",
}
_SCHEDULES = {
    "weight": "weights, one-shot",
    "iterative": "weights, iterative",
    "gradual": "weights, gradual",
    "untuned": "weights, not fine-tuned",
}


def figure(summaries: Sequence[Summary], title: str) -> Figure:
    """Return the matplotlib Figure of the summaries."""
    arms = {}
    for summary in summaries:
        arms.setdefault(summary.arm, []).append(summary)
    (dense,) = arms["dense"]
    # By bytes, the curve of the neurons has the points of both arms that remove neurons.
    files = arms | {"structure": arms["structure"] + arms["structure_bytes"]}
    panels = (
        ("at equal numbers of weights", "sparsity", arms, _METHODS),
        ("by the size of the file", "bytes", files, _METHODS),
        ("when to prune", "sparsity", arms, _SCHEDULES),
    )
    return curves_figure(
        [
            Panel(name, axis, tuple(_bands(points, labels, axis)), dense.accuracy)
            for name, axis, points, labels in panels
        ],
        title=title,
    )


def _bands(arms, labels, axis):
    key = {"sparsity": "sparsity", "bytes": "size_bytes"}[axis]
    for arm, label in labels.items():
        points = sorted(arms[arm], key=lambda summary: summary.medians[key])
        yield Band(
            label,
            x=tuple(summary.medians[key] for summary in points),
            low=tuple(summary.low for summary in points),
            median=tuple(summary.accuracy for summary in points),
            high=tuple(summary.high for summary in points),
        )
