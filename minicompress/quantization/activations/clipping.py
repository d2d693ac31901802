"""Clipping of a few values, so that all others get a finer step: three ways to choose the threshold T on |x|.

    range = [clip(low, -T, T), clip(high, -T, T)]          low, high: least and largest value seen

    percentile   T = the value that p percent of all |x| do not exceed                     `PercentileObserver`
    MSE          T = argmin sum of n_i (x_i - x'_i(T))^2 over the bins of a histogram      `MSEObserver`
    entropy      T = argmin KL(P || Q_T), the KL divergence of the coarse histogram        `EntropyObserver`

All three need the distribution, not the data: a `MagnitudeHistogram` is filled batch by batch (`histogram.py`).

The entropy method, variant by variant, for bins b_0 ... b_(B-1) of |x| and L levels (`entropy_threshold`):

    for i = L ... B:   P = b_0 ... b_(i-1), and all counts beyond added to the last     what clipping makes of the data
                       Q = b_0 ... b_(i-1) merged into L levels, each level's sum       what the codes can tell apart
                           spread evenly over those of its bins that are not empty
                       KL = sum P log(P / Q), both divided by their sums
    T = (i + 1/2) * width of a bin for the i with the least KL

Q is made without the outliers, so clipping many of them makes P differ from Q. Level k of i bins takes the bins j with
floor(j L / i) = k. Nothing is smoothed: where P is positive and Q is 0, the divergence is infinite, and that i is not
chosen. Among equals the first i is chosen.

Trap: dividing Q by its own sum hides what was clipped. If only one of the kept bins is not empty, P = Q, however many
values lie beyond it: sigmoid outputs from 0.21 to 0.96 are clipped at 0.21, pixels at the first grey. `EntropyObserver`
therefore divides P and Q by the same sum, that of all counts, which adds one term:

    KL - log(share of the counts in b_0 ... b_(i-1))

For a tail of a thousandth this hardly changes T, but clipping nearly everything now has a cost.

Sources: Migacz 2017, 8-bit Inference with TensorRT (GTC talk S7310): the loop, the outliers, (i + 1/2). The talk does
not say how bins are merged when L does not divide i, and ends its loop before i = B: here all bins are a candidate.
Differs from the talk: in `EntropyObserver` the term above; exact zeros, half of what a ReLU gives, are left out, since
zero has a code of its own whatever T is; and the bins end where no more than one value of a thousand lies beyond.
Left out: T for the least MSE in closed form, for given distributions (Banner et al. 2018, arXiv:1810.05723).
"""

import numpy as np

from minicompress._base.arguments import number, reject, whole_number
from minicompress.quantization.activations.calibration import RangeObserver
from minicompress.quantization.activations.histogram import MagnitudeHistogram
from minicompress.quantization.affine import affine_dequantize, affine_parameters, affine_quantize

__all__ = ["EntropyObserver", "MSEObserver", "PercentileObserver", "entropy_threshold"]


class _ClippingObserver(RangeObserver):
    """An observer with a histogram, whose subclass says at which T to clip."""

    def __init__(self, bins):
        super().__init__()
        self.histogram = MagnitudeHistogram(bins)

    def threshold(self):
        """Return T > 0, or 0.0 if every value was 0."""
        raise NotImplementedError

    def _see(self, x):
        super()._see(x)
        self.histogram.add(x)

    def _range(self):
        return self._clip_range(self.threshold())

    def _clip_range(self, T):
        return max(min(self.low, T), -T), max(min(self.high, T), -T)


class PercentileObserver(_ClippingObserver):
    """Clip so that `percentile` percent of all values stay, up to the width of one bin of the octave that T falls into.

    Parameters
    ----------
    percentile : in (0, 100]; 99.99 by default, which clips one value in ten thousand. 100 clips nothing.
    bins : even, the resolution of the histogram: T is off by at most 2 / bins of itself.

    >>> observer = PercentileObserver(90)
    >>> observer.observe(np.append(np.linspace(0, 1, 99), 100))
    >>> observer.range()[1] < 1
    True
    """

    def __init__(self, percentile: float = 99.99, *, bins: int = 2048):
        super().__init__(bins)
        self.percentile = number("PercentileObserver", "percentile", percentile, low=0, high=100, open_low=True)

    def threshold(self):
        """Return the upper edge of the first bin up to which `percentile` percent of all values, zeros too, lie."""
        if not self.histogram.top:
            return 0.0
        edges, counts = self.histogram.edges()
        reached = self.histogram.zeros + np.cumsum(counts.sum(axis=0))
        enough = reached >= self.percentile / 100 * reached[-1] * (1 - 1e-12)  # 99.99 / 100 is not exact
        return self.histogram.value(edges[np.argmax(enough)])


