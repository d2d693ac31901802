"""Histograms whose top doubles: no count is lost, and one far outlier leaves all others told apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.quantization.activations import MagnitudeHistogram


def test_histogram_counts_by_sign_and_size():
    histogram = MagnitudeHistogram(bins=4)
    histogram.add(np.array([0.5, 1.0, 3.0, 4.0, -0.5, -3.999, 0.0, -0.0]))
    assert (histogram.top, histogram.width, histogram.zeros) == (4.0, 1.0, 2)
    assert histogram.counts.tolist() == [[1, 1, 0, 2], [1, 0, 0, 1]]


def test_histogram_doubles_its_top_and_loses_no_count():
    histogram = MagnitudeHistogram(bins=4)
    histogram.add(np.array([0.5, 1.5, 2.5, 3.5, 4.0]))
    histogram.add(np.array([9.0, -1.0]))
    assert histogram.top == 16.0
    # the top doubled twice: bins of width 4; 4.0 had been counted in the bin that ends there
    assert histogram.counts.tolist() == [[5, 0, 1, 0], [1, 0, 0, 0]]


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-40, 40), max_size=8), min_size=1, max_size=4))
def test_histogram_of_batches_counts_each_value_in_its_bin(batches):
    histogram = MagnitudeHistogram(bins=64)
    for batch in batches:
        histogram.add(np.array(batch) + 0.25)  # never on an edge but for the first top
    x = np.abs(np.concatenate([np.array(batch) + 0.25 for batch in batches]))
    assert histogram.counts.sum() + histogram.zeros == x.size
    if x.size:
        edges = histogram.width * np.arange(65)
        slack = 1e-9 * histogram.top
        reached = np.cumsum(histogram.counts.sum(axis=0))
        for edge, n in zip(edges[1:], reached, strict=True):
            assert np.sum(x < edge - slack) <= n <= np.sum(x <= edge + slack)
        assert histogram.top >= x.max()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # top 2^40, and 2^38 times less is 4: bins of 0.5
        (-1, [[0, 0, 1, 1, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0, 0, 0]]),
        # top 3 * 2^39: bins of 0.75, and 3.0 stays in the bin that ended there when it was the top
        (1, [[0, 1, 1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0, 0]]),
    ],
)
def test_octaves_keep_what_one_far_outlier_pushes_into_the_first_bin(order, expected):
    histogram = MagnitudeHistogram(bins=8)
    for batch in [np.array([1.0, 1.5, -1.75, 3.0]), np.array([2.0**40])][::order]:
        histogram.add(batch)
    assert histogram.counts.sum(axis=1).tolist() == [4, 1]
    assert histogram.counts[:, 0].tolist() == [3, 1]
    counts, beyond = histogram.zoomed(38)
    assert counts.tolist() == expected
    assert beyond.tolist() == [1, 0]


@pytest.mark.parametrize("bad", [[np.nan], [np.inf], ["a"], None, [[1.0], [1.0, 2.0]]], ids=repr)
def test_values_that_are_no_finite_numbers_are_named(bad):
    with pytest.raises(ValueError, match="MagnitudeHistogram: x must be"):
        MagnitudeHistogram().add(bad)
