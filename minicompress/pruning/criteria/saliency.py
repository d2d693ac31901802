"""Saliency: the change of the loss when a weight or a whole channel is set to zero, estimated by a Taylor series.

    L(w without S) - L(w)  =  - sum_S g w  +  1/2 sum_S h w^2  + ...     g = dL/dw, h = d2L/dw2, S: what is removed

    Taylor, first order    I_S = mean over batches of (sum_S g w)^2      Molchanov et al. 2019 (arXiv:1906.10771)
    OBD, second order      s_k = h_kk w_k^2 / 2                          LeCun et al. 1989: at a minimum the mean g is 0
    magnitude              s_k = w_k^2                                   OBD with all h alike

The sum is inside the square: a channel is removed as a whole, and the effects of its weights may cancel. A sum of |g w|
or of (g w)^2 would measure each weight alone. The square is inside the mean: at a minimum the mean of g is zero, so a
criterion based on it would be noise.

For a channel, S is the columns of its readers: setting them to zero removes the channel, whatever lies in between
(batch norm, pooling, a sum). With only ReLU and pooling in between, the maker's row with its bias gives the same
number, since scaling both scales the channel. In front of a batch norm in training the maker's row would give 0,
because its scale does not matter there.

h_kk is taken as the mean of g^2 over single samples, the diagonal of the empirical Fisher matrix: for a cross-entropy
whose model fits the data it approaches the Hessian's, and it needs nothing but gradients. Differs from OBD: there h is
propagated backwards. Left out: what is off the diagonal (OBS).
"""

from collections.abc import Callable, Iterable

import numpy as np

from minicompress._base.arguments import array, reject
from minicompress.nn import softmax_cross_entropy
from minicompress.nn.batching import same_length
from minicompress.nn.containers import Sequential
from minicompress.nn.seen import check_sequential, weight_parameters
from minicompress.pruning.channels import named_layers

__all__ = ["obd_saliency", "taylor_importance", "taylor_saliency"]


def taylor_saliency(w: np.ndarray, b: np.ndarray, dw: np.ndarray, db: np.ndarray) -> np.ndarray:
    """Return the first-order saliency of each output, the mean over batches of (sum of g w over the group)^2.

    Parameters
    ----------
    w, b : arrays (out, ...) and (out,): group j is w[j] with b[j].
    dw, db : their gradients for each batch, (batches, out, ...) and (batches, out), batches >= 1.

    Returns
    -------
    array (out,), float64: products of narrow integers would wrap around, squares of float32 numbers underflow.

    Raises ValueError for shapes that do not fit, and for anything but an array of finite numbers.

    >>> w, b = np.array([[1.0, -2.0]]), np.array([0.5])
    >>> dw, db = np.array([[[3.0, 1.0]]]), np.array([[2.0]])
    >>> taylor_saliency(w, b, dw, db).tolist()
    [4.0]
    """
    named = {"w": w, "b": b, "dw": dw, "db": db}
    w, b, dw, db = (array("taylor_saliency", k, a, finite=True).astype(np.float64) for k, a in named.items())
    batches = len(dw) if dw.ndim else 0
    if batches == 0 or dw.shape != (batches, *w.shape) or b.shape != w.shape[:1] or db.shape != (batches, *b.shape):
        shapes = [a.shape for a in (w, b, dw, db)]
        reject("taylor_saliency", "w, b, dw and db", "(out, ...), (out,) and, with batches in front, the same", shapes)
    axes = tuple(range(2, dw.ndim))
    return np.mean(np.square(np.sum(dw * w, axis=axes) + db * b), axis=0)


def taylor_importance(batches: Iterable, *, loss: Callable = softmax_cross_entropy) -> Callable:
    """Return a criterion for `structure_pruning`: the Taylor saliency of each channel, as its readers see it.

    Parameters
    ----------
    batches : iterable of (x, y), one or more. Small batches: of one that holds everything, the gradient is near zero.
    loss : function (logits, y) -> (loss, dlogits). The cross-entropy that classifiers are trained with.

    Gradients are taken in inference mode on a copy; the model keeps its own.

    >>> from minicompress import nn
    >>> from minicompress.pruning.channels import coupled_channels
    >>> rng = np.random.default_rng(0)
    >>> model = nn.zoo.mlp([4, 8, 3], rng=rng)
    >>> (group,) = coupled_channels(model)
    >>> taylor_importance([(rng.random((5, 4)), rng.integers(3, size=5))])(model, group).shape
    (8,)
    """
    batches = list(batches) if np.iterable(batches) else [batches]
    if not batches or not all(isinstance(batch, (tuple, list)) and len(batch) == 2 for batch in batches):
        reject("taylor_importance", "batches", "one (x, y) or more", batches)

    def importance(model, group):
        layers = named_layers(model := model.copy())
        readers = [layers[name] for name in group.readers]
        changes = []
        for x, y in batches:
            _backward(model, x, y, loss)
            changes.append(sum(_by_channel(reader, group.size) for reader in readers))
        return np.mean(np.square(changes), axis=0)

    return importance


def obd_saliency(
    model: Sequential, x: np.ndarray, y: np.ndarray, *, loss: Callable = softmax_cross_entropy
) -> list[np.ndarray]:
    """Return h w^2 / 2 for every weight, a list of arrays in the order of `layer.weights`; h by the empirical Fisher.

    Parameters
    ----------
    model : a model of `minicompress.nn`; it keeps its gradients.
    x, y : samples, taken one at a time: the square is inside the mean.
    loss : function (logits, y) -> (loss, dlogits).

    Raises ValueError for no samples, or not as many labels.

    >>> from minicompress import nn
    >>> rng = np.random.default_rng(0)
    >>> model = nn.zoo.mlp([4, 8, 3], rng=rng)
    >>> [s.shape for s in obd_saliency(model, rng.random((5, 4)), rng.integers(3, size=5))]
    [(8, 4), (3, 8)]
    """
    check_sequential("obd_saliency", model)
    x, y = same_length("obd_saliency", x, y)
    if len(x) == 0:
        reject("obd_saliency", "x", "one sample or more", np.shape(x))
    model = model.copy()
    weights = weight_parameters(model)
    h = [np.zeros(p.shape) for p in weights]
    for i in range(len(x)):
        _backward(model, x[i : i + 1], y[i : i + 1], loss)
        for total, p in zip(h, weights, strict=True):
            total += np.square(p.grad, dtype=np.float64) / len(x)
    return [total * np.square(p.effective(), dtype=np.float64) / 2 for total, p in zip(h, weights, strict=True)]


def _backward(model, x, y, loss):
    model.zero_grad()
    model.backward(loss(model.forward(x), y)[1])


def _by_channel(reader, size):
    """The sum of g w over the columns that read each channel, (size,)."""
    groups = getattr(reader, "groups", 1)
    gw = reader.weight.grad.astype(np.float64) * reader.weight.effective()
    # (block, outputs of the block, channels of the block, the places of a channel: h w behind a Flatten, kh kw)
    return gw.reshape(groups, len(gw) // groups, size // groups, -1).sum(axis=(1, 3)).ravel()
