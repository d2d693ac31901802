"""Which mutants does a function have? Lists worked by hand, and what holds for every list."""

import ast

import pytest
from kit_command import solutions
from mutant_bodies import changed

from minicompress.kit.proof.mutation import mutants


def test_a_condition_is_negated_and_dropped():
    assert changed("if a:", "    return b") == ["pass", "if not a: ; return b", "if a: ; pass", "if a: ; return None"]


def test_a_default_is_changed():
    assert [m.source.splitlines()[0] for m in mutants("def f(a=4):\n    return a")][:2] == [
        "def f(a=5):",
        "def f(a=3):",
    ]


def test_statements_that_depend_on_each_other_are_swapped():
    assert "b = a ; a = 1" in changed("a = 1", "b = a")
    assert "w[a] = 0 ; n = w.sum()" in changed("n = w.sum()", "w[a] = 0", header="def f(w, a):")
    assert "o.step() ; o.zero_grad()" in changed("o.zero_grad()", "o.step()", header="def f(o):")


@pytest.mark.parametrize(
    ("first", "second"),
    [("x = a", "y = b"), ("x = len(a)", "y = np.abs(b)"), ("x += a", "y += b"), ("x[0] = a", "y[0] = b")],
)
def test_independent_statements_are_not_swapped(first, second):
    assert f"{second} ; {first}" not in changed(first, second)


def test_error_messages_docstrings_and_annotations_are_left_alone():
    source = '''
def f(a):
    """At least 3 and 4."""
    if a < 3:
        raise ValueError(f"needs {3 + 4}, got {a - 1}" + "1" * 2)
    return a
'''
    for mutant in mutants(source):
        assert "At least 3 and 4." in mutant.source
        assert (
            "raise" not in mutant.source or "raise ValueError(f'needs {3 + 4}, got {a - 1}' + '1' * 2)" in mutant.source
        )


def test_code_outside_functions_is_left_alone():
    assert [m.source for m in mutants("LIMIT = 3\ndef f():\n    return LIMIT")] == [
        "LIMIT = 3\n\ndef f():\n    pass",
        "LIMIT = 3\n\ndef f():\n    return None",
    ]


def test_a_helper_is_mutated_too():
    descriptions = [m.description for m in mutants("def f(a):\n    return g(a)\ndef g(a):\n    return a + 1\n")]
    assert "return a + 1 -> return a - 1" in descriptions


def test_descriptions_say_what_was_changed():
    found = {m.description for m in mutants("def f(a):\n    x = 1\n    x -= a\n    return x < 2\n")}
    assert {"dropped: x = 1", "swapped: x = 1 | x -= a", "x = 1 -> x = 2", "return x < 2 -> return x <= 2"} <= found


def test_equal_descriptions_are_numbered():
    found = [m.description for m in mutants("def f(x):\n    x += 1\n    x += 1\n    return x\n")]
    assert {"dropped: x += 1", "dropped: x += 1 (2)"} <= set(found)
    assert len(set(found)) == len(found)


def test_two_calls_that_act_on_the_world_are_swapped_and_pure_ones_are_not():
    assert "m.log() ; o.step()" in changed("o.step()", "m.log()", header="def f(o, m):")
    assert "y = np.sum(b) ; x = np.sum(a)" not in changed("x = np.sum(a)", "y = np.sum(b)")


def test_a_function_inside_a_function_is_mutated_once():
    found = [m.source for m in mutants("def f(a):\n    def g(b):\n        return b < 1\n    return g(a)\n")]
    assert sum("return b <= 1" in source for source in found) == 1
    assert len(set(found)) == len(found)


def test_what_is_raised_is_not_looked_into():
    assert changed("raise ValueError(max(a, b))") == ["pass"]


def test_descriptions_are_the_same_on_every_version_of_python():
    found = {m.description for m in mutants("def f(p):\n    a, b = p\n    for c, d in a:\n        b(c * d)\n")}
    assert {"dropped: a, b = p", "dropped: for c, d in a:", "swapped: a, b = p | for c, d in a:"} <= found
    found = {m.description for m in mutants("def f(p):\n    return [a + b for a, b in p]\n")}
    assert "return [a + b for a, b in p] -> return [a - b for a, b in p]" in found
    found = {m.description for m in mutants("def f(p):\n    return [a + c for a, (b, c) in p]\n")}
    assert "return [a + c for a, (b, c) in p] -> return [a - c for a, (b, c) in p]" in found


@pytest.mark.parametrize(("exercise", "source"), solutions().items())
def test_every_mutant_of_a_solution_parses_differs_and_has_a_description_of_its_own(exercise, source):
    found = list(mutants(source))
    original = ast.unparse(ast.parse(source))
    texts = [ast.unparse(ast.parse(mutant.source)) for mutant in found]
    assert len(found) > 30
    assert original not in texts
    assert len(set(texts)) == len(texts)
    assert len({mutant.description for mutant in found}) == len(found)


def test_the_same_source_has_the_same_mutants_in_the_same_order():
    (source, *_) = solutions().values()
    assert list(mutants(source)) == list(mutants(source))
