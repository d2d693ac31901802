"""What is said of a failed check that no known mistake explains: an observation and the smallest call."""

import re

import numpy as np
import pytest

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.child_process.runner import grade_files
from minicompress.kit.grading.diagnosis import remarks as module
from minicompress.kit.grading.grade import grade_function
from minicompress.kit.grading.recording import CheckResult
from minicompress.kit.language import choose_language
from minicompress.kit.places import content

KD = find_exercise("distillation/kd_loss")
MASK = find_exercise("pruning/magnitude_mask")
PRUNING = find_exercise("pruning/weight_pruning")


def right(exercise):
    return load_function(content().solution(exercise.id), exercise.slug)


def rows(result, label):
    """The texts of the rows with this label in a check's message."""
    return [line.split(": ", 1)[1] for line in result.message.splitlines() if line.startswith(f"{label}: ")]


def failed(results):
    return [result for result in results if not result.passed]


def seven_times(z_s, z_t, temperature, labels, alpha):
    loss, dz_s = right(KD)(z_s, z_t, temperature, labels, alpha)
    return 7 * loss, dz_s


def test_a_mistake_that_is_not_known_is_described():
    results = failed(grade_function(KD, seven_times))
    assert {result.diagnosis for result in results} == {None}
    assert rows(results[0], "observation") == ["[0]: It is 7 times the expected number."]


def test_the_smallest_call_can_be_pasted_and_fails():
    (text, *_) = rows(failed(grade_function(KD, seven_times))[0], "smallest call")
    call, got, expected = re.fullmatch(r"(kd_loss\(.*\)) gives (\(.*\)), expected (\(.*\))", text).groups()
    names = {"np": np, "kd_loss": seven_times}
    assert eval(call, names)[0] == pytest.approx(eval(got, names)[0])
    names["kd_loss"] = right(KD)
    assert eval(call, names)[0] == pytest.approx(eval(expected, names)[0])
    assert len(call) < 120


def test_at_most_two_checks_are_described():
    results = failed(grade_function(KD, seven_times))
    assert len(results) > 3
    assert sum(bool(rows(result, "observation")) for result in results) <= 2
    assert sum(bool(rows(result, "smallest call")) for result in results) <= 2


def test_the_same_is_not_said_twice():
    said = [text for result in failed(grade_function(KD, seven_times)) for text in result.message.splitlines()]
    said = [text for text in said if text.startswith(("observation", "smallest call"))]
    assert len(said) == len(set(said)) >= 2


def test_a_certain_diagnosis_needs_no_remark():
    def without_t_squared(z_s, z_t, temperature, labels, alpha):
        T, n = temperature, len(z_s)
        if z_s.ndim != 2 or z_s.shape != z_t.shape or labels.shape != (n,) or not 0 < T < np.inf or not 0 <= alpha <= 1:
            raise ValueError
        p_s, p_t, p = (
            right(find_exercise("distillation/soft_labels"))(z, t) for z, t in ((z_s, T), (z_t, T), (z_s, 1))
        )
        loss, dz_s = right(KD)(z_s, z_t, T, labels, alpha)
        soft, d_soft = right(KD)(z_s, z_t, T, labels, 1.0)
        return loss - alpha * soft * (1 - 1 / T**2), dz_s - alpha * d_soft * (1 - 1 / T**2) + 0 * (p_s + p_t + p)

    results = failed(grade_function(KD, without_t_squared))
    assert any(result.asserted for result in results)
    for result in results:
        if result.asserted:
            assert not rows(result, "observation")
            assert not rows(result, "smallest call")


def test_an_error_has_a_smallest_call_too():
    def fails_on_two(w, sparsity):
        if w.ndim == 2 and w.shape[0] > 1:
            raise IndexError("index 2 is out of bounds")
        return right(MASK)(w, sparsity)

    (text, *_) = rows(failed(grade_function(MASK, fails_on_two))[0], "smallest call")
    assert text == ("magnitude_mask(np.array([[0.0], [0.0]]), 0.0) raises IndexError: index 2 is out of bounds")


def test_a_model_as_argument_is_not_shrunk_but_looked_at():
    def percent(model, threshold):
        return 100 * right(PRUNING)(model, threshold)

    results = failed(grade_function(PRUNING, percent))
    assert all(not rows(result, "smallest call") for result in results)


def test_the_right_answer_and_the_stub_are_told_nothing():
    def not_written(w, sparsity):
        raise NotImplementedError

    assert not failed(grade_function(MASK, right(MASK)))
    results = grade_function(MASK, not_written)
    assert not any("observation" in result.message or "smallest" in result.message for result in results)


def test_an_answer_that_prints_without_end_only_loses_its_remarks():
    def chatty(w, sparsity):
        if w.size < 4:
            print("x" * 2_000_000)
        return ~right(MASK)(w, sparsity)

    results = failed(grade_function(MASK, chatty))
    assert any("Just the other way round" in result.message or result.diagnosis for result in results)


def test_what_cannot_be_looked_at_has_no_remark_and_costs_no_verdict(monkeypatch):
    def broken(self, wanted):
        raise ZeroDivisionError

    monkeypatch.setattr(module._Failure, "found", broken)
    results = failed(grade_function(KD, seven_times))
    assert results
    assert not any("observation" in result.message for result in results)


def test_a_check_without_a_call_is_passed_over():
    results = [CheckResult("a", "a", 1, False, "message"), CheckResult("b", "b", 1, True)]
    assert list(module.remarks(KD, results, seven_times)) == []


ANSWER = """
import numpy as np

def magnitude_mask(w, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError
    k = w.size - round(sparsity * w.size)
    order = np.argsort(np.abs(w), axis=None, kind="stable")
    mask = np.zeros(w.size, bool)
    mask[order[w.size - k :][::-1]] = True
    mask = mask.reshape(w.shape)
    if w.ndim == 2 and len(w) > 1:
        mask[-1] = True
    {last}
    return mask
"""


def graded(tmp_path, last):
    file = tmp_path / "pruning" / "magnitude_mask.py"
    file.parent.mkdir(parents=True)
    file.write_text(ANSWER.format(last=last), encoding="utf-8")
    (result,) = grade_files([MASK], tmp_path, check_limit=2)
    return result


def test_the_command_says_it_too(tmp_path):
    choose_language("en")
    first = failed(graded(tmp_path, "pass").checks)[0]
    assert rows(first, "smallest call") == [
        "magnitude_mask(np.array([[0.0], [0.0]]), 1.0) gives [[False], [True]], expected [[False], [False]]"
    ]


def test_an_answer_that_hangs_in_a_call_of_the_remarks_keeps_its_verdict(tmp_path):
    result = graded(tmp_path, "while w.size == 1: pass")
    assert result.status in ("failed", "timeout")
    assert len(result.checks) > 3
    assert failed(result.checks)
