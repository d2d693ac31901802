"""Mistakes that would train in silence are refused before the first step."""

from types import SimpleNamespace

import numpy as np
import pytest
from two_clouds import fit, small_mlp, two_clouds

from minicompress import nn
from minicompress.nn.checks import check_apart, check_optimizer, evaluate, first_not_finite
from minicompress.quantization.activations import ActivationQuantizer


def test_optimizer_of_another_model_is_refused():
    x, y = two_clouds()
    model = small_mlp()
    with pytest.raises(ValueError, match="fit: optimizer must be over this model's parameters"):
        fit(model.copy(), x, y, optimizer=nn.SGD(model.parameters(), 0.1))


def test_a_model_with_nan_or_infinity_is_refused_by_the_name_of_the_array():
    x, y = two_clouds()
    for value in (np.nan, np.inf):
        model = small_mlp()
        model.layers[3].weight.value[1, 2] = value
        with pytest.raises(ValueError, match=r"fit: model must have finite .* NaN or infinity in 3\.weight"):
            fit(model, x, y)
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Residual(nn.Linear(2, 2, rng=np.random.default_rng(0))))
    model.layers[0].running_var[1] = np.nan  # training does not look at it, inference does
    with pytest.raises(ValueError, match=r"NaN or infinity in 0\.running_var"):
        fit(model, x, y)


def test_arrays_that_nothing_has_set_yet_are_no_mistake(rng):
    model = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.BatchNorm1d(2), ActivationQuantizer(8))
    assert np.isnan(model.layers[2].limits).all()
    assert first_not_finite(model) is None
    model.layers[1].running_mean[0] = np.inf
    assert first_not_finite(model) == "1.running_mean"


def test_a_teacher_may_share_no_layer_and_no_parameter_with_its_student(rng):
    student = small_mlp()
    check_apart("train", student, student.copy())
    check_apart("train", student, lambda x: x)
    teacher = nn.Sequential(nn.Residual(nn.Linear(8, 8, rng=rng)), nn.ReLU())
    check_apart("train", student, teacher)
    teacher.layers[0].body.layers[0].weight = student.layers[3].weight
    with pytest.raises(ValueError, match=r"train: the teacher must share no layer.*Linear.* in both"):
        check_apart("train", student, teacher)


def test_an_optimizer_over_the_teacher_is_refused_and_one_of_ones_own_is_taken():
    student, teacher = small_mlp(), small_mlp(1)
    both = nn.SGD([*student.parameters(), *teacher.parameters()], 0.1)
    check_optimizer("train", both, student)
    with pytest.raises(ValueError, match="train: optimizer must not have parameters of the teacher"):
        check_optimizer("train", both, student, teacher)
    check_optimizer("train", SimpleNamespace(zero_grad=lambda: None, step=lambda: None), student, teacher)
    with pytest.raises(ValueError, match="train: optimizer must be an optimizer"):
        check_optimizer("train", SimpleNamespace(step=lambda: None), student)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (3.0, r"function that returns \(loss, gradient\)"),
        ((np.ones(2), np.ones((2, 3))), r"function that returns \(loss, gradient\)"),
        ((1.0, np.ones(3)), r"\(2, 3\), got shape \(3,\)"),
        ((1.0, np.full((2, 3), np.nan)), "gradient that loss returns must be finite"),
    ],
)
def test_a_loss_returns_a_number_and_a_gradient_of_the_shape_of_its_first_argument(returned, message):
    with pytest.raises(ValueError, match=message):
        evaluate("f", lambda y: returned, np.zeros((2, 3)))


def test_a_loss_gets_its_targets_and_its_value_is_a_plain_float():
    value, gradient = evaluate("f", lambda y, a, b: (np.float32(a + b), y), np.zeros((2, 3)), 1, 2)
    assert (type(value), value, gradient.shape) == (float, 3.0, (2, 3))
    value, _ = evaluate("f", lambda y: (np.nan, y + np.nan), np.zeros(2))  # the loop tells a loss that diverges
    assert np.isnan(value)
