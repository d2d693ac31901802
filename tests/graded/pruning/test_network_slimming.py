"""Graded checks of pruning/network_slimming."""

import numpy as np

from minicompress.kit.grading import graded


def reference(gammas, betas, strength, share):
    """One channel at a time: the last of the weakest goes, as long as some have to."""
    gradients = [np.array([strength * ((v > 0) - (v < 0)) for v in g.tolist()], g.dtype) for g in gammas]
    left = [(layer, j) for layer, g in enumerate(gammas) for j in range(len(g))]
    goes = []
    for _ in range(int(share * len(left))):
        weakest = min(abs(float(gammas[layer][j])) for layer, j in left)
        goes.append([place for place in left if abs(float(gammas[place[0]][place[1]])) == weakest][-1])
        left.remove(goes[-1])
    keep, constants = [], []
    for layer, (g, b) in enumerate(zip(gammas, betas, strict=True)):
        stays = [(layer, j) not in goes for j in range(len(g))]
        if not any(stays):
            stays[max(range(len(g)), key=lambda j, g=g: abs(float(g[j])))] = True
        keep.append(np.array(stays))
        constants.append(np.array([0 if stays[j] else max(float(b[j]), 0) for j in range(len(g))], b.dtype))
    return gradients, keep, constants


def scales(*sizes, seed=0, dtype=np.float32):
    """Gammas of different magnitudes and both signs; each layer has a scale of its own."""
    rng = np.random.default_rng(seed)
    total = sum(sizes)
    values = rng.permutation(np.arange(1, total + 1)) * rng.choice([-1, 1], total) / 16
    parts = np.split(values, np.cumsum(sizes)[:-1])
    return [(part * 2.0 ** rng.integers(-1, 2)).astype(dtype) for part in parts]


def shifts(*sizes, seed=0, dtype=np.float32):
    """Betas of both signs, and a few zeros."""
    rng = np.random.default_rng(100 + seed)
    return [(rng.integers(-6, 7, size) / 8).astype(dtype) for size in sizes]


def zeros(gammas):
    """Betas that leave no constants, for checks of the other results."""
    return [np.zeros_like(g) for g in gammas]


@graded(2, en="a case worked by hand: three of seven channels are removed", zh="手算的例子：七个通道中移除三个")
def test_hand_worked_case(submission):
    # gamma    2 -0.5 0 | 0.25 -0.125 | -1 3       int(0.45 * 7) = 3: the smallest |gamma| are 0, 0.125, 0.25, and
    # beta     1  2   3 | 4    -5     | 6  7       the second layer would lose both, so its 0.25 stays
    # lambda sign(gamma) = 0.5 -0.5 0 | 0.5 -0.5 | -0.5 0.5;  constants: relu(3) = 3, relu(-5) = 0
    def make():
        gammas = [np.array([2, -0.5, 0]), np.array([0.25, -0.125]), np.array([-1.0, 3])]
        return gammas, [np.array([1.0, 2, 3]), np.array([4.0, -5]), np.array([6.0, 7])], 0.5, 0.45

    def by_hand(gammas, betas, strength, share):
        gradients = [np.array([0.5, -0.5, 0]), np.array([0.5, -0.5]), np.array([-0.5, 0.5])]
        keep = [np.array([True, True, False]), np.array([True, False]), np.array([True, True])]
        return gradients, keep, [np.array([0.0, 0, 3]), np.zeros(2), np.zeros(2)]

    submission.agrees_with(by_hand, make)


@graded(3, en="the gradient of the penalty", zh="惩罚的梯度")
def test_gradient(submission):
    def make(strength, *gammas):
        gammas = [np.array(g, np.float32) for g in gammas]
        return gammas, zeros(gammas), strength, 0.0

    submission.agrees_with(reference, lambda: make(0.25, [3, -2, 0.5], [-0.125, 7]))
    submission.agrees_with(reference, lambda: make(1e-4, [1e-3, -1e-6, 0, -0.0, 40], [0, -1]), rtol=1e-6)
    submission.agrees_with(reference, lambda: make(2, [5], [-5], [0]))


@graded(3, en="one ranking for all layers, by |gamma|", zh="所有层一起按 |gamma| 排名")
def test_one_ranking(submission):
    for seed, share in ((1, 0.5), (2, 0.3), (3, 0.7)):

        def make(seed=seed, share=share):
            gammas = scales(5, 8, 3, seed=seed)
            return gammas, zeros(gammas), 0.0, share

        submission.agrees_with(reference, make)


