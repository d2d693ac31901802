"""The computed numbers of the card pruning/layer_pruning, in the order of its tables, row by row."""

import numpy as np

from minicompress import nn
from minicompress.pruning import coupled_channels, keep_channels, layer_pruning
from minicompress.pruning.structured import block_influence

GIVEN = {}

BLOCKS, WIDTH, HIDDEN = 12, 64, 256


def numbers():
    rng = np.random.default_rng(0)
    model = residual_mlp(rng)
    x = rng.normal(size=(256, WIDTH)).astype(np.float32)
    quarter = {group.name: np.arange(HIDDEN * 3 // 4) for group in coupled_channels(model)}
    models = {"whole": model, "shallower": layer_pruning(model, 3, x=x), "narrower": keep_channels(model, quarter)}
    table = {}
    for name, smaller in models.items():
        summary = smaller.summary()
        table[f"{name}: products in a row"] = f"{2 * len(smaller.layers)}"
        table[f"{name}: parameters"] = f"{summary.parameters:,}"
        table[f"{name}: MACs"] = f"{summary.macs:,}"
    influences = list(block_influence(model, x).values())
    distances = [distance(model, x, index) for index in (0, BLOCKS - 1)]
    return table | {
        "influence": f"{influences[0]:.2f} / {influences[-1]:.2f}",
        "distance": f"{distances[0]:.1f} / {distances[1]:.1f}",
        "least / most": f"{min(influences):.2f} / {max(influences):.2f}",
    }


def distance(model, x, index):
    """The mean length of what block `index` adds."""
    before, behind = (nn.Sequential(model.layers[:stop]).forward(x) for stop in (index, index + 1))
    return np.linalg.norm(behind - before, axis=1).mean()


def residual_mlp(rng):
    """Blocks x + w2 relu(w1 x), untrained; the second weights a half of He's, as for a branch."""
    layers = []
    for _ in range(BLOCKS):
        inner, outer = nn.Linear(WIDTH, HIDDEN, rng=rng), nn.Linear(HIDDEN, WIDTH, rng=rng)
        outer.weight.value *= 0.5
        layers.append(nn.Residual(inner, nn.ReLU(), outer))
    return nn.Sequential(layers, input_shape=(WIDTH,))
