"""Curves of accuracy: a line through the medians, in a band from the least to the greatest seed.

    x        sparsity, on the log scale of 1 - sparsity, which spreads 50% to 99%; bytes or picojoules, log scale;
             bits or voltage, linear; compression grows to the right on all axes
    y        test accuracy on the scale of the error, -log(1 - accuracy), as in `plots.py`

Every name has its own colour, marker and line, the same in all panels, so that bands can be told apart in grey too. A
figure with more names than `STYLES` raises ValueError. One legend below serves all panels. A band of one point is a
marker on a vertical line from least to greatest. A dotted line marks the accuracy without compression.
"""

from dataclasses import dataclass

from minicompress._base import arguments
from minicompress.figures.plots import error_axis, new_figure, size_axis

__all__ = ["STYLES", "Band", "Panel", "curves_figure", "draw_band", "styles_of"]

STYLES = (  # colour of Okabe and Ito (the last four are of Tol, for single markers), marker, line
    ("#0072B2", "o", "-"),
    ("#D55E00", "s", "--"),
    ("#009E73", "^", "-."),
    ("#CC79A7", "D", (0, (1, 1))),
    ("#000000", "v", (0, (5, 1, 1, 1, 1, 1))),
    ("#E69F00", "P", (0, (7, 2))),
    ("#56B4E9", "X", (0, (3, 1, 1, 1))),
    ("#777777", "*", (0, (2, 2))),
    ("#882255", "<", (0, (4, 1))),
    ("#332288", "h", (0, (6, 1, 1, 1))),
    ("#44AA99", "p", (0, (1, 2))),
)
_AXES = {  # name: the interval of its positions
    "sparsity": (-1e-9, 1),
    "bytes": (0, float("inf")),
    "bits": (0, float("inf")),
    "picojoules": (0, float("inf")),
    "voltage": (0, float("inf")),
}
_LOWEST_ERROR = 1e-4  # for a perfect score, whose error of 0 a log axis cannot show
_FONT_SIZE = 10.5


@dataclass(frozen=True)
class Band:
    """One method: positions on the x axis, and for each the least, median and greatest accuracy in [0, 1].

    Raises ValueError for no positions, tuples of different lengths, or accuracies out of range or out of order.

    >>> Band("magnitude", x=(0.5, 0.9), low=(0.97, 0.90), median=(0.98, 0.92), high=(0.98, 0.95)).label
    'magnitude'
    """

    label: str
    x: tuple
    low: tuple
    median: tuple
    high: tuple

    def __post_init__(self):
        count = len(self.x)
        if not count or any(len(of) != count for of in (self.low, self.median, self.high)):
            lengths = [len(of) for of in (self.x, self.low, self.median, self.high)]
            arguments.reject("Band", "x, low, median and high", "of one length, at least 1", lengths)
        for x, low, median, high in zip(self.x, self.low, self.median, self.high, strict=True):
            arguments.number("Band", "x", x)
            arguments.number("Band", "low", low, low=0)
            arguments.number("Band", "median", median, low=low)
            arguments.number("Band", "high", high, low=median, high=1)


@dataclass(frozen=True)
class Panel:
    """Bands over one axis: "sparsity" in [0, 1), "bytes", "bits", "picojoules" or "voltage" (in Vmin).

    `reference` is the accuracy without compression. Raises ValueError for no bands, an unknown axis, or a position
    outside the axis.

    >>> band = Band("magnitude", x=(0.5,), low=(0.97,), median=(0.98,), high=(0.98,))
    >>> Panel("pruning", "sparsity", (band,), reference=0.98).axis
    'sparsity'
    """

    title: str
    axis: str
    bands: tuple
    reference: float | None = None

    def __post_init__(self):
        arguments.one_of("Panel", "axis", self.axis, tuple(_AXES))
        if not self.bands:
            arguments.reject("Panel", "bands", "at least one", self.bands)
        low, high = _AXES[self.axis]
        for x in (x for band in self.bands for x in band.x):
            arguments.number(
                "Panel", f"x on the axis {self.axis}", x, low=low, high=high, open_low=low == 0, open_high=True
            )
        if self.reference is not None:
            arguments.number("Panel", "reference", self.reference, low=0, high=1)


