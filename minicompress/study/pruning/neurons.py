"""The share s of neurons to remove from both hidden layers of LeNet-300-100, for a given number of weights.

    a = 300 - floor(300 s),   b = 100 - floor(100 s)         neurons that are kept
    weights = 784 a + a b + 10 b,   parameters = weights + a + b + 10

Nearly all weights are in 784 a, so each neuron removed lowers the count by about 800: near 99% sparsity the only
networks are 784-3-1-10, with 2,365 weights, and 784-4-2-10, with 3,164.
"""

from collections.abc import Callable

__all__ = ["parameters_left", "share_for", "weights_left"]

_INPUTS, _FIRST, _SECOND, _CLASSES = 784, 300, 100, 10
# Half a step more than each number of removed neurons, so that rounding in share * size cannot change the number.
_SHARES = [(gone + 0.5) / _FIRST for gone in range(_FIRST)]


def weights_left(share: float) -> int:
    """Return the number of weights that `structure_pruning(model, share)` leaves."""
    a, b = _neurons(share)
    return _INPUTS * a + a * b + b * _CLASSES


def parameters_left(share: float) -> int:
    """Return the number of weights and biases that are left."""
    return weights_left(share) + sum(_neurons(share)) + _CLASSES


def share_for(count: float, left: Callable[[float], int] = weights_left) -> float:
    """Return the share, in [0, 1), that leaves the number nearest to `count`; `left` says what is counted."""
    return min(_SHARES, key=lambda share: abs(left(share) - count))


def _neurons(share):
    return _FIRST - int(share * _FIRST), _SECOND - int(share * _SECOND)
