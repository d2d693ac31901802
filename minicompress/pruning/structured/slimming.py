"""Network slimming: removes the channels whose batch norm scale an L1 penalty has driven to zero in training.

    y_j = gamma_j xhat_j + beta_j       with gamma_j = 0, channel j is beta_j whatever the input
    L + lambda sum |gamma|              dL/dgamma += lambda sign(gamma),   sign(0) = 0
    pruned: the smallest share of |gamma| over all layers together, but one channel of each layer stays

Batch norm gives every channel the same spread, so |gamma| can be compared within a layer and across layers, as far as
the weights that read the channel do not compensate for it (weight decay on them bounds that). The ranking gives each
layer its width. The penalty is L1 and not L2, because the pull lambda does not fade as gamma gets small: gammas that
the loss does not need become 0, not only smaller. Without the penalty a small gamma says little.

A channel with gamma = 0 still sends the constant f(beta) to its readers. Deleting the channel would lose that constant,
so it is added to the reader's bias:

    b += sum over removed j of w[:, j] c_j,    c_j = mean of channel j, as the reader sees it on a batch x

For gamma = 0 this changes no output, with one exception: at the border of an image with padding, a window has zeros in
place of a part of c_j, which a bias cannot reproduce. For a small gamma it keeps the mean.

Sources: Liu et al. 2017 (arXiv:1708.06519): penalty, one threshold for the network. Ye et al. 2018 (arXiv:1802.00124):
constants that go into the bias of the next layer. Differs from the first: its authors' code zeroes beta together with
gamma and leaves the repair to fine-tuning; its gammas start at 0.5, with lambda 1e-4 (VGG) or 1e-5 (ResNet, DenseNet).
Left out: several rounds; channel selection layers.
"""

from collections.abc import Sequence

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.parameter import Parameter, WeightTransform
from minicompress.nn.seen import check_sequential
from minicompress.pruning.channels import coupled_channels, named_layers
from minicompress.pruning.criteria.importance import batch_norm_scale, layer_inputs
from minicompress.pruning.ranking import largest_first
from minicompress.pruning.structured.surgery import keep_channels

__all__ = ["L1Penalty", "network_slimming", "penalize_scales", "smallest_go"]


