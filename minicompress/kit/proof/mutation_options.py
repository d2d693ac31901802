"""Changes to one place of a syntax tree, each of which can be undone; `mutation.py` makes mutants of them."""

import ast
from dataclasses import dataclass

__all__ = ["Option", "expression_options", "item", "statement_options"]


@dataclass(frozen=True)
class Option:
    """Assignments that change a syntax tree: (node, field, index or None, new value)."""

    edits: tuple
    description: str | None = None

    def apply(self):
        """Change the tree; return the option that changes it back."""
        return Option(tuple([_assign(*edit) for edit in self.edits][::-1]))


def item(node, name, index, value):
    """The edit that puts `value` into a node's field, or at an index of the list in that field."""
    return node, name, index, value


def _assign(node, name, index, value):
    """Do one edit; return the edit that takes it back."""
    if index is None:
        before = getattr(node, name)
        setattr(node, name, value)
    else:
        before = getattr(node, name)[index]
        getattr(node, name)[index] = value
    return node, name, index, before


COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE),
    ast.Gt: (ast.GtE, ast.LtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
}
ORDERED = (ast.Sub, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv, ast.Mod)
NAMES = {
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "all": ("any",),
    "any": ("all",),
    "sum": ("max",),
    "mean": ("sum", "max", "median"),
    "median": ("mean",),
    "abs": ("square",),
    "round": ("floor", "trunc"),
    "rint": ("floor", "trunc"),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "zeros": ("ones",),
    "ones": ("zeros",),
}


def statement_options(statement):
    """The ways in which a statement as a whole can be another."""
    if isinstance(statement, ast.Return) and statement.value is not None:
        return [_set(statement, "value", ast.Constant(None))]
    if isinstance(statement, ast.AugAssign):
        return [_set(statement, "op", new()) for new in OPERATORS.get(type(statement.op), ())]
    if isinstance(statement, (ast.If, ast.While)):
        return [_set(statement, "test", ast.UnaryOp(ast.Not(), statement.test))]
    return []


def expression_options(parent, place, node):
    """The ways in which the expression `node`, which is in its parent at `place`, can be another."""
    kind = type(node)
    options = _BY_KIND[kind](node) if kind in _BY_KIND else []
    if kind in _REPLACED_BY:
        options += [_replace(parent, place, new) for new in _REPLACED_BY[kind](node)]
    return options


def _compare_options(node):
    operators = [
        _replace(node, ("ops", i), new())
        for i, operator in enumerate(node.ops)
        for new in COMPARISONS.get(type(operator), ())
    ]
    return operators + _weaker_shape_options(node)


def _weaker_shape_options(node):
    """Comparisons of shapes that look at less: sizes, numbers of axes, one axis; one item of two tuples left out."""
    if len(node.comparators) != 1:
        return []
    sides = (node.left, node.comparators[0])
    if all(isinstance(side, ast.Attribute) and side.attr == "shape" for side in sides):
        left, right = sides
        return [_compare_with(node, weaker(left.value), weaker(right.value)) for weaker in _WEAKER]
    if all(isinstance(side, ast.Tuple) for side in sides) and len(sides[0].elts) == len(sides[1].elts):
        pairs = [[side.elts[:i] + side.elts[i + 1 :] for side in sides] for i in range(len(sides[0].elts))]
        return [_compare_with(node, *(ast.Tuple(elts, ast.Load()) for elts in pair)) for pair in pairs]
    return []


def _attribute(name):
    return lambda value: ast.Attribute(value, name, ast.Load())


def _axis(index):
    return lambda value: ast.Subscript(_attribute("shape")(value), ast.Constant(index), ast.Load())


_WEAKER = (_attribute("size"), _attribute("ndim"), _axis(0), _axis(-1))


def _compare_with(node, left, right):
    return Option((item(node, "left", None, left), item(node, "comparators", None, [right])))


def _boolean_options(node):
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    dropped = [
        _set(node, "values", node.values[:i] + node.values[i + 1 :])
        for i in range(len(node.values))
        if len(node.values) > 2
    ]
    return [_set(node, "op", other), *dropped]


def _binary_options(node):
    options = [_set(node, "op", new()) for new in OPERATORS.get(type(node.op), ())]
    if isinstance(node.op, ast.Div) and _may_be_zero(node.right):
        options.append(_set(node, "right", _plus_epsilon(node.right)))
    if isinstance(node.op, ORDERED):
        options.append(Option((item(node, "left", None, node.right), item(node, "right", None, node.left))))
    return options


def _may_be_zero(divisor):
    """Not a constant and not a count."""
    counts = isinstance(divisor, ast.Call) and getattr(divisor.func, "id", "") == "len"
    return not (isinstance(divisor, ast.Constant) or counts)


def _plus_epsilon(node):
    return ast.BinOp(node, ast.Add(), ast.Constant(1e-8))


def _constant_options(node):
    value = node.value
    if isinstance(value, bool):
        return [_set(node, "value", not value)]
    if isinstance(value, (int, float)):
        return [_set(node, "value", value + 1), _set(node, "value", value - 1)]
    return []


def _call_options(node):
    options = [_set(node, "keywords", [k for k in node.keywords if k is not keyword]) for keyword in node.keywords]
    if len(node.args) >= 2:
        options.append(_set(node, "args", [node.args[1], node.args[0], *node.args[2:]]))
    name = "attr" if isinstance(node.func, ast.Attribute) else "id"
    called = getattr(node.func, name, "")
    options += [_set(node.func, name, new) for new in NAMES.get(called, ())]
    if node.args and called in ("log", "sqrt"):
        options.append(_set(node, "args", [_plus_epsilon(node.args[0]), *node.args[1:]]))
    if node.args and called in ("round", "rint"):
        half_up = ast.BinOp(node.args[0], ast.Add(), ast.Constant(0.5))
        options.append(Option((item(node.func, name, None, "floor"), item(node, "args", None, [half_up]))))
    return options


def _is_starred(node):
    return any(isinstance(argument, ast.Starred) for argument in node.args)


def _of_method(node):
    """The object of a method call, such as `x` of `x.astype(...)`; not a module's name."""
    function = node.func
    is_module = isinstance(getattr(function, "value", None), ast.Name) and function.value.id in ("np", "math")
    return [function.value] if isinstance(function, ast.Attribute) and not is_module else []


_BY_KIND = {
    ast.Compare: _compare_options,
    ast.BoolOp: _boolean_options,
    ast.BinOp: _binary_options,
    ast.Constant: _constant_options,
    ast.Call: _call_options,
}
_REPLACED_BY = {
    ast.Call: lambda node: _of_method(node) + ([] if _is_starred(node) else node.args[:1]),
    ast.UnaryOp: lambda node: [node.operand],
    ast.BoolOp: lambda node: list(node.values),
    ast.BinOp: lambda node: [node.left, node.right],
    ast.IfExp: lambda node: [node.body, node.orelse],
}


def _replace(parent, place, node):
    return Option((item(parent, *place, node),))


def _set(node, name, value):
    return Option((item(node, name, None, value),))
