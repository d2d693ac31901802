"""Folding of batch norm into the layer in front of it, before a network is quantized.

    y  = gamma (w x + b - mu) / sqrt(v + eps) + beta         inference: mu, v are the running statistics
       = w' x + b'

    k  = gamma / sqrt(v + eps)        one number for each output channel
    w' = k w                          channel by channel, along axis 0
    b' = beta + (b - mu) k            a layer without b gets one

Fold first, then choose ranges: k may differ by orders of magnitude between channels, and w' is what is stored. Folding
also removes a layer, with its multiplication per activation and the wide range of its input.

For quantization-aware training there are two ways. Call `fold_batchnorm` before it, and train a network without batch
norm. Or call `freeze_batchnorm` for the last epochs: then training uses the running statistics, as inference will, and
no longer updates them, so that training sees the k that will be folded.

Sources: Jacob et al. 2017 (arXiv:1712.05877), section 3.2 (folding); Krishnamoorthi 2018 (arXiv:1806.08342;
freezing).
Differs from Jacob: training does not fold with the statistics of each batch, which needs a second convolution.
Left out: a batch norm in front of a layer: with zero padding it cannot be folded forward exactly at the border.
"""

import numpy as np

from minicompress import nn
from minicompress._base.arguments import array, number, same_shape
from minicompress.nn.parameter import Parameter
from minicompress.nn.seen import check_sequential

__all__ = ["FrozenBatchNorm1d", "FrozenBatchNorm2d", "fold_arrays", "fold_batchnorm", "freeze_batchnorm"]

_PAIRS = ((nn.Linear, nn.BatchNorm1d), (nn.Conv2d, nn.BatchNorm2d))


