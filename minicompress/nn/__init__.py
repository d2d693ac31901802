"""The framework: a small neural network library in which every backward pass is written by hand.

Reading order: parameter, layer; in layers/: initializers, linear, windows, conv, pooling, normalization, activations,
regularization; sharing, containers, layers/residual, seen, losses, optimizers, schedules, batching, snapshot, checks,
training, gradient_check; then zoo, summary, architecture, model_file and storage; last twins, which chooses fast code.

The letters in this project:

    x  y       a layer's input and output; y also the labels of samples x
    w  b       weight and bias; `Linear.weight` is (out, in), `Conv2d.weight` (out, in / groups, kh, kw)
    dx dy dw   the gradient of the loss with respect to x, y, w: dy is dL/dy
    n          samples in the batch; images are (n, c, h, w): samples, channels, height, width
    k          kernel: kh, kw; oh, ow are the output's height and width; sh, sw the stride; ph, pw the padding
    z          logits (z_s of a student, z_t of a teacher); in quantization the zero point
    p  t       probabilities softmax(z), and target probabilities; T is the temperature: softmax(z / T)
    m  v       a mask; in optimizers m is the first moment and v the velocity or the second moment; v is also a variance
    s  q       a quantizer's scale and its integer codes: w is about s (q - z)
    g  G       a gradient inside an optimizer; the number of groups of a convolution

A `Parameter` owns the float32 master weight; `WeightTransform`s on it (a mask, a quantizer) map it to what the network
sees, `Parameter.effective()`. The transforms themselves are in the chapters, such as `pruning/masks/mask.py` and
`quantization/fake_quantize.py`.
"""

from minicompress.nn import schedules, zoo
from minicompress.nn.architecture import register
from minicompress.nn.batching import accuracy, batches, split
from minicompress.nn.containers import Sequential
from minicompress.nn.gradient_check import GradientMismatch, check_gradients, check_loss_gradient, check_transform
from minicompress.nn.layer import Layer
from minicompress.nn.layers import initializers
from minicompress.nn.layers.activations import Flatten, ReLU, Sigmoid, Tanh
from minicompress.nn.layers.conv import Conv2d
from minicompress.nn.layers.linear import Linear
from minicompress.nn.layers.normalization import BatchNorm1d, BatchNorm2d
from minicompress.nn.layers.pooling import AvgPool2d, GlobalAvgPool2d, MaxPool2d
from minicompress.nn.layers.regularization import Dropout
from minicompress.nn.layers.residual import Residual
from minicompress.nn.losses import (
    kl_divergence,
    log_softmax,
    mean_squared_error,
    soft_cross_entropy,
    softmax,
    softmax_cross_entropy,
)
from minicompress.nn.optimizers import SGD, Adam, AdamW
from minicompress.nn.parameter import Parameter, WeightTransform
from minicompress.nn.snapshot import Snapshot
from minicompress.nn.storage import load, save
from minicompress.nn.summary import Summary
from minicompress.nn.training import History, Progress, fit

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "GradientMismatch",
    "History",
    "Layer",
    "Linear",
    "MaxPool2d",
    "Parameter",
    "Progress",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Snapshot",
    "Summary",
    "Tanh",
    "WeightTransform",
    "accuracy",
    "batches",
    "check_gradients",
    "check_loss_gradient",
    "check_transform",
    "fit",
    "initializers",
    "kl_divergence",
    "load",
    "log_softmax",
    "mean_squared_error",
    "register",
    "save",
    "schedules",
    "soft_cross_entropy",
    "softmax",
    "softmax_cross_entropy",
    "split",
    "zoo",
]
