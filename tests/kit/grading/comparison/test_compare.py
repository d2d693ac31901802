"""A difference is found where a learner should look first, and is said with its place, its size and its tolerance."""

import random
import warnings

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from minicompress.kit.grading.comparison.compare import CheckFailed, Tolerance
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel
from minicompress.kit.grading.submission import Submission

F32 = np.float32


def verdict(answer, reference, *args, **tolerance):
    """The message that `answer` gets on these arguments, or None if it agrees with `reference`."""
    submission = Submission(answer, "f")

    def make():
        return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)

    try:
        submission.agrees_with(reference, make, **tolerance)
    except CheckFailed as failure:
        return str(failure)
    return None


def returned(got, expected, **tolerance):
    return verdict(lambda: got, lambda: expected, **tolerance)


def rows(message):
    """{label: value} of the lines under the first."""
    return dict(line.split(": ", 1) for line in message.splitlines()[1:])


def test_a_number_that_overflowed_is_not_the_large_number_it_should_be():
    assert returned(np.float32(np.inf), 1e39) is not None
    assert returned(np.float16(1.0), 1.0001) is not None
    assert returned(np.float16(1.0), 1.0001, rtol=1e-3) is None


# --- the order of failures ------------------------------------------------------------------------------------------


def zero_first(w):
    w[0] = 0
    return 1.0


def test_an_exception_goes_before_everything_and_names_the_line():
    def answer(w):
        w[1] = 5
        return 1 / 0

    message = verdict(answer, zero_first, np.ones(2))
    assert message.startswith("It raised ZeroDivisionError: division by zero")
    assert rows(message)["call"] == "f(np.array([1.0, 1.0]))"
    assert rows(message)["line"].endswith("return 1 / 0")


def test_an_exit_and_a_lack_of_memory_are_told_in_words():
    def leaves_the_room(w):
        raise SystemExit(3)

    def asks_for_too_much(w):
        raise MemoryError

    assert verdict(leaves_the_room, zero_first, np.ones(2)).startswith("It called sys.exit(3).")
    assert verdict(asks_for_too_much, zero_first, np.ones(2)).startswith("It asked for more than 1 GiB of memory")


def test_an_error_without_words_is_told_by_its_name_and_one_of_many_lines_by_its_first():
    def answer(w):
        raise KeyError

    def talkative(w):
        raise ValueError("first\nsecond")

    assert verdict(answer, zero_first, np.ones(2)).splitlines()[0] == "It raised KeyError"
    assert verdict(talkative, zero_first, np.ones(2)).splitlines()[0] == "It raised ValueError: first"


def test_a_touched_random_state_goes_before_a_wrong_value():
    def answer(w):
        np.random.seed(0)  # noqa: NPY002
        return 2.0

    assert "global random state" in verdict(answer, zero_first, np.ones(2))


def test_what_is_returned_goes_before_the_state_of_the_arguments():
    assert verdict(lambda w: None, zero_first, np.ones(2)).startswith("It returned None")
    assert verdict(lambda w: 2.0, zero_first, np.ones(2)).startswith("It returned a wrong value.")
    assert verdict(lambda w: 1.0, zero_first, np.ones(2)).startswith("It left the argument as it was")


def test_type_goes_before_shape_shape_before_dtype_dtype_before_value():
    expected = np.zeros((2, 3), F32)
    assert returned([[0.0] * 3] * 2, expected).startswith("It returned a wrong type.")
    assert returned(np.ones((3, 2), np.int64), expected).startswith("It returned a wrong shape.")
    assert returned(np.ones((2, 3), np.int64), expected).startswith("It returned a wrong dtype.")
    assert returned(np.ones((2, 3), np.float64), expected).startswith("It returned a wrong value.")
    assert returned(np.zeros((2, 3), np.float64), expected) is None


# --- what is returned -----------------------------------------------------------------------------------------------


