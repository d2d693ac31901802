"""What the tests of patterns observe: arrays whose entries are no round numbers, and calls that can be made again."""

import numpy as np

from minicompress.kit.grading.comparison.observation import Outcome, leaves
from minicompress.kit.grading.diagnosis.patterns import FailingCall, observe_failing_call

_RNG = np.random.default_rng(0)
Z = _RNG.normal(0, 2, (5, 4))
P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
CODES = _RNG.integers(-7, 8, (6, 5))
W = _RNG.permutation(np.arange(1, 31)).reshape(5, 6) / 8.0 * _RNG.choice([-1, 1], (5, 6))


def failing_call(answer, solution, make, names):
    """The call of an answer that goes wrong, beside the solution."""

    def run(function):
        def observed(args):
            outcome = Outcome()
            try:
                outcome.returned = function(*args)
            except Exception as error:
                outcome.error = error
            outcome.returned_leaves, outcome.argument_leaves = leaves(outcome.returned), leaves(args)
            return outcome

        return observed

    return FailingCall(make, names, run(answer), run(solution), run(solution))


def failing(answer, solution, make, names):
    """The sentence that is said of this call."""
    call = failing_call(answer, solution, make, names)
    return observe_failing_call(call, call.answer(make()), call.solution(make()))


def soft(z, T, alpha=1.0):
    e = np.exp(z / T)
    return alpha * T**2 * np.log(e.sum(axis=1)).mean() + (1 - alpha) * (z**2).mean()


def batch():
    return np.random.default_rng(5).normal(0, 2, (4, 3)), 4.0
