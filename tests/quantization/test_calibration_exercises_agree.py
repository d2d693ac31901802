"""The calibration exercises against the library, which works from histograms."""

import numpy as np
import pytest

from minicompress.kit.grading.answers import right_answers
from minicompress.kit.places import content
from minicompress.quantization import PercentileObserver, saturation_ratio


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
