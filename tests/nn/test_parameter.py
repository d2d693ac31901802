import copy

import numpy as np
import pytest

from minicompress import nn


class Scale(nn.WeightTransform):
    """y = factor w, with a projection that clips the master."""

    def __init__(self, factor):
        self.factor = factor

    def forward(self, w):
        return self.factor * w

    def backward(self, dy):
        return self.factor * dy

    def project(self, value):
        np.clip(value, -1, 1, out=value)


class Square(nn.WeightTransform):
    def forward(self, w):
        self.w = w.copy()
        return w * w

    def backward(self, dy):
        return 2 * self.w * dy


def test_value_is_float32_and_independent_of_the_array_given():
    given = np.array([1, 2, 3])
    parameter = nn.Parameter(given)
    given[0] = 9
    assert parameter.value.dtype == np.float32
    assert parameter.value.tolist() == [1, 2, 3]
    assert parameter.grad.tolist() == [0, 0, 0]


def test_assigned_array_is_not_the_one_that_training_writes_into():
    parameter = nn.Parameter(np.zeros(2, np.float32))
    rewind = np.ones(2, np.float32)
    parameter.value = rewind
    parameter.grad[...] = 1
    nn.SGD([parameter], 0.5).step()
    assert rewind.tolist() == [1, 1]
    assert parameter.value.tolist() == [0.5, 0.5]


def test_assigning_float64_makes_value_and_gradient_float64():
    parameter = nn.Parameter(np.zeros(2, np.float32))
    parameter.value = np.array([0.1, 0.2])
    assert parameter.value.dtype == parameter.grad.dtype == np.float64


def test_assigning_another_shape_is_refused_and_changes_nothing():
    parameter = nn.Parameter(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"Parameter: value must have shape \(2, 3\), got shape \(3,\)"):
        parameter.value = np.zeros(3)
    assert (parameter.value == 1).all()


class Swap(nn.WeightTransform):
    def forward(self, w):
        return w[::-1].copy()

    def backward(self, dy):
        return dy[::-1].copy()


def test_chain_applies_first_to_last_and_gradients_run_back():
    # seen = (3 w)^2 = 9 w^2, then swapped. dy = 1 and 10 swaps back to 10 and 1, times 18 w = 36 and -18.
    parameter = nn.Parameter(np.array([2.0, -1.0]))
    parameter.transforms = [Scale(3.0), Square(), Swap()]
    assert parameter.forward().tolist() == [9, 36]
    parameter.backward(np.array([1.0, 10.0]))
    assert parameter.grad.tolist() == [360, -18]


def test_backward_accumulates_until_zero_grad():
    parameter = nn.Parameter(np.zeros(2))
    parameter.backward(np.array([1.0, 2.0]))
    parameter.backward(np.array([1.0, 2.0]))
    assert parameter.grad.tolist() == [2, 4]
    parameter.zero_grad()
    assert parameter.grad.tolist() == [0, 0]


def test_a_gradient_that_was_read_keeps_its_numbers():
    parameter = nn.Parameter(np.zeros(2))
    parameter.backward(np.array([3.0, 1.0]))
    read = parameter.grad
    parameter.backward(np.ones(2))
    assert read.tolist() == [3, 1]
    assert parameter.grad.tolist() == [4, 2]
    parameter.zero_grad()
    assert read.tolist() == [3, 1]
    assert parameter.grad.tolist() == [0, 0]


def test_the_same_gradient_given_twice_counts_twice_and_stays_as_it_was():
    parameter, given = nn.Parameter(np.zeros(2)), np.array([3.0, 1.0])
    parameter.backward(given)
    parameter.backward(given)
    assert given.tolist() == [3, 1]
    assert parameter.grad.tolist() == [6, 2]


def test_reading_a_gradient_that_is_zero_gives_an_array_to_write_into():
    parameter = nn.Parameter(np.zeros(2))
    parameter.zero_grad()
    assert copy.deepcopy(parameter).grad.tolist() == [0, 0]
    parameter.grad[...] = 2
    parameter.backward(np.ones(2))
    assert parameter.grad.tolist() == [3, 3]


def test_a_gradient_that_was_assigned_is_added_to():
    parameter = nn.Parameter(np.zeros(2))
    parameter.zero_grad()
    parameter.grad = np.array([1.0, 2.0])
    parameter.backward(np.ones(2))
    assert parameter.grad.tolist() == [2, 3]


def test_watching_gradients_does_not_change_training():
    finals = []
    for is_watched in (False, True):
        model = nn.zoo.mlp([12, 9, 3], rng=np.random.default_rng(0))
        optimizer = nn.SGD(model.parameters(), 0.1, momentum=0.9)
        x, y = np.random.default_rng(1).standard_normal((20, 12)).astype(np.float32), np.arange(20) % 3
        for _ in range(5):
            optimizer.zero_grad()
            model.backward(nn.softmax_cross_entropy(model.forward(x), y)[1])
            if is_watched:
                assert all(np.abs(parameter.grad).max() < 10 for parameter in model.parameters())
            optimizer.step()
        finals.append(model.state_dict())
    for name, array in finals[0].items():
        np.testing.assert_array_equal(array, finals[1][name])


def test_effective_is_an_array_of_its_own_with_and_without_transforms():
    parameter = nn.Parameter(np.array([1.0, 2.0]))
    for transforms in ([], [Scale(2.0)]):
        parameter.transforms = transforms
        parameter.effective()[...] = 7
        assert parameter.value.tolist() == [1, 2]


def test_bake_writes_what_the_network_sees_in_place_and_drops_the_chain():
    parameter = nn.Parameter(np.array([1.0, -2.0]))
    master = parameter.value
    parameter.transforms = [Scale(2.0)]
    parameter.bake()
    assert parameter.value is master
    assert parameter.value.tolist() == [2, -4]
    assert parameter.transforms == []
    assert parameter.effective().tolist() == [2, -4]


def test_optimizer_projects_the_master_after_its_step():
    parameter = nn.Parameter(np.array([0.5, -0.5]))
    parameter.transforms = [Scale(2.0)]
    parameter.grad[...] = [-100, 3]
    nn.SGD([parameter], 1.0).step()
    assert parameter.value.tolist() == [1, -1]


def test_deep_copy_shares_nothing():
    parameter = nn.Parameter(np.array([1.0, 2.0]))
    parameter.transforms = [Scale(2.0)]
    twin = copy.deepcopy(parameter)
    twin.value[...] = 0
    twin.grad[...] = 5
    twin.transforms[0].factor = 0.0
    assert parameter.effective().tolist() == [2, 4]
    assert parameter.grad.tolist() == [0, 0]


def test_text_names_the_chain():
    parameter = nn.Parameter(np.zeros((2, 3), np.float32))
    parameter.transforms = [Scale(2.0), Square()]
    assert repr(parameter) == "Parameter(shape=(2, 3), dtype=float32 -> Scale -> Square)"
