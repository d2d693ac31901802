"""Memory at low voltage, simulated: which bits flip, and how much energy an access takes.

A lower voltage is another means than fewer bits, and has another price:

    precision    fewer bits per weight: smaller multipliers, fewer bytes to move     price: rounding, the same each time
    voltage      the memory's supply V: the energy of an access falls like V^2       price: cells fail, stored bits flip

Below some voltage Vmin, the least at which no cell fails, each cell fails under its own critical voltage Vc:

    cell fails iff V < Vc,   Vc ~ N(0.7055, 0.0552) in units of Vmin              `CriticalVoltages`
    p(V) = P(V < Vc) = Phi(12.77 - 18.10 V)                                       `bit_error_rate`
    E(V) = V^2                                                                    `relative_energy`
    a failing cell returns the other bit: code ^ mask                             `flip_bits`

So errors persist: the same cells fail at every reading, and a cell that fails at one voltage fails at every lower one.
A new pattern for each voltage or batch would be another model, for which training on one pattern would be useless and
averaging over readings would help.

Measured (`VOLTAGE_POINTS`): 32 arrays of 512 x 64 SRAM cells in 14 nm, 1,048,576 cells; their energy, simulated by the
authors. Fitted (`bit_error_rate`): the straight line through the points of Phi^-1(p), within 25% of each over five
decades; it is 24% off where two cells failed, and says 5e-8 at Vmin, where none did. The papers say that errors grow
exponentially as the voltage falls: a pure exponential, fitted to the same points, is off by up to 2.9 times.

Sources: Stutz, Chandramoorthy, Hein, Schiele 2021 (MLSys; arXiv:2006.13977), section 3 for the model, and for the
points the authors' talk in their repository davidstutz/mlsys2021-bit-error-robustness, after measurements by
Chandramoorthy et al. (HPCA 2019).
Differs from the paper: a critical voltage for each cell instead of u <= p with u uniform; with u = P(a larger Vc) it is
the same model. Real chips also have weak rows and columns, and cells that prefer one value.
Left out: the compute logic, whose own low voltage makes it slow rather than wrong; leakage; error correction.
"""

import math
from dataclasses import asdict, dataclass
from statistics import NormalDist

import numpy as np

from minicompress._base.arguments import generator, number, reject, same_shape, whole_number
from minicompress.nn.architecture import register
from minicompress.nn.parameter import WeightTransform
from minicompress.quantization.voltage.stored_bits import FixedPoint

__all__ = [
    "VOLTAGE_POINTS",
    "CriticalVoltages",
    "LowVoltage",
    "RandomBitErrors",
    "VoltagePoint",
    "bit_error_rate",
    "flip_bits",
    "relative_energy",
    "voltage_of",
]


@dataclass(frozen=True)
class VoltagePoint:
    """One published point: voltage in Vmin; share of bits that flip, measured; energy relative to Vmin, simulated.

    >>> VOLTAGE_POINTS[0]
    VoltagePoint(voltage=1.0, bit_error_rate=0.0, energy=1)
    """

    voltage: float
    bit_error_rate: float
    energy: float


# The source prints the voltages k/24 with three digits, and the energies, (k/24)^2, with nine.
VOLTAGE_POINTS = tuple(
    VoltagePoint(k / 24, percent / 100, energy)
    for k, percent, energy in (
        (24, 0, 1),
        (23, 0.000190735, 0.918402778),
        (22, 0.00686646, 0.840277778),
        (21, 0.129, 0.765625),
        (20, 1.115, 0.694444444),
        (19, 5.573, 0.626736111),
        (18, 20.56, 0.5625),
    )
)

INTERCEPT, SLOPE = 12.77, 18.10  # of the probit
CRITICAL = NormalDist(INTERCEPT / SLOPE, 1 / SLOPE)  # of one cell, in Vmin


def bit_error_rate(voltage: float) -> float:
    """Return the share of bits that flip at `voltage` (in Vmin, > 0): the fit, a float from 0 to 1.

    >>> round(bit_error_rate(0.8), 4)
    0.0436
    """
    voltage = _volts("bit_error_rate", voltage)
    # erfc keeps its precision where 1 - cdf(V), or a sum 1 + erf, cancels: at Vmin and above.
    return math.erfc((voltage - CRITICAL.mean) / (CRITICAL.stdev * math.sqrt(2))) / 2


