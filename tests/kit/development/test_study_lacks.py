"""The project's own studies lack nothing, and one that does not exist lacks all of it."""

import pytest

from minicompress.kit.development.study_lacks import study_lacks
from minicompress.study import STUDIES


@pytest.mark.parametrize("name", STUDIES)
def test_no_study_of_the_project_lacks_anything(name):
    assert study_lacks(name) == []


def test_a_study_that_nobody_began_lacks_every_file_and_is_named_nowhere():
    lacks = study_lacks("widths")
    assert sorted(lack.path.name for lack in lacks if lack.key == "dev_no_file") == sorted(
        [
            *("__init__.py", "measure.py", "arms.py", "figure.py", "README.md", "README.zh-CN.md"),
            "test_measure.py",
            "test_arms.py",
            "test_figure.py",
        ]
    )
    places = {"dev_not_listed", "dev_no_block", "dev_no_result_line", "dev_no_labels", "dev_no_claims", "dev_no_row"}
    assert places <= {lack.key for lack in lacks}
