"""The record of a demo: rows measured on files, and a JSON file that says how to get them again."""

import dataclasses
import json

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


def test_a_row_counts_the_values_that_the_file_holds(tmp_path):
    rng = np.random.default_rng(0)
    model, x = nn.zoo.mlp([8, 3], rng=rng), rng.normal(size=(20, 8)).astype(np.float32)
    model.weight_parameters()[0].value[:, ::2] = 0
    bench = demo_record.Bench(tmp_path, x, model.predict(x).argmax(axis=1))
    bench.measure(model, "pruned 50%, fine-tuned", "pruning", sparse=True)
    bench.measure(model, "dense", "original")
    pruned, dense = bench.rows
    assert (pruned.parameters_kept, dense.parameters_kept) == (12 + 3, 24 + 3)
    assert (pruned.file, pruned.kind, dense.accuracy) == ("pruned-50-fine-tuned.npz", "pruning", 1.0)
    assert [(tmp_path / row.file).stat().st_size for row in bench.rows] == [row.size_bytes for row in bench.rows]


def test_the_record_has_the_command_the_versions_and_every_row(tmp_path):
    row = demo_record.DemoRow("8 bits", "quantization", 0.5, 27, 100, "dense", "one byte a weight", "8-bits.npz")
    path = demo_record.write_record(tmp_path / "demo.json", [row], seed=4, quick=False, seconds=1.26)
    record = json.loads(path.read_text(encoding="utf-8"))
    assert (record["command"], record["seconds"]) == ("minicompress demo --seed 4", 1.3)
    assert set(record["versions"]) == {"minicompress", "numpy", "python"}
    assert record["rows"] == [dataclasses.asdict(row)]
    demo_record.write_record(path, [], seed=4, quick=True, seconds=0)
    assert json.loads(path.read_text(encoding="utf-8"))["command"].endswith(" --quick")


def test_the_picture_shows_each_row_and_the_weights_of_the_first_layer(tmp_path, monkeypatch):
    model = nn.zoo.mlp([8, 5, 3], rng=np.random.default_rng(0))
    row = demo_record.DemoRow("dense", "original", 0.5, 27, 100, "dense", "", "dense.npz")
    drawn, plain = [], demo_record.plots.compression_figure
    monkeypatch.setattr(
        demo_record.plots,
        "compression_figure",
        lambda *parts, **options: drawn.append(parts) or plain(*parts, **options),
    )
    path = demo_record.draw(tmp_path / "demo.png", [row], {"before": (model, "original")}, title="a title")
    assert path.read_bytes().startswith(b"\x89PNG")
    (((point,), (panel,)),) = drawn
    assert (point.accuracy, point.size_bytes) == (0.5, 100)
    assert [part.size for part in vars(panel).values() if isinstance(part, np.ndarray)] == [40]
