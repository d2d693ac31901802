"""`check ID --debug CHECK`: the failing call can be pasted, run and stepped through, and nothing is recorded."""

import re
import subprocess
import sys
import time

import numpy as np
import pytest
from debugged import debug, wrong
from kit_command import DISTILLATION, PRUNING, environment, solution
from learner import write

from minicompress.kit.catalog import find_exercise, read_catalog
from minicompress.kit.grading import debugging
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process.loading import load_function
from minicompress.kit.grading.comparison.observation import leaves, same_leaves
from minicompress.kit.grading.diagnosis.answers import wrong_answers

GROUPS = "quantization/group_quantize"


def kept(workspace):
    return sorted((workspace / ".minicompress" / "debug").iterdir())


def test_breakpoint_stops_in_the_failing_call_alone_with_the_real_terminal(workspace):
    write(workspace, wrong("breakpoint()\nprint('seen')"))
    done = debug(PRUNING, "--debug", "hand_worked", cwd=workspace, typed="p threshold * 8\nc\n")
    assert "(Pdb) 4.0" in done.stdout
    assert done.stdout.count("(Pdb)") == 2
    assert "seen" in done.stdout
    assert "It returned a wrong value" in done.stdout
    assert done.returncode == 1
    assert "BdbQuit" not in done.stdout


@pytest.mark.parametrize("statement", ["breakpoint()", "import pdb; pdb.set_trace()"])
@pytest.mark.parametrize("typed", ["q\n", ""])
def test_the_debugger_may_be_left_at_any_time(workspace, typed, statement):
    write(workspace, wrong(statement))
    done = debug(PRUNING, "--debug", "1", cwd=workspace, typed=typed)
    assert "BdbQuit" not in done.stdout + done.stderr
    assert "Stopped." in done.stdout
    assert done.returncode == 1


def test_an_answer_may_ask_for_input(workspace):
    write(workspace, wrong("print('heard', input())"))
    done = debug(PRUNING, "--debug", "1", cwd=workspace, typed="hello\n")
    assert "heard hello" in done.stdout


def test_a_check_that_passes_stops_in_each_of_its_calls(workspace):
    write(workspace, solution(PRUNING).replace("    ### BEGIN SOLUTION\n", "    breakpoint()\n", 1))
    done = debug(PRUNING, "--debug", "bad_threshold", cwd=workspace, typed="c\n" * 50)
    assert done.stdout.count("(Pdb)") > 1
    assert done.returncode == 0


def test_a_breakpoint_that_was_forgotten_does_not_cost_points(command, workspace):
    write(workspace, solution(PRUNING).replace("    ### BEGIN SOLUTION\n", "    breakpoint()\n", 1))
    assert command("check", PRUNING)[0] == 0


def test_an_answer_that_hangs_is_left_by_ctrl_c_and_its_call_is_kept(workspace):
    write(workspace, wrong(f"open({str(workspace / 'begun')!r}, 'w')\nwhile True: pass"))
    command = [sys.executable, "-m", "minicompress", "check", PRUNING, "--debug", "hand_worked_case"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=workspace, env=environment(), encoding="utf-8", **pipes)
    while not (workspace / "begun").exists():
        time.sleep(0.05)
    process.send_signal(2)
    printed, error = process.communicate(timeout=60)
    assert "Traceback" not in error
    assert "weight_pruning(*args)" in printed
    assert [path.name for path in kept(workspace)] == ["weight_pruning.test_hand_worked_case.py"]


def test_the_file_of_the_call_runs_and_gives_what_the_message_says(workspace):
    write(workspace, wrong())
    done = debug(PRUNING, "--debug", "hand_worked_case", cwd=workspace)
    got = re.search(r"\n +got +(\S+)", done.stdout).group(1)
    (file,) = kept(workspace)
    assert file.read_text() in done.stdout
    ran = subprocess.run([sys.executable, file], cwd="/", env=environment(), capture_output=True, encoding="utf-8")
    assert float(ran.stdout) == pytest.approx(float(got)), ran.stderr


def test_large_arguments_are_kept_beside_the_file(command, workspace):
    write(workspace, "def group_quantize(*args):\n    return None\n", GROUPS)
    for number in range(1, 12):
        if command("check", GROUPS, "--debug", number)[0] == 2:
            break
    files = kept(workspace)
    large = [path for path in files if path.suffix == ".npz"]
    assert large
    for path in large:
        assert f"np.load({str(path)!r})" in path.with_suffix(".py").read_text()
        assert all(array.size > 24 for array in np.load(path).values())


@pytest.mark.parametrize("exercise", read_catalog().values(), ids=lambda exercise: exercise.id)
def test_the_failing_call_of_each_exercise_is_kept_with_the_arguments_that_failed(exercise, tmp_path):
    answer = wrong_answers(exercise.id)[0].function
    path = tmp_path / "answer.py"
    known = f"wrong_answers({exercise.id!r})[0].function"
    path.write_text(
        f"from minicompress.kit.grading.diagnosis.answers import wrong_answers\n{exercise.slug} = {known}\n"
    )
    for check in load_checks(exercise.id):
        call = debugging.find_call(check, exercise, path)
        if not call.result.passed:
            break
    file = debugging.keep_call(tmp_path / "kept", exercise, check, path, call)
    script = file.read_text().replace(f"got = {exercise.slug}(*args)\nprint(got)\n", "")
    names = {}
    exec(script, names)
    expected = debugging.arguments_of_call(exercise.id, check.name, call.number, answer)
    assert same_leaves(leaves(names["args"]), leaves(expected))
    assert callable(names[exercise.slug])


def test_arguments_that_no_python_makes_are_taken_from_the_check_itself(tmp_path):
    exercise = find_exercise(DISTILLATION)
    path = tmp_path / "answer.py"
    path.write_text("def knowledge_distillation(*args):\n    return 0\n")
    check = load_checks(DISTILLATION)[0]
    call = debugging.find_call(check, exercise, path)
    file = debugging.keep_call(tmp_path, exercise, check, path, call)
    assert "args = arguments_of_call(" in file.read_text()
    ran = subprocess.run([sys.executable, file], env=environment(), capture_output=True, encoding="utf-8")
    assert (ran.stdout, ran.stderr) == ("0\n", "")
    with pytest.raises(ValueError, match="number must be at most the calls of"):
        debugging.arguments_of_call(DISTILLATION, check.name, 999, load_function(path, exercise.slug))
