"""`minicompress demo` on the terminal: live bars while it trains, one table at the end, and the next command.

The work itself is `minicompress/recipes/demo.py`; numpy and matplotlib load only when this runs.
"""

import contextlib
import functools
import math
import re
import sys
from pathlib import Path

from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

from minicompress.kit.language import language, read_messages, row, say
from minicompress.kit.places import find_workspace
from minicompress.kit.screens.pieces import Console

__all__ = ["in_words", "run_demo"]


def run_demo(arguments):
    """Run the demo, show it, return the exit status."""
    from minicompress.kit.cli.commands.here import CannotDo

    out = Path(arguments.out)
    if arguments.seed < 0:
        raise CannotDo(say("bad_seed", value=arguments.seed))
    if out.exists() and not out.is_dir():
        raise CannotDo(say("not_a_folder", path=out))
    from minicompress.data import DataError
    from minicompress.recipes import demo

    console = Console()
    with _progress(console) as progress:
        try:
            result = demo.run(seed=arguments.seed, out=out, quick=arguments.quick, progress=progress)
        except DataError as error:
            raise CannotDo(say("no_data", error=error)) from error
        except OSError as error:
            raise CannotDo(say("cannot_write", path=error.filename or out, error=error.strerror or error)) from error
    _show(console, result)
    return 0


@contextlib.contextmanager
def _progress(console):
    """Yield the callback that `demo.run` reports to: bars on a terminal, one line per stage elsewhere."""
    if not console.is_terminal:
        yield _StageLines()
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar_width = 16 if console.width >= 100 else 6
    if console.width >= 70:
        rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        columns = [BarColumn(bar_width=bar_width), TextColumn("{task.fields[message]}", style="dim", table_column=rest)]
    else:
        columns = [BarColumn(bar_width=None), TimeElapsedColumn()]
    columns.insert(0, TextColumn("{task.description}"))
    names = [say(f"stage_{stage}") for stage in ("data", "train", "prune", "quantize", "student", "few", "report")]
    room = console.width - max(map(cell_len, names)) - bar_width - 3
    # Bars are redrawn at most five times a second: drawing takes time from training.
    with Progress(*columns, console=console, refresh_per_second=5, expand=True) as bars:
        tasks = {}

        def report(stage, index, stages, fraction, message):
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(f"stage_{stage}"), total=1.0, message="")
            bars.update(tasks[stage], completed=fraction, message=in_words(_shorten(message, room)))

        yield report


def _shorten(message, room):
    """Drop the middle parts, then the first, of a message that is too long: the last part matters most."""
    parts = message.split(", ")
    while len(parts) > 1 and cell_len(in_words(", ".join(parts))) > room:
        del parts[1 if len(parts) > 2 else 0]
    return ", ".join(parts)


class _StageLines:
    """For logs and pipes: a line when a stage is done, on standard error, so that the table can be piped."""

    def __call__(self, stage, index, stages, fraction, message):
        if math.isclose(fraction, 1.0):
            line = row(say(f"stage_{stage}"), in_words(message))
            print(f"[{index + 1}/{stages}] {line}", file=sys.stderr, flush=True)


def _show(console, result):
    console.print()
    console.print(_table(console, result))
    console.print()
    if console.width >= 60:
        for encoding, sentence in {made.encoding: made.counted_as for made in result.rows}.items():
            console.print(Text.assemble((row(in_words(encoding), ""), "bold"), in_words(sentence)), style="dim")
        console.print()
    if result.quick:
        console.print(Text(say("demo_quick")), style="yellow")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(say("demo_picture"), Text(str(result.picture)))
    grid.add_row(say("demo_models"), Text(str(result.picture.parent)))
    grid.add_row(say("demo_took"), say("demo_seconds", seconds=f"{result.seconds:.0f}", seed=result.seed))
    grid.add_row(say("do_next_command"), "minicompress" if find_workspace() else "minicompress init")
    console.print(grid)


def _table(console, result):
    """One row per model. On a narrow terminal the explanatory columns are left out."""
    narrow = console.width < 60
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("demo_method"), overflow="fold")
    table.add_column(say("demo_accuracy"), justify="right", no_wrap=True)
    if not narrow:
        table.add_column(say("demo_parameters"), justify="right", no_wrap=True)
    table.add_column(say("demo_bytes"), justify="right", no_wrap=True)
    if not narrow:
        table.add_column(say("demo_counted"), overflow="fold")
    for made in result.rows:
        kept = [] if narrow else [f"{made.parameters_kept:,}"]
        encoding = [] if narrow else [in_words(made.encoding)]
        table.add_row(in_words(made.method), f"{made.accuracy:.2%}", *kept, f"{made.size_bytes:,}", *encoding)
    return table


def in_words(text):
    """Return what the recipe says of a method, an encoding or its progress, in the language in force.

    The recipe speaks English. Each of its clauses is a message of its own, `demo_says_...`, found by its English text.
    A clause without a message, such as a network's name, stays as it is.
    """
    if language() == "en":
        return text
    known = _translate(text)
    if known is not None:
        return known
    for mark, full_width in (("; ", "；"), (", ", "，")):
        head, found, rest = text.partition(mark)
        if found:
            return f"{in_words(head)}{full_width}{in_words(rest)}"
    return text


def _translate(text):
    """Return the message whose English text this is, in the language in force; None if there is none."""
    for clause, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return say(f"demo_says_{clause}", **found.groupdict())
    return None


@functools.cache
def _patterns():
    """Return [(clause, pattern)] of what the recipe says; a value is a word without spaces."""
    prefix = "demo_says_"
    clauses = {key[len(prefix) :]: texts["en"] for key, texts in read_messages().items() if key.startswith(prefix)}
    value = re.compile(r"\\\{(\w+)\\\}")
    return [(clause, re.compile(value.sub(r"(?P<\1>\\S+)", re.escape(text)))) for clause, text in clauses.items()]
