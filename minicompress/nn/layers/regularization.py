"""Dropout: sets units to zero at random in training.

    training:   m ~ Bernoulli(1 - p) / (1 - p)      y = m x      dx = m dy
    inference:  y = x                                            dx = dy

Dividing by 1 - p in training ("inverted" dropout) keeps the mean of y at x, so that nothing is scaled at inference.

Source: Srivastava et al. 2014, JMLR 15. Differs from the paper: it scales the weights by 1 - p at inference instead.
"""

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.layer import Layer

__all__ = ["Dropout"]


@register
class Dropout(Layer):
    """Zero each element with probability p while training, and scale up the others.

    Parameters
    ----------
    p : float in [0, 1], the probability that an element is zeroed; 0.5 as in the paper.
    rng : np.random.Generator that draws the masks. A copy of the layer gets a copy of the generator.

    >>> import numpy as np
    >>> Dropout(0.5, rng=np.random.default_rng(0)).forward(np.ones((1, 3))).tolist()  # nothing is dropped at inference
    [[1.0, 1.0, 1.0]]
    """

    def __init__(self, p=0.5, *, rng):
        self.p = arguments.number("Dropout", "p", p, low=0, high=1)
        self.rng = arguments.generator("Dropout", "rng", rng)

    def forward(self, x, training=False):
        """Return y of the shape of x; in training with a new mask at each call."""
        x = self._batch(x)
        if not training:
            return self._keep(x, None)
        kept = self.rng.random(x.shape, dtype="float32") >= self.p
        m = kept.astype(x.dtype) / (1 - self.p if self.p < 1 else 1)
        return self._keep(m * x, m)

    def backward(self, dy):
        """Return dx: dy through the mask of the last forward."""
        dy, m = self._recall(dy)
        return dy if m is None else m * dy

    def config(self):
        """Return the arguments of the constructor, without the generator."""
        return {"p": self.p}
