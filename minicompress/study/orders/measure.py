"""Which order of distillation, pruning and quantization wins, at equal bytes? And does any beat one method alone?

    start   784-100-33-10, trained on labels, the same for all orders of a seed
    steps   three, equally long: distil (d), prune and fine-tune (p), quantize (q)     `arms.py`, `recipes/orders.py`
    end     6-bit codes of as many weights as fit into 10,000 bytes

Every arm is measured twice: on all training images, and on one in ten of them, with as many optimizer steps. The
teacher is LeNet-300-100 trained on all images: in the second case its answers also pass on what it learned from the
images that the student does not see.

Bytes are counted on the arrays that `deploy/storage.py` encodes, dense or sparse, whichever is smaller; the accuracy is
of the network decoded from them. Names and headers of a file, some 200 bytes per array, are not counted. A kept weight
that is rounded to 0 is not stored, so sizes differ from the budget by a few percent; the record has the sizes.

No epoch is chosen: every step ends at learning rate 0. The test set is used only for the reported accuracies. 5,000
images split off the training set, with seeds that are not reported, chose the values in FULL.

Zhou and Shen 2026 (arXiv:2604.04988) compare orders for CNNs on CIFAR, at 8 bits, and find that "prune, quantize,
distil" is usually best.

Left out: other ways to prune, other numbers of bits in each layer, convolutions.
"""

import functools
from dataclasses import asdict, dataclass

from minicompress import data, nn
from minicompress.deploy import decode, encode
from minicompress.study.engine import Study
from minicompress.study.orders.arms import ARMS
from minicompress.study.orders.figure import figure
from minicompress.study.orders.networks import Networks, train_teacher
from minicompress.study.samples import samples_of

__all__ = ["study"]


@dataclass(frozen=True)
class Configuration:
    """Everything that the numbers depend on besides seed and versions."""

    training_samples: int
    validation_samples: int
    one_in: tuple
    temperatures: tuple
    teacher_epochs: int
    epochs: int
    step_epochs: int
    size_bytes: int = 10_000
    hidden: int = 100
    bits: int = 6
    alone_hidden: int = 40
    alone_bits: int = 4
    alone_learning_rate: float = 0.02
    learning_rate: float = 0.05
    step_learning_rate: float = 0.1
    momentum: float = 0.9
    batch_size: int = 100
    alpha: float = 1.0

    @property
    def images(self) -> tuple[int, ...]:
        """The numbers of training images that the students see: the settings of the study."""
        return tuple(self.training_samples // one_in for one_in in self.one_in)


# Chosen by validation accuracy with seeds 100 and 101: 100 hidden units among 40, 100 and 300; 6 bits among 4, 5, 6 and
# 8 (fewer bits round more of the kept weights to 0, and the file falls short of the budget); temperatures among 1, 2, 4
# and 8; alpha among 0.5, 0.9 and 1; `step_learning_rate` among 0.03, 0.05, 0.1 and 0.2. For the methods alone: 40
# hidden units among 40 and 100 (alone_p), 4 bits among 2, 3, 4 and 8 (alone_q), `alone_learning_rate` among 0.005, 0.02
# and 0.1 (alone_d), which has one hidden layer, since two layers of so few neurons often die.
FULL = Configuration(
    training_samples=55_000,
    validation_samples=5_000,
    one_in=(1, 10),
    temperatures=(2.0, 4.0),
    teacher_epochs=6,
    epochs=3,
    step_epochs=2,
)
QUICK = Configuration(
    training_samples=2_000,
    validation_samples=1_000,
    one_in=(1, 4),
    temperatures=(2.0, 4.0),
    teacher_epochs=3,
    epochs=2,
    step_epochs=1,
)


def study(*, quick: bool = False) -> Study:
    """Return the study, or its miniature on 2,000 images and with two seeds."""
    c = QUICK if quick else FULL
    return Study(
        name="orders",
        setting="training_images",
        setting_format=",.0f",
        quick=bool(quick),
        seeds=2 if quick else 4,
        configuration=asdict(c),
        arms={arm: (c.training_samples,) if arm == "teacher" else c.images for arm in ARMS},
        measure=_Bench(c).measure,
        figure=figure,
        title=f"Orders of compression, {c.size_bytes:,} bytes, MNIST",
    )


class _Bench:
    """Measures a cell: compress, encode, decode, test the decoded network."""

    def __init__(self, configuration):
        self.c = configuration
        self.mnist = functools.cache(lambda: data.load("mnist"))
        self.samples = functools.lru_cache(maxsize=1)(lambda seed: samples_of(self.mnist(), seed, self.c))
        self.answers = functools.lru_cache(maxsize=1)(self._answers)

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        samples = self.samples(cell.seed)
        ask_teacher = functools.partial(self.answers, cell.seed, shelf)
        compressed = ARMS[cell.arm](Networks(self.c, samples, shelf, cell.setting, ask_teacher))
        return _measure(compressed.model, compressed.bits, samples)

    def _answers(self, seed, shelf):
        samples = self.samples(seed)
        return train_teacher(self.c, samples, shelf).predict(samples.x)


def _measure(model, bits, samples):
    """Return the bytes of the smaller of the two encodings, and the accuracy of the network decoded from it."""
    encoded = min((encode(model, bits=bits, sparse=sparse) for sparse in (False, True)), key=lambda e: e.size_bytes)
    decoded = decode(encoded, model)
    return {
        "accuracy": nn.accuracy(decoded, *samples.test),
        "validation_accuracy": nn.accuracy(decoded, *samples.validation),
        "size_bytes": encoded.size_bytes,
        "sparse": int(encoded.sparse),
        "weights": int(sum((p.value != 0).sum() for p in decoded.weight_parameters())),
    }
