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

from minicompress.kit.mutation_options import expression_options, statement_options
from minicompress.kit.statement_order import independent

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
        options = expression_options(parent, name, node)
        if options:
            yield _Place(function, options)


def _places_in_body(owner, body):
    for i, statement in enumerate(body):
        yield _Place(statement, [_dropping(owner, statement)])
        if i + 1 < len(body) and not independent(statement, body[i + 1]):
            yield _Place(statement, [_swapping(owner, statement, body[i + 1])])
        yield _Place(statement, statement_options(statement))
        if isinstance(statement, ast.Raise):
            continue
        for parent, name, node in _expressions(statement):
            options = expression_options(parent, name, node)
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


def _blocks(owner):
    return [block for block in (getattr(owner, name, None) for name in ("body", "orelse", "finalbody")) if block]


def _header(statement):
    """The first line of a statement as text, the same on every version of Python."""
    line = ast.unparse(statement).splitlines()[0]
    # Before 3.11 a tuple of targets is unparsed in parentheses; the list of equivalent mutants must not depend on that.
    return re.sub(r"(^|\bfor )\(((?:[^()]|\([^()]*\))*)\)(?= = | in )", r"\1\2", line)
