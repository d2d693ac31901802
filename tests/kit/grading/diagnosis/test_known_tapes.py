"""What the known answers do is kept on disk, read back the same, and never trusted when it is stale or damaged."""

import numpy as np
import pytest

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.diagnosis import known_tapes
from minicompress.kit.places import content

EXERCISE = "foundations/linear_backward"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache folder of its own, and a way to ask anew, as another process would."""
    monkeypatch.setenv("MINICOMPRESS_CACHE", str(tmp_path / "cache"))

    def ask():
        known_tapes._of.cache_clear()
        return known_tapes.known_answers(find_exercise(EXERCISE))

    yield ask
    known_tapes._of.cache_clear()


def files(tmp_path):
    return sorted((tmp_path / "cache" / "known-answers").glob("*"))


@pytest.fixture
def runs(monkeypatch):
    """How many answers were run."""
    count, record = [], known_tapes.record
    monkeypatch.setattr(known_tapes, "record", lambda *args, **kwargs: count.append(1) or record(*args, **kwargs))
    return count


def test_the_second_process_runs_no_known_answer_and_knows_the_same(kept, runs, tmp_path):
    first = kept()
    assert len(runs) > 20
    del runs[:]
    second = kept()
    assert runs == []
    assert [row.answer.name for row in first] == [row.answer.name for row in second]
    for one, other in zip(first, second, strict=True):
        assert one.failed == other.failed
        assert one.did_the_same_as(other)
        assert list(one.traces) == list(other.traces)
    different = [row for row in second if not row.did_the_same_as(first[0])]
    assert different
    assert len(files(tmp_path)) == 1


def test_another_text_of_the_answers_is_another_file_and_the_old_one_goes(kept, runs, tmp_path, monkeypatch):
    kept()
    (old,) = files(tmp_path)
    changed = tmp_path / f"wrong_{EXERCISE.split('/')[1]}.py"
    changed.write_text(content().graded_file(EXERCISE, "wrong").read_text(encoding="utf-8") + "\n# changed\n")
    original = type(content()).graded_file
    monkeypatch.setattr(
        type(content()),
        "graded_file",
        lambda self, exercise, kind: changed if kind == "wrong" else original(self, exercise, kind),
    )
    del runs[:]
    kept()
    assert runs
    (new,) = files(tmp_path)
    assert new != old


@pytest.mark.parametrize("damage", ["cut", "another byte", "empty", "of other answers", "not ours"])
def test_a_damaged_file_is_made_anew(kept, runs, tmp_path, damage):
    expected = kept()
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "another byte":
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "of other answers":
        known_tapes._write(path, expected[1:])
    else:
        np.savez(path, index=np.zeros(3, np.uint8), numbers=np.zeros(1), whole=np.zeros(1, bool))
    del runs[:]
    rows = kept()
    assert runs
    assert all(one.did_the_same_as(other) for one, other in zip(rows, expected, strict=True))


def test_a_folder_that_cannot_be_used_costs_only_time(kept, runs, tmp_path, monkeypatch):
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    monkeypatch.setenv("MINICOMPRESS_CACHE", str(blocked))
    assert kept()
    assert runs
