"""What a call did is kept as leaves and a trace: two answers are told apart, two writings of one mistake are not."""

import numpy as np
import pytest

from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.comparison.observation import Outcome, Structure, Trace, leaves, same_leaves
from minicompress.kit.grading.submission import Submission

F32 = np.float32


def test_leaves_are_copies_and_containers_are_leaves_of_their_own():
    w = np.ones(2)
    (_, structure), (path, leaf), _ = leaves([w, 3.0], "x")
    w[0] = 9
    assert structure == Structure("list", 2)
    assert (path, leaf.tolist()) == ("x[0]", [1.0, 1.0])


def test_leaves_end_at_a_list_that_holds_itself():
    endless = []
    endless.append(endless)
    assert len(leaves(endless)) < 12


def test_leaves_end_at_an_object_whose_state_is_itself():
    class Mirror:
        def state(self):
            return {".self": self}

    assert len(leaves(Mirror())) < 12


def test_same_leaves_is_exact_and_takes_nan_for_nan():
    assert same_leaves(leaves([np.nan, np.array([np.nan])]), leaves([np.nan, np.array([np.nan])]))
    assert not same_leaves(leaves([1.0]), leaves([1]))
    assert not same_leaves(leaves(np.zeros(1, F32)), leaves(np.zeros(1)))
    assert not same_leaves(leaves([1.0]), leaves([1.0, 2.0]))
    assert not same_leaves(leaves(np.array(1.0)), leaves(np.float64(1.0)))


def trace(*returned_values, errors=()):
    outcomes = [Outcome(returned=value, returned_leaves=leaves(value)) for value in returned_values]
    return Trace(outcomes + [Outcome(error=error) for error in errors])


def test_traces_agree_within_what_arithmetic_makes_of_one_mistake():
    assert trace(1.0).agrees_with(trace(1.0 + 5e-5))
    assert not trace(1.0).agrees_with(trace(1.0 + 5e-4))
    assert trace(0.0).agrees_with(trace(5e-7))
    assert trace(np.ones(3, F32)).agrees_with(trace(np.ones(3)))
    assert trace(F32(0.1)).agrees_with(trace(0.1))


def test_traces_of_whole_numbers_agree_to_the_last_one_whatever_their_type():
    codes = np.array([31743, 2, 3], np.uint16)
    assert trace(codes).agrees_with(trace(codes.astype(np.int64)))
    assert not trace(codes).agrees_with(trace(codes + 1))
    assert not trace(31743).agrees_with(trace(31744))
    assert trace(codes).agrees_with(trace(codes * 1.00001))  # a float is near, not equal


def test_traces_differ_in_kind_shape_and_number_of_calls():
    assert not trace([1.0]).agrees_with(trace((1.0,)))
    assert not trace(np.ones(1)).agrees_with(trace(1.0))
    assert not trace(np.ones((1, 2))).agrees_with(trace(np.ones((2, 1))))
    assert not trace(1.0, 1.0).agrees_with(trace(1.0))
    assert not trace(None).agrees_with(trace("text"))


def test_traces_tell_nan_from_infinity_and_both_from_large_numbers():
    values = [np.nan, np.inf, -np.inf, 1e299]
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            assert trace(one).agrees_with(trace(other)) == (i == j)


def test_traces_compare_errors_by_type_and_wording_without_numbers():
    shapes = ValueError("shapes (3,5) and (2,3)"), ValueError("shapes (1,) and (7,9)")
    assert trace(errors=shapes[:1]).agrees_with(trace(errors=shapes[1:]))
    assert not trace(errors=[ValueError("one thing")]).agrees_with(trace(errors=[ValueError("another")]))
    assert not trace(errors=[ValueError("x")]).agrees_with(trace(errors=[TypeError("x")]))


def test_traces_of_errors_that_were_due_compare_types_and_no_words():
    def due(error):
        return Trace([Outcome(error=error, expects_error=True)])

    assert due(ValueError("mine")).agrees_with(due(ValueError("yours, and longer")))
    assert not due(ValueError("x")).agrees_with(due(TypeError("x")))
    assert not due(ValueError("x")).agrees_with(due(None))


@pytest.mark.parametrize(
    "odd", [np.array(["a", "b"]), np.array([None, 1], object), np.array([1j, 2]), 1j, b"x", object()]
)
def test_traces_of_odd_values_compare_without_an_error(odd):
    assert trace(odd).agrees_with(trace(odd))
    assert not trace(odd).agrees_with(trace(None))
    assert not trace(odd).agrees_with(trace(np.ones(2)))


def raising(text):
    """An answer whose own words are `text`."""

    def answer(x):
        raise ValueError(text)

    return answer


def without_a_raise(text):
    return lambda x: int(text)


def trace_of(answer):
    submission = Submission(answer, "f")
    with pytest.raises(CheckFailed):
        submission.agrees_with(lambda x: 1.0, lambda: (2.0,))
    return Trace(submission.tape)


def test_the_words_of_an_answers_own_raise_say_nothing_of_its_mistake():
    assert trace_of(raising("the batch is empty")).agrees_with(trace_of(raising("n must be positive")))
    assert not trace_of(without_a_raise("seven")).agrees_with(trace_of(without_a_raise("eleven")))
    assert not trace_of(raising("seven")).agrees_with(trace_of(without_a_raise("seven")))
