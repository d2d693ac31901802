"""Graded checks of pruning/lottery_ticket."""

import math

import numpy as np

from minicompress.kit.grading import graded


def reference(weights, initial_weights, masks, rate):
    """One weight at a time: the weakest of the living dies, until enough have."""
    new_masks, rewound = [], []
    for w, w0, m in zip(weights, initial_weights, masks, strict=True):
        left = [where for where in np.ndindex(w.shape) if m[where]]
        for _ in range(round(rate * len(left))):
            left.remove(min(left, key=lambda where, w=w: abs(float(w[where]))))
        new, start = np.zeros(w.shape, bool), np.zeros(w.shape, w0.dtype)
        for where in left:
            new[where], start[where] = True, w0[where]
        new_masks.append(new)
        rewound.append(start)
    return new_masks, rewound


def agrees(submission, reference, make):
    submission.agrees_with(reference, make, dtypes="all")


def numbers(rng, shape, scale):
    """Different magnitudes, both signs."""
    size = int(np.prod(shape))
    return (scale * rng.permutation(np.arange(1, size + 1)) * rng.choice([-1, 1], size) / 64).reshape(shape)


def network(shapes, *, seed=0, dead=0.0, remains="zeros", scales=(1, 8, 0.25), dtype=np.float32):
    """(weights, initial_weights, masks); what is dead holds zeros, as after training, or whatever stood there."""
    rng = np.random.default_rng(seed)
    weights, initial, masks = [], [], []
    for shape, scale in zip(shapes, scales, strict=False):
        m = rng.random(shape) >= dead
        w = numbers(rng, shape, scale)
        weights.append((w * m if remains == "zeros" else w).astype(dtype))
        initial.append(numbers(rng, shape, scale).astype(dtype))
        masks.append(m)
    return weights, initial, masks


@graded(2, en="a case worked by hand: two of five survivors die", zh="手算的例子：五个存活者中剪两个")
def test_hand_worked_case(submission):
    # trained   -4  0  1        initial   0.5  7  -3        alive: -4 1 / -2 3 / 5, and 40% of five are two
    #           -2  0  3                  2    8   1        the smallest |w|: 1 and -2
    #            5  0  0                 -1    9   6        left: -4 3 5, rewound to 0.5 1 -1
    def make():
        w, w0 = np.array([[-4.0, 0, 1], [-2, 0, 3], [5, 0, 0]]), np.array([[0.5, 7, -3], [2, 8, 1], [-1, 9, 6]])
        return [w], [w0], [np.array([[1, 0, 1], [1, 0, 1], [1, 0, 0]], bool)], 0.4

    def by_hand(weights, initial_weights, masks, rate):
        new = np.array([[1, 0, 0], [0, 0, 1], [1, 0, 0]], bool)
        return [new], [np.array([[0.5, 0, 0], [0, 0, 1], [-1, 0, 0]])]

    agrees(submission, by_hand, make)


@graded(2, en="the first round: each layer on its own, whatever its scale", zh="第一轮：逐层计算，与各层的尺度无关")
def test_first_round(submission):
    agrees(submission, reference, lambda: (*network([(6, 5), (4, 6), (3, 4)], seed=1), 0.2))
    agrees(submission, reference, lambda: (*network([(4, 7), (2, 4)], seed=2), 0.5))


@graded(2, en="later rounds: the share is of what is left", zh="以后各轮：比例针对剩余的权重")
def test_later_rounds(submission):
    for seed, dead in ((3, 0.2), (4, 0.5), (5, 0.8)):
        make = lambda seed=seed, dead=dead: (*network([(8, 5), (5, 8)], seed=seed, dead=dead), 0.2)  # noqa: E731
        agrees(submission, reference, make)
    agrees(submission, reference, lambda: (*network([(6, 6)], seed=6, dead=0.4), 0.75))


@graded(2, en="dead weights stay dead, whatever their value", zh="已剪的不复活，不管那里是什么值")
def test_nothing_comes_back(submission):
    for seed, dead, rate in ((7, 0.5, 0.2), (8, 0.25, 0.5), (9, 0.75, 0.1)):
        make = lambda seed=seed, dead=dead, rate=rate: (  # noqa: E731
            *network([(5, 7), (3, 5)], seed=seed, dead=dead, remains="values"),
            rate,
        )
        agrees(submission, reference, make)


@graded(1, en="dead weights may be infinity or NaN", zh="已剪处可以是无穷大或 NaN")
def test_the_dead_may_hold_infinity_or_nan(submission):
    def make(rate):
        weights, initial, masks = network([(5, 8), (3, 7)], seed=18, dead=0.4)
        for w, m in zip(weights, masks, strict=True):
            w[~m] = np.resize([np.nan, np.inf, -np.inf], np.count_nonzero(~m))
        return weights, initial, masks, rate

    for rate in (0.3, 1):
        agrees(submission, reference, lambda rate=rate: make(rate))


@graded(1, en="huge, tiny and close magnitudes, trained and initial", zh="极大、极小与相近的绝对值，训练后与初始时")
def test_huge_tiny_and_close_magnitudes(submission):
    half, huge, tiny = np.float16(4096), np.float32(2.0**124), np.float32(2.0**-100)  # squares: infinite, infinite, 0
    for scale, seed in ((half, 19), (huge, 20), (tiny, 21)):

        def make(scale=scale, seed=seed):
            weights, initial, masks = network([(4, 7), (3, 3)], seed=seed, dead=0.2, dtype=type(scale), scales=(1, 2))
            return [w * scale for w in weights], [w0 / scale for w0 in initial], masks, 0.4

        agrees(submission, reference, make)

    def close():
        weights, initial, masks = network([(5, 6)], seed=22, dead=0.2, dtype=np.float64)
        return [(1 + w / 2**40) * m for w, m in zip(weights, masks, strict=True)], initial, masks, 0.3

    agrees(submission, reference, close)


