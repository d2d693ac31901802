"""Find the wrong part, and its factor, of a result that is a sum of parts weighted by a number, such as alpha.

The two parts are what the reference returns with that number at 1 and at 0. got and expected are combined of them; what
differs is how much of each.
"""

import copy

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import Observation, near, seen
from minicompress.kit.grading.diagnosis.patterns.quantities import as_text, names_of

__all__ = ["weights_of_parts"]

RTOL = 1e-5


def weights_of_parts(case):
    """The wrong part and its factor, or both weights; None where the result is not such a sum."""
    unsuited = case.call is None or case.discrete or not case.same_shape
    if unsuited or case.expected.size < 4 or not np.isfinite(case.got).all():
        return None
    for i, (name, arg) in enumerate(zip(case.call.names, case.args, strict=False)):
        if isinstance(arg, float) or (type(arg) is int and arg in (0, 1)):
            one, zero = _end(case, i, 1.0), _end(case, i, 0.0)
            if one is not None and zero is not None:
                found = _weights(case, name, one, zero)
                if found:
                    return found
    return None


def _end(case, i, value):
    """The same part of the right result with argument i at this value."""
    outcome = case.call.solution(copy.deepcopy((*case.args[:i], value, *case.args[i + 1 :])))
    if outcome.error is not None:
        return None
    leaf = dict(case.call.leaves_of(outcome)).get(case.path)
    if not isinstance(leaf, np.ndarray) or leaf.shape != case.expected.shape or not np.isfinite(leaf).all():
        return None
    return leaf.astype(np.float64)


def _weights(case, name, one, zero):
    basis = np.column_stack([one.ravel(), zero.ravel()])
    lengths = np.sqrt((basis**2).sum(axis=0))
    if (lengths == 0).any() or lengths.max() > 1e6 * lengths.min() or np.linalg.cond(basis / lengths) > 100:
        return None
    right, wrong = (np.linalg.lstsq(basis, v.ravel(), rcond=None)[0] for v in (case.expected, case.got))
    for weights, values in ((right, case.expected), (wrong, case.got)):
        if not near((basis @ weights).reshape(values.shape), values, max(case.rtol, RTOL)):
            return None
    for weights in (right, wrong):
        weights[np.abs(weights) < 1e-9 * np.abs(weights).max()] = 0
    if max(np.abs(right).max(), np.abs(wrong).max()) > 1e6:
        return None
    same = np.abs(wrong - right) <= 1e-4 * np.abs(right).max()
    if same.all():
        return None
    for k in (0, 1):
        if same[1 - k] and abs(right[k]) > 1e-6:
            factor = float(wrong[k] / right[k])
            if abs(factor) < 1e-6:
                return Observation("part_missing", {"name": name, "end": 1 - k, "other": k})
            names = names_of(factor, case.arguments, 1e-5, all_tiers=case.lenient)
            values = {"name": name, "end": 1 - k, "other": k, "factor": as_text(factor)}
            return Observation("part_factor", values, names, factor)
    if sorted(wrong.round(9)) == [0, 1]:
        return seen("what_if", change=f"{name} = {1 if wrong[0] else 0}")
    values = {"got_one": as_text(wrong[0]), "got_zero": as_text(wrong[1])}
    values |= {"one": as_text(right[0]), "zero": as_text(right[1])}
    return Observation("parts", {"name": name, **values})
