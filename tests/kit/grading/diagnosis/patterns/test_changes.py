"""Changes to arguments read as Python, change one argument as they say, and leave the others alone."""

import numpy as np
import pytest

from minicompress.kit.grading.diagnosis.patterns.changes import changes, is_odd
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel


def after(text, args, names):
    """The arguments after the change of this text."""
    (change,) = (change for found, change in changes(args, names) if found == text)
    args = list(args)
    change(args)
    return args


W = np.array([[1.5, -2.0, 3.0], [-4.0, 5.0, -6.5]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T = 1", [1.0, 0.25]),
        ("T = T**2", [16.0, 0.25]),
        ("T = sqrt(T)", [2.0, 0.25]),
        ("alpha = 1 - alpha", [4.0, 0.75]),
        ("alpha = 100 * alpha", [4.0, 25.0]),
        ("T, alpha = alpha, T", [0.25, 4.0]),
        ("T = alpha", [0.25, 0.25]),
    ],
)
def test_a_number_is_taken_for_another(text, expected):
    assert after(text, [4.0, 0.25], ["T", "alpha"]) == expected


def test_a_change_that_leaves_a_number_as_it_is_is_left_out():
    texts = [text for text, _ in changes([1.0, 0], ["T", "k"])]
    assert "T = 1" not in texts
    assert "T = T**2" not in texts
    assert "k = 0" not in texts
    assert "k = -k" not in texts
    assert "k = k + 1" in texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w = abs(w)", np.abs(W)),
        ("w = w.T", W.T),
        ("w = w[::-1]", W[::-1]),
        ("w = w - w.mean(axis=-1)", W - W.mean(axis=1)[:, None]),
        ("w = roll(w, 1)", W[[1, 0]]),
    ],
)
def test_an_array_is_changed_as_the_text_says(text, expected):
    changed, flag = after(text, [W, True], ["w", "keep"])
    np.testing.assert_array_equal(changed, expected)
    assert flag is True


def test_flags_lists_and_models_have_changes_of_their_own():
    assert after("keep = not keep", [W, True], ["w", "keep"])[1] is False
    doubled = after("ws = ws[::-1]", [[W, W[:1]]], ["ws"])[0]
    assert [w.shape for w in doubled] == [(1, 3), (2, 3)]
    model = StandInModel(StandInLayer(W.copy()), StandInLayer())
    assert (after("w[...] = abs(w)", [model], ["model"])[0].layers[0].weights[0] == np.abs(W)).all()


def test_what_nobody_does_on_purpose_is_odd():
    assert is_odd("w = exp(w)", ["w", "b"])
    assert is_odd("w = b", ["w", "b"])
    assert not is_odd("w = abs(w)", ["w", "b"])
