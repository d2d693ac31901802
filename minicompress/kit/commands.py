"""What each command does. A command takes the parsed arguments and returns the exit status."""

import difflib
import sys
from pathlib import Path

from minicompress.files import write_text
from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.course import next_exercise
from minicompress.kit.language import language, say
from minicompress.kit.places import Workspace, content, find_workspace
from minicompress.kit.progress import Progress, back_up
from minicompress.kit.screens import Screen

__all__ = ["COMMANDS", "CannotDo", "write_results"]


class CannotDo(Exception):
    """The command makes no sense here; the text says what to do instead."""


def _workspace():
    workspace = find_workspace()
    if workspace is None:
        raise CannotDo(say("no_workspace"))
    return workspace


def _open_progress(workspace):
    progress = Progress(workspace)
    if progress.set_aside:
        print(say("progress_set_aside", path=_short(progress.set_aside)), file=sys.stderr)
    return progress


def _chosen(arguments, workspace):
    """The exercise that is named, else the next one."""
    if arguments.exercise:
        return find_exercise(arguments.exercise)
    following = next_exercise(read_catalog(), _open_progress(workspace))
    if following is None:
        raise CannotDo(say("name_an_exercise"))
    return following


def _short(path):
    """A path as the learner would type it from here."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def dashboard(arguments):
    """What is solved, what is next and why, which file to open."""
    if find_workspace() is None:
        Screen().line(say("welcome_without_workspace"))
        return 0
    _status(with_next=True)
    return 0


def status(arguments):
    """What is solved."""
    _workspace()
    _status(with_next=False)
    return 0


def _status(with_next):
    workspace, catalog, screen = _workspace(), read_catalog(), Screen()
    progress = _open_progress(workspace)
    following = next_exercise(catalog, progress)
    screen.status(catalog, progress, following)
    if with_next:
        screen.following(following, _short(workspace.file(following.id)) if following else None)


def next_(arguments):
    """What to do next."""
    workspace = _workspace()
    following = next_exercise(read_catalog(), _open_progress(workspace))
    Screen().following(following, _short(workspace.file(following.id)) if following else None)
    return 0


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
    screen.line(say("init_done", made=made, kept=kept, folder=_short(workspace.exercises)))
    screen.line(say("init_next"))
    return 0


def show(arguments):
    """The question card."""
    exercise = find_exercise(arguments.exercise) if arguments.exercise else _chosen(arguments, _workspace())
    Screen().card(content().card(exercise.id, language()).read_text(encoding="utf-8"))
    return 0


def hint(arguments):
    """The next hint: a question, then the formula or shape, then a pseudo-line."""
    workspace = _workspace()
    exercise = _chosen(arguments, workspace)
    progress = _open_progress(workspace)
    record, levels = progress.of(exercise.id), len(exercise.hints["en"])
    level = arguments.level or min(record.hints + 1, levels)
    if level > record.hints:
        record.hints = level
        progress.save()
    Screen().hint(exercise, level, levels)
    return 0


def check(arguments):
    """Grade; the JSON file is written whatever the outcome."""
    results = []
    try:
        exercises, folder, workspace = _what_to_grade(arguments)
        return _grade(exercises, folder, workspace, arguments.time_limit, results)
    finally:
        if arguments.json:
            write_results(arguments.json, results)


def _what_to_grade(arguments):
    """(exercises, folder, workspace); no workspace where another folder than the learner's own is graded."""
    exercises = _named(arguments.exercises)
    if not 0 < arguments.time_limit < 3600:
        raise CannotDo(say("bad_time_limit", value=arguments.time_limit))
    workspace = None if arguments.submission else _workspace()
    folder = Path(arguments.submission) if arguments.submission else workspace.exercises
    if not folder.is_dir():
        raise CannotDo(say("no_submission_folder", path=folder))
    return exercises, folder, workspace


def _grade(exercises, folder, workspace, time_limit, results):
    from minicompress.kit.grading.runner import grade_files, not_graded

    screen = Screen()
    progress = _open_progress(workspace) if workspace else None
    grading = grade_files(exercises, folder, check_limit=time_limit)
    try:
        for result in grading:
            results.append(result)
            screen.exercise_result(result)
            if progress:
                progress.note_result(result)
    except KeyboardInterrupt:
        results += [not_graded(e, "error", say("interrupted")) for e in exercises[len(results) :]]
        raise
    finally:
        grading.close()
        if progress and results:
            progress.save()
    following = next_exercise(read_catalog(), progress) if progress else False
    screen.after_check(results, following)
    return 0 if all(result.status == "passed" for result in results) else 1


def write_results(path, results):
    """Write the JSON file of `check`, or say why it cannot be written."""
    from minicompress.kit.grading.runner import results_as_json

    try:
        write_text(path, results_as_json(results))
    except OSError as error:
        raise CannotDo(say("cannot_write", path=path, error=error.strerror or error)) from error


def _named(names):
    """The exercises that are named, each once; all of them if none is."""
    return list({e.id: e for e in map(find_exercise, names)}.values()) if names else list(read_catalog().values())


def reset(arguments):
    """Back up the learner's file, then put the stub in its place."""
    from minicompress.kit.stubs import read_stub

    workspace, screen = _workspace(), Screen()
    for exercise in _named(arguments.exercises):
        path, stub = workspace.file(exercise.id), read_stub(exercise)
        if path.is_file() and path.read_bytes() == stub.encode("utf-8"):
            screen.line(say("reset_nothing", path=_short(path)))
            continue
        copy = back_up(workspace, exercise.id) if path.is_file() else None
        write_text(path, stub)
        screen.line(say("reset_done", path=_short(path), copy=_short(copy)) if copy else say("reset_new", path=path))
    return 0


def compare(arguments):
    """The learner's file beside the solution, once solved or given up."""
    workspace = _workspace()
    exercise = _chosen(arguments, workspace)
    progress = _open_progress(workspace)
    record, path = progress.of(exercise.id), workspace.file(exercise.id)
    if not path.is_file():
        raise CannotDo(say("missing_file", file=_short(path)))
    if not (record.solved or record.gave_up):
        if not (arguments.give_up or _confirm(say("give_up_question", exercise=exercise.id))):
            Screen().line(say("not_given_up", exercise=exercise.id))
            return 1
        record.gave_up = True
        progress.save()
    yours = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    ours = content().solution(exercise.id).read_text(encoding="utf-8").splitlines(keepends=True)
    lines = list(difflib.unified_diff(yours, ours, say("yours"), say("solution"), n=2))
    Screen().difference(lines or [say("no_difference")])
    return 0


def _confirm(question):
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "是")


def verify(arguments):
    """Prove the graders."""
    from minicompress.kit.verification import verify_exercises

    screen, results = Screen(), []
    for result in verify_exercises(_named(arguments.exercises)):
        results.append(result)
        screen.verification(result)
    screen.verification_summary(results)
    return 0 if all(result.holds for result in results) else 1


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
            screen.line(say("reset_done", path=_short(path), copy=_short(back_up(workspace, exercise.id))))
        write_text(path, stub)
    return 0


def demo(arguments):
    """Train, compress and distil LeNet-300-100 on MNIST, for real."""
    from minicompress.kit.demo_screen import run_demo

    return run_demo(arguments)


COMMANDS = {
    "dashboard": dashboard,
    "demo": demo,
    "init": init,
    "status": status,
    "next": next_,
    "show": show,
    "hint": hint,
    "check": check,
    "reset": reset,
    "compare": compare,
    "verify": verify,
    "stubs": stubs,
}
