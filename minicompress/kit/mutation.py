"""What if one thing in the solution were wrong? Every such mutant is a wrong answer that nobody had to think of.

A mutant differs from the solution in one place of its syntax tree: a comparison, a constant, an operator, a dropped or
swapped statement, swapped arguments or axes, a call left out. Checks that a mutant passes are too weak, or the mutant
is equivalent to the solution; then the file of right answers says why.

Source of the idea: DeMillo, Lipton, Sayward 1978, "Hints on test data selection".
Left out: mutants of error messages, docstrings and annotations, which no check should look at.
"""

import ast
import itertools
import re
from dataclasses import dataclass

__all__ = ["Mutant", "mutants"]

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


@dataclass(frozen=True)
class Mutant:
    """One mutant: what was changed, `old -> new`, and its source."""

    description: str
    source: str


def mutants(source):
    """Yield all mutants of a solution's source, each source once, in the order of the text."""
    tree = ast.parse(source)
    seen, used = {ast.unparse(tree)}, {}
    for number, (_, options) in enumerate(_places(tree)):
        for option in range(len(options)):
            # Parsing anew is quicker than a deep copy, and walking to the place quicker than finding them all.
            mutated = ast.parse(source)
            place = next(itertools.islice(_places(mutated), number, None))
            before = _header(place.statement)
            place.options[option]()
            text = ast.unparse(ast.fix_missing_locations(mutated))
            if text in seen:
                continue
            seen.add(text)
            description = place.describe(option, before)
            used[description] = used.get(description, 0) + 1
            if used[description] > 1:
                description += f" ({used[description]})"
            yield Mutant(description, text)


class _Place(tuple):
    """(statement, options): where something can be changed, and the functions that change it."""

    __slots__ = ()

    def __new__(cls, statement, options):
        return super().__new__(cls, (statement, options))

    @property
    def statement(self):
        return self[0]

    @property
    def options(self):
        return self[1]

    def describe(self, option, before):
        named = getattr(self.options[option], "description", None)
        return named or f"{before} -> {_header(self.statement)}"


def _places(tree):
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _places_in_arguments(function)
            yield from _places_in_body(function, function.body[1:] if ast.get_docstring(function) else function.body)


def _places_in_arguments(function):
    for parent, name, node in _expressions(function.args):
        options = _expression_options(parent, name, node)
        if options:
            yield _Place(function, options)


def _places_in_body(owner, body):
    for i, statement in enumerate(body):
        yield _Place(statement, [_dropping(owner, statement)])
        if i + 1 < len(body) and not _independent(statement, body[i + 1]):
            yield _Place(statement, [_swapping(owner, statement, body[i + 1])])
        yield _Place(statement, _statement_options(statement))
        if isinstance(statement, ast.Raise):
            continue
        for parent, name, node in _expressions(statement):
            options = _expression_options(parent, name, node)
            if options:
                yield _Place(statement, options)
        for block in ("body", "orelse", "finalbody"):
            inner = getattr(statement, block, None)
            if inner and not isinstance(statement, ast.FunctionDef):
                yield from _places_in_body(statement, inner)


def _expressions(root):
    """(parent, field, node) of every expression in a statement's own line, not in the statements it holds."""
    for name, value in ast.iter_fields(root):
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, (ast.expr, ast.keyword, ast.comprehension)) and not isinstance(child, ast.JoinedStr):
                yield root, (name, index), child
                yield from _expressions(child)


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


def _dropping(owner, statement):
    def drop():
        body = next(block for block in _blocks(owner) if statement in block)
        body[body.index(statement)] = ast.Pass()

    drop.description = f"dropped: {_header(statement)}"
    return drop


def _swapping(owner, first, second):
    def swap():
        body = next(block for block in _blocks(owner) if first in block)
        i = body.index(first)
        body[i], body[i + 1] = second, first

    swap.description = f"swapped: {_header(first)} | {_header(second)}"
    return swap


PURE = {
    "abs",
    "bool",
    "float",
    "int",
    "isinstance",
    "len",
    "list",
    "max",
    "min",
    "range",
    "round",
    "sum",
    "tuple",
    "zip",
}


def _independent(first, second):
    """Whether two statements can change places without anyone noticing, as far as their names tell."""
    if any(isinstance(s, (ast.Return, ast.Raise, ast.For, ast.While, ast.FunctionDef)) for s in (first, second)):
        return False
    (reads, writes, acts), (others_reads, others_writes, others_acts) = _effects(first), _effects(second)
    shared = writes & (others_reads | others_writes) or others_writes & reads
    return not shared and not (acts and others_acts)


def _effects(statement):
    """(names read, names written, whether it calls anything that might act on the world)."""
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    reads = {name.id for name in names}
    writes = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    acts = False
    for node in ast.walk(statement):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            writes.add(_base_name(node))
        if isinstance(node, ast.Call):
            base = _base_name(node.func)
            if base not in PURE | {"np", "math"}:
                acts = True
                writes.add(base)  # a method may change its object
    return reads, writes, acts


def _base_name(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def _blocks(owner):
    return [block for block in (getattr(owner, name, None) for name in ("body", "orelse", "finalbody")) if block]


def _statement_options(statement):
    if isinstance(statement, ast.Return) and statement.value is not None:
        return [_setting(statement, "value", ast.Constant(None))]
    if isinstance(statement, ast.AugAssign):
        return [_setting(statement, "op", new()) for new in OPERATORS.get(type(statement.op), ())]
    if isinstance(statement, (ast.If, ast.While)):
        return [_setting(statement, "test", ast.UnaryOp(ast.Not(), statement.test))]
    return []


def _expression_options(parent, place, node):
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


def _header(statement):
    """The first line of a statement as text, the same on every version of Python."""
    line = ast.unparse(statement).splitlines()[0]
    # Before 3.11 a tuple of targets is unparsed in parentheses; the list of equivalent mutants must not depend on that.
    return re.sub(r"(^|\bfor )\(([^()]*)\)(?= = | in )", r"\1\2", line)
