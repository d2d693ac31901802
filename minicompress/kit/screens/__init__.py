"""Every screen of the kit: verdicts, the overview, proofs, cards, hints and differences."""

import os
import sys

from rich.text import Text

from minicompress.kit.cards import join_chinese_lines
from minicompress.kit.language import pick, say
from minicompress.kit.screens.overview import OverviewScreen
from minicompress.kit.screens.verdict import VerdictScreen

__all__ = ["Screen"]


class Screen(VerdictScreen, OverviewScreen):
    """Every screen of the kit, on one console."""

    # --- verify -----------------------------------------------------------------------------------------------------

    def verification(self, result):
        """What is proven of one exercise's grader."""
        self._line_with_mark("passed" if result.holds else "failed", Text(result.exercise.id, style="bold"))
        counts = {kind: result.counts.get(kind, 0) for kind in ("wrong", "right", "mutant")}
        self.line(say("verify_counts", points=result.points, equivalent=result.equivalent, **counts), indent=2)
        for problem in result.problems:
            self.line(problem, style="red", indent=2)
        for mutant in result.survivors:
            self.line(say("verify_survivor", mutant=mutant), style="red", indent=2)

    def verification_summary(self, results):
        """The totals."""
        total = {kind: sum(r.counts.get(kind, 0) for r in results) for kind in ("wrong", "right", "mutant")}
        equivalent = sum(r.equivalent for r in results)
        survivors = sum(len(r.survivors) for r in results)
        judged = total["mutant"] + survivors
        share = f"{100 * total['mutant'] / judged:.1f}" if judged else "0"
        self.line()
        text = say(
            "verify_summary", count=len(results), equivalent=equivalent, survivors=survivors, share=share, **total
        )
        self.line(text, style="bold")
        holds = all(result.holds for result in results)
        self.line(say("verify_holds" if holds else "verify_fails"), style="green" if holds else "red")

    # --- cards, hints, differences --------------------------------------------------------------------------------

    def card(self, markdown, paged=True):
        """A part of a question card: drawn on a terminal, as it is where the output goes elsewhere."""
        if not self.console.is_terminal:
            sys.stdout.write(markdown)
            return
        from minicompress.kit.screens.markdown import DrawnMarkdown

        drawn = DrawnMarkdown(join_chinese_lines(markdown), hyperlinks=False)
        if paged:
            self._show_in_pager(drawn)
        else:
            self.console.print(drawn)

    def _show_in_pager(self, drawn):
        """In the system's pager, if it is longer than the screen."""
        with self.console.capture() as captured:
            self.console.print(drawn)
        text = captured.get()
        if text.count("\n") < self.console.height or not sys.stdin.isatty():
            self.console.file.write(text)
            self.console.file.flush()
            return
        import pydoc

        os.environ.setdefault("LESS", "-FRX")  # in colour, and left on the screen afterwards
        pydoc.pager(text)

    def after_question(self, exercise):
        """Under a question on a terminal: how to answer it, and where the answers are."""
        if self.console.is_terminal:
            self.line()
            words = [("do_check", "check {}"), ("do_hint", "hint {}"), ("do_answer", "show {} --answer")]
            self._commands(*[(say(key), command.format(exercise.id)) for key, command in words])

    def hint(self, exercise, level, levels, command=True):
        """One hint and, where there are more, the command for the next."""
        self.line(say("hint_level", level=level, levels=levels), style="bold")
        self.line(pick(exercise.hints)[level - 1])
        if command and level < levels:
            self.line()
            self._commands((say("do_more"), f"hint {exercise.id}"))

    def source(self, text):
        """Python to be copied: never wrapped or indented."""
        self.line()
        for line in text.splitlines():
            self.console.print(Text(line), overflow="ignore", no_wrap=True, crop=False, soft_wrap=True)
        self.line()

    def styles(self, styles):
        """Right answers in other styles, each under its name."""
        for name, text in styles:
            self.line(name.replace("_", " "), style="bold")
            self.source(text)

    def after_difference(self, exercise):
        """Under a difference on a terminal: the command for other right answers."""
        if self.console.is_terminal:
            self.line()
            self._commands((say("do_styles"), f"compare {exercise.id} --styles"))

    def difference(self, lines):
        """A unified diff in colour."""
        styles = {"+": "green", "-": "red", "@": "cyan"}
        for line in lines:
            style = "bold" if line.startswith(("+++", "---")) else styles.get(line[:1], "")
            text = Text(line.rstrip("\n"), style=style)
            if self.console.is_terminal or "COLUMNS" in os.environ:
                self.console.print(text, overflow="fold")
            else:  # a pipe has no width: the text is not wrapped
                self.console.print(text, soft_wrap=True)
