"""Graded checks of quantization/quantization.

Values are accepted within 1e-6 of the scale of the data; every w / s below is a tie on purpose (with s a power of two,
so that w / s is exact) or at least 0.01 away from a half, so that float32 and float64 round alike.
"""

import math

import numpy as np

from minicompress.kit.grading import graded
from minicompress.kit.grading.stand_ins import StandInLayer, StandInModel

TOLERANCE = {"rtol": 1e-6, "atol": 1e-7}


def reference(model, bits):
    """One weight at a time, in Python floats; Python's `round` rounds a half to even."""
    m = 2 ** (int(bits) - 1) - 1
    scales = []
    for layer in model.layers:
        for w in layer.weights:
            largest = max((abs(float(value)) for value in w.flat), default=0.0)
            s = largest / m if largest > 0 else 1.0
            for index in np.ndindex(w.shape):
                w[index] = max(-m, min(m, round(float(w[index]) / s))) * s
            scales.append(s)
    return scales


def array(values, dtype=np.float32):
    return np.array(values, dtype=dtype)


def away_from_ties(rng, shape, spread, bits, dtype=np.float32):
    """Normal weights of standard deviation `spread`, none with w / s within 0.02 of a half for these `bits`."""
    w = rng.normal(0, spread, shape).astype(dtype)
    m = 2 ** (bits - 1) - 1
    for _ in range(20):
        position = np.abs(w.astype(np.float64)) / (np.abs(w.astype(np.float64)).max() / m)
        near = np.abs(position - np.floor(position) - 0.5) < 0.02
        if not near.any():
            return w
        w[near] = (w[near] * 0.97).astype(dtype)
    raise AssertionError("the weights of this check cannot be kept from ties")


def network(bits, dtype=np.float32):
    """Three arrays with ranges 100 times apart, biases, a layer without weights."""
    rng = np.random.default_rng(11)
    return StandInModel(
        StandInLayer(away_from_ties(rng, (3, 4), 0.05, bits, dtype), bias=array([0.3, -0.2, 0.015625], dtype)),
        StandInLayer(),
        StandInLayer(
            away_from_ties(rng, (2, 3, 2, 2), 5.0, bits, dtype),
            away_from_ties(rng, (5, 2), 0.5, bits, dtype),
            bias=array([-0.7, 0.1], dtype),
        ),
    )


def with_bad_weight(value):
    """The offending weight stands in the last array, so that an answer that writes as it goes has written before."""
    model = network(8)
    model.layers[-1].weights[-1][-1, -1] = value
    return model


@graded(2, en="a case worked by hand: 3 bits, scale 0.5", zh="手算的例子：3 位，scale 为 0.5")
def test_hand_worked_case(submission):
    # m = 2^2 - 1 = 3, s = 1.5 / 3 = 0.5
    # w / s = 3  -1.2  0.8  0.2  -2.4  0     ->  q = 3 -1 1 0 -2 0  ->  q s = 1.5 -0.5 0.5 0 -1 0
    def make():
        return StandInModel(StandInLayer(array([[1.5, -0.6, 0.4], [0.1, -1.2, 0.0]]), bias=array([0.3, -0.4]))), 3

    def by_hand(model, bits):
        model.layers[0].weights[0][...] = array([[1.5, -0.5, 0.5], [0, -1.0, 0]])
        return [0.5]

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(
    2,
    en="several layers at 8 bits: one scale per array, in order, biases untouched",
    zh="多层 8 位：每个数组一个 scale，按顺序返回，偏置不动",
)
def test_every_array_has_its_own_scale(submission):
    submission.agrees_with(reference, lambda: (network(8), 8), **TOLERANCE)


@graded(1, en="2, 4, 5 and 16 bits; NumPy integers are integers", zh="2、4、5、16 位；NumPy 整数也是整数")
def test_bit_widths(submission):
    submission.agrees_with(reference, lambda: (network(2), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: (network(4), np.int64(4)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (network(5), np.int32(5)), **TOLERANCE)
    submission.agrees_with(reference, lambda: (network(16), 16), **TOLERANCE)


@graded(1, en="a half rounds to even", zh="恰为一半时舍入到偶数")
def test_ties_round_to_even(submission):
    # s = 3.5 / 7 = 0.5 (4 bits): w / s = 0.5 1.5 2.5 -0.5 -1.5 -2.5 7  ->  q = 0 2 2 0 -2 -2 7
    def make():
        return StandInModel(StandInLayer(array([[0.25, 0.75, 1.25, -0.25, -0.75, -1.25, 3.5]]))), 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1, en="the grid is symmetric: the most negative weight sets the range too", zh="网格对称：最负的权重同样决定范围"
)
def test_range_comes_from_the_largest_magnitude(submission):
    # max|w| = 1.75 = |-1.75|; s = 1.75 / 7 = 0.25: the positive side ends at 0.5.
    def make():
        return StandInModel(StandInLayer(array([[-1.75, 0.5], [0.3, -0.45]]))), 4

    submission.agrees_with(reference, make, **TOLERANCE)


@graded(
    1,
    en="an array of zeros has scale 1.0; a single weight; a model without weights",
    zh="全零数组的 scale 为 1.0；单个权重；没有权重的模型",
)
def test_zeros_single_weight_and_no_weights(submission):
    submission.agrees_with(
        reference,
        lambda: (StandInModel(StandInLayer(array(np.zeros((2, 3)))), StandInLayer(array([[-0.3]]))), 8),
        **TOLERANCE,
    )
    submission.agrees_with(reference, lambda: (StandInModel(StandInLayer()), 8))
    submission.agrees_with(reference, lambda: (StandInModel(), 8))


@graded(1, en="a float64 array is quantized as float64", zh="float64 数组按 float64 量化")
def test_float64_arrays(submission):
    def make():
        return network(12, np.float64), 12

    submission.agrees_with(reference, make, rtol=1e-6, atol=1e-9)


@graded(
    2,
    en="bits that are no integer from 2 to 16 are refused, and nothing is changed",
    zh="拒绝不是 2 到 16 之间整数的 bits，且不改动任何东西",
)
def test_bad_bits_are_refused(submission):
    for bits in (1, 0, -4, 17, 32):
        submission.rejects(ValueError, lambda bits=bits: (network(8), bits))
    for bits in (8.0, 4.5, math.nan, "8", None, np.float32(8)):
        submission.rejects(ValueError, lambda bits=bits: (network(8), bits))
    submission.rejects(ValueError, lambda: (network(8), True))
    submission.rejects(ValueError, lambda: (StandInModel(), 1))


@graded(
    1, en="NaN or infinite weights are refused before anything is written", zh="权重含 NaN 或无穷大时，在写入之前拒绝"
)
def test_weights_that_are_not_finite_are_refused(submission):
    submission.rejects(ValueError, lambda: (with_bad_weight(np.nan), 8))
    submission.rejects(ValueError, lambda: (with_bad_weight(np.inf), 8))
    submission.rejects(ValueError, lambda: (with_bad_weight(-np.inf), 8))
