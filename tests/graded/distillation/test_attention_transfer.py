"""Graded checks of distillation/attention_transfer."""

import math

import numpy as np

from minicompress.kit.grading import graded

TOLERANCE = {"rtol": 1e-4, "atol": 1e-6, "exact_arguments": True}


def reference(h_s, h_t):
    """One sample and one position at a time; the gradient from the derivative of Q^_k for Q_j, written out."""
    n, loss, dh_s = len(h_s), 0.0, np.zeros(h_s.shape)
    for i in range(n):
        q_s, q_t = one_map(h_s[i]), one_map(h_t[i])
        norm_s, norm_t = (math.sqrt(math.fsum(value * value for value in q.values())) for q in (q_s, q_t))
        gap = {at: over(q_s[at], norm_s) - over(q_t[at], norm_t) for at in q_s}
        loss += math.fsum(value * value for value in gap.values()) / n
        for at in q_s:
            slope = 0.0
            for other in q_s if norm_s else ():  # d(q_o / norm) / dq_at = [o = at] / norm - q_o q_at / norm^3
                slope += 2 * gap[other] * ((other == at) / norm_s - q_s[other] * q_s[at] / norm_s**3) / n
            dh_s[(i, slice(None), *at)] = 2 * slope * np.asarray(h_s[(i, slice(None), *at)], float)
    return loss, dh_s


def one_map(h):
    return {at: math.fsum(float(value) ** 2 for value in h[(slice(None), *at)]) for at in np.ndindex(h.shape[1:])}


def over(q, norm):
    return q / norm if norm else 0.0


def pair(n, student, teacher, h, w, *, seed=0, dtype=np.float64):
    """Activations of both signs, in other scales for the student than for the teacher."""
    rng = np.random.default_rng(seed)
    h_s, h_t = rng.normal(0, 1.5, (n, student, h, w)), rng.normal(0, 4, (n, teacher, h, w))
    return h_s.astype(dtype), h_t.astype(dtype)


@graded(2, en="a case worked by hand: one sample, two positions", zh="手算的例子：一个样本、两个位置")
def test_hand_worked_case(submission):
    # Student, one channel, A = (sqrt 3, -2):  Q = (3, 4), norm 5, Q^ = (0.6, 0.8).
    # Teacher, two channels (2, 0) and (2, 0):  Q = (8, 0), norm 8, Q^ = (1, 0).
    # Q^_s - Q^_t = (-0.4, 0.8),  L = 0.16 + 0.64 = 0.8  (= 2 - 2 * 0.6, the cosine).
    # da = (-0.8, 1.6),  <da, Q^_s> = -0.48 + 1.28 = 0.8,  dQ = ((-0.8, 1.6) - 0.8 (0.6, 0.8)) / 5 = (-0.256, 0.192).
    # dA = 2 A dQ = (-0.512 sqrt 3, -0.768).
    def make():
        return np.array([[[[math.sqrt(3), -2.0]]]]), np.array([[[[2.0, 0.0]], [[2.0, 0.0]]]])

    def by_hand(h_s, h_t):
        return 0.8, np.array([[[[-0.512 * math.sqrt(3), -0.768]]]])

    submission.agrees_with(by_hand, make, **TOLERANCE)


@graded(3, en="a batch, with other numbers of channels", zh="一个批次，通道数不同")
def test_batch(submission):
    submission.agrees_with(reference, lambda: pair(3, 2, 5, 2, 3), **TOLERANCE)
    submission.agrees_with(reference, lambda: pair(2, 4, 3, 3, 2, seed=1), **TOLERANCE)


@graded(1, en="as many channels as the teacher; float32", zh="与教师通道数相同；float32")
def test_equal_widths(submission):
    submission.agrees_with(reference, lambda: pair(4, 3, 3, 2, 2, seed=2), **TOLERANCE)
    submission.agrees_with(reference, lambda: pair(2, 3, 2, 3, 4, seed=3, dtype=np.float32), **TOLERANCE)


