"""How is a trained network turned into one that runs in integers? Ranges first, then scales, then codes.

    1. fold batch norm                          `folding.py`; what is quantized is what runs
    2. run the calibration samples              training data; the range of the input and of each layer's output
    3. s, z of each activation                  `affine.py`, 8 bits; s_w of each output channel, 8 bits symmetric
    4. q_w, q_b, M = s_x s_w / s_y              `integer.py`; the scales are forgotten

A ReLU right behind a linear layer or a convolution is fused: the range is that behind the ReLU, and codes end at z_y.
Max-pooling and Flatten hand their input's s and z on. From the codes of the input to the codes of the logits everything
is integer; only `predict` quantizes at the door and dequantizes at the exit.

Source: Jacob et al. 2017 (arXiv:1712.05877), sections 2 and 3; Krishnamoorthi 2018 (arXiv:1806.08342).
Left out: layers that the LeNets do not have (addition, averages, softmax). Training for it is `fake_quantize.py`.
Next: `hybrid.py`, where layers get different numbers of bits.
"""

import numpy as np

from minicompress import arguments, nn
from minicompress.quantization.affine import affine_dequantize, affine_parameters, affine_quantize, code_range
from minicompress.quantization.folding import fold_batchnorm
from minicompress.quantization.integer import FixedPointScale, quantize_bias
from minicompress.quantization.integer_layers import (
    IntegerConv2d,
    IntegerFlatten,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
)
from minicompress.quantization.uniform import quantize, symmetric_scale

__all__ = ["IntegerModel", "min_max", "to_integers"]

_BITS = 8


class IntegerModel:
    """A network from codes to codes.

    Attributes
    ----------
    layers : list of integer layers.
    s_x, z_x, s_y, z_y : scale and zero point of the input and of the logits.
    signed : whether activations are int8 or uint8.
    """

    def __init__(self, layers, *, s_x, z_x, s_y, z_y, signed):
        self.layers, self.signed = layers, signed
        self.s_x, self.z_x, self.s_y, self.z_y = s_x, z_x, s_y, z_y

    def forward(self, q, dtype=np.int32):
        """Return the codes of the logits for the codes of a batch; sums are taken in `dtype`, see `integer_layers`."""
        for layer in self.layers:
            q = layer.forward(q, dtype)
        return q

    def predict(self, x, batch_size=1000, *, dtype=np.float64):
        """Return float32 logits for float inputs, `batch_size` samples at a time: quantize, `forward`, dequantize.

        Sums are taken in float64 by default, which gives the same codes as int32 and is faster.
        """
        batch_size = arguments.whole_number("predict", "batch_size", batch_size, low=1)
        x = np.asarray(x)
        starts = range(0, max(len(x), 1), batch_size)
        codes = [self.forward(self._codes(x[start : start + batch_size]), dtype) for start in starts]
        return affine_dequantize(np.concatenate(codes), self.s_y, self.z_y)

    @property
    def size_bytes(self):
        """Bytes of all codes, biases, multipliers and shifts."""
        return sum(layer.size_bytes for layer in self.layers)

    def _codes(self, x):
        return affine_quantize(x, self.s_x, self.z_x, _BITS, signed=self.signed)


def min_max(y):
    """Return the range (low, high) of an array: nothing is clipped, and one outlier sets the step for all."""
    return float(np.min(y)), float(np.max(y))


