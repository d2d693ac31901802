"""The figure of a compression: accuracy against bytes, and histograms of weights.

    left    a point per model: x = size in bytes (log), y = test accuracy on the scale of the error, -log(1 - accuracy)
    right   histograms of weights; the title has the share of weights that are exactly 0, and the bars leave them out

On a linear axis that reaches down to 20%, points at 98.4% and 96.9% would overlap; on the scale of the error every
halving of the number of mistakes has the same height. The colours are those of Okabe and Ito, which colour-blind people
can tell apart; each kind of method has its own marker too.

The figure uses matplotlib's object interface with the Agg canvas: no window, no `pyplot`, and the caller's matplotlib
settings do not change.
"""

import math
from dataclasses import dataclass

import numpy as np

from minicompress._base import arguments
from minicompress._base.files import replace_atomically
from minicompress.figures.labels import place_labels

__all__ = ["Point", "WeightHistogram", "compression_figure", "error_axis", "new_figure", "save_figure", "size_axis"]

_KINDS = {  # kind: (colour, marker)
    "original": ("#000000", "o"),
    "pruning": ("#0072B2", "s"),
    "quantization": ("#D55E00", "^"),
    "distillation": ("#009E73", "D"),
    "combined": ("#CC79A7", "P"),
}
_FONT_SIZE = 10.5
_LABEL_MARGIN = np.array([14, 4])  # pixels around a label, so that it does not seem to belong to another point
_LINE_FROM = 20  # pixels between a point and its label from which on a line connects them
_LOWEST_ERROR = 1e-4  # for a perfect score, whose error of 0 a log axis cannot show


@dataclass(frozen=True)
class Point:
    """One model: `accuracy` in [0, 1], `size_bytes` > 0, and the kind of method that made it.

    Kinds are "original", "pruning", "quantization", "distillation" and "combined"; ValueError for others.

    >>> Point("8 bits", accuracy=0.98, size_bytes=267_000, kind="quantization").kind
    'quantization'
    """

    label: str
    accuracy: float
    size_bytes: int
    kind: str = "original"

    def __post_init__(self):
        arguments.number("Point", "accuracy", self.accuracy, low=0, high=1)
        arguments.number("Point", "size_bytes", self.size_bytes, low=0, open_low=True)
        arguments.one_of("Point", "kind", self.kind, tuple(_KINDS))


@dataclass(frozen=True)
class WeightHistogram:
    """A histogram of finite weights in an array of any shape; `kind` as in `Point`.

    >>> WeightHistogram("pruned", np.array([0.0, 0.5, -0.3]), "pruning").title
    'pruned'
    """

    title: str
    weights: np.ndarray
    kind: str = "original"

    def __post_init__(self):
        arguments.array("WeightHistogram", "weights", self.weights, finite=True)
        arguments.one_of("WeightHistogram", "kind", self.kind, tuple(_KINDS))


def compression_figure(points, histograms, *, title: str = "", weights="weight"):
    """Return a matplotlib Figure with the points on the left and the histograms below each other on the right.

    `weights` is the label of the histograms' x axis. Raises ValueError if there are no points.

    >>> points = [Point("original", 0.98, 1_066_440), Point("8 bits", 0.98, 267_000, "quantization")]
    >>> figure = compression_figure(points, [WeightHistogram("original", np.array([0.5, -0.3]))])
    >>> len(figure.axes)
    2
    """
    if not len(points):
        arguments.reject("compression_figure", "points", "at least one", points)
    figure = new_figure(title, width=10, height=5.6)
    grid = figure.add_gridspec(max(1, len(histograms)), 2, width_ratios=(2.1, 1))
    trade_off = figure.add_subplot(grid[:, 0])
    _draw_points(trade_off, points)
    shared = None
    for row, histogram in enumerate(histograms):
        shared = figure.add_subplot(grid[row, 1], sharex=shared)
        _draw_histogram(shared, histogram, weights if row == len(histograms) - 1 else None)
    figure.canvas.draw()  # settles the layout: label boxes are measured in pixels
    figure.set_layout_engine("none")
    _write_labels(trade_off, points)
    return figure


