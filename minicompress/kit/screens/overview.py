"""The dashboard, `status` and a path: what is solved, and what comes next."""

from rich.table import Table
from rich.text import Text

from minicompress.kit.language import pick, say, sentences
from minicompress.kit.screens.pieces import Pieces

__all__ = ["OverviewScreen"]

WIDEST = 100  # beyond it a row's ends are too far apart to be read together


class OverviewScreen(Pieces):
    """The screens of `minicompress` without a command, `status` and `next`."""

    def status(self, catalog, progress, following):
        """One line per exercise, chapter by chapter: solved or not, points, attempts, minutes."""
        self._solved(catalog.values(), progress)
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
        wide = self.console.width >= 60
        table.add_column("", overflow="fold")
        table.width = min(self.console.width, WIDEST) if wide else None
        if wide:  # a title that is too long is cut
            table.add_column("", style="dim", no_wrap=True, overflow="ellipsis", ratio=1)
        for key in ("head_points", "head_attempts", "head_minutes"):
            table.add_column(say(key), justify="right", no_wrap=True, style="dim")
        for chapter, exercises in _by_chapter(catalog):
            table.add_row(Text.assemble((chapter, "bold"), f"  {self._done(exercises, progress)}"))
            for exercise in exercises:
                name = Text.assemble(self._mark_of(exercise, progress, following), " ", exercise.slug)
                table.add_row(name, *[exercise.title] * wide, *_score(progress.of(exercise.id)))
        self.console.print(table)
        self._given_up(catalog.values(), progress)

    def chapters(self, catalog, progress, following):
        """One line per chapter, one mark per exercise: what `status` says, at a glance."""
        self._solved(catalog.values(), progress)
        table = Table.grid(padding=(0, 2))
        for options in ({"no_wrap": True}, {"overflow": "fold"}, {"no_wrap": True, "style": "dim"}):
            table.add_column(**options)
        for chapter, exercises in _by_chapter(catalog):
            marks = Text.assemble(*(self._mark_of(exercise, progress, following) for exercise in exercises))
            table.add_row(chapter, marks, self._done(exercises, progress))
        self.console.print(table)
        self._given_up(catalog.values(), progress)

    def _solved(self, exercises, progress):
        solved = sum(progress.of(exercise.id).solved for exercise in exercises)
        points = sum(progress.of(exercise.id).best for exercise in exercises)
        self.line(say("solved_of", solved=solved, count=len(exercises), points=points), style="bold")

    def _given_up(self, exercises, progress):
        """What the mark of an exercise that was given up means, if there is one."""
        records = [progress.of(exercise.id) for exercise in exercises]
        count = sum(record.gave_up and not record.solved for record in records)
        if count:
            self._line_with_mark("gave_up", Text(say("given_up", count=count), style="dim"))

    def _done(self, exercises, progress):
        return say("done_of", done=sum(progress.of(e.id).solved for e in exercises), count=len(exercises))

    def _mark_of(self, exercise, progress, following):
        record = progress.of(exercise.id)
        is_next = following is not None and exercise.id == following.id
        names = {"passed": record.solved, "next": is_next, "gave_up": record.gave_up}
        return self.mark(next((name for name, holds in names.items() if holds), "open"))

    def path(self, name, exercises, progress):
        """The exercises of a path, in order, with what they take."""
        left = [exercise for exercise in exercises if not progress.of(exercise.id).solved]
        minutes = sum(exercise.minutes for exercise in left)
        head = say("path_head", path=name, count=len(exercises), left=len(left), time=_time(minutes))
        self.line(head, style="bold")
        table = Table.grid(padding=(0, 1))
        for options in ({"no_wrap": True}, {"overflow": "fold"}, {"justify": "right", "style": "dim"}):
            table.add_column(**options)
        for exercise in exercises:
            minutes = say("minutes", minutes=exercise.minutes)
            table.add_row(self._mark_of(exercise, progress, None), exercise.id, minutes)
        self.console.print(table)

    def following(self, exercise, path):
        """What is next, why, and which file to open."""
        self.line()
        if exercise is None:
            self.line(say("all_solved"))
            return
        head = Text.assemble((sentences(say("next"), ""), "cyan"), (exercise.id, "bold"), f"  {exercise.title}")
        self.console.print(head)
        minutes = say("level_and_minutes", level=exercise.level, minutes=exercise.minutes)
        why = [(say("why"), pick(exercise.reasons)), (say("effort"), minutes), (say("open"), str(path))]
        commands = [("do_show", "show"), ("do_check", "check"), ("do_hint", "hint")]
        self.rows(why + [(say(key), f"minicompress {command} {exercise.id}") for key, command in commands], indent=2)


def _by_chapter(catalog):
    """(chapter, its exercises) in the catalogue's order."""
    chapters = {}
    for exercise in catalog.values():
        chapters.setdefault(exercise.chapter, []).append(exercise)
    return chapters.items()


def _time(minutes):
    """Minutes in words; what is longer than a lesson to the half hour."""
    if minutes < 100:
        return say("time_minutes", count=minutes)
    return say("time_hours", count=f"{round(minutes / 30) / 2:g}")


def _score(record):
    """Points, attempts and minutes, as cells; empty before the first attempt."""
    if not record.attempts:
        return "", "", ""
    return f"{record.best}/{record.points}", str(record.attempts), f"{record.seconds / 60:.0f}"
