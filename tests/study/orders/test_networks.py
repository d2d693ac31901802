"""The teacher sees all images, the start those of its student, and few images get as many steps as all."""

import numpy as np
from small_orders import IMAGES

from minicompress import nn
from minicompress.study import engine
from minicompress.study.orders import arms
from minicompress.study.orders import measure as orders
from minicompress.study.shelf import Shelf


def test_few_images_get_as_many_steps_and_the_answers_of_the_same_teacher(monkeypatch, tmp_path):
    seen = {}

    def spy(model, order, lessons, **options):
        seen[len(lessons.x)] = lessons
        for p in model.weight_parameters():
            p.value[...] = 0

    monkeypatch.setattr(arms, "compress_in_order", spy)
    study, shelf = orders.study(quick=True), Shelf(tmp_path, "s")
    for images in IMAGES:
        study.measure(engine.Cell("dpq", images, 0), shelf)

    everything, part = seen[400], seen[100]
    assert part.epochs * 100 == everything.epochs * 400
    np.testing.assert_array_equal(part.x, everything.x[:100])
    np.testing.assert_array_equal(part.z_t, everything.z_t[:100])
    teacher = nn.load(next(tmp_path.glob("*teacher-0.npz")))
    np.testing.assert_allclose(teacher.predict(part.x), part.z_t, rtol=1e-4, atol=1e-4)
    assert (everything.temperature, part.temperature) == (2.0, 4.0)


def test_the_teacher_is_trained_on_all_images_and_the_start_on_those_of_its_student(monkeypatch, tmp_path):
    seen = []
    original = orders.nn.fit

    def spy(model, x, y, **options):
        seen.append((model.layers[1].weight.shape[0], len(x), options["epochs"]))
        return original(model, x, y, **options)

    monkeypatch.setattr(orders.nn, "fit", spy)
    orders.study(quick=True).measure(engine.Cell("small", 100, 0), Shelf(tmp_path, "s"))
    assert sorted(seen) == [(3, 100, 4), (300, 400, 1)]
