"""Twins of `nn/optimizers.py`: an update in one pass over the weights, where NumPy makes one pass per operation.

An optimizer is bound by memory: LeNet-300-100's weight, gradient and velocity fill three megabytes. Every operation is
rounded as NumPy rounds it, in the same order, so that the results are NumPy's to the last bit.

Differs from the twins of layers: they write into `w`, `v`, `m`, as the functions in `nn/optimizers.py` do.
"""

import numpy as np

from minicompress.kernels.jit import elementwise_jit

__all__ = ["update_adam", "update_sgd"]


def update_sgd(w, g, v, learning_rate, momentum, nesterov, weight_decay):
    """See `nn.optimizers.update_sgd`."""
    number = w.dtype.type
    options = number(learning_rate), number(momentum), nesterov, number(weight_decay)
    _run(step_sgd, g, [w, np.empty(0, w.dtype) if v is None else v], options)


def update_adam(w, g, m, v, rate, betas, correction, eps, weight_decay):
    """See `nn.optimizers.update_adam`."""
    numbers = (rate, 1 - betas[0], betas[1], 1 - betas[1], correction, eps, weight_decay)
    _run(step_adam, g, [w, m, v], map(w.dtype.type, numbers))


def _run(step, g, state, options):
    """Run a loop over flat arrays, and copy the result back into state arrays that are not contiguous."""
    flat = [np.ascontiguousarray(array).reshape(-1) for array in state]
    step(np.ascontiguousarray(g).reshape(-1), *flat, *options)
    for array, result in zip(state, flat, strict=True):
        if not array.flags.c_contiguous:
            array[...] = result.reshape(array.shape)


@elementwise_jit
def step_sgd(g, w, v, learning_rate, momentum, nesterov, weight_decay):
    """Update w and v in place by one step against g, all flat; v is empty without momentum."""
    for k in range(len(w)):
        slope = g[k]
        if weight_decay != 0:
            slope = slope + weight_decay * w[k]
        if momentum != 0:
            velocity = momentum * v[k] + slope
            v[k] = velocity
            slope = slope + momentum * velocity if nesterov else velocity
        w[k] = w[k] - learning_rate * slope


@elementwise_jit
def step_adam(g, w, m, v, rate, one_less_b1, b2, one_less_b2, correction, eps, weight_decay):
    """Update w, m and v in place by one step against g, all flat."""
    for k in range(len(w)):
        slope = g[k]
        if weight_decay != 0:
            slope = slope + weight_decay * w[k]
        first = m[k] + one_less_b1 * (slope - m[k])
        second = v[k] * b2 + one_less_b2 * (slope * slope)
        m[k], v[k] = first, second
        w[k] = w[k] - rate * (first / (np.sqrt(second) / correction + eps))
