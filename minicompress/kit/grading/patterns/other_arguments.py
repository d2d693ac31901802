"""For which other arguments would the result be right? For T = 1, for |w|, for two arguments exchanged.

An argument that is ignored, taken by another name, or changed before use shows in this way, however the answer is
written: the reference, called with the changed arguments, returns just what the answer returned.
"""

import copy
import time
from dataclasses import dataclass, field

import numpy as np

from minicompress.kit.grading.observation import Structure
from minicompress.kit.grading.patterns.case import as_array, entries_near, information, near, seen

__all__ = ["OtherArguments"]

CPU_SECONDS = 0.25
ENOUGH = 21.0  # bits by which the results must differ, similar calls included; some sixty changes are tried
ENOUGH_ALONE = 40.0  # where no similar call can be asked
RTOL = 2e-5


@dataclass
class OtherArguments:
    """What the solution of a `FailingCall` returns for its arguments, one or two of them changed."""

    call: object
    _results: list = field(default=None, init=False)

    def observe(self, got, expected):
        """What is said of the first change after which all that is `expected` becomes all that was `got`, or None."""
        wanted = _numbers(got)
        if wanted is None or not all(np.isfinite(row[2]).all() for row in wanted if isinstance(row[2], np.ndarray)):
            return None
        right = _numbers(expected)
        difference = _difference(wanted, right)
        if not difference or all(not row[2].any() for row in _wrong_rows(wanted, right)):
            return None  # that it is 0 has too many reasons
        discrete = all(row[1] for row in _wrong_rows(wanted, right))
        found = [row for row in self._all() if _equal(wanted, row[2])]
        return self._best(found, difference, lambda got, result: _equal(_numbers(got), result), discrete)

    def observe_leaf(self, case):
        """The same of one leaf, where the others are not what the change would make of them."""
        if case.expected.size == 0 or not np.isfinite(case.got).all() or not case.got.any():
            return None

        def same(got, result):
            one, other = _at(_numbers(got), case.path), _at(result, case.path)
            return one is not None and other is not None and near(one[2], other[2], RTOL)

        found = [row for row in self._all() if (leaf := _at(row[2], case.path)) and near(case.got, leaf[2], RTOL)]
        return self._best(found, case.evidence, same, case.discrete)

    def _best(self, found, difference, same, discrete):
        """The first change that explains the similar calls too, or without any, this call beyond chance."""
        for text, change, _ in found:
            agreeing, disagreeing, bits = self._confirmation(text, change, same)
            odd = any(sign in text for sign in _ODD) or text.split(" = ")[-1] in self.call.names
            sure = agreeing >= (3 if odd else 2) and disagreeing <= (0 if odd else agreeing / 4)
            if sure and bits + difference >= (2 if discrete else 1) * ENOUGH:
                return seen("what_if", change=text)
            if not (odd or discrete or disagreeing) and difference >= ENOUGH_ALONE:
                return seen("what_if", change=text)
        return None

    def _confirmation(self, text, change, same):
        """In how many similar calls the change explains the result, in how many not, and the bits of the former."""
        agreeing, disagreeing, bits = 0, 0, 0.0
        for args, _, got, expected in self.call.similar():
            difference = _difference(_numbers(got), _numbers(expected))
            if not difference:
                continue
            result = self._after(text, change, args)
            if result is not None and same(got, result):
                agreeing += 1
                bits += difference
            else:
                disagreeing += 1
        return agreeing, disagreeing, bits

    def _all(self):
        if self._results is None:
            self._results = []
            deadline = time.process_time() + CPU_SECONDS
            for text, change in self._changes():
                if time.process_time() > deadline:
                    break
                result = self._after(text, change, self.call.make())
                if result is not None:
                    self._results.append((text, change, result))
        return self._results

    def _after(self, text, change, args):
        args, at_the_edge = copy.deepcopy(list(args)), text.endswith((" = 0", " = 1"))
        try:
            with np.errstate(all="ignore"):
                change(args)
        except Exception:  # a change that this argument does not allow
            return None
        outcome = self.call.solution(tuple(args))
        if outcome.error is not None and at_the_edge:  # such as eps = 0, which a check of arguments refuses
            outcome = self.call.reference(copy.deepcopy(tuple(args)))
        return None if outcome.error is not None else _numbers(self.call.leaves_of(outcome))

    def _changes(self):
        args, names = list(self.call.make()), self.call.names
        kinds = [_kind(arg) for arg in args]
        for i, (name, arg, kind) in enumerate(zip(names, args, kinds, strict=False)):
            if kind == "number":
                for text, function in _other_numbers(name, arg):
                    yield text, lambda args, i=i, f=function: args.__setitem__(i, f(args[i]))
            if kind == "flag":
                yield f"{name} = not {name}", lambda args, i=i: args.__setitem__(i, not args[i])
        yield from self._exchanges(args, kinds, names)
        for i, (name, kind) in enumerate(zip(names, kinds, strict=False)):
            if kind in ("array", "arrays", "model"):
                for text, change in _other_arrays(name, args[i], kind):
                    yield text, lambda args, i=i, change=change: args.__setitem__(i, change(args[i]))

    def _exchanges(self, args, kinds, names):
        count = min(len(args), len(names))
        for i in range(count):
            for k in range(i + 1, count):
                if kinds[i] == kinds[k] is not None and _shape(args[i]) == _shape(args[k]):
                    one, other = names[i], names[k]
                    yield f"{one}, {other} = {other}, {one}", lambda args, i=i, k=k: _exchange(args, i, k)
                    yield f"{one} = {other}", lambda args, i=i, k=k: args.__setitem__(i, args[k])
                    yield f"{other} = {one}", lambda args, i=i, k=k: args.__setitem__(k, args[i])


