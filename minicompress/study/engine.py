"""Runs a study cell by cell. A run may be stopped at any moment and resumed.

    for each cell (arm, setting, seed) that the record does not have yet:
        measured = study.measure(cell, shelf)         a flat dict of numbers
        record.add(cell, measured)                    the file is replaced as a whole

All random numbers of a cell come from its seed. So a cell gives the same numbers whatever was measured before it, after
any interruption, and with any number of other seeds.

Left out: measuring several cells at once, in several processes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from minicompress._base.arguments import whole_number
from minicompress.figures.plots import save_figure
from minicompress.study.record import Record, identity_of
from minicompress.study.shelf import Shelf
from minicompress.study.summary import Summary, summarize

__all__ = ["Cell", "Progress", "Study", "StudyResult", "run"]


@dataclass(frozen=True)
class Cell:
    """One measurement: the name of an arm, its setting (a number, such as the target sparsity) and a seed."""

    arm: str
    setting: float
    seed: int


@dataclass(frozen=True)
class Study:
    """What to measure and how.

    Attributes
    ----------
    name : the word on the command line.
    setting : what is varied, such as "target_sparsity"; the key of a cell's setting in the record.
    setting_format : the format of a setting on the screen, such as ".0%".
    quick : whether this is the miniature, which has its own record.
    seeds : the default number of seeds.
    configuration : everything that the numbers depend on, a dict of JSON values. A record with another configuration is
        not continued.
    arms : {arm: settings}.
    measure : function (Cell, Shelf) -> dict of numbers; it must have "accuracy", in [0, 1], and "size_bytes".
    figure : function (summaries, title) -> matplotlib Figure; see `summary.py`.
    title : of the picture.
    """

    name: str
    setting: str
    setting_format: str
    quick: bool
    seeds: int
    configuration: dict
    arms: dict
    measure: Callable
    figure: Callable
    title: str

    def cells(self, seeds: int) -> list[Cell]:
        """Return all cells, seed by seed, so that the network shared by the cells of a seed is still in memory."""
        return [Cell(arm, s, seed) for seed in range(seeds) for arm, settings in self.arms.items() for s in settings]


@dataclass(frozen=True)
class Progress:
    """What `run` passes to its callback before each cell and once at the end.

    Attributes
    ----------
    done, total : numbers of cells.
    cell : the cell that is measured next; None at the end.
    kept : how many cells the record already had when the run started.
    set_aside : the new path of a record that could not be continued, or None.
    """

    done: int
    total: int
    cell: Cell | None
    kept: int
    set_aside: Path | None


@dataclass(frozen=True)
class StudyResult:
    """The summaries (see `summary.py`), and the files: record (JSON) and picture (PNG).

    `seconds` is the sum over all cells of the study, including those that an earlier run measured.
    """

    summaries: tuple[Summary, ...]
    seeds: int
    seconds: float
    record: Path
    picture: Path


def run(
    study: Study,
    *,
    seeds: int | None = None,
    out: str | Path = Path("minicompress-study"),
    progress: Callable[[Progress], object] | None = None,
) -> StudyResult:
    """Measure the missing cells, write the record and draw the picture.

    Parameters
    ----------
    study : Study.
    seeds : int >= 1, how many; the seeds are 0, 1, ... None: the study's default. A later run with more seeds measures
        only the new ones.
    out : folder for record, picture and shared models, made if needed.
    progress : function called with a Progress before each cell, and once at the end. An exception that it raises stops
        the run.
    """
    seeds = whole_number("study", "seeds", study.seeds if seeds is None else seeds, low=1)
    stem, cells = f"{study.name}{'-quick' if study.quick else ''}", study.cells(seeds)
    record = Record(Path(out) / f"{stem}.json", study.setting, identity_of(study), seeds=seeds)
    shelf = Shelf(Path(out), f"{stem}-{record.fingerprint}")
    missing = [cell for cell in cells if cell not in record]
    kept = len(cells) - len(missing)

    def report(done, cell):
        if progress is not None:
            progress(Progress(done, len(cells), cell, kept, record.set_aside))

    for done, cell in enumerate(missing, start=kept):
        report(done, cell)
        started = time.perf_counter()
        measured = study.measure(cell, shelf)
        record.add(cell, measured, time.perf_counter() - started)
    report(len(cells), None)
    rows = [record[cell] for cell in cells]
    return _draw(study, rows, seeds, record)


def _draw(study, rows, seeds, record):
    summaries = summarize(rows, study.setting)
    label = ", a quick miniature" if study.quick else ""
    title = f"{study.title}: median and range of {seeds} seed{'s' if seeds > 1 else ''}{label}"
    picture = record.path.with_suffix(".png")
    save_figure(study.figure(summaries, title), picture)
    return StudyResult(summaries, seeds, sum(row["seconds"] for row in rows), record.path, picture)
