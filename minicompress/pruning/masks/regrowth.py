"""Dynamic masks: pruned weights keep training, and come back when they have grown.

    seen  = m * w                      forward:  the network computes without the pruned weights, as with any mask
    dL/dw = dL/dseen                   backward: to all weights, the pruned ones too
    m    <- 0       where |w| < a      after a step, with probability sigma(t):
            m       where a <= |w| < b                    between the thresholds a weight stays what it is
            1       where |w| >= b

A fixed mask (`mask.py`) removes a weight for good: its gradient is masked and its master is 0. A dynamic mask does not
change the master. The gradient dL/dseen says how the loss would change if the weight were present, the optimizer
updates the master with it, and once |w| reaches b the weight is used again. With a = b, weights near the threshold
could be pruned and restored in turn at every step; the gap between a and b is a hysteresis against that. sigma falls
during training, so that the mask settles.

Source: Guo, Yao, Chen 2016 (arXiv:1608.04493), "Dynamic network surgery".
Differs from the paper: it derives a and b of each layer from mean and deviation of its |w|; here the caller says.
Left out: growing where the gradient is largest (RigL), which needs no dense master.
"""

from collections.abc import Callable

import numpy as np

from minicompress._base import arguments
from minicompress.nn.architecture import register
from minicompress.nn.parameter import WeightTransform
from minicompress.pruning.masks.mask import as_mask, keep_where

__all__ = ["DynamicMask"]


@register
class DynamicMask(WeightTransform):
    """A mask by magnitude with hysteresis that changes during training; masked weights keep learning.

    Parameters
    ----------
    m : array of the weight's shape, the mask to begin with; nonzero (True) keeps. It is copied, as booleans.
    a, b : numbers, 0 <= a <= b, in the weight's unit: below a it is pruned, from b on kept, between it stays.
    probability : function of t, the number of optimizer steps so far (0 at the first), to the probability in [0, 1]
        that the mask is chosen anew after this step. None: always. Falling, such as lambda t: 1 / (1 + 1e-4 * t).
    rng : np.random.Generator that decides, needed with `probability`.

    Attributes
    ----------
    m : boolean array, the mask in force. The master keeps the values of what it prunes: `layer.weights` is dense until
        `parameter.bake()` writes the zeros. With validation `fit` goes back to the mask of the best epoch.

    Raises
    ------
    ValueError : thresholds out of order, or a probability without a generator; in use, a probability outside
        [0, 1], a weight of another shape or with NaN.

    >>> mask = DynamicMask(np.array([True, True, False]), 0.1, 0.2)
    >>> mask.project(np.array([0.05, 0.15, 0.25]))
    >>> mask.m.tolist()
    [False, True, True]
    """

    def __init__(
        self,
        m: np.ndarray,
        a: float,
        b: float,
        *,
        probability: Callable[[int], float] | None = None,
        rng: np.random.Generator | None = None,
    ):
        self.m = as_mask("DynamicMask", m)
        self.a = arguments.number("DynamicMask", "a", a, low=0)
        self.b = arguments.number("DynamicMask", "b", b, low=self.a)
        if probability is not None and not callable(probability):
            arguments.reject("DynamicMask", "probability", "a function of the step, or None", probability)
        self.probability = probability
        self.rng = rng if probability is None else arguments.generator("DynamicMask", "rng", rng)
        self.steps = 0

    def forward(self, w: np.ndarray) -> np.ndarray:
        """Return m * w, shape and dtype of `w`; 0 where m is False, even if it is NaN or infinite."""
        arguments.same_shape("DynamicMask", "w", w, self.m.shape)
        return keep_where(self.m, w)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dy for every weight, masked or not: the gradient ignores the mask."""
        return dy.copy()

    def project(self, value: np.ndarray) -> None:
        """Choose a new mask, with the probability of this step; the master does not change."""
        arguments.same_shape("DynamicMask", "w", value, self.m.shape)
        if self._is_due():
            if np.isnan(value).any():
                arguments.reject("DynamicMask", "w", "free of NaN, which has no magnitude", f"shape {value.shape}")
            size = np.abs(value)
            self.m = (size >= self.b) | (self.m & (size >= self.a))
        self.steps += 1

    def config(self) -> dict:
        """Thresholds and the number of steps so far. ValueError with a probability, which a file cannot hold."""
        if self.probability is not None:
            raise ValueError("its probability is a function")
        return {"a": self.a, "b": self.b, "steps": self.steps}

    def arrays(self) -> dict:
        """The mask in force."""
        return {"m": self.m}

    @classmethod
    def from_config(cls, config: dict, arrays: dict, *, rng: np.random.Generator) -> "DynamicMask":
        """Return a DynamicMask from what `config` and `arrays` returned."""
        mask = cls(arrays["m"], config["a"], config["b"])
        mask.steps = config["steps"]
        return mask

    def _is_due(self):
        if self.probability is None:
            return True
        sigma = arguments.number("DynamicMask", "probability", self.probability(self.steps), low=0, high=1)
        return self.rng.random() < sigma

    def __repr__(self):
        return f"DynamicMask(keeps {np.count_nonzero(self.m)} of {self.m.size})"