def _at(rows, path):
    """The row of numbers at a path, or None."""
    return next((row for row in rows or () if row[0] == path and isinstance(row[2], np.ndarray)), None)


def _exchange(args, i, k):
    args[i], args[k] = args[k], args[i]


def _shape(arg):
    return [item.shape for item in arg] if isinstance(arg, (list, tuple)) else np.shape(arg)


def _kind(arg):
    if isinstance(arg, (bool, np.bool_)):
        return "flag"
    if isinstance(arg, (int, float, np.integer, np.floating)):
        return "number"
    if type(arg) is np.ndarray and arg.dtype.kind in "fiub" and arg.ndim:
        return "array"
    if isinstance(arg, (list, tuple)) and arg and all(type(item) is np.ndarray for item in arg):
        return "arrays"
    return "model" if hasattr(arg, "layers") and hasattr(arg, "state") else None


def _other_numbers(name, v):
    """(text, function of the number): what it is taken for by mistake."""
    whole = isinstance(v, (int, np.integer))
    functions = {"1": lambda v: type(v)(1), "0": lambda v: type(v)(0)}
    functions |= {f"2 * {name}": lambda v: 2 * v, f"-{name}": lambda v: -v}
    if whole:
        functions |= {f"{name} + 1": lambda v: v + 1, f"{name} - 1": lambda v: v - 1}
    else:
        functions |= {f"1 - {name}": lambda v: 1 - v, f"{name}**2": lambda v: v * v, f"1 / {name}": lambda v: 1 / v}
        functions |= {f"{name} / 2": lambda v: v / 2, f"sqrt({name})": lambda v: np.sqrt(v)}
        functions |= {f"100 * {name}": lambda v: 100 * v} if 0 < v <= 1 else {}
        functions |= {f"{name} / 100": lambda v: v / 100} if v > 20 else {}
    for text, function in functions.items():
        with np.errstate(all="ignore"):
            if (v == 0 and "1 /" in text) or function(v) == v:
                continue
        yield f"{name} = {text}", function


