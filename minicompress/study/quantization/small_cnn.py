"""Which network do the studies of quantization measure on? A small one with convolutions and batch norm.

    conv 8@5x5 stride 2, BN, ReLU  ->  conv 16@5x5 stride 2, BN, ReLU  ->  256-64, BN, ReLU  ->  64-10

    20,424 weights, 97,024 MACs for one image

Batch norm is what makes one scale for each channel matter: folded into the layer in front of it, it stretches each
channel by a factor of its own (`quantization/activations/folding.py`). The folded network is what is stored and runs.

All networks of a study train for the same number of epochs: `epochs` with batch norm and in floats, then
`tuning_epochs` as what they are to become, floats among them.
"""

import math
from dataclasses import dataclass

from minicompress import nn
from minicompress.nn.layers.initializers import he_normal
from minicompress.study.samples import stream

__all__ = ["FULL_TRAINING", "QUICK_TRAINING", "Training", "fitted", "small_cnn", "trained"]


@dataclass(frozen=True, kw_only=True)
class Training:
    """How the networks of a study are trained; its configuration adds to this. Test samples: None for all of them."""

    training_samples: int
    validation_samples: int
    test_samples: int | None
    calibration_samples: int
    epochs: int
    tuning_epochs: int
    batch_size: int = 100
    learning_rate: float = 0.05
    tuning_learning_rate: float = 0.003
    momentum: float = 0.9


# Chosen by validation accuracy with another seed: the rate of tuning among 0.003, 0.01 and 0.03, for 2 to 4 bits. The
# two smaller ones differ by half a point at most, but for 2 bits with one scale an array: there 0.01 fails to train.
FULL_TRAINING = {
    "training_samples": 55_000,
    "validation_samples": 5_000,
    "test_samples": None,
    "calibration_samples": 1_000,
    "epochs": 4,
    "tuning_epochs": 2,
}
QUICK_TRAINING = {
    "training_samples": 1_000,
    "validation_samples": 500,
    "test_samples": 500,
    "calibration_samples": 200,
    "epochs": 2,
    "tuning_epochs": 1,
}


def small_cnn(*, rng):
    """Return the network above; He normal."""
    options = {"rng": rng, "initializer": he_normal}
    layers = [nn.Conv2d(1, 8, 5, stride=2, **options), nn.BatchNorm2d(8), nn.ReLU()]
    layers += [nn.Conv2d(8, 16, 5, stride=2, **options), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten()]
    layers += [nn.Linear(256, 64, **options), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10, **options)]
    return nn.Sequential(layers, input_shape=(1, 28, 28))


def trained(model, samples, c, *, epochs):
    """Train a new network in place and return it; `c` is a `Training`."""
    return fitted(model, samples, c, epochs=epochs, learning_rate=c.learning_rate, purpose="training")


def fitted(model, samples, c, *, epochs, learning_rate, purpose):
    """Train in place, the rate falling along half a cosine; keep the epoch of best validation accuracy; return it.

    `purpose` names the stream of the batches: networks of the same seed and purpose see the same.
    """
    steps = math.ceil(len(samples.x) / c.batch_size)
    nn.fit(
        model,
        samples.x,
        samples.y,
        optimizer=nn.SGD(model.parameters(), learning_rate, momentum=c.momentum),
        epochs=epochs,
        batch_size=c.batch_size,
        validation=samples.validation,
        schedule=nn.schedules.cosine_decay(learning_rate, steps=epochs * steps),
        rng=stream(samples.seed, purpose),
    )
    return model
