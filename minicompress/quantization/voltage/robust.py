"""Training of networks that tolerate flipped bits of their weights, and their accuracy on simulated chips.

Three defences, each on top of the one before:

    store well       unsigned codes, own range, true rounding                     `stored_bits.py`
    clip             |w| <= limit in training, after each step                    `WeightClip`
    train with it    g = (g(w_q) + g(w_q with random bit errors)) / 2, w <- w - step(g)      `fit_with_bit_errors`

Clipping does not help by scaling: if weights and errors shrink together, nothing is gained. The authors' reasons: no
outlier sets the range, and large logits can come only from many weights that agree, so that a few wrong weights matter
less. Networks that they trained with new errors at each step worked on other chips and at higher voltages; networks
trained with one fixed pattern did not. The gradient is computed with errors, and updates the clean float32 master.

    accuracy(V), for many chips:  draw critical voltages once per chip, then lower the voltage        `voltage_sweep`

Single chips differ: report the mean and the worst of many chips, and keep the cells of a chip for all its voltages.

Source: Stutz, Chandramoorthy, Hein, Schiele 2021 (MLSys; arXiv:2006.13977), section 4 and Algorithm 1 (RandBET).
Differs from the paper: gradients are averaged, as its text says, where Algorithm 1 prints the sum; weights only, biases
stay exact; batch norm, which the paper avoids, would see both passes in its running statistics.
Left out: errors in activations; training on the profiled pattern of one chip, which does not transfer to others.
"""

from dataclasses import dataclass

import numpy as np

from minicompress import nn
from minicompress._base.arguments import array, generator, number, reject, whole_number
from minicompress.nn.architecture import register
from minicompress.nn.batching import accuracy, batches, float_samples, same_length
from minicompress.nn.checks import check_optimizer, evaluate, first_not_finite
from minicompress.nn.losses import softmax_cross_entropy
from minicompress.nn.parameter import WeightTransform
from minicompress.nn.seen import check_sequential
from minicompress.quantization.voltage.low_voltage import (
    CriticalVoltages,
    LowVoltage,
    RandomBitErrors,
    bit_error_rate,
    relative_energy,
)
from minicompress.quantization.voltage.stored_bits import FixedPoint

__all__ = ["VoltageSweep", "WeightClip", "fit_with_bit_errors", "voltage_sweep"]


@register
class WeightClip(WeightTransform):
    """Keep the master in [-limit, limit]: a projection after each optimizer step. The network sees it unchanged.

    Parameters
    ----------
    limit : float > 0, w_max in the paper, in the unit of the weight.

    >>> value = np.array([0.05, -0.7])
    >>> WeightClip(0.1).project(value)
    >>> value.tolist()
    [0.05, -0.1]
    """

    def __init__(self, limit: float):
        self.limit = number("WeightClip", "limit", limit, low=0, open_low=True)

    def forward(self, w):
        """Return `w` as it is, a copy."""
        return np.array(w)

    def backward(self, dy):
        """Return dy as it is, a copy."""
        return np.array(dy)

    def project(self, value):
        """Clip the master in place."""
        np.clip(value, -self.limit, self.limit, out=value)

    def config(self):
        """Return the arguments of the constructor."""
        return {"limit": self.limit}

    def __repr__(self):
        return f"WeightClip({self.limit:g})"


def fit_with_bit_errors(
    model: nn.Sequential,
    x: np.ndarray,
    y,
    *,
    optimizer,
    epochs: int,
    rate: float,
    scheme=8,
    batch_size: int = 100,
    drop_last: bool = False,
    start_below: float = 1.75,
    loss=softmax_cross_entropy,
    rng: np.random.Generator,
) -> list[float]:
    """Train `model` in place with random bit errors (RandBET); return a list of the mean clean loss of each epoch.

    Each weight gets a `RandomBitErrors` as its last transform, which replaces an earlier one. It stays on the weight
    after the training, with rate 0, so that the network sees quantized weights without errors.

    Parameters
    ----------
    model : a model of `minicompress.nn`.
    x, y : training samples, floats, and labels.
    optimizer : over the model's parameters.
    epochs, batch_size : integers >= 1.
    drop_last : leave out, in each epoch, a last batch that is smaller than the others.
    rate : share of bits that flip in each second pass, in [0, 1]. 0 trains with quantization alone.
    scheme : a `FixedPoint`, or its number of bits for the robust one.
    start_below : errors start, and then continue, once the clean loss of a batch is below this number; 1.75 as in the
        paper. Errors from the first step on can keep a network from learning at all.
    loss : function (logits, y) -> (mean loss, dlogits).
    rng : np.random.Generator, which shuffles and draws errors.

    Raises
    ------
    ValueError, before anything changes, for wrong arguments; and when the loss is no longer finite: then the model
    keeps its last weights.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> options = {"optimizer": nn.SGD(model.parameters(), 0.1), "epochs": 2, "batch_size": 4}
    >>> losses = fit_with_bit_errors(model, x, np.arange(8) % 2, rate=0.01, rng=np.random.default_rng(2), **options)
    >>> len(losses), model.weight_parameters()[0].transforms[-1].rate
    (2, 0.0)
    """
    owner = "fit_with_bit_errors"
    epochs = whole_number(owner, "epochs", epochs, low=1)
    rate = number(owner, "rate", rate, low=0, high=1)
    start_below = number(owner, "start_below", start_below, finite=False)
    rng = generator(owner, "rng", rng)
    batch_size = whole_number(owner, "batch_size", batch_size, low=1)
    check_optimizer(owner, optimizer, model)
    x, y = same_length(owner, float_samples(owner, "x", x), y)
    if not len(x):
        reject(owner, "x", "at least one sample", "none")
    if drop_last and len(x) < batch_size:
        reject(owner, "batch_size", f"at most the {len(x)} training samples with drop_last", batch_size)
    errors = [RandomBitErrors(scheme, 0.0, rng=rng) for _ in model.weight_parameters()]
    for parameter, transform in zip(model.weight_parameters(), errors, strict=True):
        parameter.transforms = [*_without_errors(parameter), transform]

    losses, started = [], False
    # Not `fit`: that refuses under its own name, and takes a model that diverges back to its first state.
    for _ in range(epochs):
        total, seen = 0.0, 0
        for x_batch, y_batch in batches(x, y, batch_size, rng=rng, drop_last=drop_last):
            optimizer.zero_grad()
            clean = _pass(model, x_batch, y_batch, loss)
            if not np.isfinite(clean):
                raise ValueError(f"{owner}: the loss is {clean}; try a smaller learning rate")
            started = started or clean < start_below
            # Before the start the same clean pass counts whole: its gradient was halved.
            _set_rate(errors, rate if started else 0.0)
            _pass(model, x_batch, y_batch, loss)
            _set_rate(errors, 0.0)
            optimizer.step()
            total += clean * len(x_batch)
            seen += len(x_batch)
        losses.append(total / seen)
    name = first_not_finite(model)  # after the last step no loss has shown it yet
    if name is not None:
        raise ValueError(f"{owner}: {name} is not finite; try a smaller learning rate")
    return losses


