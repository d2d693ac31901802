"""Tests mirror the modules: `minicompress/a/b.py` has `tests/a/test_b.py`.

The code of a room's `__init__.py` is tested in the room, in a file of the room's name: `minicompress/a/__init__.py` in
`tests/a/test_a.py`. A module that only imports names and defines constants needs no file.

Tests of several modules together have files of their own: hostile submissions, start-up, agreement with PyTorch, cards.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "minicompress"

# Modules with code and without a test file, each with the reason.
EXEMPT = {
    "__main__.py": "it calls `main` in one line; tests/kit/cli/test_command_line.py runs `python -m minicompress`",
}
CODE = (ast.FunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try)


def has_code(path):
    """Whether a module defines a function or a class, or does something when it is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, CODE) and not is_for_type_checkers(node) for node in tree.body)


def is_for_type_checkers(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def mirror_of(module):
    """The path of a module's test file in `tests/`, as text; both are relative."""
    module = Path(module)
    name = (module.parent.name or PACKAGE.name) if module.name == "__init__.py" else module.stem
    return (module.parent / f"test_{name}.py").as_posix()


MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
WITH_CODE = [module for module, path in MODULES.items() if has_code(path)]


def count_tests(path):
    """How many test functions a file defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in tree.body)


@pytest.mark.parametrize("module", [module for module in WITH_CODE if module not in EXEMPT])
def test_a_module_with_code_has_a_test_file_of_its_name(module):
    path = TESTS / mirror_of(module)
    assert path.is_file(), f"minicompress/{module} has no tests/{mirror_of(module)}"
    assert count_tests(path), f"tests/{mirror_of(module)} holds no test"


def test_what_is_exempt_is_a_module_without_a_test_file():
    stale = [module for module in EXEMPT if module not in WITH_CODE or (TESTS / mirror_of(module)).is_file()]
    assert stale == []


@pytest.mark.parametrize(
    ("module", "file"),
    [
        ("nn/layers/conv.py", "nn/layers/test_conv.py"),
        ("kit/screens/__init__.py", "kit/screens/test_screens.py"),
        ("__init__.py", "test_minicompress.py"),
    ],
)
def test_the_path_of_a_test_file_follows_from_that_of_its_module(module, file):
    assert mirror_of(module) == file
