"""The orders study runs once on a few images for all test files of this folder."""

import contextlib

import pytest
from small_orders import FEW, small_mnist
from tiny_study import rows_of

from minicompress.study import engine
from minicompress.study.orders import measure as orders


@contextlib.contextmanager
def a_few_images():
    """The miniature, smaller still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "QUICK", FEW)
        mnist = small_mnist()
        patch.setattr(orders, "data", type("data", (), {"load": staticmethod(lambda name: mnist)}))
        yield


@pytest.fixture(autouse=True, scope="module")
def few():
    """Every study that a test begins is the small one."""
    with a_few_images():
        yield


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """(result, folder, {(arm, images): row}) of one seed."""
    out = tmp_path_factory.mktemp("study")
    with a_few_images():
        result = engine.run(orders.study(quick=True), seeds=1, out=out)
    return result, out, {(row["arm"], row["training_images"]): row for row in rows_of(result.record)}
