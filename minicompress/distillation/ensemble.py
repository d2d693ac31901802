"""Ensemble of teachers: the mean of their probabilities, at the temperature of the student.

    p_t = sum_m w_m softmax(z_m / T)          w_m >= 0, sum w_m = 1

The soft loss with this p_t has the same gradient as the weighted mean of the teachers' soft losses, since KL is linear
in p_t up to a constant. The mean of the logits is another distribution, the normalized geometric mean of the
probabilities: a single teacher that finds a class impossible excludes it, and the teacher with the largest logits
decides. Averaging at T = 1 and softening afterwards is a third distribution. The right order is: soften, then average.

Source: Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 1, which allows both means. Left out: the geometric mean.
"""

from collections.abc import Sequence

import numpy as np

from minicompress._base import arguments
from minicompress.distillation.soft_labels import soft_labels

__all__ = ["ensemble_logits", "ensemble_soft_labels"]


def ensemble_soft_labels(
    logits: Sequence[np.ndarray], temperature: float, *, weights: Sequence[float] | None = None
) -> np.ndarray:
    """Return the weighted mean of the teachers' probabilities at a temperature.

    Parameters
    ----------
    logits : sequence of M arrays of the same shape (..., C), one per teacher.
    temperature : T, a finite number > 0.
    weights : M finite numbers >= 0 that are not all 0; divided by their sum. Equal by default.

    Returns
    -------
    float64 array (..., C), rows that sum to 1.

    Raises
    ------
    ValueError : no teachers, shapes that differ, weights of another number or sign, and what `soft_labels` refuses.

    >>> ensemble_soft_labels(np.log([[[0.5, 0.5]], [[0.25, 0.75]]]), 1).round(3).tolist()
    [[0.375, 0.625]]
    """
    if not np.iterable(logits):
        arguments.reject("ensemble_soft_labels", "logits", "a sequence of arrays, one for each teacher", logits)
    z = [_as_float64("logits", one) for one in logits]
    if not z:
        raise ValueError("ensemble_soft_labels: logits must hold at least one teacher, got none")
    for one in z:
        arguments.same_shape("ensemble_soft_labels", "logits of every teacher", one, z[0].shape)
    w = np.ones(len(z)) if weights is None else _as_float64("weights", weights)
    arguments.same_shape("ensemble_soft_labels", "weights", w, (len(z),))
    if not np.isfinite(w).all() or (w < 0).any() or not w.any():
        arguments.reject("ensemble_soft_labels", "weights", "finite, >= 0 and not all 0", w.tolist())
    return np.tensordot(w / w.sum(), np.stack([soft_labels(one, temperature) for one in z]), axes=1)


def ensemble_logits(
    logits: Sequence[np.ndarray], temperature: float, *, weights: Sequence[float] | None = None
) -> np.ndarray:
    """Return T log p_t, the logits whose softmax at this temperature (and at no other) is the ensemble's mean.

    Arguments as for `ensemble_soft_labels`. If the probability of a class is rounded to 0 for every teacher, the
    smallest positive number takes its place, so that the logit is finite.

    >>> z = ensemble_logits(np.log([[[0.5, 0.5]], [[0.25, 0.75]]]), 2.0)
    >>> soft_labels(z, 2.0).round(3).tolist()
    [[0.433, 0.567]]
    """
    p = ensemble_soft_labels(logits, temperature, weights=weights)
    return float(temperature) * np.log(np.maximum(p, np.finfo(np.float64).tiny))


def _as_float64(argument, value):
    return arguments.floats("ensemble_soft_labels", argument, value, otherwise=np.float64).astype(np.float64)
