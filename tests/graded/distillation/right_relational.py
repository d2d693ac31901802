"""Answers to distillation/relational that are right, in other styles than the solution's."""

import itertools

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(h_s, h_t):
    if len(h_s.shape) != 2 or len(h_t.shape) != 2 or h_s.shape[0] != h_t.shape[0] or h_s.shape[0] in (0, 1):
        raise ValueError("samples")
    if all((row == h_s[0]).all() for row in h_s) or all((row == h_t[0]).all() for row in h_t):
        raise ValueError("equal")


@right
def each_pair_once(h_s, h_t):
    refuse_bad(h_s, h_t)
    pairs = list(itertools.combinations(range(len(h_s)), 2))
    psi = []
    for h in (h_s, h_t):
        d = np.array([np.linalg.norm(h[i] - h[j]) for i, j in pairs])
        psi.append(d / d[d != 0].mean())
    total = 0.0
    for one, other in zip(*psi, strict=True):
        u = abs(one - other)
        total += 0.5 * u * u if u < 1 else u - 0.5
    return total / len(pairs)


@right
def clipped_slope_and_norms(h_s, h_t):
    refuse_bad(h_s, h_t)
    d_s, d_t = (np.linalg.norm(h[None, :].astype(np.float64) - h[:, None], axis=-1) for h in (h_s, h_t))
    u = d_s * np.count_nonzero(d_s) / d_s.sum() - d_t * np.count_nonzero(d_t) / d_t.sum()
    slope = np.clip(u, -1, 1)
    losses = slope * u - slope**2 / 2
    return float(losses[~np.eye(len(u), dtype=bool)].mean())


@right
def float32_after_the_differences(h_s, h_t):
    refuse_bad(h_s, h_t)
    n, rows = len(h_s), []
    for h in (h_s, h_t):
        d = np.stack([np.sqrt(np.square((h - one).astype(np.float32)).sum(axis=1)) for one in h])
        rows.append(d / (d.sum() / (d > 0).sum()))
    u = np.abs(rows[0] - rows[1])
    within = np.minimum(u, 1)
    return np.sum(within * within / 2 + (u - within)) / (n * n - n)


SUM = "return np.sum(np.where(u {} 1, u ** 2 / 2, u - 0.5)) / (n * (n - 1))"
PSI = "u = np.abs(relative_distances({}) - relative_distances({}))"
D = "d = np.sqrt(np.sum(({}) ** 2, axis=2))"
EQUIVALENT_MUTANTS = {
    "habit: takes numbers below 1e-15 for zero": "the stub has no distances between 0 and 1e-8",
    "habit: clips numbers beyond 1e15": "the stub has distances of at most 1e8, and no sample that far away",
    f"{SUM.format('<=')} -> {SUM.format('<=').replace('(n * (n - 1))', '(n * (n - 1) + 1e-08)')}": "n (n - 1) >= 2",
    "if (h_s.ndim, h_t.ndim, len(h_t)) != (2, 2, n): -> if (h_s.ndim, h_t.ndim) != (2, 2):": (
        "distances of n and of other samples do not broadcast, ValueError too, and one sample is refused behind it"
    ),
    f"swapped: if (h_s.ndim, h_t.ndim, len(h_t)) != (2, 2, n): | {PSI.format('h_s', 'h_t')}": (
        "distances change nothing, and what they refuse is a ValueError too"
    ),
    f"{SUM.format('<=')} -> {SUM.format('<')}": "both branches are 1/2 at 1",
    f"{PSI.format('h_s', 'h_t')} -> {PSI.format('h_t', 'h_s')}": "the magnitude forgets the sign",
    f"{D.format('h[:, None] - h[None]')} -> {D.format('h[None] - h[:, None]')}": "the square forgets the sign",
}
