"""What fits into a budget is held against arrays that are really encoded: it fits, and one more does not."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.deploy import encode
from minicompress.quantization import quantization
from minicompress.recipes.budgets import nearest_hidden_units, weights_that_fit

SIZES = [30, 17, 5]
WEIGHTS = 30 * 17 + 17 * 5


def mlp(sizes=SIZES):
    return nn.zoo.mlp(sizes, rng=np.random.default_rng(0))


def bytes_with(kept, bits):
    """Encode a model with exactly `kept` nonzero weights, the first of all."""
    model = mlp()
    for w in (w for layer in model.layers for w in layer.weights):
        w[...] = 1.0
        w.reshape(-1)[kept:] = 0
        kept = max(0, kept - w.size)
    if bits:
        quantization(model, bits)
    return encode(model, bits=bits, sparse=True).size_bytes


@pytest.mark.parametrize("bits", [None, 2, 5, 6, 8, 16])
@pytest.mark.parametrize("budget", [700, 1001, 1500])
def test_the_weights_fit_and_one_or_two_more_do_not(bits, budget):
    kept = weights_that_fit(mlp(), budget, bits=bits)
    if kept == WEIGHTS:
        assert bytes_with(WEIGHTS, bits) <= budget
        return
    # Codes of each array end on a whole byte: at most one byte more for each.
    assert bytes_with(kept, bits) <= budget + 2
    assert bytes_with(kept + 2, bits) > budget


def test_a_case_worked_by_hand():
    # Two arrays of 17 and 5 rows. Row starts 4 * (18 + 6) = 96, shapes 4 * 2 * 2 = 16, biases 4 * (17 + 5) = 88: 200.
    # With 5 bits also a float32 maximum for each: 208. A weight is 4 + 2 bytes, or 5/8 + 2.
    assert weights_that_fit(mlp(), 200) == 0
    assert weights_that_fit(mlp(), 200 + 6 * 100) == 100
    assert weights_that_fit(mlp(), 200 + 6 * 100 - 1) == 99
    assert weights_that_fit(mlp(), 208 + 210, bits=5) == 80


def test_no_more_fit_than_there_are():
    assert weights_that_fit(mlp(), 10**6) == weights_that_fit(mlp(), 10**6, bits=6) == WEIGHTS


class Ones(nn.WeightTransform):
    """What no mask does: a weight of 0 is seen as 1."""

    def forward(self, w):
        return np.ones_like(w)


def test_values_and_transforms_do_not_count_and_stay():
    model, ones = mlp(), Ones()
    for parameter in model.weight_parameters():
        parameter.transforms.append(ones)
    before = [w.copy() for layer in model.layers for w in layer.weights]
    assert weights_that_fit(model, 900) == weights_that_fit(mlp(), 900)
    for w, b in zip([w for layer in model.layers for w in layer.weights], before, strict=True):
        np.testing.assert_array_equal(w, b)
    assert all(parameter.transforms == [ones] for parameter in model.weight_parameters())


@pytest.mark.parametrize("bits", [None, 2, 4, 8])
def test_no_other_width_is_nearer(bits):
    def sizes(h):
        return [30, h, max(3, h // 3), 5]

    def size(h):
        model = mlp(sizes(h))
        if bits:
            quantization(model, bits)
        return encode(model, bits=bits).size_bytes

    table = {h: size(h) for h in range(1, 200)}
    for budget in (1000, 1101, 1990, 2400):
        distances = {h: abs(s - budget) for h, s in table.items()}
        found = nearest_hidden_units(sizes, budget, bits=bits)
        assert distances[found] == min(distances.values())
    assert nearest_hidden_units(sizes, table[4], bits=bits) == 4
    assert nearest_hidden_units(sizes, (table[4] + table[5]) // 2, bits=bits) == 4
    assert nearest_hidden_units(sizes, 10**6, bits=bits, most=7) == 7
    assert nearest_hidden_units(sizes, 0, bits=bits) == 1


def test_a_budget_below_the_overhead_is_refused():
    with pytest.raises(ValueError, match="weights_that_fit: size_bytes must be >= 200, the overhead, got 199"):
        weights_that_fit(mlp(), 199)
