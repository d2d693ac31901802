"""Where does a teacher help, and where does it not? A student on labels, on soft labels, on features; three sizes.

    few       MNIST; the student sees one in ten of the images that the teacher was trained on
    all       MNIST; both see all images
    fashion   Fashion-MNIST; both see the 9,000 training images of the bundled subset
    maps      as "few", with convolutions, for attention transfer

The teacher is LeNet-300-100 (for "maps" two convolutions of 8 and 16 channels), trained on labels; the picture names
its accuracy. The students are 784-10-10, 784-20-10 and 784-40-10 (for "maps" 2 and 4, or 4 and 8 channels).
"hard" is the control: the same student, first weights and batches, on labels alone (`arms.py`).

No epoch is chosen: the rate ends at 0. The test set is used only for the reported accuracies. Images split off the
training set, with seeds that are not reported, chose the values in FULL.

Bytes are counted on the float32 arrays that `deploy/storage.py` encodes: a student is smaller only by its shape.
Left out: learning rates per student (all use the same one, so that arms stay comparable), longer training.
"""

import functools
from dataclasses import asdict, dataclass

from minicompress import data, nn
from minicompress._base.streams import stream
from minicompress.deploy import decode, encode
from minicompress.recipes.teaching import teach
from minicompress.study.distillation.arms import ARMS, MAPS_METHODS, METHODS, student
from minicompress.study.distillation.figure import figure
from minicompress.study.distillation.teachers import Teachers
from minicompress.study.engine import Study
from minicompress.study.samples import samples_of

__all__ = ["TASKS", "study"]


@dataclass(frozen=True)
class Task:
    """Data, how many images the teacher and the student train on, and for how many epochs."""

    dataset: str
    training_samples: int
    validation_samples: int
    student_samples: int
    teacher_epochs: int
    epochs: int
    test_samples: int | None = None


@dataclass(frozen=True)
class Configuration:
    """Everything that the numbers depend on besides seed and versions."""

    tasks: dict
    widths: tuple
    maps_widths: tuple
    learning_rate: float = 0.05
    momentum: float = 0.9
    batch_size: int = 100
    temperature: float = 4.0
    mixed_alpha: float = 0.5
    smoothing: float = 0.1
    kept_classes: int = 2
    ensemble: int = 3
    decoupled_weight: float = 0.3
    decoupled_beta: float = 1.0
    hint_weight: float = 0.003
    relational_weight: float = 3.0
    angles_weight: float = 3.0
    angles_samples: int = 32
    attention_weight: float = 0.1

    def sgd(self) -> dict[str, float]:
        """The options of `teach` that are the same for all students."""
        return {name: getattr(self, name) for name in ("learning_rate", "momentum", "batch_size")}


# Chosen by validation accuracy with seed 100, for "few" and "fashion", 10 and 40 hidden neurons: the rate among 0.02,
# 0.05 (0.1 and 0.2 with 8 and 32); the hint's weight among 0.001, 0.003, 0.01, 0.03 and 0.1, that of relations
# among 0.3, 3 and 30; alpha of the mixture among 0.5 and 0.9. For "maps" attention's weight among 0.1, 1 and 10.
# With seeds 100 and 101: the angles' weight among 0.3, 1, 3 and 30; the decoupled loss's weight among 0.3 and 1, its
# beta among 0.5, 1, 2, 4 and 8. At weight 1 training diverges with beta 8, and with 4 on "fashion".
FULL = Configuration(
    tasks={
        "few": Task("mnist", 55_000, 5_000, 5_500, teacher_epochs=6, epochs=20),
        "all": Task("mnist", 55_000, 5_000, 55_000, teacher_epochs=6, epochs=3),
        "fashion": Task("fashion_mnist_small", 9_000, 1_000, 9_000, teacher_epochs=10, epochs=12),
        "maps": Task("mnist", 55_000, 5_000, 5_500, teacher_epochs=2, epochs=10),
    },
    widths=(10, 20, 40),
    maps_widths=(4, 8),
)
_QUICK = {"teacher_epochs": 3, "epochs": 3, "test_samples": 1_000}
QUICK = Configuration(
    tasks={
        "few": Task("mnist", 2_000, 500, 500, **_QUICK),
        "all": Task("mnist", 2_000, 500, 2_000, **_QUICK),
        "fashion": Task("fashion_mnist_small", 1_000, 500, 1_000, **_QUICK),
        "maps": Task("mnist", 1_000, 500, 300, **_QUICK),
    },
    widths=(20,),
    maps_widths=(4,),
)
TASKS = tuple(FULL.tasks)


def study(*, quick: bool = False) -> Study:
    """Return the study, or its miniature on 2,000 images, one width and two seeds."""
    c = QUICK if quick else FULL
    arms = {}
    for task in c.tasks:
        widths, methods = (c.maps_widths, MAPS_METHODS) if task == "maps" else (c.widths, METHODS)
        arms[f"{task}.teacher"] = (16 if task == "maps" else 300,)
        arms |= {f"{task}.{method}": widths for method in methods}
    return Study(
        name="distillation",
        setting="width",
        setting_format=".0f",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(c),
        arms=arms,
        measure=_Bench(c).measure,
        figure=figure,
        title="What a teacher adds to labels",
    )


class _Bench:
    """Measures a cell: teach a student, encode and decode it, test the decoded network."""

    def __init__(self, configuration):
        self.c = configuration
        self.load = functools.cache(data.load)
        self.samples = functools.lru_cache(maxsize=1)(self._samples)
        self.teachers = Teachers(configuration, self.samples)

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        task, method = cell.arm.split(".")
        samples, teacher = self.samples(task, cell.seed), self.teachers.model(task, cell.seed, shelf)
        if method == "teacher":
            return _measure(teacher, samples)
        model = student(task, cell.setting, rng=stream(cell.seed, f"student {cell.setting}"))
        lesson = ARMS[method](cell.setting, self.c, cell.seed)
        cached = lesson.ask and lesson.ask(self.teachers, task, cell.setting, cell.seed, shelf)
        n = self.c.tasks[task].student_samples
        teach(
            model,
            lesson.terms,
            samples.x[:n],
            samples.y[:n],
            teacher=teacher,
            cached=cached,
            epochs=self.c.tasks[task].epochs,
            **self.c.sgd(),
            rng=stream(cell.seed, "student batches"),
        )
        return _measure(model, samples)

    def _samples(self, task, seed):
        return samples_of(self.load(self.c.tasks[task].dataset), seed, self.c.tasks[task])


def _measure(model, samples):
    encoded = encode(model)
    decoded = decode(encoded, model)
    return {
        "accuracy": nn.accuracy(decoded, *samples.test),
        "validation_accuracy": nn.accuracy(decoded, *samples.validation),
        "size_bytes": encoded.size_bytes,
        "parameters": sum(parameter.size for parameter in decoded.parameters()),
    }
