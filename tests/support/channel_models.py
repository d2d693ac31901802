"""Small networks of every kind whose channels pruning has to follow."""

import numpy as np

from minicompress import nn


def conv(inputs, outputs, rng, **options):
    return nn.Conv2d(inputs, outputs, 3, padding=1, rng=rng, **options)


def plain_cnn(rng):
    layers = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.Sigmoid(), nn.MaxPool2d(2), conv(4, 6, rng, bias=False), nn.Tanh()]
    return [
        *layers,
        nn.Flatten(),
        nn.BatchNorm1d(6 * 9),
        nn.Linear(6 * 9, 5, rng=rng),
        nn.ReLU(),
        nn.Linear(5, 3, rng=rng),
    ]


def depthwise_separable(rng):
    first = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.ReLU(), conv(4, 4, rng, groups=4), nn.BatchNorm2d(4), nn.ReLU()]
    return [*first, nn.Conv2d(4, 6, 1, rng=rng), nn.GlobalAvgPool2d(), nn.Flatten(), nn.Linear(6, 3, rng=rng)]


def multiplied(rng):
    """Depthwise convolutions with a multiplier: alone, then in one branch of two, then one that keeps the number."""
    widen = nn.Residual(conv(4, 8, rng), nn.BatchNorm2d(8), shortcut=conv(4, 8, rng, groups=4))
    first = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.ReLU(), widen, nn.ReLU(), nn.Conv2d(8, 3, 1, rng=rng)]
    second = [conv(3, 9, rng, groups=3), nn.BatchNorm2d(9), nn.ReLU(), conv(9, 9, rng, groups=9), nn.MaxPool2d(2)]
    return [*first, *second, nn.Flatten(), nn.Linear(9 * 9, 3, rng=rng)]


def grouped(rng):
    layers = [conv(1, 8, rng), nn.ReLU(), conv(8, 12, rng, groups=2), nn.ReLU(), conv(12, 6, rng, groups=3)]
    return [*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(6 * 9, 3, rng=rng)]


def residual(rng):
    def block(c):
        return [conv(c, 5, rng), nn.BatchNorm2d(5), nn.ReLU(), conv(5, c, rng), nn.BatchNorm2d(c)]

    down = nn.Residual(
        conv(4, 6, rng, stride=2), nn.ReLU(), conv(6, 6, rng), shortcut=nn.Conv2d(4, 6, 1, stride=2, rng=rng)
    )
    stem = [conv(1, 4, rng), nn.BatchNorm2d(4), nn.ReLU(), nn.Residual(*block(4)), nn.ReLU(), nn.Residual(*block(4))]
    return [*stem, down, nn.ReLU(), nn.Flatten(), nn.Linear(6 * 9, 3, rng=rng)]


ARCHITECTURES = {
    "plain": plain_cnn,
    "depthwise": depthwise_separable,
    "multiplied": multiplied,
    "grouped": grouped,
    "residual": residual,
    "mlp": lambda rng: nn.zoo.mlp([36, 7, 5, 3], rng=rng).layers,
}


def build_model(kind, rng):
    """Return a model in float64 with biases, batch norm and running statistics that are anything but zeros and ones."""
    model = nn.Sequential(ARCHITECTURES[kind](rng), input_shape=(1, 6, 6)).astype(np.float64)
    for name, array in model.arrays().items():
        if "weight" not in name:
            array[...] = rng.uniform(0.5, 1.5, array.shape) * (1 if "var" in name else rng.choice([-1, 1], array.shape))
    return model
