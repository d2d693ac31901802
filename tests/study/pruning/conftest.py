"""The pruning study runs once on a few images for all test files of this folder."""

import contextlib

import pytest
from small_pruning import FEW
from tiny_study import rows_of

from minicompress.study import engine, find_study
from minicompress.study.pruning import measure as pruning


@contextlib.contextmanager
def a_few_images():
    """The miniature, smaller still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "QUICK", FEW)
        yield


@pytest.fixture(autouse=True, scope="module")
def few():
    """Every study that a test begins is the small one."""
    with a_few_images():
        yield


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """(result, folder, {(arm, target): row}) of one seed."""
    out = tmp_path_factory.mktemp("study")
    with a_few_images():
        result = engine.run(find_study("pruning", quick=True), seeds=1, out=out)
    return result, out, {(row["arm"], row["target_sparsity"]): row for row in rows_of(result.record)}
