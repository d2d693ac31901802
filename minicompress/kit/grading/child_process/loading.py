"""Load the function to grade from a learner's file, or say why that is impossible."""

import contextlib
import difflib
import importlib.util
import os
import sys
import traceback
from pathlib import Path

from minicompress.kit.grading.comparison.wording import error_lines
from minicompress.kit.language import row, say, sentences

__all__ = ["SubmissionError", "load_function"]


class SubmissionError(Exception):
    """The file cannot be graded; the text says why and where."""


def load_function(path, name):
    """Import the file at `path` under a name of its own and return its function `name`."""
    path = Path(path)
    with _imports_from(path.parent):
        return _load(path, name)


def _load(path, name):
    spec = importlib.util.spec_from_file_location(f"submission_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # dataclasses and pickle look themselves up there
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # no litter beside the learner's file
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise SubmissionError(_syntax_error(error, path)) from error
    except (Exception, SystemExit) as error:
        raise SubmissionError(_import_error(error, path)) from error
    finally:
        sys.dont_write_bytecode = writes_bytecode
    function = getattr(module, name, None)
    if callable(function):
        return function
    raise SubmissionError(_no_function(vars(module), name, path))


@contextlib.contextmanager
def _imports_from(folder):
    """Let the answer import what lies beside it, after everything else: its `numpy.py` does not stand in for NumPy.

    What it imports from there is forgotten afterwards: the next answer may have a module of the same name.
    """
    folder, before = str(folder), set(sys.modules)
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if os.path.dirname(file) == folder and not name.startswith("submission_"):
                del sys.modules[name]


def _syntax_error(error, path):
    text = (error.text or "").rstrip("\n")
    where = f"{Path(error.filename or path).name}:{error.lineno}"
    caret = " " * max((error.offset or 1) - 1, 0) + "^" if text else ""
    return "\n".join(filter(None, [say("syntax_error", where=where, error=error.msg), text, caret]))


def _import_error(error, path):
    lines = error_lines(error, path)
    what = traceback.format_exception_only(type(error), error)[-1].strip()
    if isinstance(error, SystemExit):
        what = say("called_exit", code=error.code)
    rows = [row(say("label_line"), line) for line in lines]
    return "\n".join([say("import_error", file=path.name, error=what), *rows])


def _no_function(names, name, path):
    functions = [key for key, value in names.items() if callable(value) and not key.startswith("_")]
    close = difflib.get_close_matches(name, functions, n=1, cutoff=0.6)
    text = say("no_function", file=path.name, name=name)
    return sentences(text, say("did_you_mean", nearest=close[0])) if close else text
