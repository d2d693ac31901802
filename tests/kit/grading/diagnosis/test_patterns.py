"""A pattern is said where it holds for every entry and is no chance, in the words of this call, and never raises."""

import re

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicompress.kit.grading.comparison.observation import Outcome, leaves
from minicompress.kit.grading.diagnosis.patterns import FailingCall, observe, observe_failing_call
from minicompress.kit.language import choose_language, read_messages
from minicompress.kit.places import PACKAGE

RNG = np.random.default_rng(0)
Z = RNG.normal(0, 2, (5, 4))
P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
CODES = RNG.integers(-7, 8, (6, 5))
W = RNG.permutation(np.arange(1, 31)).reshape(5, 6) / 8.0 * RNG.choice([-1, 1], (5, 6))


# --- one factor, one offset -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (16.0, "Every entry is 16 times the expected one; here T^2 = 16."),
        (1 / 16, "Every entry is 1/16 times the expected one; here 1/T^2 = 1/16."),
        (5.0, "Every entry is 5 times the expected one; here len(z) = 5."),
        (1 / 20, "Every entry is 1/20 times the expected one; here 1/z.size = 1/20."),
        (0.7, "Every entry is 7/10 times the expected one; here 1 - alpha = 7/10."),
        (np.log(2), "Every entry is 0.693147 times the expected one; here ln 2 = 0.693147."),
        (7.77, "Every entry is 7.77 times the expected one."),
        (-1.0, "Every entry has the opposite sign."),
    ],
)
def test_a_factor_is_named_by_what_it_equals_in_this_call(factor, said):
    assert observe(factor * Z, Z, [("z", Z), ("T", 4.0), ("alpha", 0.3)]) == said


def test_two_quantities_that_coincide_are_both_named():
    assert "here T = z.shape[1] = 4." in observe(4 * Z, Z, [("z", Z), ("T", 4.0)])


def test_where_too_much_coincides_nothing_is_named():
    said = observe(4 * Z, Z, [("z", Z), ("T", 4.0), ("k", 4), ("m", 0.25)])
    assert said == "Every entry is 4 times the expected one."


def test_an_offset_is_named_too():
    assert observe(Z + 4, Z, [("T", 4.0)]) == "Every entry is 4 more than the expected one; here T = 4."
    assert observe(Z - 0.123, Z, []) == "Every entry is 0.123 less than the expected one."


def test_rows_with_factors_and_offsets_of_their_own():
    scale = np.array([1.5, 0.25, -2.0, 3.0, 7.0])
    said = observe(Z * scale[:, None], Z, [])
    assert said == ("Along axis 0 each slice is the expected one times its own factor: 3/2, 1/4, -2, 3, ....")
    assert observe(Z * scale[:, None], Z, [("scale", scale)]) == "got = expected * scale for every entry."
    assert observe(Z + scale[:, None], Z, [("scale", scale)]) == "got = expected + scale for every entry."
    norms = np.sqrt((Z**2).sum(axis=1, keepdims=True))
    assert observe(Z / norms, Z, [("z", Z)]) == "got = expected / (norm(z) over z[i]) for every entry."


# --- functions and arrangements -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (np.abs(Z), "got = abs(expected) for every entry."),
        (Z**2, "got = expected^2 for every entry."),
        (np.trunc(Z), "got = trunc(expected) for every entry."),
        (1 / Z, "got = 1/expected for every entry."),
        (1 - Z, "got = 1 - expected for every entry."),
        (2 * Z - 1, "got = 2 expected - 1 for every entry."),
        (3 * Z - 0.5, "got = 3 * expected - 1/2 for every entry."),
        (Z - Z.mean(axis=1, keepdims=True), "got = expected - mean(expected, axis=1) for every entry."),
        (Z.T, "It is `expected.T`: the right values with the axes exchanged."),
        (Z[::-1], "The right values in reverse order along axis 0."),
        (np.roll(Z, 1, 1), "The right values, shifted forward by one along axis 1; the last comes first."),
        (np.sort(Z, 1), "The right values, sorted along axis 1."),
        (Z[RNG.permutation(5)], "The right values in another order along axis 0."),
        (Z[None], "The right values with too many or too few axes: shape (1, 5, 4) instead of (5, 4)."),
        (Z.ravel(), "The right values in the right order in another shape: (20,) instead of (5, 4)."),
        (Z[:-1], "Correct except for 1 missing at the end of axis 0."),
        (np.concatenate([Z, Z[:2] * 9]), "Correct except for 2 too many at the end of axis 0."),
        (np.delete(Z, [1, 3], 0), "Correct except for the missing indices 1, 3 of axis 0 (counted in expected)."),
        (np.full_like(Z, 0.5), "For every entry got = 1/2."),
        (Z.astype(np.float16).astype(np.float64), "It is the expected value, rounded to float16."),
    ],
)
def test_the_right_values_in_another_form(got, said):
    assert observe(got, Z, []) == said


