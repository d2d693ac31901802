"""The foundation exercises and the layers of `minicompress.nn` say the same; PyTorch is asked too, where installed.

Solutions and right answers are held against the library on shapes that no graded check uses, and the solution of the
gradient check against `nn.check_gradients`, on layers that are right and on layers that are subtly wrong.
"""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit_command import solution

from minicompress import nn
from minicompress.kit.grading.diagnosis.answers import right_answers

LINEAR = "foundations/linear_backward"
LOSS = "foundations/softmax_cross_entropy"
CONV = "foundations/conv2d_im2col"
NORM = "foundations/batchnorm_backward"
CHECK = "foundations/gradient_check"
sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32 - 1)


def solve(exercise_id):
    names = {}
    exec(solution(exercise_id), names)
    return names[exercise_id.split("/")[1]]


def answers(exercise_id):
    """The solution, then every right answer."""
    return [solve(exercise_id)] + [answer.function for answer in right_answers(exercise_id)]


ANSWERS = {exercise_id: answers(exercise_id) for exercise_id in (LINEAR, LOSS, CONV, NORM, CHECK)}


def assert_agree(got, expected):
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)  # one right answer works in float32


def of_layer(layer, x, dy, training=False):
    """(y, dx, gradients of the parameters in order)."""
    y = layer.forward(x, training=training)
    layer.zero_grad()
    dx = layer.backward(dy)
    return y, dx, *(parameter.grad for parameter in layer.parameters())


# --- layers and loss --------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(n=st.integers(0, 4), inputs=sizes, outputs=sizes, seed=seeds)
def test_linear_backward_is_that_of_the_layer(n, inputs, outputs, seed):
    rng = np.random.default_rng(seed)
    layer = nn.Linear(inputs, outputs, rng=rng).astype(np.float64)
    x, dy = rng.normal(size=(n, inputs)), rng.normal(size=(n, outputs))
    _, *expected = of_layer(layer, x, dy)
    for answer in ANSWERS[LINEAR]:
        assert_agree(answer(x, layer.weight.value, dy), expected)


@settings(deadline=None, max_examples=40)
@given(n=sizes, classes=sizes, spread=st.sampled_from([0.1, 1.0, 50.0, 2000.0]), seed=seeds)
def test_cross_entropy_is_that_of_the_library(n, classes, spread, seed):
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(0, spread, (n, classes)), rng.integers(0, classes, n)
    expected = nn.softmax_cross_entropy(logits, labels)
    for answer in ANSWERS[LOSS]:
        assert_agree(answer(logits, labels), expected)


@settings(deadline=None, max_examples=60)
@given(
    n=st.integers(1, 2),
    channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    extra=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    seed=seeds,
)
def test_convolution_is_that_of_the_layer(n, channels, kernel, extra, stride, padding, seed):
    rng = np.random.default_rng(seed)
    layer = nn.Conv2d(*channels, kernel, stride=stride, padding=padding, rng=rng).astype(np.float64)
    layer.bias.value[...] = rng.normal(size=channels[1])
    x = rng.normal(size=(n, channels[0], kernel[0] + extra[0], kernel[1] + extra[1]))
    dy = rng.normal(size=layer.forward(x).shape)
    y, dx, dw, db = of_layer(layer, x, dy)
    for answer in ANSWERS[CONV]:
        w, b = layer.weight.value, layer.bias.value
        assert_agree(answer(x, w, b, dy, stride, padding), (y, dx, dw, db))
        forward_alone = answer(x, w, b, None, stride, padding)
        assert_agree(forward_alone[:1], (y,))
        assert forward_alone[1:] == (None, None, None)


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(2, 4), channels=sizes, image=st.none() | st.tuples(sizes, sizes), training=st.booleans(), seed=seeds
)
def test_batch_norm_is_that_of_the_layer(n, channels, image, training, seed):
    rng = np.random.default_rng(seed)
    layer = (nn.BatchNorm2d if image else nn.BatchNorm1d)(channels, eps=0.01).astype(np.float64)
    layer.gamma.value[...] = rng.normal(size=channels)
    layer.running_mean[...], layer.running_var[...] = rng.normal(size=channels), rng.uniform(0.5, 2, channels)
    running = layer.running_mean.copy(), layer.running_var.copy()
    x, dy = rng.normal(1, 1, (n, channels, *(image or ()))), rng.normal(size=(n, channels, *(image or ())))
    _, *expected = of_layer(layer, x, dy, training=training)
    for answer in ANSWERS[NORM]:
        assert_agree(answer(x, layer.gamma.value, dy, *running, training, 0.01), expected)


# --- the gradient check -----------------------------------------------------------------------------------------------


def as_functions(layer, training=False):
    """A layer's forward and backward as pure functions of x and its parameters, and its parameters' values."""

    def with_values(values):
        twin = copy.deepcopy(layer)
        for parameter, value in zip(twin.parameters(), values, strict=True):
            parameter.value[...] = value
        return twin

    def forward(x, *values):
        return with_values(values).forward(x, training=training)

    def backward(x, *rest):
        *values, dy = rest
        _, *gradients = of_layer(with_values(values), x, dy, training=training)
        return gradients

    return forward, backward, [parameter.value for parameter in layer.parameters()]


class TransposedLinear(nn.Linear):
    """A linear layer whose dx has one transpose too many: in = out hides it."""

    def backward(self, dy, need_dx=True):
        super().backward(dy)
        return dy @ self.weight.value.T


class MeanBiasConv(nn.Conv2d):
    """A convolution whose db is a mean over the positions."""

    def backward(self, dy, need_dx=True):
        dx = super().backward(dy)
        self.bias.grad /= dy[0, 0].size
        return dx


