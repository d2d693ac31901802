"""The computed numbers of the card pruning/masked_update, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress import nn
from minicompress.pruning import hold_masks, local_masks

GIVEN = {
    "0.9": "the momentum that text and table assume",
    "0.1": "a learning rate that the table assumes",
    "0.0001": "a weight decay that the table assumes",
    "1,000": "the steps that the table assumes",
    "1%": "the share that the table asks for",
    "90%": "the sparsity that the table assumes",
}

OPTIMIZERS = {
    "sgd": lambda parameters: nn.SGD(parameters, 0.1, momentum=0.9),
    "adam": lambda parameters: nn.Adam(parameters, 1e-3),
    "adamw": lambda parameters: nn.AdamW(parameters, 1e-3),
}


def numbers():
    table = {}
    for way in ("zeroed once", "gradient masked", "gradient masked, fresh optimizer", "mask after the step"):
        for name in OPTIMIZERS:
            table[f"{way}: {name}"] = f"{nonzero_after_a_step(way, OPTIMIZERS[name]):.0%}"
    return table | {
        "further travel": f"{0.9 / (1 - 0.9):.1f}",
        "steps until 1% of the velocity is left": str(math.ceil(math.log(0.01) / math.log(0.9))),
        "velocity left after 10 steps": f"{0.9**10:.0%}",
        "Adam's steps, in learning rates, on gradients 0 after constant ones": f"{adam_travel():.1f}",
        "decay alone, 1,000 steps": f"{(1 - 0.1 * 0.0001) ** 1000:.3f}",
    }


def nonzero_after_a_step(way, make_optimizer):
    """Share of nonzero weights of a network that was trained, pruned to 90%, and trained for one step more."""
    rng = np.random.default_rng(0)
    model = nn.zoo.mlp([20, 40, 5], rng=rng)
    x, labels = rng.normal(size=(64, 20)).astype(np.float32), rng.integers(0, 5, 64)
    optimizer = make_optimizer(model.parameters())
    for _ in range(20):
        train_step(model, optimizer, x, labels)

    masks = local_masks(model, 0.9)
    parameters = [parameter for layer in model.layers for parameter in layer.weight_parameters()]
    if way == "mask after the step":
        hold_masks(model, masks)
    for parameter, m in zip(parameters, masks, strict=True):
        parameter.value *= m
    if way == "gradient masked, fresh optimizer":
        optimizer = make_optimizer(model.parameters())
    masked = list(zip(parameters, masks, strict=True)) if way.startswith("gradient masked") else []
    train_step(model, optimizer, x, labels, masked)
    return sum(np.count_nonzero(p.value) for p in parameters) / sum(p.size for p in parameters)


def train_step(model, optimizer, x, labels, masked=()):
    optimizer.zero_grad()
    _, dlogits = nn.softmax_cross_entropy(model.forward(x, training=True), labels)
    model.backward(dlogits)
    for parameter, m in masked:
        parameter.grad *= m
    optimizer.step()


def adam_travel():
    """How far Adam still moves a weight whose gradient was 1 for 1,000 steps and is 0 from then on."""
    parameter = nn.Parameter(np.zeros(1))
    optimizer = nn.Adam([parameter], 1e-3)
    parameter.grad[...] = 1
    for _ in range(1000):
        optimizer.step()
    start = parameter.value[0]
    parameter.grad[...] = 0
    for _ in range(500):
        optimizer.step()
    return (start - parameter.value[0]) / 1e-3
