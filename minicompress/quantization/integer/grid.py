"""Grid: the numbers that the codes of a layer's input or output stand for.

x is about s (q - z)        s the scale, z the zero point, q a code of `bits` bits
"""

from dataclasses import dataclass

from minicompress._base import arguments
from minicompress.quantization.affine import affine_dequantize, affine_quantize, code_range

__all__ = ["AffineGrid"]


@dataclass(frozen=True)
class AffineGrid:
    """The numbers s (q - z) that the codes q of `bits` bits stand for.

    >>> import numpy as np
    >>> grid = AffineGrid(s=0.5, z=-3)
    >>> grid.codes(np.array([0.0, 1.0])).tolist(), grid.numbers(np.array([-3, -1])).tolist()
    ([-3, -1], [0.0, 1.0])
    """

    s: float
    z: int
    bits: int = 8
    signed: bool = True

    def __post_init__(self):
        bits = arguments.whole_number("AffineGrid", "bits", self.bits, low=2, high=8)
        low, high = code_range(bits, signed=bool(self.signed))
        for name, value in (
            ("s", arguments.number("AffineGrid", "s", self.s, low=0, open_low=True)),
            ("z", arguments.whole_number("AffineGrid", "z", self.z, low=low, high=high)),
            ("bits", bits),
            ("signed", bool(self.signed)),
        ):
            object.__setattr__(self, name, value)

    def codes(self, x):
        """Return the codes of an array of floats."""
        return affine_quantize(x, self.s, self.z, self.bits, signed=self.signed)

    def numbers(self, q):
        """Return the float32 numbers of an array of codes."""
        return affine_dequantize(q, self.s, self.z)
