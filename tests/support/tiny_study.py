"""A study that trains nothing: cells, numbers that follow from them, and a count of what was measured."""

import json
import zlib

from minicompress.study.engine import Study


class Picture:
    """Stands in for a figure: its file is its title."""

    def __init__(self, title):
        self.title = title

    def savefig(self, path, **options):
        path.write_text(self.title)


def number(*parts):
    """A number in [0, 1) that is the same for the same parts, on every machine."""
    return zlib.crc32(repr(parts).encode()) / 2**32


class Counting:
    """Measures, keeps which cells, and calls `at(cell)` before each."""

    def __init__(self, at=lambda cell: None):
        self.cells, self.at = [], at

    def __call__(self, cell, shelf):
        self.at(cell)
        self.cells.append(cell)
        return {"accuracy": number(cell.arm, cell.setting, cell.seed), "size_bytes": 1000}


def tiny(measure, *, quick=False, seeds=2, configuration=None):
    """Two arms, three cells a seed."""
    return Study(
        name="tiny",
        setting="target_sparsity",
        setting_format=".0%",
        quick=quick,
        seeds=seeds,
        configuration={"epochs": 1, "targets": (0.5, 0.9)} if configuration is None else configuration,
        arms={"weight": (0.5, 0.9), "random": (0.5,)},
        measure=measure,
        figure=lambda summaries, title: Picture(title),
        title="Tiny",
    )


def rows_of(path):
    """The cells of a record without their seconds, which differ from run to run."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{key: value for key, value in row.items() if key != "seconds"} for row in cells]
