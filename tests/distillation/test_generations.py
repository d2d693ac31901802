"""Born-again networks: who teaches whom, that teachers stay as they are, and that it works on digits."""

import functools

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import LABELS, Term, born_again, distil, ensemble_soft_labels, kd_loss
from minicompress.nn.zoo import mlp


def weights(network):
    return [parameter.value.copy() for parameter in network.parameters()]


def test_each_generation_is_taught_by_the_one_before_and_the_first_by_none(rng):
    made, lessons = [], []

    def make():
        made.append(mlp([3, 2], rng=rng))
        return made[-1]

    networks = born_again(make, lambda student, teacher: lessons.append((student, teacher)), 4)
    assert len(networks) == len(made) == 4
    assert all(one is other for one, other in zip(networks, made, strict=True))
    assert lessons[0][1] is None
    for g, (student, teacher) in enumerate(lessons):
        assert student is made[g]
        assert g == 0 or teacher is made[g - 1]


def test_the_teacher_is_already_trained_when_the_next_one_learns(rng):
    def teach(student, teacher):
        before = 0 if teacher is None else teacher.parameters()[0].value[0, 0]
        student.parameters()[0].value[...] = before + 1

    networks = born_again(lambda: mlp([3, 2], rng=rng), teach, 3)
    assert [network.parameters()[0].value[0, 0] for network in networks] == [1, 2, 3]


def test_one_generation_is_a_training_on_labels(rng):
    lessons = []
    networks = born_again(lambda: mlp([3, 2], rng=rng), lambda *pair: lessons.append(pair), 1)
    assert lessons == [(networks[0], None)]


def test_three_generations_on_digits_learn_leave_their_teachers_and_make_an_ensemble(mnist, rng):
    (x, labels), (x_test, labels_test) = digits(mnist)
    kept = []

    def teach(student, teacher):
        terms = [Term("labels", nn.softmax_cross_entropy, target=LABELS)]
        if teacher is not None:
            kept.append(weights(teacher))
            terms.append(Term("soft", functools.partial(kd_loss, temperature=1.0)))
        optimizer = nn.Adam(student.parameters(), learning_rate=0.003)
        for _ in range(6):
            distil(student, teacher, terms, batches(x, labels, rng), optimizer)

    networks = born_again(lambda: mlp([784, 24, 10], rng=rng), teach, 3)
    for network, before in zip(networks[:-1], kept, strict=True):
        for value, old in zip(weights(network), before, strict=True):
            np.testing.assert_array_equal(value, old)
    logits = [network.forward(x_test) for network in networks]
    for z in logits:
        assert np.mean(z.argmax(axis=1) == labels_test) > 0.75
    together = ensemble_soft_labels(logits, 1).argmax(axis=1)
    assert np.mean(together == labels_test) > 0.75


def digits(mnist):
    x, labels, x_test, labels_test = mnist
    return (pixels(x[:600]), labels[:600]), (pixels(x_test[:500]), labels_test[:500])


def pixels(images):
    return images.reshape(len(images), -1)


def batches(x, labels, rng):
    order = rng.permutation(len(x))
    return [(x[rows], labels[rows]) for rows in np.split(order, len(x) // 50)]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"make": None}, "born_again: make must be a function"),
        ({"teach": 3}, "born_again: teach must be a function"),
        ({"count": 0}, "born_again: count must be an integer >= 1"),
        ({"count": 2.0}, "count must be an integer"),
        ({"count": True}, "count must be an integer"),
    ],
)
def test_what_cannot_be_called_or_counted_is_refused_before_anything_is_made(change, text):
    def never(*_):
        raise AssertionError("nothing is to be made or taught")

    with pytest.raises(ValueError, match=text):
        born_again(**{"make": never, "teach": never, "count": 2} | change)


@pytest.mark.parametrize("generations", [2, 3])
def test_a_network_that_would_be_its_own_teacher_is_refused(generations, rng):
    first, second = mlp([3, 2], rng=rng), mlp([3, 2], rng=rng)
    made = iter([first, second, nn.Sequential(first.layers)] if generations == 3 else [first, first])
    with pytest.raises(ValueError, match=f"shared at network {generations - 1}"):
        born_again(lambda: next(made), lambda student, teacher: None, generations)


def test_a_generation_that_shares_a_layer_with_a_state_is_refused():
    from minicompress.quantization import ActivationQuantizer

    quantizer, made = ActivationQuantizer(8), []

    def make():
        made.append(nn.Sequential(nn.Linear(3, 3, rng=np.random.default_rng(len(made))), nn.Tanh(), quantizer))
        return made[-1]

    with pytest.raises(ValueError, match="a network of its own, got parameters or layers shared at network 1"):
        born_again(make, lambda student, teacher: None, 2)
