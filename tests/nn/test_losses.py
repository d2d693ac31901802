import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from minicompress import nn

LOG2, LOG4 = math.log(2), math.log(4)


def test_softmax_by_hand():
    np.testing.assert_allclose(nn.softmax([[0, math.log(3)]]), [[0.25, 0.75]], rtol=1e-6)
    np.testing.assert_allclose(nn.softmax([[0.0, 5], [math.log(3), 5]], axis=0), [[0.25, 0.5], [0.75, 0.5]])


@settings(deadline=None, max_examples=100)
@given(arrays(np.float32, (3, 4), elements=st.floats(-(2.0**126), 2.0**126, width=32)))
def test_softmax_is_a_distribution_for_logits_of_any_size(logits):
    p = nn.softmax(logits)
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.exp(nn.log_softmax(logits)), p, rtol=1e-4, atol=1e-7)


def test_cross_entropy_by_hand():
    # p = (1/4, 3/4) and (1/2, 1/2); labels 1 and 0: L = (-log 3/4 - log 1/2) / 2
    logits = np.array([[0, math.log(3)], [0, 0]])
    loss, dlogits = nn.softmax_cross_entropy(logits, [1, 0])
    assert type(loss) is float
    assert loss == pytest.approx((-math.log(0.75) + LOG2) / 2)
    np.testing.assert_allclose(dlogits, np.array([[0.25, -0.25], [-0.5, 0.5]]) / 2)


def test_label_smoothing_by_hand():
    # eps = 0.4 over two classes: targets (0.2, 0.8); p = (1/4, 3/4)
    loss, dlogits = nn.softmax_cross_entropy(np.array([[0, math.log(3)]]), [1], label_smoothing=0.4)
    assert loss == pytest.approx(-0.2 * math.log(0.25) - 0.8 * math.log(0.75))
    np.testing.assert_allclose(dlogits, [[0.25 - 0.2, 0.75 - 0.8]])


def test_soft_cross_entropy_and_kl_by_hand():
    # uniform p over two classes: CE = log 2 whatever the target; KL = log 2 - H(t), H(1/4, 3/4) = log 4 - 3/4 log 3
    logits, targets = np.zeros((2, 2)), np.array([[0.25, 0.75], [0, 1]])
    loss, dlogits = nn.soft_cross_entropy(logits, targets)
    assert loss == pytest.approx(LOG2)
    np.testing.assert_allclose(dlogits, np.array([[0.25, -0.25], [0.5, -0.5]]) / 2)
    divergence, same = nn.kl_divergence(logits, targets)
    assert divergence == pytest.approx((LOG2 - (LOG4 - 0.75 * math.log(3)) + LOG2) / 2)
    np.testing.assert_array_equal(same, dlogits)


def test_kl_divergence_from_itself_is_zero(rng):
    logits = rng.standard_normal((3, 5))
    loss, dlogits = nn.kl_divergence(logits, nn.softmax(logits))
    assert loss == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(dlogits, 0, atol=1e-16)


def test_hard_and_soft_cross_entropy_agree_on_one_hot_targets(rng):
    logits, labels = rng.standard_normal((6, 4)), rng.integers(0, 4, 6)
    for smoothing in (0, 0.1):
        targets = (1 - smoothing) * np.eye(4)[labels] + smoothing / 4
        hard = nn.softmax_cross_entropy(logits, labels, label_smoothing=smoothing)
        soft = nn.soft_cross_entropy(logits, targets)
        assert hard[0] == pytest.approx(soft[0])
        np.testing.assert_allclose(hard[1], soft[1], atol=1e-16)


def test_mean_squared_error_is_a_mean_over_all_elements():
    loss, dy = nn.mean_squared_error(np.array([[1.0, 2], [3, 4]]), [[1, 0], [3, 0]])
    assert loss == 5  # (0 + 4 + 0 + 16) / 4
    assert dy.tolist() == [[0, 1], [0, 2]]


def test_huge_logits_give_finite_losses_and_gradients():
    logits = np.array([[1e4, -1e4, 0], [1e38, -1e38, 0]], np.float32)
    for loss, targets in ((nn.softmax_cross_entropy, [1, 2]), (nn.soft_cross_entropy, np.full((2, 3), 1 / 3))):
        value, dlogits = loss(logits[:1], targets[:1])
        assert math.isfinite(value)
        assert np.isfinite(dlogits).all()
    value, dlogits = nn.softmax_cross_entropy(logits, [0, 0])
    assert value == 0
    assert not dlogits.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradient_has_the_dtype_of_the_logits_whatever_that_of_the_targets(dtype):
    logits = np.ones((2, 3), dtype)
    for targets in (np.full((2, 3), 1 / 3), np.full((2, 3), 1 / 3, np.float32)):
        for loss in (nn.soft_cross_entropy, nn.kl_divergence, nn.mean_squared_error):
            assert loss(logits, targets)[1].dtype == dtype
    for labels in (np.array([0, 1], np.uint8), [0, 1], np.array([0, 1], np.int64)):
        assert nn.softmax_cross_entropy(logits, labels, label_smoothing=0.1)[1].dtype == dtype


