"""Memory at low voltage, simulated: cells fail and stored bits flip. Read in this order:

stored_bits.py    codes of the stored weights
low_voltage.py    which bits flip at which voltage
robust.py         training for robustness, and accuracy on many simulated chips

>>> round(bit_error_rate(0.8), 4), round(relative_energy(0.8), 2)
(0.0436, 0.64)
"""

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
