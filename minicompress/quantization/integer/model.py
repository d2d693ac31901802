"""Conversion of a trained network into one that runs in integers: first ranges, then scales, then codes.

    1. fold batch norm                          `activations/folding.py`; what is quantized is what runs
    2. s, z of the input and of each output     from calibration samples, or from the network's ActivationQuantizers
    3. s_w of each output channel, q_w          8 bits, symmetric: `uniform.py`
    4. q_b, M = s_x s_w / s_y                   `arithmetic.py`; the scales are no longer needed

A channel of tiny weights has a tiny s_w, so that its bias would take more than 32 bits, or M would be below 2^-30. Its
scale is widened until both fit: s_w >= |b| / (2^30 s_x) and s_w >= 2^-30 s_y / s_x, which its outputs do not show.
Likewise s_y >= 2^-29 s_x s_w, because the sum has no finer unit.

A ReLU right behind a linear layer or a convolution is fused: the range is that behind the ReLU, and codes end at z_y.
Max-pooling and Flatten keep their input's grid. An ActivationQuantizer, from calibration or quantization-aware
training, gives its grid to the layer with weights in front of it, whatever pooling lies between: the largest code is
the code of the largest number. From the codes of the input to the codes of the logits everything is integer; only
`predict` quantizes the input and dequantizes the logits.

Source: Jacob et al. 2017 (arXiv:1712.05877), sections 2 and 3.
Left out: layers that the LeNets do not have (addition, averages, softmax).
`file.py` keeps such a network in a file.
"""

import dataclasses
from collections.abc import Callable

import numpy as np

from minicompress import nn
from minicompress._base import arguments
from minicompress.nn.seen import check_sequential
from minicompress.quantization.activations.calibration import MinMaxObserver, RangeObserver
from minicompress.quantization.activations.folding import fold_batchnorm
from minicompress.quantization.activations.quantizer import ActivationQuantizer
from minicompress.quantization.affine import affine_parameters, code_range
from minicompress.quantization.granularity import check_output_axis
from minicompress.quantization.integer import file
from minicompress.quantization.integer.arithmetic import FixedPointScale, quantize_bias
from minicompress.quantization.integer.grid import AffineGrid
from minicompress.quantization.integer.layers import (
    IntegerConv2d,
    IntegerFlatten,
    IntegerLinear,
    IntegerMaxPool2d,
    IntegerReLU,
    largest_sum,
)
from minicompress.quantization.uniform import quantize, symmetric_scale

__all__ = ["IntegerModel", "to_integers"]


class IntegerModel:
    """A network from codes to codes.

    Attributes
    ----------
    layers : list of integer layers.
    x_grid, y_grid : the AffineGrids of the input and of the logits.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> integers = to_integers(model, x)
    >>> integers.predict(x).shape, integers.size_bytes
    ((8, 2), 63)
    """

    def __init__(self, layers, x_grid, y_grid):
        self.layers, self.x_grid, self.y_grid = layers, x_grid, y_grid

    def forward(self, q, dtype=np.int32):
        """Return the codes of the logits for the codes of a batch; sums are taken in `dtype`, see `layers.py`."""
        for layer in self.layers:
            q = layer.forward(q, dtype)
        return q

    def predict(self, x, batch_size=100, *, dtype=np.float64):
        """Return float32 logits for float inputs, `batch_size` samples at a time: quantize, `forward`, dequantize.

        Sums are in float64 by default, which gives the same codes as int32 and is faster. Sums and products of 64
        bits are large: of 100 samples they stay in a processor's cache.
        """
        batch_size = arguments.whole_number("predict", "batch_size", batch_size, low=1)
        x = arguments.array("predict", "x", x, finite=True)
        if x.ndim == 0:
            arguments.reject("predict", "x", "a batch of samples", x)
        starts = range(0, max(len(x), 1), batch_size)
        codes = [self.forward(self.x_grid.codes(x[start : start + batch_size]), dtype) for start in starts]
        return self.y_grid.numbers(np.concatenate(codes))

    @property
    def size_bytes(self):
        """Bytes of all codes, biases, multipliers and shifts."""
        return sum(layer.size_bytes for layer in self.layers)

    def save(self, path):
        """Write the model to `path`, atomically; see `file.py`."""
        file.save(self, path)

    @staticmethod
    def load(path):
        """Return a new IntegerModel from a file that `save` wrote. ValueError names the file and what is wrong."""
        return IntegerModel(*file.load(path))

    def __repr__(self):
        return f"IntegerModel({', '.join(map(repr, self.layers))}; {self.size_bytes:,} bytes)"


