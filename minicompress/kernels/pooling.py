"""Twins of `nn/layers/pooling.py`: max- and average-pooling of images that are channels last in memory.

With channels last, an element of a window is a run of c adjacent numbers, and the loop over the channels fills vector
registers. The usual windows of 2 x 2 have a loop of their own, which reads four runs and writes one; the general loop
updates its result once per element of the window.
"""

import numpy as np

from minicompress.kernels.jit import elementwise_jit
from minicompress.kernels.threads import run_shares

__all__ = ["average_pool", "average_pool_backward", "max_pool", "max_pool_backward"]


def max_pool(x, kernel, stride, padding):
    """Return y and winner, channels last in memory; see `nn.layers.pooling.max_pool`."""
    y = _empty_windows(x, kernel, stride, padding, x.dtype)
    winner = np.empty(y.shape, np.min_scalar_type(kernel[0] * kernel[1]))
    loop = take_largest_of_four if _are_pairs(kernel, stride, padding) else take_largest
    _in_shares(lambda some: loop(_channels_last(x[some]), y[some], winner[some], *kernel, *stride, *padding), x)
    return _nchw(y), _nchw(winner)


def max_pool_backward(dy, winner, x_shape, kernel, stride, padding):
    """Return dx, channels last in memory; see `nn.layers.pooling.max_pool_backward`."""
    dx = _empty_images(x_shape, dy.dtype)
    loop = give_to_one_of_four if _are_pairs(kernel, stride, padding) else give_to_winner

    def share(some):
        loop(_channels_last(dy[some]), _channels_last(winner[some]), dx[some], *kernel, *stride, *padding)

    _in_shares(share, dx)
    return _nchw(dx)


def average_pool(x, kernel, stride, padding):
    """Return y, channels last in memory; see `nn.layers.pooling.average_pool`."""
    y = _empty_windows(x, kernel, stride, padding, x.dtype)
    _in_shares(lambda some: take_mean(_channels_last(x[some]), y[some], *kernel, *stride, *padding), x)
    return _nchw(y)


def average_pool_backward(dy, x_shape, kernel, stride, padding):
    """Return dx, channels last in memory; see `nn.layers.pooling.average_pool_backward`."""
    dx = _empty_images(x_shape, dy.dtype)
    part = dy / (kernel[0] * kernel[1])
    _in_shares(lambda some: give_to_all(_channels_last(part[some]), dx[some], *kernel, *stride, *padding), dx)
    return _nchw(dx)


def _in_shares(function, images):
    run_shares(function, len(images), multiplications=5 * images.size)  # comparing and copying takes as long as five


def _are_pairs(kernel, stride, padding):
    return kernel == stride == (2, 2) and padding == (0, 0)


def _channels_last(x):
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1))


def _nchw(x):
    return x.transpose(0, 3, 1, 2)


def _empty_images(shape, dtype):
    n, c, h, w = shape
    return np.empty((n, h, w, c), dtype)


