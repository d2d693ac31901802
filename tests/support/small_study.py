"""The fixtures of a study's folder: its miniature, smaller still, measured once for all test files."""

import contextlib

import pytest
from tiny_study import rows_of

from minicompress.study import engine


@contextlib.contextmanager
def _patched(measure, values):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(measure, name, value)
        yield


def fixtures(measure, **values):
    """Return the fixtures `few` and `run` of a study whose module `measure` has these values instead of its own."""

    @pytest.fixture(autouse=True, scope="module")
    def few():
        """Every study that a test begins is the small one."""
        with _patched(measure, values):
            yield

    @pytest.fixture(scope="session")
    def run(tmp_path_factory):
        """(result, folder, {(arm, setting): row}) of one seed."""
        out = tmp_path_factory.mktemp("study")
        with _patched(measure, values):
            study = measure.study(quick=True)
            result = engine.run(study, seeds=1, out=out)
        return result, out, {(row["arm"], row[study.setting]): row for row in rows_of(result.record)}

    return few, run
