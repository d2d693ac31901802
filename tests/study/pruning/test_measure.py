"""The pruning study on a few images: what each arm keeps, what its files weigh, the same numbers for the same seed."""

import dataclasses

import numpy as np
import pytest
from tiny_study import rows_of

from minicompress import nn
from minicompress.deploy import encode
from minicompress.pruning import pruning_report, structure_pruning
from minicompress.study import STUDIES, engine, find_study
from minicompress.study.pruning import measure as pruning
from minicompress.study.pruning import neurons
from minicompress.study.shelf import Shelf

# Older matplotlib calls a newer pyparsing by names that it is giving up: theirs to settle, and no error of ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")

TARGETS = (0.5, 0.95)
FEW = dataclasses.replace(pruning.QUICK, training_samples=300, validation_samples=200, target_sparsities=TARGETS)
FEW = dataclasses.replace(FEW, batch_size=20, gradual_interval=3)


@pytest.fixture(scope="module", autouse=True)
def few():
    """The miniature, smaller still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "QUICK", FEW)
        yield


@pytest.fixture(scope="module")
def run(few, tmp_path_factory):
    """(result, folder, {(arm, target): row}) of one seed."""
    out = tmp_path_factory.mktemp("study")
    result = engine.run(find_study("pruning", quick=True), seeds=1, out=out)
    return result, out, {(row["arm"], row["target_sparsity"]): row for row in rows_of(result.record)}


def test_every_arm_is_measured_at_every_target_and_the_dense_network_once(run):
    arms = {"weight", "structure", "structure_bytes", "hybrid", "random", "iterative", "gradual", "untuned"}
    assert set(run[2]) == {("dense", 0.0)} | {(arm, target) for arm in arms for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS)
def test_all_arms_keep_equally_many_weights_near_the_target(run, target):
    rows = {arm: row for (arm, at), row in run[2].items() if at == target}
    kept = rows.pop("structure_bytes")["weights"], {row["weights"] for row in rows.values()}

    assert len(kept[1]) == 1
    (weights,) = kept[1]
    assert (
        abs(weights - (1 - target) * 266_200) < 500
    )  # half the weights of a first-layer neuron, and of a third of one
    assert kept[0] > weights
    for row in rows.values():
        assert row["sparsity"] == 1 - weights / 266_200


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


def test_the_hybrid_takes_the_same_factor_by_neurons_and_by_weights(run):
    hybrid = run[2]["hybrid", 0.95]
    by_neurons, by_weights = hybrid["macs"] / 266_200, hybrid["weights"] / hybrid["macs"]
    assert by_neurons == pytest.approx(by_weights, rel=0.05)


def test_random_masks_are_the_floor_and_fine_tuning_helps_even_here(run):
    accuracy = {key: row["accuracy"] for key, row in run[2].items()}
    assert accuracy["random", 0.95] < accuracy["weight", 0.95]
    assert accuracy["untuned", 0.95] < accuracy["weight", 0.95]


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


def test_the_picture_has_the_three_panels_and_is_labelled_as_a_miniature(run):
    figure = find_study("pruning", quick=True).figure(run[0].summaries, "a title")
    titles = [axes.get_title() for axes in figure.axes]

    assert titles == ["at equal numbers of weights", "by the size of the file", "when to prune"]
    assert [len(axes.lines) for axes in figure.axes] == [5, 5, 5]  # four arms and the dotted line
    assert len(figure.axes[1].lines[2].get_xdata()) == 2 * len(TARGETS)  # the neurons at equal bytes too
    assert run[0].picture.read_bytes().startswith(b"\x89PNG")


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


# --- neurons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [0, 1, 2, 3, 29, 150, 297, 299])
def test_numbers_of_weights_are_those_that_structure_pruning_leaves(gone):
    model = nn.zoo.lenet_300_100(rng=np.random.default_rng(0))
    share = neurons._SHARES[gone]
    smaller = structure_pruning(model, share)

    assert pruning_report(smaller).weights == neurons.weights_left(share)
    assert sum(p.size for p in smaller.parameters()) == neurons.parameters_left(share)


def test_counts_by_hand_and_the_nearest_is_taken():
    assert neurons.weights_left(0.0) == 266_200
    assert neurons.weights_left(0.5) == 784 * 150 + 150 * 50 + 50 * 10
    counts = [784 * (300 - k) + (300 - k) * (100 - k // 3) + (100 - k // 3) * 10 for k in range(300)]
    assert [neurons.weights_left(share) for share in neurons._SHARES] == counts
    for wanted in (0, 2365, 2700, 2800, 26_620, 133_100, 266_200):
        nearest = min(counts, key=lambda count: abs(count - wanted))
        assert neurons.weights_left(neurons.share_for(wanted)) == nearest


# --- the room ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_and_its_miniature_differ_in_their_configuration(name):
    full, quick = find_study(name), find_study(name, quick=True)
    assert (full.name, full.quick, quick.quick) == (name, False, True)
    assert full.configuration != quick.configuration


def test_an_unknown_study_is_refused():
    with pytest.raises(ValueError, match=r"find_study: name must be one of 'pruning'.*, got 'prunning'"):
        find_study("prunning")
