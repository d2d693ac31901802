"""Where two arrays differ: a small picture for the terminal, one sign per entry, and a plot for a file.

    .  right        +  too large       -  too small       ?  NaN or infinite
                    #  and             =  by more than half of the largest difference

The picture needs no NumPy: it is drawn by the process that waits for the grader. Arrays of more than two axes are drawn
as their last axis against all others.
"""

import math

from minicompress._base.files import replace_atomically

__all__ = ["picture", "plot"]

ROWS, COLUMNS = 12, 64


def picture(arrays, columns=COLUMNS):
    """Lines of signs for {"got", "expected", "wrong"}, nested lists of one shape; `…` where they were cut."""
    got, expected, wrong = (_rows(arrays[name]) for name in ("got", "expected", "wrong"))
    differences = [g - e for gs, es in zip(got, expected, strict=True) for g, e in zip(gs, es, strict=True)]
    largest = max((abs(d) for d in differences if math.isfinite(d)), default=0.0)
    lines = []
    for gs, es, ws in list(zip(got, expected, wrong, strict=True))[:ROWS]:
        signs = "".join(_sign(g - e, largest) if w else "." for g, e, w in zip(gs, es, ws, strict=True))
        lines.append(signs if len(signs) <= columns else signs[: columns - 1] + "…")
    return lines + (["…"] if len(got) > ROWS else [])


def _sign(difference, largest):
    if not math.isfinite(difference):
        return "?"
    large = abs(difference) > largest / 2
    if difference > 0:
        return "#" if large else "+"
    return "=" if large else "-"


def _rows(nested):
    """A nested list as rows: the last axis against all others."""
    if not nested or not isinstance(nested[0], list):
        return [nested]
    if not nested[0] or not isinstance(nested[0][0], list):
        return nested
    return [row for part in nested for row in _rows(part)]


def plot(arrays, title, path):
    """Write a PNG of got beside expected and their difference; whole or not at all."""
    import numpy as np
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    got, expected = (np.array(_rows(arrays[name]), dtype=float) for name in ("got", "expected"))
    difference = got - expected
    bound = max(_largest(got), _largest(expected))
    colours = colormaps["RdBu_r"].with_extremes(bad="gold")  # NaN
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title)
    panels = (("got", got, bound), ("expected", expected, bound), ("got - expected", difference, _largest(difference)))
    for axes, (name, values, limit) in zip(figure.subplots(1, 3), panels, strict=True):
        image = axes.imshow(values, cmap=colours, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
        axes.set_title(name)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))  # an entry has whole coordinates
        figure.colorbar(image, ax=axes)
    with replace_atomically(path) as temporary:
        figure.savefig(temporary, dpi=120)


def _largest(values):
    import numpy as np

    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0)) or 1.0