def voltage_of(rate: float) -> float:
    """Return the voltage in Vmin at which a share `rate` of the bits flips, 0 < rate < 1: the inverse of the fit.

    >>> round(voltage_of(0.01), 3)
    0.834
    """
    rate = number("voltage_of", "rate", rate, low=0, high=1, open_low=True, open_high=True)
    return CRITICAL.mean - CRITICAL.stdev * NormalDist().inv_cdf(rate)


def relative_energy(voltage: float) -> float:
    """Return V^2, the energy of one memory access relative to that at Vmin; `voltage` > 0, in Vmin.

    >>> relative_energy(0.5)
    0.25
    """
    return _volts("relative_energy", voltage) ** 2


def flip_bits(codes: np.ndarray, failing: np.ndarray) -> np.ndarray:
    """Return the codes as they are read with failing cells: a new array in the dtype of `codes`.

    Parameters
    ----------
    codes : unsigned integers, any shape.
    failing : bool, shape of `codes` + (bits,); entry j of the last axis is the cell of bit j, 0 the least significant.

    Raises ValueError for wrong types or shapes, or more bits than the type has.

    >>> failing = np.array([[True, False, True]])
    >>> flip_bits(np.array([2], np.uint8), failing).tolist()
    [7]
    """
    codes, failing = np.asarray(codes), np.asarray(failing)
    if codes.dtype.kind != "u":
        reject("flip_bits", "codes", "unsigned integers", codes.dtype)
    if failing.dtype != bool or failing.shape[:-1] != codes.shape or failing.ndim != codes.ndim + 1:
        reject("flip_bits", "failing", f"bool of shape {codes.shape} + (bits,)", f"{failing.dtype} {failing.shape}")
    if failing.shape[-1] > 8 * codes.dtype.itemsize:
        reject("flip_bits", "failing", f"at most {8 * codes.dtype.itemsize} bits wide", failing.shape)
    read = codes.copy()
    # One plane of bits at a time: about three times as fast as a sum along the last axis.
    for j in range(failing.shape[-1]):
        read ^= failing[..., j].astype(codes.dtype) << j
    return read


class CriticalVoltages:
    """The memory that holds one array on one chip: a critical voltage for each cell, drawn once.

    Parameters
    ----------
    shape : of the array of codes.
    bits : of each code.
    rng : np.random.Generator, for the chip.

    Attributes
    ----------
    values : float32 array of shape (*shape, bits), in Vmin.

    >>> chip = CriticalVoltages((2, 3), 8, rng=np.random.default_rng(0))
    >>> bool(chip.failing(1.0).any()), bool(chip.failing(0.5).all())
    (False, True)
    """

    def __init__(self, shape, bits: int, *, rng: np.random.Generator):
        bits = FixedPoint(bits).bits  # checked
        rng = generator("CriticalVoltages", "rng", rng)
        if not np.iterable(shape) or isinstance(shape, str):
            reject("CriticalVoltages", "shape", "the shape of an array", shape)
        shape = [whole_number("CriticalVoltages", "shape", n, low=0) for n in shape]
        drawn = rng.standard_normal((*shape, bits), dtype=np.float32)
        self.values = np.float32(CRITICAL.mean) + np.float32(CRITICAL.stdev) * drawn

    def failing(self, voltage):
        """Return which cells fail at `voltage` (in Vmin): bool, shape of `values`."""
        return np.float32(_volts("CriticalVoltages", voltage)) < self.values

    def read(self, codes, voltage):
        """Return the codes as they are read back at `voltage`."""
        return flip_bits(codes, self.failing(voltage))


class _StoredTransform(WeightTransform):
    """Quantize, let `_read` change the stored codes, decode; gradients pass straight through to the master."""

    def __init__(self, scheme):
        self.scheme = scheme if isinstance(scheme, FixedPoint) else FixedPoint(scheme)

    def forward(self, w):
        """Return the weights as they are read back, shape and dtype of `w`."""
        codes, grid = self.scheme.encode(w)
        return self.scheme.decode(self._read(codes), grid, w.dtype)

    def backward(self, dy):
        """Return dy: the range follows the weights, so nothing is clipped, and an error adds a constant."""
        return np.array(dy)

    def surrogate(self, w):
        """Return the function whose derivative `backward` is: the identity."""
        return np.array(w)

    def _read(self, codes):
        raise NotImplementedError


