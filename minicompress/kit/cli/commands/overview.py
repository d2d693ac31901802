"""What is solved, and what is next: the dashboard, `status` and `next`."""

import json

from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.commands.here import open_progress, save, short, workspace_here
from minicompress.kit.course import next_exercise, plan
from minicompress.kit.language import say
from minicompress.kit.places import find_workspace
from minicompress.kit.screens import Screen

__all__ = ["dashboard", "next_", "status"]


def dashboard(arguments):
    """What is solved, what is next and why, which file to open."""
    if find_workspace() is None:
        Screen().line(say("welcome_without_workspace"))
        return 0
    _overview(Screen.chapters, with_next=True)
    return 0


def status(arguments):
    """What is solved; as JSON for programs."""
    if arguments.json:
        workspace = workspace_here()
        print(json.dumps(_status_as_json(read_catalog(), open_progress(workspace)), indent=2))
    else:
        _overview(Screen.status, with_next=False)
    return 0


def _overview(draw, with_next):
    workspace, catalog, screen = workspace_here(), read_catalog(), Screen()
    progress = open_progress(workspace)
    following = next_exercise(catalog, progress)
    draw(screen, catalog, progress, following)
    if with_next:
        screen.following(following, short(workspace.file(following.id)) if following else None)


def _status_as_json(catalog, progress):
    following = next_exercise(catalog, progress)
    exercises = {}
    for exercise in catalog.values():
        record = progress.of(exercise.id)
        kept = {name: getattr(record, name) for name in ("attempts", "best", "points", "solved_at", "hints", "gave_up")}
        exercises[exercise.id] = {"solved": record.solved, **kept, "seconds": round(record.seconds)}
    return {"schema": 1, "path": progress.path, "next": following and following.id, "exercises": exercises}


def next_(arguments):
    """What to do next; with `--path`, choose a path and show it."""
    workspace, catalog, screen = workspace_here(), read_catalog(), Screen()
    progress = open_progress(workspace)
    if arguments.path:
        progress.choose_path(arguments.path)
        save(progress)
        screen.path(arguments.path, plan(catalog, arguments.path), progress)
    following = next_exercise(catalog, progress)
    screen.following(following, short(workspace.file(following.id)) if following else None)
    return 0
