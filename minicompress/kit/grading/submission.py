"""Call the answer under test through a `Submission`, which watches every call.

    submission.agrees_with(reference, make)      the answer and the reference do the same on make()
    submission.rejects(ValueError, make)         the answer refuses make() and changes nothing
    submission.passes_on(RuntimeError, make)     a function in make() does; it comes through, changes are undone

`make` is a function that builds the arguments anew, as a tuple, so that the answer, the reference and the known wrong
answers each get fresh ones. Every call is kept on a tape, from which a failed check is diagnosed.
"""

import contextlib
import inspect
import io
import random
import warnings
from dataclasses import dataclass

import numpy as np

from minicompress.kit.grading.comparison.aliasing import arrays_in, first_shared
from minicompress.kit.grading.comparison.compare import CheckFailed, Demands, argument_leaves, compare, require_error
from minicompress.kit.grading.comparison.difference import Tolerance
from minicompress.kit.grading.comparison.observation import Outcome, leaves, same_leaves
from minicompress.kit.grading.comparison.wording import describe_call
from minicompress.kit.language import say

__all__ = ["KeptCall", "OutputLimitReached", "Submission", "observe_call"]

OUTPUT_LIMIT = 1_000_000  # characters; a debugging print stays far below


class OutputLimitReached(BaseException):  # not an Exception: the answer's own `except Exception` must not catch it
    """The answer printed more than a check will read."""


@dataclass(frozen=True)
class KeptCall:
    """A call that can be made again: what builds its arguments, what it is compared with, and how exactly."""

    reference: object
    make: object
    tolerance: Tolerance
    tolerance_of_arguments: Tolerance


class Submission:
    """The answer under test: a function, the name it is called by, and its file."""

    def __init__(self, function, name, source=None, watch_random_state=True, expectations=None):
        self.function = function
        self.expectations = expectations  # {(check, call): what the reference did}, where many answers are graded
        self.check = None  # name of the check that runs
        self.watch_random_state = watch_random_state  # known answers need no watching
        self.name = name
        self.source = source or getattr(getattr(function, "__code__", None), "co_filename", None)
        self.tape = []
        self.kept_call = None  # the latest that was compared with a reference

    def agrees_with(self, reference, make, *, rtol=0.0, atol=0.0, exact_arguments=False, dtypes="integers", new=True):
        """Fail unless the answer returns what `reference` returns and leaves its arguments in the same state.

        Numbers are accepted if |got - expected| <= atol + rtol * |expected|; by default they must be equal. With
        `exact_arguments` the tolerance is for the returned value alone.

        The kind of a dtype (float, signed, unsigned, bool) always counts. `dtypes` says where its width counts too: of
        returned "integers", of "all" returned arrays and changed arguments, of "none", or of those whose paths a tuple
        names, such as ("[0]",) for the first array of a tuple. A returned array must be `new`: it shares memory
        neither with an argument nor with what an earlier call of the check returned.
        """
        args = make()
        before = _argument_leaves(reference, args)
        expected = self._expected(reference, make, before)
        got = self._observe(args, reference)
        tolerance = Tolerance(rtol, atol)
        self.kept_call = KeptCall(reference, make, tolerance, Tolerance() if exact_arguments else tolerance)
        demands = Demands(tolerance, Tolerance() if exact_arguments else tolerance, dtypes, new)
        compare(got, expected, _Call(self, make, before), demands)

    def rejects(self, error, make):
        """Fail unless the answer raises `error` for make() and leaves its arguments as they were."""
        self._raises(error, make, "changed_before_raising")

    def passes_on(self, error, make):
        """Fail unless the `error` of a function among make() comes through and the other arguments are as they were."""
        self._raises(error, make, "not_put_back")

    def _raises(self, error, make, if_changed):
        self.kept_call = None
        args = make()
        before = leaves(args)
        call = _Call(self, make, before)
        got = self._observe(args, expects_error=True)
        require_error(got, error, call)
        if not same_leaves(leaves(args), before):
            raise CheckFailed(say(if_changed, error=error.__name__, call=call.text))

    def _expected(self, reference, make, before):
        """What the reference does; looked up if another answer met the same call of the same check."""
        key = self.check, len(self.tape)
        known = self.expectations.get(key) if self.expectations is not None else None
        if known and same_leaves(known[0], before):
            return known[1]
        expected = observe_call(reference, make(), names_of=reference)
        if expected.error is not None:
            raise expected.error
        if self.expectations is not None:
            self.expectations[key] = before, expected
        return expected

    def _observe(self, args, reference=None, expects_error=False):
        outcome = observe_call(
            self.function, args, names_of=reference, watch=True, watch_random_state=self.watch_random_state
        )
        outcome.expects_error, outcome.source = expects_error, self.source
        if outcome.shared is None:
            earlier = [array for previous in self.tape for _, array in arrays_in(previous.returned)]
            shared = first_shared(arrays_in(outcome.returned), [(None, array) for array in earlier])
            outcome.shared = shared
        self.tape.append(outcome)
        return outcome


