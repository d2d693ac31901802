"""Steps in an order: what each puts on, what it trains on, and that orders differ in nothing else."""

import dataclasses

import numpy as np
import pytest

from minicompress import nn
from minicompress.deploy import encode
from minicompress.distillation import knowledge_distillation
from minicompress.quantization import quantization
from minicompress.recipes import orders, teaching
from minicompress.recipes.orders import Lessons, compress_in_order

WEIGHTS = 6 * 20 + 20 * 3


def task(**options):
    """(student, Lessons), the same at each call; labels and the teacher's logits say different things."""
    rng = np.random.default_rng(0)
    model = nn.zoo.mlp([6, 20, 3], rng=rng)
    x = rng.normal(size=(50, 6)).astype(np.float32)
    y = (x @ rng.normal(size=(6, 3))).argmax(axis=1)
    z_t = rng.normal(size=(50, 3)).astype(np.float32)
    return model, Lessons(x, y, z_t, **{"epochs": 2, "learning_rate": 0.1, "batch_size": 20, **options})


def compressed(order, *, change=None, kept=60, bits=5, **options):
    """The student after the order; `change` replaces fields of the lessons."""
    model, lessons = task(**options)
    lessons = dataclasses.replace(lessons, **(change or {}))
    compress_in_order(model, order, lessons, kept=kept, bits=bits, rng=np.random.default_rng(1))
    return model


def state(model):
    return np.concatenate([parameter.value.ravel() for parameter in model.parameters()])


def nonzeros(model):
    return sum(np.count_nonzero(w) for layer in model.layers for w in layer.weights)


