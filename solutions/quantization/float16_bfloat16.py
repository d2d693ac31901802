"""Exercise quantization/float16_bfloat16: round float32 to float16 or bfloat16, and return the 16 bits.

Question card: exercises/quantization/float16_bfloat16.md (中文：float16_bfloat16.zh.md)
Check it with: minicompress check quantization/float16_bfloat16
"""

import numpy as np


def float16_bfloat16(x, kind):
    """Return the bits of x as float16 or bfloat16, rounded to nearest, half to even.

    x
        A float32 array of one axis or more; infinities and NaN are allowed, and it may be a view or have no elements.
    kind
        "float16":  1 sign bit, 5 bits of exponent (bias 15), 10 of fraction
        "bfloat16": 1 sign bit, 8 bits of exponent (bias 127), 7 of fraction: the upper half of a float32

    Returns a new uint16 array of the shape of x, which shares no memory with it. Integer arithmetic on
    `x.view(np.uint32)` is the idea: of a float32, bit 31 is the sign, bits 30 to 23 the exponent (bias 127), bits 22 to
    0 the fraction.

    * A tie between two neighbours goes to the one whose last bit is 0.
    * Subnormal numbers (exponent 0: fraction * 2^-24 in float16, fraction * 2^-133 in bfloat16) are rounded like all
      others; nothing is flushed to zero.
    * What would round beyond the largest number becomes infinity: 65519 is 65504 in float16, 65520 is infinity.
    * Every NaN becomes 0x7E00 (float16) or 0x7FC0 (bfloat16), whatever its payload.
    * The sign bit is kept, that of zeros, infinities and NaN too.

    Raises ValueError for another `kind`, upper case too, and for an x that is not of dtype float32. x stays as it is.
    Bits must be equal; there is no tolerance.

    中文：把 float32 数组按“最近舍入、舍入到偶数”转换为 float16 或 bfloat16，返回与 x 同形状的新 uint16 数组（16 个
    比特），不与 x 共享内存。x 至少有一个轴，可以是视图，可以没有元素，可以含无穷大和 NaN。次正规数照常舍入，不清零；
    舍入后超过最大数的变为无穷大（float16 中 65519 得 65504，65520 得无穷大）；任何 NaN 变为 0x7E00（float16）或 0x7FC0
    （bfloat16），不保留载荷；符号位一律保留（零、无穷大、NaN 也是）。kind 为其他值（包括大写），或 x 的 dtype 不是
    float32，抛出 ValueError。不修改 x；结果须逐位相等。
    """
    ### BEGIN SOLUTION
    if kind not in ("float16", "bfloat16") or x.dtype != np.float32:
        raise ValueError(f"float16_bfloat16: expected float32 to 'float16' or 'bfloat16', got {x.dtype} to {kind!r}")
    u = x.view(np.uint32).astype(np.int64)
    a = u & 0x7FFFFFFF
    if kind == "bfloat16":
        n, k, infinity, nan = a, 16, 0x7F80, 0x7FC0
    else:
        e = a >> 23
        below = np.clip(113 - e, 0, 12)  # powers of two below 2^-14, the smallest normal float16
        n = np.maximum(e - 112, 1) << 23 | a & 0x7FFFFF  # the exponent with its new bias; 1 is also the leading 1
        k, infinity, nan = 13 + below, 0x7C00, 0x7E00
    q = (n + (1 << k - 1) - 1 + (n >> k & 1)) >> k  # up from a half, but from exactly a half only to an even q
    q = np.where(a > 0x7F800000, nan, np.minimum(q, infinity))
    return (u >> 31 << 15 | q).astype(np.uint16)
    ### END SOLUTION
