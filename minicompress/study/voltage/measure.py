"""How low may the voltage of the weights' memory go, and what helps a network to bear the bits that flip?

    plain      8-bit codes, symmetric and signed                      as in `quantization.py`, one scale an array
    robust     8-bit codes, unsigned, over the array's own range      how weights are stored, and nothing else
    clipped    robust, trained with |w| <= limit                      `WeightClip`
    randbet    clipped, trained with random bit errors                `fit_with_bit_errors`

The network, its training and its images are those of the study `quantization`: plain and robust store the folded
network that was trained on in floats, the others train the one from before on for as many epochs; with the two passes
of each step that takes twice as long.

**Simulated** are the chips: each draws a critical voltage for each cell from the distribution that was fitted to
published measurements of SRAM in 14 nm, and keeps it through all voltages (`quantization/voltage/low_voltage.py`).
All arms of a seed are read from the same chips. Simulated is also the energy: a voltage scales the reading of the
weights by V^2 and nothing else (`energy.py`). Only weights suffer: biases, activations and the logic are taken as safe.
Activations have 8 bits, with the least and largest value over training images as their range.

The accuracy of a cell is the median over the chips; the range is from the worst chip of any seed to the best.
Source: Stutz, Chandramoorthy, Hein, Schiele 2021 (MLSys; arXiv:2006.13977).
Left out: profiled chips, error correction, other numbers of bits.
Next: `minicompress/quantization/voltage/robust.py`.
"""

import functools
from dataclasses import asdict, dataclass

import numpy as np

from minicompress import data, nn
from minicompress.efficiency import inference_energy
from minicompress.kernels.threads import one_blas_thread
from minicompress.quantization import fold_batchnorm, quantize_activations
from minicompress.quantization.activations import activation_quantizers
from minicompress.quantization.voltage import (
    VOLTAGE_POINTS,
    FixedPoint,
    WeightClip,
    bit_error_rate,
    fit_with_bit_errors,
    voltage_sweep,
)
from minicompress.study.engine import Study
from minicompress.study.quantization.arms import QuantizedNetwork
from minicompress.study.quantization.small_cnn import FULL_TRAINING, QUICK_TRAINING, Training
from minicompress.study.samples import samples_of, stream
from minicompress.study.voltage.figure import figure

__all__ = ["study"]

_BITS = 8
SCHEMES = {
    "plain": FixedPoint(_BITS, symmetric=True, signed=True),
    **dict.fromkeys(("robust", "clipped", "randbet"), FixedPoint(_BITS)),
}


@dataclass(frozen=True, kw_only=True)
class Configuration(Training):
    """All that the numbers depend on, beside seed and versions.

    `robust_learning_rates` are those of clipped and randbet, an epoch each; `error_rate` is the share of bits that flip
    when randbet trains.
    """

    voltages: tuple
    chips: int
    clip_limit: float = 0.25
    error_rate: float = 0.05
    robust_learning_rates: tuple = (0.02, 0.005)


# Chosen with another seed and five chips, on validation images: the limit among 0.12 and 0.25, the rate among 0.01 and
# 0.05. The smaller limit bears lower voltages, and costs a point of accuracy without any errors.
_MEASURED = tuple(point.voltage for point in VOLTAGE_POINTS)
FULL = Configuration(**FULL_TRAINING, voltages=_MEASURED, chips=10)
QUICK = Configuration(**QUICK_TRAINING, voltages=_MEASURED[::2], chips=2)


def study(*, quick=False):
    """Return the study, or its miniature on 1,000 images, four voltages, two chips and two seeds."""
    configuration = QUICK if quick else FULL
    return Study(
        name="voltage",
        setting="voltage",
        setting_format=".3f",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(configuration),
        arms=dict.fromkeys(SCHEMES, configuration.voltages),
        measure=_Bench(configuration).measure,
        figure=figure,
        title=f"An 8-bit CNN on MNIST at low voltage, simulated on {configuration.chips} chips a seed",
    )


class _Bench:
    """Makes the numbers of a cell."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.mnist = functools.cache(lambda: data.load("mnist"))
        self.samples = functools.lru_cache(maxsize=1)(self._samples)

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        samples = self.samples(cell.seed)
        network = shelf.model(f"{cell.arm}-{cell.seed}", lambda: self._made(cell.arm, samples, shelf))
        x, y = samples.test
        chips = {"scheme": SCHEMES[cell.arm], "chips": self.configuration.chips, "rng": stream(cell.seed, "chips")}
        swept = voltage_sweep(network, x, y, [cell.setting], batch_size=len(x), **chips)
        (accuracies,) = swept.accuracies
        energy = inference_energy(network, weight_bits=_BITS, voltage=cell.setting, activation_bits=8)
        return {
            "accuracy": float(np.median(accuracies)),
            "worst": float(accuracies.min()),
            "best": float(accuracies.max()),
            "without_errors": swept.clean,
            "bit_error_rate": bit_error_rate(cell.setting),
            "weights_pj": round(sum(row.weights_pj for row in energy.rows)),
            "energy_pj": round(energy.total_pj),
            "size_bytes": _size_bytes(network),
        }

    def _samples(self, seed):
        return samples_of(self.mnist(), seed, self.configuration)

    def _made(self, arm, samples, shelf):
        """The network of an arm, its activations in 8 bits."""
        c = self.configuration
        network = QuantizedNetwork(_BITS, samples, shelf, c)
        if arm in ("clipped", "randbet"):
            rate = c.error_rate if arm == "randbet" else 0.0
            robust = _robust(fold_batchnorm(network.start()), samples, c, rate)
        else:
            robust = network.floats()
        return quantize_activations(robust, network.calibration)


def _robust(network, samples, c, rate):
    """Trained on in place with |w| <= limit and, unless the rate is 0, with random bit errors; without transforms."""
    for parameter in network.weight_parameters():
        parameter.transforms = [WeightClip(c.clip_limit)]
        parameter.project()
    optimizer = nn.SGD(network.parameters(), c.robust_learning_rates[0], momentum=c.momentum)
    options = {"epochs": 1, "rate": rate, "batch_size": c.batch_size, "rng": stream(samples.seed, "tuning")}
    for learning_rate in c.robust_learning_rates:
        optimizer.learning_rate = learning_rate
        with one_blas_thread():
            fit_with_bit_errors(network, samples.x, samples.y, optimizer=optimizer, **options)
    for parameter in network.weight_parameters():
        parameter.transforms = []
    return network


def _size_bytes(network):
    """Codes, for each array the centre and the scale, float32 biases and limits of activations."""
    weights = network.weight_parameters()
    biases = sum(p.size for p in network.parameters()) - sum(p.size for p in weights)
    limits = 2 * len(activation_quantizers(network))
    return sum(p.size * _BITS // 8 for p in weights) + 4 * (2 * len(weights) + biases + limits)
