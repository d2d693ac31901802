"""A record is whole after each cell, is continued only by what is comparable, and loses nothing."""

import json

import pytest
from tiny_study import Counting, rows_of, tiny

from minicompress._base import files
from minicompress.study import engine, record


def test_two_runs_in_one_folder_lose_none_of_their_cells(tmp_path):
    """The second reads the record before the first has measured, and writes it after."""
    others = []
    one = Counting(at=lambda cell: others or others.append(engine.run(tiny(Counting()), seeds=3, out=tmp_path)))
    engine.run(tiny(one), seeds=1, out=tmp_path)
    (path,) = tmp_path.glob("*.json")
    assert {row["seed"] for row in rows_of(path)} == {0, 1, 2}


def test_a_write_that_fails_half_way_leaves_the_record_before_it(tmp_path, monkeypatch):
    def half(path, content):
        with files.replace_atomically(path) as temporary:
            temporary.write_bytes(content[: len(content) // 2])
            raise OSError("disk full")

    def fail_from_now_on(cell):
        if len(measure.cells) == 2:
            monkeypatch.setattr(files, "write_bytes", half)

    measure = Counting(fail_from_now_on)
    with pytest.raises(OSError, match="disk full"):
        engine.run(tiny(measure), out=tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["tiny.json"]
    assert len(rows_of(tmp_path / "tiny.json")) == 2


def other_versions(monkeypatch):
    monkeypatch.setattr(record, "version", lambda package: "0.0.1")
    return {}


@pytest.mark.parametrize("what", ["configuration", "versions"])
def test_cells_of_another_configuration_or_version_are_set_aside_and_not_mixed_in(tmp_path, monkeypatch, what):
    engine.run(tiny(Counting()), out=tmp_path)
    old = (tmp_path / "tiny.json").read_bytes()
    changes = {"configuration": {"epochs": 2}} if what == "configuration" else other_versions(monkeypatch)
    measure, told = Counting(), []
    engine.run(tiny(measure, **changes), out=tmp_path, progress=told.append)

    assert len(measure.cells) == 6
    assert {p.set_aside for p in told} == {tmp_path / "tiny.old-1.json"}
    assert (tmp_path / "tiny.old-1.json").read_bytes() == old
    assert len(rows_of(tmp_path / "tiny.json")) == 6


@pytest.mark.parametrize(
    "content",
    [b"", b"{half", b"\xff\xfe", b"[]", b"{}", b"null"],
)
def test_a_file_that_is_no_record_is_set_aside(tmp_path, content):
    (tmp_path / "tiny.json").write_bytes(content)
    (tmp_path / "tiny.old-1.json").write_bytes(b"an earlier one")
    measure, told = Counting(), []
    engine.run(tiny(measure), out=tmp_path, progress=told.append)

    assert len(measure.cells) == 6
    assert told[0].set_aside == tmp_path / "tiny.old-2.json"
    assert (tmp_path / "tiny.old-2.json").read_bytes() == content
    assert (tmp_path / "tiny.old-1.json").read_bytes() == b"an earlier one"


@pytest.mark.parametrize(
    ("old", "new"), [('"accuracy"', '"accurate"'), ('"cells": [', '"cells": [7, '), ('"seed"', '"s"')]
)
def test_a_record_whose_cells_are_none_is_set_aside(tmp_path, old, new):
    engine.run(tiny(Counting()), out=tmp_path)
    text = (tmp_path / "tiny.json").read_text(encoding="utf-8")
    (tmp_path / "tiny.json").write_text(text.replace(old, new), encoding="utf-8")
    measure = Counting()
    engine.run(tiny(measure), out=tmp_path)

    assert len(measure.cells) == 6


def test_the_record_says_how_it_was_made_and_how_long_it_took(tmp_path):
    kept = json.loads(engine.run(tiny(Counting()), out=tmp_path).record.read_text(encoding="utf-8"))

    assert (kept["command"], kept["seeds"]) == ("minicompress study tiny --seeds 2", 2)
    assert (kept["study"], kept["configuration"]) == ("tiny", {"epochs": 1, "targets": [0.5, 0.9]})
    assert {"python", "minicompress", "numpy", "numba"} == set(kept["versions"])
    assert kept["seconds"] == pytest.approx(sum(row["seconds"] for row in kept["cells"]), abs=0.1)
    first = kept["cells"][0]
    assert list(first) == ["arm", "target_sparsity", "seed", "seconds", "accuracy", "size_bytes"]


def test_what_is_measured_may_not_overwrite_the_cell(tmp_path):
    with pytest.raises(ValueError, match=r"study: measured must not use the keys \['seed'\] of the cell itself"):
        engine.run(tiny(lambda cell, shelf: {"accuracy": 1.0, "size_bytes": 1, "seed": 7}), out=tmp_path)
