"""The distillation study on a few images: one student for all arms of a seed, a control, gains seed by seed."""

import dataclasses

import numpy as np
import pytest
from small_distillation import FEW, first_images, taught
from tiny_study import rows_of

from minicompress.study import engine
from minicompress.study.distillation import (
    measure as distillation,
)
from minicompress.study.distillation.arms import MAPS_METHODS, METHODS
from minicompress.study.shelf import Shelf

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:matplotlib")


def test_every_method_is_measured_on_every_task_and_the_teachers_too(run):
    expected = {(f"{task}.{method}", 20) for task in ("few", "all", "fashion") for method in METHODS}
    expected |= {(f"maps.{method}", 4) for method in MAPS_METHODS}
    expected |= {("few.teacher", 300), ("all.teacher", 300), ("fashion.teacher", 300), ("maps.teacher", 16)}
    assert set(run[2]) == expected


def test_students_of_one_width_have_the_bytes_of_their_shapes(run):
    for (arm, width), row in run[2].items():
        task, method = arm.split(".")
        parameters = 785 * width + 10 * (width + 1)
        if task == "maps":
            parameters = 26 * width // 2 + (25 * width // 2 + 1) * width + 10 * (16 * width + 1)
        if method == "teacher" and task != "maps":
            parameters = 266_610
        assert row["parameters"] == parameters
        assert row["size_bytes"] == 4 * parameters


@pytest.mark.parametrize(("task", "methods"), [("few", METHODS), ("maps", MAPS_METHODS)])
def test_all_methods_have_the_same_first_weights_images_batches_and_rates(monkeypatch, tmp_path, task, methods):
    first, *others = taught(monkeypatch, tmp_path, methods, task)
    for state, _, x, y, options in others:
        np.testing.assert_array_equal(state, first[0])
        np.testing.assert_array_equal(x, first[2])
        np.testing.assert_array_equal(y, first[3])
        for name in ("epochs", "learning_rate", "momentum", "batch_size", "drawn"):
            assert options[name] == first[4][name]


def test_the_student_sees_fewer_images_than_its_teacher_or_all_of_them(monkeypatch, tmp_path):
    bench = distillation._Bench(dataclasses.replace(FEW))
    few = taught(monkeypatch, tmp_path, ["hard"])[0]
    everything = taught(monkeypatch, tmp_path, ["hard"], "fashion")[0]
    assert len(few[2]) == 100
    assert len(bench.samples("few", 3).x) == 200
    np.testing.assert_array_equal(few[2], bench.samples("few", 3).x[:100])
    assert len(everything[2]) == min(200, FEW.tasks["fashion"].student_samples)


def test_the_same_seed_gives_the_same_numbers_also_after_an_interruption(run, tmp_path):
    def stop(progress):
        if progress.done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run(distillation.study(quick=True), seeds=1, out=tmp_path, progress=stop)
    result = engine.run(distillation.study(quick=True), seeds=1, out=tmp_path)
    assert rows_of(result.record) == rows_of(run[0].record)


def test_the_test_set_decides_nothing(run, tmp_path, monkeypatch):
    def false(name):
        x, y, x_test, y_test = first_images(name)
        return x, y, x_test, (y_test + 1) % 10

    monkeypatch.setattr(distillation, "data", type("data", (), {"load": staticmethod(false)}))
    measured = distillation.study(quick=True).measure(engine.Cell("all.mixed", 20, 0), Shelf(tmp_path, "s"))
    right = run[2]["all.mixed", 20]
    assert measured["accuracy"] != right["accuracy"]
    assert measured["validation_accuracy"] == right["validation_accuracy"]
