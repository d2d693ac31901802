"""Whether two statements can be swapped without an effect, judged by the names that they read and write."""

import ast

__all__ = ["independent"]

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


def independent(first, second):
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
