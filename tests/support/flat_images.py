"""Images in which many windows are equal, a network over them, and its gradients; also run by itself in a child."""

import sys

import numpy as np
import threadpoolctl

from minicompress import nn


def flat(rng, n, dtype):
    """Images of four flat squares: inside each of them all windows are equal, those of the next layers too."""
    return np.kron(rng.standard_normal((n, 1, 2, 2)), np.ones((24, 24))).astype(dtype)


def two_convolutions(rng):
    layers = [nn.Conv2d(1, 20, 5, rng=rng), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5, rng=rng), nn.MaxPool2d(2)]
    for layer in layers[::2]:
        layer.bias.value[...] = rng.standard_normal(layer.bias.shape)
    return nn.Sequential(*layers)


def in_single_precision():
    """A network, x and dy."""
    rng = np.random.default_rng(0)
    model, x = two_convolutions(rng), flat(rng, 4, np.float32)
    return model, x, rng.standard_normal((4, 50, 9, 9)).astype(np.float32)


def gradients(model, x, dy):
    """y, dx, and the gradient of every parameter."""
    model.zero_grad()
    y = model.forward(x)
    dx = model.backward(dy)
    return y, dx, [parameter.grad.copy() for parameter in model.parameters()]


def openblas_kernel():
    """The kernel of NumPy's OpenBLAS; empty for another library."""
    found = [info["architecture"] for info in threadpoolctl.threadpool_info() if info["internal_api"] == "openblas"]
    return found[0] if found else ""


if __name__ == "__main__":
    y, _, grads = gradients(*in_single_precision())
    np.savez(sys.stdout.buffer, openblas_kernel(), y, *grads)
