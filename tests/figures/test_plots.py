"""The picture: what it shows, that it is written whole, and that it touches nobody's matplotlib settings."""

import subprocess
import sys

import numpy as np
import pytest

from minicompress.figures import plots
from minicompress.figures.plots import Point, WeightHistogram

# Older matplotlib calls a newer pyparsing by names that it is giving up: theirs to settle, and no error of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")

POINTS = [
    Point("original", 0.984, 1_068_000),
    Point("pruned", 0.95, 161_000, "pruning"),
    Point("fine-tuned", 0.983, 161_000, "pruning"),
    Point("8 bits", 0.9835, 268_000, "quantization"),
    Point("2 bits", 0.2, 68_000, "quantization"),
    Point("perfect", 1.0, 27_000, "combined"),
]


def histograms():
    w = np.random.default_rng(0).normal(size=(50, 40))
    return [WeightHistogram("trained", w), WeightHistogram("pruned", w * (np.abs(w) > 1), "pruning")]


def test_every_point_and_its_label_are_drawn_at_its_size_and_error():
    figure = plots.compression_figure(POINTS, histograms(), title="a title")
    axes = figure.axes[0]

    drawn = [tuple(xy) for line in axes.lines for xy in line.get_xydata()]
    texts = [text.get_text() for text in axes.texts]
    for point in POINTS:
        assert any(xy == pytest.approx((point.size_bytes, max(1 - point.accuracy, 1e-4))) for xy in drawn)
    assert sorted(texts) == sorted(point.label for point in POINTS)
    assert axes.yaxis_inverted()


def test_labels_do_not_overlap_in_the_drawn_figure():
    figure = plots.compression_figure(POINTS, histograms())
    renderer = figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]

    assert len(boxes) == len(POINTS)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_histograms_leave_out_exact_zeros_and_write_their_share():
    figure = plots.compression_figure(POINTS, histograms())

    counts = [sum(patch.get_height() for patch in axes.patches) for axes in figure.axes[1:]]
    zeros = np.mean(histograms()[1].weights == 0)
    assert counts == [2000, pytest.approx(2000 * (1 - zeros))]
    assert figure.axes[2].get_title(loc="left") == f"pruned: {zeros:.0%} exactly 0"


def test_a_single_model_without_histograms_and_an_all_zero_one_can_be_drawn():
    plots.compression_figure(POINTS[:1], [])
    plots.compression_figure(POINTS[:1], [WeightHistogram("zero", np.zeros(5))])


def test_the_png_is_written_whole_and_is_the_same_each_time(tmp_path):
    for name in ("a.png", "b.png"):
        plots.save_figure(plots.compression_figure(POINTS, histograms()), tmp_path / name)

    content = (tmp_path / "a.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert content == (tmp_path / "b.png").read_bytes()


def test_an_interrupted_save_leaves_the_old_picture(tmp_path):
    class Interrupted:
        def savefig(self, path, **options):
            path.write_bytes(b"half")
            raise KeyboardInterrupt

    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        plots.save_figure(Interrupted(), tmp_path / "a.png")

    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_matplotlib_loads_only_for_a_figure_and_pyplot_never():
    program = """
import sys
from minicompress.figures import plots
assert "matplotlib" not in sys.modules
import matplotlib
settings = ("font.size", "figure.dpi", "axes.grid", "lines.linewidth", "figure.constrained_layout.use")
before = [matplotlib.rcParams[name] for name in settings]
plots.compression_figure([plots.Point("a", 0.9, 1000)], [])
assert "matplotlib.pyplot" not in sys.modules
assert [matplotlib.rcParams[name] for name in settings] == before
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"accuracy": 98.5}, "accuracy must be a finite number >= 0 and <= 1"),
        ({"accuracy": float("nan")}, "accuracy must be"),
        ({"size_bytes": 0}, "size_bytes must be a finite number > 0"),
        ({"kind": "prunning"}, "kind must be one of 'original', 'pruning'"),
    ],
)
def test_a_point_that_could_not_be_drawn_is_named(wrong, text):
    with pytest.raises(ValueError, match=f"Point: {text}"):
        plots.Point(**{"label": "a", "accuracy": 0.9, "size_bytes": 100, **wrong})


def test_weights_and_figures_that_could_not_be_drawn_are_named():
    with pytest.raises(ValueError, match="WeightHistogram: weights must be finite"):
        WeightHistogram("bad", np.array([np.nan]))
    with pytest.raises(ValueError, match="WeightHistogram: kind must be one of"):
        WeightHistogram("bad", np.ones(3), "prunning")
    with pytest.raises(ValueError, match="compression_figure: points must be at least one"):
        plots.compression_figure([], [])
