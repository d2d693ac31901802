"""Graded checks of pruning/weight_pruning."""

import math

import numpy as np

from minicompress.kit.grading import graded
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel

# The returned fraction may be rounded; a weight is 0 exactly, or exactly what it was.
TOLERANCE = {"atol": 1e-9, "exact_arguments": True}


def reference(model, threshold):
    """One weight at a time: slow, and plainly what the exercise says."""
    zeros = total = 0
    for layer in model.layers:
        for w in layer.weights:
            for index in np.ndindex(w.shape):
                if abs(float(w[index])) < threshold:
                    w[index] = 0.0
                zeros += float(w[index]) == 0.0
                total += 1
    return zeros / total if total else 0.0


def array(values, dtype=np.float32):
    return np.array(values, dtype=dtype)


def two_layer_model():
    """Weights on a grid of 1/64, so that float32 holds every threshold of these checks exactly."""
    rng = np.random.default_rng(7)
    first, second = (array(rng.integers(-64, 65, shape) / 64) for shape in [(3, 5), (2, 3)])
    return StandInModel(
        StandInLayer(first, bias=array([0.125, -0.0625, 0.75])),
        StandInLayer(),  # an activation: no weights
        StandInLayer(second, bias=array([-0.25, 0.03125])),
    )


@graded(
    1, en="a case worked by hand: 4 of 6 weights are below the threshold", zh="手算的例子：6 个权重中有 4 个低于阈值"
)
def test_hand_worked_case(submission):
    # |w| = 0.5  0.125  0.25  0.0625  1.0  0.0   below 0.5: no yes yes yes no yes   ->  4 zeros of 6
    def make():
        return StandInModel(StandInLayer(array([[0.5, -0.125, 0.25], [-0.0625, -1.0, 0.0]]))), 0.5

    def by_hand(model, threshold):
        model.layers[0].weights[0][...] = array([[0.5, 0, 0], [0, -1.0, 0]])
        return 4 / 6

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="several layers: weights change in place, biases stay", zh="多层：权重原地修改，偏置不动")
def test_prunes_every_layer_in_place_and_leaves_biases(submission):
    submission.agrees_with(reference, lambda: (two_layer_model(), 0.5), **TOLERANCE)


@graded(1, en="a weight whose magnitude equals the threshold stays", zh="绝对值恰等于阈值的权重保留")
def test_weight_equal_to_the_threshold_stays(submission):
    def make():
        return StandInModel(StandInLayer(array([[0.25, -0.25], [0.125, -0.375], [0.25, 0.5]]))), 0.25

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="sparsity is over all weights together, not a mean of layers", zh="稀疏度按全部权重计算，而非各层的平均")
def test_sparsity_weighs_layers_by_their_size(submission):
    def make():
        wide = array(np.linspace(-1, 1, 12).reshape(2, 6))
        return StandInModel(StandInLayer(wide), StandInLayer(array([[0.125]]), bias=array([0.0]))), 0.5

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1,
    en="zeros that were there before count, -0.0 too; a tiny weight does not",
    zh="原有的零也计入，包括 -0.0；极小的权重不是零",
)
def test_existing_zeros_count(submission):
    def make():
        return StandInModel(StandInLayer(array([[0.0, -0.0, 0.5, -0.75, 2.0**-40]]))), 0.0

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1, en="weights of any shape and float type, several in one layer", zh="任意形状与浮点类型，一层可有多个权重数组"
)
def test_convolution_kernels_and_several_arrays_in_a_layer(submission):
    def make():
        rng = np.random.default_rng(3)
        kernel = array(rng.integers(-8, 9, (2, 3, 2, 2)) / 8)
        inner = array(rng.integers(-8, 9, (4, 2)) / 8, np.float64)
        return StandInModel(
            StandInLayer(kernel, inner, bias=array([0.125, 0.0])), StandInLayer(array([0.25, -0.5, 0.125]))
        ), 0.375

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="magnitudes that are close to the threshold", zh="绝对值与阈值很接近的权重")
def test_close_magnitudes(submission):
    def make():  # but for 0.5 steps of 2**-40 at 1: no difference in float32
        return StandInModel(StandInLayer(1 + np.array([[-3.0, 0, 2], [1, -(2.0**39), -2]]) / 2**40)), 1 + 2**-40

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(1, en="huge and tiny magnitudes", zh="极大与极小的绝对值")
def test_huge_and_tiny_magnitudes(submission):
    def huge():  # squares of these are infinite in float32
        return StandInModel(StandInLayer(array([[3e38, -2e38], [1e38, -2.75e38], [1e20, 2e38]]))), 2.5e38

    def tiny():  # and of these 0
        tiny = [[2.0**-100, -(2.0**-120), 2.0**-119], [-(2.0**-118), 2.0**-121, 2.0**-122]]
        return StandInModel(StandInLayer(array(tiny)), StandInLayer(array([[0.5]]))), 2.0**-119

    submission.agrees_with(reference, huge, **TOLERANCE)
    submission.agrees_with(reference, tiny, **TOLERANCE)


@graded(1, en="views that are not contiguous, an empty array, half precision", zh="不连续的视图、空数组、半精度")
def test_views(submission):
    def make():
        values = np.random.default_rng(11).integers(-16, 17, (6, 10)) / 16
        transposed, backwards = array(values).T, array(values)[::2, ::-3]
        whole = np.asfortranarray(values[:3, :7].astype(np.float16))
        return StandInModel(StandInLayer(transposed, array(np.zeros((0, 4)))), StandInLayer(backwards, whole)), 0.4375

    submission.agrees_with(reference, make, **TOLERANCE)
    submission.agrees_with(reference, lambda: (StandInModel(StandInLayer(array(np.zeros((0, 3))))), 0.5))


@graded(
    1,
    en="a threshold above every weight prunes all; a model without weights gives 0.0",
    zh="阈值大于所有权重时全部置零；没有权重的模型返回 0.0",
)
def test_extremes(submission):
    submission.agrees_with(reference, lambda: (two_layer_model(), 64.0), **TOLERANCE)
    submission.agrees_with(reference, lambda: (two_layer_model(), math.inf), **TOLERANCE)
    submission.agrees_with(
        reference, lambda: (StandInModel(StandInLayer(array(np.zeros((20, 17))))), 0.25), **TOLERANCE
    )
    submission.agrees_with(reference, lambda: (StandInModel(StandInLayer(), StandInLayer()), 0.5))
    submission.agrees_with(reference, lambda: (StandInModel(), 0.5))


@graded(
    2, en="a negative or NaN threshold is refused, and nothing is changed", zh="拒绝负数或 NaN 阈值，且不改动任何东西"
)
def test_bad_threshold_is_refused(submission):
    submission.rejects(ValueError, lambda: (two_layer_model(), -0.5))
    submission.rejects(ValueError, lambda: (two_layer_model(), math.nan))
    submission.rejects(ValueError, lambda: (StandInModel(), np.float32(-1e-6)))
    submission.rejects(ValueError, lambda: (two_layer_model(), -(2.0**-1000)))
    submission.rejects(ValueError, lambda: (two_layer_model(), -math.inf))
    submission.rejects(ValueError, lambda: (StandInModel(), math.nan))
    submission.agrees_with(reference, lambda: (two_layer_model(), np.float32(0.25)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (two_layer_model(), 0), **TOLERANCE)
