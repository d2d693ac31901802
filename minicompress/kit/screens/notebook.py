"""The verdict in a notebook or a Python session: one output, and a repr of one line.

A notebook shows what the last line of a cell returns. So that the verdict is seen once, whatever the line does with it,
`show_verdict` displays it and the cell then shows nothing more of it; in any later cell it is shown again.
"""

import io
import sys

from minicompress.kit.grading.child_process.runner import ExerciseResult
from minicompress.kit.screens import Screen
from minicompress.kit.screens.pieces import Console

__all__ = ["Verdict", "show_verdict"]

COLUMNS = 100
PRE = '<pre style="white-space: pre; overflow-x: auto; line-height: normal">{code}</pre>'


class Verdict(ExerciseResult):
    """An ExerciseResult that a notebook can show."""

    shown_in = None  # the number of the cell that has shown it already

    def _draw(self, **options):
        console = Console(file=io.StringIO(), width=COLUMNS, force_jupyter=False, record=True, **options)
        Screen(console).exercise_result(self)
        return console

    def _repr_html_(self):
        """The verdict as HTML, in colour."""
        console = self._draw(force_terminal=True, color_system="standard")
        return console.export_html(inline_styles=True, code_format=PRE)

    def _repr_markdown_(self):
        """The verdict as a block of text."""
        return f"````text\n{self.text()}````\n"

    def text(self):
        """The verdict as plain text."""
        lines = self._draw(color_system=None).export_text(styles=False).splitlines()
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _ipython_display_(self):
        """Show it, unless the cell that now ends has done so."""
        shell = _notebook()
        if shell is not None and self.shown_in == shell.execution_count:
            return
        if shell is None:
            print(self.text(), end="")
        else:
            _display(self)


def show_verdict(verdict):
    """Display the verdict once: in a notebook as one output, elsewhere on standard output."""
    shell = _notebook()
    if shell is None:
        Screen().exercise_result(verdict)
    else:
        _display(verdict)
        verdict.shown_in = shell.execution_count


def _display(verdict):
    from IPython.display import display

    text = verdict.text()
    display({"text/html": verdict._repr_html_(), "text/plain": text}, raw=True)


def _notebook():
    """The running shell if it is a notebook's; None in a terminal and in plain Python."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None
