"""Every grader is verified, and the page of exercises shows the counts: in one file, since it takes minutes."""

import blocks
import numpy as np
import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.proof.verification import verify_exercises


@pytest.fixture(scope="module")
def verifications():
    """What `minicompress verify` finds of every exercise, on all cores."""
    return list(verify_exercises(list(read_catalog().values())))


def test_every_grader_of_the_project_is_proven(verifications):
    assert [result.exercise.id for result in verifications] == list(read_catalog())
    for result in verifications:
        assert (result.problems, result.survivors) == ([], []), result.exercise.id
        assert result.points > 0
        assert all(result.counts[kind] >= least for kind, least in (("wrong", 16), ("right", 2), ("mutant", 10)))


@pytest.mark.skipif(np.__version__ < "2", reason="NumPy 1 makes more mutants right")
@pytest.mark.parametrize("language", blocks.LANGUAGES)
def test_exercises_page_counts_what_verify_proves_today(language, verifications, monkeypatch):
    monkeypatch.setattr(blocks, "verifications", lambda: verifications)
    assert blocks.written("verified", language) == blocks.fresh("verified", language), blocks.HOW_TO_WRITE
