"""A mask that keeps the wrong entries, and codes that are wrong by their bits."""

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import near, seen

__all__ = ["bits", "mask"]


def mask(case):
    """What a mask, or the nonzero places of a pruned array, has to do with the expected one."""
    kept, wanted = _as_masks(case)
    if kept is None or kept.size < 4 or np.array_equal(kept, wanted):
        return None
    if np.array_equal(kept, ~wanted):
        return seen("inverted")
    more, less = int((kept & ~wanted).sum()), int((wanted & ~kept).sum())
    if kept.all():
        return seen("keeps_all")
    if not kept.any():
        return seen("keeps_none")
    if not less:
        return _too_many_or_few("too_many", case, kept & ~wanted, kept)
    if not more:
        return _too_many_or_few("too_few", case, wanted & ~kept, ~kept)
    found = _find_selection(case, kept, wanted) or _counts_by_axis(kept, wanted)
    return found or (seen("others", count=more, total=int(wanted.sum())) if more == less else None)


def _as_masks(case):
    """The kept places of got and expected, where both are masks or the same numbers with others left out."""
    if not case.same_shape or case.expected.ndim == 0:
        return None, None
    if case.got_as_it_was.dtype == bool or case.expected_as_it_was.dtype == bool:
        values = set(np.unique(case.got)) | set(np.unique(case.expected))
        return (case.got == 1, case.expected == 1) if values <= {0.0, 1.0} else (None, None)
    if not (case.expected == 0).any() or not (case.expected != 0).any():
        return None, None
    both = (case.got != 0) & (case.expected != 0)
    zeros = (case.got == 0) | (case.expected == 0)
    if case.wrong[~zeros].any() or np.unique(case.expected[both]).size < 3 or not _is_pruned(case):
        return None, None
    return case.got != 0, case.expected != 0


def _is_pruned(case):
    """Whether what is not 0 in the expected array is one of the arguments, so that it was kept."""
    kept = case.expected != 0
    if (~kept).mean() < 0.2:
        return False
    return any(
        v.shape == kept.shape and (v[~kept] != 0).any() and near(v[kept], case.expected[kept], case.rtol)
        for _, v in case.arguments
    )


def _find_selection(case, kept, wanted):
    """got keeps the smallest, or goes by the value instead of the magnitude."""
    if kept.sum() < 2 or (~kept).sum() < 2:
        return None
    for name, value in case.arguments:
        if value.shape != kept.shape or not np.isfinite(value).all():
            continue
        signed = (value < 0).any() and (value > 0).any()
        scores = [(f"abs({name})", np.abs(value), True), (name, value, signed)]
        for text, score, told in scores:
            if not told:
                continue
            for key, s in (("keeps_largest", score), ("keeps_smallest", -score)):
                # Strictly: ties would let several rules fit.
                if s[kept].min() > s[~kept].max() and not (s[wanted].min() > s[~wanted].max()):
                    return seen(key, count=int(kept.sum()), score=text, wanted=int(wanted.sum()))
    return None


def _counts_by_axis(kept, wanted):
    """Another axis: the same number is kept in each column instead of in each row."""
    if kept.ndim < 2:
        return None
    for axis in range(kept.ndim):
        counts = kept.sum(axis=axis)
        if (counts == counts.flat[0]).all() and not (wanted.sum(axis=axis) == wanted.sum(axis=axis).flat[0]).all():
            for other in range(kept.ndim):
                right = wanted.sum(axis=other)
                if other != axis and (right == right.flat[0]).all() and not (kept.sum(axis=other) == right).all():
                    return seen("counts", axis=axis, got=int(counts.flat[0]), other=other, expected=int(right.flat[0]))
    return None


def _too_many_or_few(key, case, places, like):
    """Kept, or removed, is more than should be; where the surplus ties with others, by which argument."""
    count = int(places.sum())
    for name, value in case.arguments:
        if value.shape == places.shape and np.isfinite(value).all():
            size = np.abs(value)
            surplus, others = size[places], size[~places]
            if (surplus == surplus[0]).all() and (others == surplus[0]).any() and np.unique(size).size > 2:
                return seen(f"{key}_at", count=count, where=f"abs({name}) = {surplus[0]:g}")
    return seen(key, count=count)


def bits(case):
    """Whole numbers that differ by their bits: wrapped, another order of bits or halves, two's complement."""
    if not case.discrete or case.got_as_it_was.dtype == bool or not case.same_shape:
        return None
    got, expected = case.got.astype(np.int64), case.expected.astype(np.int64)
    difference = (got - expected)[case.wrong]
    if difference.size == 0:
        return None
    for modulus, text in ((2**32, "2^32"), (2**16, "2^16"), (2**8, "256")):
        if (difference % modulus == 0).all():
            return seen("wrapped", modulus=text)
    if case.expected_as_it_was.dtype == np.uint8 and case.got_as_it_was.dtype == np.uint8 and got.size > 1:
        for key, candidate in _reorderings(expected):
            if np.array_equal(candidate, got):
                return seen(key)
    if np.array_equal(got, ~expected) and got.size > 2:
        return seen("formula", formula="~expected")
    return None


def _reorderings(x):
    yield "nibbles", (x >> 4) | (x & 15) << 4
    reverse = sum(((x >> i) & 1) << (7 - i) for i in range(8))
    yield "bits_reversed", reverse
    yield "bits_inverted", 255 - x
