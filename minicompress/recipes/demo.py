"""The demo: prunes, quantizes and distils LeNet-300-100 on MNIST, and measures accuracy and bytes on disk.

    MNIST -> LeNet-300-100 -> prune the smallest weights -> fine-tune, mask held -> 8 bits
                           -> 8, 4 and 2 bits
                           -> teacher of a small student -> 8 bits
             the same student on hard labels: the control

The test set is used only for the accuracies in the table. Epochs, learning rates, temperatures and the student's size
were chosen on 5,000 images split off the training set; the pruning threshold follows from the weights.

The control starts from the same weights and sees the same batches at the same learning rates; only `alpha` differs.
Student and control are trained twice, on all images and on one in ten. On all images a student this small is limited
by its size: the teacher adds tenths of a point, hardly more than another seed does. On few images the soft labels pass
on what the teacher learned from images that the student does not see: the teacher adds over two points.

Left out: a search for the best settings. These train in half a minute.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress import data, nn
from minicompress._base.arguments import whole_number
from minicompress._base.files import make_writable_folder
from minicompress._base.streams import stream
from minicompress.distillation import knowledge_distillation
from minicompress.nn.seen import master_weights
from minicompress.pruning import weight_pruning
from minicompress.quantization import quantization
from minicompress.recipes.demo_record import Bench, DemoResult, DemoRow, draw, write_record

__all__ = ["STAGES", "DemoResult", "DemoRow", "run"]

STAGES = ("data", "train", "prune", "quantize", "student", "few", "report")

BATCH_SIZE = 100
LEARNING_RATE = 0.05  # with momentum 0.9 and cosine decay; 0.1 is 0.1 points worse on the validation images
MOMENTUM = 0.9
VALIDATION_SAMPLES = 5_000
SPARSITY = 0.9  # Han et al. 2015 (arXiv:1506.02626) prune 92% of this network, in several rounds; here it is one
STUDENT_SIZES = (784, 50, 10)
ONE_IN = {"student": 1, "few": 10}  # in stage "few" the student sees one training image in ten
TEMPERATURE = {"student": 2.0, "few": 4.0}  # best on the validation images among 1.5, 2, 3, 4 (few: 2, 4, 8)


@dataclass(frozen=True)
class Setting:
    """How long to train, and on how many images."""

    training_samples: int
    epochs: int
    fine_tuning_epochs: int
    student_epochs: dict


FULL = Setting(55_000, epochs=8, fine_tuning_epochs=4, student_epochs={"student": 8, "few": 30})
QUICK = Setting(5_000, epochs=3, fine_tuning_epochs=2, student_epochs={"student": 3, "few": 6})


def run(
    *,
    seed: int = 0,
    out: str | Path = Path("minicompress-demo"),
    progress: Callable[[str, int, int, float, str], object] | None = None,
    quick: bool = False,
) -> DemoResult:
    """Train, compress and measure; write one .npz per row, demo.json and demo.png into the folder `out`.

    Parameters
    ----------
    seed : integer >= 0; the same seed gives the same numbers on the same machine.
    out : folder, made if needed. Each file of an earlier run is replaced as a whole, so that Ctrl-C leaves no
        half-written file.
    progress : function (stage, index, stages, fraction, message): one of `STAGES`, its index from 0, the number of
        stages, the fraction of the stage that is done, in [0, 1], and a message to print. An exception that it raises
        stops the run.
    quick : a short run on 5,000 training images, to see that everything works; its accuracies say little about the
        methods.

    Returns
    -------
    DemoResult
    """
    seed, out, started = whole_number("demo", "seed", seed, low=0), Path(out), time.perf_counter()
    make_writable_folder(out)
    demo = _Demo(seed, QUICK if quick else FULL, out, progress)
    demo.load()
    original = demo.train()
    pruned = demo.prune(original)
    demo.quantize(original, pruned)
    demo.teach("student", original)
    demo.teach("few", original)

    demo.report("report", 0, "drawing")
    title = f"LeNet-300-100 on MNIST, seed {seed}{' (quick miniature)' if quick else ''}"
    picture = draw(out / "demo.png", demo.bench.rows, _panels(original, pruned), title=title)
    seconds = time.perf_counter() - started
    record = write_record(out / "demo.json", demo.bench.rows, seed=seed, quick=bool(quick), seconds=seconds)
    demo.report("report", 1, f"wrote {len(demo.bench.rows)} models, {record.name} and {picture.name}")
    return DemoResult(tuple(demo.bench.rows), seed, bool(quick), seconds, record, picture)


class _Demo:
    """One run: its seed, its data, the rows so far, and the progress callback. One method per stage."""

    def __init__(self, seed, setting, out, progress):
        self.seed, self.setting, self.out, self.progress = seed, setting, out, progress

    def report(self, stage, fraction, message):
        """Call the progress callback, if there is one."""
        if self.progress is not None:
            self.progress(stage, STAGES.index(stage), len(STAGES), fraction, message)

    def load(self):
        """Read MNIST and split the validation images off the training set."""
        self.report("data", 0, "reading MNIST")
        x, y, x_test, y_test = data.load("mnist")
        x, y, *self.validation = nn.split(x, y, VALIDATION_SAMPLES / len(x), rng=stream(self.seed, "split"))
        self.x, self.y = x[: self.setting.training_samples], y[: self.setting.training_samples]
        self.bench = Bench(self.out, x_test, y_test)
        sizes = f"{len(self.y):,} training, {VALIDATION_SAMPLES:,} validation, {len(y_test):,} test images"
        self.report("data", 1, sizes)

    def train(self):
        """Return the trained LeNet-300-100."""
        model = nn.zoo.lenet_300_100(rng=stream(self.seed, "weights"))
        self._fit(model, "train", self.setting.epochs)
        self.bench.measure(model, "LeNet-300-100", "original")
        return model

    def prune(self, original):
        """Return the network pruned and fine-tuned with its mask held; measure it before and after fine-tuning."""
        model, name = original.copy(), f"pruned {SPARSITY:.0%}"
        weight_pruning(model, _threshold(model, SPARSITY))
        self.bench.measure(model, name, "pruning", sparse=True)
        self._fit(model, "prune", self.setting.fine_tuning_epochs)
        self.bench.measure(model, f"{name}, fine-tuned", "pruning", sparse=True)
        return model

    def quantize(self, original, pruned):
        """Round the original to 8, 4 and 2 bits, and the pruned network to 8 bits."""
        self.report("quantize", 0, "rounding to 8, 4 and 2 bits")
        for bits in (8, 4, 2):
            self.bench.measure(_quantize_copy(original, bits), f"{bits} bits", "quantization", bits=bits)
        name = f"pruned {SPARSITY:.0%}, fine-tuned, 8 bits"
        self.bench.measure(_quantize_copy(pruned, 8), name, "combined", bits=8, sparse=True)
        self.report("quantize", 1, "rounded to 8, 4 and 2 bits")

    def teach(self, stage, teacher):
        """Train the student twice, on hard labels and on the teacher's soft labels."""
        n = len(self.y) // ONE_IN[stage]
        name = "student" if stage == "student" else f"student, {n:,} images"
        for part, (alpha, how) in enumerate(((0.0, "hard labels"), (1.0, "distilled"))):
            student = nn.zoo.mlp(STUDENT_SIZES, rng=stream(self.seed, "student"))
            self._distil(student, teacher, stage, n, alpha, lambda f, m, p=part: self.report(stage, (p + f) / 2, m))
            self.bench.measure(student, f"{name}, {how}", "distillation")
        if stage == "student":
            self.bench.measure(_quantize_copy(student, 8), f"{name}, {how}, 8 bits", "combined", bits=8)

    def _fit(self, model, stage, epochs):
        """Train on the training images; the validation images choose the epoch."""

        def progress(p):
            seen = "" if p.validation_accuracy is None else f", validation accuracy {p.validation_accuracy:.2%}"
            done = (p.epoch - 1 + p.step / p.steps) / epochs
            self.report(stage, done, f"epoch {p.epoch}/{epochs}, loss {p.loss:.3f}{seen}")

        optimizer, schedule = _optimizer(model, epochs, len(self.y))
        nn.fit(
            model,
            self.x,
            self.y,
            optimizer=optimizer,
            epochs=epochs,
            batch_size=BATCH_SIZE,
            validation=tuple(self.validation),
            schedule=schedule,
            rng=stream(self.seed, stage),
            progress=progress,
        )

    def _distil(self, student, teacher, stage, n, alpha, report):
        """Train the student on the first n images."""
        epochs, rng = self.setting.student_epochs[stage], stream(self.seed, stage)
        optimizer, schedule = _optimizer(student, epochs, n)
        steps, labels = math.ceil(n / BATCH_SIZE), "soft" if alpha else "hard"

        def loader(epoch):
            for step, batch in enumerate(nn.batches(self.x[:n], self.y[:n], BATCH_SIZE, rng=rng)):
                optimizer.learning_rate = schedule(epoch * steps + step)
                yield batch
                report((epoch + (step + 1) / steps) / epochs, f"{labels} labels, epoch {epoch + 1}/{epochs}")

        for epoch in range(epochs):
            knowledge_distillation(
                student, teacher, nn.soft_cross_entropy, loader(epoch), optimizer, TEMPERATURE[stage], alpha=alpha
            )


def _optimizer(model, epochs, samples):
    """Return SGD and its schedule; every training of the demo uses the same settings."""
    schedule = nn.schedules.cosine_decay(LEARNING_RATE, steps=epochs * math.ceil(samples / BATCH_SIZE))
    return nn.SGD(model.parameters(), LEARNING_RATE, momentum=MOMENTUM), schedule


def _threshold(model, sparsity):
    """Return the magnitude below which the given fraction of all weights lies."""
    magnitudes = np.concatenate([np.abs(w).ravel() for w in master_weights(model)])
    return float(np.quantile(magnitudes, sparsity))


def _quantize_copy(model, bits):
    twin = model.copy()
    quantization(twin, bits)
    return twin


def _panels(original, pruned):
    """Return the histograms of the picture: {title: (model, kind)}."""
    return {
        "trained": (original, "original"),
        "pruned, fine-tuned": (pruned, "pruning"),
        "4 bits": (_quantize_copy(original, 4), "quantization"),
    }