@register
class RandomBitErrors(_StoredTransform):
    """Show the network quantized weights whose stored bits flip with probability `rate`, new at each forward.

    Parameters
    ----------
    scheme : a `FixedPoint`, or its number of bits for the robust one.
    rate : float in [0, 1], a plain attribute; 0 is quantization alone.
    rng : np.random.Generator.

    For training (RandBET, see `robust.py`). One chip has one pattern: test with `LowVoltage`.
    Source: Stutz et al. 2021 (arXiv:2006.13977), section 4.3.

    >>> errors = RandomBitErrors(8, 0.0, rng=np.random.default_rng(0))
    >>> errors.forward(np.array([0.0, 0.5, 1.0])).round(2).tolist()
    [0.0, 0.5, 1.0]
    """

    def __init__(self, scheme, rate: float, *, rng: np.random.Generator):
        super().__init__(scheme)
        self.rate = number("RandomBitErrors", "rate", rate, low=0, high=1)
        self.rng = generator("RandomBitErrors", "rng", rng)

    def _read(self, codes):
        if self.rate == 0:
            return codes
        # In float32, a draw is one of 2^24 numbers: below a rate of 2^-24 it would be 0, and flip, far too often.
        dtype = np.float32 if self.rate >= 2**-10 else np.float64
        u = self.rng.random((*codes.shape, self.scheme.bits), dtype=dtype)
        return flip_bits(codes, u < self.rate)

    def config(self):
        """The scheme's fields and the rate."""
        return {"scheme": asdict(self.scheme), "rate": self.rate}

    @classmethod
    def from_config(cls, config, arrays, *, rng):
        """Return RandomBitErrors from what `config` returned; `rng` draws them."""
        return cls(FixedPoint(**config["scheme"]), config["rate"], rng=rng)

    def __repr__(self):
        return f"RandomBitErrors({self.scheme}, rate={self.rate:g})"


@register
class LowVoltage(_StoredTransform):
    """Show the network its weights as they are read from the memory of one chip at a voltage.

    Parameters
    ----------
    scheme : a `FixedPoint`, or its number of bits for the robust one.
    critical : the chip, `CriticalVoltages` of the weight's shape and that number of bits.
    voltage : in Vmin, a plain attribute.

    >>> chip = CriticalVoltages((3,), 8, rng=np.random.default_rng(0))
    >>> LowVoltage(8, chip, voltage=1.0).forward(np.array([0.0, 0.5, 1.0])).round(2).tolist()
    [0.0, 0.5, 1.0]
    """

    def __init__(self, scheme, critical, voltage: float = 1.0):
        super().__init__(scheme)
        if not isinstance(critical, CriticalVoltages):
            reject("LowVoltage", "critical", "CriticalVoltages", type(critical).__name__)
        self.critical, self.voltage = critical, _volts("LowVoltage", voltage)

    def forward(self, w):
        """Return the weights as they are read back, shape and dtype of `w`."""
        same_shape("LowVoltage", "critical", self.critical.values, (*w.shape, self.scheme.bits))
        return super().forward(w)

    def _read(self, codes):
        return self.critical.read(codes, self.voltage)

    def config(self):
        """The scheme's fields and the voltage."""
        return {"scheme": asdict(self.scheme), "voltage": self.voltage}

    def arrays(self):
        """The chip: the critical voltage of each cell."""
        return {"critical": self.critical.values}

    @classmethod
    def from_config(cls, config, arrays, *, rng):
        """Return a LowVoltage from what `config` and `arrays` returned."""
        critical = CriticalVoltages.__new__(CriticalVoltages)  # of a chip that was drawn before
        critical.values = arrays["critical"]
        return cls(FixedPoint(**config["scheme"]), critical, config["voltage"])

    def __repr__(self):
        return f"LowVoltage({self.scheme}, voltage={self.voltage:g})"


def _volts(owner, voltage):
    return number(owner, "voltage", voltage, low=0, open_low=True)
