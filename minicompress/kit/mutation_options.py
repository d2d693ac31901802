"""What can be wrong in one place of a syntax tree? Each option is a function that changes the place."""

import ast

__all__ = ["expression_options", "statement_options"]

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
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
    ast.Mult: (ast.Div,),
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
    "mean": ("sum",),
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
        return [_setting(statement, "value", ast.Constant(None))]
    if isinstance(statement, ast.AugAssign):
        return [_setting(statement, "op", new()) for new in OPERATORS.get(type(statement.op), ())]
    if isinstance(statement, (ast.If, ast.While)):
        return [_setting(statement, "test", ast.UnaryOp(ast.Not(), statement.test))]
    return []


def expression_options(parent, place, node):
    """The ways in which the expression `node`, which stands in its parent at `place`, can be another."""
    kind = type(node)
    options = _BY_KIND[kind](node) if kind in _BY_KIND else []
    if kind in _REPLACED_BY:
        options += [_replacing(parent, place, new) for new in _REPLACED_BY[kind](node)]
    return options


def _compare_options(node):
    return [
        _replacing(node, ("ops", i), new())
        for i, operator in enumerate(node.ops)
        for new in COMPARISONS.get(type(operator), ())
    ]


def _boolean_options(node):
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    dropped = [
        _setting(node, "values", node.values[:i] + node.values[i + 1 :])
        for i in range(len(node.values))
        if len(node.values) > 2
    ]
    return [_setting(node, "op", other), *dropped]


def _binary_options(node):
    options = [_setting(node, "op", new()) for new in OPERATORS.get(type(node.op), ())]
    if isinstance(node.op, ORDERED):
        left, right = node.left, node.right

        def swap():
            node.left, node.right = right, left

        options.append(swap)
    return options


def _constant_options(node):
    value = node.value
    if isinstance(value, bool):
        return [_setting(node, "value", not value)]
    if isinstance(value, (int, float)):
        return [_setting(node, "value", value + 1), _setting(node, "value", value - 1)]
    return []


def _call_options(node):
    options = [_setting(node, "keywords", [k for k in node.keywords if k is not keyword]) for keyword in node.keywords]
    if len(node.args) >= 2:
        options.append(_setting(node, "args", [node.args[1], node.args[0], *node.args[2:]]))
    name = "attr" if isinstance(node.func, ast.Attribute) else "id"
    options += [_setting(node.func, name, new) for new in NAMES.get(getattr(node.func, name, ""), ())]
    return options


_BY_KIND = {
    ast.Compare: _compare_options,
    ast.BoolOp: _boolean_options,
    ast.BinOp: _binary_options,
    ast.Constant: _constant_options,
    ast.Call: _call_options,
}
_REPLACED_BY = {
    ast.Call: lambda node: node.args[:1] if not any(isinstance(a, ast.Starred) for a in node.args) else [],
    ast.UnaryOp: lambda node: [node.operand],
    ast.BoolOp: lambda node: list(node.values),
    ast.BinOp: lambda node: [node.left, node.right],
    ast.IfExp: lambda node: [node.body, node.orelse],
}


def _put(parent, place, node):
    name, index = place
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _replacing(parent, place, node):
    return lambda: _put(parent, place, node)


def _setting(node, name, value):
    return lambda: setattr(node, name, value)
