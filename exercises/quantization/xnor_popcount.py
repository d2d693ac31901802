"""Exercise quantization/xnor_popcount: multiply binary inputs by packed binary weights, by xor and counting bits.

Question card: exercises/quantization/xnor_popcount.md (中文：xnor_popcount.zh.md)
Check it with: minicompress check quantization/xnor_popcount
"""

import numpy as np


def xnor_popcount(x, w_words):
    """Return y = sign(x) wᵀ, where the signs of w come packed, eight to a byte.

    x
        Float array (n, in), in >= 1, without NaN. Its signs count, of the smallest numbers too: +1 where x >= 0, else
        -1. It stays as it is.
    w_words
        uint8 array (out, ceil(in / 8)). Input i of a row is bit i mod 8 of byte i // 8, where bit 0 is the
        lowest, worth 1. A 1 is +1, a 0 is -1. If 8 does not divide `in`, the last byte has bits to spare, which may be
        anything: they must not count.

    Returns an array (n, out) of signed integers wide enough, such as int32 or int64: the exact products of the signs.

    With a bit for each sign, the product of two rows is in - 2 popcount(x xor w), where popcount is the number of ones.
    Do not rely on `np.bitwise_count`, which older NumPy lacks.

    Raises ValueError if w_words is not of uint8, or does not have ceil(in / 8) bytes in a row.

    中文：返回 y = sign(x) wᵀ，其中 w 的符号已打包，每字节八个。x 不含 NaN，in 至少为 1；x >= 0 处的符号为 +1，否则为
    -1，再小的数也看符号。w_words 是 uint8 数组 (out, ceil(in / 8))：每行第 i 个输入在第 i // 8 字节的第 i mod 8 位
    （第 0 位最低，权为 1），1 表示 +1，0 表示 -1；8 不能整除 in 时，最后一个字节多出的位可以是任意值，不得计入。返回
    (n, out) 的有符号整数数组（够宽即可，如 int32、int64），结果精确：每个符号一位时，两行之积为
    in - 2 popcount(x xor w)，popcount 是 1 的个数。不要依赖旧版 NumPy 没有的 `np.bitwise_count`。w_words 不是 uint8，
    或每行不是 ceil(in / 8) 个字节，抛出 ValueError。不修改参数。
    """
    # Write your answer here.
    raise NotImplementedError
