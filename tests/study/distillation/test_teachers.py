"""What a student gets of its teachers: the logits of its own images, and networks trained on labels."""

import numpy as np
from small_distillation import taught

from minicompress import nn
from minicompress.distillation import (
    CACHED,
    LABELS,
    ensemble_soft_labels,
)
from minicompress.study.distillation import (
    teachers as distillation_teachers,
)


def test_cached_answers_are_those_of_the_teacher(monkeypatch, tmp_path):
    (_, terms, x, _, options) = taught(monkeypatch, tmp_path, ["soft_4"])[0]
    assert [term.target for term in terms] == [CACHED]
    np.testing.assert_allclose(options["teacher"].predict(x), options["cached"], rtol=1e-5, atol=1e-5)
    assert nn.accuracy(options["teacher"], x, taught(monkeypatch, tmp_path, ["hard"])[0][3]) > 0.3


def test_what_comes_with_the_batches_is_what_the_method_asks_for(monkeypatch, tmp_path):
    arms = ["guessed", "ensemble", "self", "mixed"]
    rows = taught(monkeypatch, tmp_path, arms)
    state, _, x, _, _ = rows[0]
    guessed, three, own, mixed = (options for *_, options in rows)
    z_t = guessed["teacher"].predict(x)
    np.testing.assert_array_equal(guessed["cached"], z_t.argmax(axis=1))
    teachers = [nn.load(path) for path in sorted(tmp_path.glob("s-teacher-*.npz"))]
    assert len(teachers) == 3
    expected = ensemble_soft_labels([model.predict(x) for model in teachers], 4.0)
    np.testing.assert_allclose(nn.softmax(three["cached"] / 4), expected, rtol=1e-4, atol=1e-6)
    (equal,) = (nn.load(path) for path in tmp_path.glob("s-equal-*.npz"))
    np.testing.assert_allclose(own["cached"], equal.predict(x), rtol=1e-5, atol=1e-5)
    assert sum(p.size for p in equal.parameters()) == state.size
    np.testing.assert_allclose(mixed["cached"], z_t, rtol=1e-5, atol=1e-5)


def test_the_equal_is_trained_on_the_students_images_and_labels_from_other_weights(monkeypatch, tmp_path):
    seen = []
    original = distillation_teachers.teach

    def spy(model, terms, x, y, **options):
        seen.append((model.copy(), terms, x, y))
        return original(model, terms, x, y, **options)

    monkeypatch.setattr(distillation_teachers, "teach", spy)
    ((state, _, x, y, _),) = taught(monkeypatch, tmp_path, ["self"])
    _, (model, terms, x_equal, y_equal) = seen  # the teacher of the task comes first
    assert [term.target for term in terms] == [LABELS]
    np.testing.assert_array_equal(x_equal, x)
    np.testing.assert_array_equal(y_equal, y)
    first = np.concatenate([p.value.ravel() for p in model.parameters()])
    assert first.shape == state.shape
    assert not np.array_equal(first, state)
