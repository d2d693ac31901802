"""A study that is stopped goes on; what is not comparable is never mixed; a record is whole at any moment."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_study
from tiny_study import Counting, rows_of, tiny

from minicompress._base import files
from minicompress.study import engine, record


def stop_at(count, error=KeyboardInterrupt):
    """A measure that raises in place of its cell number `count`, from 0."""
    measure = Counting()

    def at(cell):
        if len(measure.cells) == count:
            raise error

    measure.at = at
    return measure


def test_every_cell_is_measured_once_and_seed_by_seed(tmp_path):
    measure = Counting()
    result = engine.run(tiny(measure), out=tmp_path)

    three = [("weight", 0.5), ("weight", 0.9), ("random", 0.5)]
    assert [(c.arm, c.setting, c.seed) for c in measure.cells] == [(*c, seed) for seed in (0, 1) for c in three]
    assert [(s.arm, s.setting, len(s.accuracies)) for s in result.summaries] == [(*c, 2) for c in three]
    assert result.picture.read_text() == "Tiny: median and range of 2 seeds"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.json", "tiny.png"]


@pytest.mark.parametrize("stopped_at", [0, 1, 4])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_was_stopped_measures_only_what_is_missing(tmp_path, stopped_at, error):
    whole = engine.run(tiny(Counting()), out=tmp_path / "whole")
    with pytest.raises(error):
        engine.run(tiny(stop_at(stopped_at, error)), out=tmp_path / "stopped")
    measure, told = Counting(), []
    result = engine.run(tiny(measure), out=tmp_path / "stopped", progress=told.append)

    assert len(measure.cells) == 6 - stopped_at
    assert rows_of(result.record) == rows_of(whole.record)
    assert result.summaries[0].accuracies == whole.summaries[0].accuracies
    assert [(p.done, p.total, p.kept) for p in told] == [(n, 6, stopped_at) for n in range(stopped_at, 7)]


def test_a_whole_record_is_measured_no_more(tmp_path):
    first = engine.run(tiny(Counting()), out=tmp_path)
    content = first.record.read_bytes()
    measure = Counting()
    engine.run(tiny(measure), out=tmp_path)

    assert measure.cells == []
    assert first.record.read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_process_that_was_killed_leaves_the_cells_that_it_had_measured(tmp_path):
    code = """
import os, signal, sys
from pathlib import Path
from tiny_study import Counting, tiny
from minicompress.study import engine

measure = Counting(lambda cell: len(measure.cells) == 2 and os.kill(os.getpid(), signal.SIGKILL))
engine.run(tiny(measure), out=Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=Path(tiny_study.__file__).parent, timeout=60)

    assert done.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.json"]
    assert len(rows_of(tmp_path / "tiny.json")) == 2
    measure = Counting()
    engine.run(tiny(measure), out=tmp_path)
    assert len(measure.cells) == 4


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


def test_a_miniature_is_labelled_and_has_a_record_of_its_own(tmp_path):
    engine.run(tiny(Counting()), out=tmp_path)
    measure = Counting()
    result = engine.run(tiny(measure, quick=True), out=tmp_path)

    assert len(measure.cells) == 6
    assert [path.name for path in (result.record, result.picture)] == ["tiny-quick.json", "tiny-quick.png"]
    assert "quick miniature" in result.picture.read_text()
    kept = json.loads(result.record.read_text(encoding="utf-8"))
    assert (kept["quick"], kept["command"]) == (True, "minicompress study tiny --quick --seeds 2")
    (tmp_path / "tiny-quick.json").replace(tmp_path / "tiny.json")  # even under the other's name
    engine.run(tiny(measure), out=tmp_path)
    assert len(measure.cells) == 12


def test_more_seeds_measure_only_the_new_ones_and_fewer_lose_none(tmp_path):
    engine.run(tiny(Counting()), seeds=1, out=tmp_path)
    measure = Counting()
    three = engine.run(tiny(measure), seeds=3, out=tmp_path)
    assert {cell.seed for cell in measure.cells} == {1, 2}
    assert json.loads(three.record.read_text(encoding="utf-8"))["command"] == "minicompress study tiny --seeds 3"

    one = engine.run(tiny(measure), seeds=1, out=tmp_path)
    assert len(measure.cells) == 6
    assert [len(s.accuracies) for s in one.summaries] == [1, 1, 1]
    assert one.picture.read_text().endswith("of 1 seed")
    assert len(rows_of(one.record)) == 9
    assert json.loads(one.record.read_text(encoding="utf-8"))["command"] == "minicompress study tiny --seeds 3"


def test_the_record_says_how_it_was_made_and_how_long_it_took(tmp_path):
    kept = json.loads(engine.run(tiny(Counting()), out=tmp_path).record.read_text(encoding="utf-8"))

    assert (kept["command"], kept["seeds"]) == ("minicompress study tiny --seeds 2", 2)
    assert (kept["study"], kept["configuration"]) == ("tiny", {"epochs": 1, "targets": [0.5, 0.9]})
    assert {"python", "minicompress", "numpy", "numba"} == set(kept["versions"])
    assert kept["seconds"] == pytest.approx(sum(row["seconds"] for row in kept["cells"]), abs=0.1)
    first = kept["cells"][0]
    assert list(first) == ["arm", "target_sparsity", "seed", "seconds", "accuracy", "size_bytes"]


@pytest.mark.parametrize("seeds", [0, -1, 1.5, True])
def test_bad_seeds_are_named_before_anything_is_written(tmp_path, seeds):
    with pytest.raises(ValueError, match="study: seeds must be an integer >= 1"):
        engine.run(tiny(Counting()), seeds=seeds, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_measured_may_not_overwrite_the_cell(tmp_path):
    with pytest.raises(ValueError, match=r"study: measured must not use the keys \['seed'\] of the cell itself"):
        engine.run(tiny(lambda cell, shelf: {"accuracy": 1.0, "size_bytes": 1, "seed": 7}), out=tmp_path)
