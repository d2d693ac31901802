"""Two statements can be swapped only if neither writes a name that the other uses."""

import ast

import pytest

from minicompress.kit.proof.statement_order import independent


@pytest.mark.parametrize(
    ("first", "second", "swappable"),
    [
        ("a = x + 1", "b = x + 2", True),
        ("a = x + 1", "b = a + 2", False),
        ("a = x", "a = y", False),
        ("b = a", "a = x", False),
        ("a[0] = x", "b = a", False),
        ("a.sort()", "b = a", False),
        ("a = np.abs(x)", "b = np.sum(x)", True),
        ("a = f(x)", "b = g(x)", False),
        ("a = 1", "return a", False),
    ],
)
def test_statements_are_independent_if_their_names_are(first, second, swappable):
    statements = ast.parse(f"{first}\n{second}").body
    assert independent(*statements) is swappable
