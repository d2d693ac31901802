"""Sizes of networks for a budget of B bytes.

    sparse   n = (B - overhead) / (bytes per kept weight)      4 + 2 for float32, b/8 + 2 for codes of b bits
    dense    the number of hidden neurons whose arrays come nearest to B

The overhead is the size of a sparse network without weights: row starts, shapes, scales, biases. It is measured by
encoding such a network with `deploy/storage.py`, so that bytes are counted in one place only. A kept weight that is
rounded to code 0 is not stored, so the encoded network may be smaller than the budget: report its measured size.
"""

import bisect
from collections.abc import Callable, Sequence

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.deploy import encode

__all__ = ["nearest_hidden_units", "weights_that_fit"]

_COLUMN_BYTES = 2  # uint16, for arrays of up to 65,536 columns


def weights_that_fit(model: nn.Sequential, size_bytes: float, *, bits: int | None = None) -> int:
    """Return how many nonzero weights of `model` fit into `size_bytes` of sparse arrays, at most all its weights.

    `bits` is None for float32, else the bits per code. The result depends on the shapes of the model, not on its
    values. Raises ValueError if `size_bytes` is less than the overhead.
    """
    size_bytes = arguments.number("weights_that_fit", "size_bytes", size_bytes, low=0)
    if not isinstance(model, nn.Sequential):
        arguments.reject("weights_that_fit", "model", "a Sequential", model)
    weights = sum(p.size for p in model.weight_parameters())
    overhead = encode(_copy_with_zero_weights(model), bits=bits, sparse=True).size_bytes
    left = size_bytes - overhead
    if left < 0:
        arguments.reject("weights_that_fit", "size_bytes", f">= {overhead}, the overhead", size_bytes)
    return min(weights, int(left / (_COLUMN_BYTES + (bits or 32) / 8)))


def nearest_hidden_units(
    sizes_of: Callable[[int], Sequence[int]], size_bytes: float, *, bits: int | None = None, most: int = 1000
) -> int:
    """Return the h, from 1 to `most`, whose MLP comes nearest to `size_bytes` of dense arrays; of two, the smaller.

    Parameters
    ----------
    sizes_of : function h -> widths, as for `nn.zoo.mlp`; the widths must grow with h.
    size_bytes : the budget. A neuron with 784 inputs takes 3,136 bytes in float32, so a small budget is met only
        roughly.
    bits : None for float32, else the bits per code.
    most : int >= 1, the largest h that is considered.
    """
    arguments.function("nearest_hidden_units", "sizes_of", sizes_of, "a function from h to the widths")
    size_bytes = arguments.number("nearest_hidden_units", "size_bytes", size_bytes, low=0)
    most = arguments.whole_number("nearest_hidden_units", "most", most, low=1)

    def size(h):
        model = nn.zoo.mlp(sizes_of(h), rng=np.random.default_rng(0))
        return encode(_copy_with_zero_weights(model), bits=bits).size_bytes

    fits = bisect.bisect_right(range(1, most + 1), size_bytes, key=size)  # the largest h that fits; 0 if none fits
    return min((h for h in (fits, fits + 1) if 1 <= h <= most), key=lambda h: abs(size(h) - size_bytes))


def _copy_with_zero_weights(model):
    """Return a copy whose weights are 0: a value that every encoding can store."""
    twin = model.copy()
    for parameter in twin.weight_parameters():
        parameter.transforms = []
        parameter.value[...] = 0
    return twin
