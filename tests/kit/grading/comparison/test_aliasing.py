"""A returned array is new: no view of an argument, no argument, nothing that an earlier call returned."""

import numpy as np
import pytest

from minicompress.kit.grading.comparison.aliasing import arrays_in, first_shared
from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel
from minicompress.kit.grading.submission import Submission


def same(x):
    return np.array(x)


VIEWS = {
    "the argument": lambda x: x,
    "all of it": lambda x: x[:],
    "asarray": lambda x: np.asarray(x, x.dtype),
    "another shape": lambda x: x.reshape(4),
    "turned over and back": lambda x: x[::-1][::-1],
    "in a list": lambda x: [x],
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_an_argument_is_no_new_array(name):
    view = VIEWS[name]

    def reference(x):
        copied = view(x)
        return [copied[0].copy()] if isinstance(copied, list) else copied.copy()

    submission = Submission(view, "f")
    with pytest.raises(CheckFailed, match="not new: it shares memory with the argument `x`"):
        submission.agrees_with(reference, lambda: (np.arange(4.0).reshape(2, 2),))
    submission.agrees_with(reference, lambda: (np.arange(4.0).reshape(2, 2),), new=False)


def test_a_copy_is_new_and_an_empty_array_shares_nothing():
    Submission(np.copy, "f").agrees_with(same, lambda: (np.arange(4.0),))
    Submission(lambda x: x, "f").agrees_with(same, lambda: (np.zeros((0, 3)),))


def test_an_array_inside_a_model_counts_as_an_argument():
    def reference(model):
        return model.layers[0].weights[0].copy()

    submission = Submission(lambda model: model.layers[0].weights[0], "f")
    with pytest.raises(CheckFailed, match=r"the argument `model\.layers\[0\]\.weights\[0\]`"):
        submission.agrees_with(reference, lambda: (StandInModel(StandInLayer(np.ones(3))),))


def test_an_array_of_an_earlier_call_is_not_new():
    buffer = np.zeros(3)

    def answer(x):
        buffer[...] = x
        return buffer

    submission = Submission(answer, "f")
    submission.agrees_with(same, lambda: (np.arange(3.0),))
    with pytest.raises(CheckFailed, match="what an earlier call returned"):
        submission.agrees_with(same, lambda: (np.ones(3),))


def test_a_changed_argument_is_told_before_and_a_wrong_value_after():
    def changes(x):
        x += 1
        return x

    with pytest.raises(CheckFailed, match="changed an argument"):
        Submission(changes, "f").agrees_with(same, lambda: (np.ones(3),))
    with pytest.raises(CheckFailed, match="not new"):
        Submission(lambda x: x, "f").agrees_with(lambda x: x + 1, lambda: (np.ones(3),))


def test_interleaved_views_share_a_range_of_memory_but_no_element():
    x = np.arange(6.0)
    assert first_shared(arrays_in(x[::2], "a"), arrays_in(x[1::2], "b")) is None
    assert first_shared(arrays_in(x[::2], "a"), arrays_in(x[2:], "b")) == ("a", "b")
