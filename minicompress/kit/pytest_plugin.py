"""The graded checks as plain pytest.

    pytest                                        grades solutions/: the project's own test
    pytest tests/graded --submission exercises    grades the files of that folder, here the learner's

The checks are those of `minicompress check`; here they run in pytest's own process, without limits of time and memory.
"""

from pathlib import Path

import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.grading import grade
from minicompress.kit.grading.child_process import loading
from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.submission import Submission
from minicompress.kit.places import content, no_file


def pytest_addoption(parser):
    """Add `--submission DIR`."""
    parser.addoption("--submission", metavar="DIR", help="grade DIR/<chapter>/<slug>.py instead of the solutions")


def _folder(config):
    given = config.getoption("--submission")
    return Path(given) if given else content().solutions


def pytest_report_header(config):
    """Say what is graded."""
    given = config.getoption("--submission")
    what = f"{given} (--submission)" if given else "solutions/ (yours: pytest tests/graded --submission exercises)"
    return f"minicompress: graded checks grade {what}"


def pytest_configure(config):
    """Refuse a folder that is not there, instead of failing every check."""
    if not _folder(config).is_dir():
        raise pytest.UsageError(f"--submission {_folder(config)}: no such folder")


@pytest.fixture
def submission(request):
    """The answer under test for the exercise that the module's path names."""
    exercise = _exercise_of(request.path)
    path = (_folder(request.config) / f"{exercise.id}.py").absolute()
    if not path.is_file():
        pytest.fail(no_file(path), pytrace=False)
    try:
        function = loading.load_function(path, exercise.slug)
    except loading.SubmissionError as error:
        pytest.fail(str(error), pytrace=False)
    return Submission(function, exercise.slug, source=str(path))


def _exercise_of(path):
    return read_catalog()[f"{path.parent.name}/{path.stem.removeprefix('test_')}"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    """Turn a failed check into its message and diagnosis, without pytest's traceback of the grader."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, CheckFailed) and "submission" in item.funcargs:
        failure = pytest.fail.Exception(_explain(item, error), pytrace=False)
        call.excinfo = pytest.ExceptionInfo.from_exc_info((type(failure), failure, error.__traceback__))


_graded = pytest.StashKey()  # {path of an answer: its results}: one grading explains all its failed checks


def _explain(item, failure):
    submission = item.funcargs["submission"]
    graded = item.config.stash.setdefault(_graded, {})
    if submission.source not in graded:
        graded[submission.source] = grade.grade_function(_exercise_of(item.path), submission.function)
    results = graded[submission.source]
    diagnosis = next((result.diagnosis for result in results if result.name == item.name), None)
    return f"{diagnosis}\n{failure}" if diagnosis else str(failure)
