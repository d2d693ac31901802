"""What does a check say? The verdict of each exercise, and of a failed one what its learner needs to go on.

A failed check shows, in this order: which misconception it smells of, what happened, the call, where, got, expected.
"""

from rich.text import Text

from minicompress.kit.language import say
from minicompress.kit.pictures import picture
from minicompress.kit.screen_pieces import Pieces

__all__ = ["VerdictScreen"]

SIGN_STYLES = {"+": "red", "#": "bold red", "-": "blue", "=": "bold blue", "?": "bold magenta"}


class VerdictScreen(Pieces):
    """After `check`, and in `watch`."""

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
