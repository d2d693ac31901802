"""`minicompress check ID --debug CHECK`: the call that fails, kept as a file and run with the terminal as it is."""

import difflib
from pathlib import Path

from minicompress.kit.cli.commands.here import CannotDo
from minicompress.kit.language import say, sentences
from minicompress.kit.places import Workspace, find_workspace, no_file, short
from minicompress.kit.screens import Screen

__all__ = ["debug"]


def debug(exercises, folder, name):
    """Run the check `name` of one exercise; without a name, the first that fails. Nothing is counted."""
    from minicompress.kit.grading import debugging
    from minicompress.kit.grading.child_process.loading import SubmissionError

    if len(exercises) != 1:
        raise CannotDo(say("debug_one_exercise"))
    exercise, screen = exercises[0], Screen()
    path = (folder / f"{exercise.id}.py").absolute()
    if not path.is_file():
        raise CannotDo(no_file(path))
    check = _named_check(exercise, name) if name else _first_failed(exercise, folder)
    if check is None:
        screen.line(say("debug_all_pass"))
        return 0
    screen.line(say("debug_looking", check=check.name), style="dim")
    try:
        call = debugging.find_call(check, exercise, path)
        result = _run(debugging, screen, check, exercise, path, call)
    except SubmissionError as error:
        screen.message(str(error))
        return 1
    return 0 if result and result.passed else 1


def _run(debugging, screen, check, exercise, path, call):
    """Keep the call, show its file, run it if it was not interrupted, show the verdict of the check."""
    passed, result = call.result is not None and call.result.passed, call.result
    if not passed and call.number:
        state = (find_workspace() or Workspace(Path.cwd())).state
        file = debugging.keep_call(state / "debug", exercise, check, path, call)
        screen.line(say("debug_kept", number=call.number, file=short(file)))
        screen.source(file.read_text(encoding="utf-8"))
    if result is not None:
        screen.line(say("debug_all_calls" if passed else "debug_runs", number=call.number), style="dim")
        result = debugging.run_call(check, exercise, path, 0 if passed else call.number)
    if result is None:
        screen.line(say("debug_left"))
    else:
        screen.check_result(result)
    return result


def _first_failed(exercise, folder):
    """The first check that fails, as a grading with limits says; None if all pass."""
    from minicompress.kit.grading.checks import load_checks
    from minicompress.kit.grading.child_process.runner import grade_files

    (result,) = grade_files([exercise], folder)
    failed = [check.name for check in result.checks if not check.passed]
    return next((check for check in load_checks(exercise.id) if check.name in failed[:1]), None)


def _named_check(exercise, name):
    """The check with this name, a unique part of it, or this number in the verdict; CannotDo otherwise."""
    from minicompress.kit.grading.checks import load_checks

    checks = {check.name: check for check in load_checks(exercise.id)}
    for wanted in (name, f"test_{name}"):
        if wanted in checks:
            return checks[wanted]
    if name.isdecimal() and 1 <= int(name) <= len(checks):
        return list(checks.values())[int(name) - 1]
    containing = [check for key, check in checks.items() if name.lower() in key]
    if len(containing) == 1:
        return containing[0]
    near = difflib.get_close_matches(name.lower(), checks, n=1, cutoff=0.5)
    more = say("did_you_mean", nearest=near[0]) if near else say("debug_names", names=", ".join(checks))
    raise CannotDo(sentences(say("debug_unknown", name=name, exercise=exercise.id), more))
