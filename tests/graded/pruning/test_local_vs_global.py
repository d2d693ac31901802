"""Graded checks of pruning/local_vs_global."""

import math

import numpy as np

from minicompress.kit.grading import graded

EXACT = {"exact_arguments": True}


def reference(weights, sparsity, scope):
    """Take the smallest weight away, again and again, from one array or from all: slow, and plainly the exercise."""
    places = [(abs(float(v)), array, i) for array, w in enumerate(weights) for i, v in enumerate(w.ravel())]
    masks = [np.ones(w.size, dtype=bool) for w in weights]
    pools = [places] if scope == "global" else [[p for p in places if p[1] == array] for array in range(len(weights))]
    for pool in pools:
        for _, array, i in sorted(pool)[: round(sparsity * len(pool))]:
            masks[array][i] = False
    return [mask.reshape(w.shape) for mask, w in zip(masks, weights, strict=True)]


def layers(*shapes, seed=0, spread=8.0):
    """Arrays of distinct magnitudes, each about `spread` times as large as the one before."""
    rng = np.random.default_rng(seed)
    made = []
    for index, shape in enumerate(shapes):
        n = math.prod(shape)
        magnitudes = rng.permutation(np.arange(1, n + 1)) + (index + 1) / 16
        w = magnitudes * spread**index * rng.choice([-1, 1], n) / n
        made.append(w.reshape(shape).astype(np.float32))
    return made


def tied():
    """Few magnitudes, the same in both arrays."""
    rng = np.random.default_rng(5)
    return [rng.choice([-0.5, -0.25, 0.0, 0.25, 0.5], shape) for shape in [(3, 5), (4, 2)]]


def by_hand_case(scope):
    return [np.array([[0.1, -0.2], [-0.3, 0.4]]), np.array([[-4.0, 1.0, 3.0, 0.25]])], 0.5, scope


@graded(1, en="local, worked by hand: half of each array", zh="local，手算的例子：每个数组各剪一半")
def test_local_hand_worked_case(submission):
    # 0.1 0.2 of the first four, 0.25 1.0 of the second
    def by_hand(weights, sparsity, scope):
        return [np.array([[False, False], [True, True]]), np.array([[True, False, True, False]])]

    submission.agrees_with(by_hand, lambda: by_hand_case("local"), **EXACT)


@graded(
    1,
    en="global, worked by hand: half of all, most from one array",
    zh="global，手算的例子：总共剪一半，多数来自一个数组",
)
def test_global_hand_worked_case(submission):
    # 4 of 8 go: 0.1 0.2 0.25 0.3, of which 0.25 is in the second array
    def by_hand(weights, sparsity, scope):
        return [np.array([[False, False], [False, True]]), np.array([[True, True, True, False]])]

    submission.agrees_with(by_hand, lambda: by_hand_case("global"), **EXACT)


@graded(2, en="local: three layers of different scale", zh="local：三个尺度不同的层")
def test_local_on_layers_of_different_scale(submission):
    submission.agrees_with(reference, lambda: (layers((4, 5), (3, 4), (2, 3)), 0.25, "local"), **EXACT)
    submission.agrees_with(reference, lambda: (layers((2, 3, 2, 2), (3, 10), seed=1), 0.8, "local"), **EXACT)


@graded(3, en="global: a layer may lose everything, another nothing", zh="global：一层可能全被剪掉，另一层一个不剪")
def test_global_on_layers_of_different_scale(submission):
    submission.agrees_with(reference, lambda: (layers((4, 5), (3, 4), (2, 3)), 0.5, "global"), **EXACT)
    submission.agrees_with(
        reference, lambda: (layers((5, 2), (2, 3, 2, 2), seed=1, spread=2.0), 0.7, "global"), **EXACT
    )
    submission.agrees_with(reference, lambda: (layers((3, 3), (3, 4), seed=2, spread=64.0), 0.5, "global"), **EXACT)
    submission.agrees_with(reference, lambda: (layers((3, 4), (3, 3), seed=3, spread=1 / 64), 0.5, "global"), **EXACT)


@graded(
    1,
    en="local counts are rounded for each array, the global count once",
    zh="个数在该取整处取整：每个数组一次，或总共一次",
)
def test_rounding_of_the_count(submission):
    # local 0.5 of 5, 5, 7: 2 + 2 + 4; global 0.5 of 17: 8. local 0.3 of 5, 5: 2 + 2; global 0.3 of 10: 3
    for shapes, sparsity in ((((5, 1), (1, 5), (7,)), 0.5), (((5,), (1, 5)), 0.3), (((7,), (7,), (9, 1)), 0.2)):
        for scope in ("local", "global"):
            make = lambda shapes=shapes, s=sparsity, scope=scope: (layers(*shapes, spread=1.5), s, scope)  # noqa: E731
            submission.agrees_with(reference, make, **EXACT)


