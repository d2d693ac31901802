"""The picture of the pruning study: methods by the number of weights and by bytes, and schedules beside them."""

from minicompress.figures.curves import Band, Panel, curves_figure

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


def figure(summaries, title):
    """Return the matplotlib Figure of the summaries."""
    arms = {}
    for summary in summaries:
        arms.setdefault(summary.arm, []).append(summary)
    (dense,) = arms["dense"]
    # At equal bytes the neurons' curve has the points of both of its arms.
    files = arms | {"structure": arms["structure"] + arms["structure_bytes"]}
    panels = (
        ("at equal numbers of weights", "sparsity", arms, _METHODS),
        ("by the size of the file", "bytes", files, _METHODS),
        ("when to prune", "sparsity", arms, _SCHEDULES),
    )
    drawn = [Panel(name, axis, tuple(_bands(of, labels, axis)), dense.accuracy) for name, axis, of, labels in panels]
    return curves_figure(drawn, title=title)


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
