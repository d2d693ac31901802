"""What the cards of structured pruning say in words holds: small experiments behind reasons and advice."""

import json
import statistics
from pathlib import Path

import numpy as np
import pytest

from minicompress import nn, study

# --- network_slimming -------------------------------------------------------------------------------------------------


def scales_after_training(want, lam, decay):
    """The scales that gradient descent finds for sum (g - want)²/2 + lam |g| + decay g²/2."""
    g = np.full_like(want, 0.5)
    for _ in range(3000):
        g -= 0.01 * ((g - want) + lam * np.sign(g) + decay * g)
    return g


def test_weight_decay_on_gamma_leaves_the_same_scales_zero_and_shrinks_the_others_alike():
    want = np.array([1.0, 0.3, 0.15, 0.05, 0.01])
    without, with_decay = (scales_after_training(want, 0.1, decay) for decay in (0, 0.5))
    alive = np.abs(without) > 2e-3
    np.testing.assert_array_equal(alive, np.abs(with_decay) > 2e-3)
    np.testing.assert_allclose(with_decay[alive], without[alive] / 1.5, atol=1e-6)


@pytest.mark.parametrize(("decay", "fades"), [(0, True), (0.05, False)])
def test_weight_decay_on_the_next_weights_keeps_the_penalty_from_shrinking_every_scale(decay, fades):
    gamma, w = 1.0, 1.0
    for _ in range(20_000):
        error = gamma * w - 1
        dgamma, dw = error * w + 0.05 * np.sign(gamma), error * gamma + decay * w
        gamma, w = gamma - 0.02 * dgamma, w - 0.02 * dw
    assert (gamma < 0.5) == fades
    assert gamma * w > 0.8  # the network computes the same either way


def test_a_constant_in_front_of_batch_norm_vanishes_in_training_and_not_with_the_old_running_mean(rng):
    x = rng.normal(size=(32, 4)).astype(np.float32)
    norm = nn.BatchNorm1d(4)
    before = norm.forward(x, training=True)
    at_rest = norm.forward(x)
    assert np.abs(norm.forward(x + 3) - at_rest).max() > 2
    np.testing.assert_allclose(norm.forward(x + 3, training=True), before, atol=1e-5)


# --- hybrid_pruning ---------------------------------------------------------------------------------------------------


def test_a_bitmask_gets_smaller_where_fewer_places_hold_the_same_weights():
    budget = 26_620
    sizes = [budget * 4 + places // 8 for places in (266_200, 194_025, 125_600, 60_925)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.85 * sizes[0]


def test_a_neuron_without_inputs_sends_a_constant_that_the_next_bias_can_take_over(rng):
    w1, b1, w2, b2 = rng.normal(size=(5, 3)), np.full(5, 0.7), rng.normal(size=(2, 5)), rng.normal(size=2)
    w1[2] = 0
    x, stay = rng.normal(size=(9, 3)), [0, 1, 3, 4]
    h = np.maximum(x @ w1.T + b1, 0)
    y, without = h @ w2.T + b2, h[:, stay] @ w2[:, stay].T + b2
    assert np.abs(without - y).max() > 0.1
    np.testing.assert_allclose(without + 0.7 * w2[:, 2], y, atol=1e-12)


# --- structure_pruning ------------------------------------------------------------------------------------------------


def test_single_weights_reach_a_higher_sparsity_than_neurons_in_the_study():
    text = Path(study.__file__).parent.joinpath("pruning", "measured.json").read_text(encoding="utf-8")
    found = {}
    for cell in json.loads(text)["cells"]:
        found.setdefault((cell["arm"], cell["target_sparsity"]), []).append(cell["accuracy"])
    for sparsity in (0.8, 0.9, 0.95):
        assert statistics.median(found["weight", sparsity]) > statistics.median(found["structure", sparsity]) + 0.003


# --- residual_coupling ------------------------------------------------------------------------------------------------


def test_a_layer_ten_times_as_large_decides_the_sum_of_squares_and_not_the_sum_over_mean_norms(rng):
    norms = rng.uniform(0.5, 1.5, (2, 12)) * [[1], [10]]
    order = (norms**2).sum(axis=0).argsort()
    np.testing.assert_array_equal(order, norms[1].argsort())
    voted = (norms / norms.mean(axis=1, keepdims=True)).sum(axis=0).argsort()
    assert (voted != order).any()


# --- sparse_storage ---------------------------------------------------------------------------------------------------


def bits_an_entry_costs(zeros, width, coded):
    """Bits of relative indices for one nonzero of 8 bits, fillers included, at random places."""
    reach = 2**width
    gaps = np.arange(20 * reach)
    shares = (1 - zeros) * zeros**gaps
    fillers = np.sum(shares * (gaps // reach))
    counts = np.bincount(gaps % reach, weights=shares, minlength=reach)
    counts[-1] += fillers
    p = counts / counts.sum()
    index = -np.sum(p * np.log2(p)) if coded else width
    return counts.sum() * (8 + index)


def test_with_coded_gaps_the_width_of_the_index_hardly_matters():
    fixed, coded = ([bits_an_entry_costs(0.9, width, c) for width in (5, 6, 7, 8)] for c in (False, True))
    assert max(fixed) / min(fixed) > 1.1
    assert max(coded) / min(coded) < 1.04
