"""The record of a demo: rows measured on files, and a JSON file that says how to get them again."""

import numpy as np

from minicompress import nn
from minicompress.deploy import encode
from minicompress.recipes import demo_record


def test_accuracy_is_that_of_what_comes_back_from_the_file(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 8)).astype(np.float32)
    good, bad = nn.zoo.mlp([8, 3], rng=rng), nn.zoo.mlp([8, 3], rng=rng)
    y = good.predict(x).argmax(axis=1)
    monkeypatch.setattr(demo_record, "read", lambda path: encode(bad))
    bench = demo_record.Bench(tmp_path, x, y)

    bench.measure(good, "good", "original")

    assert bench.rows[0].accuracy == nn.accuracy(bad, x, y) < 1.0
