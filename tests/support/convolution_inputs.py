"""Images and weights of any geometry, in any order in memory."""

import numpy as np


def laid_out(array, layout):
    """The same numbers with another order in memory; `neither` has gaps too."""
    if layout == "channels first":
        return np.ascontiguousarray(array)
    if layout == "channels last":
        return np.ascontiguousarray(array.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    n, c, h, w = array.shape
    wide = np.full((h, n, w, 2 * c), np.nan, array.dtype)
    wide[..., ::2] = array.transpose(2, 0, 3, 1)
    return wide[..., ::2].transpose(1, 3, 0, 2)


def problem(n, groups, per_group, kernel, stride, padding, extra, layout, dtype):
    rng = np.random.default_rng(0)
    channels, filters = groups * per_group[0], groups * per_group[1]
    x = rng.standard_normal((n, channels, kernel[0] + extra[0], kernel[1] + extra[1]))
    w = rng.standard_normal((filters, per_group[0], *kernel)).astype(dtype)
    b = rng.standard_normal(filters).astype(dtype)
    return laid_out(x.astype(dtype), layout), w, b, stride, padding, groups