def test_a_step_on_labels_is_ordinary_training():
    model, lessons = task()
    nn.fit(
        model,
        lessons.x,
        lessons.y,
        optimizer=nn.SGD(model.parameters(), 0.1, momentum=0.9),
        epochs=2,
        batch_size=20,
        schedule=nn.schedules.cosine_decay(0.1, steps=2 * 3),
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(state(compressed("t")), state(model), rtol=1e-5, atol=1e-6)


def test_a_step_with_d_is_knowledge_distillation():
    """The trainer takes cross-entropy with the softened answers, and asks a teacher: another way to the same step."""
    model, lessons = task(epochs=1)

    class Teacher:
        def forward(self, x, training):
            return lessons.z_t[[np.flatnonzero((lessons.x == row).all(axis=1))[0] for row in x]]

    optimizer, steps = nn.SGD(model.parameters(), 0.1, momentum=0.9), nn.schedules.cosine_decay(0.1, steps=3)

    def loader():
        for t, batch in enumerate(nn.batches(lessons.x, lessons.y, 20, rng=np.random.default_rng(1))):
            optimizer.learning_rate = steps(t)
            yield batch

    knowledge_distillation(model, Teacher(), nn.soft_cross_entropy, loader(), optimizer, 3.0, alpha=0.75)
    ours = compressed("d", epochs=1, temperature=3.0, alpha=0.75)
    np.testing.assert_allclose(state(ours), state(model), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("order", ["tpq", "pqt", "qpt", ("pq", "t"), ("tq", "p")])
def test_without_d_the_teacher_is_not_heard(order):
    z_t = task()[1].z_t
    np.testing.assert_array_equal(state(compressed(order)), state(compressed(order, change={"z_t": -z_t})))


def test_with_d_in_every_step_and_alpha_1_labels_are_not_read():
    order, y = ("d", "pd", "qd"), task()[1].y
    np.testing.assert_array_equal(state(compressed(order)), state(compressed(order, change={"y": (y + 1) % 3})))


@pytest.mark.parametrize("order", ["dpq", "pdq", "pqd"])
def test_in_a_step_of_its_own_d_reads_the_teacher_and_the_others_read_labels(order):
    lessons = task()[1]
    one = state(compressed(order))
    assert not np.array_equal(one, state(compressed(order, change={"z_t": -lessons.z_t})))
    assert not np.array_equal(one, state(compressed(order, change={"y": (lessons.y + 1) % 3})))


@pytest.mark.parametrize("order", ["dpq", "dqp", "pdq", "qdp", "pqd", "qpd", ("d", "pd", "qd"), ("dpq", "d", "d")])
def test_every_order_ends_pruned_and_on_the_grid_without_transforms(order):
    model = compressed(order, bits=12)  # so fine a grid rounds none of the kept weights to 0

    assert nonzeros(model) == 60
    assert all(parameter.transforms == [] for parameter in model.parameters())
    before = state(model)
    quantization(model, 12)
    np.testing.assert_array_equal(state(model), before)
    encode(model, bits=12, sparse=True)  # raises if a weight is not on the grid


def test_without_q_weights_are_floats_and_without_p_none_is_pruned():
    with pytest.raises(ValueError, match="must lie on the 5-bit grid"):
        encode(compressed("dp"), bits=5)
    assert nonzeros(compressed("td")) == WEIGHTS


def test_pruning_after_rounding_ranks_the_masters_not_the_codes():
    """Most of 2-bit codes are 0: by rank among codes, ties would be cut by position."""
    seen = []
    original = orders.global_masks

    def spy(model, sparsity):
        seen.append([p.value.copy() for p in model.weight_parameters()])
        return original(model, sparsity)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "global_masks", spy)
        compressed("qp", bits=2)
    (masters,) = seen
    assert len(np.unique(np.abs(np.concatenate([m.ravel() for m in masters])))) > WEIGHTS // 2


def test_every_order_sees_the_same_batches_and_rates(monkeypatch):
    seen = []
    original = teaching.distil

    def spy(student, teacher, terms, loader, optimizer):
        def watched():
            for batch in loader:
                seen.append((optimizer.learning_rate, batch[0][:, 0].tobytes()))
                yield batch

        return original(student, teacher, terms, watched(), optimizer)

    monkeypatch.setattr(teaching, "distil", spy)
    compressed("dpq")
    one = list(seen)
    seen.clear()
    compressed(("q", "pd", "t"))

    assert seen == one
    assert len(one) == 3 * 2 * 3  # steps, epochs, batches
    rates = [rate for rate, _ in one]
    assert rates[:6] == rates[6:12] == rates[12:] == sorted(rates[:6], reverse=True)
    assert rates[0] == 0.1
    assert rates[5] < 0.01
    assert len({x for _, x in one}) == len(one)  # shuffled anew in each epoch


@pytest.mark.parametrize(
    ("order", "options", "told"),
    [
        ("", {}, "order must be steps"),
        (("d", ""), {}, "order must be steps"),
        ("dpx", {}, "order must be steps"),
        ("ppd", {}, "order must be steps with p and q once at most"),
        ("qdq", {}, "order must be steps with p and q once at most"),
        ("dpq", {"kept": None}, "kept must be an integer from 0 to 180, got None"),
        ("dpq", {"kept": 181}, "kept must be an integer from 0 to 180, got 181"),
        ("dpq", {"bits": 1}, "bits must be an integer from 2 to 16, got 1"),
        ("dq", {"bits": None}, "bits must be an integer from 2 to 16, got None"),
    ],
    ids=str,
)
def test_bad_arguments_are_named_before_anything_changes(order, options, told):
    model, lessons = task()
    before = state(model)
    with pytest.raises(ValueError, match=f"compress_in_order: {told}"):
        compress_in_order(model, order, lessons, **{"kept": 60, "bits": 5, **options}, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(state(model), before)
    assert all(parameter.transforms == [] for parameter in model.parameters())


@pytest.mark.parametrize("name", ["y", "z_t"])
def test_lessons_that_belong_to_other_samples_are_refused(name):
    _, lessons = task()
    with pytest.raises(ValueError, match=f"Lessons: {name} must have a row for each of 50 samples, got 49"):
        dataclasses.replace(lessons, **{name: getattr(lessons, name)[1:]})


def test_what_an_order_does_not_need_may_be_left_out():
    model, lessons = task()
    compress_in_order(model, "dt", lessons, rng=np.random.default_rng(1))
    assert nonzeros(model) == WEIGHTS
