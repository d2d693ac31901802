"""Hints: a regressor maps the student's activations to the teacher's, and both student and regressor are trained.

    L   = 1 / 2n  sum_i || r(h_s_i) - h_t_i ||^2        r: a separate layer, with weights w_r, that is trained too
    dr  = (r(h_s) - h_t) / n
    dh_s, dw_r by the backward of r

The regressor allows different widths, and features in another order or at another scale: without it the student would
have to learn the teacher's basis too. It is discarded after training. A 1 x 1 convolution maps channels in the same way
at each position; a fully connected layer between 8 and 16 maps of 8 x 8 would be thousands of times larger, and could
do the student's work.

Sources: Romero et al. 2015, FitNets (arXiv:1412.6550), eq. 3, for one sample; here it is the mean over the batch.
PyTorch's `F.mse_loss` divides by the number of features too, and has no 1/2.
Left out: the paper's two stages (first hints, up to the guided layer, then soft labels for all layers): call `distil`
with one term, then with the other.
"""

import numpy as np

from minicompress._base import arguments
from minicompress.nn.layer import Layer

__all__ = ["Hint"]


class Hint:
    """The loss of a hint, for a `Term`; give its regressor's parameters to the optimizer too.

    Parameters
    ----------
    regressor : layer from the shape of the student's activations to that of the teacher's, such as
        `nn.Linear(30, 100, rng=rng)` for (n, 30), or `nn.Conv2d(8, 16, 1, rng=rng)` for maps of 8 channels. A larger
        kernel without padding, or a stride, makes maps smaller. None: the shapes must be equal.

    >>> from minicompress import nn
    >>> hint = Hint(nn.Linear(2, 3, rng=np.random.default_rng(0)))
    >>> loss, dh_s = hint(np.ones((5, 2)), np.ones((5, 3)))
    >>> dh_s.shape, len(hint.parameters())
    ((5, 2), 2)
    """

    def __init__(self, regressor: Layer | None = None):
        if regressor is not None and not isinstance(regressor, Layer):
            arguments.reject("Hint", "regressor", "None or a Layer", regressor)
        self.regressor = regressor

    def parameters(self) -> list:
        """Return the parameters of the regressor."""
        return [] if self.regressor is None else self.regressor.parameters()

    def __call__(self, h_s: np.ndarray, h_t: np.ndarray) -> tuple[float, np.ndarray]:
        """Return (loss, dh_s), and add to the gradients of the regressor.

        Parameters
        ----------
        h_s, h_t : floats (n, ...), n >= 1, finite: activations of the student and of the teacher.

        Returns
        -------
        loss : float, half the squared distance, summed over all features of a sample, the mean over the batch.
        dh_s : floats of the shape and dtype of h_s, dL/dh_s.

        Raises
        ------
        ValueError, before any gradient changes: empty or not finite; shapes that differ (after the regressor, if there
        is one); an h_s that does not fit the regressor.
        """
        h_s, h_t = _finite("h_s", h_s), _finite("h_t", h_t)
        r = h_s if self.regressor is None else self.regressor.forward(h_s, training=True)
        if r.shape != h_t.shape:
            self._reject_shapes(h_s, r, h_t)
        gap = r.astype(np.float64) - h_t
        dr = (gap / len(gap)).astype(r.dtype)
        dh_s = dr if self.regressor is None else self.regressor.backward(dr)
        return float(np.sum(gap**2)) / (2 * len(gap)), dh_s.astype(h_s.dtype)

    def _reject_shapes(self, h_s, r, h_t):
        if self.regressor is None:
            shapes = f"{h_s.shape} and {h_t.shape}"
            raise ValueError(f"Hint: h_s and h_t must have one shape if there is no regressor, got shapes {shapes}")
        raise ValueError(
            f"Hint: the regressor must turn h_s into the shape of h_t, {h_t.shape}, got {r.shape} from {h_s.shape}"
        )


def _finite(name, h):
    h = arguments.floats("Hint", name, h)
    if h.ndim < 2 or h.size == 0:
        raise ValueError(f"Hint: {name} must have shape (n, ...), not empty, got shape {h.shape}")
    if not np.isfinite(h).all():
        raise ValueError(f"Hint: {name} must be finite, got NaN or infinity")
    return h
