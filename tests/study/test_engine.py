"""A study measures every cell once, and a run that was stopped measures only what is missing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_study
from tiny_study import Counting, rows_of, tiny

from minicompress.study import engine


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


@pytest.mark.parametrize("seeds", [0, -1, 1.5, True])
def test_bad_seeds_are_named_before_anything_is_written(tmp_path, seeds):
    with pytest.raises(ValueError, match="study: seeds must be an integer >= 1"):
        engine.run(tiny(Counting()), seeds=seeds, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
