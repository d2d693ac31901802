"""Pruning schedules: {training step t: sparsity of all weights from t on}.

    one-shot    {t0: s_f}
    iterative   s_k = 1 - (1 - s_f)^(k/n)                    k = 1..n: each round takes the same share of what is left
    gradual     s_k = s_f + (s_i - s_f) (1 - k/n)^3          k = 0..n: fast while weights are redundant, then gently

The training loop needs one more statement:

    if t in schedule:
        hold_masks(model, local_masks(model, schedule[t]))

Sparsities are shares of *all* weights, including the pruned ones: to get from s to s', rank the whole array again, with
the zeros first. Pruning a share s_k of what is left would compound: twice 50% is 75%.

Sources: Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), section 3, for iterating; Frankle and Carbin 2019
(arXiv:1803.03635), for the same share each round; Zhu and Gupta 2017 (arXiv:1710.01878), equation 1.
Left out: schedules that look at the loss.
"""

from collections.abc import Mapping

from minicompress._base import arguments

__all__ = ["gradual", "iterative", "one_shot", "sparsity_at"]


def one_shot(final: float, *, start: int = 0) -> dict[int, float]:
    """Return the schedule that prunes once: {start: final}.

    `final` is a sparsity in [0, 1], `start` a training step >= 0. Raises ValueError otherwise.

    >>> one_shot(0.9, start=100)
    {100: 0.9}
    """
    return {_step("one_shot", start): _sparsity("one_shot", "final", final)}


def iterative(final: float, rounds: int, *, interval: int, start: int = 0) -> dict[int, float]:
    """Return the schedule of equal shares: each of `rounds` prunings removes the same share of the remaining weights.

    Parameters
    ----------
    final : sparsity in [0, 1] after the last round.
    rounds : integer >= 1.
    interval : integer >= 1, training steps from one round to the next, in which the network recovers.
    start : integer >= 0, the training step of the first round.

    Returns
    -------
    {t: sparsity}, `rounds` entries in order; the last is exactly `final`.

    Raises
    ------
    ValueError : an argument out of its range.

    >>> {t: round(s, 3) for t, s in iterative(0.875, 3, interval=100).items()}
    {0: 0.5, 100: 0.75, 200: 0.875}
    """
    final = _sparsity("iterative", "final", final)
    rounds = arguments.whole_number("iterative", "rounds", rounds, low=1)
    interval = arguments.whole_number("iterative", "interval", interval, low=1)
    start = _step("iterative", start)
    shares = [1 - (1 - final) ** (k / rounds) for k in range(1, rounds)] + [final]
    return {start + k * interval: s for k, s in enumerate(shares)}


def gradual(final: float, steps: int, *, interval: int, start: int = 0, initial: float = 0.0) -> dict[int, float]:
    """Return Zhu and Gupta's cubic schedule from `initial` to `final`.

    Parameters
    ----------
    final : sparsity in [0, 1] from training step start + steps * interval on.
    steps : integer n >= 1: pruning takes place n + 1 times, for k = 0..n.
    interval : integer >= 1, training steps from one pruning to the next. Between 100 and 1000 the paper found hardly
        any difference.
    start : integer >= 0, the training step of the first pruning; before it, train a little.
    initial : sparsity in [0, final] at `start`; 0 as a rule.

    Returns
    -------
    {t: sparsity}, in order.

    Raises
    ------
    ValueError : an argument out of its range.

    >>> {t: round(s, 3) for t, s in gradual(0.8, 4, interval=100).items()}
    {0: 0.0, 100: 0.463, 200: 0.7, 300: 0.788, 400: 0.8}
    """
    final = _sparsity("gradual", "final", final)
    initial = arguments.number("gradual", "initial", initial, low=0, high=final)
    steps = arguments.whole_number("gradual", "steps", steps, low=1)
    interval = arguments.whole_number("gradual", "interval", interval, low=1)
    start = _step("gradual", start)
    return {start + k * interval: final + (initial - final) * (1 - k / steps) ** 3 for k in range(steps + 1)}


def sparsity_at(schedule: Mapping[int, float], t: float) -> float:
    """Return the sparsity in force at training step t: that of the last pruning at or before t, 0.0 before the first.

    `schedule` is any {training step: sparsity}. Raises ValueError if it is not a dict or t is not a number.

    >>> sparsity_at({100: 0.5, 200: 0.75}, 150)
    0.5
    """
    if not hasattr(schedule, "items"):
        arguments.reject("sparsity_at", "schedule", "a dict of training step to sparsity", schedule)
    t = arguments.number("sparsity_at", "t", t, finite=False)
    past = [step for step in schedule if step <= t]
    return schedule[max(past)] if past else 0.0


def _sparsity(owner, argument, value):
    return arguments.number(owner, argument, value, low=0, high=1)


def _step(owner, value):
    return arguments.whole_number(owner, "start", value, low=0)
