"""What people do to an argument by mistake: ignore it, square it, drop its sign, take another in its place.

Each change is a text that reads as Python, such as `w = abs(w)`, and a function that changes a list of arguments so.
"""

import numpy as np

__all__ = ["changes", "is_odd"]


def changes(args, names):
    """(text, function that changes a list of arguments): numbers first, then exchanges, then arrays."""
    kinds = [_kind(arg) for arg in args]
    for i, (name, arg, kind) in enumerate(zip(names, args, kinds, strict=False)):
        if kind == "number":
            for text, function in _other_numbers(name, arg):
                yield text, lambda args, i=i, f=function: args.__setitem__(i, f(args[i]))
        if kind == "flag":
            yield f"{name} = not {name}", lambda args, i=i: args.__setitem__(i, not args[i])
    yield from _exchanges(args, kinds, names)
    for i, (name, kind) in enumerate(zip(names, kinds, strict=False)):
        if kind in ("array", "arrays", "model"):
            for text, change in _other_arrays(name, args[i], kind):
                yield text, lambda args, i=i, change=change: args.__setitem__(i, change(args[i]))


def is_odd(text, names):
    """Whether nobody would make this change on purpose, so that it needs more to be believed."""
    return any(sign in text for sign in _ODD) or text.split(" = ")[-1] in names


def _exchanges(args, kinds, names):
    count = min(len(args), len(names))
    for i in range(count):
        for k in range(i + 1, count):
            if kinds[i] == kinds[k] is not None and _shape(args[i]) == _shape(args[k]):
                one, other = names[i], names[k]
                yield f"{one}, {other} = {other}, {one}", lambda args, i=i, k=k: _exchange(args, i, k)
                yield f"{one} = {other}", lambda args, i=i, k=k: args.__setitem__(i, args[k])
                yield f"{other} = {one}", lambda args, i=i, k=k: args.__setitem__(k, args[i])


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
