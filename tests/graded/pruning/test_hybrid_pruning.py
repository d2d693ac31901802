"""Graded checks of pruning/hybrid_pruning."""

import numpy as np

from minicompress.kit.grading import graded


def reference(w1, b1, w2, neurons, budget):
    """One neuron, then one weight at a time."""
    norms = [sum(float(v) ** 2 for v in row) for row in w1]
    stay = sorted(sorted(range(len(w1)), key=lambda j: (-norms[j], j))[:neurons])
    w1, b1 = np.array([w1[j] for j in stay]), np.array([b1[j] for j in stay])
    w2 = np.array([[row[j] for j in stay] for row in w2])
    places = [(w1, index) for index in np.ndindex(w1.shape)] + [(w2, index) for index in np.ndindex(w2.shape)]
    weakest_last = sorted(range(len(places)), key=lambda i: (-abs(float(places[i][0][places[i][1]])), i))
    for i in weakest_last[budget:]:
        array, index = places[i]
        array[index] = 0
    return w1, b1, w2


def network(h, inputs, outputs, *, seed=0, scale=1.0, dtype=np.float64):
    """Multiples of 1/4, so that squares are exact and magnitudes are often equal; w2 times `scale`."""
    rng = np.random.default_rng(seed)
    w1, b1, w2 = (rng.integers(-12, 13, shape) / 4 for shape in [(h, inputs), (h,), (outputs, h)])
    return w1.astype(dtype), b1.astype(dtype), (scale * w2).astype(dtype)


def distinct(h, inputs, outputs, *, seed=0):
    """Weights of which no two magnitudes are equal."""
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(np.arange(1.0, h * (inputs + outputs) + 1)) * rng.choice([-1, 1], h * (inputs + outputs))
    return numbers[: h * inputs].reshape(h, inputs), np.arange(1.0, h + 1), numbers[h * inputs :].reshape(outputs, h)


@graded(
    2,
    en="a case worked by hand: one neuron is removed, then one weight of six is pruned",
    zh="手算的例子：先移除一个神经元，再从六个权重中去掉一个",
)
def test_hand_worked_case(submission):
    # norms² of the rows: 9 + 16 = 25    1 + 1 = 2    4 + 25 = 29    neuron 1 goes: w1 = 3 4 / 2 -5, w2 = 6 1
    # budget 4 of 6: the magnitudes 6 5 4 3 stay, 2 and 1 become 0
    def make():
        w1, b1 = np.array([[3.0, 4], [1, -1], [2, -5]]), np.array([7.0, 8, 9])
        return w1, b1, np.array([[6.0, 10, 1]]), 2, 4

    def by_hand(w1, b1, w2, neurons, budget):
        return np.array([[3.0, 4], [0, -5]]), np.array([7.0, 9]), np.array([[6.0, 0]])

    submission.agrees_with(by_hand, make)


@graded(3, en="structure first, then one budget over both arrays", zh="先剪结构，再对两个数组用同一个预算")
def test_one_budget_over_what_is_left(submission):
    submission.agrees_with(reference, lambda: (*distinct(6, 3, 4, seed=1), 4, 11))
    submission.agrees_with(reference, lambda: (*distinct(5, 4, 2, seed=2), 3, 7))
    submission.agrees_with(reference, lambda: (*network(6, 4, 3, seed=3, scale=0.125, dtype=np.float32), 4, 9))


@graded(2, en="the L2 norm ranks neurons, |w| ranks weights", zh="神经元按 L2 范数排，权重按 |w| 排")
def test_what_ranks_what(submission):
    # L2 keeps 0, 2, 4; L1 would keep 1; signed sums would lose 2
    def make(budget):
        w1 = np.array([[6.0, 0, 1], [-3, 4, 3.5], [-5, -4, 2], [1, 1, 7.5 / 3], [0, 0, 7]])
        return w1, np.array([-1.0, 9, 2, 8, 0]), np.array([[-0.5, 30, 8, -25, 1.5], [2.25, -20, -9, 40, -3]]), 3, budget

    for budget in (10, 5):
        submission.agrees_with(reference, lambda budget=budget: make(budget))


