"""T log softmax(z / T), which is finite at any temperature, although log p itself may be infinite.

    T log p = (z - max z) - T log sum exp((z - max z) / T)

At T = 1e-300, z / T is infinite and log p is minus infinity, but T log p is minus the distance to the largest logit.
So the loss T^2 sum p_t (log p_t - log p_s) is computed as T sum p_t (T log p_t - T log p_s).
"""

import numpy as np

__all__ = ["finite_loss", "tempered_log_softmax"]


def tempered_log_softmax(z: np.ndarray, T: float) -> tuple[np.ndarray, np.ndarray]:
    """Return T log p and p along the last axis, for finite float64 z."""
    with np.errstate(over="ignore", under="ignore"):  # a quotient beyond float64 is minus infinity: its exp is 0
        gap = z - z.max(axis=-1, keepdims=True)
        scaled = gap - T * np.log(np.exp(gap / T).sum(axis=-1, keepdims=True))
        return scaled, np.exp(scaled / T)


def finite_loss(owner: str, loss: float, T: float) -> float:
    """Return `loss` as a float; ValueError if it is infinite or NaN, which too large a temperature T causes."""
    if not np.isfinite(loss):
        raise ValueError(f"{owner}: temperature must be smaller for these logits, or the loss overflows, got {T:g}")
    return float(loss)
