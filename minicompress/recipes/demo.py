"""What do pruning, quantization and distillation do to one real network, in accuracy and in bytes on disk?

    MNIST -> LeNet-300-100 -> pruned by weight -> fine-tuned, mask held -> 8 bits
                           -> 8, 4 and 2 bits
                           -> teacher of a smaller student -> 8 bits
             the same student on hard labels, the control

The test set is used for the accuracies in the table and for nothing else. What was chosen (epochs, learning rates,
temperature, the student) was chosen on 5,000 images split off the training set; the threshold follows from the weights.

The control is what makes the last row mean something: the same student, from the same first weights, over the same
batches with the same learning rates, differs in `alpha` alone.

Left out: a search for the best settings. These are plain ones that train in half a minute.
Next: `demo_record.py`, how a row is measured; then the modules strung together here, each of which explains one step.
"""

import functools
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicompress import data, nn
from minicompress.arguments import whole_number
from minicompress.distillation import knowledge_distillation
from minicompress.pruning import weight_pruning
from minicompress.quantization import quantization
from minicompress.recipes.demo_record import Bench, DemoResult, DemoRow, draw, write_record

__all__ = ["STAGES", "DemoResult", "DemoRow", "run"]

STAGES = ("data", "train", "prune", "quantize", "control", "distil", "report")

BATCH_SIZE = 100
LEARNING_RATE = 0.05  # with momentum 0.9 and cosine decay; 0.1 is 0.1 points worse on the validation images
MOMENTUM = 0.9
VALIDATION_SAMPLES = 5_000
SPARSITY = 0.9  # near the 92% that Han et al. 2015 (arXiv:1506.02626) prune of this network, in one round here
STUDENT_WIDTH = 100
TEMPERATURE = 4.0
ALPHA = 0.9


@dataclass(frozen=True)
class Setting:
    """How long to train, and on how many images."""

    training_samples: int
    epochs: int
    fine_tuning_epochs: int
    student_epochs: int


FULL = Setting(training_samples=55_000, epochs=10, fine_tuning_epochs=4, student_epochs=8)
QUICK = Setting(training_samples=5_000, epochs=3, fine_tuning_epochs=2, student_epochs=3)


def run(*, seed=0, out=Path("minicompress-demo"), progress=None, quick=False):
    """Train, compress and measure; write one .npz a row, demo.json and demo.png into the folder `out`.

    Parameters
    ----------
    seed : integer >= 0; the same seed gives the same numbers on the same machine.
    out : folder, made if needed. Files of an earlier run are replaced, each as a whole, so that Ctrl-C leaves no
        half-written one.
    progress : callable (stage, index, stages, fraction, message): one of `STAGES`, its place among them from 0, their
        number, how much of it is done, in [0, 1], and a line for people. What it raises stops the run.
    quick : a miniature on 5,000 training images, to see that everything runs; its accuracies say little about the
        methods.

    Returns
    -------
    DemoResult
    """
    seed, out, started = whole_number("demo", "seed", seed, low=0), Path(out), time.perf_counter()
    setting, say = (QUICK if quick else FULL), functools.partial(_say, progress)

    say("data", 0, "reading MNIST")
    train, validation, test = _load(setting, _rng(seed, "split"))
    say(
        "data",
        1,
        f"{len(train[0]):,} images to train on, {len(validation[0]):,} to choose by, {len(test[0]):,} to test",
    )
    bench = Bench(out, *test)

    original = nn.zoo.lenet_300_100(rng=_rng(seed, "weights"))
    _fit(original, train, validation, setting.epochs, _rng(seed, "train"), functools.partial(say, "train"))
    bench.measure(original, "LeNet-300-100", "original")

    pruned = original.copy()
    sparsity = weight_pruning(pruned, _threshold(pruned, SPARSITY))
    bench.measure(pruned, f"pruned {sparsity:.0%}", "pruning", sparse=True)
    _fit(pruned, train, validation, setting.fine_tuning_epochs, _rng(seed, "prune"), functools.partial(say, "prune"))
    bench.measure(pruned, f"pruned {sparsity:.0%}, fine-tuned", "pruning", sparse=True)

    say("quantize", 0, "rounding weights to 8, 4 and 2 bits")
    for bits in (8, 4, 2):
        bench.measure(_quantized(original, bits), f"{bits} bits", "quantization", bits=bits)
    both = _quantized(pruned, 8)
    bench.measure(both, f"pruned {sparsity:.0%}, fine-tuned, 8 bits", "combined", bits=8, sparse=True)
    say("quantize", 1, "rounded weights to 8, 4 and 2 bits")

    for stage, alpha, method in (("control", 0.0, "student, hard labels"), ("distil", ALPHA, "student, distilled")):
        student = nn.zoo.mlp([784, STUDENT_WIDTH, 10], rng=_rng(seed, "student"))
        report = functools.partial(say, stage)
        _distil(student, original, train, setting.student_epochs, alpha, _rng(seed, "distil"), report)
        bench.measure(student, method, "distillation")
    bench.measure(_quantized(student, 8), "student, distilled, 8 bits", "combined", bits=8)

    say("report", 0, "drawing")
    histograms = {
        "trained": (original, "original"),
        "pruned, fine-tuned": (pruned, "pruning"),
        "4 bits": (_quantized(original, 4), "quantization"),
    }
    title = f"LeNet-300-100 on MNIST, seed {seed}{' (quick miniature)' if quick else ''}"
    picture = draw(out / "demo.png", bench.rows, histograms, title=title)
    seconds = time.perf_counter() - started
    record = write_record(out / "demo.json", bench.rows, seed=seed, quick=bool(quick), seconds=seconds)
    say("report", 1, f"wrote {len(bench.rows)} models, {record.name} and {picture.name} to {out}")
    return DemoResult(tuple(bench.rows), seed, bool(quick), seconds, record, picture)


