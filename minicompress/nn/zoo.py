"""The small networks on which compression papers report results.

    lenet_300_100    784-300-100-10, ReLU between                                       266,610 parameters
    lenet5           conv 20@5x5, pool, conv 50@5x5, pool, 800-500, ReLU, 500-10        431,080 parameters
    mlp              any widths

The two LeNets take MNIST images (n, 1, 28, 28). They are the networks of Han et al. 2015, arXiv:1506.02626, section
4.1, which most pruning papers use.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from minicompress._base import arguments
from minicompress.nn.containers import Sequential
from minicompress.nn.layers.activations import Flatten, ReLU
from minicompress.nn.layers.conv import Conv2d
from minicompress.nn.layers.initializers import glorot_uniform, he_normal
from minicompress.nn.layers.linear import Linear
from minicompress.nn.layers.pooling import MaxPool2d

__all__ = ["lenet5", "lenet_300_100", "mlp"]


def mlp(sizes: Sequence[int], *, rng: np.random.Generator, input_shape: Sequence[int] | None = None) -> Sequential:
    """Return Flatten, then Linear layers from sizes[0] inputs to sizes[-1] outputs with a ReLU between; He normal.

    `mlp([784, 30, 10], rng=rng)` has one hidden layer of 30 units. `input_shape` is for the summary; None: (sizes[0],).
    """
    if not np.iterable(sizes):
        arguments.reject("mlp", "sizes", "at least two widths, such as [784, 100, 10]", sizes)
    sizes = [arguments.whole_number("mlp", "sizes", size, low=1) for size in sizes]
    if len(sizes) < 2:
        arguments.reject("mlp", "sizes", "at least two widths, of the input and of the output", sizes)
    layers = [Flatten()]
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [Linear(fan_in, fan_out, rng=rng, initializer=he_normal), ReLU()]
    return Sequential(layers[:-1], input_shape=(sizes[0],) if input_shape is None else input_shape)


def lenet_300_100(*, rng: np.random.Generator) -> Sequential:
    """Return LeNet-300-100, 784-300-100-10 with ReLU: 266,200 weights and 410 biases; He normal.

    Source: LeCun et al. 1998, "Gradient-based learning applied to document recognition", section III.C.
    Differs from the paper: ReLU for tanh, as in the compression papers.
    """
    return mlp([784, 300, 100, 10], rng=rng, input_shape=(1, 28, 28))


def lenet5(*, rng: np.random.Generator) -> Sequential:
    """Return the LeNet-5 of the compression papers, which is Caffe's: 430,500 weights and 580 biases; Glorot uniform.

    LeCun's LeNet-5 of 1998 is another network, with about 60,000 parameters. As in Caffe's `lenet_train_test.prototxt`,
    the only ReLU follows the 500-unit layer: between the convolutions, max-pooling is the only non-linearity.
    """

    def conv(fan_in, fan_out):
        return Conv2d(fan_in, fan_out, 5, rng=rng, initializer=glorot_uniform)

    def linear(fan_in, fan_out):
        return Linear(fan_in, fan_out, rng=rng, initializer=glorot_uniform)

    layers = [
        conv(1, 20),
        MaxPool2d(2),
        conv(20, 50),
        MaxPool2d(2),
        Flatten(),
        linear(800, 500),
        ReLU(),
        linear(500, 10),
    ]
    return Sequential(layers, input_shape=(1, 28, 28))
