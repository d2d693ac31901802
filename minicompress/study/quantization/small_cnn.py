"""The small CNN with batch norm of the quantization and voltage studies, and its training.

    conv 8@5x5 stride 2, BN, ReLU  ->  conv 16@5x5 stride 2, BN, ReLU  ->  256-64, BN, ReLU  ->  64-10

    20,424 weights, 97,024 MACs for one image

Batch norm is the reason why a scale per channel matters: folding it multiplies the weights of each channel by another
factor (`quantization/activations/folding.py`). The folded network is stored and run.

All networks of a study train for the same number of epochs: `epochs` with batch norm in floats, then `tuning_epochs`
in the form that is stored.
"""

import math
from dataclasses import dataclass

import numpy as np

from minicompress import nn
from minicompress._base.streams import stream
from minicompress.nn.layers.initializers import he_normal
from minicompress.quantization import fold_batchnorm
from minicompress.study.samples import Samples
from minicompress.study.shelf import Shelf

__all__ = ["FULL_TRAINING", "QUICK_TRAINING", "FloatNetworks", "Training", "fit", "small_cnn", "train"]


@dataclass(frozen=True, kw_only=True)
class Training:
    """How the networks of a study are trained; the base of its configuration. `test_samples` None: all."""

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


# `tuning_learning_rate` was chosen among 0.003, 0.01 and 0.03 by validation accuracy at 2 to 4 bits, with a seed that
# is not reported. The two smaller rates differ by at most half a point, except that 0.01 fails to train 2 bits with one
# scale per array.
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


@dataclass(frozen=True)
class FloatNetworks:
    """The trained float networks of one seed, from which every arm starts. Each call returns a copy."""

    samples: Samples
    shelf: Shelf
    configuration: Training

    @property
    def calibration(self) -> np.ndarray:
        """Training images that set the ranges of activations."""
        return self.samples.x[: self.configuration.calibration_samples]

    def with_batchnorm(self) -> nn.Sequential:
        """Return the network before fine-tuning, with batch norm."""
        return self.shelf.model(f"start-{self.samples.seed}", self._train)

    def folded(self) -> nn.Sequential:
        """Return the network before fine-tuning, with batch norm folded."""
        return fold_batchnorm(self.with_batchnorm())

    def fine_tuned(self) -> nn.Sequential:
        """Return the folded network, fine-tuned in floats."""
        return self.shelf.model(f"floats-{self.samples.seed}", self._fine_tune)

    def _train(self):
        network = small_cnn(rng=stream(self.samples.seed, "weights"))
        return train(network, self.samples, self.configuration, epochs=self.configuration.epochs)

    def _fine_tune(self):
        c = self.configuration
        options = {"epochs": c.tuning_epochs, "learning_rate": c.tuning_learning_rate, "purpose": "tuning"}
        return fit(self.folded(), self.samples, c, **options)


def small_cnn(*, rng: np.random.Generator) -> nn.Sequential:
    """Return the network above with new weights, He normal."""
    options = {"rng": rng, "initializer": he_normal}
    layers = [nn.Conv2d(1, 8, 5, stride=2, **options), nn.BatchNorm2d(8), nn.ReLU()]
    layers += [nn.Conv2d(8, 16, 5, stride=2, **options), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten()]
    layers += [nn.Linear(256, 64, **options), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10, **options)]
    return nn.Sequential(layers, input_shape=(1, 28, 28))


def train(model: nn.Sequential, samples: Samples, c: Training, *, epochs: int) -> nn.Sequential:
    """Train a new network in place at the learning rate of `c`; return it."""
    return fit(model, samples, c, epochs=epochs, learning_rate=c.learning_rate, purpose="training")


def fit(
    model: nn.Sequential, samples: Samples, c: Training, *, epochs: int, learning_rate: float, purpose: str
) -> nn.Sequential:
    """Train in place with cosine decay, keep the epoch with the best validation accuracy, and return the model.

    `purpose` names the random stream of the batches: networks of the same seed and purpose see the same batches.
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
