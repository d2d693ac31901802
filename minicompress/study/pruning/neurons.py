"""How many neurons must go, so that a given number of weights is left? One share s for both layers of LeNet-300-100.

    a = 300 - floor(300 s),   b = 100 - floor(100 s)         neurons that stay
    weights = 784 a + a b + 10 b,   parameters = weights + a + b + 10

Nearly all weights are in 784 a, so the count goes down in steps of about 800, a neuron each: near 99% sparsity there is
784-3-1-10, with 2,365 weights, and 784-4-2-10, with 3,164, and nothing between them.
"""

__all__ = ["parameters_left", "share_for", "weights_left"]

_INPUTS, _FIRST, _SECOND, _CLASSES = 784, 300, 100, 10
# Half a step above the neuron that goes last, so that no rounding of share * size can keep it.
_SHARES = [(gone + 0.5) / _FIRST for gone in range(_FIRST)]


def weights_left(share):
    """Return the number of weights that `structure_pruning(model, share)` leaves."""
    a, b = _neurons(share)
    return _INPUTS * a + a * b + b * _CLASSES


def parameters_left(share):
    """Return the number of weights and biases that are left."""
    return weights_left(share) + sum(_neurons(share)) + _CLASSES


def share_for(count, left=weights_left):
    """Return the share, in [0, 1), that leaves the number nearest to `count`; `left` says what is counted."""
    return min(_SHARES, key=lambda share: abs(left(share) - count))


def _neurons(share):
    return _FIRST - int(share * _FIRST), _SECOND - int(share * _SECOND)
