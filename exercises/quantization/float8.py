"""Exercise quantization/float8: round to the 8-bit floats E4M3 and E5M2, codes and values.

Question card: exercises/quantization/float8.md (中文：float8.zh.md)
Check it with: minicompress check quantization/float8
"""

import numpy as np


def float8(x, kind, saturate):
    """Return (q, y): the codes of x in FP8, rounded to nearest, half to even, and the numbers they stand for.

    x
        A float32 array of one axis or more; infinities and NaN are allowed, and it may be a view or have no elements.
    kind
        "e4m3": sign, 4 bits of exponent (bias 7), 3 of fraction. No infinity: the code 0x7F is NaN, all others are
        numbers; the largest is 448, 0x7E.
        "e5m2": sign, 5 bits of exponent (bias 15), 2 of fraction. As in IEEE 754, 0x7C is infinity and 0x7D to 0x7F
        are NaN; the largest number is 57344, 0x7B.
        Exponent 0 holds zero and the subnormal numbers, in steps of 2^-9 (e4m3) and 2^-16 (e5m2).
    saturate
        A bool, Python's or NumPy's: what happens to numbers that are too large, that is, that would round beyond the
        largest number if there were a next one (480 in e4m3, 65536 in e5m2), and to infinity. With True they become the
        largest number, with False infinity in e5m2 and NaN in e4m3. The sign is kept.

    Returns q, a new uint8 array, and y, a new float32 array, both of the shape of x; they share no memory with it. NaN
    has the code 0x7F in both formats. In q the sign bit is kept, that of zeros and NaN too; in y it is not checked
    where y is 0 or NaN. Codes and values must be equal; there is no tolerance.

    Raises ValueError for another `kind`, upper case too. x stays as it is.

    中文：把 x 按“最近舍入、舍入到偶数”转换为 FP8，返回 (q, y)：新的 uint8 编码数组，以及这些编码所表示的 float32 数值，
    都与 x 同形状，不与 x 共享内存。x 至少有一个轴，可以是视图，可以没有元素。e4m3 没有无穷大，只有 0x7F 是 NaN，
    最大数为 448（0x7E）；e5m2 与 IEEE 754 一致，0x7C 是无穷大，0x7D 到 0x7F 是 NaN，最大数为 57344（0x7B）。指数 0
    存放零与次正规数。过大的数（假如有下一个数，会舍入到它的）与无穷大：saturate（Python 或 NumPy 的 bool）为 True 时
    变为最大数，为 False 时在 e5m2 中变为无穷大、在 e4m3 中变为 NaN。NaN 的编码为 0x7F；q 中符号位一律保留（零与 NaN
    也是），y 中零与 NaN 的符号不检查。kind 为其他值（包括大写）时抛出 ValueError。不修改 x；编码与数值须完全相等。
    """
    # Write your answer here.
    raise NotImplementedError
