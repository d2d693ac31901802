"""Find the known mistake that explains what an answer got wrong.

A known wrong answer explains a failed check if it fails it too, and did there, call by call, just what the answer did.
One check may be explained by chance, above all where sizes are tiny or values coincide. So the failed checks are looked
at together:

- a mistake that explains all of them is asserted;
- one that explains at least half is named as what the answer looks like, in the checks that it explains;
- one that explains fewer is not mentioned.

Checks of refusals are judged apart: an answer that accepts bad input may compute everything else correctly.
"""

from dataclasses import dataclass

from minicompress.kit.grading.diagnosis.known_tapes import idle_answers, known_answers
from minicompress.kit.language import say

__all__ = ["Explanation", "diagnose", "explain"]


@dataclass(frozen=True)
class Explanation:
    """A mistake, the failed checks that it explains, and whether it explains all that it should."""

    mistake: str  # name of its first writing
    answer: object  # that `Wrong`
    checks: frozenset
    certain: bool

    @property
    def text(self):
        """The diagnosis in the language in force, with its degree of certainty."""
        return self.answer.diagnosis if self.certain else say("looks_like", diagnosis=self.answer.diagnosis)


def diagnose(exercise, results, tapes):
    """Fill in `diagnosis` for every failed check that a known wrong answer explains."""
    failed = [result.name for result in results if not result.passed and _can_be_diagnosed(tapes, result.name)]
    if not failed:
        return
    explanations = explain(failed, tapes, known_answers(exercise), idle_answers(exercise))
    for result in results:
        found = next((explanation for explanation in explanations if result.name in explanation.checks), None)
        if found:
            result.diagnosis, result.asserted = found.text, found.certain


def explain(failed, tapes, known, idle=()):
    """Explanations of the failed checks, the best first: of the values, then of the refusals."""
    if does_nothing(failed, tapes, idle):
        return []
    explains = {}  # {mistake: the failed checks that one of its writings explains}
    for row in known:
        same = {name for name in failed if name in row.failed and tapes.traces[name].agrees_with(row.traces[name])}
        explains.setdefault(row.answer.diagnosis_of, set()).update(same)
    case = _Case(failed, tapes, known, explains)
    return case.of_values() + case.of_refusals()


def does_nothing(failed, tapes, idle):
    """Whether an answer failed all checks of values, exactly as an answer that does nothing."""
    values = [name for name, tape in tapes.by_check.items() if tape and not tape[-1].expects_error]
    all_of_them = values and set(values) <= set(failed)
    return bool(all_of_them) and any(
        all(tapes.traces[name].agrees_with(row.traces[name]) for name in values) for row in idle
    )


def _can_be_diagnosed(tapes, name):
    tape = tapes.by_check.get(name, [])
    return bool(tape) and not isinstance(tape[-1].error, NotImplementedError)


class _Case:
    """The failed checks of one answer, and what every known mistake explains of them."""

    def __init__(self, failed, tapes, known, explains):
        self.tapes, self.known, self.explains = tapes, known, explains
        self.refusals = {name for name in failed if tapes.by_check[name][-1].expects_error}
        self.values = set(failed) - self.refusals
        self.first = {}
        for row in known:
            self.first.setdefault(row.answer.diagnosis_of, row.answer)

    def of_values(self):
        """One mistake for all failed checks of values; else the likeliest, and one for all that it leaves."""
        found = self._best(self.values, self.explains)
        if found is None or found.certain:
            return [found] if found else []
        rest = self.values - found.checks
        second = self._best(rest, self.explains)
        both = second is not None and second.checks >= rest
        return [found, self._explanation(second.mistake, rest, certain=False)] if both else [found]

    def of_refusals(self):
        """A mistake that explains refusals may fail no check of values that the answer passes."""
        passed = set(self.tapes.traces) - self.values - self.refusals
        spoiled = {row.answer.diagnosis_of for row in self.known if self._fails_values(row) & passed}
        explains = {mistake: checks for mistake, checks in self.explains.items() if mistake not in spoiled}
        found = self._best(self.refusals, explains)
        return [found] if found else []

    def _fails_values(self, row):
        return {name for name in row.failed if not self.tapes.by_check[name][-1].expects_error}

    def _best(self, failed, explains):
        if not failed:
            return None
        count = max((len(checks & failed) for checks in explains.values()), default=0)
        if not count or 2 * count < len(failed):
            return None
        best = max((m for m, checks in explains.items() if len(checks & failed) == count), key=self._likeness)
        certain = count == len(failed) and 2 * count >= self._fewest_failed(best, failed)
        return self._explanation(best, failed, certain)

    def _explanation(self, mistake, failed, certain):
        return Explanation(mistake, self.first[mistake], frozenset(self.explains[mistake] & failed), certain)

    def _likeness(self, mistake):
        """In how many checks, passed ones too, the answer did as some writing of the mistake does."""
        return max(
            sum(trace.agrees_with(row.traces[name]) for name, trace in self.tapes.traces.items())
            for row in self._writings(mistake)
        )

    def _fewest_failed(self, mistake, failed):
        """How many checks of the kind of `failed` a writing of the mistake fails at least."""
        kind = self.refusals if failed <= self.refusals else set(self.tapes.traces) - self.refusals
        return min(len(row.failed & kind) for row in self._writings(mistake))

    def _writings(self, mistake):
        return [row for row in self.known if row.answer.diagnosis_of == mistake]
