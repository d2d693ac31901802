"""What does the learner see? Every screen of the kit, drawn with `rich`, at any width, with or without colour.

A failed check shows, in this order: which misconception it smells of, what happened, the call, where, got, expected.
"""

import sys

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from minicompress.kit.language import pick, say
from minicompress.kit.pictures import picture

__all__ = ["Screen"]

MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "next": ("▸", "cyan"), "open": ("·", "dim")}
PLAIN = {"✓": "+", "✗": "x", "▸": ">", "·": ".", "…": "~"}
SIGN_STYLES = {"+": "red", "#": "bold red", "-": "blue", "=": "bold blue", "?": "bold magenta"}


class Screen:
    """Draws on standard output, or on the console that is given."""

    def __init__(self, console=None):
        self.console = console or Console(highlight=False, soft_wrap=False)

    # --- pieces ---------------------------------------------------------------------------------------------------

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

    def keys(self):
        """The keys that `watch` understands, where keys can be pressed."""
        if self.console.is_terminal and sys.stdin.isatty():
            self.line()
            self.line(say("watch_keys"), style="reverse")

    def _headed(self, mark, text, indent=0):
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(self.mark(mark), text)
        self.console.print(Padding(grid, (0, 0, 0, indent)))

    # --- check ----------------------------------------------------------------------------------------------------

    def exercise_result(self, result, one_at_a_time=False):
        """The verdict of one exercise: every check, failed ones with what a learner needs to go on.

        `one_at_a_time` lists the checks first and explains the first failure alone, at the end, where it is in sight.
        """
        points = say("points_of", earned=result.earned, points=result.points)
        head = Text.assemble((result.exercise.id, "bold"), "  ", (points, "green" if result.earned else ""))
        self._headed("passed" if result.status == "passed" else "failed", head)
        if result.trouble or result.untouched:
            self._message(result.trouble or result.checks[0].message, indent=2)
            return
        if one_at_a_time:
            self._one_at_a_time(result.checks)
            return
        shown = set()
        for check in result.checks:
            reason = check.diagnosis or check.message.partition("\n")[0]
            text = Text.assemble((f"{check.points}  ", "dim"), check.title)
            if reason in shown:  # a reason that was given above is not given again
                text.append(f"  ({say('as_above')})", style="dim")
            self._headed("passed" if check.passed else "failed", text, indent=2)
            if not check.passed and reason not in shown:
                shown.add(reason)
                self._failure(check)

    def _one_at_a_time(self, checks):
        for check in checks:
            text = Text.assemble((f"{check.points}  ", "dim"), check.title)
            self._headed("passed" if check.passed else "failed", text, indent=2)
        failed = next((check for check in checks if not check.passed), None)
        if failed:
            self.line()
            self._headed("failed", Text(failed.title, style="bold"))
            self._failure(failed, indent=2)

    def _failure(self, check, indent=7):
        if check.diagnosis:
            self.line(check.diagnosis, style="bold yellow", indent=indent)
        self._message(check.message, indent=indent)
        if check.arrays:
            self._picture(check.arrays, indent=indent)

    def _picture(self, arrays, indent):
        """Which entries differ, their sign and size, one sign an entry."""
        self.line(say("picture_legend"), style="dim", indent=indent)
        for signs in picture(arrays, columns=max(self.console.width - indent, 8)):
            text = Text(" " * indent)
            for sign in signs:
                text.append(self._encodable(sign), style=SIGN_STYLES.get(sign, "dim"))
            self.console.print(text, overflow="ignore", no_wrap=True)

    def _message(self, message, indent):
        first, *rest = message.splitlines()
        self.line(first, indent=indent)
        pairs = [line.partition(": ") for line in rest]
        if all(separator for _, separator, _ in pairs):
            self.rows([(label, value) for label, _, value in pairs], indent=indent)
        else:  # source text with a caret: columns count
            for line in rest:
                self.console.print(Text(" " * indent + line), overflow="ignore", no_wrap=True)

    def after_check(self, results, following):
        """Under the verdicts: how many, and what to type now. `following` is False where nobody keeps count."""
        passed = sum(result.status == "passed" for result in results)
        if len(results) > 1:
            earned, points = sum(r.earned for r in results), sum(r.points for r in results)
            self.line()
            self.line(say("check_summary", passed=passed, count=len(results), earned=earned, points=points))
        failed = next((result for result in results if result.status != "passed"), None)
        if failed or following is not False:
            self.line()
        if failed and not failed.trouble and not failed.untouched:
            self._commands(
                (say("do_hint"), f"hint {failed.exercise.id}"), (say("do_show"), f"show {failed.exercise.id}")
            )
        elif failed:
            self._commands((say("do_show"), f"show {failed.exercise.id}"))
        elif following:
            self._commands((say("do_next"), f"show {following.id}"))
        elif following is None:
            self.line(say("all_solved"))

    def _commands(self, *pairs):
        self.rows([(label, f"minicompress {command}") for label, command in pairs])

    # --- dashboard ------------------------------------------------------------------------------------------------

    def status(self, catalog, progress, following):
        """One line an exercise: solved or not, points, attempts, time."""
        solved = sum(progress.of(name).solved for name in catalog)
        self.line(say("solved_of", solved=solved, count=len(catalog)), style="bold")
        table = Table.grid(padding=(0, 1))
        for options in ({"no_wrap": True}, {"overflow": "fold"}, {"justify": "right", "style": "dim"}):
            table.add_column(**options)
        for exercise in catalog.values():
            mark = self._mark_of(exercise, progress, following)
            table.add_row(mark, exercise.id, _score(progress.of(exercise.id)))
        self.console.print(table)

    def chapters(self, catalog, progress, following):
        """One line a chapter, one mark an exercise: what `status` says, at a glance."""
        solved = sum(progress.of(name).solved for name in catalog)
        self.line(say("solved_of", solved=solved, count=len(catalog)), style="bold")
        table = Table.grid(padding=(0, 2))
        for options in ({"no_wrap": True}, {"overflow": "fold"}, {"no_wrap": True, "style": "dim"}):
            table.add_column(**options)
        for chapter in dict.fromkeys(exercise.chapter for exercise in catalog.values()):
            exercises = [exercise for exercise in catalog.values() if exercise.chapter == chapter]
            marks = Text.assemble(*(self._mark_of(exercise, progress, following) for exercise in exercises))
            done = sum(progress.of(exercise.id).solved for exercise in exercises)
            table.add_row(chapter, marks, say("done_of", done=done, count=len(exercises)))
        self.console.print(table)

    def _mark_of(self, exercise, progress, following):
        is_next = following is not None and exercise.id == following.id
        return self.mark("passed" if progress.of(exercise.id).solved else "next" if is_next else "open")

    def path(self, name, exercises, progress):
        """The exercises of a path, in order, with what they take."""
        left = [exercise for exercise in exercises if not progress.of(exercise.id).solved]
        minutes = sum(exercise.minutes for exercise in left)
        self.line(say("path_head", path=name, count=len(exercises), left=len(left), minutes=minutes), style="bold")
        table = Table.grid(padding=(0, 1))
        for options in ({"no_wrap": True}, {"overflow": "fold"}, {"justify": "right", "style": "dim"}):
            table.add_column(**options)
        for exercise in exercises:
            mark = "passed" if progress.of(exercise.id).solved else "open"
            table.add_row(self.mark(mark), exercise.id, say("minutes", minutes=exercise.minutes))
        self.console.print(table)

    def following(self, exercise, path):
        """What is next, why, and which file to open."""
        self.line()
        if exercise is None:
            self.line(say("all_solved"))
            return
        head = Text.assemble((f"{say('next')}: ", "cyan"), (exercise.id, "bold"), f"  {exercise.title}")
        self.console.print(head)
        minutes = say("level_and_minutes", level=exercise.level, minutes=exercise.minutes)
        why = [(say("why"), _reason(exercise)), (say("effort"), minutes), (say("open"), str(path))]
        commands = [("do_show", "show"), ("do_check", "check"), ("do_hint", "hint")]
        self.rows(why + [(say(key), f"minicompress {command} {exercise.id}") for key, command in commands], indent=2)

    # --- verify ---------------------------------------------------------------------------------------------------

    def verification(self, result):
        """What is proven of one exercise's grader."""
        self._headed("passed" if result.holds else "failed", Text(result.exercise.id, style="bold"))
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

    def card(self, markdown):
        """A question card: drawn on a terminal, as it is where the output goes elsewhere."""
        if not self.console.is_terminal:
            sys.stdout.write(markdown)
            return
        from rich.markdown import Markdown

        self.console.print(Markdown(markdown, hyperlinks=False))

    def hint(self, exercise, level, levels, command=True):
        """One hint and, where there are more, the command for the next."""
        self.line(say("hint_level", level=level, levels=levels), style="bold")
        self.line(pick(exercise.hints)[level - 1])
        if command and level < levels:
            self.line()
            self._commands((say("do_more"), f"hint {exercise.id}"))

    def difference(self, lines):
        """A unified diff in colour."""
        styles = {"+": "green", "-": "red", "@": "cyan"}
        for line in lines:
            style = "bold" if line.startswith(("+++", "---")) else styles.get(line[:1], "")
            self.console.print(Text(line.rstrip("\n"), style=style), overflow="fold")


def _reason(exercise):
    return pick(exercise.reasons)


def _score(record):
    if not record.attempts:
        return ""
    minutes = f"{record.seconds / 60:.0f}"
    return say("score", best=record.best, points=record.points, attempts=record.attempts, minutes=minutes)
