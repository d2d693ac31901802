"""Answers to quantization/float16_bfloat16 that are right, in other styles than the solution's."""

import struct

import numpy as np

from minicompress.kit.grading import right


def refuse_bad(x, kind):
    if kind not in ("float16", "bfloat16"):
        raise ValueError("kind")
    if x.dtype != np.dtype("float32"):
        raise ValueError("dtype")


@right
def one_number_at_a_time_with_guard_and_sticky_bits(x, kind):
    refuse_bad(x, kind)
    bits = np.empty(x.shape, np.uint16)
    for index in np.ndindex(x.shape):
        (u,) = struct.unpack("<I", struct.pack("<f", x[index])) if not np.isnan(x[index]) else (_nan_bits(x[index]),)
        sign, exponent, fraction = u >> 31, u >> 23 & 255, u & (2**23 - 1)
        if exponent == 255:
            special = (31 << 10, 512) if kind == "float16" else (255 << 7, 64)
            code = special[0] + (special[1] if fraction else 0)
        else:
            if kind == "float16":
                exponent -= 112
                digits = fraction + 2**23 if exponent > -112 else fraction
                drop = 13 if exponent >= 1 else 14 - exponent
                base = max(exponent - 1, 0) << 10
            else:
                digits = fraction + (2**23 if exponent else 0)
                drop, base = 16, max(exponent - 1, 0) << 7
            kept, lost = digits >> drop, digits % (1 << drop)
            guard, sticky = lost >> (drop - 1), lost % (1 << (drop - 1)) > 0
            code = base + kept + int(bool(guard) and (sticky or kept % 2 == 1))
            if kind == "float16":
                code = min(code, 31 << 10)
        bits[index] = sign << 15 | code
    return bits


def _nan_bits(value):
    return 0xFFC00000 if np.signbit(value) else 0x7FC00000


@right
def in_float64_arithmetic(x, kind):
    """Round to multiples of the step that holds at each size, then look at the exponent of what came out."""
    refuse_bad(x, kind)
    digits, least, bias = (10, -14, 15) if kind == "float16" else (7, -126, 127)
    size = np.abs(x.astype(np.float64))
    finite = np.isfinite(size)
    safe = np.where(finite, size, 1.0)
    exponent = np.where(safe > 0, np.maximum(np.frexp(safe)[1] - 1, least), least)
    steps = np.rint(np.ldexp(safe, digits - exponent)).astype(np.int64)
    code = ((exponent + bias - 1) << digits) + steps
    infinity = (2 * bias + 1) << digits
    code = np.where(finite, np.minimum(code, infinity), infinity)
    code = np.where(np.isnan(size), infinity + (1 << (digits - 1)), code)
    return np.where(np.signbit(x), code + 2**15, code).astype(np.uint16)


@right
def numpys_float16_and_the_remainder_of_a_half(x, kind):
    refuse_bad(x, kind)
    sign = np.signbit(x).astype(np.uint16) * np.uint16(0x8000)
    if kind == "float16":
        with np.errstate(all="ignore"):
            code = np.abs(x).astype(np.float16).view(np.uint16)
        code[np.isnan(x)] = 0x7E00
        return code | sign
    u = np.ascontiguousarray(np.abs(x)).view(np.uint32)
    upper, lower = (u >> 16).astype(np.uint16), u & 0xFFFF
    upper += (lower > 0x8000) | ((lower == 0x8000) & (upper % 2 == 1))
    upper[np.isnan(x)] = 0x7FC0
    return upper | sign


REFUSAL = "if kind not in ('float16', 'bfloat16') or x.dtype != np.float32:"
BELOW = "below = np.clip(113 - e, 0, 12)"
ROUNDED = "q = np.where(a > 2139095040, nan, np.minimum(q, infinity))"
EQUIVALENT_MUTANTS = {
    "habit: hands back an argument where nothing changed": "x is of float32, the bits of uint16",
    "habit: rounds its arguments to float32": "x is of float32, and what is not is refused",
    f"swapped: {REFUSAL} | u = x.view(np.uint32).astype(np.int64)": "a view of what is refused is refused after it",
    "n, k, infinity, nan = (a, 16, 32640, 32704) -> n, k, infinity, nan = (a, 16, 32641, 32704)": (
        "without NaN no bfloat16 rounds beyond infinity"
    ),
    f"{BELOW} -> below = np.clip(0, 113 - e, 12)": "the larger of 0 and 113 - e, at most 12, either way",
    f"{BELOW} -> below = np.clip(113 - e, 0, 13)": "with 12 powers of two missing nothing is left either",
    "n = np.maximum(e - 112, 1) << 23 | a & 8388607 -> n = np.maximum(1, e - 112) << 23 | a & 8388607": "symmetric",
    f"{ROUNDED} -> q = np.where(a > 2139095040, nan, np.minimum(infinity, q))": "symmetric",
}
