"""Attention transfer: hand-worked, one position at a time, against PyTorch, by differences, and as a term."""

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import Term, attention_transfer, distil
from minicompress.kit.grading.diagnosis.answers import right_answers
from minicompress.kit.places import content
from minicompress.nn.gradient_check import check_loss_gradient


def activations(rng, student=(4, 3, 3, 2), channels=5):
    n, _, h, w = student
    return rng.normal(size=student), rng.normal(0, 3, (n, channels, h, w))


def naive(h_s, h_t):
    total = 0.0
    for one, other in zip(h_s, h_t, strict=True):
        maps = [{at: sum(a[at] ** 2 for a in h) for at in np.ndindex(h.shape[1:])} for h in (one, other)]
        norms = [sum(q**2 for q in each.values()) ** 0.5 for each in maps]
        total += sum((maps[0][at] / norms[0] - maps[1][at] / norms[1]) ** 2 for at in maps[0])
    return total / len(h_s)


def test_worked_by_hand():
    # Q_s = (9, 0, 0, 12 + 0), norm 15; Q_t = (0, 0, 0, 25), norm 25: L = 0.6^2 + (0.8 - 1)^2 = 0.4 = 2 - 2 * 0.8
    h_s = np.array([[[[-3.0, 0], [0, np.sqrt(8)]], [[0, 0], [0, 2]]]])
    h_t = np.array([[[[0.0, 0], [0, -5]]]])
    loss, dh_s = attention_transfer(h_s, h_t)
    assert loss == pytest.approx(0.4)
    # da = (1.2, 0, 0, -0.4), <da, Q^> = 0.4, dQ = ((1.2, -0.4) - 0.4 (0.6, 0.8)) / 15 = (0.064, -0.048)
    np.testing.assert_allclose(dh_s[0, 0], [[-6 * 0.064, 0], [0, -2 * np.sqrt(8) * 0.048]], atol=1e-15)
    np.testing.assert_allclose(dh_s[0, 1], [[0, 0], [0, -4 * 0.048]], atol=1e-15)


@pytest.mark.parametrize(("student", "channels"), [((4, 3, 3, 2), 5), ((1, 2, 1, 7), 1), ((3, 1, 2, 2), 4)])
def test_agrees_with_naive_loops_and_the_gradient_with_differences(rng, student, channels):
    h_s, h_t = activations(rng, student, channels)
    assert attention_transfer(h_s, h_t)[0] == pytest.approx(naive(h_s, h_t), rel=1e-12)
    check_loss_gradient(attention_transfer, h_s, h_t, rng=rng)


def test_value_and_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    h_s, h_t = activations(rng)
    h_s[1] = 0  # F.normalize keeps zeros, too
    student = torch.tensor(h_s, requires_grad=True)
    maps = [torch.nn.functional.normalize(h.pow(2).mean(1).flatten(1)) for h in (student, torch.tensor(h_t))]
    expected = (maps[0] - maps[1]).pow(2).sum(1).mean()
    expected.backward()
    loss, dh_s = attention_transfer(h_s, h_t)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(dh_s, student.grad.numpy(), atol=1e-14)


def test_scale_sign_and_order_of_channels_do_not_count_and_the_bounds_are_0_and_2(rng):
    h_s, h_t = activations(rng)
    assert attention_transfer(-0.01 * h_t[:, ::-1], h_t)[0] == pytest.approx(0, abs=1e-14)
    one, other = np.zeros((2, 1, 1, 2, 2))
    one[..., 0, 0], other[..., 1, 1] = 3, 1
    assert attention_transfer(one, other)[0] == pytest.approx(2)
    dh_s = attention_transfer(h_s, h_t)[1]
    # A step along the activations scales each map, so the gradient has no part along it.
    np.testing.assert_allclose(np.sum(dh_s * h_s, axis=(1, 2, 3)), 0, atol=1e-14)


def test_a_dead_map_takes_no_gradient(rng):
    h_s, h_t = activations(rng)
    h_s[2] = 0
    loss, dh_s = attention_transfer(h_s, h_t)
    assert loss == pytest.approx((3 * naive(h_s[[0, 1, 3]], h_t[[0, 1, 3]]) + 1) / 4)
    assert not dh_s[2].any()


