"""Graded checks of pruning/masked_update.

All numbers are multiples of 1/16 and all factors powers of two, so that the arithmetic is exact in any order.
"""

import numpy as np

from minicompress.kit.grading import graded


def reference(w, g, v, m, learning_rate, momentum, weight_decay):
    """One weight at a time: slow, and plainly what the exercise says."""
    for i in np.ndindex(w.shape):
        if m[i]:
            v[i] = momentum * v[i] + (g[i] + weight_decay * w[i])
            w[i] = w[i] - learning_rate * v[i]
        else:
            v[i] = w[i] = 0


def arguments(*shape, learning_rate=0.125, momentum=0.5, weight_decay=0.25, keep=0.5, seed=0, dtype=np.float32):
    """w, g, v alive everywhere, as right after a pruning; about the share `keep` of m is True."""
    rng = np.random.default_rng(seed)
    w, g, v = (rng.choice([-1, 1], shape) * rng.integers(1, 33, shape) / 16 for _ in range(3))
    m = rng.random(shape) < keep
    return *(a.astype(dtype) for a in (w, g, v)), m, learning_rate, momentum, weight_decay


@graded(1, en="a case worked by hand: one weight kept, one pruned", zh="手算的例子：一个保留，一个剪掉")
def test_hand_worked_case(submission):
    # v = 0.5 * 2 + (1 + 0.25 * 4) = 3, w = 4 - 0.125 * 3 = 3.625; the pruned one: 0 and 0
    def make():
        return (
            np.array([4.0, -2.0]),
            np.array([1.0, 1.0]),
            np.array([2.0, 8.0]),
            np.array([True, False]),
            0.125,
            0.5,
            0.25,
        )

    def by_hand(w, g, v, m, learning_rate, momentum, weight_decay):
        w[...], v[...] = [3.625, 0.0], [3.0, 0.0]

    submission.agrees_with(by_hand, make)


@graded(2, en="plain gradient descent: no momentum, no weight decay", zh="普通梯度下降：无动量，无权重衰减")
def test_plain_gradient_descent(submission):
    submission.agrees_with(reference, lambda: arguments(3, 4, momentum=0.0, weight_decay=0.0))
    submission.agrees_with(reference, lambda: arguments(5, momentum=0, weight_decay=0, learning_rate=1, seed=1))


@graded(2, en="momentum: a velocity from before the pruning moves nothing", zh="动量：剪枝之前的速度不再推动被剪的权重")
def test_momentum(submission):
    submission.agrees_with(reference, lambda: arguments(4, 3, weight_decay=0.0, seed=2))
    submission.agrees_with(
        reference, lambda: arguments(2, 5, weight_decay=0.0, momentum=0.25, learning_rate=0.5, seed=3)
    )


@graded(1, en="weight decay, coupled with the gradient", zh="权重衰减：加在梯度上")
def test_weight_decay(submission):
    submission.agrees_with(reference, lambda: arguments(4, 3, momentum=0.0, seed=4))
    submission.agrees_with(reference, lambda: arguments(3, 3, momentum=0.0, weight_decay=2.0, seed=5))


@graded(
    2, en="momentum and weight decay together; kernels, float64, views", zh="动量与权重衰减一起；卷积核、float64、视图"
)
def test_everything_together(submission):
    def views():
        w, g, v, m, *numbers = arguments(6, 4, seed=8)
        return w[::2].T, g.T[:, ::2], v[1::2].T, m.T[:, ::2], *numbers

    submission.agrees_with(reference, lambda: arguments(2, 3, 2, 2, seed=6))
    submission.agrees_with(reference, lambda: arguments(3, 5, dtype=np.float64, learning_rate=2.0, seed=7))
    submission.agrees_with(reference, views)


@graded(
    1,
    en="a kept weight that is 0 moves; all kept, all pruned, none there",
    zh="恰为 0 的保留权重也能动；全留、全剪、空数组",
)
def test_zeros_and_extremes(submission):
    def with_zeros():
        w, g, v, m, *numbers = arguments(4, 4, seed=9)
        w[::2], v[:, ::2] = 0, 0
        return w, g, v, m, *numbers

    submission.agrees_with(reference, with_zeros)
    submission.agrees_with(reference, lambda: arguments(3, 4, keep=2.0, seed=10))
    submission.agrees_with(reference, lambda: arguments(3, 4, keep=0.0, seed=11))
    submission.agrees_with(reference, lambda: arguments(0, 4))


@graded(1, en="shapes that differ are refused, and nothing is changed", zh="拒绝不一致的形状，且不改动任何东西")
def test_other_shapes_are_refused(submission):
    def changed(position, value):
        args = list(arguments(3, 4))
        args[position] = value
        return tuple(args)

    for position in (1, 2, 3):
        kind = bool if position == 3 else np.float32
        for shape in ((4,), (1, 4), (3, 1), (4, 3)):
            submission.rejects(ValueError, lambda p=position, s=shape, kind=kind: changed(p, np.ones(s, kind)))
    submission.rejects(ValueError, lambda: changed(0, np.ones((1, 4), np.float32)))


@graded(1, en="a mask of numbers is refused, and nothing is changed", zh="拒绝由数构成的掩码，且不改动任何东西")
def test_a_mask_of_numbers_is_refused(submission):
    for kind in (np.float32, np.int64, np.uint8):

        def make(kind=kind):
            *before, m, learning_rate, momentum, weight_decay = arguments(3, 4)
            return *before, m.astype(kind), learning_rate, momentum, weight_decay

        submission.rejects(ValueError, make)
