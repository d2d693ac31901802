"""Graded checks of pruning/sensitivity_scan."""

import math

import numpy as np

from minicompress.kit.grading import graded
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel

TOLERANCE = {"rtol": 1e-12, "exact_arguments": True, "dtypes": "all"}


class Score:
    """A score in which every weight counts differently; raises at call number `fails_at`, if given."""

    def __init__(self, fails_at=None, unit=1.0):
        self.fails_at, self.unit, self.calls = fails_at, unit, 0

    def __call__(self, model):
        self.calls += 1
        if self.calls == self.fails_at:
            raise RuntimeError("no score")
        values = np.concatenate([np.zeros(1), *(p.value.ravel() for p in model.parameters())])
        return float(np.sum(values * np.arange(1, values.size + 1) ** 2)) * self.unit

    def state(self):
        """How often it is called is the answer's own affair."""
        return {}

    def __repr__(self):
        return "evaluate"


class Zeroed(Score):
    """A whole number that says which weights are zero, however small or large the others are."""

    def __call__(self, model):
        values = np.concatenate([p.value.ravel() == 0 for p in model.parameters()])
        return int(np.sum(values * np.arange(1, values.size + 1) ** 2))


class Diverged(Score):
    """Infinity with few zeros, NaN with many."""

    def __call__(self, model):
        zeros = np.mean(np.concatenate([p.value.ravel() == 0 for p in model.parameters()]))
        return math.nan if zeros > 0.25 else -math.inf


class ModelInBits(StandInModel):
    """A model of which every bit is compared: -0.0 is not 0.0."""

    def state(self):
        """The weights' bits."""
        return {f".weights {i}": p.value.view(f"i{p.value.itemsize}") for i, p in enumerate(self.parameters())}


def reference(model, sparsities, evaluate):
    """Everything anew for each score: slow, and plainly what the exercise says."""
    arrays = [w for layer in model.layers for w in layer.weights]
    scores = np.zeros((len(arrays), len(sparsities)))
    for i, w in enumerate(arrays):
        for j, sparsity in enumerate(sparsities):
            kept = w.copy()
            ranked = sorted(np.ndindex(w.shape), key=lambda index: abs(float(kept[index])))
            for index in ranked[: round(sparsity * w.size)]:
                w[index] = 0
            scores[i, j] = evaluate(model)
            w[...] = kept
    return scores


def weights(*shape, seed, dtype=np.float32):
    """Distinct magnitudes on a grid, so that every sum is exact."""
    n = math.prod(shape)
    rng = np.random.default_rng(seed)
    return (rng.permutation(np.arange(1, n + 1)) * rng.choice([-1, 1], n) / 16).reshape(shape).astype(dtype)


def small_model():
    """Layers without weights, with one array and with two; biases."""
    bias = np.array([0.125, -0.0625, 0.75], np.float32)
    return StandInModel(
        StandInLayer(weights(3, 4, seed=1), bias=bias),
        StandInLayer(),
        StandInLayer(weights(2, 2, 2, seed=2), weights(5, seed=3, dtype=np.float64)),
    )


@graded(1, en="a case worked by hand: two arrays, one sparsity", zh="手算的例子：两个数组，一个稀疏度")
def test_hand_worked_case(submission):
    # values 0, 1, -2, 3, 4 count 1, 4, 9, 16, 25: unpruned 4 - 18 + 48 + 100 = 134
    # the first array without 1: 130; the second without 3: 86
    def make():
        return StandInModel(StandInLayer(np.array([[1.0, -2.0]])), StandInLayer(np.array([3.0, 4.0]))), [0.5], Score()

    submission.agrees_with(lambda model, sparsities, evaluate: np.array([[130.0], [86.0]]), make, **TOLERANCE)


@graded(3, en="one array at a time: all layers, several arrays in a layer", zh="每次只剪一个数组：所有层，一层可有多个")
def test_one_array_at_a_time(submission):
    submission.agrees_with(reference, lambda: (small_model(), [0.25, 0.5, 0.75], Score()), **TOLERANCE)
    submission.agrees_with(reference, lambda: (small_model(), [0.4, 0.9], Score()), **TOLERANCE)


@graded(2, en="sparsities in any order, 0 and 1 among them", zh="稀疏度可为任意顺序，包括 0 与 1")
def test_sparsities_in_any_order(submission):
    submission.agrees_with(reference, lambda: (small_model(), [0.75, 0.25, 1, 0, 0.5], Score()), **TOLERANCE)
    submission.agrees_with(reference, lambda: (small_model(), [1.0, 0.3, 0.3], Score()), **TOLERANCE)


