"""The calibration exercises against the library, which works from histograms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import PercentileObserver
from minicompress.quantization.activations import entropy_threshold, saturation_ratio


def answers(exercise_id):
    """The solution and the right answers, as functions."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]], *(answer.function for answer in right_answers(exercise_id))]


@pytest.mark.parametrize("percentile", [50, 90, 99, 100])
@pytest.mark.parametrize("bits", [3, 8])
def test_percentile_threshold_is_the_librarys_up_to_a_bin(percentile, bits, rng):
    batches = [rng.laplace(size=(30, 40)) * scale for scale in (1, 2, 0.5)]
    observer = PercentileObserver(percentile)
    for batch in batches:
        observer.observe(batch)
    m = 2 ** (bits - 1) - 1
    x = np.concatenate([batch.ravel() for batch in batches])
    gap = np.diff(np.sort(np.abs(x)))[int(percentile / 100 * (x.size - 1)) - 2 :][:4].max()  # interpolated in there
    for answer in answers("quantization/calibration_percentile"):
        s, clipped = answer(batches, percentile, bits)
        assert abs(s * m - observer.threshold()) <= observer.histogram.width + gap
        assert clipped == pytest.approx(saturation_ratio(x, s, 0, bits, signed=True, narrow=True), abs=1e-12)


def test_percentile_solution_is_numpys_and_pytorchs(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    x = rng.laplace(size=(50, 20)).astype(np.float32)
    solution, *_ = answers("quantization/calibration_percentile")
    theirs = torch.quantile(torch.from_numpy(np.abs(x)).flatten(), 0.99).item()
    assert solution(list(x), 99, 8)[0] == pytest.approx(theirs / 127, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=20).filter(any), st.integers(1, 6))
def test_entropy_thresholds_have_the_same_divergence_as_the_librarys(counts, levels):
    counts = np.array(counts)
    levels = min(levels, len(counts))
    ours = entropy_threshold(counts, 1.0, levels)
    for answer in answers("quantization/calibration_entropy"):
        T = answer(counts, 1.0, levels)
        if ours != T:  # the order of additions may decide between divergences that are equal in exact arithmetic
            assert divergence(counts, T, levels) == pytest.approx(divergence(counts, ours, levels), abs=1e-9)


@pytest.mark.parametrize("levels", [16, 128])
def test_entropy_solution_is_the_librarys_on_a_real_histogram(levels, rng):
    counts, edges = np.histogram(np.abs(rng.laplace(size=20_000)), bins=512)
    solution, *others = answers("quantization/calibration_entropy")
    expected = entropy_threshold(counts, edges[1], levels)
    assert solution(counts, edges[1], levels) == pytest.approx(expected, rel=1e-9)
    assert expected < edges[-1]
    for other in others:
        if levels == 16:
            assert other(counts, edges[1], levels) == pytest.approx(expected, rel=1e-9), other.__name__


def divergence(counts, T, levels):
    """KL(P || Q) for the number of bins that T stands for, by scipy's definition of relative entropy."""
    i = round(T - 0.5)
    special = pytest.importorskip("scipy.special", reason="an independent definition of the divergence")
    merge = np.arange(i) * levels // i
    kept = counts[:i]
    q = np.array([kept[(merge == k) & (kept > 0)].mean() if c else 0 for k, c in zip(merge, kept, strict=True)])
    p = np.append(counts[: i - 1], counts[i - 1 :].sum())
    return special.rel_entr(p / p.sum(), q / q.sum()).sum() if q.any() else np.inf
