"""Learning-rate schedules: functions from the step, counted from 0, to the learning rate.

    constant       lr
    step decay     lr factor^floor(step / every)
    cosine decay   final + (lr - final) (1 + cos(pi step / steps)) / 2         final from `steps` on
    warm-up        from start then(0) linearly to then(0) at `steps`, from there on then(step - steps)

Schedules compose: `linear_warmup(500, cosine_decay(0.1, steps=5_000))`. They have no state, so they can be called for
any step in any order, for example for a plot. `nn.fit(schedule=...)` sets the optimizer's rate before every step.

Sources: cosine, Loshchilov and Hutter 2016, arXiv:1608.03983, equation 5; warm-up, Goyal et al. 2017, arXiv:1706.02677,
section 2.2. Left out: restarts, schedules that watch the validation loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from minicompress._base import arguments

__all__ = ["constant", "cosine_decay", "linear_warmup", "step_decay"]


def constant(learning_rate: float) -> Callable[[int], float]:
    """Return the schedule that is always `learning_rate`."""
    learning_rate = arguments.number("constant", "learning_rate", learning_rate, low=0)
    return lambda step: learning_rate


def step_decay(learning_rate: float, *, every: int, factor: float = 0.1) -> Callable[[int], float]:
    """Return the schedule that multiplies the rate by `factor` (0.1: the customary tenth) after each `every` steps."""
    learning_rate = arguments.number("step_decay", "learning_rate", learning_rate, low=0)
    every = arguments.whole_number("step_decay", "every", every, low=1)
    factor = arguments.number("step_decay", "factor", factor, low=0)
    return lambda step: learning_rate * factor ** (step // every)


def cosine_decay(learning_rate: float, *, steps: int, final: float = 0.0) -> Callable[[int], float]:
    """Return the schedule that falls from `learning_rate` to `final` along half a cosine of `steps` steps."""
    learning_rate = arguments.number("cosine_decay", "learning_rate", learning_rate, low=0)
    steps = arguments.whole_number("cosine_decay", "steps", steps, low=1)
    final = arguments.number("cosine_decay", "final", final, low=0)
    return lambda step: final + (learning_rate - final) * (1 + math.cos(math.pi * min(step / steps, 1))) / 2


def linear_warmup(steps: int, then: Callable[[int], float], *, start: float = 0.0) -> Callable[[int], float]:
    """Return the schedule that rises linearly for `steps` steps and then continues with the schedule `then`.

    `start` is the fraction of then(0) at step 0. With 0, the first step does not move the weights.
    """
    steps = arguments.whole_number("linear_warmup", "steps", steps, low=0)
    start = arguments.number("linear_warmup", "start", start, low=0)
    if not callable(then):
        arguments.reject("linear_warmup", "then", "a schedule, such as constant(0.1)", then)

    def schedule(step):
        if step >= steps:
            return then(step - steps)
        return then(0) * (start + (1 - start) * step / steps)

    return schedule
