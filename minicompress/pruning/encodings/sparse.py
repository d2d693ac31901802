"""Compressed sparse rows (CSR): a matrix without its zeros, and its products.

    values      the k nonzeros, row after row, columns ascending          (k,)
    columns     the column of each                                        (k,)
    row_starts  row i is values[row_starts[i] : row_starts[i + 1]]        (rows + 1,), from 0 to k
    y_i       = sum over p in row i of  values[p] x[columns[p]]

The last entry of row_starts is k, so that the last row and empty rows are no special cases.

CSR computes k products instead of rows * columns, but it is not faster by that ratio: each product needs an x at an
index (a gather, which reads 6 bytes per float32 product instead of 4), rows differ in length, and dense products run at
a higher rate than gathers. Measure the break-even on the machine, at the batch size.

Source: Tinney, Walker 1967 (doi:10.1109/PROC.1967.6011) stored sparse matrices by rows.
Left out: blocks; the column form (CSC), which is CSR of the transposed matrix; loops for speed.
"""

from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, reject, same_shape
from minicompress._base.sizes import array_bytes, column_dtype

__all__ = ["CSR", "compress_rows"]


@dataclass(frozen=True)
class CSR:
    """A matrix as compressed sparse rows; `compress_rows` makes one.

    Attributes
    ----------
    values : array (k,) of the matrix's dtype.
    columns : array (k,) of uint16, or of uint32 if the matrix has more than 65,536 columns.
    row_starts : int32 array (rows + 1,).
    shape : (rows, columns) of the dense matrix.

    >>> sparse = compress_rows(np.array([[0, 7, 0], [0, 0, 0], [8, 0, 9]]))
    >>> sparse.values.tolist(), sparse.columns.tolist(), sparse.row_starts.tolist()
    ([7, 8, 9], [1, 0, 2], [0, 1, 1, 3])
    """

    values: np.ndarray
    columns: np.ndarray
    row_starts: np.ndarray
    shape: tuple

    @property
    def size_bytes(self) -> int:
        """Bytes of the three arrays; a file needs the shape too."""
        return array_bytes((self.values, self.columns, self.row_starts))

    @property
    def rows(self) -> np.ndarray:
        """The row of each value, (k,): what the coordinate format (COO) stores instead of row starts."""
        return np.repeat(np.arange(self.shape[0]), np.diff(self.row_starts))

    def dense(self) -> np.ndarray:
        """Return the dense matrix."""
        w = np.zeros(self.shape, self.values.dtype)
        w[self.rows, self.columns] = self.values
        return w

    def matvec(self, x: np.ndarray) -> np.ndarray:
        """Return y = w x, (rows,), for a vector x of shape (columns,). Integers are summed in 64 bits."""
        values, x = self._widen("CSR.matvec", "x", x)
        same_shape("CSR.matvec", "x", x, self.shape[1:])
        return self._sum_rows(values * x[self.columns])

    def matmul(self, x: np.ndarray) -> np.ndarray:
        """Return y = x w^T, (batch, rows), for x (batch, columns): what a linear layer computes, without its bias."""
        values, x = self._widen("CSR.matmul", "x", x)
        if x.ndim != 2 or x.shape[1] != self.shape[1]:
            reject("CSR.matmul", "x", f"of shape (batch, {self.shape[1]})", x.shape)
        return self._sum_rows(x[:, self.columns] * values)

    def transposed_matvec(self, dy: np.ndarray) -> np.ndarray:
        """Return dx = w^T dy, (columns,): the same rows, scattered instead of gathered."""
        values, dy = self._widen("CSR.transposed_matvec", "dy", dy)
        same_shape("CSR.transposed_matvec", "dy", dy, self.shape[:1])
        dx = np.zeros(self.shape[1], values.dtype)
        np.add.at(dx, self.columns, values * dy[self.rows])  # dx[columns] += would add only one of equal columns
        return dx

    def _widen(self, owner, argument, x):
        """The values and x in the dtype of their products: int64 for integers, where int8 would wrap around."""
        x = array(owner, argument, x, kinds="fiub")
        dtype = np.result_type(self.values, x)
        dtype = dtype if dtype.kind == "f" else np.result_type(dtype, np.int64)
        return self.values.astype(dtype, copy=False), x.astype(dtype, copy=False)

    def _sum_rows(self, products):
        """Sum the products of each row along the last axis; an empty row gives 0."""
        y = np.zeros((*products.shape[:-1], self.shape[0]), products.dtype)
        filled = np.flatnonzero(np.diff(self.row_starts))
        # Filled rows only: for an empty slice `reduceat` returns the element at its start, not 0.
        if filled.size:
            y[..., filled] = np.add.reduceat(products, self.row_starts[filled], axis=-1)
        return y


def compress_rows(w: np.ndarray) -> CSR:
    """Return a `CSR` of a matrix (rows, columns); a convolution's weight is w.reshape(len(w), -1).

    Zeros, -0.0 too, are not stored: `compress_rows(w).dense()` equals `w`, with 0.0 for -0.0.

    Raises
    ------
    ValueError : `w` is not a matrix of numbers.

    >>> sparse = compress_rows(np.array([[0, 7, 0], [8, 0, 9]]))
    >>> sparse.dense().tolist()
    [[0, 7, 0], [8, 0, 9]]
    >>> sparse.matvec(np.array([1, 2, 3])).tolist()
    [14, 35]
    """
    w = array("compress_rows", "w", w, kinds="fiub", expected="a matrix of numbers")
    if w.ndim != 2:
        reject("compress_rows", "w", "a matrix of numbers", f"{w.dtype} of shape {w.shape}")
    rows, columns = np.nonzero(w)
    row_starts = np.zeros(len(w) + 1, np.int32)
    row_starts[1:] = np.cumsum(np.count_nonzero(w, axis=1))
    return CSR(w[rows, columns], columns.astype(column_dtype(w.shape[1])), row_starts, w.shape)
