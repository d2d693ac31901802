"""Histogram of magnitudes for a distribution whose largest value is not known yet: its top doubles.

    top = the largest |x| of the first batch, doubled as often as later values need it
    bins 0 .. B-1    of equal width from 0 to top
    octave k         from top / 2^(k+1) to top / 2^k, in B / 2 bins of its own      the sum of 2^k of them is one bin

When the top doubles, pairs of bins are merged, so all counts stay exact. The octaves do not change: even if one far
outlier pushes all other values into the first of the equal bins, the octaves resolve them to 2 / B of their size.
"""

import numpy as np

from minicompress._base.arguments import array, reject, whole_number

__all__ = ["MagnitudeHistogram"]


class MagnitudeHistogram:
    """Counts of positive and of negative values in equal bins from 0 to `top` each; `top` doubles as values need it.

    Each octave (top / 2^(k+1), top / 2^k] keeps bins / 2 bins of its own; those from 0 to `top` are sums of them.

    Attributes
    ----------
    zeros : int, how many values were 0.

    >>> histogram = MagnitudeHistogram(bins=4)
    >>> histogram.add(np.array([0.0, 0.3, -0.9, 1.0]))
    >>> histogram.zeros, histogram.top, histogram.counts.tolist()
    (1, 1.0, [[0, 1, 0, 1], [0, 0, 0, 1]])
    """

    def __init__(self, bins: int = 2048):
        self.bins = whole_number("MagnitudeHistogram", "bins", bins, low=2)
        if self.bins % 2:
            reject("MagnitudeHistogram", "bins", "even", bins)
        self.zeros = 0
        # top = mantissa * 2^exponent, in two parts: neither overflows, nor does a bin of the smallest numbers vanish.
        self._mantissa, self._exponent = 0.0, 0
        self._octaves = {}  # exponent of the upper end: counts (2, bins / 2)

    @property
    def top(self):
        """The upper edge of the last bin; 0.0 before the first value that is not 0."""
        return self.value(1.0)

    @property
    def width(self):
        """Width of a bin, in the unit of the values."""
        return self.value(1 / self.bins)

    @property
    def counts(self):
        """Row 0 counts x > 0, row 1 counts x < 0, by |x|: int64 (2, bins). The last bin holds its upper edge."""
        return self.zoomed(0)[0]

    def value(self, fraction):
        """Return `fraction` of top, in the unit of the values."""
        with np.errstate(over="ignore"):
            return float(np.ldexp(self._mantissa * fraction, self._exponent))

    def fraction(self, value):
        """Return what fraction of top a value is."""
        return float(np.ldexp(value, -self._exponent)) / self._mantissa if self._mantissa else 0.0

    def add(self, x):
        """Count all values of an array of finite numbers."""
        x = array("MagnitudeHistogram", "x", x, finite=True).astype(np.float64).ravel()
        self.zeros += int(np.count_nonzero(x == 0))
        x = x[x != 0]
        if not x.size:
            return
        mantissa, exponent = np.frexp(np.abs(x))
        if not self._mantissa:
            largest = np.lexsort((mantissa, exponent))[-1]
            self._mantissa, self._exponent = float(mantissa[largest]), int(exponent[largest])
        # x = place * (2^octave times the mantissa of top), place in [1/2, 1)
        place, carried = np.frexp(mantissa / self._mantissa)
        octave = exponent + carried
        self._exponent = max(self._exponent, int((octave - (place == 0.5)).max()))
        at_top = octave > self._exponent
        index = np.where(at_top, self.bins, place * self.bins).astype(np.int64) - self.bins // 2 - at_top
        self._count(x < 0, octave - at_top, index)

    def zoomed(self, k):
        """Return the counts in equal bins from 0 to top / 2^k, (2, bins), and how many values lie beyond, (2,)."""
        counts, beyond = np.zeros((2, self.bins), np.int64), np.zeros(2, np.int64)
        fine = self.bins // 2 + np.arange(self.bins // 2)
        for exponent, octave in self._octaves.items():
            below = self._exponent - k - exponent
            if below < 0:
                beyond += octave.sum(axis=1)
            else:
                for row in (0, 1):
                    counts[row] += np.bincount(fine >> min(below, 62), octave[row], self.bins).astype(np.int64)
        return counts, beyond

    def edges(self):
        """Return the upper edges of all octaves' bins, ascending, as fractions of top, and their counts (2, n)."""
        exponents = sorted(self._octaves)
        within = (self.bins // 2 + 1 + np.arange(self.bins // 2)) / self.bins
        edges = [np.ldexp(within, exponent - self._exponent) for exponent in exponents]
        return np.concatenate(edges), np.concatenate([self._octaves[exponent] for exponent in exponents], axis=1)

    def _count(self, negative, octave, index):
        for one in np.unique(octave).tolist():
            counts = self._octaves.setdefault(one, np.zeros((2, self.bins // 2), np.int64))
            for row in (0, 1):
                counts[row] += np.bincount(index[(octave == one) & (negative == row)], minlength=self.bins // 2)
