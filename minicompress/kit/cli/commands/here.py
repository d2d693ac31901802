"""Find the workspace, open its progress, resolve exercise names: what the commands share."""

from minicompress.kit.catalog import find_exercises, read_catalog
from minicompress.kit.course import next_exercise
from minicompress.kit.language import say
from minicompress.kit.places import find_workspace, no_file, short
from minicompress.kit.workspace.saving import open_progress, save

__all__ = ["CannotDo", "choose_exercise", "find_named", "no_file", "open_progress", "save", "short", "workspace_here"]


class CannotDo(Exception):
    """The command cannot be done here; the text says what to do instead."""


def workspace_here():
    """The learner's workspace, or CannotDo."""
    workspace = find_workspace()
    if workspace is None:
        raise CannotDo(say("no_workspace"))
    return workspace


def choose_exercise(arguments, workspace):
    """Return the named exercise, else the next one; for a chapter, its first unsolved exercise."""
    if arguments.exercise:
        found = find_exercises(arguments.exercise)
        if len(found) == 1:
            return found[0]
        progress = open_progress(workspace) if workspace else None
        return next((e for e in found if progress and not progress.of(e.id).solved), found[0])
    following = next_exercise(read_catalog(), open_progress(workspace))
    if following is None:
        raise CannotDo(say("name_an_exercise"))
    return following


def find_named(names):
    """Return the named exercises, each once; all exercises if no name is given."""
    if not names:
        return list(read_catalog().values())
    return list({e.id: e for name in names for e in find_exercises(name)}.values())
