"""Twins of `im2col` and `col2im`: the windows of an image, gathered and scattered by compiled loops.

Images are channels last in memory, (n, h, w, c), although their shape is (n, c, h, w). Then the matrix product writes
the output of a convolution directly:

    rows[(n, p, q), (i, j, c)] = x[n, p sh + i - ph, q sw + j - pw, c]             y = rows w^T

The elements of a row are adjacent in x too: each window is kh runs of kw c numbers. With few channels (kw c < ow, as in
the first layer) or with groups, the runs along the positions are longer:

    columns[(c, i, j), (n, p, q)] = x[n, c, p sh + i - ph, q sw + j - pw]          y = columns^T w^T

The loops take a view of a row before they run along it: an index computed inside the inner loop costs several times
more.
"""

import numpy as np

from minicompress.kernels.jit import jit
from minicompress.kernels.threads import cut
from minicompress.kernels.zeros import is_worth_it, product_without_zeros

__all__ = ["Columns", "Rows", "RowsOfFewSlopes", "windows_of"]

# Bytes of rows or columns at a time: with fewer, the products are too small; more do not fit into the cache.
_CHUNK_BYTES = 1 << 21


def windows_of(x, w, stride, padding, groups, dy=None):
    """Return Rows or Columns, whichever has longer runs; RowsOfFewSlopes for a dy (n, oh, ow, out) of many zeros."""
    kernel = w.shape[2:]
    spans = zip(x.shape[2:], padding, kernel, stride, strict=True)
    size = tuple((length + 2 * p - k) // s + 1 for length, p, k, s in spans)
    kind = Rows if groups == 1 and kernel[1] * x.shape[1] >= size[1] else Columns
    if kind is Rows and dy is not None and is_worth_it(dy):
        kind = RowsOfFewSlopes
    return kind(x.shape[1], kernel, size, stride, padding, groups, x.itemsize)


class _Windows:
    """The geometry of one convolution, and the number of samples per chunk."""

    def __init__(self, channels, kernel, size, stride, padding, groups, itemsize):
        self.channels, self.kernel, self.size = channels, kernel, size
        self.stride, self.padding, self.groups = stride, padding, groups
        self.elements = channels * kernel[0] * kernel[1]  # of one window, all groups
        self.positions = size[0] * size[1]  # of one sample
        self.step = max(1, _CHUNK_BYTES // (self.elements * self.positions * itemsize))

    def chunks(self, share):
        """Return slices of a share, of about equal size, whose windows fill about _CHUNK_BYTES."""
        n = share.stop - share.start
        return cut(share, -(-n // self.step)) if n else []

    def padded(self, x):
        """Return x (n, c, h, w) with zeros around it, so that no loop has to test whether it is inside the image."""
        (n, c, h, w), (ph, pw) = x.shape, self.padding
        if ph == pw == 0:
            return x
        padded = np.zeros((n, c, h + 2 * ph, w + 2 * pw), x.dtype)
        self.cropped(padded)[...] = x
        return padded

    def cropped(self, padded):
        """Return the view of `padded` that is the image."""
        ph, pw = self.padding
        return padded[:, :, ph : padded.shape[2] - ph, pw : padded.shape[3] - pw]

    def padded_shape(self, dx):
        """Return the shape (n, c, h, w) of dx with its padding."""
        n, c, h, w = dx.shape
        return n, c, h + 2 * self.padding[0], w + 2 * self.padding[1]


class Rows(_Windows):
    """Windows as rows of (i, j, c); the weight matrix is (out, kh kw c)."""

    def matrix(self, w):
        """Return w (out, c, kh, kw) as the matrix for `product` and `gradient`."""
        return np.ascontiguousarray(w.transpose(0, 2, 3, 1)).reshape(len(w), self.elements)

    def as_weight(self, dw, w):
        """Return the inverse of `matrix`."""
        return dw.reshape(len(w), *self.kernel, self.channels).transpose(0, 3, 1, 2)

    def gather(self, x):
        """Return the rows of all windows of x."""
        x = np.ascontiguousarray(self.padded(x).transpose(0, 2, 3, 1))
        rows = np.empty((len(x), *self.size, self.elements), x.dtype)
        gather_rows(x.reshape(*x.shape[:2], -1), rows, *self._runs())
        return rows.reshape(-1, self.elements)

    def product(self, rows, w, y):
        """Write rows w^T into y (n, oh, ow, out)."""
        np.dot(rows, w.T, out=y.reshape(-1, y.shape[3]))

    def weight_gradient(self, rows, dy):
        """Return dy^T rows, in the shape of the matrix."""
        return np.dot(dy.reshape(-1, dy.shape[3]).T, rows)

    def gradient(self, dy, w, rows):
        """Write dy w into `rows`."""
        np.dot(dy.reshape(-1, dy.shape[3]), w, out=rows)

    def scatter(self, rows, dx):
        """Add the rows up in dx (n, c, h, w), which is channels last in memory."""
        n, c, h, w = self.padded_shape(dx)
        is_padded = dx.shape != (n, c, h, w)
        sums = np.empty((n, h, w, c), dx.dtype) if is_padded else dx.transpose(0, 2, 3, 1)
        scatter_rows(rows.reshape(n, *self.size, self.elements), sums.reshape(n, h, w * c), *self._runs())
        if is_padded:
            dx[...] = self.cropped(sums.transpose(0, 3, 1, 2))

    def _runs(self):
        return self.kernel[0], self.kernel[1] * self.channels, self.stride[0], self.stride[1] * self.channels


class RowsOfFewSlopes(Rows):
    """Rows for the backward pass of a dy that is mostly zero, as after max-pooling."""

    def weight_gradient(self, rows, dy):
        """Return dy^T rows, in the shape of the matrix."""
        dw = np.empty((dy.shape[3], self.elements), rows.dtype)
        product_without_zeros(dy.reshape(-1, dy.shape[3]).T, rows, dw)
        return dw

    def gradient(self, dy, w, rows):
        """Write dy w into `rows`."""
        product_without_zeros(dy.reshape(-1, dy.shape[3]), w, rows)


class Columns(_Windows):
    """Windows as columns of (c, i, j), split by group; the weight matrix is (groups, c/G kh kw, out/G)."""

    def matrix(self, w):
        """Return w (out, c/G, kh, kw) as the matrix for the products."""
        return np.ascontiguousarray(w.reshape(self.groups, len(w) // self.groups, -1).transpose(0, 2, 1))

    def as_weight(self, dw, w):
        """Return the inverse of `matrix`."""
        return dw.transpose(0, 2, 1).reshape(w.shape)

    def gather(self, x):
        """Return the columns of all windows of x, by group."""
        columns = np.empty((self.elements, len(x), *self.size), x.dtype)
        gather_columns(np.ascontiguousarray(self.padded(x)), columns, *self.kernel, *self.stride)
        return columns.reshape(self.groups, self.elements // self.groups, len(x) * self.positions)

    def product(self, columns, w, y):
        """Write columns^T w into y (n, oh, ow, out)."""
        np.matmul(columns.transpose(0, 2, 1), w, out=self._by_group(y))

    def weight_gradient(self, columns, dy):
        """Return columns dy, in the shape of the matrix."""
        return np.matmul(columns, self._by_group(dy))

    def gradient(self, dy, w, columns):
        """Write w dy^T into `columns`."""
        np.matmul(w, self._by_group(dy).transpose(0, 2, 1), out=columns)

    def scatter(self, columns, dx):
        """Add the columns up in dx (n, c, h, w)."""
        padded = np.empty(self.padded_shape(dx), dx.dtype)
        columns = columns.reshape(self.elements, len(dx), *self.size)
        scatter_columns(columns, padded, *self.kernel, *self.stride)
        dx[...] = self.cropped(padded)

    def _by_group(self, y):
        """Return a view of y (n, oh, ow, out) as (groups, positions of all samples, out / groups)."""
        return y.reshape(len(y) * self.positions, self.groups, y.shape[3] // self.groups).transpose(1, 0, 2)


@jit
def gather_rows(x, rows, kh, run, sh, step):
    """Fill rows (n, oh, ow, kh run) from x (n, h, w c); a window is kh runs of `run` = kw c numbers, `step` = sw c."""
    n, oh, ow, _ = rows.shape
    for sample in range(n):
        for p in range(oh):
            for q in range(ow):
                for i in range(kh):
                    row = rows[sample, p, q, i * run : (i + 1) * run]
                    image = x[sample, p * sh + i, q * step : q * step + run]
                    for k in range(run):
                        row[k] = image[k]


@jit
def scatter_rows(rows, x, kh, run, sh, step):
    """Write into each element of x (n, h, w c) the sum of all entries that `gather_rows` would copy from it."""
    n, oh, ow, _ = rows.shape
    for sample in range(n):
        x[sample] = 0
        for p in range(oh):
            for q in range(ow):
                for i in range(kh):
                    row = rows[sample, p, q, i * run : (i + 1) * run]
                    image = x[sample, p * sh + i, q * step : q * step + run]
                    for k in range(run):
                        image[k] += row[k]


@jit
def gather_columns(x, columns, kh, kw, sh, sw):
    """Fill columns (c kh kw, n, oh, ow) from x (n, c, h, w)."""
    n, oh, ow = columns.shape[1:]
    for sample in range(n):
        for k in range(columns.shape[0]):
            channel, i, j = k // (kh * kw), k // kw % kh, k % kw
            for p in range(oh):
                column, image = columns[k, sample, p], x[sample, channel, p * sh + i, j:]
                if sw == 1:  # a loop of its own, which the compiler can vectorize
                    for q in range(ow):
                        column[q] = image[q]
                else:
                    for q in range(ow):
                        column[q] = image[q * sw]


@jit
def scatter_columns(columns, x, kh, kw, sh, sw):
    """Write into each element of x (n, c, h, w) the sum of all entries that `gather_columns` would copy from it."""
    n, oh, ow = columns.shape[1:]
    for sample in range(n):
        x[sample] = 0
        for k in range(columns.shape[0]):
            channel, i, j = k // (kh * kw), k // kw % kh, k % kw
            for p in range(oh):
                column, image = columns[k, sample, p], x[sample, channel, p * sh + i, j:]
                if sw == 1:
                    for q in range(ow):
                        image[q] += column[q]
                else:
                    for q in range(ow):
                        image[q * sw] += column[q]