@graded(1, en="a living weight may be 0, trained or initial", zh="存活的权重可以为 0，无论训练后还是初始时")
def test_living_zeros(submission):
    def make(rate):
        w = np.array([[0.0, 3, -1, 0, 2], [5, 0, 0, -4, 6]])
        w0 = np.array([[1.0, 0, 2, -3, 0], [0, 4, -5, 6, 7]])
        return [w], [w0], [np.array([[1, 1, 1, 1, 1], [1, 0, 1, 0, 1]], bool)], rate

    for rate in (0.125, 0.25, 0.5, 0.75):
        agrees(submission, reference, lambda rate=rate: make(rate))


@graded(2, en="equal magnitudes: the count is exact, the first ones die", zh="绝对值相等时个数准确，靠前的先剪")
def test_ties(submission):
    def signs(seed, shape, values, rate):
        rng = np.random.default_rng(seed)
        w, w0 = rng.choice(values, shape) * rng.choice([-1, 1], shape), rng.normal(size=shape)
        return [w], [w0], [rng.random(shape) < 0.9], rate

    agrees(submission, reference, lambda: signs(10, (7, 6), [1.0], 0.4))
    agrees(submission, reference, lambda: signs(11, (6, 9), [0.5, 1.0, 2.0], 0.5))
    agrees(submission, reference, lambda: signs(12, (40,), [0.25, 0.5], 0.3))


@graded(1, en="a half rounds to even: 5, 7, 10 and 3 weights alive", zh="舍入到偶数：存活 5、7、10、3 个时")
def test_rounding(submission):
    for alive, rate in ((5, 0.5), (7, 0.5), (10, 0.25), (3, 0.5), (10, 0.17), (10, 0.13), (1, 0.5)):

        def make(alive=alive, rate=rate):
            ((w,), (w0,), _) = network([(3, 4)], seed=alive)
            return [w], [w0], [np.arange(12).reshape(3, 4) < alive], rate

        agrees(submission, reference, make)


@graded(
    1,
    en="any shapes: a kernel, a vector, one weight, a view, no layer",
    zh="任意形状：卷积核、向量、单个权重、视图、没有层",
)
def test_shapes(submission):
    agrees(submission, reference, lambda: (*network([(2, 3, 3, 2), (7,), (1, 1)], seed=13, dead=0.3), 0.3))

    def views():
        weights, initial, masks = network([(6, 8)], seed=14, dead=0.3, remains="values")
        return [weights[0].T], [initial[0].T], [masks[0].T], 0.4

    agrees(submission, reference, views)
    agrees(submission, reference, lambda: (*network([(4, 3)], seed=15, dtype=np.float64), 0.25))

    def two_dtypes():
        weights, initial, masks = network([(3, 5)], seed=16, dead=0.2)
        return weights, [w0.astype(np.float64) / 3 for w0 in initial], masks, 0.3

    agrees(submission, reference, two_dtypes)

    def three_dtypes():
        weights, initial, masks = network([(3, 5), (2, 4), (3, 2)], seed=23, dead=0.2, dtype=np.float64)
        return weights, [w0.astype(f"f{2 ** (i + 1)}") for i, w0 in enumerate(initial)], masks, 0.3

    agrees(submission, reference, three_dtypes)
    agrees(submission, reference, lambda: ([], [], [], 0.2))
    agrees(submission, reference, lambda: ([np.zeros((0, 3))], [np.zeros((0, 3))], [np.zeros((0, 3), bool)], 0.2))


@graded(1, en="rates of 0 and 1; nothing is alive", zh="比例为 0 和 1；没有存活的权重")
def test_limits(submission):
    for rate in (0, 1, 1.0):
        agrees(
            submission,
            reference,
            lambda rate=rate: (*network([(4, 5), (2, 4)], seed=16, dead=0.3, remains="values"), rate),
        )
    agrees(
        submission, reference, lambda: (*network([(4, 2), (3, 3)], seed=24), 0.04)
    )  # none dies: new arrays all the same
    agrees(submission, reference, lambda: (*network([(3, 3)], seed=17, dead=1.0, remains="values"), 0.5))


@graded(1, en="a bad rate and lists that do not match are refused", zh="拒绝不合法的比例与不匹配的列表")
def test_bad_input_is_refused(submission):
    for rate in (-0.1, 1.1, 20, math.nan, math.inf, -(2.0**-1000), math.nextafter(1, 2)):
        submission.rejects(ValueError, lambda rate=rate: (*network([(3, 4)]), rate))
        submission.rejects(ValueError, lambda rate=rate: ([], [], [], rate))

    def misfit(which, shapes):
        lists = list(network([(3, 4), (2, 3)]))
        lists[which] = network(shapes)[which]
        return (*lists, 0.2)

    for which in range(3):
        one_of_two = [(3, 4), (3, 2)], [(3, 4), (2, 1)], [(1, 4), (2, 3)], [(4,), (2, 3)], [(3, 4), (6,)], [(3, 4), ()]
        for shapes in ([(3, 4)], [(3, 4), (2, 3), (1, 2)], [(2, 3), (3, 4)], [(3, 4), (2, 3, 1)], [], *one_of_two):
            submission.rejects(ValueError, lambda which=which, shapes=shapes: misfit(which, shapes))
