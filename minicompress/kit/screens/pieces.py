"""Building blocks of every screen: paragraphs, two columns, marks and commands, at any width.

With colour or without, and with signs that the terminal's encoding can show.
"""

import sys

import rich.console
from rich.control import Control
from rich.padding import Padding
from rich.segment import ControlType
from rich.table import Table
from rich.text import Text

from minicompress.kit.language import say
from minicompress.kit.standard_output import reader_is_gone

__all__ = ["Console", "Pieces"]

MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "next": ("▸", "cyan"), "open": ("·", "dim")}
MARKS["gave_up"] = ("○", "yellow")
PLAIN = {"✓": "+", "✗": "x", "▸": ">", "·": ".", "○": "o", "…": "~"}


class Console(rich.console.Console):
    """rich's console; a closed pipe is not an error, and further output is dropped."""

    def __init__(self, **options):
        super().__init__(highlight=False, soft_wrap=False, **options)

    def print(self, *objects, **options):
        """Print, without blanks at the ends of lines where the output goes to a file or a pipe.

        Older versions of rich let the error of a closed pipe pass.
        """
        try:
            if self.is_terminal or self.record:
                super().print(*objects, **options)
                return
            with self.capture() as captured:
                super().print(*objects, **options)
            lines = captured.get().split("\n")
            self.file.write("\n".join(line.rstrip(" ") for line in lines))
            self.file.flush()
        except BrokenPipeError:
            self.on_broken_pipe()

    def on_broken_pipe(self):
        """Newer versions of rich ask what to do, and would end the program."""
        self.quiet = True
        reader_is_gone()


class Pieces:
    """Draws on standard output, or on the console that is given."""

    def __init__(self, console=None):
        self.console = console or Console()

    def line(self, text="", style=None, indent=0):
        """One paragraph, wrapped; its text is taken as it is, square brackets included."""
        self.console.print(Padding(Text(text, style=style or ""), (0, 0, 0, indent)) if text else "")

    def rows(self, pairs, indent=0):
        """Label and value, in two columns."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in pairs:
            grid.add_row(Text(label), Text(value))
        self.console.print(Padding(grid, (0, 0, 0, indent)))

    def mark(self, name):
        """A mark that the terminal's encoding can show."""
        sign, style = MARKS[name]
        return Text(self._encodable(sign), style=style)

    def _encodable(self, sign):
        try:
            sign.encode(self.console.encoding or "utf-8")
        except UnicodeEncodeError:
            return PLAIN.get(sign, "?")
        return sign

    def clear(self):
        """Begin a new page, on a terminal."""
        if self.console.is_terminal:
            self.console.clear()

    def grading(self, exercise):
        """Say on a terminal what is being graded, until `graded` takes the words away again."""
        if self.console.is_terminal:
            text = Text(say("grading", exercise=exercise.id), style="dim")
            text.truncate(self.console.width - 1)
            self.console.print(text, end="\r")

    def graded(self):
        """Take away what `grading` has said."""
        if self.console.is_terminal and not self.console.legacy_windows:
            self.console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))

    def keys(self):
        """The keys that `watch` understands, where keys can be pressed."""
        if self.console.is_terminal and sys.stdin.isatty():
            self.line()
            self.line(say("watch_keys"), style="reverse")

    def _line_with_mark(self, mark, text, indent=0):
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(self.mark(mark), text)
        self.console.print(Padding(grid, (0, 0, 0, indent)))

    def _commands(self, *pairs):
        self.rows([(label, f"minicompress {command}") for label, command in pairs])