def test_the_first_differing_entry_is_named_with_got_expected_tolerance_and_extent():
    got, expected = np.zeros((2, 3)), np.zeros((2, 3))
    got[0, 2], got[1, 1] = 0.5, 0.25
    message = returned(got, expected, rtol=1e-3, atol=1e-6)
    assert rows(message) == {
        "call": "f()",
        "at": "[0, 2]",
        "got": "0.5",
        "expected": "0.0",
        "tolerance": "1e-06 + 0.001 * |expected|",
        "differing": "2 of 6 entries",
    }


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-9, 9, width=32)), st.data())
def test_the_index_that_is_named_is_the_first_that_differs(expected, data):
    got = expected.copy()
    wrong = data.draw(st.sets(st.integers(0, got.size - 1), min_size=1))
    for i in wrong:
        got.flat[i] += 1
    message = rows(returned(got, expected, atol=0.5))
    assert message["at"] == f"[{', '.join(map(str, np.unravel_index(min(wrong), got.shape)))}]"
    if got.size > 1:
        assert message["differing"] == f"{len(wrong)} of {got.size} entries"


FINITE = st.floats(-1e3, 1e3)


@given(FINITE, FINITE, st.floats(0, 1), st.floats(0, 10))
def test_the_tolerance_is_what_its_text_says(got, expected, rtol, atol):
    bound = atol + rtol * abs(expected)
    assume(abs(abs(got - expected) - bound) > 1e-9)  # at the bound itself rounding decides
    assert (returned(got, expected, rtol=rtol, atol=atol) is None) == (abs(got - expected) <= bound)


def test_exactness_is_said_where_no_tolerance_holds():
    assert rows(returned(np.array([1.0]), np.array([2.0])))["tolerance"] == "exact"
    assert str(Tolerance(atol=0.5)) == "0.5"
    assert str(Tolerance(rtol=0.1)) == "0.1 * |expected|"


def test_a_difference_of_exactly_the_tolerance_is_accepted_and_a_larger_one_is_not():
    assert returned(1.5, 1.0, atol=0.5) is None
    assert returned(np.array([1.5]), np.array([1.0]), rtol=0.5) is None
    assert returned(1.5000001, 1.0, atol=0.5) is not None
    assert returned(1.0, 2.0, rtol=0.5) is None  # of the expected value, not of the larger one


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_equal_themselves_and_nothing_else(value):
    assert returned(float(value), float(value)) is None
    assert returned(np.array([1.0, value]), np.array([1.0, value]), atol=1.0) is None
    assert returned(1.0, float(value), rtol=0.1, atol=1e9) is not None
    assert returned(float(value), 1.0, rtol=0.1, atol=1e9) is not None
    assert returned(np.inf, -np.inf, rtol=0.1) is not None


@pytest.mark.parametrize("got", [0.5, F32(0.5), np.float64(0.5), np.array(0.5), np.float16(0.5)])
def test_numpy_scalars_and_0d_arrays_count_as_numbers(got):
    assert returned(got, 0.5) is None


def test_a_whole_number_counts_as_a_number_and_numpy_integers_as_integers():
    assert returned(1, 1.0) is None
    assert returned(np.int64(3), 3) is None
    assert returned(3, np.int8(3)) is None
    assert "a wrong type" in returned(3.0, 3)


@pytest.mark.parametrize("got", [True, np.True_, "0.5", None, [0.5], (0.5,), np.array([0.5]), {"x": 1.0}, object()])
def test_what_is_no_number_is_a_wrong_type_where_a_number_is_due(got):
    message = returned(got, 1.0)
    assert "a wrong type" in message or "returned None" in message


def test_a_bool_is_no_integer():
    assert "a wrong type" in returned(True, 1)


def test_a_list_is_no_tuple_and_lengths_go_before_elements():
    assert "a wrong type" in returned((1.0, 2.0), [1.0, 2.0])
    message = returned([9.0], [1.0, 2.0])
    assert "a wrong length" in message
    assert (rows(message)["got"], rows(message)["expected"]) == ("1", "2")