def curves_figure(panels, *, title: str = "", columns: int = 4):
    """Return a matplotlib Figure with the panels side by side on one y axis and the legend, in columns, below.

    Raises ValueError for no panels, and for more names of bands than there are `STYLES`.

    >>> band = Band("magnitude", x=(0.5, 0.9), low=(0.97, 0.90), median=(0.98, 0.92), high=(0.98, 0.95))
    >>> figure = curves_figure([Panel("pruning", "sparsity", (band,))])
    >>> len(figure.axes)
    1
    """
    if not panels:
        arguments.reject("curves_figure", "panels", "at least one", panels)
    figure = new_figure(title, width=10.67, height=5.4)
    labels = list(dict.fromkeys(band.label for panel in panels for band in panel.bands))
    styles = styles_of("curves_figure", labels)
    lines, first = {}, None
    for column, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), column, sharey=first)
        for band in panel.bands:
            lines[band.label] = draw_band(axes, band, styles[band.label], axis=panel.axis)
        if panel.reference is not None:
            height = max(1 - panel.reference, _LOWEST_ERROR)
            lines["not compressed"] = axes.axhline(height, color="#444444", linestyle=":", linewidth=1.3)
        _label_x(axes, panel)
        axes.set_title(panel.title, fontsize=_FONT_SIZE)
        first = first or axes
    _label_y(figure, panels)
    style = {"ncols": columns, "fontsize": _FONT_SIZE - 1, "handlelength": 4, "frameon": False}
    figure.legend(lines.values(), lines, loc="outside lower center", **style)
    return figure


def styles_of(owner: str, names):
    """Return {name: style}, a different style per name; ValueError for more names than `STYLES`."""
    if len(names) > len(STYLES):
        arguments.reject(owner, "names", f"at most {len(STYLES)}, as many as styles can be told apart", len(names))
    return dict(zip(names, STYLES, strict=False))


def draw_band(axes, band, style, *, axis: str):
    """Draw a Band in one of `STYLES` and return the line through its medians; `axis` as in `Panel`."""
    colour, marker, line = style
    x = [1 - s for s in band.x] if axis == "sparsity" else band.x
    low, median, high = ([max(1 - a, _LOWEST_ERROR) for a in of] for of in (band.low, band.median, band.high))
    if len(x) == 1:
        axes.vlines(x, high, low, color=colour, linewidth=1.6)
    else:
        axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    size = 8 if len(x) == 1 else 5.5
    (curve,) = axes.plot(x, median, color=colour, marker=marker, linestyle=line, markersize=size, linewidth=1.6)
    return curve


def _label_x(axes, panel):
    positions = [x for band in panel.bands for x in band.x]
    {"sparsity": _sparsities, "bytes": _sizes, "bits": _bits, "picojoules": _picojoules, "voltage": _voltages}[
        panel.axis
    ](axes, min(positions), max(positions))


def _sparsities(axes, low, high):
    axes.set_xscale("log")
    axes.set_xlim((1 - low) * 1.15, (1 - high) / 1.15)
    low, high = sorted(axes.get_xlim())
    ticks = [kept for kept in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001) if low <= kept <= high]
    _ticks(axes, ticks, [f"{100 * (1 - kept):.4g}%" for kept in ticks])
    axes.set_xlabel("sparsity (log scale of what is kept)", fontsize=_FONT_SIZE)


def _sizes(axes, low, high):
    axes.set_xscale("log")
    axes.set_xlim(high * 1.15, low / 1.4)
    size_axis(axes, steps=(1, 3))  # a panel is too narrow for more


def _bits(axes, low, high):
    axes.set_xlim(high + 0.4, low - 0.4)
    ticks = range(int(low), int(high) + 1)
    _ticks(axes, ticks, ticks)
    axes.set_xlabel("bits of a weight", fontsize=_FONT_SIZE)


def _picojoules(axes, low, high):
    axes.set_xscale("log")
    axes.set_xlim(high * 1.3, low / 1.3)
    steps = (1, 2, 5) if high > 5 * low else (1, 2, 3, 4, 5, 6, 8)
    ticks = [step * 10**power for power in range(1, 9) for step in steps if low <= step * 10**power <= high]
    _ticks(axes, ticks, [f"{tick / 1000:g}" for tick in ticks])
    axes.set_xlabel("nJ for one image, simulated (log scale)", fontsize=_FONT_SIZE)


def _voltages(axes, low, high):
    axes.set_xlim(high + 0.01, low - 0.01)
    axes.set_xlabel("voltage of the weights' memory (Vmin)", fontsize=_FONT_SIZE)


def _ticks(axes, positions, labels):
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axes.xaxis.set_major_locator(FixedLocator(list(positions)))
    axes.xaxis.set_major_formatter(FixedFormatter([str(label) for label in labels]))
    axes.xaxis.set_minor_locator(NullLocator())


def _label_y(figure, panels):
    accuracies = [a for panel in panels for band in panel.bands for a in (*band.low, *band.high)]
    accuracies += [panel.reference for panel in panels if panel.reference is not None]
    error_axis(figure.axes[0], [max(1 - a, _LOWEST_ERROR) for a in accuracies])
    for axes in figure.axes[1:]:
        axes.set_ylabel("")
        axes.tick_params(labelleft=False)
    for axes in figure.axes:
        axes.tick_params(labelsize=_FONT_SIZE - 1)
        axes.grid(True, color="#dddddd", linewidth=0.7)
        axes.set_axisbelow(True)
