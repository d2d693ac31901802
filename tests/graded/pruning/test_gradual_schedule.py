"""Graded checks of pruning/gradual_schedule."""

import math
from fractions import Fraction

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-9, "atol": 1e-12}


def reference(t, n, start, interval, steps, initial, final):
    """Walk through training, step by step, with exact fractions."""
    initial, final = (Fraction(str(s)) for s in (initial, final))
    sparsity, zeros, pruned_now = Fraction(0), 0, 0
    for step in range(t + 1):
        pruned_now = 0
        k = Fraction(step - start, interval)
        if k.denominator == 1 and 0 <= k <= steps:
            sparsity = final + (initial - final) * (1 - k / steps) ** 3
            pruned_now = round(sparsity * n) - zeros
            zeros += pruned_now
    return float(sparsity), pruned_now


OUT_OF_ORDER = (
    *((0.9, 0.5), (-0.1, 0.5), (0.5, 1.1), (0, 90), (0.0, math.inf), (-math.inf, 0.5)),
    *((-(2.0**-1000), 0.5), (0.5, math.nextafter(0.5, 0)), (0.5, math.nextafter(1, 2))),
)


def agrees(submission, steps_of_training, *others):
    for t in steps_of_training:
        submission.agrees_with(reference, lambda t=t: (t, *others), **TOLERANCE)


@graded(1, en="a case worked by hand: 0 to 0.8 in two prunings", zh="手算的例子：分两次从 0 剪到 0.8")
def test_hand_worked_case(submission):
    # k = 1 of 2: s = 0.8 + (0 - 0.8) (1 - 1/2)^3 = 0.8 - 0.1 = 0.7; 70 of 100 weights, none were zero before
    submission.agrees_with(lambda *args: (0.7, 70), lambda: (16, 100, 11, 5, 2, 0.0, 0.8), **TOLERANCE)
    # k = 2: s = 0.8, 80 weights, 70 were zero
    submission.agrees_with(lambda *args: (0.8, 10), lambda: (21, 100, 11, 5, 2, 0.0, 0.8), **TOLERANCE)


@graded(3, en="every pruning step from the first to the last", zh="从第一次到最后一次的每个剪枝步")
def test_pruning_steps(submission):
    agrees(submission, range(11, 36, 6), 1003, 11, 6, 4, 0.0, 0.9)
    agrees(submission, range(5, 24, 3), 266_200, 5, 3, 6, 0.0, 0.95)
    agrees(submission, (0, 7, 14, 21), 12_347, 0, 7, 3, 0.1, 0.6)
    agrees(submission, (2, 13, 24), 7_000_000_003, 2, 11, 5, 0.15, 0.85)
    agrees(submission, (2, 13), 0, 2, 11, 5, 0.15, 0.85)


@graded(2, en="between two prunings the sparsity stays, and nothing is pruned", zh="两次剪枝之间稀疏度不变，也不剪")
def test_between_prunings(submission):
    agrees(submission, (12, 14, 15, 16, 18, 22, 30, 34), 1003, 11, 6, 4, 0.0, 0.9)
    agrees(submission, (1, 6, 8, 20), 5000, 0, 7, 3, 0.25, 0.75)


@graded(1, en="before the first pruning nothing is pruned", zh="第一次剪枝之前什么都不剪")
def test_before_the_first_pruning(submission):
    agrees(submission, (0, 5, 10), 1003, 11, 6, 4, 0.3, 0.9)
    agrees(submission, (0, 1), 1000, 2, 5, 3, 0.0, 0.9)


@graded(1, en="after the last pruning the sparsity stays at its final value", zh="最后一次剪枝之后稀疏度不再变")
def test_after_the_last_pruning(submission):
    agrees(submission, (35, 36, 40, 41, 47, 500), 1003, 11, 6, 4, 0.0, 0.9)
    agrees(submission, (4, 5, 6), 90, 1, 1, 3, 0.2, 0.7)


@graded(1, en="the first pruning goes from nothing to the initial sparsity", zh="第一次剪枝从零剪到初始稀疏度")
def test_initial_sparsity_is_pruned_at_the_start(submission):
    agrees(submission, (4, 5, 6, 8), 1000, 5, 3, 2, 0.5, 0.9)
    agrees(submission, (0, 1, 2, 3), 64, 0, 2, 1, 0.25, 1.0)
    agrees(submission, (2, 3, 4, 7), 80, 3, 1, 5, 0.4, 0.4)


@graded(1, en="few weights: the totals are rounded, not the increments", zh="权重很少时：取整的是总数，而不是增量")
def test_rounding_of_totals(submission):
    agrees(submission, range(0, 9), 7, 0, 1, 8, 0.0, 0.9)
    agrees(submission, range(0, 7), 11, 0, 1, 6, 0.1, 0.8)
    agrees(submission, range(0, 4), 10, 0, 1, 2, 0.25, 0.75)  # 2.5 -> 2, 7.5 -> 8


@graded(1, en="an interval or number of steps below 1 is refused", zh="拒绝小于 1 的 interval 或 steps")
def test_bad_steps_are_refused(submission):
    for interval, steps in ((0, 4), (-1, 4), (10, 0), (10, -2)):
        for t in (0, 10, 30):
            submission.rejects(ValueError, lambda t=t, i=interval, s=steps: (t, 100, 10, i, s, 0.0, 0.9))
    submission.agrees_with(reference, lambda: (1, 100, 0, 1, 1, 0.0, 0.9), **TOLERANCE)


@graded(1, en="sparsities out of order or outside [0, 1] are refused", zh="拒绝次序颠倒或在 [0, 1] 之外的稀疏度")
def test_bad_sparsities_are_refused(submission):
    for initial, final in OUT_OF_ORDER:
        for t in (0, 20):
            submission.rejects(ValueError, lambda t=t, i=initial, f=final: (t, 100, 10, 10, 4, i, f))
    for initial, final in ((math.nan, 0.5), (0.0, math.nan), (math.nan, math.nan)):
        for t in (0, 20):
            submission.rejects(ValueError, lambda t=t, i=initial, f=final: (t, 100, 10, 10, 4, i, f))
    submission.agrees_with(reference, lambda: (20, 100, 0, 10, 2, 0, 1), **TOLERANCE)
