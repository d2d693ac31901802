"""Values are shown short, plainly, and without NumPy's wrappers."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicompress.kit.grading.comparison.observation import Structure
from minicompress.kit.grading.comparison.wording import describe_call, error_lines, labelled, name_of, show, type_name

F32 = np.float32


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F32(0.1), "0.1"),
        (np.float64(0.1), "0.1"),
        (np.int8(3), "3"),
        (np.array([1, 2]), "[1, 2]"),
        (np.array([0.1], F32), "[0.1]"),
        (np.zeros((4, 5)), "array(4, 5)"),
        ([1.0, F32(2)], "[1.0, 2.0]"),
        (tuple(range(9)), "(0, 1, 2, 3, 4, 5, ...)"),
        ("x" * 500, "'" + "x" * 156 + "..."),
    ],
)
def test_values_are_shown_short_and_without_numpys_wrappers(value, text):
    assert show(value) == text


def test_a_call_is_python_if_it_is_short_and_abridged_if_it_is_long():
    assert describe_call("f", (0.5, [1, 2], "x")) == "f(0.5, [1, 2], 'x')"
    long = describe_call("f", (np.random.default_rng(0).random((300, 400), np.float32), 3))
    assert long == "f(<float32 array (300, 400)>, 3)"


def test_an_exception_is_told_by_its_type_and_first_line_even_if_it_cannot_be_shown():
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError

    assert name_of(ValueError("first\nsecond")) == "ValueError: first"
    assert name_of(KeyError()) == "KeyError"
    assert name_of(Silent()) == "Silent"


def test_rows_without_a_value_are_left_out_and_the_call_comes_first():
    call = SimpleNamespace(text="f(1)")
    assert labelled("It is wrong.", call, ("got", "2"), ("expected", "")) == "It is wrong.\ncall: f(1)\ngot: 2"


def test_the_innermost_lines_of_the_learner_are_quoted_with_their_numbers(tmp_path):
    source = tmp_path / "f.py"
    source.write_text("def f(n):\n    return f(n - 1) if n else 1 / n\n")
    names = {}
    exec(compile(source.read_text(), str(source), "exec"), names)
    with pytest.raises(ZeroDivisionError) as caught:
        names["f"](5)
    assert error_lines(caught.value, source, most=2) == ["2: return f(n - 1) if n else 1 / n"] * 2
    assert error_lines(caught.value, tmp_path / "other.py") == []


def test_a_leaf_is_told_by_its_kind():
    shown = [type_name(leaf) for leaf in (Structure("tuple", 2), np.zeros((2, 3)), np.float32(1), None)]
    assert shown == ["tuple", "numpy.ndarray (2, 3)", "float32", "NoneType"]
