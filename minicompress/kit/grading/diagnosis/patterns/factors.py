"""One factor or one offset between got and expected: everywhere, for each row or column, or that of an argument."""

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import Observation, information, near, seen
from minicompress.kit.grading.diagnosis.patterns.quantities import as_text, names_of, statistics

__all__ = ["argument_as_factor_or_offset", "constant_factor", "constant_offset", "factor_by_axis", "offset_by_axis"]

ENOUGH = 12.0  # bits: one number with a long fraction, or four small whole ones


def constant_factor(case):
    """Every entry is one multiple of the expected one."""
    factor = _one_factor(case.got, case.expected, case.rtol)
    if factor is None or abs(factor - 1) < 1e-3 or case.is_truth or case.nearly_right or not case.enough(ENOUGH):
        return None
    one = case.expected.size == 1
    if factor == -1:
        return Observation("sign_one" if one else "sign", {})
    names = names_of(factor, case.arguments, case.rtol, all_tiers=case.lenient)
    if not case.lenient and not names and np.unique(case.expected).size < 4:
        return None  # of a few numbers a factor without a name explains nothing
    return Observation("factor_one" if one else "factor", {"factor": as_text(factor)}, names, factor)


def _one_factor(got, expected, rtol):
    """The factor with got = factor * expected to rounding, or None."""
    measured = np.isfinite(expected) & np.isfinite(got) & (expected != 0)
    if not measured.any():
        return None
    with np.errstate(all="ignore"):
        largest = np.argmax(np.where(measured, np.abs(expected), -1))
        factor = float(got.flat[largest] / expected.flat[largest])
        if not 1e-9 < abs(factor) < 1e9 or not near(got, factor * expected, rtol or 1e-12):
            return None
    return -1.0 if abs(factor + 1) < 1e-9 else factor


def constant_offset(case):
    """Every entry is off by one number."""
    offset = _one_offset(case.got, case.expected, case.rtol)
    if offset is None or case.is_truth or case.nearly_right or (not case.lenient and np.unique(case.expected).size < 3):
        return None
    names = names_of(abs(offset), case.arguments, case.rtol, all_tiers=case.lenient)
    key = "offset_above" if offset > 0 else "offset_below"
    key += "_one" if case.expected.size == 1 else ""
    return Observation(key, {"offset": as_text(abs(offset))}, names, abs(offset))


def _one_offset(got, expected, rtol):
    with np.errstate(all="ignore"):
        offsets = (got - expected)[np.isfinite(expected) & np.isfinite(got)]
        if offsets.size == 0:
            return None
        offset = float(np.median(offsets))
        scale = max(np.abs(expected[np.isfinite(expected)]).max(initial=0), abs(offset))
        if not np.isfinite(offset) or abs(offset) <= 1e-5 * scale:
            return None
        return offset if near(got, expected + offset, rtol or 1e-12) else None


def factor_by_axis(case):
    """Each row, column or channel is a multiple of the expected one, by a factor of its own."""
    return _by_axis(case, _one_factor, "factor_by_axis", 1.0)


def offset_by_axis(case):
    """Each row, column or channel is off by a number of its own."""
    return _by_axis(case, _one_offset, "offset_by_axis", 0.0)


def _by_axis(case, find, key, neutral):
    if case.expected.ndim < 2 or not np.isfinite(case.expected).all():
        return None
    for axis, n in enumerate(case.expected.shape):
        if n < 2 or case.expected.size // n < 3:
            continue
        found = []
        for got, expected in zip(np.moveaxis(case.got, axis, 0), np.moveaxis(case.expected, axis, 0), strict=True):
            if near(got, expected, case.rtol):
                found.append(neutral)
            elif information(expected) >= ENOUGH and np.unique(expected).size > 2:
                found.append(find(got, expected, case.rtol))
            else:
                found.append(None)
        if None not in found and max(abs(value - neutral) for value in found) > 1e-2 * max(map(abs, found)):
            shown = ", ".join(as_text(value) for value in found[:4]) + (", ..." if n > 4 else "")
            return seen(key, axis=axis, shown=shown)
    return None


def argument_as_factor_or_offset(case):
    """Entry by entry, got differs from expected by a factor or an offset that one of the arguments tells."""
    if case.discrete or case.expected.size < 3 or information(case.expected) < ENOUGH:
        return None
    for name, value in case.arguments:
        if value.ndim == 0 or np.unique(value).size < 3:
            continue
        for text, form in _forms(name, value, case.expected.shape):
            with np.errstate(all="ignore"):
                candidates = {
                    f"expected * {text}": case.expected * form,
                    f"expected / {text}": case.expected / form,
                    f"expected + {text}": case.expected + form,
                    f"expected - {text}": case.expected - form,
                }
            for formula, candidate in candidates.items():
                if np.isfinite(candidate).all() and case.is_got(candidate):
                    return seen("formula", formula=formula)
    return None


def _forms(name, value, shape):
    """(text, array that can be laid over `shape`): the argument, simple functions of it, and its rows' statistics."""
    for text, form in _elementwise(name, value):
        for laid in _broadcast_along_each_axis(form, shape):
            yield text, laid
    for axis, n in enumerate(value.shape if value.ndim > 1 else ()):
        if n in shape and n > 2:
            rows = np.moveaxis(value, axis, 0).reshape(n, -1)
            of_rows = [list(statistics(name, row)) for row in rows]
            for k, (text, _) in enumerate(of_rows[0]):
                form = np.array([float(found[k][1]) for found in of_rows])
                if np.unique(form).size > 2:
                    for laid in _broadcast_along_each_axis(form, shape):
                        yield f"({text} over {_slices(name, axis)})", laid


def _slices(name, axis):
    return f"{name}[{':, ' * axis}i]"


def _elementwise(name, value):
    yield name, value
    with np.errstate(all="ignore"):
        if (value < 0).any():
            yield f"abs({name})", np.abs(value)
            yield f"sign({name})", np.sign(value)
        else:
            yield f"sqrt({name})", np.sqrt(value)
        yield f"{name}^2", value**2
        yield f"(1 - {name})", 1 - value


def _broadcast_along_each_axis(value, shape):
    if value.shape == shape:
        yield value
    elif value.ndim == 1:
        for axis, n in enumerate(shape):
            if n == value.size:
                yield value.reshape([-1 if k == axis else 1 for k in range(len(shape))])
