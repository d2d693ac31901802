"""Find a formula between got and expected: one is a function of the other, or got is one of the arguments."""

import numpy as np

from minicompress.kit.grading.diagnosis.patterns.case import Observation, information, near, seen
from minicompress.kit.grading.diagnosis.patterns.quantities import all_statistics, as_text, scalars_and_sizes

__all__ = ["a_quantity", "affine", "an_argument", "constant_result", "function_of_expected"]

ENOUGH = 20.0


def _over_axes(reduce):
    """The forms of a normalization: over all entries, and over each axis."""

    def forms(x):
        yield "", reduce(x, None)
        if x.ndim > 1:
            for axis in range(x.ndim):
                yield f", axis={axis}", reduce(x, axis)

    return forms


def _over(measure):
    return _over_axes(lambda x, axis: measure(x, axis=axis, keepdims=axis is not None))


def _norm(x, axis, keepdims):
    return np.sqrt((x * x).sum(axis=axis, keepdims=keepdims))


def _softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


_ELEMENTWISE = {
    "abs({x})": np.abs,
    "{x}^2": np.square,
    "sqrt({x})": np.sqrt,
    "exp({x})": np.exp,
    "ln({x})": np.log,
    "1/{x}": np.reciprocal,
    "1 - {x}": lambda x: 1 - x,
    "1/(1 + exp(-{x}))": lambda x: 1 / (1 + np.exp(-x)),
    "max({x}, 0)": lambda x: np.maximum(x, 0),
    "min({x}, 0)": lambda x: np.minimum(x, 0),
    "sign({x})": np.sign,
    "trunc({x})": np.trunc,
    "floor({x})": np.floor,
    "ceil({x})": np.ceil,
    "round({x})": np.rint,
    "2 {x} - 1": lambda x: 2 * x - 1,
    "log2({x})": np.log2,
    "log1p({x})": np.log1p,
    "-ln({x})": lambda x: -np.log(x),
    "{x} - {x}^2": lambda x: x - x * x,
}

_WHOLE_ARRAY = {
    "{x} / sum({x}{axis})": ("/", _over(np.sum)),
    "{x} / max({x}{axis})": ("/", _over(np.max)),
    "{x} / norm({x}{axis})": ("/", _over(_norm)),
    "{x} / mean({x}{axis})": ("/", _over(np.mean)),
    "{x} - mean({x}{axis})": ("-", _over(np.mean)),
    "{x} - max({x}{axis})": ("-", _over(np.max)),
    "{x} - min({x}{axis})": ("-", _over(np.min)),
    "{x} - sum({x}{axis})": ("-", _over(np.sum)),
    "cumsum({x}{axis})": ("=", _over_axes(lambda x, axis: np.cumsum(x, axis=axis).reshape(x.shape))),
    "softmax({x}{axis})": ("=", _over_axes(_softmax)),
}


def _functions(x, name):
    for text, function in _ELEMENTWISE.items():
        yield text.replace("{x}", name), function(x)
    if x.size and x.ndim:
        for text, (operator, forms) in _WHOLE_ARRAY.items():
            for axis, value in forms(x):
                result = value if operator == "=" else x / value if operator == "/" else x - value
                yield text.replace("{x}", name).replace("{axis}", axis), result


def function_of_expected(case):
    """got = f(expected), or expected = f(got), for a function that people apply once too often or forget."""
    if case.nearly_right or case.is_truth:
        return None
    if case.expected.size == 1 and case.lenient:  # the similar calls bring the other numbers
        return _function_of_one(case)
    if np.unique(case.expected).size < 3 or np.unique(case.got).size < 2:
        return None
    with np.errstate(all="ignore"):
        for formula, value in _functions(case.expected, "expected"):
            if np.isfinite(value).all() and case.is_got(value) and np.unique(np.abs(value)).size > 2:
                return seen("formula", formula=formula)
        if np.unique(case.got).size > 2:
            for formula, value in _functions(case.got, "got"):
                if np.isfinite(value).all() and case.is_expected(value) and information(case.expected) >= ENOUGH:
                    return seen("expected_formula", formula=formula)
    return None


