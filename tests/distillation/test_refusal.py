"""Both trainers refuse what would train the wrong network, on the wrong numbers, or without batches."""

import numpy as np
import pytest
from two_trainers import SOFT, X, Y, both, by_distil, by_kd, network, refused, sgd

from minicompress import nn
from minicompress.distillation import (
    Hint,
    Term,
    distil,
    kd_loss,
    knowledge_distillation,
)
from minicompress.quantization import ActivationQuantizer, MinMaxObserver


@both
def test_an_optimizer_over_the_teacher_is_refused(train):
    student, teacher = network(0), network(1)
    refused(train, student, teacher, sgd(teacher), "optimizer must be over this model's parameters")
    refused(train, student, teacher, sgd(student, teacher), "optimizer must not have parameters of the teacher")
    optimizer = nn.SGD([*student.parameters(), teacher.layers[1].beta], 0.1)
    refused(train, student, teacher, optimizer, "optimizer must not have parameters of the teacher")


@both
@pytest.mark.parametrize("index", [0, 1, 3])
def test_a_teacher_that_shares_a_layer_is_refused(train, index):
    student, teacher = network(0), network(1)
    student.layers[index] = teacher.layers[index]
    own = [p for p in student.parameters() if p not in teacher.layers[index].parameters()]
    for parameters in (student.parameters(), own):  # also where the optimizer leaves it out: batch norm moves
        optimizer = nn.SGD(parameters, 0.1)
        refused(train, student, teacher, optimizer, "the teacher must share no layer or Parameter with the student")


@both
def test_sharing_is_found_inside_residuals_and_for_one_parameter_alone(train):
    rng = np.random.default_rng(0)
    inner = nn.Linear(4, 4, rng=rng)
    student = nn.Sequential(nn.Residual(inner, nn.Tanh()), nn.Linear(4, 3, rng=rng))
    teacher = nn.Sequential(nn.Residual(nn.Residual(inner)), nn.Linear(4, 3, rng=rng))
    refused(train, student, teacher, sgd(student), r"got Linear\(4, 4\) in both")
    student, teacher = network(0), network(1)
    student.layers[3].bias = teacher.layers[3].bias
    refused(train, student, teacher, sgd(student), "got Linear")
    refused(train, student, student, sgd(student), "optimizer must not|must share no layer")


@both
def test_a_quantizer_that_follows_is_a_state_too_and_a_layer_without_state_may_be_shared(train):
    student, teacher = network(0), network(1)
    quantizer = ActivationQuantizer(8)
    quantizer.follow(MinMaxObserver())
    quantizer.limits[...] = [-9, 9]
    student.layers.insert(0, quantizer)
    teacher.layers.insert(0, quantizer)
    refused(train, student, teacher, sgd(student), "must share no layer")
    student, teacher = network(0), network(1)
    student.layers[2] = teacher.layers[2]  # a ReLU
    train(student, teacher, sgd(student))


@both
def test_an_optimizer_that_is_none_is_told(train):
    for optimizer in (None, nn.SGD, network(0).parameters()):
        refused(train, network(0), network(1), optimizer, "optimizer must be an optimizer, such as")


@both
def test_nan_in_either_network_is_told(train):
    for who in ("student", "teacher"):
        student, teacher = network(0), network(1)
        {"student": student, "teacher": teacher}[who].layers[1].running_mean[2] = np.nan
        refused(train, student, teacher, sgd(student), rf"{who}\w* must have finite .* in 1\.running_mean")


@both
def test_a_loss_that_is_not_finite_is_an_error_and_not_a_number_to_go_on_with(train):
    student, x = network(0), X.copy()
    x[3, 1] = np.nan
    refused(train, student, network(1), sgd(student), "NaN", loader=[(x, Y)])


def test_a_loss_that_becomes_nan_names_its_term():
    values = iter([1.0, np.nan])

    def loss(z_s, z_t):
        return next(values), np.zeros_like(z_s)

    student = network(0)
    with pytest.raises(
        ValueError, match=r"the loss of the term 'odd' is nan; try a smaller learning rate, or look for"
    ):
        distil(student, network(1), [Term("odd", loss)], nn.batches(X, Y, 7), sgd(student))
    values = iter([1.0, np.inf])
    with pytest.raises(ValueError, match="knowledge_distillation: the loss is inf after 7 samples; try a smaller"):
        knowledge_distillation(student, network(1), loss, nn.batches(X, Y, 7), sgd(student))


def test_weights_that_became_nan_in_the_last_step_are_told():
    student = nn.zoo.mlp([4, 3], rng=np.random.default_rng(0))
    for train in (by_distil, by_kd):
        optimizer = nn.SGD(student.parameters(), 0.1)
        optimizer.step = lambda: student.layers[1].bias.value.fill(np.nan)
        with pytest.raises(ValueError, match=r"student's 1\.bias is not finite"):
            train(student, network(1), optimizer, [(X, Y)])
        student.layers[1].bias.value[...] = 0


@pytest.mark.parametrize("shape", [(1, 3), (3,), (), (7, 1), (7, 3, 1), (14, 3)])
def test_a_gradient_of_another_shape_is_refused_by_the_name_of_its_term(shape):
    def loss(z_s, z_t):
        return 1.0, np.ones(shape)

    student, teacher = network(0), network(1)
    for place in ("logits", 3):
        terms = [*SOFT, Term("broad", loss, student=place)]
        with pytest.raises(
            ValueError, match=r"distil: term 'broad': the gradient that loss returns must have the shape"
        ):
            distil(student, teacher, terms, nn.batches(X, Y, 7), sgd(student))
    with pytest.raises(ValueError, match="knowledge_distillation: the gradient that loss returns must have the shape"):
        knowledge_distillation(student, teacher, loss, nn.batches(X, Y, 7), sgd(student))


def test_a_regressor_of_the_teacher_is_refused():
    student, teacher = network(0), network(1)
    hint = Hint(teacher.layers[0])
    terms = [Term("hint", hint, student=0, target=0)]
    optimizer = nn.SGD([*student.parameters(), *hint.parameters()], 0.1)
    with pytest.raises(ValueError, match="optimizer must not have parameters of the teacher"):
        distil(student, teacher, terms, nn.batches(X, Y, 7), optimizer)


def test_terms_and_losses_of_a_wrong_kind_are_told():
    student, teacher = network(0), network(1)
    for terms in (None, 3, [kd_loss], SOFT[0]):
        with pytest.raises(ValueError, match="distil: terms must be a list of Term, got"):
            distil(student, teacher, terms, nn.batches(X, Y, 7), sgd(student))
    for loss in (None, "kl", 3):
        with pytest.raises(ValueError, match="knowledge_distillation: loss_function must be a function, got"):
            knowledge_distillation(student, teacher, loss, nn.batches(X, Y, 7), sgd(student))
    with pytest.raises(ValueError, match="knowledge_distillation: teacher_model must be a model, since alpha > 0"):
        knowledge_distillation(student, None, nn.soft_cross_entropy, nn.batches(X, Y, 7), sgd(student))
    for other in (None, kd_loss):
        with pytest.raises(ValueError, match="distil: student must be a Sequential"):
            distil(other, teacher, SOFT, nn.batches(X, Y, 7), sgd(student))
