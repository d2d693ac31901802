"""Graded checks of foundations/conv2d_im2col: those of the forward pass alone, then those of the backward pass."""

import functools

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-5, "atol": 1e-5, "exact_arguments": True}


def computed_once(function):
    """Remember what was returned for the same arrays: dozens of known answers are compared with each result."""
    known = {}

    @functools.wraps(function)
    def remembering(*args):
        key = tuple((a.shape, a.dtype, a.tobytes()) if isinstance(a, np.ndarray) else a for a in args)
        if key not in known:
            known[key] = function(*args)
        return known[key]

    return remembering


@computed_once
def reference(x, w, b, dy=None, stride=1, padding=0):
    """One position of the window at a time, as the sum in the exercise has it."""
    (n, c, h, width), (kh, kw) = x.shape, w.shape[2:]
    xp = np.zeros((n, c, h + 2 * padding, width + 2 * padding))
    xp[:, :, padding : padding + h, padding : padding + width] = x
    y = np.zeros(shape_of_y(x.shape, w.shape, stride, padding))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for p, q in np.ndindex(y.shape[2:]):
        here = np.s_[:, :, p * stride : p * stride + kh, q * stride : q * stride + kw]
        patch = xp[here].reshape(n, -1)
        y[:, :, p, q] = patch @ w.reshape(len(w), -1).T + b
        if dy is not None:
            dxp[here] += (dy[:, :, p, q] @ w.reshape(len(w), -1)).reshape(n, c, kh, kw)
            dw += (dy[:, :, p, q].T @ patch).reshape(w.shape)
    if dy is None:
        return y, None, None, None
    dx = dxp[:, :, padding : padding + h, padding : padding + width]
    return y, dx, dw, dy.astype(np.float64).sum(axis=(0, 2, 3))


def shape_of_y(image, kernel, stride=1, padding=0):
    (n, _, h, width), (out, _, kh, kw) = image, kernel
    return n, out, (h + 2 * padding - kh) // stride + 1, (width + 2 * padding - kw) // stride + 1


def arguments(image, kernel, *options, backward=True, seed=0, dtype=np.float64):
    """x of shape `image`, w of shape `kernel`, b, dy (None for the forward pass alone), then stride and padding."""
    rng = np.random.default_rng(seed)
    x, w, b = (rng.normal(0, 1, shape).astype(dtype) for shape in (image, kernel, kernel[:1]))
    if not backward:
        return x, w, b, None, *options
    return x, w, b, rng.normal(0, 1, shape_of_y(image, kernel, *options)).astype(dtype), *options


def forward_only(image, kernel, *options, seed=0, dtype=np.float64):
    return arguments(image, kernel, *options, backward=False, seed=seed, dtype=dtype)


# One image of 3 x 3, one kernel of 2 x 2, b = 1, worked by hand in the two checks that use them.
X = [[1, 2, 0], [0, 1, 3], [2, -1, 1]]
W = [[1, 0], [2, -1]]
Y = [[1, 2], [6, -1]]


def small(*arrays):
    return tuple(np.array(array, np.float64).reshape(1, 1, len(array), -1) for array in arrays)


# --- forward ----------------------------------------------------------------------------------------------------------


@graded(1, en="forward, worked by hand: 3 x 3 image, 2 x 2 kernel", zh="前向，手算的例子：3 x 3 图像，2 x 2 核")
def test_forward_hand_worked_case(submission):
    # x = 1  2  0    w = 1  0    y[p, q] = 1 x[p, q] + 2 x[p + 1, q] - 1 x[p + 1, q + 1] + 1
    #     0  1  3        2 -1
    #     2 -1  1             1 + 0 - 1 + 1 = 1     2 + 2 - 3 + 1 =  2
    #                         0 + 4 + 1 + 1 = 6     1 - 2 - 1 + 1 = -1
    def by_hand(x, w, b, dy):
        return *small(Y), None, None, None

    submission.agrees_with(by_hand, lambda: (*small(X, W), np.array([1.0]), None), **TOLERANCE)


@graded(2, en="forward: several images, channels and kernels, with bias", zh="前向：多张图像、多个通道与核，含偏置")
def test_forward_channels(submission):
    submission.agrees_with(reference, lambda: forward_only((2, 3, 5, 6), (4, 3, 2, 2)), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((3, 1, 4, 3), (2, 1, 1, 1), seed=2), **TOLERANCE)


