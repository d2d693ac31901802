"""A difference is found where a learner should look first, and is said with its place, its size and its tolerance."""

import random
import warnings

import numpy as np
import pytest
from verdicts import rows, verdict

from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel
from minicompress.kit.grading.submission import Submission

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
