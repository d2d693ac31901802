"""Energy of one inference in picojoules, by layer: arithmetic, reading of weights, and activations.

    E = sum over layers of  MACs (E_multiply + E_add)  +  weights E_read  +  (inputs + outputs) E_read

**Simulated**: nothing is measured here. Published figures of single operations are multiplied by counts.

Published (`PUBLISHED_PJ`): 45 nm, Horowitz 2014 as printed by Han et al. 2015.

    32-bit integer add 0.1    float32 add 0.9    32-bit integer multiply 3.1    float32 multiply 3.7      pJ
    32 bits from SRAM 5       32 bits from DRAM 640

Fitted, by the authors of QKeras, to Horowitz' integers (`multiply_pj`, `add_pj`):

    E_multiply(n) = 0.002995 n^2 + 0.00104 n       8 bits 0.2,  32 bits 3.1
    E_add(n)      = 0.003125 n                     8 bits 0.025, 32 bits 0.1

Assumptions:

* Each weight is read once per inference, from `memory`; inputs and outputs of each layer with weights pass through SRAM
  once. Reading n bits costs n/32 of a 32-bit access.
* A multiplication is as wide as the wider of its factors; sums are 32 bits wide; 32 bits mean float32.
* A multiplication by a power of two is a shift, and a shift costs as much as an addition of its width.
* `voltage` is that of the weights' memory: reading the weights scales with V^2; nothing else depends on it.

Left out: control, clock, leakage, the size of the SRAM, reuse and caches, biases and the layers without weights, which
are a good part of a real chip. So compare networks under the same assumptions, and do not trust a single number.

Sources: Horowitz 2014 (ISSCC, "Computing's energy problem"); Han, Pool, Tran, Dally 2015 (arXiv:1506.02626), figure 1;
github.com/google/qkeras, qtools.
"""

import math
from dataclasses import dataclass

import numpy as np

from minicompress import nn
from minicompress._base.arguments import number, one_of, reject, whole_number
from minicompress._base.tables import table_lines
from minicompress.nn.seen import check_sequential
from minicompress.quantization.voltage.low_voltage import relative_energy

__all__ = ["PUBLISHED_PJ", "EnergyReport", "LayerEnergy", "add_pj", "inference_energy", "multiply_pj", "read_pj"]

PUBLISHED_PJ = {
    "int32 add": 0.1,
    "float32 add": 0.9,
    "int32 multiply": 3.1,
    "float32 multiply": 3.7,
    "sram": 5.0,  # 32 bits
    "dram": 640.0,  # 32 bits
}


def multiply_pj(bits: int) -> float:
    """Return the energy in pJ of multiplying two integers of `bits` bits, 1 to 32: QKeras' fit.

    >>> round(multiply_pj(8), 3)
    0.2
    """
    bits = whole_number("multiply_pj", "bits", bits, low=1, high=32)
    return 0.002994791667 * bits**2 + 0.001041666667 * bits


def add_pj(bits: int) -> float:
    """Return the energy in pJ of adding two integers of `bits` bits, 1 to 32: QKeras' linear fit.

    >>> round(add_pj(8), 3)
    0.025
    """
    return 0.003125 * whole_number("add_pj", "bits", bits, low=1, high=32)


def read_pj(bits: int, memory: str) -> float:
    """Return the energy in pJ of reading `bits` >= 0 bits from "sram" or "dram".

    >>> read_pj(8, "dram")
    160.0
    """
    bits = number("read_pj", "bits", bits, low=0)
    return PUBLISHED_PJ[one_of("read_pj", "memory", memory, ("sram", "dram"))] * bits / 32


@dataclass(frozen=True)
class LayerEnergy:
    """One layer with weights: its MACs, the bits per weight, and the energies of one inference in pJ.

    >>> LayerEnergy("1.Linear", 12, 8, compute_pj=3.0, weights_pj=15.0, activations_pj=9.0).total_pj
    27.0
    """

    name: str
    macs: int
    weight_bits: int
    compute_pj: float
    weights_pj: float
    activations_pj: float

    @property
    def total_pj(self):
        """The sum of the three energies."""
        return self.compute_pj + self.weights_pj + self.activations_pj


