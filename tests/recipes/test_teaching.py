"""The loop in which a student learns: with or without a teacher, with a loss that has parameters of its own."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import CACHED, LABELS, Hint, Term, logit_matching
from minicompress.recipes.teaching import teach


def task():
    """(student, x, y), the same at each call."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 6)).astype(np.float32)
    return nn.zoo.mlp([6, 8, 3], rng=rng), x, (x @ rng.normal(size=(6, 3))).argmax(axis=1)


def options():
    return {"epochs": 2, "learning_rate": 0.1, "batch_size": 20, "rng": np.random.default_rng(1)}


def state(model):
    return np.concatenate([parameter.value.ravel() for parameter in model.parameters()])


@pytest.mark.parametrize("momentum", [0.9, 0.5])
def test_on_labels_alone_it_trains_as_fit_does(momentum):
    ours, x, y = task()
    given = {} if momentum == 0.9 else {"momentum": momentum}  # 0.9 is the default
    teach(ours, [Term("labels", nn.softmax_cross_entropy, target=LABELS)], x, y, **options(), **given)
    theirs, _, _ = task()
    rate = nn.schedules.cosine_decay(0.1, steps=6)
    nn.fit(theirs, x, y, optimizer=nn.SGD(theirs.parameters(), 0.1, momentum=momentum), schedule=rate, **_for_fit())
    np.testing.assert_allclose(state(ours), state(theirs), rtol=1e-5, atol=1e-6)


def _for_fit():
    return {name: value for name, value in options().items() if name != "learning_rate"}


def test_what_was_kept_of_a_teacher_teaches_as_the_teacher_does():
    teacher = nn.zoo.mlp([6, 5, 3], rng=np.random.default_rng(2))
    asked, x, y = task()
    teach(asked, [Term("match", logit_matching)], x, y, teacher=teacher, **options())
    kept, _, _ = task()
    teach(kept, [Term("match", logit_matching, target=CACHED)], x, y, cached=teacher.predict(x), **options())
    np.testing.assert_allclose(state(asked), state(kept), rtol=1e-5, atol=1e-6)
    assert not np.allclose(state(asked), state(task()[0]))


@pytest.mark.parametrize("rows", [49, 51])
def test_rows_that_belong_to_other_samples_are_refused_before_anything_is_trained(rows):
    model, x, y = task()
    before = state(model)
    terms = [Term("match", logit_matching, target=CACHED)]
    with pytest.raises(ValueError, match=f"teach: cached must have a row for each of 50 samples, got {rows}"):
        teach(model, terms, x, y, cached=np.ones((rows, 3)), **options())
    with pytest.raises(ValueError, match=f"teach: y must have a row for each of 50 samples, got {rows}"):
        teach(model, terms, x, np.resize(y, rows), cached=np.ones((50, 3)), **options())
    np.testing.assert_array_equal(state(model), before)


def test_a_regressor_is_trained_along():
    regressor = nn.Linear(8, 5, rng=np.random.default_rng(3))
    before = regressor.weight.value.copy()
    model, x, y = task()
    teacher = nn.zoo.mlp([6, 5, 3], rng=np.random.default_rng(2))
    teach(model, [Term("hint", Hint(regressor), student=2, target=2)], x, y, teacher=teacher, **options())
    assert not np.allclose(regressor.weight.value, before)


def test_a_regressor_of_two_terms_takes_one_step_for_both():
    _, x, y = task()
    teacher, after = nn.zoo.mlp([6, 5, 3], rng=np.random.default_rng(2)), []
    for count in (1, 2):
        regressor = nn.Linear(8, 5, rng=np.random.default_rng(3))
        before, hint = state(regressor), Hint(regressor)
        terms = [Term(f"hint {i}", hint, student=2, target=2) for i in range(count)]
        one_step = options() | {"epochs": 1, "batch_size": 50, "learning_rate": 1e-3}
        teach(task()[0], terms, x, y, teacher=teacher, **one_step)
        after.append(state(regressor) - before)
    np.testing.assert_allclose(after[1], 2 * after[0], rtol=1e-3, atol=1e-7)  # twice would be four times