def to_integers(
    model: nn.Sequential,
    x: np.ndarray,
    *,
    axis: int | None = 0,
    signed: bool = True,
    rescaling: Callable = FixedPointScale,
    observer: Callable[[], RangeObserver] = MinMaxObserver,
) -> IntegerModel:
    """Return a new IntegerModel of a trained network, with 8-bit weights; `model` does not change.

    Parameters
    ----------
    model : Sequential of Linear, Conv2d, BatchNorm behind one of them, ReLU, MaxPool2d, Flatten, Dropout,
        ActivationQuantizer. Weights are taken as the network sees them, through their transforms, and put on an 8-bit
        grid of their own: that of a `FakeQuantize(8)` is kept with `axis=None`.
    x : calibration samples from the training set, at least one; they flow through at once.
    axis : 0 (the default), one weight scale for each output channel; None, one for the array.
    signed : bool, whether activations are int8 or uint8, where no ActivationQuantizer gives the grid.
    rescaling : `FixedPointScale`, `TwiceRoundedScale` or `FloatScale`.
    observer : a function without arguments that makes a `RangeObserver`, for grids that no ActivationQuantizer gives.

    Raises
    ------
    ValueError : no samples, NaN or infinity among them or among the weights; a layer of another kind; an
        ActivationQuantizer that is not calibrated, or of more than 8 bits; sums that could leave 32 bits.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> to_integers(model, x)
    IntegerModel(IntegerFlatten(), IntegerLinear(4, 3), IntegerLinear(3, 2); 63 bytes)
    """
    check_sequential("to_integers", model)
    arguments.function("to_integers", "rescaling", rescaling, "a class such as FixedPointScale")
    arguments.function("to_integers", "observer", observer, "a function that makes a RangeObserver")
    axis = check_output_axis("to_integers", axis)
    x = arguments.array("to_integers", "x", x, kinds="fiub")
    if x.ndim == 0 or x.size == 0 or not np.isfinite(x).all():
        arguments.reject("to_integers", "x", "finite calibration samples, at least one", f"shape {x.shape}")
    network = _simplify(model)
    y = x.astype(network.dtype or np.float32)
    head, *segments = _segments(network.layers)
    grid = x_grid = _find_grid(head, y, signed, observer)
    layers = [_convert_layer_without_weights(layer, grid) for layer in _without_quantizers(head)]
    for layer in head:
        y = layer.forward(y)
    for weighted, *rest in segments:
        y = weighted.forward(y)
        fused = bool(rest) and isinstance(rest[0], nn.ReLU)
        y_grid = _find_grid(rest, rest[0].forward(y) if fused else y, signed, observer)
        layer, y_grid = _convert_layer_with_weights(weighted, grid, y_grid, axis, rescaling, fused)
        layers.append(layer)
        layers += [_convert_layer_without_weights(layer, y_grid) for layer in _without_quantizers(rest[fused:])]
        for layer in rest:
            y = layer.forward(y)
        grid = y_grid
    return IntegerModel(layers, x_grid, grid)


def _simplify(model):
    """The model with effective weights, batch norm folded and dropout left out."""
    baked = model.copy()
    for name, parameter in baked.named_parameters().items():
        parameter.bake()
        if not np.isfinite(parameter.value).all():
            raise ValueError(f"to_integers: model must have finite weights, got NaN or infinity in {name}")
    folded = fold_batchnorm(baked)
    folded.layers = [layer for layer in folded.layers if not isinstance(layer, nn.Dropout)]
    return folded


