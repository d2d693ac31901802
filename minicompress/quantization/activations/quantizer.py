"""Quantizer of activations: a layer of its own in the sequence, for inference and for training.

    forward:   q = clip(round(x/s) + z, qmin, qmax),  y = s (q - z)     what the next layer sees: quantized, in floats
    backward:  dx = dy * 1[qmin <= round(x/s) + z <= qmax]              straight through, 0 where x was clipped

    observing   x passes unchanged, an observer sees it                 calibration, on training data
    static      s, z from fixed limits                                  inference; training with fixed ranges
    following   in training the observer sees each batch, limits follow it      quantization-aware training
    dynamic     s, z from the least and largest value of the batch      inference without calibration

`quantize_activations` puts such a layer in front of every layer with weights, where an integer kernel multiplies codes
of activations with codes of weights, and calibrates all of them in one pass.

Sources: Jacob et al. 2017 (arXiv:1712.05877), section 3 (simulated quantization, ranges by moving average); Bengio,
Leonard, Courville 2013 (arXiv:1308.3432; the straight-through estimator).
Left out: learned limits (PACT, LSQ); quantizing sums of residual branches.
"""

import functools

import numpy as np

from minicompress import nn
from minicompress._base.arguments import function, reject, whole_number
from minicompress.nn.seen import check_layers, check_sequential
from minicompress.quantization.activations.calibration import MinMaxObserver, MovingAverageObserver, RangeObserver
from minicompress.quantization.affine import affine_parameters, code_range

__all__ = ["ActivationQuantizer", "activation_quantizers", "quantize_activations", "saturation_ratios"]

_STORED = {kind.__name__: kind for kind in (MinMaxObserver, MovingAverageObserver)}  # whose state is a few numbers


@nn.register
class ActivationQuantizer(nn.Layer):
    """Show the next layer affine `bits`-bit activations; see the module's docstring for its states.

    Parameters
    ----------
    bits : integer from 2 to 16.
    signed : False, unsigned codes from 0, as usual for activations; True, signed codes for the same values.
    dynamic : take the range of each batch instead of fixed limits; then nothing needs to be calibrated.

    Attributes
    ----------
    limits : array (2,), low and high in the unit of x, part of the saved state; NaN until calibrated.
    saturation : share of the last forward's values that were clipped, a float; None before it.

    >>> layer = ActivationQuantizer(4, dynamic=True)
    >>> layer.forward(np.array([[0.0, 0.11, 1.5]])).round(4).tolist()
    [[0.0, 0.1, 1.5]]
    """

    unset_arrays = ("limits",)

    def __init__(self, bits: int = 8, *, signed: bool = False, dynamic: bool = False):
        self.bits = whole_number("ActivationQuantizer", "bits", bits, low=2, high=16)
        self.signed, self.dynamic = bool(signed), bool(dynamic)
        self.limits = np.full(2, np.nan, np.float32)
        self.saturation = None
        self._observer, self._follows = None, False

    def observe_with(self, observer):
        """Pass x unchanged and show it to `observer`, until `freeze` is called."""
        self._observer, self._follows = _check_observer(observer), False

    def follow(self, observer):
        """In training, show x to `observer` and take its range as limits; inference keeps using fixed limits."""
        self._observer, self._follows = _check_observer(observer), True

    def freeze(self):
        """Fix the limits at the observer's range and drop the observer. ValueError if it has seen no batch."""
        if self._observer is None:
            raise ValueError(f"{self!r}: freeze needs an observer; call observe_with or follow first")
        self.limits[...] = self._observer.range()
        self._observer = None

    @property
    def parameters_of_the_grid(self):
        """(s, z) of the fixed limits. ValueError before they are calibrated."""
        return self._grid(self.limits)

    def forward(self, x, training=False):
        """Return y of the shape and dtype of x."""
        x = self._batch(x)
        if self._observer is not None and (training or not self._follows):
            self._observer.observe(x)
            if not self._follows:
                self.saturation = 0.0
                return self._keep(x.copy(), np.ones(x.shape, bool))
            self.limits[...] = self._observer.range()
        s, z = self._grid(self._range_of(x) if self.dynamic else self.limits)
        qmin, qmax = code_range(self.bits, signed=self.signed)
        q = np.rint(x.astype(np.float64) / s) + z
        inside = (qmin <= q) & (q <= qmax)
        self.saturation = float(1 - inside.mean()) if x.size else 0.0
        return self._keep(((np.clip(q, qmin, qmax) - z) * s).astype(x.dtype), inside)

    def backward(self, dy):
        """Return dx: dy where x was not clipped, 0 elsewhere."""
        dy, inside = self._recall(dy)
        return np.where(inside, dy, dy.dtype.type(0))

    def surrogate(self, x):
        """Return the function whose derivative `backward` is: x, clipped half a step beyond the first and last code."""
        s, z = self.parameters_of_the_grid
        qmin, qmax = code_range(self.bits, signed=self.signed)
        return np.clip(x, (qmin - 0.5 - z) * s, (qmax + 0.5 - z) * s)

    def arrays(self):
        """The limits."""
        return {"limits": self.limits}

    def get_extra_state(self):
        """The observer at work, or None. ValueError for one with a histogram, which a file does not hold."""
        if self._observer is None:
            return None
        name = type(self._observer).__name__
        if type(self._observer) is not _STORED.get(name):
            raise ValueError(f"{self!r}: the {name} at work cannot be stored: freeze() the limits first")
        held = vars(self._observer).items()
        numbers = {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in held}
        return {"observer": name, "numbers": numbers, "follows": self._follows}

    def set_extra_state(self, state):
        """Restore the observer that `get_extra_state` returned."""
        observer = _STORED[state["observer"]]()
        for name in vars(observer):
            value = state["numbers"][name]
            setattr(observer, name, np.array(value) if isinstance(value, list) else value)
        self._observer, self._follows = observer, bool(state["follows"])

    def astype(self, dtype):
        """Return a copy whose limits have `dtype`."""
        twin = self.copy()
        twin.limits = twin.limits.astype(dtype)
        return twin

    def config(self):
        """Return the arguments of the constructor."""
        return {"bits": self.bits, "signed": self.signed, "dynamic": self.dynamic}

    def _range_of(self, x):
        """The least and the largest value of a batch: 0 for an empty one, ValueError for one that has none."""
        if not x.size:
            return 0.0, 0.0
        if not np.isfinite(x).all():
            raise ValueError(f"{self!r}: x must be finite for a range of its own, got NaN or infinity in it")
        return x.min(), x.max()

    def _grid(self, limits):
        low, high = map(float, limits)
        if np.isnan(low) or np.isnan(high):
            raise ValueError(f"{self!r}: limits must be calibrated first, with quantize_activations or observe_with")
        return affine_parameters(low, high, self.bits, signed=self.signed)


