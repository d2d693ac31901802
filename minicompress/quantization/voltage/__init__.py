"""Low voltage: memory cells fail, stored bits flip, and networks are trained to bear it. The chips are simulated."""

from minicompress.quantization.voltage.low_voltage import (
    VOLTAGE_POINTS,
    CriticalVoltages,
    LowVoltage,
    RandomBitErrors,
    VoltagePoint,
    bit_error_rate,
    flip_bits,
    relative_energy,
    voltage_of,
)
from minicompress.quantization.voltage.robust import VoltageSweep, WeightClip, fit_with_bit_errors, voltage_sweep
from minicompress.quantization.voltage.stored_bits import FixedPoint

__all__ = [
    "VOLTAGE_POINTS",
    "CriticalVoltages",
    "FixedPoint",
    "LowVoltage",
    "RandomBitErrors",
    "VoltagePoint",
    "VoltageSweep",
    "WeightClip",
    "bit_error_rate",
    "fit_with_bit_errors",
    "flip_bits",
    "relative_energy",
    "voltage_of",
    "voltage_sweep",
]
