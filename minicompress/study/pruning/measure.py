"""Which way of pruning keeps how much of the accuracy, at an equal number of weights? Cells and measurement.

    dense -> mask the smallest |w| of all layers    weight       one-shot
          -> remove the neurons of least L2 norm    structure
          -> remove neurons, then mask weights      hybrid       both by the same factor
          -> mask weights at random                 random       the floor
          -> mask in rounds, an epoch apart         iterative    the same share of what is left in each round
          -> mask every 100 steps                   gradual      Zhu and Gupta 2017, arXiv:1710.01878, equation 1

LeNet-300-100 on MNIST. Every arm starts from the same trained network of its seed and is fine-tuned for as many epochs
on the same batches. Two arms are for comparison: "dense" is trained for as many epochs without pruning, and "untuned"
is weight pruning without fine-tuning.

At each target sparsity all arms keep the same number of weights. The structure arm removes the same share of neurons
from both hidden layers, which allows only certain numbers of weights: it takes the number nearest to the target, and
the other arms take exactly that number. In a file, a weight of a sparse array costs 6 bytes with its column, and a
weight of a smaller dense array 4. So "structure_bytes" repeats the structure arm with as many bytes as the weight arm,
whatever the number of weights.

The test set is used only for the reported accuracies. 5,000 images split off the training set choose the epoch in every
training run; with seeds that are not reported they also chose the values in FULL.

MACs are counted by the shapes of the arrays, as dense hardware computes; a sparse product in these layers would have
one MAC per kept weight.

Left out: shares of neurons chosen layer by layer, criteria that look at data, rewinding.
"""

import functools
import math
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from minicompress import data, nn
from minicompress._base.streams import stream
from minicompress.deploy import decode, encode, read
from minicompress.pruning import pruning_report
from minicompress.study.engine import Study
from minicompress.study.pruning.arms import ARMS, Task
from minicompress.study.pruning.figure import figure
from minicompress.study.samples import samples_of

__all__ = ["study"]


@dataclass(frozen=True)
class Configuration:
    """Everything that the numbers depend on besides seed and versions.

    `gradual_epochs` is how long gradual pruning lasts; later epochs are at the final sparsity. `hybrid_structure` is
    the exponent e of the hybrid's first half: removing neurons leaves n^e N^(1-e) weights, of which masks keep n.
    """

    training_samples: int
    validation_samples: int
    epochs: int
    fine_tuning_epochs: int
    iterative_rounds: int
    gradual_epochs: int
    gradual_interval: int
    target_sparsities: tuple
    batch_size: int = 100
    learning_rate: float = 0.05
    fine_tuning_learning_rate: float = 0.1
    momentum: float = 0.9
    hybrid_structure: float = 0.5


# Chosen by validation accuracy with seeds 100 and 101, from 50% to 99% sparsity: the rate of fine-tuning among 0.02,
# 0.05, 0.1 and 0.2; 2, 3 or 4 rounds; 2 or 3 epochs of gradual pruning; the hybrid's exponent among 0.1, 0.25, 0.5 and
# 0.75, with 0, 1 or 2 epochs before its masks. The dense network trains as in `minicompress demo`. Four epochs of
# fine-tuning are what a few minutes allow; the order of the arms may be another one after forty.
FULL = Configuration(
    training_samples=55_000,
    validation_samples=5_000,
    epochs=8,
    fine_tuning_epochs=4,
    iterative_rounds=3,
    gradual_epochs=2,
    gradual_interval=100,
    target_sparsities=(0.5, 0.8, 0.9, 0.95, 0.98, 0.99),
)
QUICK = Configuration(
    training_samples=2_000,
    validation_samples=1_000,
    epochs=3,
    fine_tuning_epochs=2,
    iterative_rounds=2,
    gradual_epochs=1,
    gradual_interval=4,
    target_sparsities=(0.8, 0.95),
)


def study(*, quick: bool = False) -> Study:
    """Return the study, or its miniature on 2,000 images, two sparsities and two seeds."""
    configuration = QUICK if quick else FULL
    return Study(
        name="pruning",
        setting="target_sparsity",
        setting_format=".0%",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(configuration),
        arms={arm: (0.0,) if arm == "dense" else configuration.target_sparsities for arm in ARMS},
        measure=_Bench(configuration).measure,
        figure=figure,
        title="Pruning LeNet-300-100 on MNIST",
    )


class _Bench:
    """Measures a cell: prune, fine-tune, write a file, read it back, test the decoded network."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.mnist = functools.cache(lambda: data.load("mnist"))
        self.samples = functools.lru_cache(maxsize=1)(self._samples)  # a copy of the training set for each seed

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        samples = self.samples(cell.seed)
        dense = shelf.model(f"dense-{cell.seed}", lambda: _train(samples, self.configuration))
        pruned = ARMS[cell.arm](Task(dense, cell.setting, samples, self.configuration))
        return _measure(pruned.model, samples, pruned.weights_before)

    def _samples(self, seed):
        return samples_of(self.mnist(), seed, self.configuration)


def _train(samples, configuration):
    """Return LeNet-300-100, trained without pruning."""
    c, steps = configuration, math.ceil(len(samples.x) / configuration.batch_size)
    model = nn.zoo.lenet_300_100(rng=stream(samples.seed, "weights"))
    nn.fit(
        model,
        samples.x,
        samples.y,
        optimizer=nn.SGD(model.parameters(), c.learning_rate, momentum=c.momentum),
        epochs=c.epochs,
        batch_size=c.batch_size,
        validation=samples.validation,
        schedule=nn.schedules.cosine_decay(c.learning_rate, steps=c.epochs * steps),
        rng=stream(samples.seed, "training"),
    )
    return model


def _measure(model, samples, weights):
    """Write the model as a dense and as a sparse file; return their sizes, and what the smaller one holds.

    The accuracies are of the network read back from the smaller file. `weights` is the number before pruning.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = {sparse: Path(folder) / f"{sparse}.npz" for sparse in (False, True)}
        size_bytes = {sparse: encode(model, sparse=sparse).write(path) for sparse, path in paths.items()}
        decoded = decode(read(paths[size_bytes[True] < size_bytes[False]]), model)
    kept = pruning_report(decoded).kept
    biases = sum(p.size for p in decoded.parameters()) - sum(p.size for p in decoded.weight_parameters())
    return {
        "accuracy": nn.accuracy(decoded, *samples.test),
        "validation_accuracy": nn.accuracy(decoded, *samples.validation),
        "sparsity": 1 - kept / weights,
        "weights": kept,
        "parameters": kept + biases,
        "macs": decoded.summary().macs,
        "dense_bytes": size_bytes[False],
        "sparse_bytes": size_bytes[True],
        "size_bytes": min(size_bytes.values()),
    }
