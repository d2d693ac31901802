"""A teacher's kept answers: hand-worked, by naive loops, against PyTorch and against the whole loss."""

import functools
import math

import numpy as np
import pytest

from minicompress import nn
from minicompress.distillation import CACHED, Term, cache_top_k, distil, kd_loss, top_k_loss
from minicompress.nn.gradient_check import check_loss_gradient


def logits(rng, n=5, classes=7, spread=2.0):
    return rng.normal(0, spread, (n, classes)), rng.normal(0, spread, (n, classes))


def naive(z_s, z_t, k, T):
    """One sample and one class at a time, from the teacher's whole logits."""
    total = 0.0
    for row_s, row_t in zip(z_s, z_t, strict=True):
        p_s, p_t = ([math.exp(z / T) for z in row] for row in (row_s, row_t))
        p_s, p_t = ([e / math.fsum(p) for e in p] for p in (p_s, p_t))
        order = sorted(range(len(p_t)), key=lambda c: -p_t[c])
        pairs = [(p_t[c], p_s[c]) for c in order[:k]]
        pairs.append(tuple(math.fsum(p[c] for c in order[k:]) for p in (p_t, p_s)))
        total += sum(t * math.log(t / s) for t, s in pairs if t > 0)
    return T * T * total / len(z_s)


def test_worked_by_hand():
    # T = 1, p_t = (1/2, 1/4, 1/8, 1/8), k = 1: keeps 1/2 of class 0, the rest is 1/2. p_s = 1/4 each: r_s = 3/4.
    # L = 1/2 ln 2 + 1/2 ln(2/3).  t = 1/2 in the top, 1/2 * 1/3 = 1/6 elsewhere.
    z_t = np.log([[0.5, 0.25, 0.125, 0.125]])
    loss, dz_s = top_k_loss(np.zeros((1, 4)), cache_top_k(z_t, 1, 1), 1)
    assert loss == pytest.approx(0.5 * math.log(4 / 3))
    np.testing.assert_allclose(dz_s, [[-1 / 4, 1 / 12, 1 / 12, 1 / 12]])


@pytest.mark.parametrize("T", [0.5, 1, 4, 30])
@pytest.mark.parametrize("k", [1, 3, 6, 7])
def test_agrees_with_naive_loops_and_the_gradient_with_differences(rng, T, k):
    z_s, z_t = logits(rng)
    cached = cache_top_k(z_t, k, T)
    # float32 rows: 1e-7 of probabilities near 1, times T^2.
    assert top_k_loss(z_s, cached, T)[0] == pytest.approx(naive(z_s, z_t, k, T), rel=1e-5, abs=1e-6 * T)
    check_loss_gradient(top_k_loss, z_s, cached, rng=rng, temperature=T)


def test_value_and_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    (z_s, z_t), T, k = logits(rng), 3.0, 2
    student = torch.tensor(z_s, requires_grad=True)
    p_s, p_t = (torch.softmax(z / T, dim=1) for z in (student, torch.tensor(z_t)))
    top = p_t.topk(k, dim=1).indices
    coarse_s, coarse_t = (torch.cat([p.gather(1, top), 1 - p.gather(1, top).sum(1, True)], 1) for p in (p_s, p_t))
    expected = torch.nn.functional.kl_div(coarse_s.log(), coarse_t, reduction="batchmean") * T * T
    expected.backward()
    loss, dz_s = top_k_loss(z_s, cache_top_k(z_t, k, T), T)
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    np.testing.assert_allclose(dz_s, student.grad.numpy(), atol=1e-6)


def test_all_classes_give_the_whole_loss_and_fewer_never_more(rng):
    z_s, z_t = logits(rng)
    whole, dz_s = kd_loss(z_s, z_t, 4.0)
    losses = [top_k_loss(z_s, cache_top_k(z_t, k, 4.0), 4.0)[0] for k in range(1, 8)]
    assert losses[:-1] == sorted(losses[:-1])
    assert losses[-1] == pytest.approx(whole, rel=1e-6)
    assert losses[-2] == pytest.approx(whole, rel=1e-6)  # one class left over is a class
    assert losses[0] < 0.9 * whole
    np.testing.assert_allclose(top_k_loss(z_s, cache_top_k(z_t, 7, 4.0), 4.0)[1], dz_s, atol=1e-6)


def test_only_the_sum_of_the_rest_is_asked_for(rng):
    _, z_t = logits(rng, n=1)
    z_t = -np.sort(-z_t)
    turned = z_t[:, [0, 1, 6, 5, 4, 3, 2]]  # the same probabilities outside the top, for other classes
    loss, dz_s = top_k_loss(turned, cache_top_k(z_t, 2, 2.0), 2.0)
    assert loss == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(dz_s, 0, atol=1e-6)
    assert kd_loss(turned, z_t, 2.0)[0] > 0.1


@pytest.mark.parametrize("sure", [4000.0, -4000.0])
def test_logits_in_the_thousands_give_finite_numbers(sure):
    # The student finds one side of the partition impossible: exp(-2000) is 0, and 1 - sum would be 0 too.
    cached = cache_top_k(np.array([[2 * math.log(2), 0.0, 0.0]]), 1, 2)  # p_t = 1/2, rest 1/2
    loss, dz_s = top_k_loss(np.array([[sure, 0, 0]]), cached, 2)
    # sure > 0: log p_s = 0, log r_s = -2000 + ln 2.   sure < 0: log p_s = -2000 - ln 2, log r_s = 0.
    far = 2000 - math.copysign(math.log(2), sure)
    assert loss == pytest.approx(4 * (math.log(0.5) + 0.5 * far))
    np.testing.assert_allclose(dz_s, [[1, -0.5, -0.5]] if sure > 0 else [[-1, 0.5, 0.5]], atol=1e-6)