@graded(
    1,
    en="activations at another scale or with other signs have the same maps",
    zh="激活换了尺度或符号，图不变",
)
def test_scale_and_sign_do_not_count(submission):
    def scaled():
        h_s, _ = pair(2, 3, 3, 2, 3, seed=4)
        return h_s, -30 * h_s[:, ::-1]

    def each_sample_has_its_scale():
        h_s, h_t = pair(3, 2, 3, 2, 2, seed=5)
        return h_s * np.array([0.1, 1, 20]).reshape(3, 1, 1, 1), h_t * np.array([5, 0.2, 1]).reshape(3, 1, 1, 1)

    submission.agrees_with(reference, scaled, **TOLERANCE)
    submission.agrees_with(reference, each_sample_has_its_scale, **TOLERANCE)


@graded(1, en="small and large activations: nothing is added to a norm", zh="很小与很大的激活：范数上不加任何东西")
def test_activations_of_any_size(submission):
    def scaled(factor):
        h_s, h_t = pair(3, 2, 4, 2, 5, seed=11)
        return factor * h_s, 3 * factor * h_t

    def smallest():
        return 1e-8 * np.array([[[[1.0, -2.0, 1.0]]]]), 1e-8 * np.array([[[[2.0, 1.0, -1.0]]]])

    for factor in (1e-3, 1e-7, 1e6):
        submission.agrees_with(reference, lambda factor=factor: scaled(factor), **{**TOLERANCE, "atol": 1e-9 / factor})
    submission.agrees_with(reference, smallest, **TOLERANCE)


@graded(1, en="one channel, one position, one sample", zh="单通道、单位置、单样本")
def test_single(submission):
    submission.agrees_with(reference, lambda: pair(1, 1, 1, 2, 2, seed=6), **TOLERANCE)
    submission.agrees_with(reference, lambda: pair(2, 3, 1, 1, 1, seed=7), **TOLERANCE)
    submission.agrees_with(reference, lambda: pair(1, 2, 2, 1, 5, seed=8), **TOLERANCE)


@graded(1, en="a map of zeros stays zero: no NaN, no gradient", zh="全零的图保持为零：不出现 NaN，梯度为零")
def test_zero_maps(submission):
    def student_is_dead():
        h_s, h_t = pair(3, 2, 2, 2, 3, seed=9)
        h_s[1] = 0
        return h_s, h_t

    def teacher_is_dead():
        h_s, h_t = pair(2, 2, 2, 2, 3, seed=10)
        h_t[0] = 0
        return h_s, h_t

    submission.agrees_with(reference, student_is_dead, **TOLERANCE)
    submission.agrees_with(reference, teacher_is_dead, **TOLERANCE)
    submission.agrees_with(reference, lambda: (np.zeros((1, 2, 2, 2)), np.zeros((1, 3, 2, 2))), **TOLERANCE)


@graded(1, en="other heights, widths or samples are refused, not broadcast", zh="高、宽或样本数不同时拒绝，不做广播")
def test_maps_that_do_not_fit_are_refused(submission):
    for other in [
        (2, 3, 1, 4),
        (2, 3, 3, 1),
        (2, 3, 4, 3),
        (1, 3, 3, 4),
        (2, 3, 1, 1),
        (2, 3, 6, 8),
        (2, 3, 2, 6),
        (2, 3, 12, 1),
    ]:
        submission.rejects(ValueError, lambda other=other: (np.ones((2, 3, 3, 4)), np.ones(other)))


@graded(1, en="arrays without four axes and empty ones are refused", zh="拒绝非四维或为空的数组")
def test_other_shapes_are_refused(submission):
    for one, other in [
        ((2, 3), (2, 3)),
        ((2, 3, 4), (2, 3, 4)),
        ((2, 3, 4, 4, 2), (2, 3, 4, 4, 2)),
        ((2, 3, 4, 4), (2, 3, 4)),
        ((0, 3, 2, 2), (0, 3, 2, 2)),
        ((2, 0, 2, 2), (2, 3, 2, 2)),
        ((2, 3, 2, 2), (2, 0, 2, 2)),
        ((2, 3, 0, 2), (2, 3, 0, 2)),
    ]:
        submission.rejects(ValueError, lambda one=one, other=other: (np.ones(one), np.ones(other)))