def _function_of_one(case):
    if float(case.got.flat[0]) in (0.0, 1.0, -1.0) or case.got.flat[0] == case.expected.flat[0]:
        return None
    for text, function in _ELEMENTWISE.items():
        with np.errstate(all="ignore"):
            for x, y, name, key in (
                (case.expected, case.got, "expected", "formula"),
                (case.got, case.expected, "got", "expected_formula"),
            ):
                value = function(x)
                if np.isfinite(value).all() and near(value, y, case.rtol):
                    return seen(key, formula=text.replace("{x}", name))
    return None


def affine(case):
    """got = a * expected + b with one a and one b."""
    distinct = np.unique(case.expected)
    if (
        case.nearly_right
        or distinct.size < 4
        or not np.isfinite(case.expected).all()
        or not np.isfinite(case.got).all()
    ):
        return None
    low, high = np.argmin(case.expected), np.argmax(case.expected)
    with np.errstate(all="ignore"):
        a = (case.got.flat[high] - case.got.flat[low]) / (distinct[-1] - distinct[0])
        b = case.got.flat[low] - a * case.expected.flat[low]
        if not np.isfinite([a, b]).all() or abs(a) < 1e-6 or not case.is_got(a * case.expected + b):
            return None
    offset = f"+ {as_text(b)}" if b > 0 else f"- {as_text(-b)}"
    factor = {"1": "", "-1": "-"}.get(as_text(a), f"{as_text(a)} * ")
    return seen("formula", formula=f"{factor}expected {offset}")


def a_quantity(case):
    """A single number is a quantity of the call: a size, a scalar argument, the mean of an array."""
    if case.got.size != 1 or case.is_truth or case.nearly_right or not case.lenient:
        return None
    number = float(case.got.flat[0])
    named = [*scalars_and_sizes(case.arguments), *all_statistics(case.arguments)]
    names = tuple(name for name, value in named if abs(value - number) <= max(case.rtol, 1e-9) * abs(number))
    return Observation("quantity", {}, names, number) if names else None


def an_argument(case):
    """got is one of the arguments, as it came or nearly so."""
    if case.nearly_right or information(case.got) < (ENOUGH if case.lenient else 2 * ENOUGH):
        return None
    for name, value in case.arguments:
        for text, form in _argument_forms(name, value):
            if form.shape == case.got.shape and case.is_got(form):
                return seen("argument", name=text)
    return None


def _argument_forms(name, value):
    yield name, value
    if value.ndim == 0:
        return
    yield f"-{name}", -value
    yield f"abs({name})", np.abs(value)
    yield f"{name}.T", value.T
    yield f"{name}.ravel()", value.ravel()
    yield f"sorted({name})", np.sort(value, axis=None)
    with np.errstate(all="ignore"):
        yield f"{name}^2", value**2
        if value.size:
            for axis in range(value.ndim):
                for keep, suffix in ((False, ""), (True, ", keepdims=True")):
                    for text, reduce in (("sum", np.sum), ("mean", np.mean), ("max", np.max), ("min", np.min)):
                        yield f"{name}.{text}(axis={axis}{suffix})", reduce(value, axis=axis, keepdims=keep)
            for text, reduce in (("sum", np.sum), ("mean", np.mean), ("max", np.max), ("min", np.min)):
                yield f"{name}.{text}()", np.asarray(reduce(value))


def constant_result(case):
    """got is one number everywhere, or one row again and again, where expected is not."""
    if case.got.size < 4 or not case.same_shape:
        return None
    if np.unique(case.got).size == 1 and np.unique(case.expected).size > 1:
        return seen("one_number", number=as_text(case.got.flat[0]))
    one_row = case.got.ndim > 1 and len(case.got) > 1 and (case.got[:1] == case.got).all()
    return seen("one_row") if one_row and not (case.expected[:1] == case.expected).all() else None
