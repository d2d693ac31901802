"""What is solved, and what is next: the dashboard, `status` and `next`."""

from minicompress.kit.catalog import read_catalog
from minicompress.kit.commands.here import open_progress, short, workspace_here
from minicompress.kit.course import next_exercise
from minicompress.kit.language import say
from minicompress.kit.places import find_workspace
from minicompress.kit.screens import Screen

__all__ = ["dashboard", "next_", "status"]


def dashboard(arguments):
    """What is solved, what is next and why, which file to open."""
    if find_workspace() is None:
        Screen().line(say("welcome_without_workspace"))
        return 0
    _status(with_next=True)
    return 0


def status(arguments):
    """What is solved."""
    workspace_here()
    _status(with_next=False)
    return 0


def _status(with_next):
    workspace, catalog, screen = workspace_here(), read_catalog(), Screen()
    progress = open_progress(workspace)
    following = next_exercise(catalog, progress)
    screen.status(catalog, progress, following)
    if with_next:
        screen.following(following, short(workspace.file(following.id)) if following else None)


def next_(arguments):
    """What to do next."""
    workspace = workspace_here()
    following = next_exercise(read_catalog(), open_progress(workspace))
    Screen().following(following, short(workspace.file(following.id)) if following else None)
    return 0
