"""Runs a study cell by cell, so that it can be stopped at any moment and resumed.

    for each cell (arm, setting, seed) that the record does not have yet:
        measured = study.measure(cell, shelf)         a flat dict of numbers
        record.add(cell, measured)                    the file is replaced as a whole

The numbers of a cell depend on nothing but the cell: its random numbers come from its seed. So the same seed gives the
same numbers in any order, after any interruption, and with any number of other seeds.

Left out: several processes, one for each cell. Training uses one core and leaves the others free.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from minicompress._base.arguments import whole_number
from minicompress.figures.plots import save_figure
from minicompress.study.record import Record, identity_of
from minicompress.study.shelf import Shelf
from minicompress.study.summary import summarize

__all__ = ["Cell", "Progress", "Study", "StudyResult", "run"]


@dataclass(frozen=True)
class Cell:
    """One thing to measure: an arm's name, its setting (a number, such as the sparsity asked for) and a seed."""

    arm: str
    setting: float
    seed: int


@dataclass(frozen=True)
class Study:
    """What to measure and how.

    Attributes
    ----------
    name : the word on the command line.
    setting : what the settings are, such as "target_sparsity"; their key in the record.
    setting_format : how one is written for people, such as ".0%".
    quick : whether this is the miniature, which has a record of its own.
    seeds : how many seeds by default.
    configuration : dict for JSON of everything that the numbers depend on. A record with another one is not continued.
    arms : {arm: settings}.
    measure : function (Cell, Shelf) -> dict of numbers, with "accuracy" in [0, 1] and "size_bytes" among them.
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
        """Return every cell, seed by seed, so that the networks that cells of a seed share are made once."""
        return [Cell(arm, s, seed) for seed in range(seeds) for arm, settings in self.arms.items() for s in settings]


@dataclass(frozen=True)
class Progress:
    """What `run` tells its callback before each cell and at the end: `done` of `total` cells; `cell` is then None.

    `kept` cells were in the record before; `set_aside` is where a record was moved that could not be continued.
    """

    done: int
    total: int
    cell: Cell | None
    kept: int
    set_aside: Path | None


@dataclass(frozen=True)
class StudyResult:
    """The summaries (see `summary.py`), and the files: record (JSON) and picture (PNG)."""

    summaries: tuple
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
    """Measure the cells that are missing, draw the picture; return a StudyResult.

    Parameters
    ----------
    study : Study.
    seeds : int >= 1; the seeds are 0, 1, ... More of them later measure only what is new. None: the study's default.
    out : folder for record, picture and shared models, made if needed.
    progress : function called with a Progress before each cell, and once at the end. What it raises stops the run.

    The seconds of the result and of the record are the sum over all its cells, whichever run measured them.
    """
    seeds = whole_number("study", "seeds", study.seeds if seeds is None else seeds, low=1)
    stem, cells = f"{study.name}{'-quick' if study.quick else ''}", study.cells(seeds)
    record = Record(Path(out) / f"{stem}.json", study.setting, identity_of(study), seeds=seeds)
    shelf = Shelf(Path(out), f"{stem}-{record.fingerprint}")
    missing = [cell for cell in cells if cell not in record]
    kept = len(cells) - len(missing)

    def tell(done, cell):
        if progress is not None:
            progress(Progress(done, len(cells), cell, kept, record.set_aside))

    for done, cell in enumerate(missing, start=kept):
        tell(done, cell)
        started = time.perf_counter()
        measured = study.measure(cell, shelf)
        record.add(cell, measured, time.perf_counter() - started)
    tell(len(cells), None)
    rows = [record[cell] for cell in cells]
    return _draw(study, rows, seeds, record)


def _draw(study, rows, seeds, record):
    summaries = summarize(rows, study.setting)
    label = ", a quick miniature" if study.quick else ""
    title = f"{study.title}: median and range of {seeds} seed{'s' if seeds > 1 else ''}{label}"
    picture = record.path.with_suffix(".png")
    save_figure(study.figure(summaries, title), picture)
    return StudyResult(summaries, seeds, sum(row["seconds"] for row in rows), record.path, picture)
