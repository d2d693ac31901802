"""A study is found by its name, in full and in miniature."""

import pytest

from minicompress.study import STUDIES, find_study


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_and_its_miniature_differ_in_their_configuration(name):
    full, quick = find_study(name), find_study(name, quick=True)
    assert (full.name, full.quick, quick.quick) == (name, False, True)
    assert full.configuration != quick.configuration


def test_an_unknown_study_is_refused():
    with pytest.raises(ValueError, match=r"find_study: name must be one of 'pruning'.*, got 'prunning'"):
        find_study("prunning")
