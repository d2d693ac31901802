"""All arms keep equally many weights, each in its own way."""

import pytest
from small_pruning import TARGETS


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


def test_the_hybrid_takes_the_same_factor_by_neurons_and_by_weights(run):
    hybrid = run[2]["hybrid", 0.95]
    by_neurons, by_weights = hybrid["macs"] / 266_200, hybrid["weights"] / hybrid["macs"]
    assert by_neurons == pytest.approx(by_weights, rel=0.05)


def test_random_masks_are_the_floor_and_fine_tuning_helps_even_here(run):
    accuracy = {key: row["accuracy"] for key, row in run[2].items()}
    assert accuracy["random", 0.95] < accuracy["weight", 0.95]
    assert accuracy["untuned", 0.95] < accuracy["weight", 0.95]
