"""`minicompress check ID --debug CHECK`: one check in this process, with the terminal as it is and without limits.

The check runs twice. The first run, in silence and without breakpoints, finds the call that fails; in the second the
terminal belongs to it, so that `breakpoint()` and `input()` in the answer work. The call is kept as a Python file
that makes its arguments anew, its large arrays in an .npz file beside it.
"""

import bdb
import contextlib
import copy
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress._base.files import replace_atomically, write_text
from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading import stand_ins
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process import loading
from minicompress.kit.grading.comparison.pasting import NotPasteable, paste
from minicompress.kit.grading.recording import run_check
from minicompress.kit.grading.submission import Submission

__all__ = ["Quit", "arguments_of_call", "find_call", "keep_call", "run_call"]


class Quit(BaseException):
    """The debugger was quit, or Ctrl-C pressed, inside the answer; this is not graded."""


@dataclass
class FoundCall:
    """The call in which a check fails, or the last of one that passes."""

    number: int  # of the check's calls, from 1
    args: tuple | None  # as they were before the call; None if they cannot be copied
    result: object  # CheckResult; None if the answer was interrupted


class _Calls:
    """The answer, its calls counted, the arguments of the last one kept; `run(number, function, args)` makes each."""

    def __init__(self, function, run):
        self.function, self.run, self.number, self.args = function, run, 0, None
        self.__wrapped__ = function

    def __call__(self, *args):
        self.number += 1
        try:
            self.args = copy.deepcopy(args)
        except Exception:  # a generator, or a class of the check's own
            self.args = None
        try:
            return self.run(self.number, self.function, args)
        except (bdb.BdbQuit, KeyboardInterrupt) as stop:
            raise Quit from stop


def find_call(check, exercise, path):
    """Run the check in silence; return the FoundCall. Ctrl-C ends an answer that hangs."""
    calls = _Calls(_load(exercise, path), lambda number, function, args: function(*args))
    with _no_breakpoints(), _no_input():
        result = _run(check, exercise, calls, path)
    return FoundCall(calls.number, calls.args, result)


def run_call(check, exercise, path, number):
    """Run the check again with the terminal given to call `number` (0: to every call); return its CheckResult or None.

    None: the debugger was left, or Ctrl-C pressed.
    """
    terminal, hook = sys.stdout, sys.breakpointhook

    def run(i, function, args):
        if number not in (0, i):
            return function(*args)
        sys.breakpointhook = hook
        try:
            with contextlib.redirect_stdout(terminal):
                return function(*args)
        finally:
            sys.breakpointhook = _pass_by

    with _no_breakpoints():
        try:
            return _run(check, exercise, _Calls(_load(exercise, path), run), path)
        finally:
            sys.settrace(None)  # the debugger may still be stepping


def _load(exercise, path):
    return loading.load_function(path, exercise.slug)


def _run(check, exercise, calls, path):
    try:
        return run_check(check, Submission(calls, exercise.slug, source=str(path)))
    except Quit:
        return None


def _pass_by(*args, **options):
    """In place of `breakpoint()` where it must not stop."""


@contextlib.contextmanager
def _no_breakpoints():
    hook, sys.breakpointhook = sys.breakpointhook, _pass_by
    try:
        yield
    finally:
        sys.breakpointhook = hook


@contextlib.contextmanager
def _no_input():
    stdin, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = stdin


def arguments_of_call(exercise_id, check_name, number, function):
    """The arguments that call `number` (from 1) of a check passes; `function` answers the calls before it."""
    exercise, found = find_exercise(exercise_id), []

    def run(i, function, args):
        if i < number:
            return function(*args)
        found.append(args)
        raise Quit

    check = next(check for check in load_checks(exercise.id) if check.name == check_name)
    _run(check, exercise, _Calls(function, run), None)
    if not found:
        raise ValueError(f"arguments_of_call: number must be at most the calls of {check_name}, got {number}")
    return found[0]


def keep_call(folder, exercise, check, path, call):
    """Write the call as a Python file, large arrays as .npz beside it; return the file's path."""
    file = Path(folder).resolve() / f"{exercise.slug}.{check.name}.py"
    kept = {}
    try:
        if call.args is None:
            raise NotPasteable("arguments that cannot be copied")
        args = paste(tuple(call.args), kept)
    except NotPasteable:
        args, kept = f'arguments_of_call("{exercise.id}", "{check.name}", {call.number}, {exercise.slug})', {}
    if kept:
        with replace_atomically(file.with_suffix(".npz")) as temporary:
            np.savez(temporary, **kept)
    write_text(file, "\n".join(_script(exercise, path, args, kept and file.with_suffix(".npz"))) + "\n")
    return file


def _script(exercise, path, args, npz):
    """The lines of the file: imports, the answer, the arguments, the call."""
    made = sorted(set(re.findall(r"\bStandIn\w+", args)) & set(stand_ins.__all__))
    if re.search(r"\bnp\.", args) or npz:
        yield "import numpy as np"
    if args.startswith("arguments_of_call"):
        yield "from minicompress.kit.grading.debugging import arguments_of_call"
    yield "from minicompress.kit.grading.child_process.loading import load_function"
    if made:
        yield f"from minicompress.kit.grading.stand_ins import {', '.join(made)}"
    yield ""
    yield f"{exercise.slug} = load_function({str(Path(path).resolve())!r}, {exercise.slug!r})"
    if npz:
        yield f"arrays = np.load({str(npz)!r})"
    yield f"args = {args}"
    yield f"got = {exercise.slug}(*args)"
    yield "print(got)"