def _empty_windows(x, kernel, stride, padding, dtype):
    n, c = x.shape[:2]
    size = ((length + 2 * p - k) // s + 1 for length, p, k, s in zip(x.shape[2:], padding, kernel, stride, strict=True))
    return np.empty((n, *size, c), dtype)


@elementwise_jit
def take_largest(x, y, winner, kh, kw, sh, sw, ph, pw):
    """Write the largest element of each window of x (n, h, w, c) into y (n, oh, ow, c), its place into winner."""
    n, oh, ow, c = y.shape
    h, w = x.shape[1:3]
    for sample in range(n):
        for p in range(oh):
            for q in range(ow):
                largest, place = y[sample, p, q], winner[sample, p, q]
                largest[:] = -np.inf
                place[:] = kh * kw  # no element yet: the first one inside the image wins even if it is -inf
                for k in range(kh * kw):
                    line, column = p * sh + k // kw - ph, q * sw + k % kw - pw
                    if 0 <= line < h and 0 <= column < w:
                        element = x[sample, line, column]
                        for channel in range(c):
                            value = element[channel]
                            # NaN differs from itself: it wins, and no later number is greater
                            if value > largest[channel] or value != value or place[channel] == kh * kw:
                                largest[channel], place[channel] = value, k


@elementwise_jit
def take_largest_of_four(x, y, winner, kh, kw, sh, sw, ph, pw):
    """`take_largest` for windows of 2 x 2 that tile the image."""
    n, oh, ow, c = y.shape
    for sample in range(n):
        for p in range(oh):
            for q in range(ow):
                x0, x1 = x[sample, 2 * p, 2 * q], x[sample, 2 * p, 2 * q + 1]
                x2, x3 = x[sample, 2 * p + 1, 2 * q], x[sample, 2 * p + 1, 2 * q + 1]
                largest, place = y[sample, p, q], winner[sample, p, q]
                for channel in range(c):
                    best, k = x0[channel], np.uint8(0)
                    for other, element in ((1, x1[channel]), (2, x2[channel]), (3, x3[channel])):
                        if element > best or element != element:
                            best, k = element, np.uint8(other)
                    largest[channel], place[channel] = best, k


@elementwise_jit
def give_to_winner(dy, winner, dx, kh, kw, sh, sw, ph, pw):
    """Write into dx (n, h, w, c): dy at the largest element of each window, summed over windows, and 0 elsewhere."""
    n, oh, ow, c = dy.shape
    h, w = dx.shape[1:3]
    for sample in range(n):
        dx[sample] = 0
        for p in range(oh - 1, -1, -1):  # backwards, so that each element sums its parts in NumPy's order
            for q in range(ow - 1, -1, -1):
                slope, place = dy[sample, p, q], winner[sample, p, q]
                for k in range(kh * kw):
                    line, column = p * sh + k // kw - ph, q * sw + k % kw - pw
                    if 0 <= line < h and 0 <= column < w:
                        element = dx[sample, line, column]
                        for channel in range(c):
                            element[channel] += slope[channel] * (place[channel] == k)


@elementwise_jit
def give_to_one_of_four(dy, winner, dx, kh, kw, sh, sw, ph, pw):
    """`give_to_winner` for windows of 2 x 2 that tile the image: each element is written once."""
    n, oh, ow, c = dy.shape
    for sample in range(n):
        dx[sample, 2 * oh :] = 0  # the row and the column that no window reaches
        dx[sample, :, 2 * ow :] = 0
        for p in range(oh):
            for q in range(ow):
                slope, place = dy[sample, p, q], winner[sample, p, q]
                for k in range(4):  # LLVM does not vectorize one loop over all four
                    element = dx[sample, 2 * p + k // 2, 2 * q + k % 2]
                    for channel in range(c):
                        element[channel] = slope[channel] * (place[channel] == k)  # an `if` costs twice as much


@elementwise_jit
def take_mean(x, y, kh, kw, sh, sw, ph, pw):
    """Write the mean of each window of x (n, h, w, c) into y (n, oh, ow, c); padded zeros count."""
    n, oh, ow, c = y.shape
    h, w = x.shape[1:3]
    count = y.dtype.type(kh * kw)
    for sample in range(n):
        for p in range(oh):
            for q in range(ow):
                mean = y[sample, p, q]
                mean[:] = 0
                for k in range(kh * kw):
                    line, column = p * sh + k // kw - ph, q * sw + k % kw - pw
                    if 0 <= line < h and 0 <= column < w:
                        element = x[sample, line, column]
                        for channel in range(c):
                            mean[channel] += element[channel]
                for channel in range(c):
                    mean[channel] /= count


@elementwise_jit
def give_to_all(part, dx, kh, kw, sh, sw, ph, pw):
    """Write into each element of dx (n, h, w, c) the sum of `part` over the windows that contain it."""
    n, oh, ow, c = part.shape
    h, w = dx.shape[1:3]
    for sample in range(n):
        dx[sample] = 0
        for p in range(oh - 1, -1, -1):  # backwards, so that each element sums its parts in NumPy's order
            for q in range(ow - 1, -1, -1):
                slope = part[sample, p, q]
                for k in range(kh * kw):
                    line, column = p * sh + k // kw - ph, q * sw + k % kw - pw
                    if 0 <= line < h and 0 <= column < w:
                        element = dx[sample, line, column]
                        for channel in range(c):
                            element[channel] += slope[channel]
