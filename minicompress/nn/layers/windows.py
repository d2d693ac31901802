"""Windows of an image as columns of a matrix, so that a convolution is a matrix product.

Element (i, j) of the window, over all positions, is a strided slice of the image: `shifted_views` yields these slices.
Convolution and pooling loop over the kh kw slices, not over the positions.

    columns[n, (c, i, j), (p, q)] = x[n, c, p sh + i, q sw + j]              im2col
    dx[n, c, p sh + i, q sw + j] += dcolumns[n, (c, i, j), (p, q)]           col2im, its adjoint

The convolution of a sample is `w (out, c kh kw) @ columns (c kh kw, oh ow)`.

Source: Chellapilla, Puri and Simard 2006, "High performance convolutional neural networks for document processing".
Left out: dilation.
"""

import itertools

import numpy as np

from minicompress._base import arguments

__all__ = ["col2im", "crop", "im2col", "output_size", "pad", "pair", "shifted_views"]


def pair(owner, argument, value, *, low):
    """Return (height, width) for an int or a pair of ints, each at least `low`."""
    values = value if isinstance(value, (tuple, list)) else (value, value)
    if len(values) != 2:
        arguments.reject(owner, argument, "an integer or a pair of integers", value)
    return tuple(arguments.whole_number(owner, argument, one, low=low) for one in values)


def output_size(image_size, kernel_size, stride, padding=(0, 0)):
    """Return (oh, ow), the positions of a window: floor((h + 2 padding - kernel) / stride) + 1; < 1 if none fits."""
    sizes = zip(image_size, kernel_size, stride, padding, strict=True)
    return tuple((size + 2 * p - k) // s + 1 for size, k, s, p in sizes)


def pad(x, padding, value=0):
    """Return x (n, c, h, w) with `padding` = (ph, pw) rows and columns of `value` on each side; x itself for (0, 0)."""
    ph, pw = padding
    if ph == pw == 0:
        return x
    n, c, h, w = x.shape
    padded = np.full((n, c, h + 2 * ph, w + 2 * pw), value, x.dtype)
    crop(padded, padding)[...] = x
    return padded


def crop(padded, padding):
    """Return the view of `padded` that `pad` filled with x."""
    ph, pw = padding
    return padded[:, :, ph : padded.shape[2] - ph, pw : padded.shape[3] - pw]


def shifted_views(x, kernel_size, stride):
    """Yield a view of x for each element of the window, row by row: its values at all positions, (n, c, oh, ow)."""
    (kh, kw), (sh, sw) = kernel_size, stride
    oh, ow = output_size(x.shape[2:], kernel_size, stride)
    for i, j in itertools.product(range(kh), range(kw)):
        yield x[:, :, i : i + sh * (oh - 1) + 1 : sh, j : j + sw * (ow - 1) + 1 : sw]


def im2col(x, kernel_size, stride):
    """Return the columns (n, c kh kw, oh ow) of x (n, c, h, w), without padding x."""
    n, c = x.shape[:2]
    oh, ow = output_size(x.shape[2:], kernel_size, stride)
    columns = np.empty((n, c, kernel_size[0] * kernel_size[1], oh, ow), x.dtype)
    for k, view in enumerate(shifted_views(x, kernel_size, stride)):
        columns[:, :, k] = view
    return columns.reshape(n, c * kernel_size[0] * kernel_size[1], oh * ow)


def col2im(columns, x_shape, kernel_size, stride):
    """Return the adjoint of `im2col`: x (n, c, h, w), each element the sum of all its copies in the columns."""
    n, c = x_shape[:2]
    oh, ow = output_size(x_shape[2:], kernel_size, stride)
    columns = columns.reshape(n, c, kernel_size[0] * kernel_size[1], oh, ow)
    x = np.zeros(x_shape, columns.dtype)
    for k, view in enumerate(shifted_views(x, kernel_size, stride)):
        view += columns[:, :, k]
    return x
