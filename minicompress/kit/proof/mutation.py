"""Mutants of the solution: each has one thing wrong, and is a wrong answer that nobody had to think of.

A mutant differs from the solution in one place of its syntax tree: a comparison, a constant, an operator, a dropped or
swapped statement, swapped arguments or axes, a call left out. Checks that a mutant passes are too weak, or the mutant
is equivalent to the solution; then the file of right answers says why.

Source of the idea: DeMillo, Lipton, Sayward 1978, "Hints on test data selection".
Left out: mutants of error messages, docstrings and annotations, which no check should look at.
"""

import ast
import re
from dataclasses import dataclass

from minicompress.kit.proof.mutation_options import Option, expression_options, item, statement_options
from minicompress.kit.proof.statement_order import independent

__all__ = ["Mutant", "mutants"]


@dataclass(frozen=True)
class Mutant:
    """One mutant: what was changed, `old -> new`, and its source."""

    description: str
    source: str


def mutants(source):
    """Yield all mutants of a solution's source, each source once, in the order of the text."""
    tree = ast.parse(source)
    seen, used = {ast.unparse(tree)}, {}
    for statement, options in list(_places(tree)):
        before = _header(statement)
        for option in options:
            undo = option.apply()
            text, after = ast.unparse(ast.fix_missing_locations(tree)), _header(statement)
            undo.apply()
            if text in seen:
                continue
            seen.add(text)
            description = option.description or f"{before} -> {after}"
            used[description] = used.get(description, 0) + 1
            if used[description] > 1:
                description += f" ({used[description]})"
            yield Mutant(description, text)


def _places(tree):
    """(statement, options) wherever something can be changed, in the order of the text."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _places_in_arguments(function)
            yield from _places_in_body(function, function.body[1:] if ast.get_docstring(function) else function.body)


def _places_in_arguments(function):
    for parent, name, node in _expressions(function.args):
        options = expression_options(parent, name, node)
        if options:
            yield function, options


def _places_in_body(owner, body):
    for i, statement in enumerate(body):
        yield statement, [_drop(owner, statement)]
        if i + 1 < len(body) and not independent(statement, body[i + 1]):
            yield statement, [_swap(owner, statement, body[i + 1])]
        yield statement, statement_options(statement)
        if isinstance(statement, ast.Raise):
            continue
        for parent, name, node in _expressions(statement):
            options = expression_options(parent, name, node)
            if options:
                yield statement, options
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


def _drop(owner, statement):
    return Option((item(*_position(owner, statement), ast.Pass()),), f"dropped: {_header(statement)}")


def _swap(owner, first, second):
    edits = item(*_position(owner, first), second), item(*_position(owner, second), first)
    return Option(edits, f"swapped: {_header(first)} | {_header(second)}")


def _position(owner, statement):
    """(owner, name of the block, index) of a statement."""
    names = ("body", "orelse", "finalbody")
    name = next(name for name in names if statement in getattr(owner, name, ()))
    return owner, name, getattr(owner, name).index(statement)


def _header(statement):
    """The first line of a statement as text, the same on every version of Python."""
    line = ast.unparse(_without_blocks(statement)).splitlines()[0]
    # Before 3.11 a tuple of targets is unparsed in parentheses; the list of equivalent mutants must not depend on that.
    return re.sub(r"(^|\bfor )\(((?:[^()]|\([^()]*\))*)\)(?= = | in )", r"\1\2", line)


def _without_blocks(statement):
    """A loop, condition or function without what it holds, which takes most of the time to unparse."""
    fields = dict(ast.iter_fields(statement))
    if "body" not in fields:
        return statement
    emptied = {name: [] for name in ("orelse", "finalbody", "handlers") if name in fields}
    header = type(statement)(**{**fields, **emptied, "body": [ast.Pass()]})
    return ast.copy_location(header, statement)
