"""How few bits does a network need: rounded after training or trained with the rounding, and in which kind of code?

    accuracy against bits     2 to 8 bits, PTQ and QAT, one scale per array or per channel; binary and ternary
    kinds side by side        float32 and shorter floats; binary between 8-bit ends; powers of two; uniform codes;
                              bits for each layer by exact allocation: accuracy, bytes, picojoules
    integer arithmetic        8 bits throughout, no float between the pixels and the logits

The network is that of `small_cnn.py` on MNIST; the integer arms also run LeNet-5. The input of every layer with weights
is quantized to 8 bits with a zero point. Ranges of activations come from training images: the least and the largest
value over `calibration_samples` of them (`MinMaxObserver`), and in quantization-aware training moving averages over the
batches (`MovingAverageObserver`). The float arms and "ptq_floats" leave activations float32. Biases are float32 except
in the integer networks.

Bytes are counted on packed arrays, including scales, biases and limits (`stored_weights.py`); the accuracy is of the
network read back from them. Picojoules are simulated (`minicompress/efficiency/energy.py`): published energies per
operation times the number of operations. They cover float32 and integers: float16 is counted as float32 arithmetic on
weights of half the bits, and a product with a one- or two-bit weight as an 8-bit product.

The test set is used only for the reported accuracies. 5,000 images split off the training set choose the epoch; with a
seed that is not reported they also chose the learning rates.

Left out: learned step sizes, stochastic rounding, binary activations, other networks.
"""

import functools
from dataclasses import asdict, dataclass

import numpy as np

from minicompress import data, nn
from minicompress.study.engine import Study
from minicompress.study.quantization.arms import ARMS, UNIFORM
from minicompress.study.quantization.figure import figure
from minicompress.study.quantization.small_cnn import FULL_TRAINING, QUICK_TRAINING, FloatNetworks, Training
from minicompress.study.samples import samples_of

__all__ = ["study"]


@dataclass(frozen=True, kw_only=True)
class Configuration(Training):
    """Everything that the numbers depend on besides seed and versions.

    `hybrid_choices` are the numbers of bits that an array may get.
    """

    lenet5_epochs: int
    bits: tuple
    hybrid_choices: tuple = (2, 3, 4, 5, 6, 8)
    signs_learning_rate: float = 0.05


# The learning rate of binary and ternary weights was chosen among 0.01 and 0.05: they start far from their
# final values.
FULL = Configuration(**FULL_TRAINING, lenet5_epochs=1, bits=(2, 3, 4, 5, 6, 7, 8))
QUICK = Configuration(**QUICK_TRAINING, lenet5_epochs=1, bits=(3, 8))


def study(*, quick: bool = False) -> Study:
    """Return the study, or its miniature on 1,000 images, two numbers of bits and two seeds."""
    configuration = QUICK if quick else FULL
    return Study(
        name="quantization",
        setting="bits",
        setting_format=".3g",
        quick=bool(quick),
        seeds=2 if quick else 3,
        configuration=asdict(configuration),
        arms={
            "float32": (32,),
            "float16": (16,),
            "bfloat16": (16,),
            **dict.fromkeys(UNIFORM, configuration.bits),
            "binary": (1,),
            "ternary": (2,),
            "binary_middle": (1,),
            "power_of_two": (4,),
            "hybrid_bits": (2.5, 3),
            "integer": (8,),
            "lenet5_float32": (32,),
            "lenet5_integer": (8,),
        },
        measure=_Bench(configuration).measure,
        figure=figure,
        title="Quantizing a small CNN on MNIST",
    )


class _Bench:
    """Measures a cell: make its network, pack and read back its weights, test it."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.mnist = functools.cache(lambda: data.load("mnist"))
        self.samples = functools.lru_cache(maxsize=1)(self._samples)

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        samples = self.samples(cell.seed)
        network = ARMS[cell.arm](FloatNetworks(samples, shelf, self.configuration), cell.setting)
        measured = {
            "accuracy": nn.accuracy(network.model, *samples.test),
            "validation_accuracy": nn.accuracy(network.model, *samples.validation),
            "size_bytes": network.size_bytes,
            "energy_pj": network.energy_pj,
            **{f"bits_{i}": bits for i, bits in enumerate(network.bits)},
        }
        if network.floats is not None:
            measured["differing_predictions"] = _count_differing(network.model, network.floats, samples.test[0])
        return measured

    def _samples(self, seed):
        return samples_of(self.mnist(), seed, self.configuration)


def _count_differing(model, other, x):
    """Return the number of images for which two networks predict different classes."""
    return int(np.count_nonzero(model.predict(x).argmax(axis=1) != other.predict(x).argmax(axis=1)))