def test_a_sum_that_is_missing():
    x = RNG.normal(size=(3, 4, 2))
    assert observe(x, x.sum(axis=1), []) == "expected = got.sum(axis=1)."
    assert observe(x.mean(axis=0), x, []) == "got = expected.mean(axis=0)."


def test_what_is_expected_is_a_function_of_what_came():
    assert observe(np.log(P), P, []) == "got = ln(expected) for every entry."
    assert observe(np.exp(Z), P, []) == "expected = got / sum(got, axis=1) for every entry."


def test_an_argument_as_it_came():
    assert observe(Z.copy(), P, [("logits", Z)]) == "It is `logits`."


# --- places ---------------------------------------------------------------------------------------------------------


def wrong_where(where, value, x=Z):
    got = x.copy()
    got[where] = value[where] if isinstance(value, np.ndarray) else value
    return got


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (wrong_where(Z < 0, 0.0), "got = max(expected, 0) for every entry."),
        (
            wrong_where(Z > 0, 1.7 * Z + 0.3),
            f"Only the entries where expected > 0 are wrong ({(Z > 0).sum()} of 20).",
        ),
        (
            wrong_where(np.arange(5)[:, None] + 0 * Z == 4, Z + 0.25),
            "Only the entries at the last index of axis 0 are wrong (4 of 20); there got = expected + 1/4.",
        ),
        (
            wrong_where(np.arange(4) + 0 * Z < 1, 2 * Z**3),
            "Only the entries at index 0 of axis 1 are wrong (5 of 20).",
        ),
        (wrong_where(np.abs(Z) > 2.1, np.nan), "All finite entries are right; 4 of 20 are NaN."),
    ],
)
def test_the_places_that_are_wrong(got, said):
    assert observe(got, Z, []) == said


def test_places_that_an_argument_tells():
    x = np.where(np.arange(20).reshape(5, 4) % 3 == 0, -np.abs(Z), np.abs(Z) + 1)
    y = Z.copy()
    y[x < 0] += np.arange((x < 0).sum()) ** 2 + 1
    assert observe(y, Z, [("x", x)]) == f"Only the entries where x < 0 are wrong ({(x < 0).sum()} of 20)."


def test_one_wrong_entry_is_no_kind_of_place():
    got = Z.copy()
    got[2, 1] = 99
    assert observe(got, Z, []) is None


# --- whole numbers and masks ----------------------------------------------------------------------------------------


def test_codes_that_wrapped():
    wrapped = np.arange(100, 160).astype(np.uint8).astype(np.int8).astype(np.int64)
    assert observe(wrapped, np.arange(100, 160), []) == "Every wrong entry is off by a multiple of 256."


def test_halves_that_went_the_other_way():
    x = np.arange(-8, 9) / 2
    said = observe(np.floor(x + 0.5).astype(int), np.round(x).astype(int), [("x", x)])
    assert said == "Off by 1 at 4 entries, where x is exactly halfway; the even neighbour is expected there."


def test_codes_that_were_cut_off():
    x = CODES + RNG.uniform(-0.4, 0.4, CODES.shape)
    said = observe(np.trunc(x).astype(int), np.round(x).astype(int), [])
    assert said.startswith("Too close to 0 by 1: ")


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (np.abs(W) <= 2, "Inverted: True where False is expected, and False where True is expected."),
        (W > 0.5, None),
        (np.ones_like(W, bool), "Everything is kept."),
        (np.abs(W) > 2.5, "Only what should be kept is kept, but 4 too few."),
        (np.abs(W) > 1.5, "Everything that should be kept is kept, and 4 too many."),
        (np.abs(W) < 1.9, "It keeps the 15 entries with the smallest abs(w); others are expected (14)."),
    ],
)
def test_masks(got, said):
    observed = observe(got, np.abs(W) > 2, [("w", W)])
    assert observed == said or (said is None and "largest w; others are expected" in observed)


