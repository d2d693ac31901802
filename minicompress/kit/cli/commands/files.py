"""Write exercise files: `init` for a learner's folder, `reset` for one exercise, `stubs` for the repository."""

import os
from pathlib import Path

from minicompress._base.files import write_bytes, write_text
from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.commands.here import CannotDo, find_named, short, workspace_here
from minicompress.kit.language import say
from minicompress.kit.places import Workspace, content
from minicompress.kit.screens import Screen
from minicompress.kit.workspace.progress import back_up

__all__ = ["init", "reset", "stubs"]


def init(arguments):
    """Write the exercise files into a folder; files that the learner has edited stay as they are."""
    from minicompress.kit.workspace.exercise_files import read_started_answers, write_exercise_files

    workspace, catalog, screen = Workspace(Path(os.path.abspath(arguments.folder))), read_catalog(), Screen()
    if os.path.lexists(workspace.root) and not workspace.root.is_dir():
        raise CannotDo(say("not_a_folder", path=arguments.folder))
    clone = Workspace(content().exercises.parent) if content().is_clone else None
    beside_clone = clone is not None and workspace.root.resolve() != clone.root.resolve()
    counts = write_exercise_files(workspace, catalog, read_started_answers(clone, catalog) if beside_clone else None)
    screen.line(say("init_done", made=counts.made, kept=counts.kept, folder=short(workspace.exercises)))
    if counts.updated:
        screen.line(say("init_updated", count=counts.updated))
    if counts.copied:
        _take_progress_along(clone, workspace)
        screen.line(say("init_copied", count=counts.copied, folder=short(clone.exercises)))
    if counts.changed:
        screen.line(say("init_changed", folder=short(workspace.state / "new_stubs"), names=", ".join(counts.changed)))
    if clone is not None and not beside_clone:
        screen.line(say("init_in_a_clone"))
    folder = short(workspace.root)
    screen.line(say("init_next") if folder == Path() else say("init_next_there", folder=folder))
    return 0


def _take_progress_along(clone, workspace):
    """Copy the progress along with the answers, unless the new folder has its own."""
    theirs, ours = (place.state / "progress.json" for place in (clone, workspace))
    if theirs.is_file() and not ours.exists():
        write_bytes(ours, theirs.read_bytes())


def reset(arguments):
    """Back up the learner's file, then put the stub in its place."""
    from minicompress.kit.stubs import read_stub

    workspace, screen = workspace_here(), Screen()
    for exercise in find_named(arguments.exercises):
        path, stub = workspace.file(exercise.id), read_stub(exercise)
        if path.is_file() and path.read_bytes() == stub.encode("utf-8"):
            screen.line(say("reset_nothing", path=short(path)))
            continue
        copy = back_up(workspace, exercise.id) if path.is_file() else None
        write_text(path, stub)
        screen.line(say("reset_done", path=short(path), copy=short(copy)) if copy else say("reset_new", path=path))
    return 0


def stubs(arguments):
    """For contributors: make the stubs in exercises/ from the solutions, or check that they are up to date."""
    from minicompress.kit.stubs import read_stub, stub_problems

    if not content().is_clone:
        raise CannotDo(say("stubs_need_a_clone"))
    catalog, screen = read_catalog(), Screen()
    if arguments.check:
        problems = [problem for exercise in catalog.values() for problem in stub_problems(exercise)]
        for problem in problems:
            screen.line(problem, style="red")
        screen.line(say("stubs_checked", count=len(catalog), problems=len(problems)))
        return 1 if problems else 0
    workspace = Workspace(content().exercises.parent)
    for exercise in catalog.values():
        path, stub = workspace.file(exercise.id), read_stub(exercise)
        if path.is_file() and path.read_bytes() != stub.encode("utf-8"):
            screen.line(say("reset_done", path=short(path), copy=short(back_up(workspace, exercise.id))))
        write_text(path, stub)
    return 0
