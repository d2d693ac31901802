"""Answers to quantization/calibration_entropy that are right, in other styles than the solution's."""

import itertools
import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(counts, width, levels):
    if len(counts) == 0 or min(counts) < 0 or sum(counts) == 0 or math.isnan(width) or width <= 0:
        raise ValueError("counts or width")
    if levels < 1 or levels > len(counts):
        raise ValueError("levels")


@right
def one_bin_at_a_time(counts, width, levels):
    refuse_bad(counts, width, levels)
    n, best, chosen = sum(int(count) for count in counts), math.inf, None
    for i in range(levels, len(counts) + 1):
        inside = sum(int(count) for count in counts[:i])
        total = 0.0
        for k in range(levels):
            bins = range(-(-k * i // levels), -(-(k + 1) * i // levels))  # ceil(k i / L) up to ceil((k + 1) i / L)
            used = [int(counts[j]) for j in bins if counts[j]]
            for j in bins:
                p = int(counts[j]) + (n - inside if j == i - 1 else 0)
                if p and not counts[j]:
                    total = math.inf
                elif p:
                    total += p / n * (math.log(p / n) - math.log(sum(used) / len(used) / inside))
        if total < best - 1e-12:
            best, chosen = total, i
    return (chosen + 0.5) * width


@right
def cross_entropy_with_slices(counts, width, levels):
    """KL = log(sum Q) - log(sum P) + (sum P log P - sum P log Q) / sum P."""
    refuse_bad(counts, width, levels)
    h = np.asarray(counts, np.float64)
    scores = {}
    for i in range(int(levels), h.size + 1):
        starts = [math.ceil(k * i / levels - 1e-9) for k in range(levels)] + [i]
        q = np.zeros(i)
        for start, end in itertools.pairwise(starts):
            part = h[start:end]
            q[start:end][part > 0] = part.sum() / max(1, np.count_nonzero(part))
        p = h[:i].copy()
        p[i - 1] = h[i - 1 :].sum()
        where = p > 0
        if (q[where] == 0).any():
            scores[i] = np.inf
        else:
            p, q = p[where], q[where]
            scores[i] = np.log(q.sum() / p.sum()) + (p @ np.log(p) - p @ np.log(q)) / p.sum()
    least = min(scores.values())
    return width * (0.5 + min(i for i, score in scores.items() if score <= least + 1e-9))


@right
def with_a_matrix_that_merges(counts, width, levels):
    refuse_bad(counts, width, levels)
    counts = np.asarray(counts, np.float64)
    best = (np.inf, 0)
    for i in reversed(range(levels, len(counts) + 1)):
        merge = (np.arange(i) * levels // i)[None, :] == np.arange(levels)[:, None]
        kept, used = counts[:i], (counts[:i] > 0).astype(float)
        q = used * (merge.T @ ((merge @ kept) / np.where(merge @ used > 0, merge @ used, 1)))
        p = kept + np.where(np.arange(i) == i - 1, counts[i:].sum(), 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = p / p.sum() * np.log((p / p.sum()) / (q / q.sum()))
        d = float(np.nansum(np.where(p > 0, np.where(q > 0, terms, np.inf), 0)))
        if d <= best[0] + 1e-12:
            best = (min(d, best[0]), i)
    return (best[1] + 0.5) * width


SHARE = "share = np.bincount(level, kept) / np.maximum(np.bincount(level, used), 1)"
UNITS = "p, q = (p / p.sum(), q / q.sum())"
ADD = "divergences.append(np.sum(p * np.log(p / q)))"
SMALL = "counts are at least 1: it moves a divergence by far less than the 1e-6 that separate the least from the others"
EQUIVALENT_MUTANTS = {
    f"{UNITS} -> p, q = (p / (p.sum() + 1e-08), q / q.sum())": SMALL,
    f"{UNITS} -> p, q = (p / p.sum(), q / (q.sum() + 1e-08))": SMALL,
    f"{ADD} -> divergences.append(np.sum(p * np.log(p / q + 1e-08)))": SMALL,
    f"{ADD} -> divergences.append(np.sum(p * np.log(p / (q + 1e-08))))": SMALL,
    "swapped: if not width > 0 or not np.any(counts) or np.min(counts) < 0: | "
    "if levels not in range(1, len(counts) + 1):": "only the order of two refusals",
    "if levels not in range(1, len(counts) + 1): -> if levels not in range(1, len(counts) + 2):": (
        "with more levels than bins nothing is tried, and argmin refuses an empty list"
    ),
    f"{SHARE} -> share = np.bincount(level, kept) / np.maximum(1, np.bincount(level, used))": "symmetric",
    f"{SHARE} -> share = np.bincount(level, kept) / np.bincount(level, used)": "0 / 0 of an empty level is not read",
    f"{SHARE} -> share = np.bincount(level, kept) / np.maximum(np.bincount(level, used), 0)": "the same 0 / 0",
    f"{UNITS} -> p, q = (p * p.sum(), q / q.sum())": "P has the same sum for every i: a constant factor",
    f"{UNITS} -> p, q = (p, q / q.sum())": "P has the same sum for every i: a constant factor",
}
