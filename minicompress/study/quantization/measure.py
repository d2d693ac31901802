"""How few bits does a network need: rounded after training or trained with the rounding, and in which kind of code?

    accuracy against bits     2 to 8 bits, PTQ and QAT, one scale for the array or for each channel; binary and ternary
    kinds side by side        float32 and shorter floats; binary between 8-bit ends; powers of two, and 8 bits for all;
                              bits for each layer by exact allocation: accuracy, bytes, picojoules
    integers alone            8 bits throughout, no float between the pixels and the logits

`small_cnn.py` on MNIST, and LeNet-5 in integers too. Activations have 8 bits and a zero point in front of every layer
with weights. Their ranges come from training images: the least and largest value over `calibration_samples` of them
(`MinMaxObserver`), and in quantization-aware training moving averages over the batches (`MovingAverageObserver`).
"ptq_floats" leaves activations float32. Biases are float32, but in the integer networks.

Bytes are those of arrays that are really packed, scales, biases and limits among them (`stored_weights.py`); the
accuracy is that of what is read back. Picojoules are simulated (`minicompress/efficiency/energy.py`): published
figures of operations times counts. They know float32 and integers: float16 is counted as float32 that is read with half
the bits, and a product with one bit or two as an 8-bit one.

The test set is used for the accuracies that are reported, and for nothing else. 5,000 images split off the training set
choose the epoch; with another seed than those reported they chose the learning rates.

Left out: learned step sizes, stochastic rounding, binary activations, other networks.
Next: `quantized_networks.py`, what each arm does; `voltage.py`, the other knob.
"""

import functools
from dataclasses import asdict, dataclass

import numpy as np

from minicompress import data, nn
from minicompress.efficiency import inference_energy
from minicompress.quantization import to_integers
from minicompress.study.engine import Study
from minicompress.study.quantization.arms import UNIFORM, QuantizedNetwork
from minicompress.study.quantization.figure import figure
from minicompress.study.quantization.small_cnn import FULL_TRAINING, QUICK_TRAINING, Training, trained
from minicompress.study.quantization.stored_weights import stored_and_read
from minicompress.study.samples import samples_of, stream

__all__ = ["study"]


@dataclass(frozen=True, kw_only=True)
class Configuration(Training):
    """All that the numbers depend on, beside seed and versions. `hybrid_choices` are the bits an array may get."""

    lenet5_epochs: int
    bits: tuple
    hybrid_choices: tuple = (2, 3, 4, 5, 6, 8)
    signs_learning_rate: float = 0.05


# The rate of signs was chosen among 0.01 and 0.05: they start far from where they will be.
FULL = Configuration(**FULL_TRAINING, lenet5_epochs=1, bits=(2, 3, 4, 5, 6, 7, 8))
QUICK = Configuration(**QUICK_TRAINING, lenet5_epochs=1, bits=(3, 8))


def study(*, quick=False):
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
    """Makes the numbers of a cell."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.mnist = functools.cache(lambda: data.load("mnist"))
        self.samples = functools.lru_cache(maxsize=1)(self._samples)

    def measure(self, cell, shelf):
        """Return the numbers of the cell."""
        samples = self.samples(cell.seed)
        network = QuantizedNetwork(cell.setting, samples, shelf, self.configuration)
        if cell.arm == "integer":
            return _in_integers(network.floats(), network, samples)
        if cell.arm.startswith("lenet5"):
            lenet5 = shelf.model(f"lenet5-{cell.seed}", lambda: self._lenet5(samples))
            if cell.arm == "lenet5_integer":
                return _in_integers(lenet5, network, samples)
            return _in_floats(lenet5, samples)
        return _stored(*network.made(cell.arm), network, samples)

    def _samples(self, seed):
        return samples_of(self.mnist(), seed, self.configuration)

    def _lenet5(self, samples):
        network = nn.zoo.lenet5(rng=stream(samples.seed, "lenet5"))
        return trained(network, samples, self.configuration, epochs=self.configuration.lenet5_epochs)


def _stored(model, codes, network, samples):
    """The numbers of a network that is packed and read back."""
    read, size_bytes = stored_and_read(model, codes)
    energy = inference_energy(
        read,
        weight_bits=[code.bits for code in codes],
        activation_bits=network.activation_bits,
        shift=network.shift,
    )
    bits = {f"bits_{i}": code.bits for i, code in enumerate(codes)}
    return {**_accuracies(read, samples), "size_bytes": size_bytes, "energy_pj": round(energy.total_pj), **bits}


def _in_floats(model, samples):
    size_bytes = sum(parameter.value.nbytes for parameter in model.parameters())
    energy = round(inference_energy(model).total_pj)
    return {**_accuracies(model, samples), "size_bytes": size_bytes, "energy_pj": energy}


def _in_integers(model, network, samples):
    """The numbers of the integer network of a float one, and how many test predictions differ."""
    integer = to_integers(model, network.calibration)
    energy = round(inference_energy(model, weight_bits=8, activation_bits=8).total_pj)
    x = samples.test[0]
    differing = np.count_nonzero(integer.predict(x).argmax(axis=1) != model.predict(x).argmax(axis=1))
    measured = {**_accuracies(integer, samples), "size_bytes": integer.size_bytes, "energy_pj": energy}
    return {**measured, "differing_predictions": int(differing)}


def _accuracies(model, samples):
    return {
        "accuracy": nn.accuracy(model, *samples.test),
        "validation_accuracy": nn.accuracy(model, *samples.validation),
    }