@graded(2, en="every layer keeps its strongest channel", zh="每层保留最强的通道")
def test_no_layer_vanishes(submission):
    def weak_layers(share):
        gammas = [np.array([4.0, -5, 6, 7]), np.array([0.25, -0.75, 0.5]), np.array([-0.125]), np.array([0.375, 8])]
        return gammas, zeros(gammas), 0.0, share

    for share in (0.4, 0.6, 0.9):
        submission.agrees_with(reference, lambda share=share: weak_layers(share))

    def alike():
        gammas = [np.full(4, 2.0), np.array([-1.0, 1, 1]), np.zeros(3)]
        return gammas, zeros(gammas), 0.0, 0.65

    submission.agrees_with(reference, alike)


@graded(3, en="the constant that a removed channel still passes on", zh="移除的通道仍送出的常数")
def test_constants(submission):
    for seed, share in ((4, 0.5), (5, 0.75)):

        def make(seed=seed, share=share):
            return scales(6, 4, 7, seed=seed), shifts(6, 4, 7, seed=seed), 0.0, share

        submission.agrees_with(reference, make)
    submission.agrees_with(
        reference,
        lambda: (scales(4, 3, seed=6, dtype=np.float64), shifts(4, 3, seed=6, dtype=np.float64), 0.0, 0.6),
    )
    submission.agrees_with(reference, lambda: (scales(5, seed=7), shifts(5, seed=7, dtype=np.float64), 0.0, 0.6))


@graded(2, en="equal scales: the count is exact, the later channels are removed", zh="尺度相等时个数准确，靠后的移除")
def test_ties(submission):
    def make(seed, values, share, *sizes):
        rng = np.random.default_rng(seed)
        gammas = [rng.choice(values, size) * rng.choice([-1.0, 1], size) for size in sizes]
        return gammas, zeros(gammas), 0.0, share

    submission.agrees_with(reference, lambda: make(7, [1.0], 0.4, 9, 20, 11))
    submission.agrees_with(reference, lambda: make(8, [0.0, 0.5, 1], 0.5, 17, 24))
    submission.agrees_with(reference, lambda: make(9, [0.25, 0.5], 0.3, 40))


@graded(
    1, en="scales that are close, tiny or huge; the result stays float32", zh="相近、极小或极大的尺度；float32 保持不变"
)
def test_scales_of_any_size(submission):
    def make(factor, dtype, step):
        order = np.array([4, -9, 1, 7, -3, 10, -6, 2, 8, -5])
        values = factor * np.sign(order) * (1 + step * np.abs(order))
        gammas = [part.astype(dtype) for part in np.split(values, [3, 8])]
        return gammas, shifts(3, 5, 2, seed=11, dtype=dtype), np.float64(0.3), 0.55

    for factor in (1.0, 1e-200, 1e200, 1e-30, 1e30):
        submission.agrees_with(reference, lambda factor=factor: make(factor, np.float64, 1e-12), dtypes="all")
    for factor in (1.0, 1e-30, 1e30):
        submission.agrees_with(reference, lambda f=factor: make(f, np.float32, 1e-4), rtol=1e-6, dtypes="all")

    def one_tiny_shift():
        gammas = [np.array([0.5, 1e-20, 2e-20, 1e20, 3e20])]
        return gammas, [np.array([1.0, 1e-30, 1e30, -1e-30, 2.0])], np.float64(1e-20), 0.5

    submission.agrees_with(reference, one_tiny_shift)


@graded(
    1, en="the number to remove is rounded down; a share of 0; one channel", zh="移除个数向下取整；比例为 0；单个通道"
)
def test_limits(submission):
    for share in (0, 0.19, 0.39, 0.5, 0.99):

        def make(share=share):
            gammas = scales(3, 2, seed=10)
            return gammas, zeros(gammas), 0.0, share

        submission.agrees_with(reference, make)
    submission.agrees_with(reference, lambda: ([np.array([-2.0])], [np.array([3.0])], 0.0, 0.5))
    submission.agrees_with(reference, lambda: ([np.array([0.0])], [np.array([3.0])], 0.0, 0.9))


@graded(
    1, en="a bad strength or share and lists that do not match are refused", zh="拒绝不合法的强度与比例、不匹配的列表"
)
def test_bad_input_is_refused(submission):
    for strength, share in ((-0.1, 0.5), (float("nan"), 0.5), (0.1, -0.1), (0.1, 1), (0.1, 50), (0.1, float("nan"))):
        submission.rejects(ValueError, lambda a=strength, b=share: (scales(3, 2), shifts(3, 2), a, b))
    for sizes in ((3,), (3, 2, 2), (2, 3), (3, 1), (1, 1)):
        submission.rejects(ValueError, lambda sizes=sizes: (scales(3, 2), shifts(*sizes), 0.1, 0.5))
    for shape in ((3, 1), (1, 3)):
        submission.rejects(ValueError, lambda s=shape: (scales(3), [shifts(3)[0].reshape(s)], 0.1, 0.5))