@graded(
    1,
    en="equal magnitudes: the count stays exact, the earlier array is pruned first",
    zh="幅值相等：个数仍精确，数组在前的先剪",
)
def test_ties(submission):
    for scope in ("local", "global"):
        for sparsity in (0.3, 0.55):
            submission.agrees_with(reference, lambda scope=scope, s=sparsity: (tied(), s, scope), **EXACT)
    submission.agrees_with(reference, lambda: ([np.full((2, 3), 0.5), np.full((4,), -0.5)], 0.4, "global"), **EXACT)


@graded(1, en="mixed float types; huge, tiny and close magnitudes", zh="混合的浮点类型；极大、极小与相近的绝对值")
def test_types_and_sizes_of_magnitudes(submission):
    def scaled(factor):
        return [w * np.float32(factor) for w in layers((3, 5), (2, 4), (7,), seed=6, spread=1.5)]

    def mixed():
        # 1/64, 2/64, ... in half precision; the same, in float32, a little less; and in float64 a very little less
        half, single, double = (
            (np.arange(n) % 9 + 1.0).reshape(shape) / 64 for n, shape in ((10, (2, 5)), (9, (9,)), (8, (4, 2)))
        )
        return [half.astype(np.float16), (single * (1 - 2**-20)).astype(np.float32), -double * (1 - 2**-40)]

    def half():  # squares in float16 are infinite
        order = 2048 * np.random.default_rng(9).permutation(np.arange(1, 16))
        return [order[:9].reshape(3, 3).astype(np.float16), -order[9:].reshape(2, 3).astype(np.float16)]

    for scope in ("local", "global"):
        submission.agrees_with(reference, lambda s=scope: (half(), 0.4, s), **EXACT)
    for scope in ("local", "global"):
        for factor in (2.0**120, 2.0**-110):  # in float32 their squares are infinite, or 0
            submission.agrees_with(reference, lambda s=scope, f=factor: (scaled(f), 0.4, s), **EXACT)
    for sparsity in (0.1, 0.7):
        submission.agrees_with(reference, lambda s=sparsity: (mixed(), s, "global"), **EXACT)
    submission.agrees_with(
        reference, lambda: ([1 + w / 2**40 for w in layers((4, 6), (5,), seed=7)], 0.3, "local"), **EXACT
    )


@graded(1, en="sparsity 0 and 1, a single array, views, an empty array", zh="稀疏度 0 与 1、单个数组、视图、空数组")
def test_extremes_and_views(submission):
    for scope in ("local", "global"):
        for sparsity in (0, 1.0):
            submission.agrees_with(reference, lambda scope=scope, s=sparsity: (layers((3, 4), (5,)), s, scope), **EXACT)
        submission.agrees_with(reference, lambda scope=scope: (layers((4, 3)), 0.5, scope), **EXACT)
        submission.agrees_with(
            reference, lambda scope=scope: ([w.T for w in layers((4, 3), (2, 5), spread=1.0)], 0.5, scope), **EXACT
        )
        submission.agrees_with(
            reference, lambda scope=scope: ([w.T[:, ::-1] for w in tied()] + tied()[:1], 0.35, scope), **EXACT
        )
        submission.agrees_with(reference, lambda scope=scope: (layers((1,), (2, 1, 3), (1, 1)), 0.7, scope), **EXACT)
        submission.agrees_with(reference, lambda scope=scope: ([np.zeros((3, 0))], 0.5, scope), **EXACT)
        submission.agrees_with(
            reference, lambda scope=scope: ([*layers((4, 3)), np.zeros((0, 3)), *layers((2,))], 0.4, scope), **EXACT
        )


@graded(1, en="an unknown scope or a sparsity outside [0, 1] is refused", zh="拒绝其他 scope 与 [0, 1] 之外的稀疏度")
def test_bad_arguments_are_refused(submission):
    for scope in ("Global", "layer", "", None, "g", "loc", "local ", "globally", "local,global", 0, True):
        submission.rejects(ValueError, lambda scope=scope: (layers((3, 4)), 0.5, scope))
    for sparsity in (-0.25, 1.5, math.nan, math.inf, -(2.0**-1000), math.nextafter(1, 2)):
        for scope in ("local", "global"):
            submission.rejects(ValueError, lambda s=sparsity, scope=scope: (layers((3, 4), (2, 2)), s, scope))