@pytest.mark.parametrize(("got", "kind"), [(np.ones(2), "numpy.ndarray (2,)"), (1.0, "float"), ({}, "dict")])
def test_what_is_no_list_is_a_wrong_type_where_a_list_is_due(got, kind):
    message = returned(got, [1.0, 2.0])
    assert "a wrong type" in message
    assert (rows(message)["got"], rows(message)["expected"]) == (kind, "list")


def test_an_element_of_a_list_is_named_by_its_index():
    assert rows(returned([1.0, 2.0, 3.0], [1.0, 2.5, 3.0]))["at"] == "[1]"
    assert rows(returned({"s": [1.0]}, {"s": [2.0]}))["at"] == "['s'][0]"


def test_an_empty_array_agrees_with_an_empty_array_of_its_shape_only():
    assert returned(np.zeros((0, 3)), np.zeros((0, 3))) is None
    assert "a wrong shape" in returned(np.zeros((3, 0)), np.zeros((0, 3)))


def test_a_0d_array_and_a_numpy_number_are_shown_plainly():
    message = rows(returned(np.array(1.5), np.array(2.5)))
    assert (message["got"], message["expected"]) == ("1.5", "2.5")
    assert "at" not in message
    assert rows(returned(F32(0.1), 1.0))["got"] == "0.1"
    assert rows(returned(np.float64(0.1), 1.0))["got"] == "0.1"


def test_none_agrees_with_none():
    assert returned(None, None) is None
    assert returned(0.0, None) is not None


# --- the arguments ----------------------------------------------------------------------------------------------------


def test_an_input_that_should_only_be_read_must_not_change():
    def answer(x):
        x += 1
        return x.sum() - x.size

    message = verdict(answer, lambda x: x.sum(), np.ones(3))
    assert message.startswith("It changed an argument that it should only read.")
    assert rows(message)["at"] == "x[0] after the call"


def test_an_array_that_must_change_in_place_is_not_replaced_by_a_copy():
    def answer(w):
        w = w.copy()
        w[0] = 0
        return 1.0

    message = verdict(answer, zero_first, np.ones(2))
    assert message.startswith("It left the argument as it was; the change must be made in place")
    assert (rows(message)["at"], rows(message)["got"], rows(message)["expected"]) == (
        "w[0] after the call",
        "1.0",
        "0.0",
    )


def test_a_wrong_change_is_told_from_no_change():
    def answer(w):
        w[1] = 0
        return 1.0

    assert verdict(answer, zero_first, np.ones(2)).startswith("After the call the argument holds a wrong value.")


def test_state_inside_objects_is_compared_at_any_depth():
    def answer(model):
        model.layers[0].weights[1][...] = 7

    submission = Submission(answer, "f")
    with pytest.raises(CheckFailed, match=r"model\.layers\[0\]\.weights\[1\]\[0\] after the call"):
        submission.agrees_with(lambda model: None, lambda: (StandInModel(StandInLayer(np.zeros(2), np.ones(1))),))


def test_a_parameter_that_the_reference_does_not_name_is_counted():
    submission = Submission(lambda *args: args[2].fill(9), "f")
    with pytest.raises(CheckFailed, match=r"argument 3\[0\] after the call"):
        submission.agrees_with(lambda x, *more: None, lambda: (1.0, 2.0, np.ones(1)))


# --- errors that must be raised ---------------------------------------------------------------------------------------


def refusal(answer, *args):
    try:
        Submission(answer, "f").rejects(ValueError, lambda: args)
    except CheckFailed as failure:
        return str(failure)
    return None


def test_what_is_not_put_back_after_a_callback_s_error_is_not_called_an_unchecked_input():
    def callback(_):
        raise RuntimeError("no score")

    def forgets(w, evaluate):
        w[0] = 0
        return evaluate(w)

    def puts_back(w, evaluate):
        saved = w.copy()
        try:
            return forgets(w, evaluate)
        finally:
            w[...] = saved

    Submission(puts_back, "f").passes_on(RuntimeError, lambda: (np.ones(2), callback))
    with pytest.raises(CheckFailed, match="finally") as failure:
        Submission(forgets, "f").passes_on(RuntimeError, lambda: (np.ones(2), callback))
    assert "before the first write" not in str(failure.value)


