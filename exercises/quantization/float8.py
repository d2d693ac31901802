"""Exercise quantization/float8: round to the 8-bit floats E4M3 and E5M2, codes and values.

Question card: exercises/quantization/float8.md (中文：float8.zh.md)
Check it with: minicompress check quantization/float8
"""

import numpy as np


def float8(x, kind, saturate):
    """Return (q, y): the codes of x in FP8, rounded to nearest, half to even, and the numbers they stand for.

    x
        A float32 array of any shape; infinities and NaN are allowed.
    kind
        "e4m3": sign, 4 bits of exponent (bias 7), 3 of fraction. No infinity: the code 0x7F is NaN, all others are
        numbers; the largest is 448, 0x7E.
        "e5m2": sign, 5 bits of exponent (bias 15), 2 of fraction. As in IEEE 754, 0x7C is infinity and 0x7D to 0x7F
        are NaN; the largest number is 57344, 0x7B.
        Exponent 0 holds zero and the subnormal numbers, in steps of 2^-9 (e4m3) and 2^-16 (e5m2).
    saturate
        What happens to numbers that are too large, that is, that would round beyond the largest number if there were
        a next one (480 in e4m3, 65536 in e5m2), and to infinity: with True they become the largest number, with False
        infinity in e5m2 and NaN in e4m3. The sign is kept.

    Returns q, a uint8 array, and y, a float32 array, both of the shape of x. NaN has the code 0x7F in both formats.
    The sign bit is kept, that of zeros and NaN too. Codes and values must be equal; there is no tolerance.

    Raises ValueError for another `kind`. x stays as it is.

    中文：把 x 按“最近舍入、半数取偶”转换为 FP8，返回 (q, y)：uint8 的码，以及这些码所表示的 float32 数值。
    e4m3 没有无穷大，只有 0x7F 是 NaN，最大数为 448（0x7E）；e5m2 与 IEEE 754 一致，0x7C 是无穷大，0x7D 到 0x7F 是 NaN，
    最大数为 57344（0x7B）。指数 0 存放零与次正规数。过大的数（假如有下一个数，会舍入到它的）与无穷大：saturate 为 True
    时变为最大数，为 False 时在 e5m2 中变为无穷大、在 e4m3 中变为 NaN。NaN 的码为 0x7F；符号位一律保留。
    kind 为其他值时抛出 ValueError。不修改 x。
    """
    # Write your answer here.
    raise NotImplementedError