def test_dtype_is_the_students_and_nothing_is_changed(rng):
    h_s, h_t = (h.astype(np.float32) for h in activations(rng))
    before = h_s.copy(), h_t.copy()
    loss, dh_s = attention_transfer(h_s, h_t)
    assert isinstance(loss, float)
    assert dh_s.dtype == np.float32
    assert attention_transfer(h_s.astype(np.float16), h_t)[1].dtype == np.float16
    assert attention_transfer(h_s.astype(int).tolist(), h_t)[1].dtype == np.float64
    assert np.array_equal(h_s, before[0])
    assert np.array_equal(h_t, before[1])


@pytest.mark.parametrize(
    ("h_s", "h_t", "text"),
    [
        (np.ones((2, 3, 4, 4)), np.ones((2, 5, 2, 2)), r"pool the larger .* \(2, 3, 4, 4\) and \(2, 5, 2, 2\)"),
        (np.ones((2, 3, 4, 4)), np.ones((3, 3, 4, 4)), "the same samples, height and width"),
        (np.ones((2, 3)), np.ones((2, 3)), r"h_s must have shape \(n, channels, h, w\)"),
        (np.ones((2, 3, 4, 4)), np.ones((2, 3)), r"h_t must have shape \(n, channels, h, w\)"),
        (np.ones((0, 3, 4, 4)), np.ones((0, 3, 4, 4)), "not empty"),
        (np.ones((1, 1, 1, 1)), np.full((1, 1, 1, 1), np.nan), "h_t must be finite"),
    ],
)
def test_what_cannot_be_compared_is_refused(h_s, h_t, text):
    with pytest.raises(ValueError, match=text):
        attention_transfer(h_s, h_t)


def convnet(rng, channels, pooled=False):
    layers = nn.Conv2d(1, channels, 3, padding=1, rng=rng), nn.BatchNorm2d(channels), nn.ReLU()
    pool, size = ([nn.MaxPool2d(2)], 3) if pooled else ([], 6)
    return nn.Sequential(*layers, *pool, nn.Flatten(), nn.Linear(channels * size * size, 3, rng=rng))


def test_as_a_term_it_teaches_a_narrow_student_where_a_wide_teacher_looks(rng):
    student, teacher = convnet(rng, 3), convnet(rng, 8)
    x, before = rng.normal(size=(16, 1, 6, 6)).astype(np.float32), teacher.state_dict()
    terms, optimizer = [Term("attention", attention_transfer, student=2, target=2)], nn.Adam(student.parameters(), 0.02)
    losses = [distil(student, teacher, terms, [(x, None)], optimizer)["attention"] for _ in range(40)]
    assert losses[-1] < 0.7 * losses[0]
    assert all(np.array_equal(before[name], array) for name, array in teacher.state_dict().items())


def test_maps_of_another_size_are_refused_and_both_models_stay_as_they_were(rng):
    student, teacher = convnet(rng, 3, pooled=True), convnet(rng, 8)
    before = student.state_dict(), teacher.state_dict()
    terms = [Term("attention", attention_transfer, student=3, target=2)]
    batches = [(rng.normal(size=(4, 1, 6, 6)).astype(np.float32), None)]
    with pytest.raises(ValueError, match="attention_transfer: h_s and h_t must have the same samples"):
        distil(student, teacher, terms, batches, nn.SGD(student.parameters(), 0.1))
    for state, model in zip(before, (student, teacher), strict=True):
        assert all(np.array_equal(state[name], array) for name, array in model.state_dict().items())


def test_the_exercise_and_the_library_are_each_others_oracle(rng):
    names = {}
    exec(content().solution("distillation/attention_transfer").read_text(encoding="utf-8"), names)
    known = [answer.function for answer in right_answers("distillation/attention_transfer")]
    h_s, h_t = activations(rng)
    h_s[0] = 0
    loss, dh_s = attention_transfer(h_s, h_t)
    for answer in [names["attention_transfer"], *known]:
        theirs, gradient = answer(h_s, h_t)
        assert theirs == pytest.approx(loss, rel=1e-5)
        np.testing.assert_allclose(gradient, dh_s, rtol=1e-4, atol=1e-6)
