"""Each change to one place of a function, worked by hand as the list of mutants that it makes."""

from mutant_bodies import changed


def test_a_comparison():
    assert changed("return a < b") == ["pass", "return None", "return a <= b", "return a >= b", "return a > b"]


def test_operators_of_arithmetic_change_swap_where_order_matters_and_vanish():
    assert changed("return a - b") == ["pass", "return None", "return a + b", "return b - a", "return a", "return b"]
    assert changed("return a * b") == ["pass", "return None", "return a / b", "return a + b", "return a", "return b"]


def test_a_divisor_a_logarithm_and_a_root_get_a_popular_epsilon():
    assert "return a / (b + 1e-08)" in changed("return a / b")
    assert "return np.log(a + 1e-08)" in changed("return np.log(a)")
    assert "return np.sqrt(a + 1e-08)" in changed("return np.sqrt(a)")
    assert not any("1e-08" in body for body in changed("return a / 2") + changed("return a / len(b)"))


def test_a_comparison_of_shapes_looks_at_less():
    bodies = changed("return a.shape != b.shape")
    for weaker in ("a.size != b.size", "a.ndim != b.ndim", "a.shape[0] != b.shape[0]", "a.shape[-1] != b.shape[-1]"):
        assert f"return {weaker}" in bodies
    bodies = changed("return (a.ndim, b.ndim) != (2, 3)")
    assert {"return (b.ndim,) != (3,)", "return (a.ndim,) != (2,)"} <= set(bodies)
    assert not any("size" in body or "ndim" in body for body in changed("return a.shape != b"))


def test_rounding_goes_half_up():
    assert "return np.floor(a + 0.5)" in changed("return np.rint(a)")
    assert "return np.floor(a + 0.5)" in changed("return np.round(a)")


def test_a_method_call_leaves_its_object_and_a_function_of_a_module_does_not():
    assert "return a" in changed("return a.astype(float)")
    assert "return np" not in changed("return np.max(a)")


def test_constants_move_by_one_and_truth_turns_over():
    assert changed("return 4") == ["pass", "return None", "return 5", "return 3"]
    assert changed("return True") == ["pass", "return None", "return False"]


def test_and_or_not():
    assert changed("return a and b") == ["pass", "return None", "return a or b", "return a", "return b"]
    assert changed("return not a") == ["pass", "return None", "return a"]


def test_an_or_of_three_loses_each_of_its_parts():
    bodies = changed("return a or b or c", header="def f(a, b, c):")
    assert {"return b or c", "return a or c", "return a or b", "return a and b and c"} <= set(bodies)


def test_a_call_loses_a_keyword_swaps_its_arguments_takes_a_cousins_name_or_vanishes():
    assert changed("return np.max(a, b, axis=0)") == [
        "pass",
        "return None",
        "return np.max(a, b)",
        "return np.max(b, a, axis=0)",
        "return np.min(a, b, axis=0)",
        "return a",
        "return np.max(a, b, axis=1)",
        "return np.max(a, b, axis=-1)",
    ]


def test_a_statement_that_adds_to_a_name_subtracts_instead():
    assert changed("a += b", "return a") == [
        "pass ; return a",
        "return a ; a += b",
        "a -= b ; return a",
        "a += b ; pass",
        "a += b ; return None",
    ]
