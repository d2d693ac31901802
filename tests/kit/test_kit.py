"""`minicompress.kit.check`: the verdict of the command on a function in this process; the attempt is noted."""

import json

import numpy as np
import pytest
from functions_to_check import half, load
from kit_command import PRUNING, QUANTIZATION, points

from minicompress import kit
from minicompress.kit.catalog import UnknownExercise


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what is graded here is no one's progress


def test_a_right_function_passes_and_the_verdict_is_printed_and_returned(capsys):
    result = kit.check(PRUNING, load(PRUNING))
    assert (result.status, result.earned, result.points) == ("passed", points(PRUNING), points(PRUNING))
    assert f"{points(PRUNING)} of {points(PRUNING)} points" in capsys.readouterr().out


def test_a_wrong_function_is_told_its_diagnosis(capsys):
    def without_abs(model, threshold):
        zeros = total = 0
        for layer in model.layers:
            for w in layer.weights:
                w[w < threshold] = 0
                zeros += np.count_nonzero(w == 0)
                total += w.size
        return zeros / total if total else 0.0

    result = kit.check("weight_pruning", without_abs)
    assert result.status == "failed"
    assert 0 < result.earned < points(PRUNING)
    first = next(check for check in result.checks if not check.passed)
    assert "It compares w, not |w|" in first.diagnosis
    assert "It compares w, not |w|" in capsys.readouterr().out


def test_a_function_of_another_name_and_a_callable_object_will_do():
    solve = load(QUANTIZATION)
    assert kit.check(QUANTIZATION, lambda model, bits: solve(model, bits)).status == "passed"

    class Solver:
        def __call__(self, model, bits):
            return solve(model, bits)

    assert kit.check(QUANTIZATION, Solver()).status == "passed"


@pytest.mark.parametrize(
    "returned", [np.array([None, "x"], object), np.array(["a", "b"]), np.ones(2, complex), object()]
)
def test_an_odd_return_value_is_a_wrong_type(returned):
    result = kit.check(PRUNING, lambda model, threshold: returned)
    assert result.status == "failed"
    assert "a wrong type" in result.checks[0].message


def test_the_notebooks_own_random_numbers_go_on_as_before():
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random(3)  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    kit.check(PRUNING, load(PRUNING))
    assert (np.random.random(3) == expected).all()  # noqa: NPY002


def test_an_unknown_exercise_and_what_cannot_be_called_are_refused():
    with pytest.raises(
        UnknownExercise, match=r"no exercise is called 'weight_prunning'; did you mean 'pruning/weight_"
    ):
        kit.check("weight_prunning", load(PRUNING))
    with pytest.raises(ValueError, match=r"check: function must be callable, got 0\.5"):
        kit.check(PRUNING, 0.5)


def test_the_users_interrupt_is_not_swallowed():
    def interrupted(model, threshold):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kit.check(PRUNING, interrupted)


@pytest.mark.parametrize("answer", [lambda model, threshold: 0.0, lambda model, threshold: None])
def test_an_answer_that_does_nothing_is_told_no_misconception(answer, capsys):
    result = kit.check(PRUNING, answer)
    assert result.status == "failed"
    assert [check.diagnosis for check in result.checks if check.diagnosis] == []


def test_the_right_numbers_of_a_wrong_dtype_are_not_accused_of_a_mistake_in_the_numbers():
    solve = load("pruning/n_m_sparsity")
    result = kit.check(
        "pruning/n_m_sparsity", lambda w, *rest, **options: solve(w, *rest, **options).astype(np.float32)
    )
    failed = [check for check in result.checks if not check.passed and "dtype" in check.message]
    assert failed
    assert [check.diagnosis for check in failed] == [None] * len(failed)


def test_the_attempt_is_noted_in_the_workspace_of_the_current_folder(workspace, monkeypatch, capsys):
    for answer in (half, load(PRUNING)):
        kit.check(PRUNING, answer)
    monkeypatch.chdir(workspace / "exercises" / "pruning")
    kit.check(PRUNING, half)
    record = json.loads((workspace / ".minicompress" / "progress.json").read_text())["exercises"][PRUNING]
    assert (record["attempts"], record["best"], bool(record["solved_at"])) == (3, points(PRUNING), True)


def test_an_unwritten_function_is_no_attempt(workspace, capsys):
    def stub(*arguments):
        raise NotImplementedError

    kit.check(PRUNING, stub)
    file = workspace / ".minicompress" / "progress.json"
    assert not file.exists() or json.loads(file.read_text())["exercises"].get(PRUNING, {}).get("attempts", 0) == 0


def test_where_there_is_no_workspace_nothing_is_written(tmp_path, capsys):
    kit.check(PRUNING, half)
    assert list(tmp_path.iterdir()) == []


def test_a_progress_that_cannot_be_written_does_not_keep_the_verdict_back(workspace, capsys):
    (workspace / ".minicompress").rename(workspace / "moved")
    (workspace / ".minicompress").write_text("a file in the way")
    (workspace / "exercises" / "chapters.toml").write_text("")
    assert kit.check(PRUNING, half).status == "failed"
    assert "cannot be opened" in capsys.readouterr().err
