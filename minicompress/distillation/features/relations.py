"""Relational distillation: distances and angles between the samples of a batch are trained to match the teacher's.

    distance   d_ij   = ||h_i - h_j||_2                        for each pair of samples
               psi_ij = d_ij / mu,  mu the mean of the distances that are not 0
    angle      psi_ijk = cos of the angle at j = <e_ij, e_kj>,   e_ij = (h_i - h_j) / ||h_i - h_j||
    loss       L = mean over pairs i != j (triples of three different samples) of huber(psi_s - psi_t)
    huber(u)   = u^2 / 2 if |u| <= 1, else |u| - 1/2           slope: u, clipped to [-1, 1]

The loss depends neither on width and shape of the features, nor on their scale (mu removes it), nor on a rotation. The
gradient for distances, with g = dL/dpsi, where mu depends on every distance:

    dL/dd_ij = (g_ij - [d_ij > 0] sum(g psi) / count) / mu              count: distances that are not 0
    dL/dh_i  = sum_j (dL/dd_ij + dL/dd_ji) (h_i - h_j) / d_ij           0 where d_ij = 0

For angles, the gradient for h_i - h_j is the part of dL/de orthogonal to e, divided by the length.

Sources: Park, Kim, Lu, Cho 2019 (arXiv:1904.05068), section 3. Differs from the authors' code, which divides by n^2 and
n^3 and so counts the zeros at i = j: its loss for distances is (n - 1) / n of this one. As in their code, mu is the
mean over nonzero distances, where the paper's is over all pairs; the two differ if samples coincide.
Left out: squared distances, features of several layers. Use small batches for angles: there are n^3 angles, and n^2
directions with as many numbers as the features have.
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["angle_relations", "distance_relations"]


def distance_relations(h_s: np.ndarray, h_t: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dh_s) of the distances between the samples of a batch, relative to their mean.

    Parameters
    ----------
    h_s, h_t : floats (n, ...), n >= 2, finite: outputs of student and teacher for the same samples; each sample is
        flattened, and widths may differ. For n = 2 the loss is 0, because the only distance equals the mean.

    Returns
    -------
    loss : float.
    dh_s : floats of the shape and dtype of h_s, dL/dh_s.

    Raises
    ------
    ValueError : fewer than two samples (`nn.batches(..., drop_last=True)` leaves out a smaller last batch); different
        n; not finite; all samples of one network equal.

    >>> h = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    >>> turned = 10 * h[:, ::-1]
    >>> round(distance_relations(turned, h)[0], 6)
    0.0
    >>> round(distance_relations(h**2, h)[0], 3)
    0.005
    """
    h_s, h_t = _batches("distance_relations", h_s, h_t, least=2)
    x_s, x_t = _flat(h_s), _flat(h_t)
    n = len(x_s)
    (psi_s, d, mu), (psi_t, _, _) = _relative_distances("h_s", x_s), _relative_distances("h_t", x_t)
    loss, g = _huber(psi_s - psi_t, n * (n - 1))
    apart = d > 0
    dd = np.where(apart, (g - np.sum(g * psi_s) / np.count_nonzero(apart)) / mu, 0)
    slope = np.divide(dd + dd.T, d, out=np.zeros_like(d), where=apart)
    dx = np.sum(slope, axis=1, keepdims=True) * x_s - slope @ x_s
    return loss, dx.reshape(h_s.shape).astype(h_s.dtype)


def angle_relations(h_s: np.ndarray, h_t: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dh_s) of the angles between all triples of samples of a batch.

    Parameters
    ----------
    h_s, h_t : floats (n, ...), n >= 3, finite, as for `distance_relations`. If two samples coincide, the direction
        between them, its cosines and its gradient are 0.

    Returns
    -------
    loss : float.
    dh_s : floats of the shape and dtype of h_s, dL/dh_s.

    Raises
    ------
    ValueError : fewer than three samples; different n; not finite.

    >>> h = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    >>> round(angle_relations(10 * h[:, ::-1], h)[0], 6)
    0.0
    """
    h_s, h_t = _batches("angle_relations", h_s, h_t, least=3)
    x_s, x_t = _flat(h_s), _flat(h_t)
    n = len(x_s)
    (e, length), (e_t, _) = _directions(x_s), _directions(x_t)
    # At each j, the cosines of all pairs i, k. They are 0 if i or k is j; a pair i = k has no angle and is set to 0.
    u = e @ e.transpose(0, 2, 1) - e_t @ e_t.transpose(0, 2, 1)
    u[:, np.arange(n), np.arange(n)] = 0  # 1 - 1 = 0 as a rule, but not if i coincides with j in one network only
    loss, g = _huber(u, n * (n - 1) * (n - 2))
    de = (g + g.transpose(0, 2, 1)) @ e
    dline = (de - e * np.sum(de * e, axis=2, keepdims=True)) / length
    dx = dline.sum(axis=0) - dline.sum(axis=1)
    return loss, dx.reshape(h_s.shape).astype(h_s.dtype)


def _batches(owner, h_s, h_t, least):
    h_s, h_t = (arguments.floats(owner, name, h, otherwise=np.float64) for name, h in (("h_s", h_s), ("h_t", h_t)))
    if h_s.ndim < 2 or h_t.ndim < 2 or h_s.size * h_t.size == 0 or len(h_s) != len(h_t) or len(h_s) < least:
        short = min(h_s.ndim, h_t.ndim) > 1 and 0 < len(h_s) == len(h_t) < least
        advice = "; distil and nn.batches leave out a smaller last batch with drop_last=True" if short else ""
        shapes = f"{h_s.shape}, {h_t.shape}"
        expected = f"hold the same samples, at least {least}"
        raise ValueError(f"{owner}: h_s and h_t must {expected}, got shapes {shapes}{advice}")
    for name, h in (("h_s", h_s), ("h_t", h_t)):
        if not np.isfinite(h).all():
            raise ValueError(f"{owner}: {name} must be finite, got NaN or infinity")
    return h_s, h_t


def _flat(h):
    return h.reshape(len(h), -1).astype(np.float64)


def _relative_distances(name, x):
    """Return the distances over their mean, the distances, and the mean."""
    # Squares and products would cancel for near samples, so differences are taken, one row at a time: all at once
    # would be n^2 arrays of the size of a sample.
    d = np.stack([np.linalg.norm(x - one, axis=1) for one in x])
    if not d.any():
        raise ValueError(f"distance_relations: {name} must have samples that differ, got {len(x)} equal ones")
    mu = d[d > 0].mean()
    return d / mu, d, mu


def _directions(x):
    """Return e[j, i] = (x_i - x_j) / ||x_i - x_j||, and the lengths, with 1 for samples that coincide."""
    lines = x[None] - x[:, None]
    length = np.linalg.norm(lines, axis=2, keepdims=True)
    length[length == 0] = 1
    return lines / length, length


def _huber(u, count):
    """Return the sum of huber(u) / count, and its derivative."""
    slope = np.clip(u, -1, 1)
    return float(np.sum(slope * (u - slope / 2))) / count, slope / count
