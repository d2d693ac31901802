"""The computed numbers of the card quantization/low_power_shift, in the order of its tables, row by row."""

import numpy as np

from minicompress.efficiency import add_pj, inference_energy, multiply_pj, read_pj
from minicompress.nn import zoo
from minicompress.quantization import dequantize, quantize, symmetric_scale
from minicompress.quantization.formats import (
    AdditivePowersOfTwo,
    apot_levels,
    power_of_two_codes,
    power_of_two_values,
    shift_product,
)

GIVEN = {
    "1.41": "the root of 2, where rounding the logarithm changes",
    "1.5": "where the nearer power changes",
    "1,024": "products in a sum that needs 10 bits more than one product",
    "0.4": "the difference of two computed decibels",
    "0.200": "the fit's multiplication of 8 bits, in the docstring of energy.py and its tests",
    "0.025": "the fit's addition of 8 bits, likewise",
    "0.05": "the standard deviation that the table assumes",
    "100,000": "how many weights the table draws",
    "2.13": "the PyTorch version the differences were measured on",
}


def numbers():
    w = np.random.default_rng(0).normal(size=100_000)
    table = {}
    for bits in (3, 4, 5, 6):
        s = symmetric_scale(w, bits)
        table[f"{bits}: exponents"] = f"{2 ** (bits - 1) - 1}"
        table[f"{bits}: uniform"] = decibels(w, dequantize(quantize(w, s, bits), s, np.float64))
        for rounding in ("log", "value"):
            table[f"{bits}: {rounding}"] = decibels(w, powers(w, bits, rounding))
        table[f"{bits}: apot"] = decibels(w, AdditivePowersOfTwo(bits).forward(w)) if bits % 2 else "-"
    spread, bias, noise = shifted_right()
    eight = {"weight_bits": 8, "activation_bits": 8}
    energies = eight, {**eight, "weight_bits": 4}, {**eight, "weight_bits": 4, "shift": True}
    return table | {
        "rules differ": f"{np.mean(powers(w, 4, 'log') != powers(w, 4, 'value')):.1%}",
        "zeros": f"{np.mean(powers(w, 3, 'log') == 0):.1%} / {np.mean(powers(w, 4, 'log') == 0):.1%}",
        "apot levels": f"{len(apot_levels(5))}",
        "spread of y": f"{spread:.1f}",
        "shifted right": f"{bias:.1f} / {noise:.1f}",
        "multiply and shift": f"{multiply_pj(8) + add_pj(32):.3f} / {add_pj(8) + add_pj(32):.3f}",
        "reading": f"{read_pj(8, 'sram'):.3f} / {read_pj(4, 'sram'):.3f}",
        "LeNet": " / ".join(f"{lenet_pj(**options) / 1000:.0f}" for options in energies),
    }


def powers(w, bits, rounding):
    return power_of_two_values(*power_of_two_codes(w, bits, rounding=rounding), np.float64)


def decibels(w, seen):
    return f"{10 * np.log10(np.mean(w**2) / np.mean((w - seen) ** 2)):.1f}"


def shifted_right():
    """Spread of y, and mean and spread of the error when each product is shifted right by itself."""
    rng = np.random.default_rng(0)
    x, w = rng.integers(-128, 128, (1000, 256)), rng.normal(0, 0.05, (16, 256))
    q, low = power_of_two_codes(w, 4)
    y = shift_product(x, q) * 2.0**low
    right = np.where(q, 1 - low - np.abs(q), 0)
    error = np.stack([(np.sign(k) * (x >> r)).sum(axis=1) for k, r in zip(q, right, strict=True)], axis=1) - y
    return y.std(), error.mean(), error.std()


def lenet_pj(**options):
    return inference_energy(zoo.lenet_300_100(rng=np.random.default_rng(0)), **options).total_pj
