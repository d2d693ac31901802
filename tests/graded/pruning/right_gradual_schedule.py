"""Answers to pruning/gradual_schedule that are right, in other styles than the solution's."""

from fractions import Fraction

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(interval, steps, initial, final):
    if interval <= 0 or steps <= 0:
        raise ValueError("interval or steps")
    if not (initial >= 0 and final <= 1 and initial <= final):
        raise ValueError("sparsities")


@right
def a_table_of_all_prunings(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    shares = final - (final - initial) * (1 - np.arange(steps + 1) / steps) ** 3
    zeros = np.concatenate([[0], np.rint(np.round(shares * n, 9)).astype(int)])
    times = start + interval * np.arange(steps + 1)
    done = int(np.searchsorted(times, t, side="right"))
    if done == 0:
        return 0.0, 0
    pruned_now = int(zeros[done] - zeros[done - 1]) if times[done - 1] == t else 0
    return float(shares[done - 1]), pruned_now


@right
def walks_through_training(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    share, zeros, now = 0.0, 0, 0
    for step in range(t + 1):
        now = 0
        since = step - start
        if since >= 0 and since % interval == 0 and since // interval <= steps:
            left = (steps - since // interval) / steps
            share = final * (1 - left**3) + initial * left**3
            now = round(round(share * n, 9)) - zeros
            zeros += now
    return share, now


@right
def exact_fractions(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)
    first, last = Fraction(initial).limit_denominator(10**6), Fraction(final).limit_denominator(10**6)

    def share(k):
        return last - (last - first) * Fraction(steps - k, steps) ** 3 if k >= 0 else Fraction(0)

    k = min((t - start) // interval, steps) if t >= start else -1
    is_pruning = k >= 0 and t == start + k * interval
    return float(share(k)), round(share(k) * n) - round(share(k - 1) * n) if is_pruning else 0


@right
def weighs_both_ends(t, n, start, interval, steps, initial, final):
    refuse_bad(interval, steps, initial, final)

    def share(k):
        left = (steps - k) / steps
        return initial * left**3 + final * (1 - left**3) if k >= 0 else 0.0

    k = -1
    while k < steps and start + (k + 1) * interval <= t:
        k += 1
    prunes = k >= 0 and start + k * interval == t
    return share(k), round(share(k) * n) - round(share(k - 1) * n) if prunes else 0


K = "k = min((t - start) // interval, steps)"
CHECK = "if interval < 1 or steps < 1 or (not 0 <= initial <= final <= 1):"
EQUIVALENT_MUTANTS = {
    f"{K} -> k = min(steps, (t - start) // interval)": "the smaller of two is the same in either order",
    f"swapped: {CHECK} | def sparsity_at(t):": "defining a function computes nothing",
}
