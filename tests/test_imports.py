"""Imports: no circles between modules, and each room imports only rooms below it.

All imports are read from the source (`ast`), also those inside functions: a lazy import hides a circle and does not
open it. An edge goes to the module that is named, and not to the packages above it: `from minicompress.nn import zoo`
is an edge to `minicompress.nn.zoo`, `from minicompress.nn import Linear` one to `minicompress.nn`.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "minicompress"

BASE = {"_base", "kernels"}
FRAMEWORK = BASE | {"nn", "data"}
CHAPTERS = {"pruning", "quantization", "distillation"}
ABOVE_CHAPTERS = FRAMEWORK | CHAPTERS | {"efficiency", "deploy", "figures"}
KIT = {"kit"}

# Which rooms a room may import, at load time or later: DESIGN's rules.
MAY_IMPORT = {
    "_base": set(),
    "kernels": set(),
    "nn": BASE,
    "data": {"_base"},
    "pruning": FRAMEWORK,
    "quantization": FRAMEWORK,
    "distillation": FRAMEWORK,
    "efficiency": FRAMEWORK | CHAPTERS,
    "deploy": FRAMEWORK | CHAPTERS | {"efficiency"},
    "figures": {"_base"},
    "recipes": ABOVE_CHAPTERS,
    "study": ABOVE_CHAPTERS | {"recipes"},
    "bench": ABOVE_CHAPTERS | {"recipes"},
    "kit": ABOVE_CHAPTERS | {"recipes", "study", "bench"},
}
# At load time the kit imports none of the numeric rooms, so that `minicompress` answers at once.
KIT_AT_LOAD_TIME = {"_base"}

# Folders inside a room that import each other although no two modules do: screens use the command line's exception
# `CannotDo`, and the child process of the grader also runs the proof.
KNOWN_FOLDER_CIRCLES = {"kit": [["cli", "screens"], ["grading", "proof"]]}


def module_name(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported_modules(nodes, importer, modules):
    """The modules of `modules` that these import statements name."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{importer} has a relative import"
            names = [
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in modules else node.module
                for alias in node.names
            ]
        else:
            continue
        found |= {name for name in names if name in modules}
    return found - {importer}


def tree_of(source):
    return source if isinstance(source, ast.AST) else ast.parse(source)


def at_any_depth(source):
    """Every statement that may run: all but those for type checkers, which never do."""
    todo = list(tree_of(source).body)
    while todo:
        node = todo.pop()
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
            yield node
            todo += ast.iter_child_nodes(node)


def at_load_time(source):
    """Every statement that runs when the module is imported, apart from those inside functions."""
    tree = tree_of(source)
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
    }
    return (node for node in at_any_depth(tree) if id(node) not in inside)


def graph_of(sources, statements=at_any_depth):
    """{module: the modules that it imports} for {module: source}."""
    return {name: imported_modules(statements(source), name, sources) for name, source in sources.items()}


def circles(graph):
    """The groups of nodes that reach each other, sorted (Tarjan's strongly connected components, of two or more)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found)


def room(name):
    return name.split(".")[1] if "." in name else ""


def folder(name, owner):
    """The folder of a room that holds a module: "masks" for minicompress.pruning.masks.mask; None if there is none."""
    parts = MODULES[name].relative_to(PACKAGE).parts
    return parts[1] if parts[0] == owner and len(parts) > 2 else None


SOURCES = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
GRAPH = graph_of(SOURCES)


def test_no_modules_import_each_other_in_a_circle():
    assert circles(GRAPH) == []


def test_a_lazy_import_counts_in_a_circle():
    sources = {"a": "import b", "b": "def f():\n    if 1:\n        from c import g", "c": "import a", "d": "import a"}
    assert circles(graph_of(sources)) == [["a", "b", "c"]]
    assert circles(graph_of(sources | {"c": "import d", "d": ""})) == []
    assert circles(graph_of(sources | {"c": "if TYPE_CHECKING:\n    import a"})) == []


def test_every_room_has_its_line():
    assert {room(name) for name in MODULES if room(name) not in ("", "__main__")} == MAY_IMPORT.keys()


@pytest.mark.parametrize("owner", MAY_IMPORT)
def test_a_room_imports_only_rooms_below_it(owner):
    allowed = MAY_IMPORT[owner] | {owner}
    wrong = [
        f"{name} imports {target}"
        for name, targets in GRAPH.items()
        if room(name) == owner
        for target in sorted(targets)
        if room(target) not in allowed | {""}
    ]
    assert wrong == []


def test_the_rules_have_no_circle():
    assert circles(MAY_IMPORT) == []


def test_the_kit_loads_no_numeric_room():
    graph = graph_of(SOURCES, at_load_time)
    wrong = [
        f"{name} imports {target}"
        for name, targets in graph.items()
        if room(name) == "kit"
        for target in sorted(targets)
        if room(target) not in KIT_AT_LOAD_TIME | {"kit", ""}
    ]
    assert wrong == []


@pytest.mark.parametrize("owner", ["pruning", "quantization", "kit", "nn", "distillation", "study"])
def test_folders_of_a_room_import_each_other_in_no_circle(owner):
    graph = {}
    for name, targets in GRAPH.items():
        if folder(name, owner):
            graph.setdefault(folder(name, owner), set()).update(folder(target, owner) for target in targets)
    graph = {name: targets - {name, None} for name, targets in graph.items()}
    assert circles(graph) == KNOWN_FOLDER_CIRCLES.get(owner, [])