def test_a_mask_that_keeps_ties():
    w = np.array([[1.0, 2, 2, 2], [3, 4, 0.5, 2]])
    said = observe(w >= 2, np.array([[0, 1, 0, 0], [1, 1, 0, 0]], bool), [("w", w)])
    assert said == ("Everything that should be kept is kept, and 3 too many, all among equal values: abs(w) = 2.")


def test_lists():
    assert observe(["a", "b"], ["a", "b", "c"], []) == "Every item is expected, but these are missing: 'c'."
    assert observe(["a", "b", "c"], ["a", "b"], []) == "Every expected item is there, and also: 'c'."
    assert observe([("b", 1), ("a", 2), ("c", 3)], [("a", 2), ("b", 1), ("c", 3)], []) == (
        "The right items in another order."
    )
    assert observe([2.5, 5.25, 7.125], [1.25, 2.625, 3.5625], []) == "For every entry got = 2 * expected."


def test_the_part_of_a_tuple_is_named():
    assert observe((1.5, -Z), (1.5, Z), []) == "[1]: Every entry has the opposite sign."
    assert observe({"loss": 1.5, "dz": -Z}, {"loss": 1.5, "dz": Z}, []) == "['dz']: Every entry has the opposite sign."


def test_overflow_names_the_size_of_the_arguments():
    assert observe(np.array(np.nan), np.array(3.5), [("z", np.array([1.0, 4000.0]))]) == (
        "It is NaN; the arguments contain numbers as large as 4000."
    )


# --- nothing where it may be chance ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.zeros(5), np.zeros(5)),
        (np.zeros(5), np.ones(5)),
        (4.0, 2.0),
        (np.array([6.0]), np.array([3.0])),
        (np.array([2.0, 0.0]), np.array([1.0, 0.0])),
        (True, False),
        (3, 4),
        (np.array([True, False]), np.array([False, True])),
        (np.array([1, 0]), np.array([0, 1])),
        (np.zeros((0, 3)), np.zeros((0, 4))),
        (Z, RNG.normal(size=(5, 4))),
        ("a", "b"),
        (None, 1.0),
    ],
)
def test_coincidences_are_not_mentioned(got, expected):
    assert observe(got, expected, [("n", 2), ("T", 2.0), ("x", np.ones((2, 3)))]) is None


def test_random_numbers_show_no_pattern():
    rng = np.random.default_rng(3)
    said = []
    for k in range(200):
        shape = [(6,), (3, 5), (2, 3, 4), ()][k % 4]
        arguments = [("x", rng.normal(size=(3, 5))), ("T", 4.0), ("y", rng.normal(size=6)), ("k", 3)]
        said.append(observe(rng.normal(size=shape), rng.normal(size=shape), arguments))
    assert set(said) == {None}