@dataclass(frozen=True)
class EnergyReport:
    """The simulated energies of one inference: a row per layer with weights, and the assumptions.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> report = inference_energy(model)
    >>> len(report.rows), round(report.total_pj)
    (2, 233)
    """

    rows: tuple
    assumed: str

    @property
    def total_pj(self):
        """Picojoules of one inference."""
        return sum(row.total_pj for row in self.rows)

    def __str__(self):
        table = [("layer", "MACs", "bits", "compute pJ", "weights pJ", "activations pJ", "total pJ")]
        for row in self.rows:
            energies = row.compute_pj, row.weights_pj, row.activations_pj, row.total_pj
            table.append((row.name, f"{row.macs:,}", str(row.weight_bits), *(f"{e:,.0f}" for e in energies)))
        columns = [[getattr(row, f"{part}_pj") for row in self.rows] for part in ("compute", "weights", "activations")]
        sums = [*(math.fsum(column) for column in columns), self.total_pj]
        table.append(("total", f"{sum(row.macs for row in self.rows):,}", "", *(f"{e:,.0f}" for e in sums)))
        return "\n".join([*table_lines(table), f"simulated: {self.assumed}"])


def inference_energy(
    model: nn.Sequential,
    *,
    weight_bits=32,
    activation_bits: int = 32,
    memory: str = "sram",
    shift: bool = False,
    voltage: float = 1.0,
    input_shape=None,
) -> EnergyReport:
    """Return the `EnergyReport` of one inference of `model` for one sample.

    Parameters
    ----------
    model : a Sequential of `minicompress.nn`.
    weight_bits : integer from 1 to 32 for all layers with weights, or a list of one per such layer; 32 is float32.
    activation_bits : integer from 1 to 32; 32 is float32.
    memory : where weights are read from, "sram" (the default: they fit on the chip) or "dram".
    shift : whether weights are powers of two, so that products are shifts. Then both factors must be integers.
    voltage : of the weights' memory, in Vmin; at 1.0 the memory has no errors.
    input_shape : of one sample; by default the model's own.

    Raises
    ------
    ValueError : numbers out of range, a list of the wrong length, an input shape that is unknown or does not fit,
        `shift` with float32.

    >>> from minicompress import nn
    >>> model = nn.zoo.mlp([4, 3, 2], rng=np.random.default_rng(0))
    >>> floats, bytes_ = inference_energy(model), inference_energy(model, weight_bits=8, activation_bits=8)
    >>> floats.total_pj / bytes_.total_pj > 4
    True
    """
    check_sequential("inference_energy", model)
    owner = "inference_energy"
    bits = _bits_of_layers(model, weight_bits)
    activation_bits = whole_number(owner, "activation_bits", activation_bits, low=1, high=32)
    if shift and 32 in (activation_bits, *bits):
        reject(owner, "shift", "False where weights or activations are float32 (32 bits)", shift)
    scale = relative_energy(voltage)
    read_pj(0, memory)  # checks the memory
    shape = model.input_shape if input_shape is None else input_shape
    if input_shape is not None and (not np.iterable(shape) or isinstance(shape, str)):
        reject(owner, "input_shape", "the shape of a sample, such as (1, 28, 28)", shape)
    if shape is None:
        reject(owner, "input_shape", "given, such as (1, 28, 28): the model does not know it", None)
    rows, left, shape = [], list(bits), tuple(shape)
    for index, layer in enumerate(model.layers):
        macs, new_shape = layer.macs(shape), layer.output_shape(shape)
        weights = sum(parameter.size for parameter in layer.weight_parameters())
        if weights:
            n = left.pop(0)
            compute = macs * _mac_pj(n, activation_bits, shift)
            moved = (math.prod(shape) + math.prod(new_shape)) * activation_bits
            read = scale * read_pj(weights * n, memory)
            name = f"{index}.{type(layer).__name__}"
            rows.append(LayerEnergy(name, macs, n, compute, read, read_pj(moved, "sram")))
        shape = new_shape
    product = "shifts" if shift else "multiplications"
    where = f"weights once from {memory} at {voltage:g} Vmin"
    return EnergyReport(tuple(rows), f"45 nm, {product}, {where}, {activation_bits}-bit activations through sram")


def _bits_of_layers(model, weight_bits):
    layers = [layer for layer in model.layers if layer.weight_parameters()]
    bits = list(weight_bits) if np.ndim(weight_bits) else [weight_bits] * len(layers)
    if len(bits) != len(layers):
        reject("inference_energy", "weight_bits", f"one number, or {len(layers)} for the layers with weights", bits)
    return [whole_number("inference_energy", "weight_bits", n, low=1, high=32) for n in bits]


def _mac_pj(weight_bits, activation_bits, shift):
    width = max(weight_bits, activation_bits)
    if width == 32:
        return PUBLISHED_PJ["float32 multiply"] + PUBLISHED_PJ["float32 add"]
    # The activation is shifted by as many places as the code of the weight says, so its width counts.
    return (add_pj(activation_bits) if shift else multiply_pj(width)) + add_pj(32)
