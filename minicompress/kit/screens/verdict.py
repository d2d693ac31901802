"""The verdict of each exercise; for a failed one, what the learner needs to continue.

A failed check shows, in this order: the misconception behind it, what happened, the call, where, got, expected, what
the answer has printed.
"""

import re

from rich.text import Text

from minicompress.kit.language import say
from minicompress.kit.screens.pictures import picture
from minicompress.kit.screens.pieces import Pieces

__all__ = ["VerdictScreen"]

PRINTED_LINES, PRINTED_COLUMNS = 10, 300  # what is shown of an answer's own output
ROW = re.compile(r"([^:：]+)(?:: |：)(.*)", re.DOTALL)  # as `language.row` writes it
SIGN_STYLES = {"+": "red", "#": "bold red", "-": "blue", "=": "bold blue", "?": "bold magenta"}


class VerdictScreen(Pieces):
    """After `check`, and in `watch`."""

    def exercise_result(self, result, one_at_a_time=False, verbose=False):
        """The verdict of one exercise: every check, failed ones with what a learner needs to continue.

        A check with the diagnosis of one above says so in a word, unless the verdict is `verbose`. `one_at_a_time`
        lists the checks first and explains one failure alone, at the end, where it is in sight.
        """
        points = say("points_of", earned=result.earned, points=result.points)
        head = Text.assemble((result.exercise.id, "bold"), "  ", (points, "green" if result.earned else ""))
        self._line_with_mark("passed" if result.status == "passed" else "failed", head)
        if result.trouble or result.untouched:
            self._message(result.trouble or result.checks[0].message, indent=2)
            return
        if one_at_a_time:
            self._one_at_a_time(result.checks)
            return
        shown = set()
        for check in result.checks:
            known = not verbose and check.diagnosis in shown
            self._check(check, f"  {say('as_above')}" if known else "")
            if not check.passed and not known:
                self._failure(check)
                shown |= {check.diagnosis} - {None}

    def _check(self, check, after=""):
        text = Text.assemble((f"{check.points}  ", "dim"), check.title, (after, "dim"))
        self._line_with_mark("passed" if check.passed else "failed", text, indent=2)

    def check_result(self, check):
        """The verdict of one check alone, in full."""
        self._check(check)
        if not check.passed:
            self._failure(check)

    def message(self, message):
        """A sentence of the grader, with its rows or the source that it quotes."""
        self._message(message, indent=0)

    def _one_at_a_time(self, checks):
        for check in checks:
            self._check(check)
        failed = [check for check in checks if not check.passed]
        explained = [check for check in failed if check.diagnosis]
        for check in (explained or failed)[:1]:
            self.line()
            self._line_with_mark("failed", Text(check.title, style="bold"))
            self._failure(check, indent=2)

    def _failure(self, check, indent=7):
        if check.diagnosis:
            self.line(check.diagnosis, style="bold yellow", indent=indent)
        self._message(check.message, indent, self._printed_rows(check))
        if check.arrays:
            self._picture(check.arrays, indent=indent)

    def _printed_rows(self, check):
        """The last lines of what the answer has printed, as a row."""
        lines = getattr(check, "printed", "").rstrip().splitlines()
        if not lines:
            return []
        kept = ["…"] * (len(lines) > PRINTED_LINES) + lines[-PRINTED_LINES:]
        kept = [line if len(line) <= PRINTED_COLUMNS else f"{line[:PRINTED_COLUMNS]}…" for line in kept]
        return [(say("label_printed"), "\n".join(self._showable(line) for line in kept))]

    def _showable(self, line):
        """Without control characters, such as those that clear the screen."""
        shown = "".join(c if c.isprintable() or c == "\t" else "?" for c in line).expandtabs(4)
        return shown.replace("…", self._encodable("…"))

    def _picture(self, arrays, indent):
        """Which entries differ, their sign and size, one sign per entry."""
        self.line(say("picture_legend"), style="dim", indent=indent)
        for signs in picture(arrays, columns=max(self.console.width - indent, 8)):
            text = Text(" " * indent)
            for sign in signs:
                text.append(self._encodable(sign), style=SIGN_STYLES.get(sign, "dim"))
            self.console.print(text, overflow="ignore", no_wrap=True)

    def _message(self, message, indent, more=()):
        """A sentence, then rows of label and value, or the quoted source, whose columns are kept."""
        first, *rest = message.splitlines()
        self.line(first, indent=indent)
        rows = [ROW.fullmatch(line) for line in rest]
        if not all(rows):
            for line in rest:
                self.console.print(Text(" " * indent + line), overflow="ignore", no_wrap=True)
            rows = []
        pairs = [row.groups() for row in rows] + list(more)
        if pairs:
            self.rows(pairs, indent=indent)

    def after_check(self, results, following):
        """Print the totals and the next command. `following` is False where no progress is kept."""
        passed = sum(result.status == "passed" for result in results)
        if len(results) > 1:
            earned, points = sum(r.earned for r in results), sum(r.points for r in results)
            self.line()
            self.line(say("check_summary", passed=passed, count=len(results), earned=earned, points=points))
        failed = next((result for result in results if result.status != "passed"), None)
        if failed or following is not False:
            self.line()
        if failed and not failed.trouble and not failed.untouched:
            name = failed.exercise.id
            check = next(check for check in failed.checks if not check.passed)
            self._commands(
                (say("do_hint"), f"hint {name}"),
                (say("do_show"), f"show {name}"),
                (say("do_debug"), f"check {name} --debug {check.name}"),
            )
        elif failed:
            self._commands((say("do_show"), f"show {failed.exercise.id}"))
        elif following:
            self._commands((say("do_next"), f"show {following.id}"))
        elif following is None:
            self.line(say("all_solved"))
