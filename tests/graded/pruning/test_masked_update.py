"""Graded checks of pruning/masked_update.

All numbers are multiples of 1/1024 (in float64 of 2**-30) and all factors powers of two, so that the arithmetic is
exact in any order.
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
    bits = 10 if dtype == np.float32 else 30
    w, g, v = (rng.choice([-1, 1], shape) * rng.integers(1, 2 ** (bits + 1) + 1, shape) / 2**bits for _ in range(3))
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
    submission.agrees_with(reference, lambda: (*(a[::-1, ::-2] for a in arguments(4, 7, seed=14)[:4]), 0.5, 0.25, 2))


@graded(1, en="pruned places may hold anything, infinity and NaN too", zh="被剪处无论是什么，无穷大与 NaN 也一样")
def test_whatever_stands_in_pruned_places(submission):
    def make(*places):
        w, g, v, m, *numbers = arguments(4, 5, seed=12)
        for array in [(w, g, v)[place] for place in places]:
            array[~m] = np.resize([np.inf, np.nan, -np.inf], np.count_nonzero(~m))
        return w, g, v, m, *numbers

    for places in ((1,), (2,), (0,), (0, 1, 2)):
        submission.agrees_with(reference, lambda p=places: make(*p))


@graded(1, en="tiny and huge numbers", zh="极小与极大的数")
def test_tiny_and_huge_numbers(submission):
    def scaled(factor, dtype, seed):
        w, g, v, *others = arguments(3, 5, seed=seed, dtype=dtype)
        return *(a * dtype(factor) for a in (w, g, v)), *others

    for factor, dtype in (
        (2.0**100, np.float32),
        (2.0**-100, np.float32),
        (2.0**130, np.float64),
        (2.0**-300, np.float64),
    ):
        submission.agrees_with(reference, lambda f=factor, d=dtype: scaled(f, d, 13))


@graded(
    1,
    en="a kept weight that is 0 moves; all kept, all pruned, no weights",
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
        for shape in ((4,), (1, 4), (3, 1), (4, 3), (3, 4, 1), (1, 3, 4), (2, 6), ()):
            submission.rejects(ValueError, lambda p=position, s=shape, kind=kind: changed(p, np.ones(s, kind)))
    submission.rejects(ValueError, lambda: changed(0, np.ones((1, 4), np.float32)))

    def two_shapes(one, other, those):
        """Arrays number `those` have the shape `other`, and all four are different from zero."""
        shapes = [other if position in those else one for position in range(4)]
        return *(np.full(s, 0.5, bool if p == 3 else np.float32) for p, s in enumerate(shapes)), 0.125, 0.5, 0.25

    # as many axes, as many entries, or equal except for one axis in the middle: all of these broadcast
    for one, other in (((3, 4), (1, 4)), ((1, 4), (4,)), ((4,), (1, 4)), ((2, 5, 3), (2, 1, 3)), ((1,), ())):
        for those in ((1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3)):
            submission.rejects(ValueError, lambda a=one, b=other, t=those: two_shapes(a, b, t))
            submission.rejects(ValueError, lambda a=one, b=other, t=those: two_shapes(b, a, t))


@graded(1, en="a mask of numbers is refused, and nothing is changed", zh="拒绝由数构成的掩码，且不改动任何东西")
def test_a_mask_of_numbers_is_refused(submission):
    for kind in (np.float32, np.float64, np.int64, np.int8, np.uint8):

        def make(kind=kind):
            *before, m, learning_rate, momentum, weight_decay = arguments(3, 4)
            return *before, m.astype(kind), learning_rate, momentum, weight_decay

        submission.rejects(ValueError, make)
