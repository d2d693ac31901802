"""Answers to distillation/logit_matching that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(z_s, z_t):
    if len(z_s.shape) != 2 or 0 in z_s.shape or z_s.shape != z_t.shape:
        raise ValueError("shapes")


@right
def one_sample_at_a_time(z_s, z_t):
    refuse_bad(z_s, z_t)
    n, C = z_s.shape
    total, dz_s = 0.0, []
    for s, t in zip(z_s.tolist(), z_t.tolist(), strict=True):
        s = [value - sum(s) / C for value in s]
        t = [value - sum(t) / C for value in t]
        total += sum((a - b) ** 2 for a, b in zip(s, t, strict=True))
        dz_s.append([(a - b) / (n * C) for a, b in zip(s, t, strict=True)])
    return total / (2 * n * C), np.array(dz_s)


@right
def by_the_centring_matrix(z_s, z_t):
    refuse_bad(z_s, z_t)
    n, C = z_s.shape
    P = np.eye(C) - np.full((C, C), 1 / C)
    d = z_s @ P - z_t @ P
    return float((d * d).sum() / (2 * n * C)), d @ P / (n * C)


@right
def as_a_variance(z_s, z_t):
    refuse_bad(z_s, z_t)
    difference = z_s.astype(np.float32) - z_t.astype(np.float32)
    loss = 0.5 * np.mean(np.var(difference, axis=1))
    return loss, (difference - difference.mean(1)[:, None]) / np.float32(difference.size)


@right
def by_pairs_of_classes(z_s, z_t):
    """A variance is half the mean squared difference of all pairs."""
    refuse_bad(z_s, z_t)
    n, C = z_s.shape
    difference = np.asarray(z_s, np.float64) - z_t
    pairs = difference[:, :, None] - difference[:, None, :]
    return np.sum(pairs**2) / (4 * n * C * C), pairs.sum(axis=2) / (n * C * C)


EQUIVALENT_MUTANTS = {
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "habit: takes numbers below 1e-15 for zero": "the tolerance is 1e-5: logits of 1e-15 cannot show",
    "habit: clips numbers beyond 1e15": "the stub has logits of at most 1e12",
    "return (np.mean(d ** 2) / 2, d / d.size) -> "
    "return (np.mean(d ** 2) / 2, d / (d.size + 1e-08))": "n C is at least 1: 1e-8 more is far below the tolerance",
    "swapped: if z_s.ndim != 2 or z_s.size == 0 or z_t.shape != z_s.shape: | "
    "z = z_s.astype(np.float64)": "the copy changes nothing that the comparison looks at",
}
