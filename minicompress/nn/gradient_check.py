"""Gradient check: one random projection compares a backward pass with finite differences, at any size.

With L = <r, f(x)> for a random r, and a random direction v for x (and in turn for each parameter):

    analytic = <backward(r), v>           numeric = (L(x + h v) - L(x - h v)) / 2h,  central differences in float64

This takes two forward passes per array instead of two per element, and misses a wrong gradient only if its error is
orthogonal to v. The difference is relative to ||backward(r)||, the typical size of <backward(r), v>.

Every evaluation uses a new copy, so that dropout draws the same mask, batch norm starts from the same statistics, and
the layer that is checked does not change.

Traps: ReLU and max-pooling have kinks; an x within h of a kink gives a false alarm. A straight-through estimator is
deliberately not the derivative of its staircase: it is checked against the `surrogate` that it declares.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minicompress._base import arguments
from minicompress.nn.layer import Layer
from minicompress.nn.parameter import WeightTransform

__all__ = ["GradientMismatch", "ProjectionCheck", "check_gradients", "check_loss_gradient", "check_transform"]


class GradientMismatch(AssertionError):
    """A gradient is not the derivative of its forward pass; the message has both numbers.

    >>> issubclass(GradientMismatch, AssertionError)
    True
    """


@dataclass(frozen=True)
class ProjectionCheck:
    """The analytic and the numeric derivative of the array `name` along a random direction, and their difference."""

    name: str
    analytic: float
    numeric: float
    relative_error: float

    def __str__(self):
        both = f"analytic {self.analytic:.9g}, numeric {self.numeric:.9g}"
        return f"{self.name}: {both}, relative error {self.relative_error:.1e}"


def check_gradients(
    layer: Layer,
    x: np.ndarray,
    *,
    rng: np.random.Generator,
    training: bool = False,
    step: float = 1e-5,
    tolerance: float = 1e-6,
) -> list[ProjectionCheck]:
    """Check a layer's or model's backward at x, for x and for every parameter, on copies in float64.

    Parameters
    ----------
    layer : Layer; a Sequential is one. Parameters whose transforms declare a `surrogate` are baked on the copy, so
        that the layer is checked for what it sees; `check_transform` checks the rest.
    x : floats (n, ...), away from kinks.
    rng : np.random.Generator that draws projection and directions.
    training : bool, passed to forward.
    step : float, h; 1e-5 balances truncation (h^2) and rounding (1e-16 / h).
    tolerance : float, the largest relative error that passes.

    Returns
    -------
    list of ProjectionCheck, x first, then the parameters by name.

    Raises
    ------
    GradientMismatch, with the array of the largest error and both numbers.

    >>> from minicompress import nn
    >>> [check.name for check in check_gradients(nn.Tanh(), np.ones((2, 3)), rng=np.random.default_rng(0))]
    ['x']
    """
    if not isinstance(layer, Layer):
        arguments.reject("check_gradients", "layer", "a Layer", layer)
    x, step = _check_arguments("check_gradients", "x", x, rng, step)
    layer = layer.astype(np.float64)
    layer.zero_grad()
    for parameter in layer.parameters():
        if any(hasattr(transform, "surrogate") for transform in parameter.transforms):
            parameter.bake()
    trial = layer.copy()
    r = rng.standard_normal(trial.forward(x, training=training).shape)
    gradients = {"x": trial.backward(r)} | {name: p.grad for name, p in trial.named_parameters().items()}

    def loss_after(name, change):
        moved = layer.copy()
        if name != "x":
            moved.named_parameters()[name].value += change
        return np.vdot(r, moved.forward(x + change if name == "x" else x, training=training))

    checks = [
        _project(name, g, lambda change, n=name: loss_after(n, change), rng, step) for name, g in gradients.items()
    ]
    return _judge(repr(layer), checks, tolerance)


def check_loss_gradient(
    loss: Callable,
    logits: np.ndarray,
    targets: np.ndarray,
    *,
    rng: np.random.Generator,
    step: float = 1e-5,
    tolerance: float = 1e-6,
    **options,
) -> list[ProjectionCheck]:
    """Check that `loss(logits, targets, **options)` returns its derivative as dlogits; like `check_gradients`.

    >>> from minicompress import nn
    >>> checks = check_loss_gradient(nn.softmax_cross_entropy, np.zeros((2, 3)), [0, 2], rng=np.random.default_rng(0))
    >>> checks[0].relative_error < 1e-6
    True
    """
    arguments.function("check_loss_gradient", "loss", loss, "a function (logits, targets) -> (loss, dlogits)")
    logits, step = _check_arguments("check_loss_gradient", "logits", logits, rng, step)
    _, dlogits = loss(logits, targets, **options)
    checks = [_project("logits", dlogits, lambda change: loss(logits + change, targets, **options)[0], rng, step)]
    return _judge(getattr(loss, "__name__", repr(loss)), checks, tolerance)


def check_transform(
    transform: WeightTransform, w: np.ndarray, *, rng: np.random.Generator, step: float = 1e-5, tolerance: float = 1e-6
) -> list[ProjectionCheck]:
    """Check a WeightTransform's backward at w; like `check_gradients`.

    A transform with a method `surrogate(w)` is a straight-through estimator: its backward is checked against the
    derivative of the surrogate. Any other transform is checked against the derivative of `forward`.

    >>> class Half(WeightTransform):
    ...     def forward(self, w):
    ...         return w / 2
    ...
    ...     def backward(self, dy):
    ...         return dy / 2
    >>> check_transform(Half(), np.ones(3), rng=np.random.default_rng(0))[0].relative_error < 1e-6
    True
    """
    if not isinstance(transform, WeightTransform):
        arguments.reject("check_transform", "transform", "a WeightTransform", transform)
    w, step = _check_arguments("check_transform", "w", w, rng, step)
    trial = copy.deepcopy(transform)
    r = rng.standard_normal(trial.forward(w).shape)

    def loss_after(change):
        moved = copy.deepcopy(transform)
        return np.vdot(r, getattr(moved, "surrogate", moved.forward)(w + change))

    return _judge(type(transform).__name__, [_project("w", trial.backward(r), loss_after, rng, step)], tolerance)


def _check_arguments(owner, argument, array, rng, step):
    arguments.generator(owner, "rng", rng)
    array = arguments.floats(owner, argument, array, otherwise=np.float64).astype(np.float64)
    return array, arguments.number(owner, "step", step, low=0, open_low=True)


def _project(name, gradient, loss_after, rng, step):
    v = rng.standard_normal(gradient.shape)
    analytic = float(np.vdot(gradient, v))
    numeric = float(loss_after(step * v) - loss_after(-step * v)) / (2 * step)
    # The floor is for gradients that are exactly zero, such as that of a bias before batch norm: both numbers are
    # rounding noise then.
    scale = max(float(np.linalg.norm(gradient)), abs(numeric), 1e-3)
    return ProjectionCheck(name, analytic, numeric, abs(analytic - numeric) / scale)


def _judge(owner, checks, tolerance):
    tolerance = arguments.number("gradient check", "tolerance", tolerance, low=0, open_low=True)
    worst = max(checks, key=lambda check: check.relative_error if np.isfinite(check.relative_error) else np.inf)
    if not worst.relative_error <= tolerance:  # written so that NaN fails
        raise GradientMismatch(f"{owner}: {worst} > {tolerance:g}")
    return checks