def new_figure(title: str, *, width: float, height: float):
    """Return an empty Figure with a title; sizes are in inches, with 150 pixels per inch."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    if title:
        figure.suptitle(title, fontsize=_FONT_SIZE + 2)
    return figure


def save_figure(figure, path):
    """Write the figure as PNG, atomically.

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "figure.png"
    >>> save_figure(new_figure("empty", width=2, height=1), path)
    >>> path.read_bytes()[1:4]
    b'PNG'
    >>> folder.cleanup()
    """
    with replace_atomically(path) as temporary:
        # Without the version of matplotlib, so that equal pictures give equal files.
        figure.savefig(temporary, format="png", metadata={"Software": None})


def _draw_points(axes, points):
    for kind, (colour, marker) in _KINDS.items():
        own = [point for point in points if point.kind == kind]
        if own:
            xs, ys = zip(*map(_position, own), strict=True)
            axes.plot(xs, ys, marker, color=colour, markersize=8, linestyle="none", label=kind)
    sizes = [point.size_bytes for point in points]
    axes.set_xscale("log")
    axes.set_xlim(min(sizes) / 2.5, max(sizes) * 2.5)
    size_axis(axes)
    error_axis(axes, [_position(point)[1] for point in points])
    axes.tick_params(labelsize=_FONT_SIZE - 1)
    axes.grid(True, color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.legend(fontsize=_FONT_SIZE - 1, loc="lower right", framealpha=0.9)


def error_axis(axes, errors):
    """Make the y axis a log scale of the errors, each in (0, 1], with accuracies as labels; fewer errors are higher."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axes.set_yscale("log")
    axes.set_ylim(min(1.0, max(errors) * 1.5), min(errors) / 1.5)
    low, high = sorted(axes.get_ylim())
    ticks = [e for e in (0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.015, 0.01, 0.005, 0.001) if low <= e <= high]
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_major_formatter(FixedFormatter([f"{100 * (1 - e):.4g}%" for e in ticks]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("test accuracy (scale of the error)", fontsize=_FONT_SIZE)


def size_axis(axes, steps=(1, 2, 5)):
    """Label a logarithmic x axis, whose limits are set, with bytes: `steps` times powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = sorted(axes.get_xlim())
    ticks = [step * 10**power for power in range(2, 10) for step in steps if low <= step * 10**power <= high]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: _kilobytes(size)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("size in bytes (log scale)", fontsize=_FONT_SIZE)


def _draw_histogram(axes, histogram, weights):
    w = np.asarray(histogram.weights, dtype=np.float64).ravel()
    nonzero = w[w != 0]
    if nonzero.size:
        axes.hist(nonzero, bins=121, color=_KINDS[histogram.kind][0])
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.7)
    zeros = 1 - nonzero.size / w.size if w.size else 0.0
    axes.set_title(f"{histogram.title}: {zeros:.0%} exactly 0", fontsize=_FONT_SIZE, loc="left")
    axes.tick_params(labelsize=_FONT_SIZE - 2, labelbottom=weights is not None)
    if weights is not None:
        axes.set_xlabel(f"{weights} (log count)", fontsize=_FONT_SIZE)


def _write_labels(axes, points):
    """Write each label beside its point, with a thin line between them where they are far apart."""
    renderer = axes.figure.canvas.get_renderer()
    pixels = axes.transData.transform([_position(point) for point in points])
    labels = [_label(axes, point) for point in points]
    sizes = [label.get_window_extent(renderer).size + _LABEL_MARGIN for label in labels]
    legend = axes.get_legend().get_window_extent(renderer).extents
    boxes = place_labels(pixels, sizes, axes.bbox.extents, [legend])
    for (x, y), label, (left, bottom, right, top) in zip(pixels, labels, boxes, strict=True):
        label.set_position(axes.transData.inverted().transform(((left + right) / 2, (bottom + top) / 2)))
        end = min(max(x, left), right), min(max(y, bottom), top)
        if math.dist((x, y), end) > _LINE_FROM:
            ends = axes.transData.inverted().transform([(x, y), end])
            axes.plot(*ends.T, color=label.get_color(), linewidth=0.7)


def _label(axes, point):
    style = {"fontsize": _FONT_SIZE - 1, "color": _KINDS[point.kind][0], "ha": "center", "va": "center"}
    return axes.text(*_position(point), point.label, **style)


def _position(point):
    return point.size_bytes, max(1 - point.accuracy, _LOWEST_ERROR)


def _kilobytes(size_bytes):
    return f"{size_bytes / 1000:,.4g} kB" if size_bytes < 1e6 else f"{size_bytes / 1e6:,.4g} MB"
