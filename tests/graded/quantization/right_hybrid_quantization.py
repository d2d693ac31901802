"""Answers to quantization/hybrid_quantization that are right, in other styles than the solution's."""

import functools
import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(costs, sizes, bits):
    if np.shape(costs) != (len(sizes), len(bits)) or not all(math.isfinite(c) for c in np.ravel(costs)):
        raise ValueError("costs")


@right
def recursion_with_a_memory(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)

    @functools.cache
    def rest(layer, left):
        if layer == len(sizes):
            return 0.0, 0, ()
        found = []
        for j, b in enumerate(bits):
            size = math.ceil(sizes[layer] * b / 8)
            tail = rest(layer + 1, left - size) if size <= left else None
            if tail is not None:
                found.append((float(costs[layer, j]) + tail[0], size + tail[1], (b, *tail[2])))
        return min(found, default=None)

    whole = rest(0, budget)
    if whole is None:
        raise ValueError("budget")
    return list(whole[2])


@right
def table_of_bytes(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    least = np.full(budget + 1, np.inf)  # of allocations that take exactly so many bytes
    least[0] = 0
    picks = []
    for n, layer in zip(sizes, costs, strict=True):
        rows = np.full((len(bits), budget + 1), np.inf)
        for j, b in enumerate(bits):
            size = (n * b + 7) // 8
            if size <= budget:
                rows[j, size:] = least[: budget + 1 - size] + layer[j]
        picks.append(rows.argmin(axis=0))
        least = rows.min(axis=0)
    used = int(least.argmin())
    if not np.isfinite(least[used]):
        raise ValueError("budget")
    chosen = []
    for n, pick in zip(reversed(sizes), reversed(picks), strict=True):
        b = bits[pick[used]]
        chosen.insert(0, b)
        used -= (n * b + 7) // 8
    return chosen


@right
def keeps_what_nothing_beats(costs, sizes, bits, budget):
    refuse_bad(costs, sizes, bits)
    front = [(0, 0.0, ())]
    for i, n in enumerate(sizes):
        grown = sorted(
            (used + -(-n * b // 8), cost + float(costs[i, j]), (*chosen, b))
            for used, cost, chosen in front
            for j, b in enumerate(bits)
        )
        front = []
        for state in grown:
            if state[0] <= budget and (not front or state[1] < front[-1][1]):
                front.append(state)
    if not front:
        raise ValueError("budget")
    return list(front[-1][2])


KEEP = "if now <= budget and (now not in reached or total < reached[now][0]):"
FOUND = "found = min(((cost, used, chosen) for used, (cost, chosen) in best.items())"
EQUIVALENT_MUTANTS = {
    f"{FOUND}, default=None) -> {FOUND})": "the least of nothing is a ValueError too",
    f"{KEEP} -> {KEEP.replace('total <', 'total <=')}": "of equal cost and bytes either may stay",
}
