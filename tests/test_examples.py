"""Examples in docstrings: each one runs, and each name that a room exports has one.

An example sees the names of its module, `np` among them, as `help` shows it there. What it prints must be the same
under NumPy 1.24 and 2, which show a scalar differently: an example prints `float(...)`, `round(...)` or `.tolist()`.
"""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import minicompress

# Rooms whose exported names need no example yet; subfolders count with their room.
EXEMPT = {"kit", "recipes", "study"}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def _is_run_when_imported(name):
    return name.endswith("__main__")


MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(minicompress.__path__, "minicompress.")
    if not _is_run_when_imported(module.name)
)
ROOMS = sorted(
    module.name
    for module in pkgutil.walk_packages(minicompress.__path__, "minicompress.")
    if module.ispkg and module.name.split(".")[1] not in EXEMPT
)


def _doctests(name):
    """Return the doctests of a module, of its own functions and classes."""
    return [test for test in doctest.DocTestFinder().find(importlib.import_module(name), name) if test.examples]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_show(name):
    runner, report = doctest.DocTestRunner(optionflags=FLAGS), []
    for test in _doctests(name):
        runner.run(test, out=report.append)
    assert not runner.failures, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_examples_show_no_scalar_of_numpy(name):
    shown = [example.want for test in _doctests(name) for example in test.examples]
    scalars = [want for want in shown if "np.float" in want or "np.int" in want or "np.True" in want]
    assert not scalars, "NumPy 1.24 shows it without its type"


@pytest.mark.parametrize("name", ROOMS)
def test_every_exported_name_has_an_example(name):
    room = importlib.import_module(name)
    exported = {one: getattr(room, one) for one in getattr(room, "__all__", ())}
    described = {one: value for one, value in exported.items() if inspect.isclass(value) or inspect.isroutine(value)}
    assert not [one for one, value in described.items() if ">>>" not in (value.__doc__ or "")]
