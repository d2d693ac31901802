"""Make a stub from a solution: the marked region becomes a place to write in.

    ### BEGIN SOLUTION
    ...
    ### END SOLUTION

A region inside a function becomes `raise NotImplementedError`; a region at the left margin (a private helper) vanishes.
Nobody edits a stub by hand, so that stub and solution cannot drift apart.
"""

import ast

from minicompress.kit.places import content

__all__ = ["make_stub", "read_stub", "stub_problems", "without_markers"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def make_stub(solution, owner="solution"):
    """The stub's text for a solution's text. ValueError where the markers do not pair up."""
    kept, indent = [], None
    for number, line in enumerate(solution.splitlines(), start=1):
        marker = line.strip()
        if marker == BEGIN and indent is None:
            indent = line[: len(line) - len(line.lstrip())]
            if indent:
                kept += [f"{indent}# Write your answer here.", f"{indent}raise NotImplementedError"]
        elif marker == END and indent is not None:
            indent = None
        elif marker in (BEGIN, END):
            raise ValueError(f"{owner}, line {number}: {marker} without its partner")
        elif indent is None:
            kept.append(line)
    if indent is not None:
        raise ValueError(f"{owner}: {BEGIN} without {END}")
    stub = "\n".join(kept).rstrip() + "\n"
    if stub == solution:
        raise ValueError(f"{owner}: no solution region")
    return stub


def without_markers(solution):
    """A solution's text as one reads it, without the lines that mark its regions."""
    return "".join(line for line in solution.splitlines(keepends=True) if line.strip() not in (BEGIN, END))


def read_stub(exercise):
    """The stub of an exercise, made from its solution now."""
    path = content().solution(exercise.id)
    return make_stub(path.read_text(encoding="utf-8"), owner=path.name)


def stub_problems(exercise):
    """What is wrong with the stub file in the clone, as a list of sentences; empty when all is well."""
    path = content().exercises / f"{exercise.id}.py"
    if not path.is_file():
        return [f"{exercise.id}: no stub file"]
    stub = path.read_text(encoding="utf-8")
    problems = []
    if stub != read_stub(exercise):
        problems.append(f"{exercise.id}: the stub differs from the one made from the solution")
    try:
        ast.parse(stub)
    except (SyntaxError, ValueError):  # ValueError: a null byte, before 3.12
        return problems
    leaked = _statements(stub) & _solution_statements(exercise)
    problems += [f"{exercise.id}: the stub leaks solution code: {line}" for line in sorted(leaked)]
    return problems


def _statements(source):
    """Every statement inside a function body, as normalized text, without docstrings and bare raises."""
    found = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.stmt) and node is not function and not _is_docstring(node):
                    found.add(ast.unparse(node))
    return found - {"raise NotImplementedError"}


def _solution_statements(exercise):
    return _statements(content().solution(exercise.id).read_text(encoding="utf-8"))


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
