"""Initializers: random weights whose variance keeps the size of signals about the same from layer to layer.

    He:      Var w = 2 / fan_in                  before a ReLU, which halves the second moment
    Glorot:  Var w = 2 / (fan_in + fan_out)      between linear or tanh layers, a compromise of forward and backward

A uniform distribution on [-a, a] has variance a^2 / 3, hence a = sqrt(3 Var w).

Sources: He et al. 2015, arXiv:1502.01852, equations 10 and 14; Glorot and Bengio 2010 (AISTATS), equations 12 and 16.
Left out: orthogonal and LSUV initialization. Biases start at zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from minicompress._base import arguments

__all__ = ["fans", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform"]


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of a weight of shape (out, in) or (out, in / groups, kh, kw).

    fan_in is the number of inputs of one output; fan_out is the number of outputs that one input reaches, computed for
    groups = 1 as in PyTorch, because the number of groups does not follow from the shape of a weight.
    """
    shape = arguments.shape("initializers", "shape", shape, like="a shape such as (300, 784)")
    if len(shape) < 2:
        raise ValueError(f"initializers: shape must have at least two axes, got {shape}")
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def he_normal(shape: Sequence[int], *, rng: np.random.Generator) -> np.ndarray:
    """Return float32 weights from N(0, 2 / fan_in). Source: He et al. 2015, arXiv:1502.01852, equation 10."""
    fan_in, _ = fans(shape)
    return _normal(shape, 2 / max(fan_in, 1), rng)


def he_uniform(shape: Sequence[int], *, rng: np.random.Generator) -> np.ndarray:
    """Return float32 weights, uniform with variance 2 / fan_in. Source: He et al. 2015, arXiv:1502.01852."""
    fan_in, _ = fans(shape)
    return _uniform(shape, 2 / max(fan_in, 1), rng)


def glorot_normal(shape: Sequence[int], *, rng: np.random.Generator) -> np.ndarray:
    """Return float32 weights from N(0, 2 / (fan_in + fan_out)). Source: Glorot and Bengio 2010, equation 12."""
    return _normal(shape, 2 / max(sum(fans(shape)), 1), rng)


def glorot_uniform(shape: Sequence[int], *, rng: np.random.Generator) -> np.ndarray:
    """Return float32 weights, uniform on +-sqrt(6 / (fan_in + fan_out)). Source: Glorot and Bengio 2010, eq. 16."""
    return _uniform(shape, 2 / max(sum(fans(shape)), 1), rng)


def _normal(shape, variance, rng):
    rng = arguments.generator("initializers", "rng", rng)
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(math.sqrt(variance))


def _uniform(shape, variance, rng):
    rng = arguments.generator("initializers", "rng", rng)
    return (2 * rng.random(shape, dtype=np.float32) - 1) * np.float32(math.sqrt(3 * variance))
