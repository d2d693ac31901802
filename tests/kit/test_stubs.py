"""A stub is its solution without the marked regions; a stub that drifts or leaks is found."""

import ast
import shutil
import sys

import pytest
from kit_command import PRUNING, solution, solutions

from minicompress.kit import places
from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.stubs import make_stub, read_stub, stub_problems

SOURCE = '''"""Doubles."""


def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    y = helper(x)
    return y
    ### END SOLUTION


### BEGIN SOLUTION
def helper(x):
    return 2 * x


### END SOLUTION
'''
STUB = '''"""Doubles."""


def double(x):
    """Return 2 x."""
    # Write your answer here.
    raise NotImplementedError
'''


def test_a_region_in_a_function_becomes_a_place_to_write_and_one_at_the_margin_vanishes():
    assert make_stub(SOURCE) == STUB


def test_a_region_keeps_the_depth_of_its_block():
    nested = "class A:\n    def f(self):\n        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION\n"
    assert make_stub(nested).splitlines()[2:] == [
        "        # Write your answer here.",
        "        raise NotImplementedError",
    ]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 1\n", "s.py: no solution region"),
        ("### BEGIN SOLUTION\nx = 1\n", "s.py: ### BEGIN SOLUTION without ### END SOLUTION"),
        ("x = 1\n### END SOLUTION\n", "s.py, line 2: ### END SOLUTION without its partner"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n", "s.py, line 2: ### BEGIN SOLUTION without its partner"),
    ],
)
def test_markers_that_do_not_pair_up_are_refused(source, complaint):
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        make_stub(source, owner="s.py")


@pytest.mark.parametrize(("exercise_id", "source"), solutions().items())
def test_the_stub_of_a_solution_keeps_signature_and_docstring_and_has_no_answer(exercise_id, source):
    stub = make_stub(source)
    name = exercise_id.split("/")[1]
    one, other = (functions(text) for text in (source, stub))
    assert list(other) == [name]
    assert ast.dump(one[name].args) == ast.dump(other[name].args)
    assert ast.get_docstring(one[name]) == ast.get_docstring(other[name])
    assert "SOLUTION" not in stub
    assert [type(statement) for statement in other[name].body[1:]] == [ast.Raise]


def functions(source):
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("exercise_id", "source"), solutions().items())
def test_a_solution_imports_only_numpy_and_the_standard_library(exercise_id, source):
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in {"numpy", *sys.stdlib_module_names}


@pytest.fixture
def stub_file(tmp_path, monkeypatch):
    """The stub of weight pruning, as a copy of the clone would hold it."""
    clone = places.content()
    shutil.copytree(clone.solutions, tmp_path / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(clone.exercises, tmp_path / "exercises", ignore=shutil.ignore_patterns("*.py", "*.md"))
    (tmp_path / "tests" / "graded").mkdir(parents=True)
    monkeypatch.setattr(places, "PACKAGE", tmp_path / "minicompress")
    for exercise in read_catalog().values():
        path = tmp_path / "exercises" / f"{exercise.id}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(read_stub(exercise), encoding="utf-8")
    return tmp_path / "exercises" / f"{PRUNING}.py"


def test_a_fresh_stub_has_no_problem(stub_file):
    assert [problem for exercise in read_catalog().values() for problem in stub_problems(exercise)] == []


def test_a_stub_that_differs_is_found(stub_file):
    stub_file.write_text(stub_file.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
    assert stub_problems(find_exercise(PRUNING)) == [f"{PRUNING}: the stub differs from the one made from the solution"]


def test_a_stub_that_leaks_a_line_of_the_solution_is_found(stub_file):
    leaking = stub_file.read_text(encoding="utf-8").replace(
        "    raise NotImplementedError", "    zeros = total = 0\n    raise NotImplementedError"
    )
    stub_file.write_text(leaking, encoding="utf-8")
    assert f"{PRUNING}: the stub leaks solution code: zeros = total = 0" in stub_problems(find_exercise(PRUNING))


def test_a_whole_solution_in_the_stubs_place_is_found(stub_file):
    stub_file.write_text(solution(PRUNING), encoding="utf-8")
    assert len(stub_problems(find_exercise(PRUNING))) > 5


def test_a_missing_stub_is_found(stub_file):
    stub_file.unlink()
    assert stub_problems(find_exercise(PRUNING)) == [f"{PRUNING}: no stub file"]


def test_the_command_checks_without_writing_and_says_how_many(stub_file, command):
    assert command("stubs", "--check")[0] == 0
    stub_file.write_text("changed\n")
    status, printed, _ = command("stubs", "--check")
    assert status == 1
    assert f"{len(read_catalog())} stubs checked, 1 problem." in printed
    assert stub_file.read_text() == "changed\n"


def test_the_command_writes_stubs_and_keeps_what_was_there(stub_file, command):
    stub_file.write_text("mine\n")
    assert command("stubs")[0] == 0
    assert stub_file.read_text(encoding="utf-8") == read_stub(find_exercise(PRUNING))
    (kept,) = (stub_file.parents[2] / ".minicompress" / "backups").rglob("*.py")
    assert kept.read_text() == "mine\n"


def test_a_stub_that_is_no_python_differs(stub_file):
    stub_file.write_text("def x(:\n", encoding="utf-8")
    assert stub_problems(find_exercise(PRUNING)) == [f"{PRUNING}: the stub differs from the one made from the solution"]
