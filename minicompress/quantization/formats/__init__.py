"""Number formats other than evenly spaced integers: short floats, powers of two."""

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