@graded(
    1,
    en="forward: kernels higher than wide, wider than high, as large as the image",
    zh="前向：高核、宽核、与图像同样大的核",
)
def test_forward_kernel_shapes(submission):
    submission.agrees_with(reference, lambda: forward_only((2, 2, 5, 4), (3, 2, 3, 1)), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((2, 2, 4, 6), (3, 2, 1, 4), seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((2, 2, 3, 2), (3, 2, 3, 2), seed=2), **TOLERANCE)


@graded(2, en="forward: stride and padding, also where they do not divide", zh="前向：步幅与填充，包括不能整除的情形")
def test_forward_stride_and_padding(submission):
    submission.agrees_with(reference, lambda: forward_only((2, 2, 5, 7), (3, 2, 3, 3), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((3, 2, 4, 5), (5, 2, 3, 2), 1, 2, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((1, 3, 6, 5), (2, 3, 2, 4), 3, 1, seed=2), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((1, 1, 1, 1), (1, 1, 3, 3), 2, 1, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((1, 1, 2, 1), (1, 1, 4, 3), 1, 1, seed=5), **TOLERANCE)


def identity(backward=False):
    """A kernel of 1 x 1 that copies, without bias: y has the values of x, and dx those of dy."""
    x, _, _, dy, *_ = arguments((3, 1, 4, 5), (1, 1, 1, 1), seed=6)
    return x, np.ones((1, 1, 1, 1)), np.zeros(1), dy if backward else None


@graded(1, en="forward: a kernel of 1 x 1 has its padding and stride too", zh="前向：1 x 1 的核同样有填充与步幅")
def test_forward_kernel_of_one_by_one(submission):
    submission.agrees_with(reference, lambda: forward_only((2, 3, 4, 5), (4, 3, 1, 1), 1, 2, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: forward_only((2, 3, 5, 7), (4, 3, 1, 1), 3, 1, seed=4), **TOLERANCE)
    submission.agrees_with(reference, identity, **TOLERANCE)


@graded(1, en="arrays, strides and paddings that do not fit are refused", zh="拒绝不匹配的数组、步幅与填充")
def test_bad_input_is_refused(submission):
    x, w, b, dy = forward_only((2, 3, 4, 5), (4, 3, 2, 2))
    submission.rejects(ValueError, lambda: (x[:, :2].copy(), w.copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (x[:, :1].copy(), w.copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w[:, :1].copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w.copy(), b[:1].copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w.copy(), b[:, None].copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w.copy(), b[None].copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w.copy(), np.array(0.5), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w.copy(), np.ones((4, 3, 4)), dy))
    submission.rejects(ValueError, lambda: (x[0].copy(), w.copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w[0].copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (np.ones((2, 3, 4)), w.copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (x[..., None].copy(), w.copy(), b.copy(), dy))
    submission.rejects(ValueError, lambda: (x.copy(), w[..., None].copy(), b.copy(), dy))
    for options in [(0,), (-1,), (1, -1), (0, 1)]:
        submission.rejects(ValueError, lambda options=options: (x.copy(), w.copy(), b.copy(), dy, *options))


@graded(1, en="a kernel larger than the padded image is refused", zh="拒绝比补零后的图像还大的核")
def test_kernel_that_does_not_fit_is_refused(submission):
    submission.rejects(ValueError, lambda: (np.ones((1, 1, 3, 5)), np.ones((1, 1, 4, 2)), np.ones(1), None))
    submission.rejects(ValueError, lambda: (np.ones((1, 1, 5, 2)), np.ones((1, 1, 2, 3)), np.ones(1), None, 2))
    submission.rejects(ValueError, lambda: (np.ones((1, 1, 2, 6)), np.ones((1, 1, 5, 5)), np.ones(1), None, 1, 1))
    submission.rejects(ValueError, lambda: (np.ones((1, 1, 2, 9)), np.ones((1, 1, 6, 2)), np.ones(1), None, 3, 0))


# --- backward ---------------------------------------------------------------------------------------------------------


@graded(
    2, en="backward, worked by hand: windows overlap, their gradients add up", zh="反向，手算的例子：窗口重叠，梯度相加"
)
def test_backward_hand_worked_case(submission):
    # dy = 1 -1    dx: 1 w at (0, 0), -1 w at (0, 1), 2 w at (1, 0)
    #      2  0        1  0 .     . -1  0     . . .      1 -1  0
    #                  2 -1 .  +  . -2  1  +  2 0 .   =  4 -3  1
    #                  .  . .     .  .  .     4 -2 .     4 -2  0
    # dw[i, j] = 1 x[i, j] - 1 x[i, j + 1] + 2 x[i + 1, j]
    #          = 1 - 2 + 0 = -1     2 - 0 + 2 =  4
    #            0 - 1 + 4 =  3     1 - 3 - 2 = -4       db = 1 - 1 + 2 + 0 = 2
    def make():
        x, w, dy = small(X, W, [[1, -1], [2, 0]])
        return x, w, np.array([1.0]), dy

    def by_hand(x, w, b, dy):
        return *small(Y, [[1, -1, 0], [4, -3, 1], [4, -2, 0]], [[-1, 4], [3, -4]]), np.array([2.0])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(2, en="backward: several images, channels and kernels", zh="反向：多张图像、多个通道与核")
def test_backward_channels(submission):
    submission.agrees_with(reference, lambda: arguments((2, 3, 5, 4), (4, 3, 3, 2)), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((3, 2, 2, 3), (1, 2, 1, 1), seed=2), **TOLERANCE)


@graded(
    2, en="backward: strides, also where rows or columns are never reached", zh="反向：各种步幅，包括有行列够不到的情形"
)
def test_backward_stride(submission):
    submission.agrees_with(reference, lambda: arguments((2, 2, 5, 7), (3, 2, 3, 3), 2), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((2, 1, 6, 8), (2, 1, 3, 2), 2, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((1, 2, 5, 6), (2, 2, 1, 2), 3, seed=2), **TOLERANCE)


@graded(2, en="backward: padding, alone and with a stride", zh="反向：填充，单独使用或与步幅一起使用")
def test_backward_padding(submission):
    submission.agrees_with(reference, lambda: arguments((2, 2, 3, 4), (3, 2, 3, 3), 1, 1), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((2, 3, 4, 5), (4, 3, 2, 3), 3, 2, seed=1), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((1, 1, 2, 3), (1, 1, 4, 5), 2, 3, seed=2), **TOLERANCE)


@graded(
    1,
    en="backward: a kernel of 1 x 1 with padding and stride; a dy of zeros",
    zh="反向：带填充与步幅的 1 x 1 核；全零的 dy",
)
def test_backward_kernel_of_one_by_one_and_zeros(submission):
    def no_slope():
        x, w, b, dy, *options = arguments((2, 3, 4, 5), (4, 3, 3, 2), seed=5)
        return x, w, b, 0 * dy, *options

    submission.agrees_with(reference, lambda: arguments((2, 3, 4, 5), (4, 3, 1, 1), 1, 2, seed=3), **TOLERANCE)
    submission.agrees_with(reference, lambda: arguments((2, 3, 5, 7), (4, 3, 1, 1), 3, 1, seed=4), **TOLERANCE)
    submission.agrees_with(reference, lambda: identity(backward=True), **TOLERANCE)
    submission.agrees_with(reference, no_slope, **TOLERANCE)


@graded(1, en="very large and very small numbers", zh="很大与很小的数")
def test_large_and_small_numbers(submission):
    def scaled(of_inputs, of_dy):
        # Powers of two, and all numbers positive: every sum is as exact as without the factors, in float32 too.
        arrays = arguments((2, 3, 3, 4), (4, 3, 2, 2), seed=7, dtype=np.float32)
        factors = of_inputs, of_inputs, of_inputs, of_dy
        return tuple(np.abs(array) * np.float32(factor) for array, factor in zip(arrays, factors, strict=True))

    submission.agrees_with(reference, lambda: scaled(2.0**60, 2.0**-60), **TOLERANCE)
    submission.agrees_with(reference, lambda: scaled(2.0**-60, 2.0**60), **TOLERANCE)


@graded(1, en="float32 arrays, and views that are not contiguous", zh="float32 数组，以及不连续的视图")
def test_float32_and_views(submission):
    def views():
        x, w, b, dy, *options = arguments((4, 2, 4, 3), (2, 2, 2, 2), 1, 1, seed=1)
        return x.transpose(0, 1, 3, 2)[::2], w.transpose(1, 0, 2, 3), b[::-1], dy.transpose(0, 1, 3, 2)[1::2], *options

    submission.agrees_with(
        reference, lambda: arguments((2, 2, 4, 5), (3, 2, 3, 2), 2, 1, dtype=np.float32), **TOLERANCE
    )
    submission.agrees_with(reference, views, **TOLERANCE)


@graded(1, en="a dy that does not have the shape of y is refused", zh="拒绝形状与 y 不同的 dy")
def test_dy_of_another_shape_is_refused(submission):
    x, w, b, dy = arguments((2, 3, 4, 5), (4, 3, 2, 2))  # y is (2, 4, 3, 4)
    for same_size in [(2, 4, 4, 3), (2, 4, 12), (4, 2, 3, 4), (1, 8, 3, 4), (2, 4, 1, 12), (1, 2, 4, 3, 4)]:
        submission.rejects(ValueError, lambda s=same_size: (x.copy(), w.copy(), b.copy(), dy.reshape(s).copy()))
    for other_size in [(1, 4, 3, 4), (2, 1, 3, 4), (2, 4, 2, 4), (2, 4, 3, 1), (2, 4, 1, 1), (4, 3, 4), (2, 4), ()]:
        submission.rejects(ValueError, lambda s=other_size: (x.copy(), w.copy(), b.copy(), np.ones(s)))
