"""Graded checks of foundations/linear_backward."""

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-5, "atol": 1e-6, "exact_arguments": True}


def reference(x, w, dy):
    """The chain rule, one product at a time: y[k, o] = sum_i x[k, i] w[o, i] + b[o]."""
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for k, o in np.ndindex(dy.shape):
        for i in range(x.shape[1]):
            dx[k, i] += float(dy[k, o]) * float(w[o, i])
            dw[o, i] += float(dy[k, o]) * float(x[k, i])
        db[o] += float(dy[k, o])
    return dx, dw, db


def layer(n, inputs, outputs, *, seed=0, dtype=np.float64):
    """x (n, in), w (out, in), dy (n, out), all with negative numbers."""
    rng = np.random.default_rng(seed)
    shapes = (n, inputs), (outputs, inputs), (n, outputs)
    return tuple(rng.normal(0, 1, shape).astype(dtype) for shape in shapes)


@graded(
    2, en="a case worked by hand: two samples, three inputs, two outputs", zh="手算的例子：两个样本、三个输入、两个输出"
)
def test_hand_worked_case(submission):
    # x = 1 2 0     w = 1 0 -1     dy = 1 -1
    #     0 1 3         2 1  0          2  0
    # dx[0] = 1 (1 0 -1) - 1 (2 1 0) = (-1 -1 -1)      dx[1] = 2 (1 0 -1) + 0 (2 1 0) = (2 0 -2)
    # dw[0] = 1 (1 2 0) + 2 (0 1 3) = (1 4 6)          dw[1] = -1 (1 2 0) + 0 (0 1 3) = (-1 -2 0)
    # db = (1 + 2, -1 + 0) = (3, -1)
    def make():
        return np.array([[1.0, 2, 0], [0, 1, 3]]), np.array([[1.0, 0, -1], [2, 1, 0]]), np.array([[1.0, -1], [2, 0]])

    def by_hand(x, w, dy):
        return np.array([[-1.0, -1, -1], [2, 0, -2]]), np.array([[1.0, 4, 6], [-1, -2, 0]]), np.array([3.0, -1])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="a batch with n, in and out all different", zh="n、in、out 各不相同的一批")
def test_three_different_sizes(submission):
    submission.agrees_with(reference, lambda: layer(4, 5, 3), **TOLERANCE)
    submission.agrees_with(reference, lambda: layer(2, 1, 6, seed=1), **TOLERANCE)


@graded(
    2, en="n = in = out: here a shape cannot give a wrong transpose away", zh="n = in = out：此时形状暴露不了转置错误"
)
def test_square_everything(submission):
    submission.agrees_with(reference, lambda: layer(3, 3, 3, seed=2), **TOLERANCE)


@graded(
    1, en="one sample, one output; an empty batch gives zero dw and db", zh="一个样本、一个输出；空批次的 dw 与 db 为零"
)
def test_one_sample_and_none(submission):
    submission.agrees_with(reference, lambda: layer(1, 4, 1, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: layer(1, 5, 3, seed=6), **TOLERANCE)
    submission.agrees_with(reference, lambda: layer(0, 4, 2), **TOLERANCE)


@graded(1, en="gradients that equal an argument are new arrays too", zh="与参数数值相同的梯度也是新数组")
def test_gradients_with_the_values_of_an_argument(submission):
    def identity():
        x, _, _ = layer(4, 3, 3, seed=8)  # dx = dy w = x
        return x, np.eye(3), x.copy()

    def weights_are_their_gradient():
        _, w, _ = layer(3, 3, 5, seed=9)
        return np.eye(3), w, w.T.copy()  # dw = dyᵀ x = w

    submission.agrees_with(reference, identity, **TOLERANCE)
    submission.agrees_with(reference, weights_are_their_gradient, **TOLERANCE)


@graded(1, en="float32 arrays, and views that are not contiguous", zh="float32 数组，以及不连续的视图")
def test_float32_and_views(submission):
    def views():
        x, w, dy = layer(6, 8, 4, seed=5)
        return x[::2, ::-2], w.T[::2].T, dy[1::2]

    submission.agrees_with(reference, lambda: layer(5, 3, 2, seed=4, dtype=np.float32), **TOLERANCE)
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="very large and very small numbers", zh="很大与很小的数")
def test_large_and_small_numbers(submission):
    def scaled(of_inputs, of_dy):
        # Powers of two: every product is as exact as without them, in float32 too.
        x, w, dy = layer(4, 3, 5, seed=7, dtype=np.float32)
        return x * np.float32(of_inputs), w * np.float32(of_inputs), np.abs(dy) * np.float32(of_dy)

    submission.agrees_with(reference, lambda: scaled(2.0**60, 2.0**-60), **TOLERANCE)
    submission.agrees_with(reference, lambda: scaled(2.0**-60, 2.0**60), **TOLERANCE)


def refuse(submission, *shapes):
    """Each of `shapes` is a triple: of x, w and dy."""
    for triple in shapes:
        submission.rejects(ValueError, lambda triple=triple: tuple(np.ones(shape) for shape in triple))


@graded(1, en="sizes that do not fit together are refused", zh="拒绝互不匹配的大小")
def test_sizes_that_do_not_fit_are_refused(submission):
    refuse(
        submission,
        ((3, 4), (2, 5), (3, 2)),  # inputs
        ((3, 4), (2, 1), (3, 2)),
        ((3, 1), (2, 4), (3, 2)),
        ((3, 4), (2, 4), (5, 2)),  # samples
        ((3, 4), (2, 4), (1, 2)),
        ((1, 4), (2, 4), (5, 2)),
        ((0, 4), (2, 4), (1, 2)),
        ((3, 4), (2, 4), (3, 5)),  # outputs
        ((3, 4), (2, 4), (3, 1)),
        ((3, 4), (1, 4), (3, 2)),
        ((3, 4), (2, 4), (2, 3)),  # as many numbers
        ((3, 4), (2, 4), (6, 1)),
        ((3, 4), (4, 2), (3, 4)),  # w as (in, out)
    )


@graded(1, en="arrays of more or fewer axes than two are refused", zh="拒绝不是二维的数组")
def test_other_than_two_axes_are_refused(submission):
    refuse(
        submission,
        ((3, 4), (2, 4), (2,)),
        ((2, 4), (2, 4), (2,)),  # one sample's dy without its batch axis, where n = out hides it
        ((3, 4), (2, 4), (6,)),
        ((3, 4), (1, 4), (3,)),
        ((3, 4), (2, 4), ()),
        ((4,), (2, 4), (1, 2)),
        ((4,), (2, 4), (2,)),
        ((3, 4), (4,), (3, 1)),
        ((), (2, 4), (3, 2)),
        ((3, 4), (), (3, 2)),
        ((3, 5, 4), (2, 4), (3, 5, 2)),
        ((3, 3, 5), (2, 3), (3, 2)),
        ((3, 4), (2, 4, 4), (3, 2)),
        ((3, 4), (2, 4, 1), (3, 2)),
        ((3, 4), (2, 4), (3, 2, 1)),
        ((3, 4), (2, 4), (1, 3, 2)),
    )
