"""The process in which one answer is graded: `main()`, with a request on standard input.

Whatever the answer does (loops for ever, exits, crashes, prints without end, takes all memory) happens here; the parent
in `supervisor.py` watches. Events go to the parent as lines of JSON over what was standard output; the answer's own
output, standard output included, goes to standard error, which the parent only samples.
"""

import faulthandler
import json
import os
import sys
from time import sleep  # the function itself: an answer may exchange `time.sleep`

MEMORY_LIMIT_BYTES = 1 << 30  # beyond what Python and NumPy hold when the answer is loaded


def main():
    """Read the request, grade, report."""
    from minicompress.kit.grading.child_process.processes import end_with_the_parent

    events = _take_over_standard_output()
    request = json.loads(sys.stdin.readline())
    end_with_the_parent()
    faulthandler.enable()
    sys.breakpointhook = lambda *args, **options: None  # there is no terminal here; `check --debug` stops at it

    def send(event, **values):
        # A line of its own, even if the answer has left half a line in the channel.
        events.write("\n" + json.dumps({"token": request["token"], "event": event, **values}) + "\n")
        events.flush()

    _JOBS[request["job"]](request, send)
    send("end")
    while True:  # until the parent ends the whole family: what the answer left running would be lost from sight
        sleep(3600)


def _take_over_standard_output():
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return events


def _grade_file(request, send):
    from minicompress.kit import catalog, language
    from minicompress.kit.grading import checks, recording, submission
    from minicompress.kit.grading.child_process import loading, whereabouts
    from minicompress.kit.grading.diagnosis import diagnose as diagnosis
    from minicompress.kit.grading.diagnosis import remarks

    language.choose_language(request["language"])
    exercise = catalog.find_exercise(request["exercise"])
    checks_of_exercise = checks.load_checks(exercise.id)
    watch = whereabouts.Whereabouts()
    _limit_memory()
    send("begin", name="import", limit=request["import_limit"])
    watch.expect_within(request["import_limit"])
    sys.path.append(os.path.dirname(request["path"]))  # also for an import inside the function, when it is called
    sys.dont_write_bytecode = True
    try:
        function = loading.load_function(request["path"], exercise.slug)
    except loading.SubmissionError as error:
        send("not_loaded", message=str(error))
        return
    answer = submission.Submission(function, exercise.slug, source=request["path"])
    results, tapes = [], {}
    for check in checks_of_exercise:
        if check.name in request["skip"]:
            continue
        send("begin", name=check.name, limit=request["check_limit"])
        watch.expect_within(request["check_limit"])
        results.append(recording.run_check(check, answer))
        tapes[check.name] = answer.tape
        watch.arrived()
        send("result", **results[-1].as_json(), arrays=results[-1].arrays, printed=results[-1].printed)
    send("begin", name="diagnosis", limit=request["import_limit"])
    diagnosis.diagnose(exercise, results, recording.Tapes(tapes))
    for result in results:
        if result.diagnosis:
            send("diagnosis", name=result.name, text=result.diagnosis)
    send("begin", name="remarks", limit=request["import_limit"])
    for name, text in remarks.remarks(exercise, results, function):
        send("remark", name=name, text=text)


def _verify_exercise(request, send):
    from minicompress.kit import language
    from minicompress.kit.proof import verification

    language.choose_language(request["language"])
    verification.verify_in_this_process(request, send)


_JOBS = {"grade": _grade_file, "verify": _verify_exercise}


def _limit_memory():
    """Make an allocation beyond the limit a MemoryError on the learner's line, where the system can."""
    try:
        import resource

        import psutil
    except ImportError:  # Windows has no `resource`; there the parent's watch alone applies
        return
    limit = psutil.Process().memory_info().vms + MEMORY_LIMIT_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ValueError, OSError):  # macOS refuses; the parent's watch applies
        return
