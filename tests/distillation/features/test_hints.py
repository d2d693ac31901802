"""Hints: hand-worked, one number at a time, against PyTorch, by differences, and as a term with its regressor."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import Hint, Term, distil
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.nn.gradient_check import check_loss_gradient


def regressor(rng, kind):
    """A regressor in float64, and the shapes that it maps from and to."""
    if kind == "linear":
        layer, shapes = nn.Linear(3, 7, rng=rng), ((5, 3), (5, 7))
    elif kind == "1x1":
        layer, shapes = nn.Conv2d(2, 5, 1, rng=rng), ((3, 2, 4, 3), (3, 5, 4, 3))
    else:
        layer, shapes = nn.Conv2d(2, 4, 3, rng=rng), ((2, 2, 5, 4), (2, 4, 3, 2))
    layer = layer.astype(np.float64)
    layer.bias.value[...] = rng.normal(size=layer.bias.shape)
    return layer, rng.normal(size=shapes[0]), rng.normal(size=shapes[1])


def state(model):
    return {name: array.copy() for name, array in model.state_dict().items()}


def assert_same(model, before):
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())


def test_worked_by_hand_without_a_regressor():
    # n = 2: (1^2 + 2^2 + 0 + 3^2) / 4 = 3.5, and the differences over 2.
    loss, dh_s = Hint()(np.array([[1.0, 2.0], [0.0, -3.0]]), np.zeros((2, 2)))
    assert loss == 3.5
    np.testing.assert_array_equal(dh_s, [[0.5, 1], [0, -1.5]])


def test_worked_by_hand_with_a_regressor(rng):
    # r = 2 (1, -1) + (0, 1) = (2, -1), r - h_t = (1, -4): L = 17 / 2, dh_s = 1 + 4, dw = 2 (1, -4), db = (1, -4).
    layer = nn.Linear(1, 2, rng=rng)
    layer.weight.value[...] = [[1], [-1]]
    layer.bias.value[...] = [0, 1]
    loss, dh_s = Hint(layer)(np.array([[2.0]]), np.array([[1.0, 3.0]]))
    assert (loss, dh_s.tolist()) == (8.5, [[5.0]])
    assert layer.weight.grad.tolist() == [[2], [-8]]
    assert layer.bias.grad.tolist() == [1, -4]


@pytest.mark.parametrize("kind", ["linear", "1x1", "3x3"])
def test_gradients_agree_with_differences_and_the_value_with_naive_loops(rng, kind):
    layer, h_s, h_t = regressor(rng, kind)
    r = layer.forward(h_s)
    naive = sum(float(r[at] - h_t[at]) ** 2 for at in np.ndindex(r.shape)) / (2 * len(r))
    layer.zero_grad()
    loss, _ = Hint(layer)(h_s, h_t)
    assert loss == pytest.approx(naive, rel=1e-12)
    analytic = [parameter.grad.copy() for parameter in layer.parameters()]
    check_loss_gradient(Hint(layer), h_s, h_t, rng=rng)
    for parameter, expected in zip(layer.parameters(), analytic, strict=True):
        step = 1e-6 * rng.normal(size=parameter.shape)
        value = parameter.value.copy()
        losses = []
        for sign in (1, -1):
            parameter.value[...] = value + sign * step
            losses.append(Hint(layer)(h_s, h_t)[0])
        parameter.value[...] = value
        assert np.vdot(expected, step) == pytest.approx((losses[0] - losses[1]) / 2, rel=1e-5)


@pytest.mark.parametrize("kind", ["linear", "1x1", "3x3"])
def test_value_and_gradients_are_those_of_pytorch(rng, kind):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    layer, h_s, h_t = regressor(rng, kind)
    apply = torch.nn.functional.linear if kind == "linear" else torch.nn.functional.conv2d
    tensors = [torch.tensor(array, requires_grad=True) for array in (h_s, layer.weight.value, layer.bias.value)]
    expected = torch.nn.functional.mse_loss(apply(*tensors), torch.tensor(h_t), reduction="sum") / (2 * len(h_s))
    expected.backward()
    layer.zero_grad()
    loss, dh_s = Hint(layer)(h_s, h_t)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    for ours, tensor in zip((dh_s, layer.weight.grad, layer.bias.grad), tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), atol=1e-13)


def test_dtype_is_the_students_and_nothing_is_changed(rng):
    layer = nn.Linear(3, 4, rng=rng)
    h_s, h_t = rng.normal(size=(5, 3)).astype(np.float32), rng.normal(size=(5, 4))
    before, weights = (h_s.copy(), h_t.copy()), [parameter.value.copy() for parameter in layer.parameters()]
    loss, dh_s = Hint(layer)(h_s, h_t)
    assert isinstance(loss, float)
    assert dh_s.dtype == np.float32
    assert np.array_equal(h_s, before[0])
    assert np.array_equal(h_t, before[1])
    assert all(np.array_equal(one, p.value) for one, p in zip(weights, layer.parameters(), strict=True))
    assert Hint(layer)(h_s.astype(np.float16), h_t)[1].dtype == np.float16


def test_whole_numbers_are_taken_as_float32_and_not_rounded_on_the_way_back():
    loss, dh_s = Hint()([[1, 2], [0, -3]], [[0, 0], [0, 0]])
    assert loss == 3.5
    assert dh_s.dtype == np.float32
    np.testing.assert_array_equal(dh_s, [[0.5, 1], [0, -1.5]])


@pytest.mark.parametrize(
    ("layer", "h_s", "h_t", "text"),
    [
        (None, np.ones((2, 3)), np.ones((2, 5)), r"if there is no regressor, got shapes \(2, 3\) and \(2, 5\)"),
        (None, np.ones((2, 3, 4, 4)), np.ones((2, 3, 2, 2)), "one shape if there is no regressor"),
        ((3, 4), np.ones((2, 3)), np.ones((2, 5)), r"the shape of h_t, \(2, 5\), got \(2, 4\) from \(2, 3\)"),
        ((3, 4), np.ones((2, 3)), np.ones((3, 4)), r"the shape of h_t, \(3, 4\), got \(2, 4\)"),
        ((4, 5), np.ones((2, 3)), np.ones((2, 5)), r"Linear\(4, 5\): x must have shape \(n, 4\)"),
        (None, np.ones((0, 3)), np.ones((0, 3)), "h_s must have shape"),
        (None, np.ones(3), np.ones(3), "h_s must have shape"),
        (None, np.ones((1, 1)), np.full((1, 1), np.inf), "h_t must be finite"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_no_gradient_touched(rng, layer, h_s, h_t, text):
    layer = layer and nn.Linear(*layer, rng=rng)
    with pytest.raises(ValueError, match=text):
        Hint(layer)(h_s, h_t)
    assert not layer or not any(parameter.grad.any() for parameter in layer.parameters())


def mlp(rng, hidden):
    layers = nn.Linear(6, hidden, rng=rng), nn.BatchNorm1d(hidden), nn.Tanh()
    return nn.Sequential(*layers, nn.Linear(hidden, 3, rng=rng))


def test_a_regressor_with_batch_norm_is_in_training(rng):
    layers = nn.Linear(3, 4, rng=rng), nn.BatchNorm1d(4)
    h_s = rng.normal(size=(5, 3)).astype(np.float32)
    r = layers[0].forward(h_s)
    Hint(nn.Sequential(*layers))(h_s, rng.normal(size=(5, 4)))
    np.testing.assert_allclose(layers[1].running_mean, 0.1 * r.mean(axis=0), rtol=1e-5)


@pytest.mark.parametrize("maps", [False, True])
def test_as_a_term_student_and_regressor_learn_together(rng, maps):
    if maps:
        student, teacher = (nn.Sequential(nn.Conv2d(2, c, 3, rng=rng), nn.ReLU(), nn.Flatten()) for c in (3, 8))
        layer, tap, x = nn.Conv2d(3, 8, 1, rng=rng), 1, rng.normal(size=(16, 2, 5, 5))
    else:
        student, teacher = mlp(rng, 4), mlp(rng, 9)
        layer, tap, x = nn.Linear(4, 9, rng=rng), 2, rng.normal(size=(32, 6))
    before, weights = state(teacher), layer.weight.value.copy()
    optimizer = nn.Adam([*student.parameters(), *layer.parameters()], 0.01)
    terms = [Term("hint", Hint(layer), student=tap, target=tap)]
    batches = [(x.astype(np.float32), None)]
    losses = [distil(student, teacher, terms, batches, optimizer)["hint"] for _ in range(50)]
    assert losses[-1] < 0.6 * losses[0]
    assert not np.array_equal(layer.weight.value, weights)
    assert_same(teacher, before)


def test_other_widths_without_a_regressor_are_refused_and_both_models_stay_as_they_were(rng):
    student, teacher = mlp(rng, 4), mlp(rng, 9)
    before = state(student), state(teacher)
    batches = [(rng.normal(size=(8, 6)).astype(np.float32), None)]
    terms = [Term("hint", Hint(), student=2, target=2)]
    with pytest.raises(ValueError, match=r"Hint: h_s and h_t must have one shape .* \(8, 4\) and \(8, 9\)"):
        distil(student, teacher, terms, batches, nn.SGD(student.parameters(), 0.1))
    assert_same(student, before[0])
    assert_same(teacher, before[1])


def test_a_regressor_that_the_optimizer_does_not_have_is_refused(rng):
    student, teacher = mlp(rng, 4), mlp(rng, 9)
    terms = [Term("hint", Hint(nn.Linear(4, 9, rng=rng)), student=2, target=2)]
    with pytest.raises(ValueError, match="optimizer must have the parameters of the loss of 'hint'"):
        distil(student, teacher, terms, [], nn.SGD(student.parameters(), 0.1))


@pytest.mark.parametrize("kind", ["linear", "1x1"])
def test_the_exercise_and_the_library_are_each_others_oracle(rng, kind):
    names = {}
    exec(content().solution("distillation/hints").read_text(encoding="utf-8"), names)
    known = [answer.function for answer in right_answers("distillation/hints")]
    layer, h_s, h_t = regressor(rng, kind)
    layer.zero_grad()
    loss, dh_s = Hint(layer)(h_s, h_t)
    w = layer.weight.value.reshape(layer.weight.shape[:2])
    for answer in [names["hints"], *known]:
        theirs, *gradients = answer(h_s, h_t, w, layer.bias.value)
        assert theirs == pytest.approx(loss, rel=1e-5)
        ours = dh_s, layer.weight.grad.reshape(w.shape), layer.bias.grad
        for one, other in zip(gradients, ours, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
