"""Answers to pruning/network_slimming that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(gammas, betas, strength, share):
    if strength < 0 or strength != strength or share < 0 or share >= 1 or share != share:
        raise ValueError("numbers")
    if len(gammas) != len(betas) or any(g.shape != b.shape for g, b in zip(gammas, betas, strict=True)):
        raise ValueError("lists")


@right
def one_channel_at_a_time(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    places = [(abs(g[j]), -layer, -j) for layer, g in enumerate(gammas) for j in range(len(g))]
    gone = {(-layer, -j) for _, layer, j in sorted(places)[: int(share * len(places))]}
    gradients, keep, constants = [], [], []
    for layer, (g, b) in enumerate(zip(gammas, betas, strict=True)):
        stays = np.array([(layer, j) not in gone for j in range(len(g))])
        if not stays.any():
            stays[list(np.abs(g)).index(max(abs(g)))] = True
        gradient, constant = np.zeros_like(g), np.zeros_like(b)
        for j in range(len(g)):
            gradient[j] = strength if g[j] > 0 else -strength if g[j] < 0 else 0
            constant[j] = b[j] if b[j] > 0 and not stays[j] else 0
        gradients.append(gradient)
        keep.append(stays)
        constants.append(constant)
    return gradients, keep, constants


@right
def a_threshold_and_a_count_of_equals(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    sizes = np.sort([abs(float(v)) for g in gammas for v in g])
    k = int(share * len(sizes))
    threshold = sizes[k]  # the smallest that stays
    room = len(sizes) - k - np.sum(sizes > threshold)
    keep = []
    for g in gammas:
        equal = np.abs(g) == threshold
        stays = (np.abs(g) > threshold) | (equal & (np.cumsum(equal) <= room))
        room -= min(room, equal.sum())
        keep.append(stays if stays.any() else np.arange(len(g)) == np.abs(g).argmax())
    gradients = [(strength * ((g > 0).astype(float) - (g < 0))).astype(g.dtype) for g in gammas]
    return gradients, keep, [b * (b > 0) * ~m for b, m in zip(betas, keep, strict=True)]


@right
def rank_among_all(gammas, betas, strength, share):
    refuse_bad(gammas, betas, strength, share)
    layer = np.repeat(np.arange(len(gammas)), [len(g) for g in gammas])
    sizes = np.hstack([np.maximum(g, -g).astype(np.float64) for g in gammas])
    order = np.lexsort((-np.arange(len(sizes)), sizes))  # weakest first, of equal ones the last
    rank = np.argsort(order)
    strongest = [np.flatnonzero(layer == i)[np.argmax(sizes[layer == i])] for i in range(len(gammas))]
    stays = rank >= int(share * len(sizes))
    stays[strongest] = True
    keep = [stays[layer == i] for i in range(len(gammas))]
    gradients = [np.copysign(np.where(g == 0, 0, strength), g).astype(g.dtype) for g in gammas]
    constants = [b.clip(min=0) for b in betas]
    for c, m in zip(constants, keep, strict=True):
        c[m] = 0
    return gradients, keep, constants


FILL = "mask[strongest_first[:sizes.size - int(share * sizes.size)]] = True"
EQUIVALENT_MUTANTS = {
    f"swapped: {FILL} | keep = np.split(mask, np.cumsum([g.size for g in gammas])[:-1])": (
        "split returns views, which show what is written afterwards"
    ),
}
EQUIVALENT_UNDER_NUMPY = {
    1: {
        "return ([(strength * np.sign(g)).astype(g.dtype) for g in gammas], keep, constants) -> "
        "return ([strength * np.sign(g) for g in gammas], keep, constants)": (
            "NumPy 1 keeps the float32 of an array that a NumPy float64 multiplies; NumPy 2 gives float64"
        )
    }
}
