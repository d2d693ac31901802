"""`minicompress check`: grade files, keep the progress, write the results for programs."""

from pathlib import Path

from minicompress._base.files import write_text
from minicompress.kit.catalog import read_catalog
from minicompress.kit.cli.commands.debugging import debug
from minicompress.kit.cli.commands.here import CannotDo, find_named, open_progress, save, workspace_here
from minicompress.kit.course import next_exercise
from minicompress.kit.language import say
from minicompress.kit.screens import Screen

__all__ = ["check", "write_results"]


def check(arguments):
    """Grade; the JSON file is written whatever the outcome."""
    results = []
    try:
        exercises, folder, workspace = _what_to_grade(arguments)
        if arguments.debug is not None:
            return debug(exercises, folder, arguments.debug)
        status = _grade(exercises, folder, workspace, arguments, results)
        if arguments.plot:
            _plot(arguments.plot, results)
        return status
    finally:
        if arguments.json:
            write_results(arguments.json, results)


def _what_to_grade(arguments):
    """(exercises, folder, workspace); no workspace where another folder than the learner's own is graded."""
    exercises = find_named(arguments.exercises)
    if not 0 < arguments.time_limit < 3600:
        raise CannotDo(say("bad_time_limit", value=arguments.time_limit))
    workspace = None if arguments.submission else workspace_here()
    folder = Path(arguments.submission) if arguments.submission else workspace.exercises
    if not folder.is_dir():
        raise CannotDo(say("no_submission_folder", path=folder))
    return exercises, folder, workspace


def _grade(exercises, folder, workspace, arguments, results):
    from minicompress.kit.grading.child_process.runner import grade_files, not_graded

    screen = Screen()
    progress = open_progress(workspace) if workspace else None
    grading = grade_files(exercises, folder, check_limit=arguments.time_limit)
    try:
        for exercise in exercises:
            screen.grading(exercise)
            result = next(grading)
            results.append(result)
            if progress:  # before it is shown: the reader of a pipe may stop reading
                progress.note_result(result)
                save(progress)
            screen.graded()
            screen.exercise_result(result, verbose=arguments.verbose)
    except KeyboardInterrupt:
        results += [not_graded(e, "error", say("interrupted")) for e in exercises[len(results) :]]
        raise
    finally:
        screen.graded()
        grading.close()
    following = next_exercise(read_catalog(), progress) if progress else False
    screen.after_check(results, following)
    return 0 if all(result.status == "passed" for result in results) else 1


def _plot(path, results):
    """A PNG of got beside expected for the first failed check that compared arrays."""
    from minicompress.kit.screens.pictures import plot

    for result in results:
        for check in result.checks:
            if check.arrays:
                try:
                    plot(check.arrays, f"{result.exercise.id}: {check.name}", path)
                except (OSError, ValueError) as error:  # ValueError: a file type that matplotlib does not write
                    raise CannotDo(say("cannot_write", path=path, error=error)) from error
                Screen().line(say("plot_written", path=path))
                return
    Screen().line(say("plot_nothing"))


def write_results(path, results):
    """Write the JSON file of `check`, or say why it cannot be written."""
    from minicompress.kit.grading.child_process.runner import results_as_json

    try:
        write_text(path, results_as_json(results))
    except OSError as error:
        raise CannotDo(say("cannot_write", path=path, error=error.strerror or error)) from error
