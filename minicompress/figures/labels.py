"""Labels of points, placed so that they cover no point and no other label.

The candidates for a label are 8 directions at 4 distances from its point. Labels are placed one after the other, each
at the candidate of least

    cost = 1000 * (share of the label that covers points, other labels or the outside) + distance in pixels

The first labels take the best places, so many orders are tried, and the order of least total cost wins. All numbers are
pixels; matplotlib is not needed.
"""

import numpy as np

from minicompress._base import arguments

__all__ = ["place_labels"]

_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (11, 24, 45, 75)
_POINT_RADIUS = 10
_ORDERS = 200


def place_labels(points, sizes, frame, obstacles=()):
    """Return one box (left, bottom, right, top) per label.

    Parameters
    ----------
    points : array (n, 2), pixels of the points.
    sizes : array (n, 2), width and height of their labels.
    frame : box that labels should stay in.
    obstacles : further boxes that labels should not cover, such as a legend.

    Raises ValueError unless points and sizes are finite, of shape (n, 2) with the same n.

    >>> len(place_labels([(50, 50), (52, 50)], [(20, 8), (20, 8)], (0, 0, 100, 100)))
    2
    """
    points, sizes = (_pairs(name, value) for name, value in (("points", points), ("sizes", sizes)))
    arguments.same_shape("place_labels", "sizes", sizes, points.shape)
    fixed = [(*(point - _POINT_RADIUS), *(point + _POINT_RADIUS)) for point in points] + list(obstacles)
    candidates = [_candidates(point, size) for point, size in zip(points, sizes, strict=True)]
    own_costs = [_fixed_costs(boxes, distances, fixed, frame) for boxes, distances in candidates]
    rng = np.random.default_rng(0)  # a fixed seed, so that every run gives the same picture
    best, least = [], np.inf
    for _ in range(_ORDERS):
        placed, cost = _place_in_order(rng.permutation(len(points)), candidates, own_costs)
        if cost < least:
            best, least = placed, cost
    return best


def _pairs(name, value):
    value = arguments.array("place_labels", name, value, finite=True).astype(float)
    if value.size and (value.ndim != 2 or value.shape[1] != 2):
        arguments.reject("place_labels", name, "of shape (n, 2)", value.shape)
    return value.reshape(-1, 2)


def _place_in_order(order, candidates, own_costs):
    placed, total = [None] * len(candidates), 0.0
    for index in order:
        boxes, _ = candidates[index]
        costs = own_costs[index] + 1000 * _covered(boxes, [box for box in placed if box is not None])
        choice = int(np.argmin(costs))
        placed[index] = tuple(map(float, boxes[choice]))
        total += costs[choice]
    return placed, total


def _candidates(point, size):
    """Return candidate boxes (places, 4) for the label of a point, and their distances (places,)."""
    boxes, distances = [], []
    for distance in _DISTANCES:
        for direction in _DIRECTIONS:
            direction = np.array(direction)
            left_bottom = point + distance * direction + (direction - 1) / 2 * size
            boxes.append([*left_bottom, *(left_bottom + size)])
            distances.append(distance * np.abs(direction).sum())
    return np.array(boxes), np.array(distances, dtype=float)


def _fixed_costs(boxes, distances, fixed, frame):
    outside = 1 - _covered(boxes, [frame])
    return distances + 1000 * (_covered(boxes, fixed) + outside)


def _covered(boxes, others):
    """Return the share of each box's area that the others cover; overlaps of others count once per box."""
    if not others:
        return np.zeros(len(boxes))
    others = np.asarray(others, dtype=float)[:, None]
    widths = np.minimum(boxes[:, 2], others[..., 2]) - np.maximum(boxes[:, 0], others[..., 0])
    heights = np.minimum(boxes[:, 3], others[..., 3]) - np.maximum(boxes[:, 1], others[..., 1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return (widths.clip(0) * heights.clip(0)).sum(axis=0) / areas
