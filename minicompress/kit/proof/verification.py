"""Prove that the graders are right, exercise by exercise: the work of `minicompress verify`.

- The stub earns nothing, and so do answers that do nothing: they return None or 0.0, or raise ValueError, at once.
- The solution and every right answer earn all points.
- Every wrong answer earns less, and the first thing it is told is its own diagnosis, in each of its writings; no two
  diagnoses fit the same behaviour.
- Every mutant of the solution, and the solution with every careless habit, earns less, or is listed in the file of
  right answers as equivalent, with a reason.

One process per exercise runs all of its answers; after one that hangs or crashes, a new process continues.
"""

import concurrent.futures
import os
import threading
from dataclasses import dataclass, field

from minicompress.kit.catalog import find_exercise
from minicompress.kit.grading.checks import load_checks
from minicompress.kit.grading.child_process.supervisor import supervise
from minicompress.kit.grading.diagnosis import answers as known
from minicompress.kit.grading.diagnosis.diagnose import explain
from minicompress.kit.grading.diagnosis.known_tapes import IDLE_ANSWERS, observe
from minicompress.kit.grading.recording import record, run_check
from minicompress.kit.grading.submission import Submission
from minicompress.kit.language import LANGUAGES, language, say
from minicompress.kit.places import content
from minicompress.kit.proof.habits import HABITS, with_habit
from minicompress.kit.proof.mutation import mutants
from minicompress.kit.stubs import read_stub

__all__ = ["Verification", "verify_exercises"]

FEWEST_WRONG, FEWEST_RIGHT = 8, 2
ANSWER_LIMIT_SECONDS = 10.0


@dataclass
class Verification:
    """What is proven of one exercise's grader, and what is not."""

    exercise: object
    points: int = 0
    counts: dict = field(default_factory=dict)  # kind of answer -> how many held
    survivors: list = field(default_factory=list)  # mutants that no check kills
    equivalent: int = 0
    problems: list = field(default_factory=list)

    @property
    def holds(self):
        """Whether the grader is proven."""
        return not self.problems and not self.survivors

    @property
    def killed(self):
        """Mutants that lose points."""
        return self.counts.get("mutant", 0)


def verify_exercises(exercises, *, processes=None):
    """Yield one Verification for each exercise, in order; `processes` work side by side, by default one per core."""
    cancelled = threading.Event()
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=processes or os.cpu_count() or 1)
    try:
        for future in [executor.submit(_verify, exercise, cancelled) for exercise in exercises]:
            yield future.result()
    finally:
        cancelled.set()
        executor.shutdown(wait=True, cancel_futures=True)


def _verify(exercise, cancelled):
    result = Verification(exercise)
    lost = []

    def on_event(event):
        if event["event"] == "points":
            result.points = event["points"]
        elif event["event"] == "held":
            result.counts[event["kind"]] = result.counts.get(event["kind"], 0) + 1
        elif event["event"] == "equivalent":
            result.equivalent += 1
        elif event["event"] == "survivor":
            result.survivors.append(event["mutant"])
        elif event["event"] == "problem":
            result.problems.append(event["text"])

    while True:
        result.counts, result.survivors, result.problems, result.equivalent = {}, [], [], 0
        request = {"job": "verify", "exercise": exercise.id, "skip": lost, "language": language()}
        ending = supervise(request, on_event, cancelled)
        if ending.how in ("end", "cancelled"):
            break
        if not ending.during.startswith("mutant:"):
            what = say("verify_lost", name=ending.during, how=ending.how)
            result.problems.append(f"{what}\n{ending.stderr.strip()[-2000:]}")
            return result
        lost.append(ending.during)
    result.counts["mutant"] = result.counts.get("mutant", 0) + len(lost)  # what hangs or crashes earns no full marks
    return result


def verify_in_this_process(request, send):
    """The work of the child process: run every answer of one exercise and send what held and what did not."""
    exercise = find_exercise(request["exercise"])
    proof = _Proof(exercise, send, set(request["skip"]))
    proof.complete()
    proof.stub_and_idle_answers()
    proof.solution_and_right_answers()
    proof.wrong_answers()
    proof.mutants_of_the_solution()


