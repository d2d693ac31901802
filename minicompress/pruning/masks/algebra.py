"""Set operations on the masks of a network, and whether two masks overlap more than by chance.

    union          m = m1 or m2            weights that either keeps
    intersection   m = m1 and m2           weights that both keep
    complement     m = not m1              weights that it prunes
    density        kept / weights = 1 - sparsity
    Jaccard        J = |m1 and m2| / |m1 or m2|,   1 for equal masks, 0 where they share nothing

Random masks overlap too: two masks that keep k1 and k2 of the n weights of a layer share k1 k2 / n weights on average.
So J means little by itself: at a density of 1/2, chance alone gives 1/3. Compare J with

    J_chance = sum k1 k2 / n  /  sum (k1 + k2 - k1 k2 / n)         sums over layers

This is the ratio of the two expectations. For more than a few hundred weights it equals the expected J to two digits.

Masks of a network are a list of boolean arrays, True keeps, one for each weight array, as `hold_masks` takes it. All
functions return new arrays and change nothing.
"""

from collections.abc import Sequence

import numpy as np

from minicompress._base import arguments

__all__ = [
    "chance_mask_jaccard",
    "mask_complement",
    "mask_density",
    "mask_intersection",
    "mask_jaccard",
    "mask_union",
    "shuffle_masks",
]


def mask_union(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the masks that keep what either keeps. Raises ValueError for masks that do not match.

    >>> one, other = [np.array([True, False, False])], [np.array([True, True, False])]
    >>> mask_union(one, other)[0].tolist()
    [True, True, False]
    """
    return [a | b for a, b in _pairs("mask_union", one, other)]


def mask_intersection(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the masks that keep what both keep. Raises ValueError for masks that do not match.

    >>> one, other = [np.array([True, False, False])], [np.array([True, True, False])]
    >>> mask_intersection(one, other)[0].tolist()
    [True, False, False]
    """
    return [a & b for a, b in _pairs("mask_intersection", one, other)]


def mask_complement(masks: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the masks that keep what these prune. Raises ValueError for anything but a list of masks.

    >>> mask_complement([np.array([True, False, False])])[0].tolist()
    [False, True, True]
    """
    return [~m for m in _masks("mask_complement", "masks", masks)]


def mask_density(masks: Sequence[np.ndarray]) -> float:
    """Return kept / weights over all masks together, in [0, 1]; 1.0 for no weights at all, of which none is pruned.

    Sparsity is 1 - density. Raises ValueError for anything but a list of masks.

    >>> mask_density([np.array([True, False]), np.array([False, False])])
    0.25
    """
    masks = _masks("mask_density", "masks", masks)
    weights = sum(m.size for m in masks)
    return _count_kept(masks) / weights if weights else 1.0


def mask_jaccard(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> float:
    """Return |both keep| / |either keeps| over all layers together, in [0, 1]; 1.0 if neither keeps anything.

    Source: Jaccard 1901, the coefficient of community. Raises ValueError for masks that do not match.

    >>> one, other = [np.array([True, False, False])], [np.array([True, True, False])]
    >>> mask_jaccard(one, other)
    0.5
    """
    pairs = _pairs("mask_jaccard", one, other)
    either = _count_kept(a | b for a, b in pairs)
    return _count_kept(a & b for a, b in pairs) / either if either else 1.0


def chance_mask_jaccard(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> float:
    """Return the Jaccard coefficient to expect if the masks lay at random, with each layer's number kept as it is.

    Raises ValueError for masks that do not match.

    >>> half = [np.arange(10) < 5]
    >>> round(float(chance_mask_jaccard(half, half)), 3)  # 2.5 of the 7.5 that either keeps
    0.333
    """
    counts = [(np.count_nonzero(a), np.count_nonzero(b), a.size) for a, b in _pairs("chance_mask_jaccard", one, other)]
    both = sum(k1 * k2 / n for k1, k2, n in counts if n)
    either = sum(k1 + k2 for k1, k2, _ in counts) - both
    return both / either if either else 1.0


def shuffle_masks(masks: Sequence[np.ndarray], *, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random masks that keep exactly as many weights of each layer as `masks` do.

    `rng` is the np.random.Generator that draws them. Raises ValueError for anything but a list of masks.

    >>> int(shuffle_masks([np.arange(10) < 3], rng=np.random.default_rng(0))[0].sum())
    3
    """
    rng = arguments.generator("shuffle_masks", "rng", rng)
    return [rng.permutation(m.ravel()).reshape(m.shape) for m in _masks("shuffle_masks", "masks", masks)]


def _count_kept(masks):
    return sum(int(np.count_nonzero(m)) for m in masks)


def _pairs(owner, one, other):
    one, other = _masks(owner, "one", one), _masks(owner, "other", other)
    if len(one) != len(other):
        arguments.reject(owner, "other", f"a list of {len(one)} masks, as one is", len(other))
    for a, b in zip(one, other, strict=True):
        arguments.same_shape(owner, "every mask of other", b, a.shape)
    return list(zip(one, other, strict=True))


def _masks(owner, argument, masks):
    """A network's masks, checked: `m | n` on integers, or `~m`, would do something else in silence."""
    if not isinstance(masks, (list, tuple)):
        arguments.reject(owner, argument, "a list of boolean arrays", masks)
    for m in masks:
        if not isinstance(m, np.ndarray) or m.dtype != bool:
            arguments.reject(owner, argument, "a list of boolean arrays", getattr(m, "dtype", type(m).__name__))
    return masks
