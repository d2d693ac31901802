"""The project's own exercises lack nothing, and one that does not exist lacks all of it."""

from minicompress.kit.catalog import read_catalog
from minicompress.kit.development.exercise_lacks import exercise_lacks
from minicompress.kit.proof import verification


def test_no_exercise_of_the_project_lacks_anything():
    assert [lack for exercise_id in read_catalog() for lack in exercise_lacks(exercise_id)] == []


def test_an_exercise_that_nobody_began_lacks_every_file():
    missing = [lack.path.name for lack in exercise_lacks("pruning/soft_threshold") if lack.key == "dev_no_file"]
    assert sorted(missing) == sorted(
        ["soft_threshold.py", "soft_threshold.md", "soft_threshold.zh.md", "test_soft_threshold.py"]
        + [f"{kind}_soft_threshold.py" for kind in ("test", "wrong", "right", "numbers")]
        + ["soft_threshold.py"]
    )


def test_as_many_answers_are_asked_for_as_verify_demands():
    from minicompress.kit.development import exercise_lacks as module

    for name in ("FEWEST_WRONG", "FEWEST_RIGHT"):
        assert getattr(module, name) == getattr(verification, name)
