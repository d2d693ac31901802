"""`minicompress study` on the terminal: the current cell and the time left, then medians and ranges.

The work itself is `minicompress/study/engine.py`; numpy and matplotlib load only when this runs.
"""

import contextlib
import difflib
import sys
from itertools import groupby
from pathlib import Path

from rich.table import Table
from rich.text import Text

from minicompress.kit.language import say, sentences
from minicompress.kit.screens.pieces import Console, Pieces

__all__ = ["run_study"]


def run_study(arguments):
    """Run or continue the study, show it, return the exit status."""
    from minicompress.kit.cli.commands.here import CannotDo

    if arguments.study is None:
        _list_studies()
        return 0
    study, out = _study(arguments), Path(arguments.out)
    if arguments.seeds is not None and arguments.seeds < 1:
        raise CannotDo(say("bad_seeds", value=arguments.seeds))
    if out.exists() and not out.is_dir():
        raise CannotDo(say("not_a_folder", path=out))
    from minicompress._base.files import make_writable_folder
    from minicompress.data import DataError
    from minicompress.study import engine

    console = Console()
    try:
        make_writable_folder(out)
        with _progress(console, study) as progress:
            result = engine.run(study, seeds=arguments.seeds, out=out, progress=progress)
    except KeyboardInterrupt:
        print(say("study_goes_on"), file=sys.stderr)
        raise
    except DataError as error:
        raise CannotDo(say("no_data", error=error)) from error
    except OSError as error:
        raise CannotDo(say("cannot_write", path=error.filename or out, error=error.strerror or error)) from error
    _show(console, study, result)
    return 0


def _list_studies():
    """The names of the studies, and what each measures."""
    from minicompress.study import STUDIES

    pieces = Pieces()
    pieces.rows([(f"minicompress study {name}", say(f"study_about_{name}")) for name in STUDIES])


def _study(arguments):
    """The study that is named, or CannotDo with the nearest name."""
    from minicompress.kit.cli.commands.here import CannotDo
    from minicompress.study import STUDIES, find_study

    if arguments.study not in STUDIES:
        near = difflib.get_close_matches(arguments.study.lower(), STUDIES, n=1, cutoff=0.5)
        more = say("did_you_mean", nearest=near[0]) if near else say("study_names", names=", ".join(STUDIES))
        raise CannotDo(sentences(say("unknown_study", name=arguments.study), more))
    return find_study(arguments.study, quick=arguments.quick)


@contextlib.contextmanager
def _progress(console, study):
    """Yield the callback that `engine.run` reports to: a bar on a terminal, elsewhere one line per cell on stderr."""
    if not console.is_terminal:
        yield _Reporter(study, lambda line: print(line, file=sys.stderr, flush=True), _print_cell)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = [SpinnerColumn("line"), BarColumn(bar_width=None), TextColumn("{task.completed}/{task.total}")]
    columns += [TimeRemainingColumn()]
    if console.width >= 70:
        columns.insert(1, TextColumn("{task.description}"))
    # The rate is that of the last ten minutes: the cells of a seed differ, those of the next one are alike.
    with Progress(*columns, console=console, refresh_per_second=5, expand=True, speed_estimate_period=600) as bars:
        task = bars.add_task("", total=None, visible=False)

        def draw(text, progress):
            bars.update(task, description=text, completed=progress.done, total=progress.total, visible=True)

        yield _Reporter(study, lambda line: bars.console.print(Text(line, style="dim")), draw)


class _Reporter:
    """Says once what was found in the folder, then what is being measured."""

    def __init__(self, study, say_line, draw):
        self.study, self.say_line, self.draw, self.begun = study, say_line, draw, False

    def __call__(self, progress):
        if not self.begun and progress.set_aside:
            self.say_line(say("study_set_aside", path=progress.set_aside))
        if not self.begun and progress.kept:
            self.say_line(say("study_continues", kept=progress.kept, total=progress.total))
        self.begun = True
        self.draw(self._text(progress.cell), progress)

    def _text(self, cell):
        if cell is None:
            return say("stage_report")
        return f"{_arm(cell.arm)}, {cell.setting:{self.study.setting_format}}, {say('study_seed', seed=cell.seed)}"


def _print_cell(text, progress):
    if progress.cell is not None:
        print(f"[{progress.done + 1}/{progress.total}] {text}", file=sys.stderr, flush=True)


def _show(console, study, result):
    console.print()
    console.print(_table(console, study, result.summaries))
    console.print()
    if study.quick:
        console.print(Text(say("demo_quick")), style="yellow")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(say("demo_picture"), Text(str(result.picture)))
    grid.add_row(say("study_record"), Text(str(result.record)))
    grid.add_row(say("demo_took"), say("study_seconds", seconds=f"{result.seconds:.0f}", seeds=result.seeds))
    console.print(grid)


def _table(console, study, summaries):
    """Each arm's name, and under it a row for each setting."""
    narrow = console.width < 60
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say(f"setting_{study.setting}"), overflow="fold")
    table.add_column(say("study_median"), justify="right", no_wrap=True)
    table.add_column(say("study_range"), justify="right", no_wrap=True)
    if not narrow:
        table.add_column(say("demo_bytes"), justify="right", no_wrap=True)
    for arm, group in groupby(summaries, key=lambda summary: summary.arm):
        table.add_row(Text(_arm(arm), style="bold"))
        for s in group:
            size = [] if narrow else [f"{s.medians['size_bytes']:,.0f}"]
            between = f"{100 * s.low:.2f}-{s.high:.2%}"
            table.add_row(f"  {s.setting:{study.setting_format}}", f"{s.accuracy:.2%}", between, *size)
    return table


def _arm(name):
    """The words of an arm; one such as "few.hard" is a method on a task."""
    return ": ".join(say(f"arm_{part}") for part in name.split("."))
