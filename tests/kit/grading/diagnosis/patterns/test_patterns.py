"""A pattern is said where it holds for every entry and is no chance, in the words of this call, and never raises."""

import re

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from failing_calls import Z
from hypothesis import given, settings

from minicompress.kit.grading.diagnosis.patterns import observe
from minicompress.kit.language import choose_language, read_messages
from minicompress.kit.places import PACKAGE


def test_the_part_of_a_tuple_is_named():
    assert observe((1.5, -Z), (1.5, Z), []) == "[1]: Every entry has the opposite sign."
    assert observe({"loss": 1.5, "dz": -Z}, {"loss": 1.5, "dz": Z}, []) == "['dz']: Every entry has the opposite sign."


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
        (Z, np.random.default_rng(1).normal(size=(5, 4))),
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