def _argument_names(reference, args):
    if reference is None:
        return [f"argument {i + 1}" for i in range(len(args))]
    code = getattr(reference, "__code__", None)  # quicker than a signature, and enough for a function
    names = list(code.co_varnames[: code.co_argcount] if code else inspect.signature(reference).parameters)
    names += [f"argument {i + 1}" for i in range(len(names), len(args))]
    return names[: len(args)]


def _argument_leaves(reference, args):
    return argument_leaves(_argument_names(reference, args), args)


def _named_arrays(reference, args):
    named = zip(_argument_names(reference, args), args, strict=True)
    return [found for name, value in named for found in arrays_in(value, name)]


def observe_call(function, args, names_of=None, watch=False, watch_random_state=False):
    """Call and observe. `watch` (for answers) keeps what is printed; a touched global random state is seen if asked."""
    outcome = Outcome()
    arguments = _named_arrays(names_of, args)
    with contextlib.ExitStack() as around:
        around.enter_context(warnings.catch_warnings())
        around.enter_context(np.errstate(all="ignore"))
        warnings.simplefilter("ignore")  # a warning is not a verdict; what matters is the value
        if watch:
            output = around.enter_context(contextlib.redirect_stdout(_BoundedOutput()))
        if watch_random_state:
            around.enter_context(_watch_random_state(outcome))
        try:
            outcome.returned = function(*args)
        except (Exception, SystemExit) as error:
            outcome.error = error
    outcome.printed = output.getvalue() if watch else ""
    try:
        outcome.returned_leaves = leaves(outcome.returned)
        if watch:
            outcome.shared = first_shared(arrays_in(outcome.returned), arguments)
        outcome.argument_leaves = _argument_leaves(names_of, args)
    except Exception as error:  # an attribute was deleted, or replaced by something of another kind
        raise CheckFailed(say("state_unreadable", error=type(error).__name__)) from error
    return outcome


@dataclass(frozen=True)
class _Call:
    """A call as it began, put together anew only when a message needs it."""

    submission: Submission
    make: object
    before: list  # leaves of its arguments

    @property
    def text(self):
        return describe_call(self.submission.name, self.make())

    @property
    def source(self):
        return self.submission.source


class _BoundedOutput(io.StringIO):
    def close(self):
        """Stay open: an answer that closes sys.stdout only silences itself."""

    def write(self, text):
        if self.tell() + len(text) > OUTPUT_LIMIT:
            raise OutputLimitReached
        return super().write(text)


@contextlib.contextmanager
def _watch_random_state(outcome):
    """Note on the outcome whether the global generators were touched; leave them as they were before."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    # Draw once, so that seeding again with the seed that is in force shows.
    random.random()
    np.random.random()  # noqa: NPY002
    before = _random_states()
    try:
        yield
    finally:
        outcome.touched_random_state = not _same_states(before, _random_states())
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


def _random_states():
    return random.getstate(), np.random.get_state(legacy=False)["state"]  # noqa: NPY002


def _same_states(before, after):
    (python, numpy), (python_after, numpy_after) = before, after
    same_numpy = numpy["pos"] == numpy_after["pos"] and np.array_equal(numpy["key"], numpy_after["key"])
    return python == python_after and same_numpy