def quantize_activations(
    model: nn.Sequential,
    x: np.ndarray | None = None,
    *,
    bits: int = 8,
    signed: bool = False,
    observer=MinMaxObserver,
    dynamic: bool = False,
    batch_size: int = 500,
) -> nn.Sequential:
    """Return a new model with a calibrated `ActivationQuantizer` in front of every layer with weights.

    Parameters
    ----------
    model : Sequential; it does not change. Branches of a Residual are treated alike. A quantizer that is already
        in front of a layer with weights is replaced, so that a second call calibrates again.
    x : training data (n, ...), n > 0, of the kind the model will see; not used, and may be None, if `dynamic`.
    bits, signed, dynamic : of each `ActivationQuantizer`.
    observer : a function without arguments that makes a `RangeObserver`, one for each quantizer. All values by default;
        `lambda: PercentileObserver(99.9)` clips.
    batch_size : how many samples flow through at once.

    Returns
    -------
    Sequential, in inference the same model except for the rounding of activations; the weights do not change.

    Raises
    ------
    ValueError : no calibration data, NaN or infinity among the activations, bits out of range.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> [type(layer).__name__ for layer in quantize_activations(model, x, bits=4).layers]
    ['Flatten', 'ActivationQuantizer', 'Linear', 'ReLU', 'ActivationQuantizer', 'Linear']
    """
    check_sequential("quantize_activations", model)
    function("quantize_activations", "observer", observer, "a function that makes a RangeObserver")
    batch_size = whole_number("quantize_activations", "batch_size", batch_size, low=1)
    if not dynamic and (np.ndim(x) == 0 or len(x) == 0):
        reject("quantize_activations", "x", "calibration data, at least one sample", x)
    make = functools.partial(ActivationQuantizer, bits, signed=signed, dynamic=dynamic)
    twin = _with_quantizers(model.copy(), make)
    if not dynamic:
        quantizers = activation_quantizers(twin)
        for quantizer in quantizers:
            quantizer.observe_with(observer())
        for start in range(0, len(x), batch_size):
            twin.forward(x[start : start + batch_size])
        for quantizer in quantizers:
            quantizer.freeze()
    return twin


def activation_quantizers(model: nn.Sequential) -> list[ActivationQuantizer]:
    """Return every `ActivationQuantizer` of a model, in order of execution, including those in branches.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> len(activation_quantizers(quantize_activations(model, x)))
    2
    """
    check_layers("activation_quantizers", model)
    found = []
    for layer in model.layers:
        if isinstance(layer, ActivationQuantizer):
            found.append(layer)
        elif isinstance(layer, nn.Residual):
            found += activation_quantizers(layer.body) + activation_quantizers(layer.shortcut)
    return found


def saturation_ratios(model: nn.Sequential, x: np.ndarray, *, batch_size: int = 500) -> list[float]:
    """Return, for each quantizer of a model in order, the share of its inputs that are clipped when x flows through.

    Compare with the same on calibration data: a ratio that grows says that the data have moved out of the range.
    Raises ValueError for no samples, or a batch size that is not an integer >= 1.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> quantized = quantize_activations(model, x)
    >>> saturation_ratios(quantized, 100 * x)[0] > 0.5
    True
    """
    check_sequential("saturation_ratios", model)
    batch_size = whole_number("saturation_ratios", "batch_size", batch_size, low=1)
    if np.ndim(x) == 0 or len(x) == 0:
        reject("saturation_ratios", "x", "at least one sample", np.shape(x))
    batches = [x[start : start + batch_size] for start in range(0, len(x), batch_size)]
    quantizers, clipped = activation_quantizers(model), 0.0
    for batch in batches:
        model.forward(batch)
        clipped = clipped + len(batch) * np.array([quantizer.saturation for quantizer in quantizers])
    return (clipped / len(x)).tolist()


def _with_quantizers(model, make):
    """The layers of a Sequential, in a new one, with a quantizer in front of each that multiplies weights."""
    layers = []
    for layer in model.layers:
        if isinstance(layer, nn.Residual):
            layer.body, layer.shortcut = (_with_quantizers(branch, make) for branch in (layer.body, layer.shortcut))
        elif layer.weight_parameters():
            if layers and isinstance(layers[-1], ActivationQuantizer):
                layers.pop()
            layers.append(make())
        layers.append(layer)
    return nn.Sequential(layers, input_shape=model.input_shape)


def _check_observer(observer):
    if not isinstance(observer, RangeObserver):
        reject("ActivationQuantizer", "observer", "a RangeObserver such as MinMaxObserver()", observer)
    return observer
