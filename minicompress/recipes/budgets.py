"""How large may a network be, so that its file has a given number of bytes?

    sparse   n = (B - overhead) / (bytes of a kept weight)     4 + 2 float32, b/8 + 2 with codes of b bits
    dense    the number of hidden neurons whose arrays come nearest

Overhead is what a sparse network without weights needs: row starts, shapes, scales, biases. It is not computed by hand
but encoded, so that `deploy/storage.py` alone says what a byte is. A kept weight that is rounded to code 0 is no
longer stored: the file is then smaller than the budget; report by how much.
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
    """Return how many nonzero weights of `model` fit into `size_bytes` of sparse arrays; at most all that it has.

    `bits` is None for float32, or the bits of a code. Only the shapes of the model count. Raises ValueError if not even
    the overhead fits.
    """
    size_bytes = arguments.number("weights_that_fit", "size_bytes", size_bytes, low=0)
    if not isinstance(model, nn.Sequential):
        arguments.reject("weights_that_fit", "model", "a Sequential", model)
    weights = sum(p.size for p in model.weight_parameters())
    overhead = encode(_empty(model), bits=bits, sparse=True).size_bytes
    left = size_bytes - overhead
    if left < 0:
        arguments.reject("weights_that_fit", "size_bytes", f">= {overhead}, the overhead", size_bytes)
    return min(weights, int(left / (_COLUMN_BYTES + (bits or 32) / 8)))


def nearest_hidden_units(
    sizes_of: Callable[[int], Sequence[int]], size_bytes: float, *, bits: int | None = None, most: int = 1000
) -> int:
    """Return the h, from 1 to `most`, whose MLP comes nearest to `size_bytes` of dense arrays; the smaller of two.

    Parameters
    ----------
    sizes_of : function h -> widths, as for `nn.zoo.mlp`; they grow with h.
    size_bytes : the budget. One neuron more of 784 inputs is 3,136 bytes of float32, so that a small budget is met only
        roughly: compare with the size that was measured.
    bits : None for float32, or the bits of a code.
    """

    arguments.function("nearest_hidden_units", "sizes_of", sizes_of, "a function from h to the widths")
    size_bytes = arguments.number("nearest_hidden_units", "size_bytes", size_bytes, low=0)
    most = arguments.whole_number("nearest_hidden_units", "most", most, low=1)

    def size(h):
        model = nn.zoo.mlp(sizes_of(h), rng=np.random.default_rng(0))
        return encode(_empty(model), bits=bits).size_bytes

    fits = bisect.bisect_right(range(1, most + 1), size_bytes, key=size)  # the largest h that fits; 0: none does
    return min((h for h in (fits, fits + 1) if 1 <= h <= most), key=lambda h: abs(size(h) - size_bytes))


def _empty(model):
    """A copy whose weights are all zero: they lie on every grid."""
    twin = model.copy()
    for parameter in twin.weight_parameters():
        parameter.transforms = []
        parameter.value[...] = 0
    return twin
