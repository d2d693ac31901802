"""Around one exercise: its card, its hints, its solution."""

import difflib
import sys

from minicompress.kit.cards import read_card
from minicompress.kit.cli.commands.here import CannotDo, choose_exercise, no_file, open_progress, save, workspace_here
from minicompress.kit.language import say
from minicompress.kit.places import content, find_workspace
from minicompress.kit.screens import Screen
from minicompress.kit.stubs import without_markers
from minicompress.kit.styles import right_styles

__all__ = ["compare", "hint", "show"]


def show(arguments):
    """The question of an exercise's card; on request the answers, which are the rest of it."""
    workspace = find_workspace()
    exercise = choose_exercise(arguments, workspace if arguments.exercise else workspace_here())
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
    exercise = choose_exercise(arguments, workspace)
    progress = open_progress(workspace)
    record, levels = progress.of(exercise.id), len(exercise.hints["en"])
    level = arguments.level or min(record.hints + 1, levels)
    record.hints = max(record.hints, level)
    progress.touch(exercise.id)
    save(progress)
    Screen().hint(exercise, level, levels)
    return 0


def compare(arguments):
    """The learner's file beside the solution, or the solution's other right styles, once solved or given up."""
    workspace = workspace_here()
    exercise = choose_exercise(arguments, workspace)
    progress = open_progress(workspace)
    record, path = progress.of(exercise.id), workspace.file(exercise.id)
    if not path.is_file():
        raise CannotDo(no_file(path))
    if not (record.solved or record.gave_up):
        if not (arguments.give_up or _confirm(say("give_up_question", exercise=exercise.id))):
            Screen().line(say("not_given_up", exercise=exercise.id))
            return 1
        record.gave_up = True
        progress.touch(exercise.id)
        save(progress)
    screen = Screen()
    if arguments.styles:
        screen.styles(right_styles(exercise.id))
        return 0
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in (path, content().solution(exercise.id))]
    yours, ours = [without_markers(text).splitlines(keepends=True) for text in texts]
    lines = list(difflib.unified_diff(yours, ours, say("yours"), say("solution"), n=2))
    screen.difference(lines or [say("no_difference")])
    screen.after_difference(exercise)
    return 0


def _confirm(question):
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "是")
