import json

import numpy as np

from minicompress.bench import child


def test_peak_memory_is_that_of_this_process_in_bytes():
    import psutil

    now = psutil.Process().memory_info().rss
    assert now / 2 < child._peak_bytes() < 100 * now


def test_child_prints_json_of_the_task(capsys, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((100, 1, 28, 28), np.float32))
    np.save(tmp_path / "y.npy", np.zeros(100, np.int64))
    task = {"task": "first_step", "images": str(tmp_path / "x.npy"), "labels": str(tmp_path / "y.npy")}
    child.main([json.dumps(task)])
    assert set(json.loads(capsys.readouterr().out)) == {"first_seconds", "second_seconds"}


def test_a_slow_race_ends_after_three_rounds(monkeypatch):
    monkeypatch.setattr(child, "_ENOUGH_SECONDS", 0)
    monkeypatch.setattr(child, "contestant", lambda *_: lambda x, y: None)
    seconds = child._race("lenet5", np.zeros(1), np.zeros(1), 1, 9, True)
    assert [len(of_one) for of_one in seconds.values()] == [3, 3, 3]
