"""Number formats other than evenly spaced integers: `floats.py`, short floats; `power_of_two.py`, powers of two.

>>> import numpy as np
>>> round_to_float(np.array([1.1, 300.0]), FLOAT8_E4M3).tolist()
[1.125, 288.0]
"""

from minicompress.quantization.formats.floats import (
    BFLOAT16,
    FLOAT8_E4M3,
    FLOAT8_E5M2,
    FLOAT16,
    FloatFormat,
    cast_weights,
    decode_float,
    encode_float,
    round_to_float,
)
from minicompress.quantization.formats.power_of_two import (
    AdditivePowersOfTwo,
    PowerOfTwo,
    apot_levels,
    nearest_level,
    power_of_two_codes,
    power_of_two_values,
    shift_product,
)

__all__ = [
    "BFLOAT16",
    "FLOAT8_E4M3",
    "FLOAT8_E5M2",
    "FLOAT16",
    "AdditivePowersOfTwo",
    "FloatFormat",
    "PowerOfTwo",
    "apot_levels",
    "cast_weights",
    "decode_float",
    "encode_float",
    "nearest_level",
    "power_of_two_codes",
    "power_of_two_values",
    "round_to_float",
    "shift_product",
]
