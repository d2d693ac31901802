"""Calibration: ranges of activations, which depend on the data, are found by running training data.

    calibration: run training data through the model, let an observer see each batch, then fix the range
    static:      low, high = observer.range() for all inputs to come            one pass at run time
    dynamic:     low, high = min, max of the batch that is quantized            two passes; the ends move by half a step

    min-max          low = min x, high = max x over all batches                          `MinMaxObserver`
    moving average   low += c (min of the batch - low), high likewise                    `MovingAverageObserver`
    clipped          values beyond a threshold T on |x| are clipped                      `clipping.py`

Min-max clips nothing, so one outlier among a million values sets the step for all others. The moving average forgets
old batches, which suits training, where ranges move. It depends on how the values are cut into batches.

Calibrate on training data, never on the test set, with the same preprocessing as later. If the inputs change
afterwards, nothing raises an error: values are clipped to the largest code. `saturation_ratio` counts them; compare it
with its value on the calibration data.

Sources: Jacob et al. 2017 (arXiv:1712.05877), section 3.1 (moving averages of ranges); Krishnamoorthi 2018
(arXiv:1806.08342), section 2.5.
Left out: ranges for each channel, which activations rarely have: see `granularity.py`.
"""

import numpy as np

from minicompress._base.arguments import array, number, reject
from minicompress.quantization.affine import affine_parameters, check_grid, code_range

__all__ = ["MinMaxObserver", "MovingAverageObserver", "RangeObserver", "saturation_ratio"]


class RangeObserver:
    """Base of observers, which see batches and return a range.

    Attributes
    ----------
    low, high : least and largest value seen so far, floats; None before the first batch.

    >>> observer = RangeObserver()
    >>> observer.observe(np.array([-1.0, 3.0]))
    >>> observer.range()
    (-1.0, 3.0)
    """

    def __init__(self):
        self.low = self.high = None

    def observe(self, x):
        """See one batch: finite numbers, any shape, at least one. ValueError otherwise, and nothing is seen."""
        owner, expected = type(self).__name__, "an array of numbers, not empty"
        x = array(owner, "x", x, expected=expected, finite=True)
        if x.size == 0:
            reject(owner, "x", expected, f"shape {x.shape}")
        self._see(x.astype(np.float64, copy=False))

    def range(self):
        """Return (low, high), floats, low <= high. ValueError before the first batch."""
        if self.low is None:
            raise ValueError(f"{type(self).__name__}: a range needs at least one batch of calibration data")
        return self._range()

    def parameters(self, bits, *, signed=False, narrow=False):
        """Return scale and zero point for the range: `affine_parameters`."""
        return affine_parameters(*self.range(), bits, signed=signed, narrow=narrow)

    def _see(self, x):
        low, high = float(x.min()), float(x.max())
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)

    def _range(self):
        return self.low, self.high


class MinMaxObserver(RangeObserver):
    """The least and the largest of all values: nothing that was seen is ever clipped.

    >>> observer = MinMaxObserver()
    >>> observer.observe(np.array([-1.0, 3.0]))
    >>> observer.range()
    (-1.0, 3.0)
    """


class MovingAverageObserver(RangeObserver):
    """Exponential moving averages of each batch's least and largest value.

    Parameters
    ----------
    c : the weight of the newest batch, 0 < c <= 1. 0.01 by default, as in PyTorch, so that about the last hundred
        batches count. The first batch sets both averages.

    >>> observer = MovingAverageObserver(c=0.5)
    >>> observer.observe(np.array([0.0, 2.0]))
    >>> observer.observe(np.array([0.0, 4.0]))
    >>> observer.range()
    (0.0, 3.0)
    """

    def __init__(self, *, c: float = 0.01):
        super().__init__()
        self.c = number("MovingAverageObserver", "c", c, low=0, high=1, open_low=True)
        self._average = None

    def _see(self, x):
        super()._see(x)
        batch = np.array([x.min(), x.max()])
        if self._average is None:
            self._average = batch
        half_step = self.c * (batch / 2 - self._average / 2)  # the whole difference of two large floats may overflow
        self._average = self._average + half_step + half_step

    def _range(self):
        return tuple(self._average.tolist())


def saturation_ratio(
    x: np.ndarray, s: float, z: int, bits: int, *, signed: bool = False, narrow: bool = False
) -> float:
    """Return the share of values whose code does not exist, so that they are clipped: a float in [0, 1].

    Parameters
    ----------
    x : array of finite floats, not empty.
    s, z, bits, signed, narrow : as in `affine_quantize`; what that refuses is refused here.

    On the calibration data it counts values beyond the threshold, and values cut off by the rounding of z. Later it
    should stay near that value; a multiple means that the data have moved out of the range. It does not show data that
    shrink.

    >>> saturation_ratio(np.array([-1.0, 0.5, 1.0, 9.0]), 0.25, 8, 4)
    0.25
    """
    qmin, qmax = code_range(bits, signed=signed, narrow=narrow)
    x = array("saturation_ratio", "x", x).astype(np.float64)
    if x.size == 0 or not np.isfinite(x).all():
        reject("saturation_ratio", "x", "finite and not empty", f"shape {x.shape}")
    s = check_grid("saturation_ratio", x.shape, s, z, qmin, qmax)
    with np.errstate(over="ignore"):  # a quotient beyond the largest float64 has no code either
        q = np.rint(x / s) + z
    return float(np.mean((q < qmin) | (q > qmax)))