@nn.register
class L1Penalty(WeightTransform):
    """Add the gradient of strength * sum |w| to the gradient of a weight, at each backward; the weight is unchanged.

    As a transform it works with every optimizer and with `fit`. The loss that `fit` reports does not include it.

    `strength` is lambda, a number >= 0.

    >>> penalty = L1Penalty(0.1)
    >>> w = penalty.forward(np.array([2.0, 0.0, -2.0]))
    >>> penalty.backward(np.zeros(3)).tolist()
    [0.1, 0.0, -0.1]
    """

    def __init__(self, strength: float):
        self.strength = arguments.number("L1Penalty", "strength", strength, low=0)
        self._sign = 0

    def forward(self, w: np.ndarray) -> np.ndarray:
        """Return a copy of `w`."""
        self._sign = np.sign(w)
        return w.copy()

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dy + strength * sign(w); at w = 0 the subgradient 0."""
        return dy + self.strength * self._sign

    def config(self) -> dict:
        """Return the arguments of the constructor."""
        return {"strength": self.strength}


def penalize_scales(model: Sequential, strength: float) -> None:
    """Put an L1 penalty on gamma of every batch norm in place; it replaces an earlier one, and 0 removes it.

    Parameters
    ----------
    model : Sequential.
    strength : number >= 0, lambda, relative to the mean loss of a sample. Start with 1e-4 and make it as large as
        accuracy allows: if it is too small, no gamma gets near zero.

    Raises ValueError for a model without batch norm or a bad strength; nothing is changed then.

    >>> rng = np.random.default_rng(0)
    >>> model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3, rng=rng))
    >>> penalize_scales(model, 1e-4)
    >>> len(model.layers[1].gamma.transforms)
    1
    """
    check_sequential("penalize_scales", model)
    strength = arguments.number("penalize_scales", "strength", strength, low=0)
    norms = [layer for layer in named_layers(model).values() if _is_norm(layer)]
    if not norms:
        arguments.reject("penalize_scales", "model", "one with batch norm", model)
    for norm in norms:
        _drop_penalty(norm)
        if strength:
            norm.gamma.transforms.append(L1Penalty(strength))


def network_slimming(model: Sequential, share: float, *, x: np.ndarray) -> Sequential:
    """Return a new, smaller model without the share of the channels that have the smallest |gamma|.

    Parameters
    ----------
    model : Sequential, trained under `penalize_scales`; it does not change.
    share : number in [0, 1), a share of channels (not of weights): of all that pass a batch norm and may be removed,
        int(share * channels) go, fewer where a layer would lose its last one. Of equal |gamma| the later goes. Other
        channels stay.
    x : batch of typical inputs, a few hundred, on which the constants c_j are measured. They are added to the readers'
        biases; a reader without bias gets one.

    The result has no penalty: fine-tune it without one. Its outputs equal those of `model` if the removed channels are
    constant and no padded convolution reads them. A channel is constant if gamma is 0 in every batch norm of its group
    and every maker is followed by a batch norm.

    Raises ValueError for a bad share, an x that is empty or not finite, gammas that are not finite, a model whose
    channels are not understood or pass no batch norm, and for channels in front of a grouped convolution, each block of
    which would have to keep equally many.

    >>> rng = np.random.default_rng(0)
    >>> model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3, rng=rng))
    >>> smaller = network_slimming(model, 0.5, x=rng.random((20, 4)))
    >>> [layer.weights[0].shape for layer in smaller.layers if layer.weights]
    [(4, 4), (3, 4)]
    """
    check_sequential("network_slimming", model)
    share = arguments.number("network_slimming", "share", share, low=0, high=1, open_high=True)
    groups = [group for group in coupled_channels(model) if _passes_norm(model, group)]
    if not groups:
        arguments.reject("network_slimming", "model", "one with removable channels that pass a batch norm", model)
    if any(group.blocks > 1 for group in groups):
        arguments.reject("network_slimming", "model", "one without grouped convolutions", model)
    if np.ndim(x) == 0 or len(x) == 0 or not np.isfinite(x).all():
        arguments.reject("network_slimming", "x", "a batch of one input or more, finite", f"shape {np.shape(x)}")
    scales = [batch_norm_scale(model, group) for group in groups]
    if not all(np.isfinite(each).all() for each in scales):
        raise ValueError("network_slimming: model must have finite gammas, got NaN or infinity")
    kept = smallest_go(scales, share)
    absorbed, seen = model.copy(), layer_inputs(model, x)
    layers = named_layers(absorbed)
    for layer in filter(_is_norm, layers.values()):
        _drop_penalty(layer)
    for group, keep in zip(groups, kept, strict=True):
        for name in group.readers:
            _absorb(layers[name], seen[name], ~keep)
    return keep_channels(absorbed, {g.name: np.flatnonzero(keep) for g, keep in zip(groups, kept, strict=True)})


def smallest_go(scores: Sequence[np.ndarray], share: float) -> list[np.ndarray]:
    """Return boolean arrays, False for the smallest int(share * all) scores of all lists together; True stays.

    `scores` is a list of arrays, one for each layer. Of equal scores the later goes. The largest score of each array
    stays in any case, the first of equal ones.

    >>> [keep.tolist() for keep in smallest_go([np.array([1, 5, 2]), np.array([4, 3])], 0.4)]
    [[False, True, False], [True, True]]
    """
    ranked = largest_first(np.concatenate(scores))
    keep = np.zeros(ranked.size, bool)
    keep[ranked[: ranked.size - int(share * ranked.size)]] = True
    layers = np.split(keep, np.cumsum([len(s) for s in scores])[:-1])
    for layer, of in zip(layers, scores, strict=True):
        layer[np.argmax(of)] = True
    return layers


def _absorb(reader, seen, gone):
    """Add the mean contribution of the removed channels to the reader's bias."""
    each = seen.shape[1] // gone.size
    features = np.repeat(gone, each)
    c = seen.mean(axis=(0, *range(2, seen.ndim)), dtype=np.float64)
    w = reader.weight.effective().astype(np.float64)
    constant = w.reshape(*w.shape[:2], -1).sum(axis=2)[:, features] @ c[features]
    if reader.bias is None:
        reader.bias = Parameter(np.zeros(len(w), reader.weight.value.dtype))
    reader.bias.value += constant.astype(reader.bias.value.dtype)


def _is_norm(layer):
    return isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d))


def _passes_norm(model, group):
    layers = named_layers(model)
    return any(_is_norm(layers[name]) for name in group.passers)


def _drop_penalty(norm):
    norm.gamma.transforms = [t for t in norm.gamma.transforms if not isinstance(t, L1Penalty)]