def to_integers(model, x, *, per_channel=True, signed=True, rescaling=FixedPointScale, observe=min_max):
    """Return the IntegerModel of a trained network, 8 bits throughout; `model` stays as it is.

    Parameters
    ----------
    model : Sequential of Linear, Conv2d, BatchNorm behind one of them, ReLU, MaxPool2d, Flatten, Dropout. Weights are
        taken as the network sees them, through their transforms.
    x : calibration samples, from the training set, at least one; a few hundred are enough for ranges.
    per_channel : bool, one weight scale for each output channel or one for the array.
    signed : bool, activations as int8 or uint8.
    rescaling : `FixedPointScale`, `TwiceRoundedScale` or `FloatScale`.
    observe : function of an array of activations returning its range (low, high).

    Raises
    ------
    ValueError : no samples, NaN or infinity among them; a layer of another kind; a range of NaN; sums that could leave
        32 bits.
    """
    x = np.asarray(x)
    if x.ndim == 0 or x.size == 0 or not np.isfinite(x).all():
        arguments.reject("to_integers", "x", "finite calibration samples, at least one", f"shape {x.shape}")
    low, high = code_range(_BITS, signed=signed)
    network = _simplified(model)
    y = x.astype(network.dtype or np.float32)
    s, z = s_x, z_x = affine_parameters(*observe(y), _BITS, signed=signed)
    layers = []
    for block in _blocks(network.layers):
        for layer in block:
            y = layer.forward(y)
        if isinstance(block[0], (nn.Linear, nn.Conv2d)):
            s_y, z_y = affine_parameters(*observe(y), _BITS, signed=signed)
            w = _quantized_weight(block[0], s, per_channel)
            grid = {"z_x": z, "z_y": z_y, "low": low if len(block) == 1 else z_y, "high": high}
            layers.append(_weighted(block[0], *w, s_y, rescaling, grid))
            s, z = s_y, z_y
        else:
            layers.append(_unweighted(block[0], z))
    return IntegerModel(layers, s_x=s_x, z_x=z_x, s_y=s, z_y=z, signed=signed)


def _simplified(model):
    """The model with effective weights, batch norm folded and dropout left out."""
    baked = model.copy()
    for parameter in baked.parameters():
        parameter.bake()
    folded = fold_batchnorm(baked)
    folded.layers = [layer for layer in folded.layers if not isinstance(layer, nn.Dropout)]
    return folded


def _blocks(layers):
    """Layers one by one, but a ReLU together with the linear layer or convolution in front of it."""
    blocks = []
    for layer in layers:
        if blocks and isinstance(layer, nn.ReLU) and isinstance(blocks[-1][-1], (nn.Linear, nn.Conv2d)):
            blocks[-1].append(layer)
        else:
            blocks.append([layer])
    return blocks


def _quantized_weight(layer, s_x, per_channel):
    """The codes of weight and bias, and the unit s_x s_w of the accumulator, one for each channel."""
    w = layer.weight.value
    s_w = np.array([symmetric_scale(one, _BITS) for one in (w if per_channel else [w] * len(w))])
    q_w = quantize(w, s_w.reshape(-1, *(1 for _ in w.shape[1:])), _BITS)
    b = np.zeros(len(w)) if layer.bias is None else layer.bias.value
    return q_w, quantize_bias(b, s_x * s_w), s_x * s_w


def _weighted(layer, q_w, q_b, s_acc, s_y, rescaling, grid):
    _check_sums(layer, q_w, q_b)
    options = {"rescale": rescaling(s_acc / s_y), **grid}
    if isinstance(layer, nn.Linear):
        return IntegerLinear(q_w, q_b, **options)
    return IntegerConv2d(q_w, q_b, stride=layer.stride, padding=layer.padding, groups=layer.groups, **options)


def _check_sums(layer, q_w, q_b):
    """No input whatever may take a sum out of 32 bits: a code less its zero point has a magnitude of at most 255."""
    largest = 255 * np.abs(q_w.astype(np.int64)).reshape(len(q_w), -1).sum(axis=1) + np.abs(q_b.astype(np.int64))
    if largest.max(initial=0) >= 2**31:
        raise ValueError(f"to_integers: sums of {layer!r} must fit into 32 bits, got up to {largest.max():,}")


def _unweighted(layer, z):
    if isinstance(layer, nn.ReLU):
        return IntegerReLU(z)
    if isinstance(layer, nn.MaxPool2d):
        return IntegerMaxPool2d(layer.kernel_size, layer.stride, layer.padding)
    if isinstance(layer, nn.Flatten):
        return IntegerFlatten()
    return arguments.reject("to_integers", "model", "of layers that run in integers here (see its docstring)", layer)