def raises(error):
    def answer(*args):
        raise error

    return answer


def test_the_right_error_and_its_subclasses_are_accepted():
    assert refusal(raises(ValueError("any text")), -1) is None
    assert refusal(raises(UnicodeError()), -1) is None


def test_no_error_another_error_and_a_stub_are_each_told():
    message = refusal(lambda t: 0.25, -1)
    assert message.startswith("It must raise ValueError here, but it returned.")
    assert (rows(message)["call"], rows(message)["got"]) == ("f(-1)", "0.25")
    message = rows(refusal(raises(TypeError("no")), -1))
    assert message["got"] == "TypeError: no"
    assert message["line"].endswith(": raise error")
    assert refusal(raises(NotImplementedError()), -1) == "Not written yet (NotImplementedError)."


def test_nothing_may_be_changed_before_the_error():
    def answer(w, t):
        w[0] = 0
        raise ValueError

    assert "had already changed an argument" in refusal(answer, np.ones(2), -1)


# --- watching a call --------------------------------------------------------------------------------------------------


def test_printing_is_told_from_returning():
    assert "printed its result" in verdict(lambda x: print(x), lambda x: x, 1.0)
    assert "returned None" in verdict(lambda x: print(" "), lambda x: x, 1.0)


def test_what_an_answer_prints_is_kept_off_the_screen(capsys):
    verdict(lambda x: print("noise") or x, lambda x: x, 1.0)
    assert capsys.readouterr().out == ""


def test_the_global_generators_are_left_as_they_were():
    np.random.seed(3)  # noqa: NPY002
    random.seed(3)
    before, python = np.random.get_state(), random.getstate()  # noqa: NPY002
    verdict(lambda x: np.random.random() + random.random(), lambda x: x, 1.0)  # noqa: NPY002
    after = np.random.get_state()  # noqa: NPY002
    assert (before[0], before[2:]) == (after[0], after[2:])
    assert (before[1] == after[1]).all()
    assert random.getstate() == python


def seeds_numpy(x):
    np.random.seed(0)  # noqa: NPY002
    return x


def seeds_python(x):
    random.seed(0)
    return x


def draws_a_whole_block(x):
    np.random.random(312)  # noqa: NPY002  # the generator is then at the same place of another block
    return x


def draws_once(x):
    random.random()
    return x


@pytest.mark.parametrize("answer", [seeds_numpy, seeds_python, draws_a_whole_block, draws_once])
def test_every_touch_of_the_global_generators_is_noticed_also_a_second_time(answer):
    seeds_numpy(0), seeds_python(0)
    for _ in range(2):
        assert "global random state" in verdict(answer, lambda x: x, 1.0)


def test_a_generator_of_its_own_is_no_touch():
    assert verdict(lambda x: x + 0 * np.random.default_rng(0).random(), lambda x: x, 1.0) is None


def test_warnings_and_numpys_error_settings_are_no_verdict():
    def warns(x):
        warnings.warn("beware", stacklevel=1)
        return float(np.log(np.zeros(1))[0])

    with np.errstate(all="raise"):
        assert verdict(warns, lambda x: -np.inf, 1.0) is None


def test_a_wrong_number_of_arguments_is_told_without_a_line():
    message = verdict(lambda: 1.0, lambda x: x, 1.0)
    assert message.startswith("It raised TypeError")
    assert rows(message) == {"call": "f(1.0)"}


def test_a_reference_that_fails_is_an_error_of_the_check_and_not_of_the_answer():
    with pytest.raises(ZeroDivisionError):
        verdict(lambda x: 1.0, lambda x: 1 / 0, 1.0)


# --- leaves and traces ------------------------------------------------------------------------------------------------


# --- values as text ---------------------------------------------------------------------------------------------------
