"""A mistake is asserted where it explains all that failed, named as a likeness where it explains most, else not at all.

The answers here are tables: what they do in check a, b, c ...; `R` is right, and `!` before it an error that is due.
"""

from types import SimpleNamespace

import pytest

from minicompress.kit.grading.diagnosis.answers import Wrong
from minicompress.kit.grading.diagnosis.diagnose import does_nothing, explain
from minicompress.kit.grading.diagnosis.known_tapes import Known
from minicompress.kit.language import choose_language

RIGHT = "R"


class Does:
    """A Trace that is one word."""

    def __init__(self, word):
        self.word = word

    def agrees_with(self, other):
        return self.word == other.word


def traces(words):
    return {chr(ord("a") + i): Does(word) for i, word in enumerate(words)}


def failed_in(words):
    return [chr(ord("a") + i) for i, word in enumerate(words) if word.strip("!") != RIGHT]


def tapes(words):
    by_check = {
        chr(ord("a") + i): [SimpleNamespace(expects_error=word.startswith("!"))] for i, word in enumerate(words)
    }
    return SimpleNamespace(traces=traces(words), by_check=by_check)


def known(name, *words, same_as=None):
    mistake = same_as or name
    answer = Wrong(name, mistake, {"en": f"It is {mistake}.", "zh": f"{mistake}。"}, None)
    return Known(answer, traces(words), frozenset(failed_in(words)))


def told(words, *rows, idle=()):
    """[(mistake, its checks, certain), ...] for an answer that does `words`."""
    found = explain(failed_in(words), tapes(words), rows, idle)
    return [(one.mistake, "".join(sorted(one.checks)), one.certain) for one in found]


@pytest.fixture(autouse=True)
def _english():
    choose_language("en")
    yield
    choose_language(None)


def test_a_mistake_that_explains_all_that_failed_is_asserted():
    (one,) = explain(["a", "b"], tapes("xyR"), [known("k", *"xyR")])
    assert (one.mistake, one.certain, one.text) == ("k", True, "It is k.")


def test_a_mistake_that_explains_most_is_a_likeness_in_the_checks_that_it_explains():
    (one,) = explain(["a", "b", "c"], tapes("xyz"), [known("k", *"xyR")])
    assert (one.checks, one.certain) == ({"a", "b"}, False)
    assert one.text == "Looks like, in this check: It is k."


def test_a_mistake_that_explains_one_failure_of_many_is_not_mentioned():
    assert told("xyz", known("k", *"xRR")) == []
    assert told("xy", known("k", *"xR")) == [("k", "a", False)]  # exactly half is enough


def test_a_mistake_that_passes_a_check_does_not_explain_it():
    passes = Known(known("k", *"xR").answer, traces("xx"), frozenset("a"))
    assert told("xx", passes) == [("k", "a", False)]


def test_a_mistake_that_fails_much_that_the_answer_passes_is_only_a_likeness():
    assert told("xRRRR", known("k", *"xyyyy")) == [("k", "a", False)]
    assert told("xRRRR", known("k", *"xyRRR")) == [("k", "a", True)]


def test_all_writings_of_a_mistake_count_together():
    rows = known("k", *"xR"), known("again", *"Ry", same_as="k")
    assert told("xy", *rows) == [("k", "ab", True)]


def test_of_two_that_explain_as_much_the_one_that_is_more_alike_is_told():
    assert told("xRR", known("k", *"xyy"), known("l", *"xRy")) == [("l", "a", True)]


def test_what_a_likeness_leaves_may_be_a_second_mistake_if_that_explains_all_of_it():
    rows = known("k", *"xxRRR"), known("l", *"RRyRR")
    assert told("xxyRR", *rows) == [("k", "ab", False), ("l", "c", False)]
    assert told("xxyzR", *rows) == [("k", "ab", False)]


def test_refusals_are_judged_apart():
    rows = known("k", "x", "x", "!R"), known("no check", "R", "R", "!y")
    assert told(["x", "x", "!y"], *rows) == [("k", "ab", True), ("no check", "c", True)]


def test_a_mistake_about_values_does_not_explain_refusals_of_an_answer_with_right_values():
    careless = known("k", "x", "R", "!y")
    assert told(["R", "R", "!y"], careless) == []
    assert told(["x", "R", "!y"], careless) == [("k", "a", True), ("k", "c", True)]


def test_an_answer_that_does_nothing_is_told_nothing():
    idle = known("return None", "n", "n", "!n")
    assert does_nothing(["a", "b"], tapes(["n", "n", "!R"]), [idle])
    assert told(["n", "n", "!R"], known("k", "n", "n", "!R"), idle=[idle]) == []
    assert not does_nothing(["a"], tapes(["n", "R", "!R"]), [idle])  # it failed in few checks only


def test_nothing_known_is_nothing_told():
    assert told("x") == []
