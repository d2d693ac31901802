"""Matching logits: hand-worked, by naive loops, against PyTorch, and as the limit of the soft loss."""

import numpy as np
import pytest

from minicompress.distillation import kd_loss, logit_matching
from minicompress.nn.gradient_check import check_loss_gradient


def naive(z_s, z_t, centred):
    total = 0.0
    for row_s, row_t in zip(z_s, z_t, strict=True):
        mean_s, mean_t = (sum(row) / len(row) if centred else 0.0 for row in (row_s, row_t))
        total += sum(((s - mean_s) - (t - mean_t)) ** 2 for s, t in zip(row_s, row_t, strict=True))
    return total / 2 / z_s.size


def test_worked_by_hand():
    # z_s - z_t = (4, 1, 1), mean 2: d = (2, -1, -1), sum of squares 6, / (2 * 3) = 1; dz_s = d / 3
    loss, dz_s = logit_matching(np.array([[5.0, 1, 0]]), np.array([[1.0, 0, -1]]))
    assert loss == 1
    np.testing.assert_allclose(dz_s, [[2 / 3, -1 / 3, -1 / 3]])
    # raw: (16 + 1 + 1) / 6 = 3
    assert logit_matching(np.array([[5.0, 1, 0]]), np.array([[1.0, 0, -1]]), centred=False)[0] == 3


@pytest.mark.parametrize("centred", [True, False])
def test_agrees_with_naive_loops_pytorch_and_differences(centred, rng):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    z_s, z_t = rng.normal(0, 3, (2, 5, 4))
    loss, dz_s = logit_matching(z_s, z_t, centred=centred)
    assert loss == pytest.approx(naive(z_s, z_t, centred))
    student, teacher = torch.tensor(z_s, requires_grad=True), torch.tensor(z_t)
    ours, theirs = (z - z.mean(dim=1, keepdim=True) if centred else z for z in (student, teacher))
    (torch.nn.functional.mse_loss(ours, theirs) / 2).backward()
    np.testing.assert_allclose(dz_s, student.grad.numpy(), atol=1e-14)
    check_loss_gradient(logit_matching, z_s, z_t, rng=rng, centred=centred)


def test_is_what_the_soft_loss_tends_to_with_an_error_that_halves_as_the_temperature_doubles(rng):
    z_s, z_t = rng.normal(0, 2, (2, 6, 5))
    limit, d_limit = logit_matching(z_s, z_t)
    errors, d_errors = [], []
    for T in (100, 200, 400):
        loss, dz_s = kd_loss(z_s, z_t, T)
        errors.append(loss - limit)
        d_errors.append(dz_s - d_limit)
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.1)
    assert errors[1] / errors[2] == pytest.approx(2, abs=0.05)
    np.testing.assert_allclose(d_errors[1], 2 * d_errors[2], atol=0.05 * np.abs(d_errors[1]).max())
    assert abs(errors[2]) < 0.01 * limit


def test_a_constant_added_to_a_sample_changes_nothing_unless_logits_are_matched_raw(rng):
    z_s, z_t = rng.normal(0, 2, (2, 3, 4))
    shift = np.array([[5.0], [-100], [0]])
    assert logit_matching(z_s + shift, z_t)[0] == pytest.approx(logit_matching(z_s, z_t)[0])
    assert logit_matching(z_t + shift, z_t)[0] == pytest.approx(0, abs=1e-24)
    assert logit_matching(z_t + shift, z_t, centred=False)[0] > 1000


def test_the_gradient_has_the_students_dtype_and_nothing_is_changed(rng):
    z_s, z_t = rng.normal(0, 2, (2, 3, 4)).astype(np.float32)
    before = z_s.copy()
    assert logit_matching(z_s, z_t)[1].dtype == np.float32
    np.testing.assert_array_equal(z_s, before)


def test_shapes_that_differ_are_refused():
    with pytest.raises(
        ValueError, match=r"logit_matching: z_t must have the shape of z_s, \(2, 3\), got shape \(1, 3\)"
    ):
        logit_matching(np.ones((2, 3)), np.ones((1, 3)))
