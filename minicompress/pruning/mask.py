"""How does a pruned weight stay at zero while the others go on training?

    seen  = m * w          forward:  the network computes without the pruned weights
    dL/dw = m * dL/dseen   backward: no gradient reaches them
    w    <- m * w          project:  after each optimizer step the master is zero there again

The third line is the one that home-made masks lack. A zero gradient does not mean a zero step: momentum remembers the
gradients from before the pruning, Adam's first moment likewise, and decoupled weight decay moves whatever is not zero
yet. With SGD at momentum 0.9, a velocity v left over from before still carries the weight 0.9 / (1 - 0.9) = 9 times
v (in learning rates) after its gradient became 0: without the projection a "90% sparse" master is dense again after
one epoch, and whoever reads `layer.weights` then reads a dense network.

Source: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 3: prune, then retrain the connections that are left.
Left out: masks that change while training (`regrowth.py`).
Next: `weight.py`, which decides where m is 0.
"""

import numpy as np

from minicompress.nn.parameter import WeightTransform

__all__ = ["Mask"]


class Mask(WeightTransform):
    """Keep the weights where `m` is true and hold the others at zero.

    Parameters
    ----------
    m : array of the weight's shape; nonzero (True) keeps the weight. It is copied, as booleans.
    """

    def __init__(self, m):
        self.m = np.asarray(m).astype(bool)

    def forward(self, w):
        """Return m * w, shape and dtype of `w`."""
        return self.m * w

    def backward(self, dy):
        """Return m * dy, shape and dtype of `dy`."""
        return self.m * dy

    def project(self, value):
        """Zero the pruned entries of the master in place."""
        # Ten times as fast as value[~m] = 0, once a step. It may leave -0.0, which is a zero.
        value *= self.m

    def __repr__(self):
        return f"Mask(keeps {np.count_nonzero(self.m)} of {self.m.size})"
