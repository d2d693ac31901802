"""The arms of the quantization study: how each stores the weight arrays, and when the network is trained for it.

    float32, float16, bfloat16      weights in a float format; activations float32
    ptq_floats                      weights rounded to uniform codes after training, one scale per channel
    ptq_tensor, ptq_channel         weights rounded likewise, with 8-bit activations; one scale per array or channel
    qat_tensor, qat_channel         the same codes, trained with the rounding in the loop
    binary, ternary                 +-alpha, or +-alpha and 0, in all layers; batch norm is folded after training
    binary_middle                   binary between a first and a last layer of 8 bits
    power_of_two                    one shift per product
    hybrid_bits                     bits for each layer by exact allocation, then trained with them
    integer, lenet5_integer         8-bit integers from the pixels to the logits
    lenet5_float32                  LeNet-5 in floats, to compare with

PTQ takes the network that was fine-tuned in floats. The other arms start before fine-tuning and fine-tune with their
quantizer in the loop, for as many epochs. Activations have 8 bits, with a zero point; `measure.py` describes their
ranges, `stored_weights.py` how weights are packed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minicompress import nn
from minicompress._base.sizes import packed_bytes
from minicompress._base.streams import stream
from minicompress.efficiency import inference_energy
from minicompress.quantization import (
    Binarize,
    Ternarize,
    exact_allocation,
    fold_batchnorm,
    quantize_activations,
    to_integers,
)
from minicompress.quantization.activations import MovingAverageObserver, activation_quantizers
from minicompress.quantization.formats import BFLOAT16, FLOAT16
from minicompress.quantization.mixed import StorageMethod, measure_costs
from minicompress.study.quantization.small_cnn import FloatNetworks, fit, train
from minicompress.study.quantization.stored_weights import (
    FloatCodes,
    Floats,
    ScaledSigns,
    ShiftCodes,
    UniformCodes,
    store_and_read,
)

if TYPE_CHECKING:
    from minicompress.quantization.integer.model import IntegerModel

__all__ = ["ARMS", "UNIFORM", "QuantizedNetwork"]


@dataclass(frozen=True)
class QuantizedNetwork:
    """The network of a cell as it is read back from its packed arrays, and what it costs.

    Attributes
    ----------
    model : the network that is tested.
    size_bytes : of the packed arrays.
    energy_pj : picojoules of one inference, simulated.
    bits : of each weight array; empty where the study does not report them.
    floats : for an integer network, the float network whose predictions it is compared with; else None.
    """

    model: nn.Sequential | IntegerModel
    size_bytes: int
    energy_pj: int
    bits: tuple = ()
    floats: nn.Sequential | None = None


def store_floats(code: Floats, networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Store the weights of the float network in a float format."""
    return _pack(networks.fine_tuned(), _for_all(code), activation_bits=32)


