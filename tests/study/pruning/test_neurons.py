"""The weights left when neurons are removed, counted by hand and as structure pruning leaves them."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.pruning import pruning_report, structure_pruning
from minicompress.study.pruning import neurons


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
