"""N:M sparsity: exactly n of every m neighbouring weights are kept, a pattern that hardware can skip.

    m_ij = 1  for the n largest |w_ij| of each group of M consecutive weights along the reduction axis, else 0

2:4 is the pattern of NVIDIA's sparse tensor cores: two of every four weights are kept, with two bits each that say
which two. The groups lie along the axis that a product sums over, the inputs of one output: the hardware loads four
neighbouring x, and the two bits choose the two that meet a weight. Groups across outputs would have no such x.

    bits of a group = n (bits of a value + ceil(log2 M))      dense: M (bits of a value)

So 2:4 takes 9/16 of the bits of dense float16, not 1/2. Half of the products are skipped, and an index takes two bits.
The price: the zeros are at the smallest weights of each group, not of the whole matrix.

Here n counts the weights that are kept. Hubara et al. 2021 (arXiv:2102.08124) and PyTorch's `zeros_per_block` count the
zeros: the two agree for 2:4, but not for 1:4.

Source: Mishra et al. 2021 (arXiv:2104.08378). Zhou et al. 2021 (arXiv:2102.04010) train with N:M from
the start. Left out: the permutation of input channels before grouping, and training from scratch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minicompress._base.arguments import array, reject, whole_number
from minicompress._base.sizes import bits_to_bytes
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_layers
from minicompress.pruning.masks.mask import Mask, set_mask
from minicompress.pruning.ranking import largest_first, magnitudes

__all__ = ["PackedNM", "n_m_mask", "n_m_sparsity", "pack_n_m"]


def n_m_mask(w: np.ndarray, n: int, m: int) -> np.ndarray:
    """Return the mask that keeps the n largest |w| of every m consecutive weights along axis 1.

    Parameters
    ----------
    w : array of numbers without NaN, of shape (out, in) or (out, in, kh, kw): the groups run over the inputs,
        separately for each kernel position.
    n, m : integers, 1 <= n <= m; m divides `in`.

    Returns
    -------
    bool array of the shape of `w`, with exactly n True in each group: among equal magnitudes the lower input stays.

    Raises
    ------
    ValueError : n or m out of range, m does not divide the number of inputs, `w` no numbers or with NaN, which has no
        rank.

    >>> n_m_mask(np.array([[1, -4, 2, 3, 5, 5, 5, 0]]), 2, 4).tolist()
    [[False, True, False, True, True, True, False, False]]
    """
    return _mask("n_m_mask", w, *_pattern("n_m_mask", n, m))


def n_m_sparsity(model: Sequential, n: int = 2, m: int = 4, *, layers: Sequence[int] | None = None) -> int:
    """Prune weights of a model to n of every m inputs and attach a `Mask` to each of them, in place.

    Parameters
    ----------
    model : a model of `minicompress.nn`.
    n, m : integers, 1 <= n <= m. 2:4 by default, the pattern of NVIDIA's sparse tensor cores.
    layers : indices into `model.layers`; all that have weights by default. A first convolution with one input channel
        cannot be grouped: name the others.

    Returns
    -------
    int, the number of weights that the masks hold at zero.

    A mask that was there is replaced by its product with the new one, at its place in front of other transforms.

    Raises
    ------
    ValueError : n or m out of range, an index of no layer with weights, a layer whose inputs m does not divide, weights
        with NaN. The model does not change then.

    >>> from minicompress import nn
    >>> model = nn.Sequential(nn.Linear(8, 3, rng=np.random.default_rng(0)))
    >>> n_m_sparsity(model)
    12
    >>> model.layers[0].weight.transforms
    [Mask(keeps 12 of 24)]
    """
    check_layers("n_m_sparsity", model)
    n, m = _pattern("n_m_sparsity", n, m)
    parameters = [p for index in _indices(model, layers) for p in model.layers[index].weight_parameters()]
    for parameter in parameters:
        _check_divides("n_m_sparsity", parameter.shape, m)
    kept = [_mask_pattern(parameter, n, m) for parameter in parameters]  # all, before anything changes
    for parameter, keep in zip(parameters, kept, strict=True):
        set_mask(parameter, keep)
        parameter.project()  # the other transforms too
    return sum(keep.size - int(np.count_nonzero(keep)) for keep in kept)


@dataclass(frozen=True)
class PackedNM:
    """A matrix with n of every m inputs, as it is stored.

    Attributes
    ----------
    values : array (out, groups, n), the kept weights; where a group has fewer nonzeros, zeros.
    positions : uint8 array of that shape, each the position of a value in its group, ascending, in [0, m).
    m : int, the length of a group.

    >>> packed = pack_n_m(np.array([[0, -4, 0, 3]], np.float32), 2, 4)
    >>> packed.values.tolist(), packed.positions.tolist(), packed.size_bytes
    ([[[-4.0, 3.0]]], [[[1, 3]]], 9)
    """

    values: np.ndarray
    positions: np.ndarray
    m: int

    @property
    def size_bytes(self) -> int:
        """Bytes of the values, and of the positions at ceil(log2 m) bits each, packed without gaps."""
        return self.values.nbytes + bits_to_bytes(self.positions.size * (self.m - 1).bit_length())

    def unpack(self) -> np.ndarray:
        """Return the dense matrix (out, in)."""
        out, groups, _ = self.values.shape
        w = np.zeros((out, groups, self.m), self.values.dtype)
        np.put_along_axis(w, self.positions.astype(np.intp), self.values, axis=-1)
        return w.reshape(out, groups * self.m)

    def matmul(self, x: np.ndarray) -> np.ndarray:
        """Return x w^T for x (batch, in) with n / m of the products: each position chooses the x that it meets.

        Integers are multiplied and summed in 64 bits.
        """
        x = array("PackedNM.matmul", "x", x, kinds="fiub")
        groups = self.values.shape[1]
        if x.ndim != 2 or x.shape[1] != groups * self.m:
            reject("PackedNM.matmul", "x", f"of shape (batch, {groups * self.m})", x.shape)
        columns = self.positions + self.m * np.arange(groups)[:, None]
        dtype = np.result_type(self.values, x)
        dtype = dtype if dtype.kind == "f" else np.result_type(dtype, np.int64)  # int8 products would wrap around
        return np.einsum("ogn,bogn->bo", self.values.astype(dtype, copy=False), x.astype(dtype, copy=False)[:, columns])


def pack_n_m(w: np.ndarray, n: int, m: int) -> PackedNM:
    """Return a `PackedNM` of a matrix (out, in) of which every m consecutive inputs hold at most n nonzeros.

    Raises ValueError where a group has more: prune with `n_m_mask` first. Packing never drops a weight.

    >>> w = np.array([[0, -4, 0, 3]], np.float32)
    >>> packed = pack_n_m(w, 2, 4)
    >>> packed.unpack().tolist()
    [[0.0, -4.0, 0.0, 3.0]]
    >>> packed.matmul(np.array([[1, 2, 3, 4]], np.float32)).tolist()
    [[4.0]]
    """
    n, m = _pattern("pack_n_m", n, m)
    w = np.asarray(w)
    if w.ndim != 2:
        reject("pack_n_m", "w", "a matrix", w.shape)
    keep = _mask("pack_n_m", w, n, m)
    if np.any(w[~keep]):
        reject("pack_n_m", "w", f"{n}:{m} sparse, at most {n} nonzeros in each {m} inputs", _groups(w != 0, m).sum(-1))
    # False sorts before True: the positions that are kept come first, each part in ascending order.
    positions = np.argsort(~_groups(keep, m), axis=-1, kind="stable")[..., :n]
    return PackedNM(np.take_along_axis(_groups(w, m), positions, axis=-1), positions.astype(np.uint8), m)


def _mask(owner, w, n, m):
    w = array(owner, "w", w, kinds="fiub")
    if np.isnan(w).any():
        reject(owner, "w", "free of NaN, which has no rank", f"{w.dtype} of shape {w.shape}")
    _check_divides(owner, w.shape, m)
    groups = _groups(magnitudes(w), m)
    mask = np.zeros(groups.shape, bool)
    np.put_along_axis(mask, largest_first(groups)[..., :n], True, axis=-1)
    return np.moveaxis(mask.reshape(np.moveaxis(w, 1, -1).shape), -1, 1)


def _mask_pattern(parameter, n, m):
    """Return the N:M mask of a weight combined with its older masks; weights that these hide count as 0."""
    old = [t for t in parameter.transforms if isinstance(t, Mask)]
    w = parameter.value
    for mask in old:
        w = mask.forward(w)
    return np.logical_and.reduce([_mask("n_m_sparsity", w, n, m), *(mask.m for mask in old)])


def _groups(w, m):
    """(out, ..., in / m, m): the input axis last, cut into groups."""
    last = np.moveaxis(w, 1, -1)
    return last.reshape(*last.shape[:-1], last.shape[-1] // m, m)


def _pattern(owner, n, m):
    m = whole_number(owner, "m", m, low=1, high=256)  # a position is stored in one byte
    return whole_number(owner, "n", n, low=1, high=m), m


def _check_divides(owner, shape, m):
    if len(shape) < 2 or shape[1] % m:
        raise ValueError(f"{owner}: m must divide the inputs, axis 1 of the weight, got {m} and shape {shape}")


def _indices(model, layers):
    with_weights = [i for i, layer in enumerate(model.layers) if layer.weight_parameters()]
    if layers is None:
        return with_weights
    if not np.iterable(layers) or isinstance(layers, str):
        reject("n_m_sparsity", "layers", f"a list of indices of layers with weights, {with_weights}", layers)
    layers = list(layers)
    for index in layers:
        if whole_number("n_m_sparsity", "layers", index) not in with_weights:
            reject("n_m_sparsity", "layers", f"indices of layers with weights, {with_weights}", index)
    return list(dict.fromkeys(layers))
