"""The computed numbers of the card foundations/conv2d_im2col, in the order of its tables, row by row."""

import math

import numpy as np

from minicompress.nn import Conv2d
from minicompress.nn.layers.windows import im2col, output_size, pad, shifted_views

GIVEN = {
    "2.25": "16 multiplications instead of 36 for 2 x 2 outputs of a 3 x 3 kernel: arXiv:1509.09308, section 4.1",
}

LAYERS = {  # (in, out, kernel, stride, padding), image size
    "LeNet-5, first": ((1, 20, 5, 1, 0), 28),
    "LeNet-5, second": ((20, 50, 5, 1, 0), 12),
    "ResNet's first": ((3, 64, 7, 2, 3), 224),
    "ResNet, 3 x 3": ((64, 64, 3, 1, 1), 56),
    "ResNet, 1 x 1": ((256, 64, 1, 1, 0), 56),
}


def numbers():
    table = {}
    for name, (layer, size) in LAYERS.items():
        conv = Conv2d(*layer, rng=np.random.default_rng(0))
        image = (layer[0], size, size)
        shape = conv.output_shape(image)
        table[f"{name}: y"] = " x ".join(map(str, shape))
        table[f"{name}: MACs"] = f"{conv.macs(image):,}"
        table[f"{name}: weights"] = f"{conv.weight.size:,}"
        table[f"{name}: columns"] = f"{columns_of(conv, image) / math.prod(image):.1f}"
    return table | {
        "overwriting, stride 1": f"{overwriting(stride=1):.2f}",
        "overwriting, stride 3": f"{overwriting(stride=3):.2f}",
        "depthwise separable": f"{separable(64, 3):.1%}",
    }


def columns_of(conv, image):
    """How many values the columns of one image hold."""
    xp = pad(np.zeros((1, *image), np.float32), conv.padding)
    return im2col(xp, conv.kernel_size, conv.stride).size


def overwriting(stride):
    """Relative error of dx when the windows of a 3 x 3 kernel over 12 x 12 assign their gradients, not add them."""
    rng = np.random.default_rng(0)
    conv = Conv2d(4, 4, 3, stride=stride, rng=rng).astype(np.float64)
    x = rng.normal(size=(2, 4, 12, 12))
    dy = rng.normal(size=conv.forward(x).shape)
    dx = conv.backward(dy)
    wrong = np.zeros(x.shape)
    oh, ow = output_size((12, 12), (3, 3), (stride, stride))
    dcolumns = np.einsum("ocij,nopq->ijncpq", conv.weight.value, dy).reshape(9, 2, 4, oh, ow)
    for view, gradient in zip(shifted_views(wrong, (3, 3), (stride, stride)), dcolumns, strict=True):
        view[...] = gradient
    return np.linalg.norm(wrong - dx) / np.linalg.norm(dx)


def separable(out, kernel):
    """MACs of a depthwise convolution followed by a 1 x 1 one, over those of the full convolution."""
    rng, image = np.random.default_rng(0), (out, 8, 8)
    depthwise = Conv2d(out, out, kernel, padding=kernel // 2, groups=out, rng=rng)
    pointwise = Conv2d(out, out, 1, rng=rng)
    full = Conv2d(out, out, kernel, padding=kernel // 2, rng=rng)
    return (depthwise.macs(image) + pointwise.macs(image)) / full.macs(image)