@graded(2, en="equal norms and equal magnitudes: counts are exact", zh="范数与幅值相等时，个数仍然准确")
def test_ties(submission):
    submission.agrees_with(reference, lambda: (*network(5, 3, 4, seed=4), 4, 13))

    def signs(h, inputs, outputs):
        rng = np.random.default_rng(5)
        return rng.choice([-1.0, 1], (h, inputs)), np.arange(1.0, h + 1), rng.choice([-1.0, 1], (outputs, h))

    def two_sizes():
        w1, b1, w2 = signs(42, 2, 2)
        w1[::3] *= 2
        w2[1] *= 2
        return w1, b1, w2, 25, 60  # so many that an unstable sort shows

    submission.agrees_with(reference, lambda: (*signs(4, 2, 3), 3, 8))
    submission.agrees_with(reference, two_sizes)


@graded(1, en="norms and magnitudes that are close, tiny or huge", zh="相近、极小或极大的范数与幅值")
def test_numbers_of_any_size(submission):
    def make(scale, dtype=np.float64, step=2e-9):
        w1, b1, w2 = distinct(6, 3, 4, seed=8)
        w1, w2 = (scale * np.sign(w) * (1 + step * np.abs(w)) for w in (w1, w2))
        return w1.astype(dtype), b1.astype(dtype), w2.astype(dtype), 4, 13

    for scale in (1.0, 1e-30, 1e30):
        submission.agrees_with(reference, lambda scale=scale: make(scale))
    for scale in (1e37, 1e-36):  # squares leave the range of float32
        submission.agrees_with(reference, lambda scale=scale: make(scale, np.float32, 0.5), dtypes="all")

    def wide():
        w1, b1, w2 = distinct(5, 3, 2, seed=9)
        exponents = np.array([[-20.0], [20], [-30], [30], [25]])
        return w1 * 10**exponents, b1, w2 * 10 ** exponents.T[:, ::-1], 4, 9

    submission.agrees_with(reference, wide)


@graded(1, en="all neurons stay: the arrays are new nevertheless", zh="神经元全部保留时也要返回新数组")
def test_all_neurons_stay(submission):
    for budget in (5, 0, 17, 20, 30):  # of 20
        submission.agrees_with(reference, lambda budget=budget: (*distinct(4, 3, 2, seed=10), 4, budget))
    submission.agrees_with(
        reference, lambda: (*(a.astype(np.float32) for a in distinct(4, 3, 2, seed=11)), 4, 7), dtypes="all"
    )


@graded(1, en="NumPy integers, one neuron, one input, one output", zh="NumPy 整数，单个神经元、输入或输出")
def test_narrow_integers_and_single_axes(submission):
    for number in (np.uint8, np.int8, np.int64):
        submission.agrees_with(reference, lambda n=number: (*distinct(6, 3, 4, seed=12), n(4), n(11)))
        submission.agrees_with(reference, lambda n=number: (*distinct(3, 40, 30, seed=13), n(3), n(120)))
    submission.agrees_with(reference, lambda: (*distinct(5, 1, 2, seed=14), 3, 4))
    submission.agrees_with(reference, lambda: (*distinct(5, 2, 1, seed=15), 3, 4))
    submission.agrees_with(reference, lambda: (*distinct(1, 3, 2, seed=16), 1, 4))


@graded(1, en="shapes that do not fit are refused", zh="拒绝不匹配的形状")
def test_shapes_that_do_not_fit_are_refused(submission):
    for w1, b1, w2 in (
        ((4, 3), (3,), (2, 4)),
        ((4, 3), (1,), (2, 4)),
        ((4, 3), (4, 1), (2, 4)),
        ((4, 3), (1, 4), (2, 4)),
        ((4, 3), (4,), (4, 2)),
        ((4, 3), (4,), (2, 5)),
        ((4, 3), (4,), (2, 1)),
        ((4, 3), (4,), (4,)),
        ((4,), (4,), (2, 4)),
        ((4, 3, 1), (4,), (2, 4)),
    ):
        shapes = w1, b1, w2
        submission.rejects(ValueError, lambda shapes=shapes: (*(np.ones(s) for s in shapes), 1, 3))


@graded(1, en="a large budget and a budget of 0; bad numbers are refused", zh="预算很大或为零；拒绝不合法的个数")
def test_limits(submission):
    submission.agrees_with(reference, lambda: (*distinct(4, 3, 2, seed=6), 2, 100))
    submission.agrees_with(reference, lambda: (*distinct(4, 3, 2, seed=6), 4, 20))
    submission.agrees_with(reference, lambda: (*distinct(3, 2, 2, seed=7), 1, 0))
    for neurons, budget in ((0, 5), (-1, 5), (5, 5), (2, -1)):
        submission.rejects(ValueError, lambda n=neurons, b=budget: (*distinct(4, 3, 2), n, b))