def fold_arrays(
    w: np.ndarray, b: np.ndarray | None, gamma: np.ndarray, beta: np.ndarray, mu: np.ndarray, v: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return w' and b' of the layer that computes what w, b and the batch norm behind it compute at inference.

    Parameters
    ----------
    w : array (out, ...), of a linear layer or a convolution, grouped or not.
    b : array (out,), or None.
    gamma, beta, mu, v : arrays (out,), batch norm's scale and shift, running mean and variance.
    eps : float, added to the variance inside the root.

    Returns
    -------
    w', b' : arrays of the dtype of w, of the shapes of w and (out,). The arithmetic is in float64, rounded once.

    Raises
    ------
    ValueError : w not of floats; vectors not of shape (out,) or not finite; v + eps not > 0; w' or b' beyond the
        largest number of w's dtype.

    >>> w, b = fold_arrays(np.ones((1, 2)), None, [2.0], [1.0], [3.0], [4.0], 0.0)
    >>> w.tolist(), b.tolist()
    ([[1.0, 1.0]], [-2.0])
    """
    w = array("fold_arrays", "w", w, kinds="f", expected="an array of floats (out, ...)", finite=True)
    named = {"gamma": gamma, "beta": beta, "mu": mu, "v": v, "b": np.zeros(len(w)) if b is None else b}
    gamma, beta, mu, v, b = (_vector(name, value, w) for name, value in named.items())
    variance = v + number("fold_arrays", "eps", eps, low=0)
    if not (variance > 0).all():
        raise ValueError(f"fold_arrays: v + eps must be > 0, got {variance.min():g} in a channel")
    k = gamma / np.sqrt(variance)
    with np.errstate(over="ignore"):
        w_folded = (w.astype(np.float64) * k.reshape(-1, *(1 for _ in w.shape[1:]))).astype(w.dtype)
        b_folded = (beta + (b - mu) * k).astype(w.dtype)
    if not (np.isfinite(w_folded).all() and np.isfinite(b_folded).all()):
        largest = np.abs(k).max()
        raise ValueError(f"fold_arrays: k must keep w' and b' within {w.dtype}, got k up to {largest:g}")
    return w_folded, b_folded


def fold_batchnorm(model: nn.Sequential) -> nn.Sequential:
    """Return a new model in which every batch norm right behind a Linear or Conv2d is folded into it.

    Parameters
    ----------
    model : Sequential; it does not change. Bodies and shortcuts of Residuals are folded too.

    Returns
    -------
    Sequential, whose inference agrees with the model's up to rounding. Layers change their places in `layers`; a batch
    norm behind anything else (an activation, pooling, Flatten, the input) stays.

    Raises
    ------
    ValueError : a batch norm of another number of channels than the layer in front of it; a transform, such as a mask
        or a quantizer, on a parameter to be folded. It was chosen for the weight as it is: `parameter.bake()` first.

    >>> from minicompress import nn
    >>> rng = np.random.default_rng(0)
    >>> model = nn.Sequential(nn.Linear(4, 3, rng=rng), nn.BatchNorm1d(3), nn.ReLU())
    >>> [type(layer).__name__ for layer in fold_batchnorm(model).layers]
    ['Linear', 'ReLU']
    """
    check_sequential("fold_batchnorm", model)
    folded = model.copy()
    _fold_inside(folded)
    return folded


def freeze_batchnorm(model: nn.Sequential) -> nn.Sequential:
    """Return a new model whose batch norms use their running statistics in training too; `model` does not change.

    gamma and beta go on learning. `fold_batchnorm` folds frozen batch norms as it does others.

    >>> from minicompress import nn
    >>> rng = np.random.default_rng(0)
    >>> model = nn.Sequential(nn.Linear(4, 3, rng=rng), nn.BatchNorm1d(3), nn.ReLU())
    >>> type(freeze_batchnorm(model).layers[1]).__name__
    'FrozenBatchNorm1d'
    """
    check_sequential("freeze_batchnorm", model)
    frozen = model.copy()
    _freeze_inside(frozen)
    return frozen


class _Frozen:
    def forward(self, x, training=False):
        """Return y of the shape of x, as at inference."""
        return super().forward(x, training=False)


@nn.register
class FrozenBatchNorm1d(_Frozen, nn.BatchNorm1d):
    """A BatchNorm1d whose running statistics are constants, in training as at inference.

    >>> layer = FrozenBatchNorm1d(3)
    >>> _ = layer.forward(np.ones((4, 3), np.float32), training=True)
    >>> layer.running_mean.tolist()
    [0.0, 0.0, 0.0]
    """


@nn.register
class FrozenBatchNorm2d(_Frozen, nn.BatchNorm2d):
    """A BatchNorm2d whose running statistics are constants, in training as at inference.

    >>> layer = FrozenBatchNorm2d(3)
    >>> _ = layer.forward(np.ones((4, 3, 2, 2), np.float32), training=True)
    >>> layer.running_mean.tolist()
    [0.0, 0.0, 0.0]
    """


_FROZEN = {nn.BatchNorm1d: FrozenBatchNorm1d, nn.BatchNorm2d: FrozenBatchNorm2d}


def _vector(name, value, w):
    value = array("fold_arrays", name, value, finite=True)
    same_shape("fold_arrays", name, value, w.shape[:1])
    return value.astype(np.float64)


def _fold_inside(sequence):
    layers = []
    for layer in sequence.layers:
        if layers and any(isinstance(layers[-1], one) and isinstance(layer, other) for one, other in _PAIRS):
            _fold_into(layers[-1], layer)
            continue
        _inside_residual(layer, _fold_inside)
        layers.append(layer)
    sequence.layers = layers


def _fold_into(layer, norm):
    parameters = {**layer.named_parameters(), **norm.named_parameters()}
    for name, parameter in parameters.items():
        if parameter.transforms:
            raise ValueError(
                f"fold_batchnorm: {layer!r}: {name} must be without transforms (bake()), got {parameter!r}"
            )
    w, b = layer.weight.value, None if layer.bias is None else layer.bias.value
    if norm.num_features != len(w):
        raise ValueError(f"fold_batchnorm: {norm!r} must have the {len(w)} channels of {layer!r} in front of it")
    statistics = norm.running_mean, norm.running_var
    w, b = fold_arrays(w, b, norm.gamma.value, norm.beta.value, *statistics, norm.eps)
    layer.weight, layer.bias = Parameter(w), Parameter(b)


def _freeze_inside(sequence):
    for i, layer in enumerate(sequence.layers):
        _inside_residual(layer, _freeze_inside)
        if type(layer) in _FROZEN:
            twin = _FROZEN[type(layer)](**layer.config())
            twin.__dict__.update(layer.__dict__)
            sequence.layers[i] = twin


def _inside_residual(layer, act):
    if isinstance(layer, nn.Residual):
        act(layer.body)
        act(layer.shortcut)
