"""How does a network train through a sign, which is flat everywhere and jumps at 0?

    weights       y = sign(w)                 BinaryConnect: dL/dw = dL/dy, then w = clip(w - step, -1, 1)
                  y = alpha sign(w)           with the scale of `binarize.py`, alpha a constant for the gradient
                  P(y = +1) = (w + 1) / 2     stochastic: E[y] = w, for |w| <= 1
    activations   y = sign(x)                 BNN: dL/dx = dL/dy * 1[|x| <= 1], the slope of clip(x, -1, 1)

The derivative of a sign is 0, so no weight would move. In the backward pass, the straight-through estimator treats the
sign as a line. Three things make that work:

* The optimizer updates the latent float w, not its sign: many small steps in one direction add up until w crosses 0 and
  its sign flips. Steps on the sign itself would be lost at the next forward.
* w is clipped to [-1, 1] after each step. Beyond 1 it would act as at 1, but would need longer to come back.
* Where |x| > 1 an activation's gradient stops; without that the authors found networks to be much worse. The limit is
  <=, so that a value which was clipped to exactly 1 can come back.

Sources: Bengio, Leonard, Courville 2013 (arXiv:1308.3432); Courbariaux et al. 2015 (arXiv:1511.00363), algorithm 1;
Courbariaux et al. 2016 (arXiv:1602.02830), eq. 4 and algorithm 1.
Differs from the papers: XNOR-Net also sends a gradient through alpha; BinaryConnect scales each layer's learning rate
by Glorot's coefficient, which is left to the caller here.
Left out: shift-based batch norm, gradients of few bits (DoReFa).
"""

import numpy as np

from minicompress._base.arguments import generator, one_of, reject
from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer
from minicompress.nn.parameter import WeightTransform
from minicompress.quantization.binary.binarize import mean_magnitude, sign
from minicompress.quantization.granularity import check_output_axis

__all__ = ["Binarize", "BinaryActivation"]


@register
class Binarize(WeightTransform):
    """Show the network binary weights, pass gradients straight to the latent floats, keep those in [-1, 1].

    Parameters
    ----------
    scaled : False (the default), weights are -1 and +1 (BinaryConnect, BNN: a batch norm behind the layer makes up for
        the scale); True, they are -alpha and +alpha, alpha = mean |w| (XNOR-Net).
    axis : None (the default), one alpha for the array; 0, one for each output channel. Only with `scaled`.
    rng : None, the sign (deterministic); a numpy.random.Generator, +1 with the probability clip((w + 1)/2, 0, 1), drawn
        anew at each forward (stochastic BinaryConnect). Only without `scaled`.

    Use: `attach_quantizers(model, Binarize())`, train, then `model.bake()`. After stochastic training the paper
    infers with the latent floats: drop the transform instead (`parameter.transforms.remove(...)`).

    Source: Courbariaux et al. 2015 (arXiv:1511.00363), section 2.

    >>> Binarize(scaled=True).forward(np.array([0.5, -1.5])).tolist()
    [1.0, -1.0]
    """

    def __init__(self, *, scaled: bool = False, axis: int | None = None, rng: np.random.Generator | None = None):
        self.scaled = one_of("Binarize", "scaled", scaled, (False, True))
        self.axis = check_output_axis("Binarize", axis)
        self.rng = None if rng is None else generator("Binarize", "rng", rng)
        if axis is not None and not scaled:
            reject("Binarize", "axis", "None for weights without a scale", axis)
        if rng is not None and scaled:
            reject("Binarize", "scaled", "False for stochastic weights, whose expectation is w without a scale", scaled)

    def forward(self, w):
        """Return the binary weights: shape and dtype of `w`. NaN stays NaN."""
        if self.rng is not None:
            # Uniform on [0, 1), so that w = 1 is always +1 and, because of the <, w = -1 never.
            drawn = np.where(self.rng.random(w.shape) < (w + 1) / 2, 1, -1).astype(w.dtype)
            return np.where(np.isnan(w), w, drawn)
        return sign(w) * mean_magnitude(w, axis=self.axis) if self.scaled else sign(w)

    def backward(self, dy):
        """Return dy, as a new array: straight through."""
        return np.array(dy)

    def project(self, value):
        """Clip the latent weights to [-1, 1], in place."""
        np.clip(value, -1, 1, out=value)

    def surrogate(self, w):
        """Return the function whose derivative `backward` is: the identity."""
        return np.array(w)

    def config(self):
        """What the constructor takes, and whether the generator is there."""
        return {"scaled": self.scaled, "axis": self.axis, "stochastic": self.rng is not None}

    @classmethod
    def from_config(cls, config, arrays, *, rng):
        """Return a Binarize from what `config` returned; `rng` draws if it is stochastic."""
        return cls(scaled=config["scaled"], axis=config["axis"], rng=rng if config["stochastic"] else None)

    def __repr__(self):
        return f"Binarize(scaled={self.scaled}, axis={self.axis}, rng={'None' if self.rng is None else '...'})"


@register
class BinaryActivation(Layer):
    """y = sign(x), +1 at 0, with the gradient of clip(x, -1, 1), 1 at both ends.

    Place it behind a batch norm, which keeps x in the range where gradients pass. The surrogate is called hardtanh, but
    PyTorch's `hardtanh` has the slope 0 at the ends; its `clamp` has 1, as here.

    Source: Courbariaux et al. 2016 (arXiv:1602.02830), eq. 4.

    >>> layer = BinaryActivation()
    >>> layer.forward(np.array([[0.5, -3.0]])).tolist(), layer.backward(np.ones((1, 2))).tolist()
    ([[1.0, -1.0]], [[1.0, 0.0]])
    """

    def forward(self, x, training=False):
        """Return y of the shape of x, each -1 or +1; NaN stays NaN."""
        x = self._batch(x)
        return self._keep(sign(x), np.abs(x) <= 1)

    def backward(self, dy):
        """Return dx: dy where |x| <= 1, 0 elsewhere."""
        dy, inside = self._recall(dy)
        return np.where(inside, dy, dy.dtype.type(0))