class _Proof:
    def __init__(self, exercise, send, skip):
        self.exercise, self.send, self.skip = exercise, send, skip
        self.expectations = {}  # what the references do, for all answers
        self.begin("checks")
        self.points = sum(check.points for check in load_checks(exercise.id))
        send("points", points=self.points)

    def begin(self, name):
        self.send("begin", name=name, limit=ANSWER_LIMIT_SECONDS)

    def problem(self, key, **values):
        self.send("problem", text=say(key, **values))

    def settle(self, held, kind, key, **values):
        """Count an answer that behaves as it must; report one that does not."""
        if held:
            self.send("held", kind=kind)
        else:
            self.problem(key, **values)

    def earned(self, function):
        results, _ = record(self.exercise, function, known=True, expectations=self.expectations)
        return sum(result.points for result in results if result.passed)

    def complete(self):
        """Enough wrong and right answers, each wrong one written twice, every text in both languages."""
        wrong, right = known.wrong_answers(self.exercise.id), known.right_answers(self.exercise.id)
        mistakes = {answer.diagnosis_of for answer in wrong}
        if len(mistakes) < FEWEST_WRONG:
            self.problem("verify_few_wrong", count=len(mistakes), needed=FEWEST_WRONG)
        if len(right) < FEWEST_RIGHT:
            self.problem("verify_few_right", count=len(right), needed=FEWEST_RIGHT)
        for name in sorted(mistakes):
            if sum(answer.diagnosis_of == name for answer in wrong) < 2:
                self.problem("verify_written_once", name=name)
        for texts in [answer.diagnoses for answer in wrong] + [check.titles for check in load_checks(self.exercise.id)]:
            if not all(texts[name].strip() for name in LANGUAGES):
                self.problem("verify_untranslated", text=texts)
        for name in LANGUAGES:
            if len({answer.diagnoses[name] for answer in wrong}) != len(mistakes):
                self.problem("verify_same_diagnosis", language=name)

    def stub_and_idle_answers(self):
        self.begin("stub")
        stub = _function(read_stub(self.exercise), self.exercise.slug)
        self.settle(self.earned(stub) == 0, "stub", "verify_stub_earns")
        self.idle = []
        for answer in IDLE_ANSWERS:
            self.begin(f"idle:{answer.name}")
            row, _ = observe(self.exercise, answer, self.expectations)
            self.idle.append(row)
            self.settle(row.failed, "idle", "verify_accepted", name=answer.name)

    def solution_and_right_answers(self):
        self.begin("solution")
        solution = _function(self.solution_source(), self.exercise.slug)
        self.settle(self.earned(solution) == self.points, "solution", "verify_rejected", name="solution")
        for answer in known.right_answers(self.exercise.id):
            self.begin(f"right:{answer.name}")
            results, _ = record(self.exercise, answer.function, known=True, expectations=self.expectations)
            failed = [f"{result.name}: {result.message}" for result in results if not result.passed]
            self.settle(not failed, "right", "verify_rejected", name=f"{answer.name}: {'; '.join(failed)}")

    def wrong_answers(self):
        rows = []
        for answer in known.wrong_answers(self.exercise.id):
            self.begin(f"wrong:{answer.name}")  # a limit for each: all of them take seconds on a busy machine
            rows.append(observe(self.exercise, answer, self.expectations))
        for row, tapes in rows:
            answer, failed = row.answer, [name for name in row.traces if name in row.failed]
            self.begin(f"told:{answer.name}")
            if not failed:
                self.problem("verify_accepted", name=answer.name)
                continue
            told = self._first_told(answer, tapes, failed, [other for other, _ in rows])
            self.settle(
                told == answer.diagnosis_of, "wrong", "verify_diagnosis", name=answer.name, told=told, check=failed[0]
            )
            for other, _ in rows:
                if other.answer.diagnosis_of > answer.diagnosis_of and row.did_the_same_as(other):
                    self.problem("verify_indistinguishable", one=answer.name, other=other.answer.name)

    def _first_told(self, answer, tapes, failed, rows):
        """Whose diagnosis a learner gets first who wrote this answer, if this very writing were not known."""
        others = [row for row in rows if row.answer.name != answer.name]
        explanations = explain(failed, tapes, others, self.idle)
        told = (found.mistake for name in failed for found in explanations if name in found.checks)
        return next(told, None)

    def mutants_of_the_solution(self):
        """Mutants of the solution's text, and the solution with careless habits."""
        equivalent = known.equivalent_mutants(self.exercise.id)
        for description, load in self._variants():
            key = f"mutant:{description}"
            if key in self.skip:
                equivalent.pop(description, None)
                continue
            self.begin(key)
            if not self._passes_all(load):
                self.send("held", kind="mutant")
            elif equivalent.pop(description, None):
                self.send("equivalent")
            else:
                self.send("survivor", mutant=description)
        for description in equivalent:
            self.problem("verify_stale_equivalent", mutant=description)

    def _variants(self):
        """(description, function that makes the answer)."""
        source, slug = self.solution_source(), self.exercise.slug
        solution = _function(source, slug)
        for habit in HABITS:
            careless, concerns = with_habit(habit, solution)
            self.begin(f"mutant:habit: {habit}")
            self.earned(careless)
            if concerns():
                yield f"habit: {habit}", lambda careless=careless: careless
        for mutant in mutants(source):
            yield mutant.description, lambda mutant=mutant: _function(mutant.source, slug)

    def _passes_all(self, load):
        try:
            function = load()
        except Exception:  # a mutant that cannot even be loaded is dead
            return False
        submission = Submission(function, self.exercise.slug, watch_random_state=False, expectations=self.expectations)
        return all(run_check(check, submission).passed for check in load_checks(self.exercise.id))

    def solution_source(self):
        return content().solution(self.exercise.id).read_text(encoding="utf-8")


def _function(source, name):
    namespace = {"__name__": f"answer_{name}"}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    return namespace[name]
