"""How does a network train through a rounding, whose derivative is zero almost everywhere?

    forward:   y = clip(round(w/s), -m, m) * s           what the network sees: quantized, in floats
    backward:  dL/dw = dL/dy * 1[|round(w/s)| <= m]      straight through, except where the value was clipped

The true derivative of a staircase is 0 between the steps, so nothing would learn. The straight-through estimator uses
the derivative of a `surrogate` in its place,

    clip(w, -(m + 1/2)*s, (m + 1/2)*s)

which has slope 1 in the range and 0 outside. A clipped weight gets no gradient, because small changes of it do not
change the output; with a fixed scale it stays clipped, whatever the loss. The alternative is to pass the gradient on
and to clip the master, as `binary/straight_through.py` does: then such a weight can come back.

The float32 master keeps the small steps: at 4 bits a step is 1/7 of max|w|, and an update of less than half a step,
made on the quantized weight itself, would be rounded away.

Sources: Bengio, Leonard, Courville 2013 (arXiv:1308.3432; the estimator); Jacob et al. 2017
(arXiv:1712.05877), section 3 (simulated quantization); Krishnamoorthi 2018 (arXiv:1806.08342), section 2.4.
Differs from the papers: weights only, symmetric; the scale is a constant for the gradient (learning it is LSQ).
Left out: moving-average ranges, activations.
"""

import numpy as np

from minicompress._base.arguments import number, whole_number
from minicompress.nn.architecture import register
from minicompress.nn.parameter import WeightTransform
from minicompress.quantization.granularity import current_scales

__all__ = ["FakeQuantize"]


@register
class FakeQuantize(WeightTransform):
    """Show the network symmetric uniform `bits`-bit weights and pass gradients straight through to the master.

    Parameters
    ----------
    bits : integer from 2 to 16.
    scale : the step s > 0, fixed; None (the default) takes max|w| / m of the current weights at each forward, so that
        the grid follows the weights and nothing is clipped.
    axis, group_size : which weights share a scale, see `granularity.py`: axis=0 for a scale for each output channel,
        group_size=g for each g consecutive weights of a row. One scale for the array by default. Not with `scale`.

    Use: `attach_quantizers(model, FakeQuantize(4))`, train, then `model.bake()`. To quantize after training, bake at
    once.

    >>> FakeQuantize(4, scale=0.25).forward(np.array([0.3, -9.0])).tolist()
    [0.25, -1.75]
    """

    def __init__(
        self, bits: int, *, scale: float | None = None, axis: int | None = None, group_size: int | None = None
    ):
        self.bits = whole_number("FakeQuantize", "bits", bits, low=2, high=16)
        self.m = 2 ** (self.bits - 1) - 1
        self.scale = None if scale is None else number("FakeQuantize", "scale", scale, low=0, open_low=True)
        self.axis = None if axis is None else whole_number("FakeQuantize", "axis", axis)
        self.group_size = None if group_size is None else whole_number("FakeQuantize", "group_size", group_size, low=1)
        if [self.scale, self.axis, self.group_size].count(None) < 2:
            raise ValueError(f"FakeQuantize: only one of scale, axis and group_size may be given, got {self!r}")
        self.inside = None

    def forward(self, w):
        """Return clip(round(w/s), -m, m) * s, shape and dtype of `w`."""
        s = current_scales(w, self.bits, self.axis, self.group_size) if self.scale is None else self.scale
        with np.errstate(over="ignore"):  # a quotient beyond the largest float64 is clipped like any other
            q = np.rint(np.asarray(w, dtype=np.float64) / s)
        self.inside = np.abs(q) <= self.m
        return (np.clip(q, -self.m, self.m) * s).astype(w.dtype)

    def backward(self, dy):
        """Return dy where the last forward did not clip, 0 elsewhere, also for an infinite dy."""
        if self.inside is None:
            raise ValueError(f"{self!r}: backward needs a forward first")
        return np.where(self.inside, dy, dy.dtype.type(0))

    def surrogate(self, w):
        """What `backward` is the derivative of: the identity, clipped where a fixed scale ends the range."""
        if self.scale is None:
            return np.array(w)  # the range follows max|w|, so nothing lies outside
        limit = (self.m + 0.5) * self.scale
        return np.clip(w, -limit, limit)

    def config(self):
        """Return the arguments of the constructor."""
        return {"bits": self.bits, "scale": self.scale, "axis": self.axis, "group_size": self.group_size}

    def __repr__(self):
        options = {"scale": self.scale, "axis": self.axis, "group_size": self.group_size}
        given = "".join(f", {name}={value}" for name, value in options.items() if value is not None)
        return f"FakeQuantize({self.bits}{given})"
