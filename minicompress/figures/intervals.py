"""Intervals of accuracy: one row per method, from the least to the greatest seed.

    x        test accuracy, in percent, on a linear axis, so that differences of tenths of a point look small
    y        one row per method: the median as a marker on a line from least to greatest, and a dot per seed

Rows come in groups, each with its colour and marker; rows of the same name are drawn close together. All panels have
the same rows, and their names are on the left. A dotted line is a reference, such as the teacher.
"""

import statistics
from dataclasses import dataclass

from minicompress._base import arguments
from minicompress.figures.curves import styles_of
from minicompress.figures.plots import new_figure

__all__ = ["Interval", "IntervalPanel", "intervals_figure"]

_FONT_SIZE = 10.5


@dataclass(frozen=True)
class Interval:
    """One row: its name, its group, and an accuracy in [0, 1], or a difference of accuracies, per seed.

    >>> Interval("T = 4", "hints", (0.971, 0.973)).group
    'hints'
    """

    label: str
    group: str
    accuracies: tuple

    def __post_init__(self):
        if not len(self.accuracies):
            arguments.reject("Interval", "accuracies", "at least one", self.accuracies)
        for accuracy in self.accuracies:
            arguments.number("Interval", "accuracies", accuracy, low=-1, high=1)


@dataclass(frozen=True)
class IntervalPanel:
    """Rows from top to bottom; `reference` is (name, accuracy) of the dotted line, or None.

    >>> IntervalPanel("MNIST", (Interval("T = 4", "hints", (0.971, 0.973)),), reference=("teacher", 0.985)).title
    'MNIST'
    """

    title: str
    rows: tuple
    reference: tuple | None = None


def intervals_figure(panels, *, title: str = "", label: str = "test accuracy in %"):
    """Return a matplotlib Figure with the panels side by side and a legend of the groups below.

    `label` is the label of the x axis. Raises ValueError unless all panels have the same names of rows in the same
    order, each once, and for more groups than there are styles.

    >>> rows = (Interval("T = 1", "soft labels", (0.96, 0.97)), Interval("T = 4", "soft labels", (0.97, 0.975)))
    >>> figure = intervals_figure([IntervalPanel("MNIST", rows)])
    >>> len(figure.axes)
    1
    """
    if not panels or not panels[0].rows:
        arguments.reject("intervals_figure", "panels", "at least one, with rows", panels)
    heights = _heights(panels[0].rows)
    for panel in panels:
        if list(_heights(panel.rows)) != list(heights) or len(panel.rows) != len(heights):
            raise ValueError(f"intervals_figure: panels must have the same rows, got others in {panel.title!r}")
    names = list(dict.fromkeys(row.label for row in panels[0].rows))
    figure = new_figure(title, width=10.67, height=1.9 + 0.27 * max(len(names), 0.55 * len(heights)))
    groups = list(dict.fromkeys(row.group for row in panels[0].rows))
    styles = styles_of("intervals_figure", groups)
    markers = {}
    for column, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), column)
        for row in panel.rows:
            markers[row.group] = _draw(axes, heights[row.label, row.group], row, styles[row.group])
        if panel.reference is not None:
            name, accuracy = panel.reference
            markers[name] = axes.axvline(100 * accuracy, color="#444444", linestyle=":", linewidth=1.3)
        _label(axes, panel.title, names if column == 1 else [""] * len(names), label)
    style = {"ncols": 4, "fontsize": _FONT_SIZE - 1, "frameon": False}
    figure.legend(markers.values(), markers, loc="outside lower center", **style)
    return figure


def _heights(rows):
    """Return {(label, group): y}: an integer per label; rows of the same label are spread over 0.5 around it."""
    groups = {}
    for row in rows:
        groups.setdefault(row.label, []).append(row.group)
    return {
        (label, group): y + (0.5 * i / (len(own) - 1) - 0.25 if len(own) > 1 else 0)
        for y, (label, own) in enumerate(groups.items())
        for i, group in enumerate(own)
    }


def _draw(axes, position, row, style):
    colour, marker, _ = style
    percent = [100 * a for a in row.accuracies]
    axes.hlines(position, min(percent), max(percent), color=colour, linewidth=2.2, alpha=0.6)
    axes.plot(percent, [position] * len(percent), ".", color=colour, markersize=4)
    median = statistics.median(percent)
    (line,) = axes.plot([median], [position], marker, color=colour, markersize=7, linestyle="none")
    return line


def _label(axes, title, names, label):
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(labelsize=_FONT_SIZE - 1)
    axes.grid(True, axis="x", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_title(title, fontsize=_FONT_SIZE)
    axes.set_xlabel(label, fontsize=_FONT_SIZE)