class MSEObserver(_ClippingObserver):
    """Clip where the sum of squared errors, of rounding and of clipping together, is least.

    Parameters
    ----------
    bits, signed : of the codes the range is for; 8 unsigned bits by default.
    candidates : how many thresholds are tried, evenly from top / candidates to top.
    bins : even, the resolution of the histogram; a bin counts as its middle.

    >>> observer = MSEObserver(4)
    >>> observer.observe(np.append(np.linspace(0, 1, 9999), 3))
    >>> observer.range()[1] < 3
    True
    """

    def __init__(self, bits: int = 8, *, signed: bool = False, candidates: int = 128, bins: int = 2048):
        super().__init__(bins)
        self.bits = whole_number("MSEObserver", "bits", bits, low=2, high=16)
        self.signed = bool(signed)
        self.candidates = whole_number("MSEObserver", "candidates", candidates, low=1)

    def threshold(self):
        """Return the T with the least error; the smallest of equals."""
        tried = np.arange(1, self.candidates + 1) / self.candidates
        return self.histogram.value(tried[np.argmin([self._squared_error(t) for t in tried])])

    def squared_error(self, T):
        """Return the sum of (x - x')^2 over the histogram if the range is clipped at T."""
        T = number("MSEObserver", "T", T, low=0)
        return self._squared_error(self.histogram.fraction(T)) * self.histogram.top**2

    def _squared_error(self, t):
        """The same in units of top, whose square may be too large or too small for a float."""
        middle = (np.arange(self.histogram.bins) + 0.5) / self.histogram.bins
        x = np.stack([middle, -middle])
        low, high = (max(min(self.histogram.fraction(end), t), -t) for end in (self.low, self.high))
        s, z = affine_parameters(low, high, self.bits, signed=self.signed)
        q = affine_quantize(x, s, z, self.bits, signed=self.signed)
        return float(np.sum(self.histogram.counts * (x - affine_dequantize(q, s, z, np.float64)) ** 2))


class EntropyObserver(_ClippingObserver):
    """Clip at the least KL - log(share kept) between the distribution of |x| without zeros and that of its codes.

    Parameters
    ----------
    bits : of the codes. |x| has 2^bits levels if all values have one sign, else half of them.
    bins : even, more than 2^bits; 2048 by default, as in the talk.

    >>> observer = EntropyObserver()
    >>> observer.observe(np.append(np.linspace(0, 1, 9999), 100))
    >>> observer.range()[1] < 2
    True
    """

    def __init__(self, bits: int = 8, *, bins: int = 2048):
        super().__init__(bins)
        self.bits = whole_number("EntropyObserver", "bits", bits, low=2, high=16)
        if self.histogram.bins <= 2**self.bits:
            reject("EntropyObserver", "bins", f"more than {2**self.bits} for {self.bits} bits", bins)

    def threshold(self):
        """Return T from the histogram."""
        if not self.histogram.top:
            return 0.0
        k, counts, beyond = self._without_far_outliers()
        two_sided = self.low < 0 < self.high
        levels = 2 ** (self.bits - 1 if two_sided else self.bits)
        tried = range(levels, self.histogram.bins + 1)
        best = _first_least([_divergence(counts, i, levels, beyond, stretched=False) for i in tried])
        return self.histogram.value((tried[best] + 0.5) / self.histogram.bins / 2**k)

    def _without_far_outliers(self):
        """The largest k with at most one value of a thousand beyond top / 2^k; the counts up to there, and beyond."""
        k, all_counts = 0, int(self.histogram.counts.sum())
        while 1000 * self.histogram.zoomed(k + 1)[1].sum() <= all_counts:
            k += 1
        counts, beyond = self.histogram.zoomed(k)
        return k, counts.sum(axis=0), int(beyond.sum())


def entropy_threshold(counts: np.ndarray, width: float, levels: int = 128) -> float:
    """Return T = (i + 1/2) width for the number of bins i, levels <= i <= B, with the least KL(P || Q).

    Parameters
    ----------
    counts : array (B,) of integers >= 0, not all 0: how many |x| lie in [j width, (j + 1) width).
    width : width of a bin > 0, in the unit of x.
    levels : how many codes share [0, T], from 1 to B; 128 for signed 8-bit codes.

    Returns
    -------
    float, in the unit of x. For i = B it is half a bin beyond the last one.

    Raises
    ------
    ValueError : counts that are negative, not integers or all 0, width not > 0, levels out of range.

    Source: Migacz 2017 (GTC talk S7310); see the module's docstring for what the talk leaves open, and for its trap.

    >>> entropy_threshold(np.array([9, 8, 7, 1, 0, 0, 0, 1]), 0.5, levels=4)
    2.25
    """
    counts = np.asarray(counts)
    if counts.ndim != 1 or not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any() or not counts.any():
        reject("entropy_threshold", "counts", "a vector of integers >= 0, not all 0", counts)
    width = number("entropy_threshold", "width", width, low=0, open_low=True)
    levels = whole_number("entropy_threshold", "levels", levels, low=1, high=len(counts))
    tried = range(levels, len(counts) + 1)
    return (tried[_first_least([_divergence(counts, i, levels) for i in tried])] + 0.5) * width


def _divergence(counts, i, levels, beyond=0, *, stretched=True):
    """KL(P || Q) in nats if the first i bins are kept and share `levels` codes; infinite where Q misses a bin of P.

    P also has `beyond` counts behind the last bin. Not `stretched`, Q is divided by the sum of P instead of its own.
    """
    kept = counts[:i].astype(np.float64)
    level = np.arange(i) * levels // i
    bins_in_use = np.bincount(level, weights=kept > 0, minlength=levels)
    q = np.where(kept > 0, (np.bincount(level, weights=kept) / np.maximum(bins_in_use, 1))[level], 0)
    p = kept.copy()
    p[-1] += counts[i:].sum(dtype=np.float64) + beyond
    used = p > 0
    if not q[used].all():
        return np.inf
    p, q = p[used] / p.sum(), q[used] / (q.sum() if stretched else p.sum())
    return float(np.sum(p * np.log(p / q)))


def _first_least(divergences):
    """The index of the least, the first of those that only a rounding parts: logarithms differ between processors."""
    divergences = np.array(divergences)
    least = divergences.min()
    return int(np.argmax(divergences <= least + 1e-12 * max(1.0, abs(least))))
