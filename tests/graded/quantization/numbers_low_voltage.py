"""The computed numbers of the card quantization/low_voltage, in the order of its tables, row by row."""

import numpy as np

from minicompress.quantization.voltage import (
    VOLTAGE_POINTS,
    FixedPoint,
    RandomBitErrors,
    bit_error_rate,
    relative_energy,
    voltage_of,
)

PUBLISHED = "supplement of arXiv:2006.13977, results on MNIST: test error in percent at 8 bits"
GIVEN = {
    "0.7055": "mean critical voltage, 12.77 / 18.10",
    "0.0552": "spread of the critical voltages, 1 / 18.10",
    "12.77": "the fit, checked in tests/quantization/test_failing_cells.py",
    "18.10": "the fit, likewise",
    "1,048,576": "32 arrays of 512 x 64 cells",
    "10%": "a rate of bit errors in that table",
    "90.20": PUBLISHED,
    "88.93": PUBLISHED,
    "8.67": PUBLISHED,
    "0.53": PUBLISHED,
    "0.40": PUBLISHED,
    "0.39": PUBLISHED,
    "0.42": PUBLISHED,
    "0.1": "a limit of weight clipping in that table",
    "0.05": "likewise",
    "20%": "rate of errors of that training",
    "0.833": "20/24",
    "0.9": "a voltage between two rows of the table",
    "100,000": "how many weights the table draws",
    "2.13": "the PyTorch version the differences were measured on",
    "25%": "how far the fit is from the points, checked in tests/quantization/test_failing_cells.py",
    "0.82": "a voltage of the worked example",
    "1%": "a rate of errors that the table assumes",
}


def numbers():
    table = {}
    for point in VOLTAGE_POINTS:
        v, p = point.voltage, bit_error_rate(point.voltage)
        table |= {
            f"{v}: energy": f"{relative_energy(v):.3f}",
            f"{v}: measured": percent(point.bit_error_rate),
            f"{v}: fitted": percent(p),
            f"{v}: weights hit": percent(1 - (1 - p) ** 8),
            f"{v}: words beyond repair": percent(1 - (1 - p) ** 64 - 64 * p * (1 - p) ** 63),
        }
    w = np.random.default_rng(0).normal(size=100_000)
    schemes = [{}, {"signed": True}, {"symmetric": True, "signed": True, "rounding": "floor"}]
    for name, weights, options in [
        ("robust", w, schemes[0]),
        ("two's complement", w, schemes[1]),
        ("symmetric, floor", w, schemes[2]),
        ("clipped at 2", np.clip(w, -2, 2), schemes[0]),
        ("clipped at 1", np.clip(w, -1, 1), schemes[0]),
    ]:
        for bits in (8, 4):
            table[f"{name}: {bits} bits"] = " / ".join(f"{e:.3f}" for e in errors(weights, FixedPoint(bits, **options)))
    return table | {
        "top bit": f"{2**7 / (2**8 - 2):.1%} / {2**3 / (2**4 - 2):.1%}",
        "voltage of 1%": f"{voltage_of(0.01):.3f} / {voltage_of(0.01) ** 2:.3f}",
        "knobs": f"{4 / 8:.3f} / {relative_energy(20 / 24):.3f} / {4 / 8 * relative_energy(20 / 24):.3f}",
    }


def percent(p):
    if p < 1e-6:
        return "< 0.0001%" if p else "0"
    return f"{p:.1%}" if p >= 0.01 else f"{p:.2%}" if p >= 1e-3 else f"{p:.4%}"


def errors(w, scheme):
    """Root mean square of what rounding, and of what 1% of flipped bits, does to the weights, relative to them."""
    codes, grid = scheme.encode(w)
    stored = scheme.decode(codes, grid, np.float64)
    read = RandomBitErrors(scheme, 0.01, rng=np.random.default_rng(1)).forward(w)
    return [np.sqrt(np.mean(e**2)) / np.std(w) for e in (stored - w, read - stored)]
