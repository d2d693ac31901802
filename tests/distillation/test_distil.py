"""Training on several terms: one step, its targets, its means, and what is refused."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import CACHED, LABELS, LOGITS, Term, distil


def network(rng, hidden=6, classes=3):
    layers = nn.Linear(5, hidden, rng=rng), nn.Tanh(), nn.Linear(hidden, 4, rng=rng), nn.Tanh()
    return nn.Sequential(*layers, nn.Linear(4, classes, rng=rng), input_shape=(5,)).astype(np.float64)


def squared(output, target):
    d = output - target
    return float(np.mean(d**2)), 2 * d / d.size


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_one_step_is_the_step_on_the_weighted_sum(rng):
    student, teacher = network(rng), network(rng, hidden=9)
    x, labels, cached = rng.normal(size=(6, 5)), np.array([0, 1, 2, 2, 1, 0]), rng.normal(size=(6, 3))
    terms = [
        Term("hint", squared, 0.5, student=3, target=3),
        Term("soft", squared, 2.0),
        Term("labels", nn.softmax_cross_entropy, 0.25, target=LABELS),
        Term("again", squared, 3.0, student=3, target=-2),
        Term("kept", squared, 0.75, target=CACHED),
    ]
    by_hand, before = student.copy(), teacher.state_dict()
    student.parameters()[0].grad[...] = 5.0  # left over from before
    losses = distil(student, teacher, terms, [(x, labels, cached)], nn.SGD(student.parameters(), 0.1))

    z_t = teacher.forward(x)
    h_t = nn.Sequential(teacher.layers[:4]).forward(x)
    z_s = by_hand.forward(x, training=True)
    h_s = nn.Sequential(by_hand.layers[:4]).forward(x, training=True)
    hard, dhard = nn.softmax_cross_entropy(z_s, labels)
    dz = 2.0 * squared(z_s, z_t)[1] + 0.25 * dhard + 0.75 * squared(z_s, cached)[1]
    dh = by_hand.layers[4].backward(dz) + 3.5 * squared(h_s, h_t)[1]
    lower = nn.Sequential(by_hand.layers[:4])
    lower.forward(x, training=True)
    lower.backward(dh)
    for mine, theirs in zip(by_hand.parameters(), student.parameters(), strict=True):
        np.testing.assert_allclose(theirs.value, mine.value - 0.1 * mine.grad, rtol=0, atol=1e-12)
    assert losses["labels"] == pytest.approx(hard)
    assert losses["hint"] == losses["again"] == pytest.approx(squared(h_s, h_t)[0])
    assert losses["kept"] == pytest.approx(squared(z_s, cached)[0])
    assert all(np.array_equal(before[name], array) for name, array in teacher.state_dict().items())


def test_the_student_is_in_training_and_the_teacher_is_not(rng):
    student, teacher = (nn.Sequential(nn.BatchNorm1d(5), *network(rng).layers) for _ in range(2))
    x, before = rng.normal(3, 1, (6, 5)), teacher.state_dict()
    distil(student, teacher, [Term("soft", squared)], [(x, None)], nn.SGD(student.parameters(), 0.1))
    np.testing.assert_allclose(student.layers[0].running_mean, 0.1 * x.mean(axis=0), rtol=1e-6)
    assert all(np.array_equal(before[name], array) for name, array in teacher.state_dict().items())


def test_a_loss_with_several_targets_gets_them_in_their_order(rng):
    student, teacher = network(rng), network(rng, hidden=9)
    x, labels, cached = rng.normal(size=(6, 5)), np.array([0, 1, 2, 2, 1, 0]), rng.normal(size=(6, 3))
    seen = []

    def loss(output, *targets):
        seen.append([output.copy(), *targets])
        return 0.0, np.zeros_like(output)

    terms = [
        Term("kept", loss, target=(CACHED, LABELS)),
        Term("taps", loss, student=1, target=(3, LOGITS, 1)),
        Term("tap", loss, student=3, target=3),
    ]
    distil(student, teacher, terms, [(x, labels, cached)], nn.SGD(student.parameters(), 0.1))
    z_s, h_s1, h_s3 = (nn.Sequential(student.layers[:i]).forward(x) for i in (5, 2, 4))
    z_t, h_t1, h_t3 = (nn.Sequential(teacher.layers[:i]).forward(x) for i in (5, 2, 4))
    for got, expected in zip(seen, [[z_s, cached, labels], [h_s1, h_t3, z_t, h_t1], [h_s3, h_t3]], strict=True):
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_term_without_any_target_is_refused():
    for nowhere in ((), None, "lables", ["labels"], 1.5, True, (LOGITS, "lables")):
        with pytest.raises(ValueError, match="Term: target must be LOGITS, LABELS, CACHED, the index of a layer, or"):
            Term("nothing", squared, target=nowhere)
    assert Term("first", squared, student=np.int64(0), target=np.int64(0)).targets == (0,)


def test_a_loss_that_is_no_function_and_a_student_without_such_a_place_are_refused():
    with pytest.raises(ValueError, match=r"Term: loss must be a function, got 0\.9"):
        Term("soft", 0.9, squared)
    for place in (LABELS, CACHED, "hidden", None, 1.5, False):
        with pytest.raises(ValueError, match="Term: student must be LOGITS or the index of a layer, got"):
            Term("labels", squared, student=place)


def test_losses_are_means_over_samples_whatever_the_batches(rng):
    student = network(rng)
    x, labels = rng.normal(size=(5, 5)), np.array([0, 1, 2, 0, 1])
    batches = [(x[:4], labels[:4]), (x[:0], labels[:0]), (x[4:], labels[4:])]
    terms = [Term("labels", nn.softmax_cross_entropy, target=LABELS)]
    losses = distil(student, None, terms, batches, nn.SGD(student.parameters(), 1e-12))
    assert losses == {"labels": pytest.approx(nn.softmax_cross_entropy(student.forward(x), labels)[0])}


class WithParameters:
    def __init__(self):
        self.scale = nn.Parameter(np.ones(1))

    def parameters(self):
        return [self.scale]

    def __call__(self, output, target):
        loss, doutput = squared(self.scale.value * output, target)
        self.scale.grad += np.sum(doutput * output)
        return loss, doutput * self.scale.value


def test_a_loss_with_parameters_is_trained_too_and_must_be_in_the_optimizer(rng):
    student, teacher, loss = network(rng), network(rng), WithParameters()
    batches, terms = [(rng.normal(size=(4, 5)), None)], [Term("hint", loss, student=1, target=1)]
    before = student.state_dict()
    with pytest.raises(ValueError, match="optimizer must have the parameters of the loss of 'hint' too"):
        distil(student, teacher, terms, batches, nn.SGD(student.parameters(), 0.1))
    assert all(np.array_equal(before[name], array) for name, array in student.state_dict().items())
    distil(student, teacher, terms, batches, nn.SGD(student.parameters() + loss.parameters(), 0.1))
    assert loss.scale.value[0] != 1


@pytest.mark.parametrize("weight", [0, 0.25, 3])
def test_the_weight_is_of_what_reaches_the_student_a_losss_own_parameters_take_all(rng, weight):
    student, teacher, loss, x = network(rng), network(rng), WithParameters(), rng.normal(size=(4, 5))
    h_s, h_t = (nn.Sequential(model.layers[:2]).forward(x) for model in (student, teacher))
    doutput = squared(h_s, h_t)[1]
    lower = nn.Sequential(student.copy().layers[:2])
    lower.forward(x, training=True)
    lower.backward(weight * doutput)
    expected = student.layers[0].weight.value - 0.1 * lower.layers[0].weight.grad
    terms = [Term("hint", loss, weight, student=1, target=1)]
    optimizer = nn.SGD(student.parameters() + loss.parameters(), 0.1)
    losses = distil(student, teacher, terms, [(x, None)], optimizer)
    assert losses["hint"] == pytest.approx(squared(h_s, h_t)[0])
    np.testing.assert_allclose(student.layers[0].weight.value, expected, atol=1e-14)
    assert loss.scale.value[0] == pytest.approx(1 - 0.1 * np.sum(doutput * h_s))


def other_classes(output, target):
    if output.shape != target.shape:
        raise ValueError("classes")
    return squared(output, target)


@pytest.mark.parametrize(
    ("terms", "batches", "text"),
    [
        ([], [], "terms must be at least one"),
        ([Term("a", squared), Term("a", squared)], [], "different names"),
        ([Term("a", squared, student=9)], [], "tap must be the index"),
        ([Term("a", squared, target=9)], [], "tap must be the index"),
        ([Term("a", squared)], [], "data_loader must yield at least one sample"),
        ([Term("a", squared)], [(np.zeros((0, 5)), None)], "data_loader must yield at least one sample"),
        ([Term("a", squared, target=CACHED)], [(np.ones((2, 5)), None)], r"\(x, labels, cached\) for the term 'a'"),
        ([Term("a", squared, target=LABELS)], [(np.ones((2, 5)), None)], r"yield \(x, labels\) for the term 'a'"),
        ([Term("a", other_classes)], [(np.ones((2, 5)), None)], "classes"),
    ],
)
def test_what_does_not_fit_is_refused_and_both_models_stay_as_they_were(rng, terms, batches, text):
    student = nn.Sequential(nn.BatchNorm1d(5), *network(rng).layers)
    teacher = network(rng, classes=4)
    before = student.state_dict(), teacher.state_dict()
    with pytest.raises(ValueError, match=text):
        distil(student, teacher, terms, batches, nn.SGD(student.parameters(), 0.1))
    for state, model in zip(before, (student, teacher), strict=True):
        assert all(np.array_equal(state[name], array) for name, array in model.state_dict().items())


def test_a_term_that_asks_a_teacher_needs_one(rng):
    student = network(rng)
    with pytest.raises(ValueError, match="teacher must be a model"):
        distil(student, None, [Term("a", squared, target=LOGITS)], [], nn.SGD(student.parameters(), 0.1))


@pytest.mark.parametrize("weight", [-1.0, float("nan"), "1"])
def test_a_weight_is_a_number_not_below_zero(weight):
    with pytest.raises(ValueError, match="Term: weight must be"):
        Term("a", squared, weight)


def test_an_optimizer_over_a_copy_of_the_student_is_refused_and_trains_nothing(rng):
    student, teacher = network(rng), network(rng)
    copy = student.copy()
    before = copy.state_dict()
    with pytest.raises(ValueError, match="distil: optimizer must be over this model's parameters"):
        distil(student, teacher, [Term("a", squared)], [(np.ones((2, 5)), None)], nn.SGD(copy.parameters(), 0.1))
    assert all(np.array_equal(before[name], array) for name, array in copy.state_dict().items())
