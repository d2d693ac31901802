"""Observers of ranges: min-max and moving averages, and the ratio that notices data outside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.quantization import (
    EntropyObserver,
    MinMaxObserver,
    PercentileObserver,
    affine_parameters,
    affine_quantize,
)
from minicompress.quantization.activations import MovingAverageObserver, MSEObserver, saturation_ratio

OBSERVERS = [MinMaxObserver, MovingAverageObserver, PercentileObserver, MSEObserver, EntropyObserver]
every_observer = pytest.mark.parametrize("make", OBSERVERS)


def seen(observer, *batches):
    for batch in batches:
        observer.observe(np.asarray(batch))
    return observer


def test_min_max_is_that_of_all_batches_however_they_are_cut(rng):
    x = rng.normal(size=(60, 5))
    whole = seen(MinMaxObserver(), x)
    parts = seen(MinMaxObserver(), x[:7], x[7:8], x[8:])
    assert whole.range() == parts.range() == (x.min(), x.max())


def test_moving_average_by_hand():
    # low:  -1, then -1 + 0.25 (-3 + 1) = -1.5, then -1.5 + 0.25 (1 + 1.5) = -0.875
    # high:  2, then  2 + 0.25 (6 - 2)  =  3,   then  3 + 0.25 (1 - 3)    =  2.5
    observer = seen(MovingAverageObserver(c=0.25), [-1, 2], [6, 0, -3], [1])
    assert observer.range() == (-0.875, 2.5)
    assert (observer.low, observer.high) == (-3, 6)


def test_moving_average_is_pytorchs(rng):
    observers = pytest.importorskip("torch.ao.quantization", reason="moves out of PyTorch some day")
    import torch

    theirs, ours = observers.MovingAverageMinMaxObserver(averaging_constant=0.1), MovingAverageObserver(c=0.1)
    for _ in range(5):
        x = rng.normal(size=(4, 3)).astype(np.float32)
        theirs(torch.from_numpy(x))
        ours.observe(x)
    np.testing.assert_allclose(ours.range(), (theirs.min_val.item(), theirs.max_val.item()), rtol=1e-6)


@every_observer
def test_a_range_needs_data(make):
    with pytest.raises(ValueError, match=f"{make.__name__}: a range needs at least one batch"):
        make().range()


@every_observer
def test_bad_batches_are_refused_and_not_seen(make, rng):
    x = rng.normal(size=50)
    observer = seen(make(), x)
    before = observer.range()
    for bad in (np.array([1.0, np.nan]), np.array([np.inf]), np.zeros((0, 3)), np.array(["a"])):
        with pytest.raises(ValueError, match=f"{make.__name__}: x must be"):
            observer.observe(bad)
    assert observer.range() == before


@every_observer
def test_zeros_alone_give_a_grid_of_step_one(make):
    observer = seen(make(), np.zeros(5), np.zeros((2, 2)))
    assert observer.range() == (0, 0)
    assert observer.parameters(8) == (1.0, 0)


SMALL = [
    MinMaxObserver,
    MovingAverageObserver,
    lambda: PercentileObserver(70, bins=16),
    lambda: MSEObserver(3, candidates=8, bins=16),
    lambda: EntropyObserver(3, bins=16),
]


@pytest.mark.parametrize("make", SMALL)
@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=6), min_size=1, max_size=4))
def test_a_range_lies_within_what_was_seen(make, batches):
    observer = seen(make(), *[np.array(batch) for batch in batches])
    low, high = observer.range()
    everything = np.concatenate([np.array(batch) for batch in batches])
    assert min(everything.min(), 0) <= min(low, 0)
    assert max(high, 0) <= max(everything.max(), 0)
    assert low <= high
    assert observer.parameters(8) == affine_parameters(low, high, 8)


def test_saturation_counts_the_codes_that_do_not_exist():
    # s = 0.5, z = 2, codes 0 to 7: x/s + z = -1, 0, 2, 7, 7.4 (code 7), 8, so two of six are clipped
    x = np.array([-1.5, -1.0, 0.0, 2.5, 2.7, 3.0])
    assert saturation_ratio(x, 0.5, 2, 3) == pytest.approx(2 / 6)
    # signed codes -4 to 3, z = -2: the same values
    assert saturation_ratio(x, 0.5, -2, 3, signed=True) == pytest.approx(2 / 6)


def test_saturation_notices_data_that_moved_and_min_max_saturates_nothing_it_saw(rng):
    x = np.abs(rng.normal(size=1000))
    s, z = seen(MinMaxObserver(), x).parameters(8)
    assert saturation_ratio(x, s, z, 8) == 0
    assert saturation_ratio(2 * x, s, z, 8) == pytest.approx(np.mean(np.rint(2 * x / s) > 255))
    assert saturation_ratio(2 * x, s, z, 8) > 0.02
    q = affine_quantize(2 * x, s, z, 8)
    assert np.mean(q == 255) >= saturation_ratio(2 * x, s, z, 8)


def test_saturation_refuses_bad_arguments():
    for bad in (np.array([]), np.array([np.nan])):
        with pytest.raises(ValueError, match="saturation_ratio: x must be finite and not empty"):
            saturation_ratio(bad, 1.0, 0, 8)
    with pytest.raises(ValueError, match="saturation_ratio: s must be"):
        saturation_ratio(np.ones(3), 0.0, 0, 8)


@pytest.mark.parametrize("c", [0, 1.5, -0.1, np.nan])
def test_a_bad_weight_of_the_average_is_named(c):
    with pytest.raises(ValueError, match="MovingAverageObserver: c must be"):
        MovingAverageObserver(c=c)


@pytest.mark.parametrize(
    ("s", "z", "text"),
    [(np.nan, 0, "s must be"), ("1", 0, "s must be"), (1.0, 0.5, "z must be"), (1.0, 256, "z must be")],
)
def test_saturation_refuses_a_bad_grid(s, z, text):
    with pytest.raises(ValueError, match=f"saturation_ratio: {text}"):
        saturation_ratio(np.ones(3), s, z, 8)


def test_saturation_of_a_quotient_beyond_the_largest_float():
    assert saturation_ratio(np.array([1e308, 0.0]), 1e-300, 0, 8) == 0.5


@pytest.mark.parametrize("c", [0.01, 0.3, 1])
def test_the_moving_average_of_the_largest_floats_does_not_overflow(c):
    observer = seen(MovingAverageObserver(c=c), np.array([-1.7e308, 1.7e308]), np.array([1.7e308]), np.array([-1e308]))
    assert np.isfinite(observer.range()).all()
    constant = seen(MovingAverageObserver(c=c), *[np.full(3, 0.3)] * 20)
    assert constant.range() == (0.3, 0.3)


@pytest.mark.parametrize("make", OBSERVERS)
@pytest.mark.parametrize("x", [["a"], [None], [True], [], None, [np.inf], [[1.0], [1.0, 2.0]]], ids=repr)
def test_an_observer_names_what_it_cannot_see(make, x):
    observer = make()
    with pytest.raises(ValueError, match=f"^{make.__name__}: x must be"):
        observer.observe(x)
    assert observer.low is None