class ConstantStatistics(nn.BatchNorm1d):
    """Batch norm that takes the batch's mean and variance for constants."""

    def backward(self, dy):
        super().backward(dy)
        return self.gamma.value / np.sqrt(self.seen.var(axis=0) + self.eps) * dy

    def forward(self, x, training=False):
        self.seen = x
        return super().forward(x, training=training)


def layers(rng):
    """{name: (layer, shape of x, training, whether its backward is right)}"""
    return {
        "linear": (nn.Linear(4, 3, rng=rng), (2, 4), False, True),
        "convolution": (nn.Conv2d(2, 3, 2, stride=2, padding=1, rng=rng), (2, 2, 3, 4), False, True),
        "tanh": (nn.Tanh(), (3, 2), False, True),
        "batch norm, training": (nn.BatchNorm1d(2), (4, 2), True, True),
        "batch norm, inference": (nn.BatchNorm2d(2), (2, 2, 2, 1), False, True),
        "a transpose too many": (TransposedLinear(3, 3, rng=rng), (2, 3), False, False),
        "db a mean": (MeanBiasConv(1, 2, 2, rng=rng), (1, 1, 3, 3), False, False),
        "constant statistics": (ConstantStatistics(2), (4, 2), True, False),
    }


@pytest.mark.parametrize("name", layers(np.random.default_rng(0)))
def test_the_gradient_check_and_the_library_give_the_same_verdict(name, rng):
    layer, shape, training, right = layers(rng)[name]
    layer = layer.astype(np.float64)
    x = rng.normal(size=shape)
    if right:
        nn.check_gradients(layer, x, rng=rng, training=training)
    else:
        with pytest.raises(nn.GradientMismatch):
            nn.check_gradients(layer, x, rng=rng, training=training)
    forward, backward, values = as_functions(layer, training)
    dy = rng.normal(size=forward(x, *values).shape)
    for answer in ANSWERS[CHECK]:
        passed, errors = answer(forward, backward, [x, *values], dy)
        assert passed is right
        assert len(errors) == 1 + len(values)


def test_the_gradient_check_passes_the_other_solutions(rng):
    """The exercises check each other: what a learner writes last tests what was written first."""
    gradient_check, loss, conv, norm = (ANSWERS[exercise_id][0] for exercise_id in (CHECK, LOSS, CONV, NORM))
    labels, gamma = np.array([2, 0, 1]), rng.normal(size=2)

    def normalize(x):
        return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)

    cases = {
        LOSS: (
            lambda z: np.array(loss(z, labels)[0]),
            lambda z, dy: (dy * loss(z, labels)[1],),
            [rng.normal(size=(3, 4))],
        ),
        CONV: (
            lambda x, w, b: conv(x, w, b, None, 2, 1)[0],
            lambda x, w, b, dy: conv(x, w, b, dy, 2, 1)[1:],
            [rng.normal(size=(2, 2, 4, 5)), rng.normal(size=(3, 2, 3, 2)), rng.normal(size=3)],
        ),
        NORM: (
            normalize,
            lambda x, dy: norm(x, gamma, dy, np.zeros(2), np.ones(2), True)[:1],
            [rng.normal(size=(5, 2))],
        ),
    }
    for exercise_id, (forward, backward, inputs) in cases.items():
        dy = rng.normal(size=forward(*inputs).shape)
        passed, errors = gradient_check(forward, backward, inputs, dy)
        assert passed, f"{exercise_id}: {errors}"


# --- PyTorch ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is the oracle here; the test extra does without it")


def gradients_of(torch, function, arrays, dy):
    """y and the gradients of `function` by autograd."""
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    y = function(*tensors)
    gradients = torch.autograd.grad(y, tensors, torch.tensor(dy))
    return [tensor.detach().numpy() for tensor in (y, *gradients)]


def test_the_solutions_agree_with_autograd(torch, rng):
    functional = torch.nn.functional
    x, w, b, dy = (rng.normal(size=shape) for shape in [(5, 3), (4, 3), (4,), (5, 4)])
    _, *expected = gradients_of(torch, functional.linear, [x, w, b], dy)
    assert_agree(ANSWERS[LINEAR][0](x, w, dy), expected)

    labels = np.array([3, 0, 1, 1, 2])
    logits = 30 * rng.normal(size=(5, 4))
    expected = gradients_of(torch, lambda z: functional.cross_entropy(z, torch.tensor(labels)), [logits], 1.0)
    assert_agree(ANSWERS[LOSS][0](logits, labels), expected)

    images, kernels = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 2))
    dy = rng.normal(size=(2, 4, 3, 3))
    expected = gradients_of(torch, lambda *a: functional.conv2d(*a, stride=2, padding=1), [images, kernels, b], dy)
    assert_agree(ANSWERS[CONV][0](images, kernels, b, dy, 2, 1), expected)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_agrees_with_autograd(torch, rng, training):
    x, dy = rng.normal(size=(2, 4, 3, 2, 5))
    gamma, beta, mean, var = rng.normal(size=3), rng.normal(size=3), rng.normal(size=3), rng.uniform(0.5, 2, 3)

    def batch_norm(x, gamma, beta):
        running = torch.tensor(mean), torch.tensor(var)
        return torch.nn.functional.batch_norm(x, *running, gamma, beta, training=training, eps=0.01)

    _, *expected = gradients_of(torch, batch_norm, [x, gamma, beta], dy)
    assert_agree(ANSWERS[NORM][0](x, gamma, dy, mean, var, training, 0.01), expected)