@dataclass(frozen=True)
class VoltageSweep:
    """Accuracy of one model on several simulated chips at several voltages.

    Attributes
    ----------
    voltages : float array (v,), in Vmin, as given.
    bit_error_rates, energies : float arrays (v,): the fitted share of flipped bits, and V^2 (one access, relative).
    accuracies : float array (v, chips), fractions of right answers.
    clean : float, accuracy of the quantized model without errors.

    >>> accuracies = np.array([[0.9, 0.8], [0.5, 0.1]])
    >>> sweep = VoltageSweep(np.array([1.0, 0.8]), np.array([0, 0.01]), np.array([1.0, 0.64]), accuracies, 0.9)
    >>> sweep.worst.tolist()
    [0.8, 0.1]
    """

    voltages: np.ndarray
    bit_error_rates: np.ndarray
    energies: np.ndarray
    accuracies: np.ndarray
    clean: float

    @property
    def mean(self):
        """Mean accuracy over the chips at each voltage, (v,)."""
        return self.accuracies.mean(axis=1)

    @property
    def worst(self):
        """Accuracy of the worst chip at each voltage, (v,)."""
        return self.accuracies.min(axis=1)


def voltage_sweep(
    model: nn.Sequential,
    x: np.ndarray,
    y,
    voltages,
    *,
    scheme=8,
    chips: int = 10,
    batch_size: int = 1000,
    rng: np.random.Generator,
) -> VoltageSweep:
    """Return the `VoltageSweep` of a model whose weights are in simulated memory at each of the `voltages`.

    Parameters
    ----------
    model : a model of `minicompress.nn`; it does not change. Its transforms count, those that model bit errors do not.
    x, y : samples and labels to measure on.
    voltages : floats > 0, in Vmin.
    scheme : how weights are stored, a `FixedPoint`, or its number of bits for the robust one.
    chips : integer >= 1, how many memories to draw; each is kept through all voltages. The paper tests on 50.
    rng : np.random.Generator, for the chips.

    Raises ValueError for wrong arguments.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    >>> sweep = voltage_sweep(model, x, np.arange(8) % 2, [1.0, 0.8], chips=3, rng=np.random.default_rng(2))
    >>> sweep.accuracies.shape
    (2, 3)
    """
    check_sequential("voltage_sweep", model)
    chips = whole_number("voltage_sweep", "chips", chips, low=1)
    rng = generator("voltage_sweep", "rng", rng)
    scheme = scheme if isinstance(scheme, FixedPoint) else FixedPoint(scheme)
    voltages = array("voltage_sweep", "voltages", voltages, expected="a list of numbers").astype(np.float64)
    if voltages.ndim != 1 or not voltages.size:
        reject("voltage_sweep", "voltages", "a list of numbers", voltages.tolist())
    rates, energies = (np.array([f(float(v)) for v in voltages]) for f in (bit_error_rate, relative_energy))

    trial = model.copy()
    parameters = trial.weight_parameters()
    for parameter in parameters:
        parameter.transforms = _without_errors(parameter)
        parameter.bake()
        parameter.transforms = [RandomBitErrors(scheme, 0.0, rng=rng)]
    clean = accuracy(trial, x, y, batch_size)
    accuracies = np.zeros((len(voltages), chips))
    for chip in range(chips):
        for parameter in parameters:
            cells = CriticalVoltages(parameter.shape, scheme.bits, rng=rng)
            parameter.transforms = [LowVoltage(scheme, cells)]
        for i, voltage in enumerate(voltages):
            for parameter in parameters:
                parameter.transforms[0].voltage = float(voltage)
            accuracies[i, chip] = accuracy(trial, x, y, batch_size)
    return VoltageSweep(voltages, rates, energies, accuracies, clean)


def _pass(model, x, y, loss):
    """Add half of the gradient of one forward and backward pass; return its loss."""
    value, dlogits = evaluate("fit_with_bit_errors", loss, model.forward(x, training=True), y)
    model.backward(dlogits / 2, need_dx=False)
    return value


def _set_rate(errors, rate):
    for transform in errors:
        transform.rate = rate


def _without_errors(parameter):
    return [t for t in parameter.transforms if not isinstance(t, (RandomBitErrors, LowVoltage))]
