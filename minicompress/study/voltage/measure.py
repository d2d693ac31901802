"""How low may the voltage of the weights' memory go, and what makes a network robust to the bits that flip?

The network, its training and its images are the same as in the study `quantization`; `arms.py` says how each arm trains
and stores it.

The chips are **simulated**: each memory cell of a chip has a critical voltage, which is drawn from the distribution
fitted to published measurements of SRAM in 14 nm and stays the same at all voltages
(`quantization/voltage/low_voltage.py`). All arms of a seed use the same chips. The energy is simulated too: reading the
weights scales with V^2, and nothing else depends on the voltage (`efficiency/energy.py`). Only weights have errors:
biases, activations and logic are assumed to be free of errors. Activations have 8 bits; their range is from the least
to the largest value over training images.

The accuracy of a cell is the median over the chips; the range is from the worst to the best chip of any seed.
Source: Stutz, Chandramoorthy, Hein, Schiele 2021 (MLSys; arXiv:2006.13977).
Left out: profiled chips, error correction, other numbers of bits.
"""

import functools
from dataclasses import asdict, dataclass

import numpy as np

from minicompress import data
from minicompress._base.streams import stream
from minicompress.efficiency import inference_energy
from minicompress.quantization.activations import activation_quantizers
from minicompress.quantization.voltage import VOLTAGE_POINTS, bit_error_rate, voltage_sweep
from minicompress.study.engine import Study
from minicompress.study.quantization.small_cnn import FULL_TRAINING, QUICK_TRAINING, FloatNetworks, Training
from minicompress.study.samples import samples_of
from minicompress.study.voltage.arms import ARMS, BITS
from minicompress.study.voltage.figure import figure

__all__ = ["study"]


@dataclass(frozen=True, kw_only=True)
class Configuration(Training):
    """Everything that the numbers depend on besides seed and versions.

    `robust_learning_rates` has one rate per epoch of the arms clipped and randbet; `error_rate` is the share of bits
    that flip while randbet trains.
    """

    voltages: tuple
    chips: int
    clip_limit: float = 0.25
    error_rate: float = 0.05
    robust_learning_rates: tuple = (0.02, 0.005)


# Chosen on validation images with a seed that is not reported and five chips: `clip_limit` among 0.12 and 0.25,
# `error_rate` among 0.01 and 0.05. The smaller limit tolerates lower voltages, but costs a point of accuracy without
# errors.
_MEASURED = tuple(point.voltage for point in VOLTAGE_POINTS)
FULL = Configuration(**FULL_TRAINING, voltages=_MEASURED, chips=10)
QUICK = Configuration(**QUICK_TRAINING, voltages=_MEASURED[::2], chips=2)


def study(*, quick: bool = False) -> Study:
    """Return the study, or its miniature on 1,000 images, four voltages, two chips and two seeds."""
    configuration = QUICK if quick else FULL
    return Study(
        name="voltage",
        setting="voltage",
        setting_format=".3f",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(configuration),
        arms=dict.fromkeys(ARMS, configuration.voltages),
        measure=_Bench(configuration).measure,
        figure=figure,
        title=f"An 8-bit CNN on MNIST at low voltage, simulated on {configuration.chips} chips a seed",
    )


class _Bench:
    """Measures a cell: make its network, then test it on simulated chips."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.mnist = functools.cache(lambda: data.load("mnist"))
        self.samples = functools.lru_cache(maxsize=1)(self._samples)

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        samples = self.samples(cell.seed)
        stored = ARMS[cell.arm](FloatNetworks(samples, shelf, self.configuration))
        network = stored.model
        x, y = samples.test
        chips = {"scheme": stored.scheme, "chips": self.configuration.chips, "rng": stream(cell.seed, "chips")}
        swept = voltage_sweep(network, x, y, [cell.setting], batch_size=len(x), **chips)
        (accuracies,) = swept.accuracies
        energy = inference_energy(network, weight_bits=BITS, voltage=cell.setting, activation_bits=8)
        return {
            "accuracy": float(np.median(accuracies)),
            "worst": float(accuracies.min()),
            "best": float(accuracies.max()),
            "without_errors": swept.clean,
            "bit_error_rate": bit_error_rate(cell.setting),
            "weights_pj": round(sum(row.weights_pj for row in energy.rows)),
            "energy_pj": round(energy.total_pj),
            "size_bytes": _count_bytes(network),
        }

    def _samples(self, seed):
        return samples_of(self.mnist(), seed, self.configuration)


def _count_bytes(network):
    """Return the bytes of the codes, a centre and a scale per array, float32 biases and activation limits."""
    weights = network.weight_parameters()
    biases = sum(p.size for p in network.parameters()) - sum(p.size for p in weights)
    limits = 2 * len(activation_quantizers(network))
    return sum(p.size * BITS // 8 for p in weights) + 4 * (2 * len(weights) + biases + limits)
