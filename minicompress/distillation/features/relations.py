"""Relational distillation: distances and angles between the samples of a batch are to match the teacher's.

    distance   d_ij   = ||h_i - h_j||_2                        for each pair of samples
               psi_ij = d_ij / mu,  mu the mean of the distances that are not 0
    angle      psi_ijk = cos of the angle at j = <e_ij, e_kj>,   e_ij = (h_i - h_j) / ||h_i - h_j||
    loss       L = mean over pairs i != j (triples of three different samples) of huber(psi_s - psi_t)
    huber(u)   = u^2 / 2 if |u| <= 1, else |u| - 1/2           slope: u, clipped to [-1, 1]

Neither width nor shape of the features matters, nor their scale (mu takes it away), nor a rotation. And back for
distances, with g = dL/dpsi, from the mean's dependence on every distance:

    dL/dd_ij = (g_ij - [d_ij > 0] sum(g psi) / count) / mu              count: distances that are not 0
    dL/dh_i  = sum_j (dL/dd_ij + dL/dd_ji) (h_i - h_j) / d_ij           0 where d_ij = 0

and for angles through e: the part of the slope across e, divided by the length.

Sources: Park, Kim, Lu, Cho 2019 (arXiv:1904.05068), section 3. Differs from the authors' code, which divides by n^2 and
n^3, the zeros i = j among them: its loss for distances is (n - 1) / n of this one. As there, mu is over nonzero
distances, where the paper's is over all pairs; they differ if samples coincide.
Left out: squared distances, features of several layers. There are n^3 angles, and n^2 directions as wide as the
features: for small batches.
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["angle_relations", "distance_relations"]


def distance_relations(h_s: np.ndarray, h_t: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, dh_s): how differently the distances between the samples of a batch compare to their mean.

    Parameters
    ----------
    h_s, h_t : floats (n, ...), n >= 2, finite: outputs of student and teacher for the same samples; flattened, so that
        widths may differ. Two samples have one distance, which is its own mean: the loss is 0.

    Returns
    -------
    loss : float.
    dh_s : floats of the shape and dtype of h_s, dL/dh_s.

    Raises
    ------
    ValueError : one sample, which has no relations (`nn.batches(..., drop_last=True)` leaves out the last of an epoch,
        alone in its batch); another n; not finite; all samples of one network equal.

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
    """Return (loss, dh_s): how differently the angles between each three samples of a batch open.

    Parameters
    ----------
    h_s, h_t : floats (n, ...), n >= 3, finite, as for `distance_relations`. Where two samples coincide the direction
        between them is 0, and with it the cosine and the gradient.

    Returns
    -------
    loss : float.
    dh_s : floats of the shape and dtype of h_s, dL/dh_s.

    Raises
    ------
    ValueError : fewer than three samples, which have no angle; another n; not finite.

    >>> h = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    >>> round(angle_relations(10 * h[:, ::-1], h)[0], 6)
    0.0
    """
    h_s, h_t = _batches("angle_relations", h_s, h_t, least=3)
    x_s, x_t = _flat(h_s), _flat(h_t)
    n = len(x_s)
    (e, length), (e_t, _) = _directions(x_s), _directions(x_t)
    # At each j the cosines of all pairs i, k; they are 0 where i or k is j. Where i is k there is no angle.
    u = e @ e.transpose(0, 2, 1) - e_t @ e_t.transpose(0, 2, 1)
    u[:, np.arange(n), np.arange(n)] = 0  # not 1 - 1 if i lies on j in one network alone
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
    """Distances over their mean, the distances, and the mean."""
    # Not from squares and products, which cancel for near samples. A row at a time: all differences of n samples with
    # maps of 10,000 numbers would be n^2 maps.
    d = np.stack([np.linalg.norm(x - one, axis=1) for one in x])
    if not d.any():
        raise ValueError(f"distance_relations: {name} must have samples that differ, got {len(x)} equal ones")
    mu = d[d > 0].mean()
    return d / mu, d, mu


def _directions(x):
    """e[j, i] = (x_i - x_j) / ||x_i - x_j||, and the lengths: 1 for samples that coincide."""
    lines = x[None] - x[:, None]
    length = np.linalg.norm(lines, axis=2, keepdims=True)
    length[length == 0] = 1
    return lines / length, length


def _huber(u, count):
    """The sum of huber(u) over the count, and its slope."""
    slope = np.clip(u, -1, 1)
    return float(np.sum(slope * (u - slope / 2))) / count, slope / count
