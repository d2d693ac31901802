import numpy as np
import pytest

from minicompress import nn


def parameter(value=1.0):
    return nn.Parameter(np.array([value]))


def run(optimizer, gradients):
    """The parameter's value after each step with the given gradients."""
    (p,) = optimizer.parameters
    values = []
    for g in gradients:
        optimizer.zero_grad()
        p.grad += g
        optimizer.step()
        values.append(p.value[0])
    return values


def test_plain_gradient_descent_by_hand():
    assert run(nn.SGD([parameter()], learning_rate=0.5), [1, 2]) == [0.5, -0.5]


def test_momentum_by_hand():
    # v = 1, then 0.5 * 1 + 1 = 1.5, then 0.5 * 1.5 + 0 = 0.75: it moves on without a gradient
    assert run(nn.SGD([parameter(0.0)], 1.0, momentum=0.5), [1, 1, 0]) == [-1, -2.5, -3.25]


def test_nesterov_by_hand():
    # g + 0.5 v: 1 + 0.5, then 1 + 0.75
    assert run(nn.SGD([parameter(0.0)], 1.0, momentum=0.5, nesterov=True), [1, 1]) == [-1.5, -3.25]


def test_weight_decay_is_part_of_the_gradient():
    # g = 0 + 0.5 * 1; w = 1 - 0.1 * 0.5
    assert run(nn.SGD([parameter()], 0.1, weight_decay=0.5), [0]) == [0.95]


@pytest.mark.parametrize("size", [1e-3, 1, 1e3])
def test_first_step_of_adam_is_the_learning_rate_whatever_the_gradient(size):
    assert run(nn.Adam([parameter(0.0)], 0.01), [size])[0] == pytest.approx(-0.01, rel=1e-4)


def test_adam_by_hand():
    # b1 = 1/2, b2 = 3/4, g = 1, 3. Step 2: m = 1/4 + 3/2 = 7/4, divided by 1 - 1/4 it is 7/3;
    # v = 3/16 + 9/4 = 39/16, divided by 1 - 9/16 it is 39/7. eps stands beside the root.
    values = run(nn.Adam([parameter(0.0)], 1.0, betas=(0.5, 0.75), eps=0.5), [1, 3])
    assert values == pytest.approx([-1 / 1.5, -1 / 1.5 - (7 / 3) / ((39 / 7) ** 0.5 + 0.5)])


def test_adamw_decays_apart_from_the_gradient():
    assert run(nn.AdamW([parameter(2.0)], 0.1, weight_decay=0.5), [0])[0] == pytest.approx(2 * (1 - 0.05))
    assert run(nn.Adam([parameter(2.0)], 0.1, weight_decay=0.5), [0])[0] == pytest.approx(2 - 0.1)


OPTIMIZERS = {
    "sgd": lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adam": lambda p: nn.Adam(p, 0.1, weight_decay=0.1),
    "adamw": lambda p: nn.AdamW(p, 0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_step_works_in_place_keeps_float32_and_takes_a_numpy_learning_rate(name):
    p = nn.Parameter(np.ones(3, np.float32))
    master = p.value
    optimizer = OPTIMIZERS[name]([p])
    optimizer.learning_rate = np.float64(0.25)
    p.grad[...] = 1
    optimizer.step()
    assert p.value is master
    assert p.value.dtype == np.float32
    assert (p.value < 1).all()
    assert (p.grad == 1).all()  # the gradient is the caller's


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_value_assigned_between_steps_is_what_the_next_step_moves(name):
    p = nn.Parameter(np.ones(2, np.float32))
    optimizer = OPTIMIZERS[name]([p])
    for new in (np.full(2, 5, np.float32), np.full(2, 7.0)):
        p.grad[...] = 1
        optimizer.step()
        p.value = new
        optimizer.step()
        assert (p.value < new).all()
        assert (p.value > new - 2).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_projection_holds_against_momentum_and_decay(name):
    class Freeze(nn.WeightTransform):
        def forward(self, w):
            return w.copy()

        def backward(self, dy):
            return dy.copy()

        def project(self, value):
            value[0] = 0

    p = nn.Parameter(np.ones(2, np.float32))
    optimizer = OPTIMIZERS[name]([p])
    p.grad[...] = 1
    optimizer.step()  # the momentum of before
    p.transforms = [Freeze()]
    for _ in range(3):
        optimizer.step()
        assert p.value[0] == 0
    assert p.value[1] < 1


def test_zero_grad_clears_every_gradient():
    parameters = [parameter(), parameter()]
    optimizer = nn.SGD(parameters, 0.1)
    for p in parameters:
        p.grad += 3
    optimizer.zero_grad()
    assert [p.grad[0] for p in parameters] == [0, 0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SGD([], 0.1), "SGD: parameters must be Parameters, as in model.parameters.., got .."),
        (lambda: nn.SGD(nn.ReLU(), 0.1), "SGD: parameters must be Parameters"),
        (lambda: nn.Adam([np.zeros(3)]), "Adam: parameters must be Parameters"),
        (lambda: nn.SGD([parameter()], -0.1), "SGD: learning_rate must be a finite number >= 0, got -0.1"),
        (lambda: nn.SGD([parameter()], float("nan")), "SGD: learning_rate must be a finite number >= 0, got nan"),
        (lambda: nn.SGD([parameter()], 0.1, momentum=-1), "SGD: momentum must be a finite number >= 0, got -1"),
        (lambda: nn.SGD([parameter()], 0.1, nesterov=True), "SGD: momentum must be positive with nesterov, got 0.0"),
        (lambda: nn.AdamW([parameter()], weight_decay=-1), "AdamW: weight_decay must be a finite number >= 0"),
        (lambda: nn.Adam([parameter()], betas=(0.9, 1.0)), "Adam: betas must be a finite number >= 0 and < 1, got 1.0"),
        (lambda: nn.Adam([parameter()], betas=0.9), "Adam: betas must be two numbers"),
    ],
)
def test_wrong_arguments_are_told(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make", [nn.SGD, nn.Adam, nn.AdamW])
@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -0.1, None, "0.1"])
def test_a_learning_rate_that_became_none_is_refused_at_the_step(make, rate):
    parameter = nn.Parameter(np.ones(2))
    optimizer = make([parameter], 0.1)
    parameter.grad[...] = 1
    optimizer.learning_rate = rate
    with pytest.raises(ValueError, match=f"{make.__name__}: learning_rate must be a finite number >= 0, got"):
        optimizer.step()
    assert parameter.value.tolist() == [1, 1]
