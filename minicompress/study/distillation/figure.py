"""The picture of the distillation study: for each task, how many points each method gains over labels alone.

A gain is a difference between two students of one seed and one size, with the same first weights and batches: what is
due to the seed cancels, and what is left is the method. At 0 the teacher has added nothing.
"""

from minicompress.figures.intervals import Interval, IntervalPanel, intervals_figure

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


def figure(summaries, title):
    """Return the matplotlib Figure of the summaries."""
    of = {(s.arm, s.setting): s for s in summaries}
    widths = list(dict.fromkeys(s.setting for s in summaries if s.arm == "few.hard"))
    panels = []
    for task, name in _PANELS.items():
        (teacher,) = (s for s in summaries if s.arm == f"{task}.teacher")
        rows = [
            Interval(label, f"{width} hidden neurons", gains(of, task, method, width))
            for method, label in LABELS.items()
            for width in widths
        ]
        panels.append(IntervalPanel(f"{name}\nteacher {teacher.accuracy:.1%}", tuple(rows), ("labels alone", 0.0)))
    return intervals_figure(panels, title=title, label="points over labels alone")


def gains(of, task, method, width):
    """Return accuracy minus that of the control, in [-1, 1], seed by seed; `of` is {(arm, setting): Summary}."""
    taught, control = of[f"{task}.{method}", width], of[f"{task}.hard", width]
    return tuple(a - b for a, b in zip(taught.accuracies, control.accuracies, strict=True))