@graded(1, en="counts are exact under ties, rounded half to even", zh="幅值相等时个数仍精确，恰为一半时取偶数")
def test_ties_and_rounding(submission):
    def tied():
        first = np.random.default_rng(4).choice([-0.5, -0.25, 0.0, 0.25], (4, 5))
        return StandInModel(StandInLayer(first), StandInLayer(np.full(7, 0.5))), [0.3, 0.5, 0.29, 0.8], Score()

    submission.agrees_with(reference, tied, **TOLERANCE)


@graded(
    1,
    en="any score that evaluate returns: thirds, whole numbers, infinity, NaN",
    zh="evaluate 返回什么就是什么：三分之一、整数、无穷大、NaN",
)
def test_whatever_evaluate_returns(submission):
    for score in (lambda: Score(unit=1 / 3), Zeroed, Diverged):
        submission.agrees_with(reference, lambda s=score: (small_model(), [0.3, 0.8], s()), **TOLERANCE)


@graded(1, en="huge, tiny and close magnitudes, half precision", zh="极大、极小与相近的绝对值，半精度")
def test_huge_tiny_and_close_magnitudes(submission):
    def make(kind):
        w = {
            "half": (weights(3, 5, seed=7) * 2048 * 16).astype(np.float16),  # squares are infinite
            "huge": weights(2, 7, seed=8) * np.float32(2.0**124),
            "tiny": weights(4, 3, seed=9) * np.float32(2.0**-100),  # squares are 0
            "close": 1 + weights(4, 4, seed=10, dtype=np.float64) / 2**40,
        }[kind]
        return StandInModel(StandInLayer(w), StandInLayer(weights(5, seed=11))), [0.4, 0.7], Zeroed()

    for kind in ("half", "huge", "tiny", "close"):
        submission.agrees_with(reference, lambda k=kind: make(k), **TOLERANCE)


@graded(1, en="the model is as it was to the bit, -0.0 too", zh="模型与原来逐位相同，包括 -0.0")
def test_the_model_is_as_it_was_to_the_bit(submission):
    def make(score):
        rng = np.random.default_rng(12)
        w = rng.normal(size=(3, 4)) / 3
        w[::2, 1:3], w[1, 0] = -0.0, 0.0
        return ModelInBits(StandInLayer(w), StandInLayer(rng.normal(size=(2, 3)).astype(np.float32))), [0.7, 0.2], score

    submission.agrees_with(reference, lambda: make(Zeroed()), **TOLERANCE)
    submission.passes_on(RuntimeError, lambda: make(Score(fails_at=4)))


@graded(1, en="views that are not contiguous; no weights; no sparsities", zh="不连续的视图；没有权重；没有稀疏度")
def test_views_and_nothing_to_do(submission):
    def views():
        return StandInModel(
            StandInLayer(weights(4, 6, seed=5).T), StandInLayer(weights(3, 9, seed=6)[:, ::2], weights(6, seed=15))
        )

    def tied_views():
        first, second = np.random.default_rng(13).choice([-0.5, 0.25, 0.5], (2, 5, 9))
        return StandInModel(StandInLayer(first.T), StandInLayer(np.zeros((0, 3))), StandInLayer(second[::-1, ::-2]))

    submission.agrees_with(reference, lambda: (views(), [0.5, 0.25], Score()), **TOLERANCE)
    submission.agrees_with(reference, lambda: (tied_views(), [0.6, 0.35], Zeroed()), **TOLERANCE)
    submission.agrees_with(reference, lambda: (StandInModel(StandInLayer()), [0.5, 0.25], Score()), **TOLERANCE)
    submission.agrees_with(reference, lambda: (small_model(), [], Score()), **TOLERANCE)


@graded(
    1,
    en="a sparsity outside [0, 1] is refused before anything is evaluated",
    zh="[0, 1] 之外的稀疏度在求值之前就被拒绝",
)
def test_bad_sparsities_are_refused(submission):
    for bad in (-0.25, 1.5, math.nan, math.inf, -(2.0**-1000), math.nextafter(1, 2)):
        for sparsities in ([bad], [0.5, bad], [bad, 0.5]):
            submission.rejects(ValueError, lambda sparsities=sparsities: (small_model(), sparsities, Score(fails_at=1)))
    submission.rejects(ValueError, lambda: (StandInModel(), [2.0], Score(fails_at=1)))


@graded(
    2,
    en="if evaluate raises, the error propagates and the model is restored",
    zh="evaluate 抛出异常时照常传出，且模型完好",
)
def test_the_model_is_whole_after_an_error(submission):
    for call in (1, 2, 4, 9):
        submission.passes_on(RuntimeError, lambda call=call: (small_model(), [0.5, 0.25, 0.75], Score(fails_at=call)))