def _segments(layers):
    """Return lists of layers: those before the first layer with weights, then each such layer with those after it."""
    segments = [[]]
    for layer in layers:
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            segments.append([])
        segments[-1].append(layer)
    return segments


def _find_grid(layers, y, signed, observer):
    """The grid that the ActivationQuantizer among `layers` gives, or that of the range of y."""
    quantizers = [layer for layer in layers if isinstance(layer, ActivationQuantizer)]
    if len(quantizers) > 1 or any(layer.bits > 8 for layer in quantizers):
        expected = "with at most one ActivationQuantizer, of at most 8 bits, between layers with weights"
        arguments.reject("to_integers", "model", expected, quantizers)
    if quantizers:
        (quantizer,) = quantizers
        return AffineGrid(*quantizer.parameters_of_the_grid, quantizer.bits, quantizer.signed)
    seen = observer()
    seen.observe(y)
    return AffineGrid(*affine_parameters(*seen.range(), 8, signed=signed), 8, signed)


def _without_quantizers(layers):
    return [layer for layer in layers if not isinstance(layer, ActivationQuantizer)]


def _convert_layer_with_weights(layer, x_grid, y_grid, axis, rescaling, fused):
    b = np.zeros(len(layer.weight.value)) if layer.bias is None else layer.bias.value.astype(np.float64)
    least = np.maximum(np.abs(b) / 2**30 / x_grid.s, 2.0**-30 * y_grid.s / x_grid.s)
    q_w, s_w = _quantize_weight(layer.weight.value, least, axis)
    y_grid = dataclasses.replace(y_grid, s=max(y_grid.s, 2.0**-29 * x_grid.s * float(s_w.max())))
    q_b = quantize_bias(b, x_grid.s * s_w)
    _check_sums(layer, q_w, q_b)
    low, high = code_range(y_grid.bits, signed=y_grid.signed)
    options = {"z_x": x_grid.z, "z_y": y_grid.z, "low": y_grid.z if fused else low, "high": high}
    options["rescale"] = rescaling(
        np.maximum(x_grid.s * s_w / y_grid.s, 2.0**-30)
    )  # the bound holds up to the rounding of the quotient
    if isinstance(layer, nn.Linear):
        return IntegerLinear(q_w, q_b, **options), y_grid
    shape = {"stride": layer.stride, "padding": layer.padding, "groups": layer.groups}
    return IntegerConv2d(q_w, q_b, **shape, **options), y_grid


def _quantize_weight(w, least, axis):
    """The codes of a weight and its scales, one for each output channel and none below `least`."""
    shared = [w] * len(w) if axis is None else w
    # A channel of zeros has no scale of its own: it takes the finest, for the sake of its bias.
    s_w = np.array(
        [max(symmetric_scale(one, 8) if np.any(one) else 0, s) for one, s in zip(shared, least, strict=True)]
    )
    s_w = np.full(len(w), s_w.max()) if axis is None else s_w
    return quantize(w, s_w.reshape(-1, *(1 for _ in w.shape[1:])), 8), s_w


def _check_sums(layer, q_w, q_b):
    largest = largest_sum(q_w, q_b)
    if largest >= 2**31:
        raise ValueError(f"to_integers: sums of {layer!r} must fit into 32 bits, got up to {largest:,}")


def _convert_layer_without_weights(layer, grid):
    if isinstance(layer, nn.ReLU):
        return IntegerReLU(grid.z)
    if isinstance(layer, nn.MaxPool2d):
        return IntegerMaxPool2d(layer.kernel_size, layer.stride, layer.padding)
    if isinstance(layer, nn.Flatten):
        return IntegerFlatten()
    return arguments.reject("to_integers", "model", "of layers that run in integers here (see its docstring)", layer)