def test_rows_hold_the_largest_in_order_the_lower_class_first_and_count_their_bytes():
    z_t = np.tile([0.0, 1, 1, -1, 1], 8)[None].repeat(3, axis=0)  # 40 classes with ties
    rows = cache_top_k(z_t, 5, 2.0)
    np.testing.assert_array_equal(rows["classes"], [[1, 2, 4, 6, 7]] * 3)
    np.testing.assert_allclose(rows["p"].sum(axis=1) + rows["rest"], 1, rtol=1e-6)
    assert rows.nbytes == 3 * (5 * (2 + 4) + 4)
    assert cache_top_k(z_t, 5, 2.0, dtype=np.float16).nbytes == 3 * (5 * (2 + 2) + 2)
    assert cache_top_k(np.zeros((1, 2**16)), 1, 1)["classes"].dtype == np.uint16
    assert cache_top_k(np.zeros((1, 2**16 + 1)), 1, 1)["classes"].dtype == np.uint32


def test_half_precision_rows_are_still_distributions(rng):
    z_s, z_t = logits(rng)
    exact, dz_s = top_k_loss(z_s, cache_top_k(z_t, 3, 4.0), 4.0)
    loss, gradient = top_k_loss(z_s, cache_top_k(z_t, 3, 4.0, dtype=np.float16), 4.0)
    assert loss == pytest.approx(exact, rel=1e-2)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)  # both sides sum to 1
    np.testing.assert_allclose(gradient, dz_s, atol=1e-3)


def test_the_gradient_has_the_students_dtype_and_nothing_is_changed(rng):
    z_s, z_t = (z.astype(np.float32) for z in logits(rng))
    cached = cache_top_k(z_t, 3, 4)
    before = z_s.copy(), z_t.copy(), cached.copy()
    loss, dz_s = top_k_loss(z_s, cached, 4)
    assert isinstance(loss, float)
    assert dz_s.dtype == np.float32
    assert top_k_loss(z_s.astype(np.float64), cached, 4)[1].dtype == np.float64
    for array, was in zip((z_s, z_t, cached), before, strict=True):
        assert np.array_equal(array, was)


def test_a_student_learns_from_the_rows_as_from_the_teacher(rng):
    x, labels = rng.normal(size=(12, 4)), rng.integers(0, 5, 12)
    teacher, *students = (nn.Sequential([nn.Linear(4, 5, rng=np.random.default_rng(seed))]) for seed in (1, 2, 2))
    cached = cache_top_k(teacher.forward(x), 5, 3.0)
    order = [[3, 7, 1, 0], [2, 11, 10, 9], [8, 4, 5, 6]]
    soft = Term("soft", functools.partial(kd_loss, temperature=3.0))
    kept = Term("soft", functools.partial(top_k_loss, temperature=3.0), target=CACHED)
    optimizers = [nn.SGD(student.parameters(), 0.1) for student in students]
    one = distil(students[0], teacher, [soft], [(x[i], labels[i]) for i in order], optimizers[0])
    other = distil(students[1], None, [kept], [(x[i], labels[i], cached[i]) for i in order], optimizers[1])
    assert one["soft"] == pytest.approx(other["soft"], rel=1e-5)
    for a, b in zip(students[0].parameters(), students[1].parameters(), strict=True):
        np.testing.assert_allclose(a.value, b.value, atol=1e-6)


@pytest.mark.parametrize(
    ("z_t", "k", "temperature", "options", "text"),
    [
        (np.ones(3), 1, 1, {}, r"cache_top_k: z_t must have shape \(n, classes\)"),
        (np.array([[1.0, np.nan]]), 1, 1, {}, "z_t must be finite"),
        (np.ones((2, 3)), 0, 1, {}, "k must be an integer from 1 to 3, got 0"),
        (np.ones((2, 3)), 4, 1, {}, "k must be an integer from 1 to 3, got 4"),
        (np.ones((2, 3)), 1, 0, {}, "temperature must be a finite number > 0"),
        (np.ones((2, 3)), 1, 1, {"dtype": np.int8}, "dtype must be one of"),
    ],
)
def test_what_cannot_be_cached_is_refused(z_t, k, temperature, options, text):
    with pytest.raises(ValueError, match=text):
        cache_top_k(z_t, k, temperature, **options)


@pytest.mark.parametrize(
    ("z_s", "cached", "temperature", "text"),
    [
        (np.ones((3, 4)), cache_top_k(np.ones((2, 4)), 1, 1), 1, r"cached must have shape \(3,\), got shape \(2,\)"),
        (np.ones((2, 4)), np.ones((2, 4)), 1, "cached must be rows of cache_top_k, got an array of float64"),
        (np.ones((2, 3)), cache_top_k(np.eye(2, 4)[:, ::-1], 1, 1), 1, "cached must hold classes below 3"),
        (np.ones((2, 4)), cache_top_k(np.ones((2, 4)), 1, 1), -1, "temperature must be a finite number > 0"),
        (np.array([[np.inf, 1]]), cache_top_k(np.ones((1, 2)), 1, 1), 1, "z_s must be finite"),
    ],
)
def test_rows_that_do_not_fit_are_refused(z_s, cached, temperature, text):
    with pytest.raises(ValueError, match=text):
        top_k_loss(z_s, cached, temperature)
