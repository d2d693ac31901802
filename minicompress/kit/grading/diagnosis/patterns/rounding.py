"""Differences of the size of rounding, and NaN and infinity where the expected values are finite."""

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import seen

__all__ = ["narrow_floats", "not_finite", "off_by_one"]


def not_finite(case):
    """got is right where it is finite; elsewhere it is NaN, or overflowed."""
    if not case.same_shape or case.got.size == 0 or not np.isfinite(case.expected).all():
        return None
    nan, inf = np.isnan(case.got), np.isinf(case.got)
    if not (nan | inf).any() or (case.wrong & ~nan & ~inf).any():
        return None
    if case.got.ndim and not (nan | inf).all():
        what = "NaN" if not inf.any() else "inf" if not nan.any() else "NaN / inf"
        return seen("right_where_finite", what=what, count=int((nan | inf).sum()), size=nan.size)
    largest = max((float(np.abs(v[np.isfinite(v)]).max(initial=0)) for _, v in case.arguments), default=0.0)
    what = "NaN" if nan.any() else "inf"
    if largest >= 80:  # exp(89) is infinite in float32, exp(710) in float64
        return seen("overflow", what=what, largest=f"{largest:g}")
    return seen("not_finite", what=what)


def narrow_floats(case):
    """got is what float16 or float32 holds of the expected values, or differs by as much."""
    if not case.same_shape or case.discrete or not np.isfinite(case.got).all() or not np.isfinite(case.expected).all():
        return None
    largest = np.abs(case.expected).max(initial=0)
    if case.expected.size < 1 or largest == 0:
        return None
    with np.errstate(all="ignore"):
        for dtype in (np.float16, np.float32):
            rounded = case.expected.astype(dtype)
            if np.array_equal(rounded, case.got) and not np.array_equal(rounded, case.expected):
                return seen("rounded_to", dtype=np.dtype(dtype).name)
        worst = float((np.abs(case.got - case.expected) / largest).max())
        narrow = [np.float32] if (case.got.astype(np.float32) == case.got).all() else []
    if case.expected.size < 4:
        return None
    for dtype in narrow:
        if (case.expected.astype(dtype) == case.expected).all():
            continue
        eps = float(np.finfo(dtype).eps)
        if eps / 16 < worst < 8 * eps:
            name = np.dtype(dtype).name
            return seen("as_rough_as", dtype=name, worst=f"{worst:.0e}", eps=f"{eps:.0e}")
    return None


def off_by_one(case):
    """Whole numbers that are off by one step, and what tells the places."""
    if not case.same_shape or case.expected.ndim == 0:
        return None
    wrong, count = case.wrong, int(case.wrong.sum())
    got, expected = case.got[wrong], case.expected[wrong]
    whole = np.isfinite(case.got).all() and (case.got == np.round(case.got)).all()
    few = count == 0 or (count == wrong.size and count < 4)
    if few or not whole or (case.expected != np.round(case.expected)).any():
        return None
    steps = got - expected
    if (np.abs(steps) != 1).any() or np.unique(case.expected).size < 3:
        return None
    if (expected % 2 == 0).all() and count > 1:
        halves = _at_halves(case, wrong)
        if halves:
            return seen("halves_to_even", name=halves, count=count)
    if count < 3:
        return None
    if count > 5 and (expected % 2 == 0).all():
        return seen("one_off_even", count=count, size=wrong.size)
    away, towards = (steps * expected >= 0).all() and (expected != 0).any(), (steps * expected <= 0).all()
    if (steps == 1).all():
        return seen("one_up", count=count, size=wrong.size)
    if (steps == -1).all():
        return seen("one_down", count=count, size=wrong.size)
    if towards:
        return seen("one_towards_zero", count=count, size=wrong.size)
    if away:
        return seen("one_away", count=count, size=wrong.size)
    return seen("one_off", count=count, size=wrong.size)


def _at_halves(case, wrong):
    """The argument that lies halfway between two whole multiples of a step exactly where got is wrong, or ''."""
    for name, value in case.arguments:
        if value.shape != wrong.shape or not np.isfinite(value).all():
            continue
        steps = [1.0] + [float(v) for _, v in case.arguments if v.size == 1 and np.isfinite(v).all() and (v > 0).all()]
        with np.errstate(all="ignore"):
            for step in steps:
                scaled = value / step
                if (np.abs(scaled[wrong] - np.trunc(scaled[wrong])) == 0.5).all():
                    return name if step == 1 else f"{name} / {step:g}"
    return ""