def _say(progress, stage, fraction, message):
    if progress is not None:
        progress(stage, STAGES.index(stage), len(STAGES), fraction, message)


def _rng(seed, purpose):
    """One stream of random numbers for each purpose, so that a change in one stage leaves the others' numbers alone."""
    return np.random.default_rng([seed, *purpose.encode()])


def _load(setting, rng):
    """Return (x, y) for training, validation and test; the validation images are from the training set."""
    x, y, x_test, y_test = data.load("mnist")
    x, y, x_validation, y_validation = nn.split(x, y, VALIDATION_SAMPLES / len(x), rng=rng)
    n = setting.training_samples
    return (x[:n], y[:n]), (x_validation, y_validation), (x_test, y_test)


def _fit(model, train, validation, epochs, rng, report):
    """Train with the validation images choosing the epoch."""
    steps = epochs * math.ceil(len(train[0]) / BATCH_SIZE)

    def progress(p):
        known = "" if p.validation_accuracy is None else f", validation {p.validation_accuracy:.2%}"
        report(((p.epoch - 1) + p.step / p.steps) / epochs, f"epoch {p.epoch}/{epochs}, loss {p.loss:.3f}{known}")

    nn.fit(
        model,
        *train,
        optimizer=nn.SGD(model.parameters(), LEARNING_RATE, momentum=MOMENTUM),
        epochs=epochs,
        batch_size=BATCH_SIZE,
        validation=validation,
        schedule=nn.schedules.cosine_decay(LEARNING_RATE, steps=steps),
        rng=rng,
        progress=progress,
    )


def _distil(student, teacher, train, epochs, alpha, rng, report):
    """Train the student on a mixture of the teacher's soft labels (alpha) and hard labels (1 - alpha)."""
    optimizer = nn.SGD(student.parameters(), LEARNING_RATE, momentum=MOMENTUM)
    steps = math.ceil(len(train[0]) / BATCH_SIZE)
    schedule = nn.schedules.cosine_decay(LEARNING_RATE, steps=epochs * steps)

    def scheduled(epoch):
        for step, batch in enumerate(nn.batches(*train, BATCH_SIZE, rng=rng)):
            optimizer.learning_rate = schedule(epoch * steps + step)
            yield batch
            report((epoch + (step + 1) / steps) / epochs, f"epoch {epoch + 1}/{epochs}")

    for epoch in range(epochs):
        knowledge_distillation(
            student, teacher, nn.soft_cross_entropy, scheduled(epoch), optimizer, TEMPERATURE, alpha=alpha
        )


def _threshold(model, sparsity):
    """The magnitude below which the given fraction of all weights lies."""
    return float(
        np.quantile(np.abs(np.concatenate([w.ravel() for layer in model.layers for w in layer.weights])), sparsity)
    )


def _quantized(model, bits):
    twin = model.copy()
    quantization(twin, bits)
    return twin
