"""Codes of stored weights, chosen so that a flipped bit does little harm.

    half = (max w - min w) / 2,  centre = (max w + min w) / 2        symmetric: half = max|w|, centre = 0
    m    = 2^(bits-1) - 1,  s = half / m                             the step; 1.0 if half is 0
    v    = round((w - centre) / s)                                   integers from -m to m      floor instead of round
    code = v + m  in 0 .. 2^bits - 2                                 signed: v in two's complement
    w    ~ centre + s v

A flip of bit j moves any weight by 2^j steps: the top bit moves it by 2^(bits-1) of the 2^bits - 2 steps of the range,
50.4% of it at 8 bits and 57.1% at 4. So the range matters most. Four choices:

* one range for each array, not one for the network;
* the range from min to max, not from -max|w| to max|w|;
* rounding: floor leaves weights half a step too low on average, which at 4 bits alone can ruin a network that was
  trained without it;
* unsigned codes. The paper measures a gain over two's complement at many errors. This model has none: codes v + 2^(n-1)
  are two's complement with the top bit inverted, so the same flips do the same harm. It would differ in a memory whose
  cells prefer one value.

All four together are the robust quantization of Stutz et al., which is the default here.

Source: Stutz, Chandramoorthy, Hein, Schiele 2021 (MLSys; arXiv:2006.13977), section 4.1.
Differs from `affine.py`: the centre is a float, so 0.0 need not be a code; pruned weights do not stay zero.
Left out: error-correcting codes; a range for the whole network.
"""

from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, number, one_of, positive, reject, whole_number
from minicompress.quantization.affine import float_dtype

__all__ = ["FixedPoint"]


@dataclass(frozen=True)
class FixedPoint:
    """A way to store weights in integers of a fixed number of bits.

    Parameters
    ----------
    bits : integer from 2 to 16.
    symmetric : the range is -max|w| to max|w|, not min w to max w.
    signed : two's complement, not an offset.
    rounding : "nearest" (a half to even) or "floor".

    The defaults are the robust choices.

    >>> codes, grid = FixedPoint(4).encode(np.array([-1.0, 0.0, 1.0]))
    >>> codes.tolist(), FixedPoint(4).decode(codes, grid).tolist()
    ([0, 7, 14], [-1.0, 0.0, 1.0])
    """

    bits: int
    symmetric: bool = False
    signed: bool = False
    rounding: str = "nearest"

    def __post_init__(self):
        # Python's int: in NumPy's int8, 2 ** 7 is -128.
        object.__setattr__(self, "bits", whole_number("FixedPoint", "bits", self.bits, low=2, high=16))
        one_of("FixedPoint", "rounding", self.rounding, ("nearest", "floor"))

    def encode(self, w):
        """Return (codes, grid): uint8 or, above 8 bits, uint16 of the shape of `w`, and what `decode` needs.

        Raises ValueError for NaN or infinity.
        """
        w = array("FixedPoint", "w", w, finite=True)
        centre, s = self._grid(w)
        v = (w.astype(np.float64) - centre) / s
        v = (np.rint(v) if self.rounding == "nearest" else np.floor(v)).astype(np.int64)
        v = np.clip(v, -self._m, self._m)  # the ends of the range, off by a rounding of the quotient
        codes = v % 2**self.bits if self.signed else v + self._m
        return codes.astype(np.uint8 if self.bits <= 8 else np.uint16), (centre, s)

    def decode(self, codes, grid, dtype=np.float32):
        """Return the weights that the codes stand for, in `dtype`; every pattern of bits is a code.

        Raises ValueError for codes other than integers from 0 to 2^bits - 1, and for a grid that `encode` cannot give.
        """
        if not isinstance(grid, tuple) or len(grid) != 2:
            reject("FixedPoint", "grid", "(centre, s), as `encode` returns it", grid)
        centre, s = number("FixedPoint", "centre", grid[0]), positive("FixedPoint", "s", grid[1])
        expected, dtype = f"integers from 0 to {2**self.bits - 1}", float_dtype("FixedPoint", dtype)
        codes = array("FixedPoint", "codes", codes, kinds="iu", expected=expected)
        if codes.size and (codes.min() < 0 or codes.max() >= 2**self.bits):
            reject("FixedPoint", "codes", expected, (int(codes.min()), int(codes.max())))
        v = codes.astype(np.int64)
        v = np.where(v > self._m, v - 2**self.bits, v) if self.signed else v - self._m
        return (centre + s * v).astype(dtype)

    @property
    def _m(self):
        return 2 ** (self.bits - 1) - 1

    def _grid(self, w):
        low, high = (float(f(w)) if w.size else 0.0 for f in (np.min, np.max))
        if self.symmetric:
            high = max(high, -low)
            low = -high
        half = high / 2 - low / 2  # divided first: the largest floats do not overflow
        return low / 2 + high / 2, max(half / self._m, np.finfo(np.float64).smallest_subnormal) if half else 1.0
