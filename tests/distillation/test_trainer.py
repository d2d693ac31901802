"""Distillation: the loss, its exact gradient, and what it leaves alone."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import knowledge_distillation, soft_labels


class Recorder:
    """A student that is a table of logits: it hands them out and keeps the gradient that comes back."""

    def __init__(self, logits):
        self.logits, self.gradients, self.trainings = list(logits), [], []

    def forward(self, x, training=False):
        self.trainings.append(training)
        return self.logits[len(self.trainings) - 1]

    def backward(self, dlogits):
        self.gradients.append(dlogits)


class Steps:
    def __init__(self):
        self.calls = []

    def zero_grad(self):
        self.calls.append("zero_grad")

    def step(self):
        self.calls.append("step")


def logits(n, seed, scale=2.0):
    return scale * np.random.default_rng(seed).normal(size=(n, 4))


def distil(z_s, z_t, labels=None, **options):
    """One batch; returns the loss, the gradient and the recorders."""
    student, teacher, steps = Recorder([z_s]), Recorder([z_t]), Steps()
    loader = iter([(np.zeros((len(z_s), 3)), labels)])
    loss = knowledge_distillation(student, teacher, nn.soft_cross_entropy, loader, steps, **options)
    return loss, student.gradients[0], student, teacher, steps


def test_one_sample_worked_by_hand():
    # T = 2; z_t / T = [ln 3, 0] -> [3/4, 1/4]; z_s / T = [0, 0] -> [1/2, 1/2]
    # loss = T^2 ln 2; gradient = T^2 / T ([1/2, 1/2] - [3/4, 1/4]) = 2 [-1/4, 1/4]
    loss, dz_s, *_ = distil(np.zeros((1, 2)), np.array([[2 * np.log(3.0), 0.0]]), temperature=2)

    assert loss == pytest.approx(4 * np.log(2))
    np.testing.assert_allclose(dz_s, [[-0.5, 0.5]])


@pytest.mark.parametrize(("temperature", "alpha"), [(1.0, 1.0), (4.0, 1.0), (3.0, 0.7), (0.5, 0.25), (2.0, 0.0)])
def test_gradient_is_the_derivative_of_the_returned_loss(temperature, alpha):
    z_s, z_t, labels = logits(3, 0), logits(3, 1), np.array([0, 3, 1])
    options = {"temperature": temperature, "alpha": alpha}
    _, dz_s, *_ = distil(z_s, z_t, labels, **options)

    numeric, h = np.zeros_like(z_s), 1e-5
    for index in np.ndindex(*z_s.shape):
        up, down = z_s.copy(), z_s.copy()
        up[index] += h
        down[index] -= h
        numeric[index] = (distil(up, z_t, labels, **options)[0] - distil(down, z_t, labels, **options)[0]) / (2 * h)

    np.testing.assert_allclose(dz_s, numeric, atol=1e-8)


def test_the_limit_of_high_temperature_is_the_matching_of_logits():
    z_s, z_t = logits(5, 0), logits(5, 1)
    _, dz_s, *_ = distil(z_s, z_t, temperature=1e4)

    def centred(z):
        return z - z.mean(axis=1, keepdims=True)

    n, classes = z_s.shape
    np.testing.assert_allclose(dz_s, (centred(z_s) - centred(z_t)) / (n * classes), rtol=2e-3, atol=1e-6)


def test_alpha_weighs_the_soft_term_and_the_rest_is_cross_entropy_at_temperature_one():
    z_s, z_t, labels = logits(3, 0), logits(3, 1), np.array([0, 3, 1])
    soft_loss, soft_gradient, *_ = distil(z_s, z_t, temperature=5)
    hard_loss, hard_gradient = nn.softmax_cross_entropy(z_s, labels)

    loss, dz_s, *_ = distil(z_s, z_t, labels, temperature=5, alpha=0.3)

    assert loss == pytest.approx(0.3 * soft_loss + 0.7 * hard_loss)
    np.testing.assert_allclose(dz_s, 0.3 * soft_gradient + 0.7 * hard_gradient)


def test_the_teacher_alone_at_temperature_4_is_what_nothing_said_means():
    z_s, z_t = logits(3, 0), logits(3, 1)

    loss, dz_s, *_ = distil(z_s, z_t)
    expected, gradient, *_ = distil(z_s, z_t, temperature=4.0, alpha=1.0)

    assert loss == expected
    np.testing.assert_array_equal(dz_s, gradient)


def test_agrees_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this test")
    functional = torch.nn.functional
    z_s, z_t, labels, T = logits(6, 0), logits(6, 1), np.array([0, 3, 1, 2, 2, 0]), 4.0
    student = torch.from_numpy(z_s.copy()).requires_grad_()
    targets = functional.softmax(torch.from_numpy(z_t) / T, dim=1)
    soft = functional.cross_entropy(student / T, targets) * T * T
    expected = 0.8 * soft + 0.2 * functional.cross_entropy(student, torch.from_numpy(labels))
    expected.backward()

    loss, dz_s, *_ = distil(z_s, z_t, labels, temperature=T, alpha=0.8)

    assert loss == pytest.approx(expected.item())
    np.testing.assert_allclose(dz_s, student.grad.numpy(), atol=1e-12)


def test_pure_distillation_never_looks_at_the_labels():
    loss, *_ = distil(logits(2, 0), logits(2, 1), labels=object())

    assert np.isfinite(loss)


def test_without_a_soft_term_it_is_training_on_hard_labels_and_the_teacher_is_not_asked():
    z_s, labels = logits(3, 0), np.array([0, 3, 1])
    expected_loss, expected_gradient = nn.softmax_cross_entropy(z_s, labels)

    loss, dz_s, _, teacher, _ = distil(z_s, None, labels, alpha=0.0)

    assert loss == expected_loss
    np.testing.assert_array_equal(dz_s, expected_gradient)
    assert teacher.trainings == []


def test_student_trains_teacher_infers_and_gradients_are_cleared_before_each_step():
    *_, student, teacher, steps = distil(logits(2, 0), logits(2, 1))

    assert student.trainings == [True]
    assert teacher.trainings == [False]
    assert teacher.gradients == []
    assert steps.calls == ["zero_grad", "step"]


def test_loss_is_the_mean_over_samples_not_over_batches():
    z_s, z_t = [logits(5, 0), logits(2, 1)], [logits(5, 2), logits(2, 3)]
    losses = [distil(s, t)[0] for s, t in zip(z_s, z_t, strict=True)]
    loader = ((np.zeros((len(z), 3)), None) for z in z_s)

    got = knowledge_distillation(Recorder(z_s), Recorder(z_t), nn.soft_cross_entropy, loader, Steps())

    assert got == pytest.approx((5 * losses[0] + 2 * losses[1]) / 7)
    assert type(got) is float


def test_large_logits_in_float32_stay_finite():
    z = np.array([[1e4, -1e4], [-3e4, 3e4]], np.float32)

    loss, dz_s, *_ = distil(-z, z, temperature=4)

    assert np.isfinite(loss)
    assert dz_s.dtype == np.float32
    np.testing.assert_allclose(dz_s, np.float32(4 / 2) * np.array([[-1, 1], [1, -1]]))


@pytest.mark.parametrize("temperature", [0, -4.0, np.nan, np.inf, None, "4"])
def test_a_bad_temperature_is_refused_before_the_loader_is_touched(temperature):
    loader = iter([(np.zeros((1, 3)), None)])

    with pytest.raises(ValueError, match="knowledge_distillation: temperature must be a finite number > 0"):
        knowledge_distillation(Recorder([]), Recorder([]), nn.soft_cross_entropy, loader, Steps(), temperature)
    assert len(list(loader)) == 1


@pytest.mark.parametrize("alpha", [-0.1, 1.1, np.nan, None])
def test_a_bad_alpha_is_named(alpha):
    with pytest.raises(ValueError, match="knowledge_distillation: alpha must be a finite number >= 0 and <= 1"):
        knowledge_distillation(Recorder([]), Recorder([]), nn.soft_cross_entropy, [], Steps(), alpha=alpha)


@pytest.mark.parametrize("loader", [[], iter([]), [(np.zeros((0, 3)), np.zeros(0, int))]])
def test_an_empty_loader_is_refused_and_the_student_stays(loader):
    student = nn.zoo.mlp([3, 4], rng=np.random.default_rng(0))
    before = student.state_dict()

    with pytest.raises(ValueError, match="data_loader must yield at least one sample"):
        knowledge_distillation(
            student, student.copy(), nn.soft_cross_entropy, loader, nn.SGD(student.parameters(), 0.1)
        )
    np.testing.assert_array_equal(student.state_dict()["1.weight"], before["1.weight"])


def test_a_student_moves_towards_its_teacher_who_stays():
    rng = np.random.default_rng(0)
    teacher = nn.Sequential(nn.Linear(6, 12, rng=rng), nn.BatchNorm1d(12), nn.ReLU(), nn.Linear(12, 4, rng=rng))
    student = nn.zoo.mlp([6, 5, 4], rng=rng)
    x = rng.normal(size=(90, 6)).astype(np.float32)
    before = teacher.state_dict()
    optimizer = nn.SGD(student.parameters(), 0.05, momentum=0.9)

    def distance():
        p_t, p_s = soft_labels(teacher.predict(x), 3), soft_labels(student.predict(x), 3)
        return np.abs(p_t - p_s).mean()

    first = distance()
    for _ in range(15):
        loader = nn.batches(x, np.zeros(90, int), 20, rng=rng)
        knowledge_distillation(student, teacher, nn.soft_cross_entropy, loader, optimizer, 3.0)

    assert distance() < first / 3
    for name, array in teacher.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("classes", "labels", "text"),
    [
        (4, [0, 1, 2], r"must have the same number of classes, got logits of shapes \(3, 3\) and \(3, 4\)"),
        (3, [0, 1, 3], "labels must lie from 0 to 2"),
    ],
)
def test_a_refused_batch_leaves_both_networks_as_they_were(classes, labels, text):
    rng = np.random.default_rng(0)

    def network(classes):
        layers = nn.Linear(5, 6, rng=rng), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, classes, rng=rng)
        return nn.Sequential(layers, input_shape=(5,))

    student, teacher = network(3), network(classes)
    before = [{name: array.copy() for name, array in model.state_dict().items()} for model in (student, teacher)]
    batch = rng.normal(size=(3, 5)).astype(np.float32), np.array(labels)
    optimizer = nn.SGD(student.parameters(), 0.1)
    with pytest.raises(ValueError, match=text):
        knowledge_distillation(student, teacher, nn.soft_cross_entropy, [batch], optimizer, alpha=0.5)
    for model, state in zip((student, teacher), before, strict=True):
        for name, array in model.state_dict().items():
            np.testing.assert_array_equal(array, state[name], err_msg=name)
