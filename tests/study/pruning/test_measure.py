"""The pruning study on a few images: what each arm keeps, what its files weigh, the same numbers for the same seed."""

import numpy as np
import pytest
from small_pruning import TARGETS
from tiny_study import rows_of

from minicompress import nn
from minicompress.deploy import encode
from minicompress.study import engine, find_study
from minicompress.study.pruning import measure as pruning
from minicompress.study.shelf import Shelf

# Older matplotlib calls a newer pyparsing by names that it is giving up: theirs to settle, and no error of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


def test_every_arm_is_measured_at_every_target_and_the_dense_network_once(run):
    arms = {"weight", "structure", "structure_bytes", "hybrid", "random", "iterative", "gradual", "untuned"}
    assert set(run[2]) == {("dense", 0.0)} | {(arm, target) for arm in arms for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS)
def test_the_files_of_the_neurons_are_as_large_as_those_of_the_weights(run, target):
    weight, neurons_gone = run[2]["weight", target], run[2]["structure_bytes", target]

    assert weight["size_bytes"] == weight["sparse_bytes"] < weight["dense_bytes"]
    assert neurons_gone["size_bytes"] == neurons_gone["dense_bytes"] < neurons_gone["sparse_bytes"]
    # A neuron of the first layer is 785 to 884 numbers; every third takes one of the second layer with it.
    assert abs(weight["size_bytes"] - neurons_gone["size_bytes"]) < 4 * 1300


@pytest.mark.parametrize("target", TARGETS)
def test_parameters_macs_and_bytes_are_those_of_the_shapes(run, target):
    weight, structure, hybrid = (run[2][arm, target] for arm in ("weight", "structure", "hybrid"))

    assert weight["macs"] == 266_200
    assert weight["parameters"] == weight["weights"] + 410
    assert structure["macs"] == structure["weights"] < hybrid["macs"] < 266_200
    assert structure["parameters"] < structure["weights"] + 410
    assert weight["dense_bytes"] == run[2]["dense", 0.0]["size_bytes"]
    assert 0 < weight["sparse_bytes"] - (6 * weight["weights"] + 4 * (410 + 413)) < 5000  # names and headers


def test_the_same_seed_gives_the_same_numbers_also_after_an_interruption(run, tmp_path):
    def stop(progress):
        if progress.done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run(find_study("pruning", quick=True), seeds=1, out=tmp_path, progress=stop)
    (dense,) = tmp_path.glob("*.npz")
    written = dense.stat().st_mtime_ns
    result = engine.run(find_study("pruning", quick=True), seeds=1, out=tmp_path)

    assert rows_of(result.record) == rows_of(run[0].record)
    assert dense.stat().st_mtime_ns == written  # the dense network was read, not trained again
    assert result.picture.read_bytes() == run[0].picture.read_bytes()


def test_the_test_set_decides_nothing(run, tmp_path, monkeypatch):
    x, y, x_test, y_test = pruning.data.load("mnist")
    monkeypatch.setattr(pruning.data, "load", lambda name: (x, y, x_test, (y_test + 1) % 10))
    (tmp_path / "out").mkdir()
    study, shelf = find_study("pruning", quick=True), Shelf(tmp_path / "out", "s")
    for arm in ("weight", "iterative"):
        measured = study.measure(engine.Cell(arm, 0.5, 0), shelf)
        right = run[2][arm, 0.5]
        assert measured["accuracy"] < 1 - right["accuracy"]  # labels that are wrong, so the same predictions are too
        assert measured["validation_accuracy"] == right["validation_accuracy"]


def test_accuracies_are_those_of_what_comes_back_from_the_smaller_file(run, tmp_path, monkeypatch):
    read, dense = [], nn.zoo.lenet_300_100(rng=np.random.default_rng(7))

    def read_another(path):
        read.append(path.name)
        return encode(dense)

    monkeypatch.setattr(pruning, "read", read_another)
    study, shelf = find_study("pruning", quick=True), Shelf(tmp_path, "s")
    measured = study.measure(engine.Cell("untuned", 0.95, 0), shelf)
    _, _, x, y = pruning.data.load("mnist")

    assert read == ["True.npz"]  # the sparse one
    assert measured["accuracy"] == nn.accuracy(dense, x, y)
    assert (measured["weights"], measured["sparsity"]) == (266_200, 0.0)
