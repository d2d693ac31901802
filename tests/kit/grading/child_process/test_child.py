"""The child reads one request, reports events as lines of JSON, and says nothing else where the parent listens."""

import json
import sys

import pytest
from kit_command import PRUNING, environment, solution, write_submission

from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process import child
from minicompress.kit.grading.child_process.processes import end_family, start_family

NAMES = [check.name for check in load_checks(PRUNING)]
START = "from minicompress.kit.grading.child_process.child import main; main()"


def request(folder, **changes):
    limits = {"check_limit": 20, "import_limit": 20}
    words = {"job": "grade", "token": "t", "exercise": PRUNING, "skip": [], "language": "en", **limits}
    return words | {"path": str(folder / f"{PRUNING}.py")} | changes


def events_of(sent):
    """The events until the child says that it is done, and its standard error."""
    process = start_family([sys.executable, "-c", START], environment())  # its end is that of its process group
    try:
        process.stdin.write(json.dumps(sent).encode() + b"\n")
        process.stdin.flush()
        events = []
        for line in filter(bytes.strip, process.stdout):
            events.append(json.loads(line))
            if events[-1]["event"] == "end":
                break
    finally:
        end_family(process)
    return events, process.communicate()[1].decode()


def test_each_check_begins_and_has_a_result_and_what_an_answer_prints_goes_to_standard_error(tmp_path):
    source = "print('while it is imported')\n" + solution(PRUNING)
    events, error = events_of(request(write_submission(tmp_path, {PRUNING: source})))
    assert [e["name"] for e in events if e["event"] == "begin"] == ["import", *NAMES, "diagnosis", "remarks"]
    results = [e for e in events if e["event"] == "result"]
    assert [(e["name"], e["passed"]) for e in results] == [(name, True) for name in NAMES]
    assert {e["token"] for e in events} == {"t"}
    assert events[-1]["event"] == "end"
    assert "while it is imported" in error


def test_a_wrong_answer_is_given_its_diagnosis_after_all_results(tmp_path):
    folder = write_submission(tmp_path, {PRUNING: solution(PRUNING).replace("np.abs(w)", "w")})
    events, _ = events_of(request(folder))
    kinds = [e["event"] for e in events]
    assert kinds.index("diagnosis") > max(i for i, kind in enumerate(kinds) if kind == "result")
    failed = {e["name"] for e in events if e["event"] == "result" and not e["passed"]}
    assert {e["name"] for e in events if e["event"] == "diagnosis"} <= failed


def test_checks_that_cost_a_child_before_are_skipped(tmp_path):
    folder = write_submission(tmp_path, {PRUNING: solution(PRUNING)})
    events, _ = events_of(request(folder, skip=NAMES[1:]))
    assert [e["name"] for e in events if e["event"] == "result"] == NAMES[:1]


def test_a_file_that_cannot_be_loaded_is_told_in_the_language_asked_for(tmp_path):
    folder = write_submission(tmp_path, {PRUNING: "def weight_pruning(:\n"})
    for language, word in (("en", "Syntax error"), ("zh", "语法错误")):
        events, _ = events_of(request(folder, language=language))
        assert [e["event"] for e in events] == ["begin", "not_loaded", "end"]
        assert word in events[1]["message"]


def test_where_the_system_has_no_limit_of_memory_grading_continues(monkeypatch):
    resource = pytest.importorskip("resource")

    def refuse(*arguments):
        raise ValueError("not here")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    child._limit_memory()
    asked = []
    monkeypatch.setattr(resource, "setrlimit", lambda *arguments: asked.append(arguments))
    child._limit_memory()
    ((kind, (soft, hard)),) = asked
    assert kind == resource.RLIMIT_AS
    assert soft > child.MEMORY_LIMIT_BYTES
    assert hard == resource.getrlimit(resource.RLIMIT_AS)[1]