ANY_ARRAY = hnp.arrays(
    st.sampled_from([np.float16, np.float32, np.float64, np.int8, np.uint8, np.int64, np.uint64, bool]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
OBJECTS = st.sampled_from(
    [np.array([None, 1]), np.array([{}], dtype=object), np.ma.masked_array([1.0, 2.0], [True, False])]
)
ANYTHING = st.recursive(
    OBJECTS
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | ANY_ARRAY
    | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


@given(ANYTHING, ANYTHING, st.lists(st.tuples(st.text(min_size=1, max_size=3), ANYTHING), max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_nothing_is_raised(got, expected, arguments):
    said = observe(got, expected, arguments)
    assert said is None or isinstance(said, str)


@given(ANY_ARRAY, st.data())
@settings(max_examples=150, deadline=None)
def test_arrays_of_one_shape_raise_nothing_either(got, data):
    expected = data.draw(hnp.arrays(got.dtype, got.shape))
    said = observe(got, expected, [("x", got), ("y", expected)])
    assert said is None or isinstance(said, str)


# --- with calls that can be made again ------------------------------------------------------------------------------


def failing(answer, solution, make, names):
    def run(function):
        def observed(args):
            outcome = Outcome()
            try:
                outcome.returned = function(*args)
            except Exception as error:
                outcome.error = error
            outcome.returned_leaves, outcome.argument_leaves = leaves(outcome.returned), leaves(args)
            return outcome

        return observed

    call = FailingCall(make, names, run(answer), run(solution), run(solution))
    return observe_failing_call(call, call.answer(make()), call.solution(make()))


def soft(z, T, alpha=1.0):
    e = np.exp(z / T)
    return alpha * T**2 * np.log(e.sum(axis=1)).mean() + (1 - alpha) * (z**2).mean()


def batch():
    return np.random.default_rng(5).normal(0, 2, (4, 3)), 4.0


def test_a_single_number_is_judged_by_similar_calls():
    said = failing(lambda z, T: soft(z, T) / T**2, soft, batch, ["z", "T"])
    assert said == "It is 1/16 times the expected number; here 1/T^2 = 1/16."


def test_of_two_names_that_coincide_similar_calls_leave_the_right_one():
    # T = len(z) = 4: only in calls with other sizes does the factor follow the one and not the other.
    said = failing(lambda z, T: soft(z, T) * len(z), soft, batch, ["z", "T"])
    assert said == "It is 4 times the expected number; here len(z) = 4."
    said = failing(lambda z, T: soft(z, T) * T, soft, batch, ["z", "T"])
    assert said == "It is 4 times the expected number; here T = 4."


def test_a_single_number_without_a_rule_is_not_mentioned():
    assert failing(lambda z, T: soft(z, T) + np.sin(z).sum(), soft, batch, ["z", "T"]) is None


def test_an_argument_that_is_ignored():
    said = failing(lambda z, T: soft(z, 1.0), soft, batch, ["z", "T"])
    assert said == "It would be right after `T = 1`."


def test_a_change_that_a_right_call_contradicts_is_not_mentioned():
    def answer(w, k):
        return np.sort(np.abs(w))[-2:].copy() if k == 3 else np.sort(np.abs(w))[-k:].copy()

    def largest(w, k):
        return np.sort(np.abs(w))[-k:].copy()

    make = lambda: (np.array([1.5, -0.37, 2.123, -4.7, 0.11, 3.3]), 3)  # noqa: E731
    assert failing(answer, largest, make, ["w", "k"]) == "Correct except for 1 missing at the beginning of axis 0."
    assert "after" not in (failing(lambda w, k: largest(w, 2), largest, make, ["w", "k"]) or "")


def test_two_arguments_exchanged():
    def make():
        rng = np.random.default_rng(6)
        return rng.random((3, 4)) + 0.1, rng.random((3, 4)) + 0.1

    said = failing(lambda p, q: divergence(q, p), divergence, make, ["p", "q"])
    assert said == "It would be right after `p, q = q, p`."


def divergence(p, q):
    return float((p * np.log(p / q)).sum())


def test_the_part_of_a_sum_that_is_wrong():
    def gradient(z, T, alpha):
        return alpha * T * np.exp(z / T) + (1 - alpha) * z

    def wrong(z, T, alpha):
        return alpha / T * np.exp(z / T) + (1 - alpha) * z

    said = failing(wrong, gradient, lambda: (*batch(), 0.3), ["z", "T", "alpha"])
    assert said == (
        "The part that remains at alpha = 1 is 1/16 times the expected one; here 1/T^2 = 1/16. "
        "The part at alpha = 0 is right."
    )


def test_a_small_mask_is_judged_by_similar_calls():
    def largest(w, k):
        mask = np.zeros(w.size, bool)
        mask[np.argsort(-np.abs(w), kind="stable")[:k]] = True
        return mask

    def without_abs(w, k):
        mask = np.zeros(w.size, bool)
        mask[np.argsort(-w, kind="stable")[:k]] = True
        return mask

    make = lambda: (np.array([3.0, -4.0, 1.0, -2.0, 0.5]), 2)  # noqa: E731
    said = failing(without_abs, largest, make, ["w", "k"])
    assert said == "It keeps the 2 entries with the largest w; others are expected (2)."


def test_every_sentence_of_the_file_is_said_somewhere_and_every_key_is_in_the_file():
    package = PACKAGE / "kit" / "grading" / "diagnosis" / "patterns"
    source = "\n".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    keys = {key.removeprefix("pattern_") for key in read_messages() if "pattern_" in key}
    endings = "(_inside|_at)?(_one)?(_named)?"
    plain = {re.sub(f"{endings}$", "", key) for key in keys}
    said = set(re.findall(r'(?:seen|Observation)\(\s*f?"([a-z_]+)"', source))
    assert {key for key in said if not any(k == key or k.startswith(key) for k in keys)} == set()
    assert {key for key in plain if f'"{key}' not in source and f'"pattern_{key}"' not in source} == set()


def test_the_sentence_is_written_in_chinese_too():
    choose_language("zh")
    assert observe(16 * Z, Z, [("T", 4.0)]) == "每个元素都是应有值的 16 倍；这里 T^2 = 16。"
    assert observe((1.5, -Z), (1.5, Z), []) == "[1] 处：每个元素的符号都相反。"