def round_weights(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Round the weights after training, one scale per channel; activations stay float32."""
    return _pack(networks.fine_tuned(), _for_all(UniformCodes(int(bits), 0)), activation_bits=32)


def round_after_training(axis: int | None, networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Round weights and activations after training (PTQ); the ranges of activations come from training images."""
    quantized = quantize_activations(networks.fine_tuned(), networks.calibration)
    return _pack(quantized, _for_all(UniformCodes(int(bits), axis)))


def train_with_rounding(axis: int | None, networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Fine-tune with the rounding of weights and activations in the loop (QAT)."""
    codes = _for_all(UniformCodes(int(bits), axis))
    return _pack(_train_aware(networks, networks.folded(), codes), codes)


def binarize(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Train with one bit per weight in all layers."""
    return _train_signs(networks, _for_all(_binary()))


def ternarize(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Train with weights of -1, 0 or +1 times a scale in all layers."""
    return _train_signs(networks, _for_all(ScaledSigns(2, Ternarize)))


def binarize_middle(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Train with one bit per weight in the middle layers; the first and the last layer keep 8 bits."""
    ends = UniformCodes(8, 0)
    return _train_signs(networks, [ends, _binary(), _binary(), ends])


def train_shifts(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Train with powers of two, so that every product is a shift."""
    codes = _for_all(ShiftCodes(int(bits)))
    return _pack(_train_aware(networks, networks.folded(), codes), codes, shift=True)


def allocate_bits(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Exact bit allocation: minimize the summed loss increase at `bits` bits per weight, then train with those bits."""
    network, x = networks.folded(), networks.calibration
    y = networks.samples.y[: len(x)]

    def loss(model):
        return nn.softmax_cross_entropy(model.predict(x, batch_size=len(x)), y)[0]

    options = [UniformCodes(choice, 0) for choice in networks.configuration.hybrid_choices]
    parameters = network.weight_parameters()
    sizes = [[packed_bytes(p.size, code.bits) for code in options] for p in parameters]
    budget = sum(p.size for p in parameters) * bits / 8
    costs = measure_costs(network, [StorageMethod("", code.bits, code.transform) for code in options], loss)
    codes = [options[j] for j in exact_allocation(costs, sizes, budget).choices]
    return _pack(_train_aware(networks, network, codes), codes)


def compute_in_integers(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Convert the fine-tuned network to integers."""
    return _to_integers(networks.fine_tuned(), networks)


def keep_lenet5(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Train LeNet-5 and leave it in floats."""
    model = _lenet5(networks)
    size_bytes = sum(parameter.value.nbytes for parameter in model.parameters())
    return QuantizedNetwork(model, size_bytes, round(inference_energy(model).total_pj))


def compute_lenet5_in_integers(networks: FloatNetworks, bits: float) -> QuantizedNetwork:
    """Convert the trained LeNet-5 to integers."""
    return _to_integers(_lenet5(networks), networks)


_FLOATS = {"float32": Floats(), "float16": FloatCodes(FLOAT16), "bfloat16": FloatCodes(BFLOAT16)}
UNIFORM = ("ptq_floats", "ptq_tensor", "ptq_channel", "qat_tensor", "qat_channel")
ARMS: dict[str, Callable[[FloatNetworks, float], QuantizedNetwork]] = {
    **{name: functools.partial(store_floats, code) for name, code in _FLOATS.items()},
    "ptq_floats": round_weights,
    "ptq_tensor": functools.partial(round_after_training, None),
    "ptq_channel": functools.partial(round_after_training, 0),
    "qat_tensor": functools.partial(train_with_rounding, None),
    "qat_channel": functools.partial(train_with_rounding, 0),
    "binary": binarize,
    "ternary": ternarize,
    "binary_middle": binarize_middle,
    "power_of_two": train_shifts,
    "hybrid_bits": allocate_bits,
    "integer": compute_in_integers,
    "lenet5_float32": keep_lenet5,
    "lenet5_integer": compute_lenet5_in_integers,
}
_WEIGHT_ARRAYS = 4  # of the small CNN


def _for_all(code):
    return [code] * _WEIGHT_ARRAYS


def _binary():
    return ScaledSigns(1, lambda: Binarize(scaled=True, axis=0))


def _train_signs(networks, codes):
    """Fine-tune with batch norm, which adapts to the scales, and fold it afterwards."""
    rate = networks.configuration.signs_learning_rate
    network = _train_aware(networks, networks.with_batchnorm(), codes, learning_rate=rate)
    for parameter in network.parameters():
        parameter.bake()
    return _pack(fold_batchnorm(network), codes)


def _train_aware(networks, network, codes, *, learning_rate=None):
    for parameter, code in zip(network.weight_parameters(), codes, strict=True):
        parameter.transforms.append(code.transform())
    network = quantize_activations(network, networks.calibration)
    for quantizer in activation_quantizers(network):
        quantizer.follow(MovingAverageObserver())
    c = networks.configuration
    rate = c.tuning_learning_rate if learning_rate is None else learning_rate
    return fit(network, networks.samples, c, epochs=c.tuning_epochs, learning_rate=rate, purpose="tuning")


def _pack(model, codes, *, activation_bits=8, shift=False):
    """Pack the weights, read them back, and count bytes and picojoules of that network."""
    read, size_bytes = store_and_read(model, codes)
    bits = tuple(code.bits for code in codes)
    energy = inference_energy(read, weight_bits=list(bits), activation_bits=activation_bits, shift=shift)
    return QuantizedNetwork(read, size_bytes, round(energy.total_pj), bits)


def _to_integers(floats, networks):
    integer = to_integers(floats, networks.calibration)
    energy = inference_energy(floats, weight_bits=8, activation_bits=8)
    return QuantizedNetwork(integer, integer.size_bytes, round(energy.total_pj), floats=floats)


def _lenet5(networks):
    samples, c = networks.samples, networks.configuration

    def make():
        network = nn.zoo.lenet5(rng=stream(samples.seed, "lenet5"))
        return train(network, samples, c, epochs=c.lenet5_epochs)

    return networks.shelf.model(f"lenet5-{samples.seed}", make)
