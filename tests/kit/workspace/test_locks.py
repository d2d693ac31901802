"""Several commands write the progress at once, and none of them loses what another has noted."""

import json
import os
import subprocess
import sys
import time

import pytest
from kit_command import DISTILLATION, PRUNING, QUANTIZATION, environment, points, solution

from minicompress.kit.places import Workspace
from minicompress.kit.workspace.progress import Progress

HALF = "def weight_pruning(model, threshold):\n    return 0.0\n"


def saved(workspace):
    return json.loads((workspace / ".minicompress" / "progress.json").read_text(encoding="utf-8"))


def start(*words, cwd):
    command = [sys.executable, "-m", "minicompress", *words]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=cwd, env=environment(), **quiet)


def wait_for_all(processes):
    return [process.communicate(timeout=240)[1] or process.returncode for process in processes]


def test_six_checks_at_once_are_six_attempts(workspace):
    (workspace / "exercises" / f"{PRUNING}.py").write_text(HALF)
    assert wait_for_all([start("check", PRUNING, cwd=workspace) for _ in range(6)]) == [1] * 6
    assert saved(workspace)["exercises"][PRUNING]["attempts"] == 6


def test_different_commands_at_once_keep_all_that_each_has_noted(workspace):
    (workspace / "exercises" / f"{PRUNING}.py").write_text(solution(PRUNING))
    commands = [
        ("check", PRUNING),
        ("hint", PRUNING, "--level", "2"),
        ("hint", DISTILLATION),
        ("compare", QUANTIZATION, "--give-up"),
        ("next", "--path", "two-hours"),
    ]
    assert wait_for_all([start(*words, cwd=workspace) for words in commands]) == [0] * 5
    kept, best = saved(workspace), points(PRUNING)
    pruning, quantization = kept["exercises"][PRUNING], kept["exercises"][QUANTIZATION]
    assert (pruning["attempts"], pruning["hints"], pruning["best"], bool(pruning["solved_at"])) == (1, 2, best, True)
    assert (quantization["gave_up"], kept["exercises"][DISTILLATION]["hints"], kept["path"]) == (True, 1, "two-hours")


WRITER = """
import pathlib
from minicompress.kit.places import Workspace
from minicompress.kit.workspace.progress import Progress
for _ in range(50):
    progress = Progress(Workspace(pathlib.Path('.')))
    progress.of('a/b').attempts += 1
    progress.save()
"""


def test_what_four_processes_count_adds_up(tmp_path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], cwd=tmp_path, env=environment()) for _ in range(4)]
    assert [writer.wait(timeout=240) for writer in writers] == [0] * 4
    assert saved(tmp_path)["exercises"]["a/b"]["attempts"] == 200


def test_a_process_that_is_killed_while_it_holds_the_lock_does_not_stop_the_others(tmp_path):
    state = tmp_path / ".minicompress"
    state.mkdir()
    code = (
        "import sys, time; from minicompress.kit.workspace.locks import locked_folder\n"
        "with locked_folder(sys.argv[1]): print(flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(state)], env=environment(), stdout=subprocess.PIPE)
    holder.stdout.readline()
    waiting = subprocess.Popen([sys.executable, "-c", WRITER], cwd=tmp_path, env=environment())
    time.sleep(1)
    assert not (state / "progress.json").exists()
    holder.kill()
    holder.communicate()
    assert waiting.wait(timeout=60) == 0
    assert saved(tmp_path)["exercises"]["a/b"]["attempts"] == 50


def test_the_best_of_two_results_the_first_solution_and_the_last_level_are_kept(tmp_path):
    one, other = Progress(Workspace(tmp_path)), Progress(Workspace(tmp_path))
    for progress, best, solved_at, hints in ((one, 4, "2026-01-02T00:00:00", 3), (other, 10, "2026-01-01T00:00:00", 1)):
        record = progress.of("a/b")
        record.best, record.solved_at, record.hints, record.seconds = best, solved_at, hints, 5.0
    one.save(), other.save()
    record = Progress(Workspace(tmp_path)).of("a/b")
    assert (record.best, record.solved_at, record.hints, record.seconds) == (10, "2026-01-01T00:00:00", 3, 10.0)


def test_time_in_which_two_commands_ran_at_once_counts_once(tmp_path, monkeypatch):
    clock = iter([1000.0, 1060.0, 1061.0, 1100.0])
    monkeypatch.setattr(time, "time", lambda: next(clock))
    first = Progress(Workspace(tmp_path))
    first.touch("a/b"), first.save()
    one, other = Progress(Workspace(tmp_path)), Progress(Workspace(tmp_path))
    one.touch("a/b"), one.save()
    other.touch("a/b"), other.save()
    one.touch("a/b"), one.save()
    assert Progress(Workspace(tmp_path)).of("a/b").seconds == pytest.approx(100)


# --- a reader that goes early -----------------------------------------------------------------------------------------


def shell(line, cwd):
    line = line.replace("minicompress", f'"{sys.executable}" -m minicompress')
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], cwd=cwd, env=environment(), capture_output=True, encoding="utf-8"
    )


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
@pytest.mark.parametrize("reader", ["head -n 1", "true"])
def test_a_solution_is_noted_though_nobody_reads_the_verdict_to_its_end(workspace, reader):
    (workspace / "exercises" / f"{PRUNING}.py").write_text(solution(PRUNING))
    done = shell(f"minicompress check {PRUNING} | {reader}", workspace)
    assert (done.returncode, done.stderr) == (0, "")
    assert saved(workspace)["exercises"][PRUNING]["solved_at"]


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
def test_the_exercises_after_the_first_are_graded_too_and_the_status_stays_true(workspace):
    for exercise in (PRUNING, QUANTIZATION):
        (workspace / "exercises" / f"{exercise}.py").write_text(solution(exercise))
    (workspace / "exercises" / f"{DISTILLATION}.py").write_text("def knowledge_distillation(*a): return 0\n")
    done = shell(f"minicompress check {DISTILLATION} {PRUNING} {QUANTIZATION} --json r.json | true", workspace)
    assert (done.returncode, done.stderr) == (1, "")
    kept = saved(workspace)["exercises"]
    assert [bool(kept[name]["solved_at"]) for name in (DISTILLATION, PRUNING, QUANTIZATION)] == [False, True, True]
    assert len(json.loads((workspace / "r.json").read_text())["exercises"]) == 3


@pytest.mark.skipif(os.name == "nt", reason="a shell of the Unix kind")
@pytest.mark.parametrize("words", ["status", "next", "hint", "show", "compare --give-up", "--help", "check --help"])
def test_a_reader_that_is_gone_is_no_error_for_any_command(workspace, words):
    done = shell(f"minicompress {words} | true", workspace)
    assert (done.returncode, done.stderr) == (0, "")
