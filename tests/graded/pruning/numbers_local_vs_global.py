"""The computed numbers of the card pruning/local_vs_global, in the order of its tables, row by row."""

import math

import numpy as np
from question_card import numbers_of

from minicompress.data import load
from minicompress.nn import zoo
from minicompress.pruning import global_masks, hold_masks, local_masks

trained = numbers_of("pruning/taylor_saliency").trained

GIVEN = {
    "1,000": "the number of images that the last table's network is trained on",
    "0.1": "a standard deviation that the table assumes",
}


class Weights:
    """A model of one array for each layer."""

    def __init__(self, *arrays):
        self.layers = [self]
        self.weights = list(arrays)


def numbers():
    table = {}
    for ratio in (1, 0.5, 0.1, 0.01):
        model = gaussian_layers(1, ratio)
        for share in (0.5, 0.9):
            table[f"{ratio}: {share:.0%}"] = " / ".join(f"{gone:.0%}" for gone in pruned(global_masks(model, share)))
    model = zoo.lenet5(rng=np.random.default_rng(0))
    weights = [w for layer in model.layers for w in layer.weights]
    masks = global_masks(model, 0.9), local_masks(model, 0.9)
    for name, w, *kept in zip(("conv1", "conv2", "fc1", "fc2"), weights, *masks, strict=True):
        table[f"{name}: weights"] = f"{w.size:,}"
        table[f"{name}: std"] = f"{np.std(w):.3f}"
        table[f"{name}: kept by a global share"] = f"{np.count_nonzero(kept[0]):,}"
        table[f"{name}: kept by a local share"] = f"{np.count_nonzero(kept[1]):,}"
    for scope, losses, accuracy in trained_and_pruned(0.9):
        table[f"{scope}: first layer loses"], table[f"{scope}: output layer loses"] = (f"{loss:.0%}" for loss in losses)
        table[f"{scope}: accuracy"] = f"{accuracy:.0%}"
    table["different logits of 100 images after the global mask"] = str(different_outputs(model, masks[0]))
    table["after the local mask"] = str(different_outputs(model, masks[1]))
    return table | {
        "Gaussian layer at q = 1": f"{math.erf(math.sqrt(0.5)):.1%}",
        "uniform layer at q = 1": f"{1 / math.sqrt(3):.1%}",
    }


def trained_and_pruned(sparsity):
    """What both scopes take of a small trained network, and its accuracy on test images without fine-tuning."""
    model, *_ = trained()
    *_, x, y = load("mnist")
    x = x[:, 0].astype(np.float64).reshape(len(x), 14, 2, 14, 2).mean(axis=(2, 4)).reshape(len(x), 196)
    for scope, masks_of in (("global", global_masks), ("local", local_masks)):
        masked, masks = model.copy(), masks_of(model, sparsity)
        hold_masks(masked, masks)
        yield scope, pruned(masks), np.mean(masked.predict(x).argmax(axis=1) == y)


def different_outputs(model, masks, images=100):
    """How many different rows of logits the masked network gives for images that are all different."""
    model = model.copy()
    hold_masks(model, masks)
    x = np.random.default_rng(0).random((images, 1, 28, 28), np.float32)
    return len(np.unique(model.forward(x), axis=0))


def gaussian_layers(*deviations, size=100_000):
    rng = np.random.default_rng(0)
    return Weights(*(rng.normal(0, s, size) for s in deviations))


def pruned(masks):
    return [np.mean(~mask) for mask in masks]
