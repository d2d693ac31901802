"""Answers to quantization/batchnorm_folding that are right, in other styles than the solution's."""

import math

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(w, b, gamma, beta, mean, variance, eps):
    if any(v is not None and np.shape(v) != (len(w),) for v in (b, gamma, beta, mean, variance)):
        raise ValueError("shape")
    if not eps > 0 or any(not v >= 0 for v in variance):
        raise ValueError("variance")


@right
def one_channel_at_a_time(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    new_w, new_b = np.zeros(w.shape), np.zeros(len(w))
    for o in range(len(w)):
        root = math.sqrt(float(variance[o]) + eps)
        bias = 0.0 if b is None else float(b[o])
        new_w[o] = w[o].astype(np.float64) * float(gamma[o]) / root
        new_b[o] = float(gamma[o]) * (bias - float(mean[o])) / root + float(beta[o])
    return new_w, new_b


@right
def as_a_diagonal_matrix(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    d = np.diag(gamma * (variance + eps) ** -0.5)
    new_w = (d @ w.reshape(len(w), -1)).reshape(w.shape)
    offset = beta - d @ mean
    return new_w, offset if b is None else d @ b + offset


@right
def in_float32_with_einsum(w, b, gamma, beta, mean, variance, eps):
    refuse_bad(w, b, gamma, beta, mean, variance, eps)
    k = (gamma / np.sqrt(variance + np.float32(eps))).astype(np.float32)
    old_b = np.zeros_like(mean) if b is None else b
    return np.einsum("o...,o->o...", w, k), k * old_b - k * mean + beta


EQUIVALENT_MUTANTS = {
    "habit: returns float64 for float32": "the stub leaves the width of the floats open",
    "habit: rounds its arguments to float32": "the stub accepts arithmetic in float32",
    "swapped: for name, vector in vectors.items(): | if not eps > 0 or not np.all(variance >= 0):": "what is refused "
    "first is the same ValueError",
}