def test_losses_leave_their_arguments_alone(rng):
    logits, targets = rng.standard_normal((3, 4)), nn.softmax(rng.standard_normal((3, 4)))
    for array in (logits, targets):
        array.flags.writeable = False
    nn.softmax_cross_entropy(logits, [0, 1, 2], label_smoothing=0.1)
    for loss in (nn.soft_cross_entropy, nn.kl_divergence, nn.mean_squared_error):
        loss(logits, targets)


LOGITS = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.softmax_cross_entropy(LOGITS, [0, 3]), "labels must lie from 0 to 2, got 0 to 3"),
        (lambda: nn.softmax_cross_entropy(LOGITS, [0, -1]), "labels must lie from 0 to 2, got -1 to 0"),
        (lambda: nn.softmax_cross_entropy(LOGITS, [0.0, 1.0]), "labels must be integers .*, got dtype float64"),
        (lambda: nn.softmax_cross_entropy(LOGITS, [True, False]), "labels must be integers .*, got dtype bool"),
        (lambda: nn.softmax_cross_entropy(LOGITS, [0]), r"labels must have shape \(2,\), got shape \(1,\)"),
        (lambda: nn.softmax_cross_entropy(LOGITS, np.eye(3, dtype=int)[:2]), r"labels must have shape \(2,\)"),
        (lambda: nn.softmax_cross_entropy(LOGITS[:0], np.zeros(0, int)), "logits must have shape .*n >= 1"),
        (lambda: nn.softmax_cross_entropy(LOGITS[0], [0, 1, 2]), r"logits must have shape .*got shape \(3,\)"),
        (lambda: nn.softmax_cross_entropy(LOGITS, [0, 1], label_smoothing=1.5), "label_smoothing must be a finite"),
        (lambda: nn.soft_cross_entropy(LOGITS, [0, 1]), r"soft_cross_entropy: targets must have shape \(2, 3\)"),
        (lambda: nn.soft_cross_entropy(LOGITS[:0], LOGITS[:0]), "soft_cross_entropy: logits must have shape"),
        (lambda: nn.kl_divergence(LOGITS, LOGITS[:1]), r"kl_divergence: targets must have shape \(2, 3\)"),
        (lambda: nn.kl_divergence(LOGITS, LOGITS - 0.5), "targets must be probabilities >= 0, got -0.5"),
        (lambda: nn.mean_squared_error(LOGITS, LOGITS[:1]), r"mean_squared_error: target must have shape \(2, 3\)"),
        (lambda: nn.mean_squared_error(LOGITS[:0], LOGITS[:0]), "mean_squared_error: y must not be empty"),
    ],
)
def test_wrong_arguments_are_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ---- the ends of each dtype --------------------------------------------------------------------------------------

LARGEST = {np.float16: 65504.0, np.float32: 3e38, np.float64: 1e308}


@pytest.mark.parametrize("dtype", LARGEST)
def test_logits_as_far_apart_as_their_dtype_reaches_make_no_warning_and_no_nan(dtype):
    z = np.array([[LARGEST[dtype], -LARGEST[dtype], 0], [0, -LARGEST[dtype], 1]], dtype)
    assert nn.softmax(z).tolist() == [[1, 0, 0], pytest.approx([1 / (1 + np.e), 0, np.e / (1 + np.e)], rel=1e-3)]
    assert nn.log_softmax(z)[0, 1] <= -LARGEST[dtype]
    t = np.array([[1, 0, 0], [0.5, 0, 0.5]], dtype)
    for loss in (nn.soft_cross_entropy, nn.kl_divergence):
        value, dz = loss(z, t)
        assert np.isfinite(value)
        assert dz.dtype == dtype
        assert np.isfinite(dz).all()
    value, dz = nn.softmax_cross_entropy(z, np.array([0, 2]))
    assert value == pytest.approx(np.log1p(np.exp(-1)) / 2, rel=1e-3)
    assert dz.dtype == dtype


def test_an_impossible_class_that_nobody_asks_for_costs_nothing():
    z = np.array([[0.0, -np.inf, 1.0]])
    t = np.array([[0.25, 0, 0.75]])
    loss, dz = nn.soft_cross_entropy(z, t)
    expected, d = nn.soft_cross_entropy(z[:, [0, 2]], t[:, [0, 2]])
    assert loss == expected
    np.testing.assert_array_equal(dz[:, [0, 2]], d)
    assert dz[0, 1] == 0
    assert nn.kl_divergence(z, t)[0] == pytest.approx(nn.kl_divergence(z[:, [0, 2]], t[:, [0, 2]])[0])


def test_squared_error_of_half_precision_is_finite():
    y, target = np.array([[60000, 300]], np.float16), np.array([[-60000, -300]], np.float16)
    loss, dy = nn.mean_squared_error(y, target)
    assert loss == pytest.approx((120000**2 + 600**2) / 2, rel=1e-3)
    assert dy.dtype == np.float16
    loss, dy = nn.mean_squared_error(y[:, 1:], target[:, 1:])
    assert dy.tolist() == [[1200]]
