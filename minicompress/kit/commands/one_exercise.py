"""Around one exercise: its card, its hints, its solution."""

import difflib
import sys

from minicompress.kit.cards import read_card
from minicompress.kit.catalog import find_exercise
from minicompress.kit.commands.here import CannotDo, chosen, open_progress, save, short, workspace_here
from minicompress.kit.language import say
from minicompress.kit.places import content, find_workspace
from minicompress.kit.screens import Screen

__all__ = ["compare", "hint", "show"]


def show(arguments):
    """The question of an exercise's card; on request the answers, which are the rest of it."""
    workspace = find_workspace()
    exercise = find_exercise(arguments.exercise) if arguments.exercise else chosen(arguments, workspace_here())
    if workspace:
        progress = open_progress(workspace)
        progress.touch(exercise.id)
        save(progress)
    screen, (question, answers) = Screen(), read_card(exercise)
    screen.card(answers if arguments.answer else question)
    if not arguments.answer:
        screen.after_question(exercise)
    return 0


def hint(arguments):
    """The next hint: a question, then the formula or shape, then a pseudo-line."""
    workspace = workspace_here()
    exercise = chosen(arguments, workspace)
    progress = open_progress(workspace)
    record, levels = progress.of(exercise.id), len(exercise.hints["en"])
    level = arguments.level or min(record.hints + 1, levels)
    record.hints = max(record.hints, level)
    progress.touch(exercise.id)
    save(progress)
    Screen().hint(exercise, level, levels)
    return 0


def compare(arguments):
    """The learner's file beside the solution, once solved or given up."""
    workspace = workspace_here()
    exercise = chosen(arguments, workspace)
    progress = open_progress(workspace)
    record, path = progress.of(exercise.id), workspace.file(exercise.id)
    if not path.is_file():
        raise CannotDo(say("missing_file", file=short(path)))
    if not (record.solved or record.gave_up):
        if not (arguments.give_up or _confirm(say("give_up_question", exercise=exercise.id))):
            Screen().line(say("not_given_up", exercise=exercise.id))
            return 1
        record.gave_up = True
        progress.touch(exercise.id)
        save(progress)
    yours = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    ours = content().solution(exercise.id).read_text(encoding="utf-8").splitlines(keepends=True)
    lines = list(difflib.unified_diff(yours, ours, say("yours"), say("solution"), n=2))
    Screen().difference(lines or [say("no_difference")])
    return 0


def _confirm(question):
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "是")
