"""The quantization study runs once on a few images for all test files of this folder."""

import contextlib

import pytest
from small_quantization import FEW
from tiny_study import rows_of

from minicompress.study import engine, find_study
from minicompress.study.quantization import measure as quantization


@contextlib.contextmanager
def a_few_images():
    """The miniature, smaller still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantization, "QUICK", FEW)
        yield


@pytest.fixture(autouse=True, scope="module")
def few():
    """Every study that a test begins is the small one."""
    with a_few_images():
        yield


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """(result, folder, {(arm, bits): row}) of one seed."""
    out = tmp_path_factory.mktemp("study")
    with a_few_images():
        result = engine.run(find_study("quantization", quick=True), seeds=1, out=out)
    return result, out, {(row["arm"], row["bits"]): row for row in rows_of(result.record)}
