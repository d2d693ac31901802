"""The call in a message can be pasted: it is Python that makes equal arguments; where it is too long, it says so."""

import functools

import numpy as np
import pytest

from minicompress.kit.catalog import read_catalog
from minicompress.kit.grading import stand_ins
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.comparison.observation import leaves, same_leaves
from minicompress.kit.grading.comparison.pasting import MOST_CHARACTERS, NotPasteable, paste
from minicompress.kit.grading.comparison.wording import describe_call, show
from minicompress.kit.grading.submission import Submission
from minicompress.kit.places import content

NAMES = {"np": np, **{name: getattr(stand_ins, name) for name in stand_ins.__all__}}

VALUES = {
    "float32": np.array([[0.1, -0.0], [1e-30, 3.0]], dtype=np.float32),
    "float64": np.array([1 / 3, -1e300]),
    "float16": np.array([[0.1]], dtype=np.float16),
    "not finite": np.array([np.nan, np.inf, -np.inf], dtype=np.float32),
    "integers": np.array([[-128, 127]], dtype=np.int8),
    "unsigned": np.array([255], dtype=np.uint8),
    "large integers": np.array([2**63], dtype=np.uint64),
    "truth": np.array([True, False]),
    "no entries": np.zeros((0, 3), dtype=np.float32),
    "no axes": np.array(0.5, dtype=np.float32),
    "all equal": np.full((30, 40), 0.1, dtype=np.float32),
    "all zero": np.zeros((3, 5)),
    "all minus zero": np.array([-0.0] * 6),
    "all NaN": np.full(7, np.nan),
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "a step of two": np.arange(6)[::2],
    "numbers": (1, 0.1, True, None, "text", float("inf"), np.float32(0.1), np.int64(3), np.float64(1 / 3)),
    "one in a tuple": (np.array([1.0]),),
    "nested": [{"w": np.array([1.0]), 3: [(), []]}, b"x"],
    "a model": stand_ins.StandInModel(
        stand_ins.StandInLayer(np.array([[0.1, 2.0]], dtype=np.float32), bias=np.zeros(1, np.float32)),
        stand_ins.StandInLayer(),
        stand_ins.StandInLayer(np.ones(3), np.ones((2, 2))),
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_what_is_pasted_is_equal_to_the_bit(name):
    value = VALUES[name]
    again = eval(paste(value), dict(NAMES))
    assert same_leaves(leaves(again), leaves(value))
    if isinstance(value, np.ndarray):
        assert (again.dtype, again.shape, np.signbit(again).tolist()) == (
            value.dtype,
            value.shape,
            np.signbit(value).tolist(),
        )


@pytest.mark.parametrize(
    "value", [lambda x: x, object(), np.array([None]), np.array(["a"]), iter([1]), np.arange(200), np.ma.array([1])]
)
def test_what_has_no_short_python_is_not_pasted(value):
    with pytest.raises(NotPasteable):
        paste(value)


def test_large_arrays_are_kept_beside_the_text():
    kept, large = {}, np.random.default_rng(0).normal(size=(20, 30))
    text = paste((large, np.ones(2), [large[:7] + 1]), kept)
    assert text == '(arrays["a1"], np.array([1.0, 1.0]), [arrays["a2"]])'
    assert same_leaves(leaves(eval(text, {"np": np, "arrays": kept})), leaves((large, np.ones(2), [large[:7] + 1])))


def test_a_call_that_is_too_long_shows_what_its_arguments_are_and_is_balanced():
    class Odd:
        def __repr__(self):
            return "Odd([(" + "x" * 500

    rng = np.random.default_rng(0)
    arrays = rng.normal(size=(3, 50)).astype(np.float32), [rng.normal(size=300)] * 8
    text = describe_call("f", (*arrays, "s" * 500, Odd()))
    assert text.startswith("f(<float32 array (3, 50)>, [<float64 array (300,)>, ")
    for left, right in ("()", "[]", "<>"):
        assert text.count(left) == text.count(right)
    assert text.count("'") % 2 == 0


def test_what_shows_an_address_is_shown_by_its_type():
    assert [show(value) for value in (object(), (i for i in ()))] == ["<object>", "<generator>"]
    assert "0x" not in describe_call("f", (lambda x: x, iter([])))


@pytest.mark.parametrize("exercise", read_catalog().values(), ids=lambda exercise: exercise.id)
def test_every_call_of_every_check_is_either_pasteable_or_clearly_not(exercise):
    answer = load_function(content().solution(exercise.id), exercise.slug)
    texts = []

    @functools.wraps(answer)
    def spy(*args):
        text = describe_call("args_of", args)
        if "<" not in text:
            again = eval(text, {**NAMES, "args_of": lambda *given: given})
            assert same_leaves(leaves(again), leaves(args)), text
            assert len(text) <= MOST_CHARACTERS
        texts.append(text)
        return answer(*args)

    for check in load_checks(exercise.id):
        check.function(Submission(spy, exercise.slug))
    assert texts
    for text in texts:
        assert text.count("(") == text.count(")")
        assert "array(" not in text.replace("np.array(", "")
