"""Only plain numbers and base arrays are compared: what only looks like one is refused by its name."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from minicompress.kit.grading.comparison.compare import CheckFailed
from minicompress.kit.grading.comparison.plain_values import Foreign, is_plain
from minicompress.kit.grading.stand_ins import StandInLayer
from minicompress.kit.grading.submission import Submission


class Agreeable(np.ndarray):
    """Equal to everything."""

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return np.True_


class LyingFloat(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __eq__(self, other):
        return True

    __hash__ = None


class Disguised:
    """Says that it is an array."""

    __class__ = np.ndarray
    shape, dtype, ndim = (2,), np.dtype(float), 1


def message(returned, expected):
    submission = Submission(lambda: returned, "f")
    with pytest.raises(CheckFailed) as failure:
        submission.agrees_with(lambda: expected, lambda: ())
    return str(failure.value)


REFUSED = {
    "MaskedArray": np.ma.masked_array([9.0, 9.0], mask=True),
    "Agreeable": np.ones(2).view(Agreeable),
    "longdouble": np.ones(2, np.longdouble),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_array_of_another_type_is_refused_by_its_name(name):
    text = message(REFUSED[name], np.zeros(2))
    assert "only plain numbers and arrays are" in text
    assert (name if name != "longdouble" else str(np.dtype(np.longdouble))) in text


@pytest.mark.parametrize("returned", [LyingFloat(3.0), np.longdouble(3.0)], ids=["subclass", "longdouble"])
def test_a_number_of_another_type_is_refused_by_its_name(returned):
    text = message(returned, 1.0)
    assert "only plain numbers and arrays are" in text
    assert type(returned).__name__ in text


@pytest.mark.parametrize("returned", [Disguised(), np.array([None, "x"], object), np.zeros(2, "datetime64[s]")])
def test_an_object_that_is_no_number_is_a_wrong_type(returned):
    assert message(returned, np.zeros(2)).startswith("It returned a wrong type.")


def test_every_refused_value_is_refused_inside_a_container_too():
    assert "MaskedArray" in message([REFUSED["MaskedArray"]], [np.zeros(2)])
    assert "MaskedArray" in message({"w": (REFUSED["MaskedArray"],)}, {"w": (np.zeros(2),)})


def test_an_object_with_a_state_of_the_learners_own_is_not_asked_for_it():
    class Model:
        def state(self):
            return {".w": np.zeros(2)}

    assert message(Model(), np.zeros(2)).startswith("It returned a wrong type.")


def test_a_state_that_the_answer_put_on_an_argument_is_not_read():
    def answer(layer):
        layer.weights[0][...] = 7
        layer.state = lambda: {".weights[0]": np.zeros(2)}

    submission = Submission(answer, "f")
    with pytest.raises(CheckFailed, match="changed an argument"):
        submission.agrees_with(lambda layer: None, lambda: (StandInLayer(np.zeros(2)),))


def test_containers_of_a_subclass_count_as_what_they_are():
    Pair = namedtuple("Pair", "q s")
    submission = Submission(lambda: Pair(np.zeros(2), 1.0), "f")
    submission.agrees_with(lambda: (np.zeros(2), 1.0), lambda: ())
    submission = Submission(lambda: OrderedDict(a=1.0), "f")
    submission.agrees_with(lambda: {"a": 1.0}, lambda: ())


@pytest.mark.parametrize("value", [1, 1.0, True, "x", None, np.float16(1), np.int8(1), np.True_, np.zeros(2, "u2")])
def test_numbers_text_and_base_arrays_are_plain(value):
    assert is_plain(value)


def test_the_name_says_where_numpys_types_come_from():
    assert Foreign.of(REFUSED["MaskedArray"]).kind == "numpy.MaskedArray"
    assert Foreign.of(LyingFloat(1)).kind == "LyingFloat"
