"""Files that are laid out: `init` for a learner's folder, `reset` for one exercise, `stubs` for the repository."""

from pathlib import Path

from minicompress.files import write_text
from minicompress.kit.catalog import read_catalog
from minicompress.kit.commands.here import CannotDo, named, short, workspace_here
from minicompress.kit.language import say
from minicompress.kit.places import Workspace, content
from minicompress.kit.progress import back_up
from minicompress.kit.screens import Screen

__all__ = ["init", "reset", "stubs"]


def init(arguments):
    """Lay out the exercises in a folder; files that are there already stay as they are."""
    from minicompress.kit.stubs import read_stub

    workspace = Workspace(Path(arguments.folder).resolve())
    if workspace.root.exists() and not workspace.root.is_dir():
        raise CannotDo(say("not_a_folder", path=arguments.folder))
    made = kept = 0
    for exercise in read_catalog().values():
        cards = [content().card(exercise.id, name) for name in ("en", "zh")]
        files = {workspace.file(exercise.id): read_stub(exercise)}
        files |= {
            workspace.exercises / exercise.chapter / card.name: card.read_text(encoding="utf-8") for card in cards
        }
        for path, text in files.items():
            if path.exists():
                kept += 1
            else:
                write_text(path, text)
                made += 1
    workspace.state.mkdir(exist_ok=True)
    screen = Screen()
    screen.line(say("init_done", made=made, kept=kept, folder=short(workspace.exercises)))
    screen.line(say("init_next"))
    return 0


def reset(arguments):
    """Back up the learner's file, then put the stub in its place."""
    from minicompress.kit.stubs import read_stub

    workspace, screen = workspace_here(), Screen()
    for exercise in named(arguments.exercises):
        path, stub = workspace.file(exercise.id), read_stub(exercise)
        if path.is_file() and path.read_bytes() == stub.encode("utf-8"):
            screen.line(say("reset_nothing", path=short(path)))
            continue
        copy = back_up(workspace, exercise.id) if path.is_file() else None
        write_text(path, stub)
        screen.line(say("reset_done", path=short(path), copy=short(copy)) if copy else say("reset_new", path=path))
    return 0


def stubs(arguments):
    """For contributors: make the stubs in exercises/ from the solutions, or check that they are."""
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
