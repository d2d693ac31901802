"""The distillation study on a few images."""

import dataclasses
import functools

import numpy as np

from minicompress import data
from minicompress.study import engine
from minicompress.study.distillation import measure as distillation
from minicompress.study.distillation.arms import ARMS
from minicompress.study.shelf import Shelf

SMALL = {"training_samples": 200, "validation_samples": 100, "teacher_epochs": 1, "epochs": 1, "test_samples": 300}


def terms_of(method, width, c, seed):
    return ARMS[method](width, c, seed).terms


def smaller(task):
    return dataclasses.replace(task, student_samples=min(task.student_samples, 100), **SMALL)


FEW = dataclasses.replace(
    distillation.QUICK, tasks={name: smaller(task) for name, task in distillation.QUICK.tasks.items()}, batch_size=20
)


@functools.cache
def first_images(name):
    """The data set, cut short: what the miniature does not read need not be split."""
    x, y, x_test, y_test = data.load(name)
    return x[:600], y[:600], x_test[:300], y_test[:300]


class FirstImages:
    load = staticmethod(first_images)


def taught(monkeypatch, tmp_path, arms, task="few"):
    """[(arguments of `teach`, options)] of the arms, which then train nothing."""
    seen = []

    def spy(model, terms, x, y, **options):
        state = np.concatenate([p.value.ravel() for p in model.parameters()])
        seen.append((state, terms, x, y, options | {"drawn": options["rng"].integers(10**9)}))

    monkeypatch.setattr(distillation, "teach", spy)
    study, shelf = distillation.study(quick=True), Shelf(tmp_path, "s")
    for arm in arms:
        study.measure(engine.Cell(f"{task}.{arm}", 4 if task == "maps" else 20, 3), shelf)
    return seen
