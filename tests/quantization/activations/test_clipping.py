"""The thresholds that percentile, mean square error and entropy choose from a histogram."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.quantization import (
    EntropyObserver,
    PercentileObserver,
    affine_dequantize,
    affine_parameters,
    affine_quantize,
)
from minicompress.quantization.activations import MSEObserver, entropy_threshold


def seen(observer, *batches):
    for batch in batches:
        observer.observe(np.asarray(batch))
    return observer


def naive_divergence(counts, i, levels):
    """KL(P || Q) as the talk describes it, one bin at a time, in Python floats."""
    kept = [int(count) for count in counts[:i]]
    q = [0.0] * i
    for k in range(levels):
        bins = [j for j in range(i) if j * levels // i == k]
        in_use = [j for j in bins if kept[j] > 0]
        for j in in_use:
            q[j] = sum(kept[j] for j in bins) / len(in_use)
    p = [float(count) for count in kept]
    p[-1] += sum(int(count) for count in counts[i:])
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += math.inf if b == 0 else a / sum(p) * math.log(a / sum(p) / (b / sum(q)))
    return total


@pytest.mark.parametrize("percentile", [50, 90, 99, 99.9, 100])
@pytest.mark.parametrize("zeros", [0, 300])
def test_percentile_is_that_of_all_values_up_to_one_bin(percentile, zeros, rng):
    x = np.concatenate([rng.normal(size=2000), np.zeros(zeros)])
    observer = seen(PercentileObserver(percentile), x[:100], x[100:1500], x[1500:])
    rank = -(-int(10 * percentile) * x.size // 1000)  # the first that has so many values up to it, in exact arithmetic
    exact = np.sort(np.abs(x))[rank - 1]
    width = observer.histogram.width
    assert exact - 1e-12 <= observer.threshold() <= exact + width + 1e-12
    assert observer.range() == (max(x.min(), -observer.threshold()), min(x.max(), observer.threshold()))


def test_one_sided_data_keep_their_side(rng):
    x = np.abs(rng.normal(size=20_000))
    for kind, argument in [(PercentileObserver, 90), (MSEObserver, 4), (EntropyObserver, 4)]:
        low, high = seen(kind(argument), x).range()
        assert low == x.min()
        assert x.mean() < high < x.max()
        assert seen(kind(argument), -x).range()[1] == -x.min()


def test_data_far_from_zero_give_an_ordered_range():
    for observer in (PercentileObserver(50), MSEObserver(2), EntropyObserver(2)):
        low, high = seen(observer, np.array([4.0, 5.0, 5.0])).range()
        assert 0 < low <= high <= 5


def test_mse_is_the_best_of_all_candidates_on_the_data_themselves(rng):
    x = np.abs(rng.laplace(size=5000))
    observer = seen(MSEObserver(4, candidates=32, bins=8192), x)

    def error(T):
        s, z = affine_parameters(0, min(x.max(), T), 4)
        return np.sum((x - affine_dequantize(affine_quantize(x, s, z, 4), s, z, np.float64)) ** 2)

    tried = observer.histogram.top * np.arange(1, 33) / 32
    assert observer.threshold() == tried[np.argmin([error(T) for T in tried])]
    assert observer.squared_error(observer.threshold()) == pytest.approx(error(observer.threshold()), rel=0.01)
    assert error(observer.threshold()) < 0.8 * error(x.max())


def test_fewer_bits_clip_more(rng):
    x = rng.normal(size=20_000)
    thresholds = [seen(MSEObserver(bits, signed=True), x).threshold() for bits in (2, 4, 6, 8)]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < 0.6 * thresholds[-1]


def test_entropy_by_hand():
    # Bins 2 1 0 1, two levels.
    # i = 2: P = 2, 1+1; Q = 2, 1:           KL = 1/2 log(3/4) + 1/2 log(3/2) = 0.0589
    # i = 3: P = 2, 1, 0+1; Q misses bin 2:  infinite
    # i = 4: levels {2, 1}, {0, 1}: P = 2 1 0 1, Q = 1.5 1.5 0 1:  KL = 1/2 log(4/3) + 1/4 log(2/3) = 0.0425
    assert naive_divergence([2, 1, 0, 1], 2, 2) == pytest.approx(0.0589, abs=1e-4)
    assert naive_divergence([2, 1, 0, 1], 4, 2) == pytest.approx(0.0425, abs=1e-4)
    assert entropy_threshold(np.array([2, 1, 0, 1]), 0.5, levels=2) == 4.5 * 0.5


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=24).filter(any), st.integers(1, 6))
def test_entropy_is_that_of_the_naive_loop(counts, levels):
    counts = np.array(counts)
    levels = min(levels, len(counts))
    divergences = [naive_divergence(counts, i, levels) for i in range(levels, len(counts) + 1)]
    chosen = round(entropy_threshold(counts, 1.0, levels) - 0.5)
    assert divergences[chosen - levels] == pytest.approx(min(divergences), abs=1e-12)


def test_entropy_clips_a_long_tail_and_keeps_a_flat_distribution(rng):
    flat = seen(EntropyObserver(4), rng.uniform(0, 1, 50_000))
    assert flat.threshold() > 0.95
    tail = seen(EntropyObserver(4), np.append(np.abs(rng.normal(size=50_000)), 20.0))
    assert 1.5 < tail.threshold() < 6


def test_entropy_observer_uses_half_of_the_codes_for_two_sided_data(rng):
    x = rng.normal(size=1000)
    two_sided, one_sided = seen(EntropyObserver(3, bins=128), x), seen(EntropyObserver(3, bins=128), np.abs(x))
    counts = np.histogram(np.abs(x), bins=128, range=(0, np.abs(x).max()))[0]
    width = np.abs(x).max() / 128
    for observer, levels in ((two_sided, 4), (one_sided, 8)):
        tried = range(levels, 129)
        costs = [naive_divergence(counts, i, levels) - math.log(counts[:i].sum() / x.size) for i in tried]
        assert observer.threshold() == pytest.approx((tried[np.argmin(costs)] + 0.5) * width)


def test_exact_zeros_do_not_move_the_entropy_threshold(rng):
    x = np.abs(rng.normal(size=3000))
    assert seen(EntropyObserver(4), x).threshold() == seen(EntropyObserver(4), x, np.zeros(9000)).threshold()


SIGMOID = 1 / (1 + np.exp(-np.random.default_rng(5).normal(size=4000)))


@pytest.mark.parametrize(
    "x",
    [
        np.random.default_rng(6).integers(1, 256, 5000) / 255,  # few different values
        SIGMOID,
        -SIGMOID,
        SIGMOID + 1000,
        np.repeat([0.5, 0.75, 1.0], [500, 250, 250]),
        np.append(SIGMOID, -0.001),
    ],
    ids=["pixels", "sigmoid", "negative", "far off", "spike", "nearly one-sided"],
)
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_entropy_does_not_collapse_where_no_values_lie_near_zero(x, bits):
    low, high = seen(EntropyObserver(bits), x).range()
    assert np.mean((x < low) | (x > high)) < 0.01
    # The talk's divergence alone is fooled: one bin in use makes P = Q, whatever lies beyond.
    counts = np.histogram(SIGMOID, bins=2048, range=(0, SIGMOID.max()))[0]
    assert entropy_threshold(counts, SIGMOID.max() / 2048, 16) < 2 * SIGMOID.min()


OBSERVERS = {
    "percentile": lambda: PercentileObserver(99.9),
    "MSE": lambda: MSEObserver(4, signed=True),
    "entropy": lambda: EntropyObserver(4),
}


@pytest.mark.parametrize("make", OBSERVERS.values(), ids=OBSERVERS)
@pytest.mark.parametrize("factor", [2.0**-1040, 2.0**-600, 2.0**500, 2.0**1015])
def test_a_threshold_scales_with_the_data_to_the_ends_of_float64(make, factor):
    x = np.random.default_rng(7).laplace(size=3000).round(4)  # at most 18 bits: subnormal multiples are exact
    T = seen(make(), x[:500], x[500:]).threshold()
    scaled = seen(make(), x[:500] * factor, x[500:] * factor).threshold()
    assert scaled / factor == pytest.approx(T, rel=1e-3)  # 2^-1040 leaves few bits below
    assert math.isfinite(scaled)


@pytest.mark.parametrize("make", OBSERVERS.values(), ids=OBSERVERS)
@pytest.mark.parametrize("value", [0.3, -0.3, 5e-324, -5e-324, 1.7e308, 1e-30, 0.0])
def test_a_constant_is_its_own_range(make, value):
    observer = seen(make(), np.full(5, value), np.full(3, value))
    assert observer.range() == (value, value)


def test_the_top_may_pass_the_largest_float():
    observer = seen(PercentileObserver(50), np.array([1e308]), np.array([1.7e308, 1e300, 2e300]))
    assert observer.range()[1] == pytest.approx(2e300, rel=1e-3)
    assert seen(PercentileObserver(100), [1e308], [1.7e308]).range() == (1e308, 1.7e308)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("outlier", [1e3, 1e6, -1e12, 1e300])
def test_one_far_outlier_does_not_cost_the_resolution_of_all_others(outlier, order, rng):
    x = rng.normal(size=20_000)
    exact = np.quantile(np.abs(x), 0.999)
    T = seen(PercentileObserver(99.9), *[x, [outlier]][::order]).threshold()
    assert pytest.approx(exact, rel=0.02) == T
    T = seen(EntropyObserver(4), *[x, [outlier]][::order]).threshold()
    assert 2 < T < np.abs(x).max() * 1.01


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: PercentileObserver(0), "PercentileObserver: percentile must be"),
        (lambda: PercentileObserver(100.1), "PercentileObserver: percentile must be"),
        (lambda: PercentileObserver(bins=3), "MagnitudeHistogram: bins must be even"),
        (lambda: MSEObserver(1), "MSEObserver: bits must be an integer from 2 to 16"),
        (lambda: EntropyObserver(8, bins=256), "EntropyObserver: bins must be more than 256"),
        (lambda: entropy_threshold(np.zeros(4, int), 1.0, 2), "entropy_threshold: counts must be"),
        (lambda: entropy_threshold(np.array([1, -1]), 1.0, 2), "entropy_threshold: counts must be"),
        (lambda: entropy_threshold(np.ones(4), 1.0, 2), "entropy_threshold: counts must be"),
        (lambda: entropy_threshold(np.ones(4, int), 0.0, 2), "entropy_threshold: width must be"),
        (
            lambda: entropy_threshold(np.ones(4, int), 1.0, 5),
            "entropy_threshold: levels must be an integer from 1 to 4",
        ),
    ],
)
def test_bad_arguments_are_named(make, text):
    with pytest.raises(ValueError, match=text):
        make()
