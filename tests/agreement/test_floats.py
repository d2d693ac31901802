"""The exercises on short floats hold on every code, every tie and its neighbours, and agree with the library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.diagnosis.answers import right_answers, wrong_answers
from minicompress.kit.grading.grade import grade_function
from minicompress.kit.places import content
from minicompress.quantization.formats import BFLOAT16, FLOAT8_E4M3, FLOAT8_E5M2, FLOAT16, decode_float, encode_float


def answers(exercise_id):
    """The solution and the right answers, as functions."""
    names = {}
    exec(content().solution(exercise_id).read_text(encoding="utf-8"), names)
    return [names[exercise_id.split("/")[1]], *(answer.function for answer in right_answers(exercise_id))]


def all_codes_and_ties(format):
    """Every number of a format in float32, every tie between neighbours, the float32 beside each; both signs."""
    values = decode_float(np.arange(format.largest_code + 1), format, np.float64)
    step_after = values[-1] - values[-2]
    values = np.append(values, values[-1] + step_after)
    x = np.concatenate([values, (values[:-1] + values[1:]) / 2])
    with np.errstate(over="ignore"):  # the number that would follow bfloat16's largest is infinity in float32
        x = x.astype(np.float32)
    x = np.concatenate([x, np.nextafter(x, np.float32(0)), np.nextafter(x, np.float32(np.inf)), np.float32([np.nan])])
    return np.concatenate([x, -x])


@pytest.mark.parametrize("format", [FLOAT16, BFLOAT16], ids=lambda f: f.name)
def test_sixteen_bits_agree_on_every_code_and_tie(format):
    x = all_codes_and_ties(format)
    expected = encode_float(x, format)
    solution, *others = answers("quantization/float16_bfloat16")
    np.testing.assert_array_equal(solution(x, format.name), expected)
    for other in others:
        part = x if other.__name__ != "one_number_at_a_time_with_guard_and_sticky_bits" else x[::23]
        np.testing.assert_array_equal(other(part, format.name), encode_float(part, format), err_msg=other.__name__)


@given(st.lists(st.integers(0, 2**32 - 1), max_size=12), st.sampled_from([FLOAT16, BFLOAT16]))
def test_sixteen_bits_agree_on_any_bits_of_float32(bits, format):
    x = np.array(bits, np.uint32).view(np.float32)
    for answer in answers("quantization/float16_bfloat16"):
        np.testing.assert_array_equal(answer(x, format.name), encode_float(x, format))


def test_the_float16_solution_is_numpys_float16():
    x = all_codes_and_ties(FLOAT16)
    x = x[~np.isnan(x)]
    (solution, *_) = answers("quantization/float16_bfloat16")
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(solution(x, "float16"), x.astype(np.float16).view(np.uint16))


def test_the_bfloat16_solution_is_pytorchs_bfloat16():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    x = all_codes_and_ties(BFLOAT16)
    x = x[~np.isnan(x)]
    (solution, *_) = answers("quantization/float16_bfloat16")
    theirs = torch.from_numpy(x).to(torch.bfloat16).view(torch.uint16).numpy()
    np.testing.assert_array_equal(solution(x, "bfloat16"), theirs)


EIGHT = {"e4m3": FLOAT8_E4M3, "e5m2": FLOAT8_E5M2}


@pytest.mark.parametrize("saturate", [True, False])
@pytest.mark.parametrize("kind", EIGHT)
def test_eight_bits_agree_on_every_code_and_tie(kind, saturate):
    x = np.concatenate([all_codes_and_ties(EIGHT[kind]), np.float32([np.inf, -np.inf, 1e30, 1e-30])])
    codes = encode_float(x, EIGHT[kind], saturate=saturate)
    values = decode_float(codes, EIGHT[kind])
    for answer in answers("quantization/float8"):
        q, y = answer(x, kind, saturate)
        np.testing.assert_array_equal(q, codes, err_msg=answer.__name__)
        np.testing.assert_array_equal(y, values, err_msg=answer.__name__)


@given(st.lists(st.integers(0, 2**32 - 1), max_size=12), st.sampled_from(list(EIGHT)), st.booleans())
def test_eight_bits_agree_on_any_bits_of_float32(bits, kind, saturate):
    x = np.array(bits, np.uint32).view(np.float32)
    for answer in answers("quantization/float8"):
        with np.errstate(invalid="ignore"):  # a signalling NaN
            q, _ = answer(x, kind, saturate)
        np.testing.assert_array_equal(q, encode_float(x, EIGHT[kind], saturate=saturate), err_msg=answer.__name__)


@pytest.mark.parametrize(("kind", "name"), [("e4m3", "float8_e4m3fn"), ("e5m2", "float8_e5m2")])
def test_the_float8_solution_is_pytorchs_where_pytorch_saturates_or_not(kind, name):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    x = np.append(all_codes_and_ties(EIGHT[kind]), np.float32([np.inf, -np.inf, 500, 1e30]))
    theirs = torch.from_numpy(x).to(getattr(torch, name))
    (solution, *_) = answers("quantization/float8")
    q, y = solution(x, kind, kind == "e4m3")
    np.testing.assert_array_equal(q, theirs.view(torch.uint8).numpy())
    np.testing.assert_array_equal(y, theirs.float().numpy())


@pytest.mark.parametrize("slug", ["float16_bfloat16", "float8"])
def test_a_verdict_on_nan_comes_without_a_warning_and_with_its_diagnosis(slug):
    """The inputs hold signalling NaNs; here a warning is an error."""
    exercise = find_exercise(f"quantization/{slug}")
    answer = next(
        answer for answer in wrong_answers(exercise.id) if answer.name.startswith(("nan_is_clipped", "nan_sat"))
    )
    failed = [result for result in grade_function(exercise, answer.function) if not result.passed]
    assert failed
    assert {result.diagnosis for result in failed} == {answer.diagnosis}
