"""What a program that calls `minicompress check` may rely on: exit status, JSON file, time limits, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from kit_command import (
    DISTILLATION,
    PRUNING,
    QUANTIZATION,
    environment,
    points,
    run,
    solution,
    solutions,
    write_submission,
)

from minicompress.kit.catalog import read_catalog
from minicompress.kit.grading.checks import load_checks

TRUNCATES = solution(QUANTIZATION).replace("np.round", "np.trunc")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """One right, one wrong, all others missing, graded by one command; (exit status, stdout, JSON file)."""
    root = tmp_path_factory.mktemp("mixed")
    folder = write_submission(root / "my 答案 ü", {PRUNING: solution(PRUNING), QUANTIZATION: TRUNCATES})
    result = run("check", "--submission", folder, "--json", root / "new" / "deep" / "results.json", cwd=root)
    assert result.stderr == ""
    return result.returncode, result.stdout, root / "new" / "deep" / "results.json"


def test_without_an_id_all_exercises_are_listed_and_one_failure_makes_the_status_1(mixed):
    status, printed, file = mixed
    assert status == 1
    assert list(read(file)["exercises"]) == list(read_catalog())
    assert f"1 of {len(read_catalog())} exercises passed" in printed


def test_json_has_exactly_the_promised_keys_and_types(mixed):
    document = read(mixed[2])
    assert set(document) == {"schema", "exercises"}
    assert document["schema"] == 1
    for entry in document["exercises"].values():
        assert list(entry) == ["status", "points", "earned", "checks"]
        assert entry["status"] in ("passed", "failed", "missing", "error", "timeout")
        for check in entry["checks"]:
            assert list(check) == ["name", "points", "passed", "message", "diagnosis"]
            assert [type(check[key]) for key in ("name", "points", "passed", "message")] == [str, int, bool, str]
            assert check["diagnosis"] is None or isinstance(check["diagnosis"], str)
        assert entry["points"] == sum(check["points"] for check in entry["checks"])
        assert entry["earned"] == sum(check["points"] for check in entry["checks"] if check["passed"])


def test_a_missing_file_earns_nothing_lists_its_checks_and_leaves_the_others_graded(mixed):
    exercises = read(mixed[2])["exercises"]
    expected = dict.fromkeys(read_catalog(), "missing") | {PRUNING: "passed", QUANTIZATION: "failed"}
    assert {exercise: entry["status"] for exercise, entry in exercises.items()} == expected
    missing = exercises[DISTILLATION]
    checks = load_checks(DISTILLATION)
    assert (missing["earned"], missing["points"]) == (0, sum(check.points for check in checks))
    assert [check["name"] for check in missing["checks"]] == [check.name for check in checks]
    assert all("No file" in check["message"] and not check["passed"] for check in missing["checks"])


def test_a_failed_check_explains_itself_and_a_passed_one_says_nothing(mixed):
    exercises = read(mixed[2])["exercises"]
    assert all(check["message"] == "" for check in exercises[PRUNING]["checks"])
    assert all(check["message"] for check in exercises[QUANTIZATION]["checks"] if not check["passed"])


def test_a_failed_check_leads_with_the_mistake_that_it_smells_of_on_the_screen_too(mixed):
    _, printed, file = mixed
    failed = [check for check in read(file)["exercises"][QUANTIZATION]["checks"] if not check["passed"]]
    sentence = "It truncates instead of rounding: the error doubles, and every weight moves towards zero."
    assert failed[0]["diagnosis"].endswith(sentence)
    assert sentence in " ".join(printed.split())


def test_json_is_written_whole_and_nothing_else_is_left_beside_it(mixed):
    assert [path.name for path in mixed[2].parent.iterdir()] == ["results.json"]


def test_without_an_id_all_solutions_are_graded_and_pass_with_status_0(tmp_path):
    folder = write_submission(tmp_path / "s", solutions())
    result = run("check", "--submission", "s", "--json", "r.json", cwd=tmp_path)
    assert (result.returncode, folder.is_dir()) == (0, True)
    graded = read(tmp_path / "r.json")["exercises"]
    assert {exercise: entry["status"] for exercise, entry in graded.items()} == dict.fromkeys(read_catalog(), "passed")


def test_a_file_that_cannot_be_imported_still_lists_every_check(command, tmp_path):
    folder = write_submission(tmp_path / "s", {PRUNING: "def weight_pruning(:\n"})
    status, _, _ = command("check", PRUNING, "--submission", folder, "--json", tmp_path / "r.json")
    entry = read(tmp_path / "r.json")["exercises"][PRUNING]
    assert (status, entry["status"], entry["earned"], len(entry["checks"])) == (
        1,
        "error",
        0,
        len(load_checks(PRUNING)),
    )


@pytest.mark.parametrize(
    "words",
    [
        ("nosuch",),
        ("--submission", "nowhere"),
        ("--time-limit", "-1"),
        ("--time-limit", "nan"),
        ("--time-limit", "soon"),
        ("--no-such-option",),
        ("--lang", "fr"),
    ],
    ids=" ".join,
)
def test_after_a_usage_error_the_json_file_is_there_too(command, tmp_path, words):
    status, printed, error = command("check", *words, "--json", tmp_path / "r.json")
    assert (status, printed) == (2, "")
    assert error.strip()
    assert read(tmp_path / "r.json") == {"schema": 1, "exercises": {}}


def test_an_old_result_does_not_outlive_a_usage_error(command, tmp_path):
    (tmp_path / "r.json").write_text('{"schema": 1, "exercises": {"x": "old"}}')
    command("check", "nosuch", f"--json={tmp_path / 'r.json'}")
    assert read(tmp_path / "r.json")["exercises"] == {}


@pytest.mark.parametrize("target", [".", "file/results.json"])
def test_a_json_file_that_cannot_be_written_is_a_message_and_status_2(command, workspace, target):
    (workspace / "file").write_text("")
    write_submission(workspace / "exercises", {PRUNING: solution(PRUNING)})
    status, printed, error = command("check", PRUNING, "--json", target)
    assert status == 2
    assert target.split("/")[0] in error
    assert "Traceback" not in error
    assert f"{points(PRUNING)} of {points(PRUNING)}" in printed


def test_the_time_limit_of_a_check_is_the_one_that_is_asked_for(command, tmp_path):
    loops = solution(PRUNING).replace("    zeros = total", "    while threshold == 0.25: pass\n    zeros = total")
    folder = write_submission(tmp_path / "s", {PRUNING: loops})
    status, printed, _ = command("check", PRUNING, "--submission", folder, "--time-limit", "0.7")
    assert status == 1
    assert "It did not return within 0.7 s" in printed
    assert f"of {points(PRUNING)} points" in printed


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("everyone", [False, True], ids=["the command alone", "everyone, as a terminal does"])
def test_ctrl_c_while_a_submission_hangs_ends_at_once_and_writes_the_json_file(tmp_path, everyone):
    sources = {PRUNING: solution(PRUNING), QUANTIZATION: "print('here', flush=True)\nwhile True: pass\n"}
    write_submission(tmp_path / "s", sources)
    words = f"check {PRUNING} {QUANTIZATION} --submission s --json r.json --time-limit 3000"
    process = subprocess.Popen(
        [sys.executable, "-m", "minicompress", *words.split()],
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    process.stdout.readline()  # the first exercise is graded; the second hangs
    time.sleep(0.3)
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert (process.returncode, error.strip()) == (130, "Interrupted.")
    entries = read(tmp_path / "r.json")["exercises"]
    assert entries[PRUNING]["status"] == "passed"
    assert (entries[QUANTIZATION]["status"], entries[QUANTIZATION]["earned"]) == ("error", 0)
    assert len(entries[QUANTIZATION]["checks"]) == len(load_checks(QUANTIZATION))


def test_an_exercise_that_is_named_twice_is_graded_once(command, tmp_path):
    folder = write_submission(tmp_path / "s", {PRUNING: solution(PRUNING)})
    status, printed, _ = command("check", PRUNING, "weight_pruning", "--submission", folder)
    assert status == 0
    assert printed.count(f"{points(PRUNING)} of {points(PRUNING)} points") == 1


def test_grading_another_folder_leaves_the_progress_alone(command, workspace, tmp_path):
    command("check", PRUNING, "--submission", write_submission(tmp_path / "s", {PRUNING: solution(PRUNING)}))
    assert list((workspace / ".minicompress").iterdir()) == []
