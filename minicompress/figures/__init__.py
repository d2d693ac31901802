"""Figures: accuracy against size, bands along a curve, rows of ranges. Read in this order:

    plots.py        one point per model, and histograms of weights; the axes that all figures share
    labels.py       places the labels of points so that they do not cover points or other labels
    curves.py       accuracy along an axis, with a band over the seeds
    intervals.py    one row per method, from the least to the greatest seed

matplotlib is imported only when a figure is made:

    >>> from minicompress.figures import Point, compression_figure
    >>> figure = compression_figure([Point("original", accuracy=0.98, size_bytes=1_066_440)], [])
"""

from minicompress.figures.curves import Band, Panel, curves_figure
from minicompress.figures.intervals import Interval, IntervalPanel, intervals_figure
from minicompress.figures.labels import place_labels
from minicompress.figures.plots import Point, WeightHistogram, compression_figure, save_figure

__all__ = [
    "Band",
    "Interval",
    "IntervalPanel",
    "Panel",
    "Point",
    "WeightHistogram",
    "compression_figure",
    "curves_figure",
    "intervals_figure",
    "place_labels",
    "save_figure",
]
