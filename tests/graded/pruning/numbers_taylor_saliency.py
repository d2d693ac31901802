"""The computed numbers of the card pruning/taylor_saliency, in the order of its table, row by row."""

import functools

import numpy as np

from minicompress import nn
from minicompress.data import load
from minicompress.pruning import taylor_saliency

GIVEN = {
    "1,000": "the number of images that the network is trained on",
    "2.13": "the PyTorch version the block was run on",
}
HIDDEN, STEPS, BATCH = 64, 80, 10


@functools.cache
def trained():
    """A network on 1,000 MNIST images of 14 x 14, in float64 and full batches, so that its digits do not wander."""
    x, y, *_ = load("mnist")
    x = x[:1000, 0].astype(np.float64).reshape(1000, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(1000, 196)
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(196, HIDDEN, rng=rng), nn.ReLU(), nn.Linear(HIDDEN, 10, rng=rng)).astype(np.float64)
    optimizer = nn.SGD(model.parameters(), 0.2, momentum=0.9)
    for _ in range(STEPS):
        backward(model, x, y[:1000])
        optimizer.step()
    return model, x, y[:1000]


def numbers():
    model, x, y = trained()
    w, b = (p.value for p in model.layers[0].parameters())
    dw, db = gradients(model, x, y)
    group, slope = np.c_[w, b], np.concatenate([dw, db[:, :, None]], axis=2)
    criteria = {
        "Taylor": taylor_saliency(w, b, dw, db),
        "abs inside": np.mean(np.abs(slope * group).sum(axis=2) ** 2, axis=0),
        "each weight alone": np.mean((slope * group) ** 2, axis=0).sum(axis=1),
        "mean first": (slope.mean(axis=0) * group).sum(axis=1) ** 2,
        "gradient only": np.mean(slope.sum(axis=2) ** 2, axis=0),
        "magnitude": (w**2).sum(axis=1),
        "random": np.random.default_rng(1).random(HIDDEN),
    }
    alone = [loss_without(model, x, y, [j]) for j in range(HIDDEN)]
    table = {"whole": f"{loss_without(model, x, y, []):.3f}"}
    for name, saliency in criteria.items():
        order = np.argsort(saliency, kind="stable")
        table[f"{name}: correlation"] = f"{rank_correlation(saliency, alone):.2f}"
        table[f"{name}: loss"] = f"{loss_without(model, x, y, order[: HIDDEN // 2]):.2f}"
    return table


def backward(model, x, y):
    model.zero_grad()
    model.backward(nn.softmax_cross_entropy(model.forward(x), y)[1])


def gradients(model, x, y):
    """dw, db of the first layer for each batch."""
    dw, db = [], []
    for start in range(0, len(x), BATCH):
        backward(model, x[start : start + BATCH], y[start : start + BATCH])
        weight, bias = model.layers[0].parameters()
        dw.append(weight.grad.copy())
        db.append(bias.grad.copy())
    return np.array(dw), np.array(db)


def loss_without(model, x, y, neurons):
    model = model.copy()
    for parameter in model.layers[0].parameters():
        parameter.value[list(neurons)] = 0
    return nn.softmax_cross_entropy(model.forward(x), y)[0]


def rank_correlation(one, other):
    """Spearman's coefficient."""
    ranks = [np.argsort(np.argsort(values)) for values in (one, other)]
    return np.corrcoef(*ranks)[0, 1]