_CHANGES = {
    "zeros_like({x})": np.zeros_like,
    "ones_like({x})": np.ones_like,
    "abs({x})": np.abs,
    "-{x}": np.negative,
    "{x}^2": np.square,
    "{x}.T": np.transpose,
    "{x}[::-1]": lambda x: x[::-1],
    "{x}[..., ::-1]": lambda x: x[..., ::-1],
    "maximum({x}, 0)": lambda x: np.maximum(x, 0),
    "{x}.astype(float16)": lambda x: x.astype(np.float16),
    "{x}.astype(float32)": lambda x: x.astype(np.float32),
    "round({x})": np.rint,
    "{x} - {x}.mean()": lambda x: x - x.mean(),
    "{x} - {x}.mean(axis=0)": lambda x: x - x.mean(axis=0),
    "{x} - {x}.mean(axis=-1)": lambda x: x - x.mean(axis=-1, keepdims=True),
    "{x} + 1": lambda x: x + 1,
    "{x} - 1": lambda x: x - 1,
    "exp({x})": np.exp,
    "log({x})": np.log,
    "sqrt({x})": np.sqrt,
    "sorted({x})": np.sort,
    "{x} / {x}.sum()": lambda x: x / x.sum(),
    "roll({x}, 1)": lambda x: np.roll(x, 1, axis=0),
    "roll({x}, -1)": lambda x: np.roll(x, -1, axis=0),
    "~{x}": np.logical_not,
}
# Changes that nobody makes on purpose: they need more to be believed.
_ODD = ("+ 1", "- 1", "roll(", "exp(", "log(", "sorted(", ".sum()", "round(", "[::-1]", "maximum(", "**2 =")

_FOR_WHOLE = (
    "-{x}",
    "{x}[::-1]",
    "{x}[..., ::-1]",
    "{x}.T",
    "{x} + 1",
    "{x} - 1",
    "roll({x}, 1)",
    "roll({x}, -1)",
    "zeros_like({x})",
)
_FOR_MANY = ("abs({x})", "-{x}", "{x}^2", "{x}.T", "{x}.astype(float16)", "maximum({x}, 0)")


def _other_arrays(name, arg, kind):
    if kind == "array":
        texts = ["~{x}"] if arg.dtype == bool else _FOR_WHOLE if arg.dtype.kind in "iu" else list(_CHANGES)[:-1]
        for text in texts:
            yield f"{name} = {text.replace('{x}', name)}", _CHANGES[text]
        return
    for text in _FOR_MANY:
        function = _CHANGES[text]
        formula = text.replace("{x}", "w")
        if kind == "arrays":
            yield f"{name} = [{formula} for w in {name}]", lambda x, f=function: type(x)(f(w) for w in x)
        elif text not in ("{x}.T", "{x}.astype(float16)"):
            yield f"w[...] = {formula}", lambda model, f=function: _in_every_layer(model, f)
    if kind == "arrays":
        yield f"{name} = {name}[::-1]", lambda x: x[::-1]


def _in_every_layer(model, function):
    for layer in model.layers:
        for w in layer.weights:
            w[...] = function(w)
    return model


def _numbers(found):
    """What is returned as [(path, float64 array)], None where it holds anything else."""
    rows = []
    for path, value in found:
        if isinstance(value, Structure):
            rows.append((path, value.kind, value.length))
            continue
        array = as_array(value)
        if array is None:
            return None
        rows.append((path, array.dtype.kind in "iub", array.astype(np.float64)))
    return rows


def _wrong_rows(got, expected):
    """The rows of got that are arrays and not as expected."""
    if expected is None or len(got) != len(expected):
        return [row for row in got if isinstance(row[2], np.ndarray)]
    pairs = [(one, other) for one, other in zip(got, expected, strict=True) if isinstance(one[2], np.ndarray)]
    return [one for one, other in pairs if not isinstance(other[2], np.ndarray) or not near(one[2], other[2], RTOL)]


def _difference(got, expected):
    """Bits in which two results differ."""
    if got is None or expected is None or len(got) != len(expected):
        return 0.0
    total = 0.0
    for (_, _, one), (_, discrete, other) in zip(got, expected, strict=True):
        if not isinstance(other, np.ndarray) or not isinstance(one, np.ndarray):
            continue
        if one.shape != other.shape:
            total += information(one)
            continue
        differs = ~entries_near(one, other, RTOL)
        total += 2.0 * differs.sum() if discrete else information(one[differs]) + 1.0 * differs.sum()
    return total


def _equal(got, result):
    if got is None or result is None or len(got) != len(result):
        return False
    for (path, kind, one), (other_path, other_kind, other) in zip(got, result, strict=True):
        if path != other_path:
            return False
        if isinstance(one, np.ndarray) != isinstance(other, np.ndarray):
            return False
        if not isinstance(one, np.ndarray):
            if (kind, one) != (other_kind, other):
                return False
        elif not near(one, other, 0.0 if kind and other_kind else RTOL):
            return False
    return True
