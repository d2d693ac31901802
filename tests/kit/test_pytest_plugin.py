"""The graded checks as plain pytest: `pytest tests/graded --submission DIR`, and without DIR the solutions."""

import subprocess
import sys

import pytest
from kit_command import PRUNING, environment, write_submission

from minicompress.kit.grading.checks import load_checks
from minicompress.kit.places import PACKAGE, content

CHECKS = len(load_checks(PRUNING))
WITHOUT_ABS = """import numpy as np
def weight_pruning(model, threshold):
    if not threshold >= 0:
        raise ValueError("threshold")
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            w[w < threshold] = 0
            zeros += np.count_nonzero(w == 0)
            total += w.size
    return zeros / total if total else 0.0
"""


def pytest_on(*words):
    """Run pytest in the clone on the graded checks of weight pruning, without leaving anything there."""
    checks = content().graded_file(PRUNING, "test")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(checks), *map(str, words)],
        cwd=PACKAGE.parent,
        env=environment(PYTEST_ADDOPTS=None),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


pytestmark = pytest.mark.skipif(not content().is_clone, reason="tests/graded lies in a clone")


def test_without_a_folder_the_solutions_are_graded_and_the_header_says_so():
    result = pytest_on("-v")
    assert result.returncode == 0, result.stdout
    assert "graded checks grade solutions/" in result.stdout
    assert f"{CHECKS} passed" in result.stdout


def test_a_wrong_submission_fails_with_its_diagnosis_and_without_the_graders_traceback(tmp_path):
    folder = write_submission(tmp_path / "my 答案", {PRUNING: WITHOUT_ABS})
    result = pytest_on("-v", "--submission", folder)
    assert result.returncode == 1
    assert f"graded checks grade {folder} (--submission)" in result.stdout
    assert "It compares w, not |w|: large negative weights are pruned too." in result.stdout
    assert "It returned a wrong value." in result.stdout
    assert "submission.agrees_with" not in result.stdout
    assert "passed" in result.stdout.splitlines()[-1]  # the checks that it meets


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def weight_prune(model, threshold): pass\n", "Did you mean `weight_prune`?"),
        (None, "No file"),
    ],
    ids=["another name", "missing"],
)
def test_a_file_that_cannot_be_graded_gives_every_check_the_same_sentence(tmp_path, source, words):
    folder = write_submission(tmp_path, {PRUNING: source} if source else {})
    result = pytest_on("--submission", folder)
    assert result.returncode == 1
    assert words in result.stdout
    assert f"{CHECKS} errors" in result.stdout


def test_a_missing_folder_is_a_usage_error(tmp_path):
    result = pytest_on("--submission", tmp_path / "nowhere")
    assert result.returncode == 4
    assert "nowhere: no such folder" in result.stderr
